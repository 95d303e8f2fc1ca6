"""What an outsider sees of an open filing that claims a sealed one: what it would see without that claim."""

import msgspec
from msgspec.structs import replace
from register_builders import MappingReader, claim, dispute, filing, of
from sealed_builders import named, opening, proved, related, seal_of, sealed

from api.formats.registered import as_filed
from api.sealed_view import FilingView, view_of
from ledger.register.disputes import load_disputes
from ledger.register.entitlement import Entitlement
from ledger.register.entries import Claim, Filing
from ledger.register.filing import FilingRecord, decode_filing
from ledger.register.keys import filing_key

NUMBER, FILED = "2026900123", "2026-03-12"
FIRST = seal_of("AU", NUMBER, FILED)
LATER = "JP.patent.2026123456"
KEY = filing_key("JP", "patent", "2026123456")
OPEN_CLAIM = claim("US", "19/123,456", "2026-01-05")
WITH_SEALED = replace(
    filing("2026-123456", "2026-10-01", proved(FIRST, LATER), OPEN_CLAIM),
    related_filing_bag=(related(FIRST, LATER, "continuation"),),
)
WITHOUT = filing("2026-123456", "2026-10-01", OPEN_CLAIM)


def register(entry: Filing = WITH_SEALED) -> MappingReader:
    reader = MappingReader()
    reader.apply("AU", sealed(FIRST))
    reader.apply("JP", entry)
    return reader


def record_of(reader: MappingReader) -> FilingRecord:
    data = reader.get(KEY)
    assert data is not None
    return decode_filing(data)


def seen(reader: MappingReader, office: str) -> FilingView:
    return view_of(reader, Entitlement(reader, office), record_of(reader))


def test_the_family_sees_the_sealed_claim() -> None:
    reader = register()
    for office in ("AU", "JP"):
        view = seen(reader, office)
        assert (view.record, view.hidden) == (record_of(reader), frozenset())


def test_an_outsider_sees_the_filing_as_if_the_sealed_claims_were_not_made() -> None:
    for office in ("US", "EP", ""):
        view = seen(register(), office)
        assert view.record == record_of(register(WITHOUT))
        assert view.hidden == {FIRST.claim_key}
        assert as_filed(KEY, view.record) == as_filed(KEY, record_of(register(WITHOUT)))


def test_an_outsider_reads_the_entries_without_them() -> None:
    outside, inside = seen(register(), "US"), seen(register(), "AU")
    signed = msgspec.json.encode(WITH_SEALED)
    assert inside.entry(signed) == signed
    shown = outside.entry(signed)
    assert shown is not None
    assert FIRST.claim_key.encode() not in shown
    assert msgspec.json.decode(shown, type=Filing) == WITHOUT
    other = msgspec.json.encode(WITHOUT)
    assert outside.entry(other) == other


def test_an_outsider_reads_no_entry_that_is_about_nothing_else() -> None:
    outside = seen(register(), "US")
    withdrawal = Claim(
        filing=of("2026-123456"),
        action="withdraw",
        claim=named(FIRST),
        decision_date=WITHOUT.filing_date,
    )
    correction = replace(
        withdrawal, action="correct", claim=OPEN_CLAIM, replaced_claim=named(FIRST)
    )
    for entry in (withdrawal, correction, dispute("JP", "2026-123456", named(FIRST))):
        assert outside.entry(msgspec.json.encode(entry)) is None
    about_another = replace(withdrawal, claim=OPEN_CLAIM)
    assert outside.entry(msgspec.json.encode(about_another)) is not None


def test_disputes_of_a_hidden_claim_are_hidden() -> None:
    reader = register()
    reader.apply("AU", dispute("JP", "2026-123456", named(FIRST)))
    reader.apply("AU", dispute("JP", "2026-123456", OPEN_CLAIM))
    disputes = load_disputes(reader, KEY)
    assert seen(reader, "AU").disputes(disputes) == disputes
    (shown,) = seen(reader, "US").disputes(disputes)
    assert shown[1].match_key == "19123456"


def test_after_the_opening_everybody_sees_the_claim_with_its_number() -> None:
    reader = register()
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    for office in ("AU", "US"):
        view = seen(reader, office)
        assert view.hidden == frozenset()
        (made, _) = view.record.claims
        assert (made.claim_key, made.match_key) == (FIRST.claim_key, NUMBER)
