"""What an outsider sees of an open filing that claims a sealed one: what it would see without that claim."""

import msgspec
from msgspec.structs import replace
from register_builders import MappingReader, claim, dispute, filing, of
from sealed_builders import named, opening, proved, related, seal_of, sealed

from api.formats.registered import as_filed
from api.seen_entries import seen_entry
from ledger.register.disputes import load_disputes
from ledger.register.entries import Claim, ClaimAction, Filing, PriorityClaim
from ledger.register.filing import FilingRecord, decode_filing, encode, may_hold_claim_key
from ledger.register.keys import filing_key, sealed_key
from ledger.register.reader import RegisterReader
from ledger.register.sealed import resolved
from ledger.register.view import RegisterView

NUMBER, FILED = "2026900123", "2026-03-12"
FIRST = seal_of("AU", NUMBER, FILED)
OTHER = seal_of("AU", "2026900124", FILED)
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


def changed(
    action: ClaimAction, about: PriorityClaim, replaced: PriorityClaim | None = None
) -> Claim:
    return Claim(
        filing=of("2026-123456"),
        action=action,
        claim=about,
        replaced_claim=replaced,
        decision_date=WITHOUT.filing_date,
    )


def record_of(reader: RegisterReader) -> FilingRecord:
    data = reader.get(KEY)
    assert data is not None
    return decode_filing(data)


def test_the_family_sees_the_sealed_claim() -> None:
    reader = register()
    for office in ("AU", "JP"):
        view = RegisterView(reader, office)
        assert record_of(view) == record_of(reader)
        assert view.get(sealed_key("AU", FIRST.claim_key)) is not None


def test_an_outsider_sees_the_filing_as_if_the_sealed_claims_were_not_made() -> None:
    for office in ("US", "EP", ""):
        view = RegisterView(register(), office)
        assert record_of(view) == record_of(register(WITHOUT))
        assert list(view.scan(KEY)) == list(register(WITHOUT).scan(KEY))
        assert view.get(sealed_key("AU", FIRST.claim_key)) is None
        assert view.hides("AU", FIRST.claim_key)
        assert as_filed(KEY, record_of(view)) == as_filed(KEY, record_of(register(WITHOUT)))


def test_with_its_access_code_an_outsider_sees_the_sealed_filing_and_the_claims_to_it() -> None:
    reader, sealed_one = register(), sealed_key("AU", FIRST.claim_key)
    reader.apply("AU", sealed(OTHER))
    view = RegisterView(reader, "US").unlocked(sealed_one)
    assert view.get(sealed_one) == reader.get(sealed_one)
    assert record_of(view) == record_of(reader)
    assert view.get(sealed_key("AU", OTHER.claim_key)) is None


def test_an_outsider_reads_the_entries_without_them() -> None:
    outside, inside = RegisterView(register(), "US"), RegisterView(register(), "AU")
    signed = msgspec.json.encode(WITH_SEALED)
    assert seen_entry(inside, signed) == signed
    shown = seen_entry(outside, signed)
    assert shown is not None
    assert shown == msgspec.json.encode(WITHOUT)
    assert seen_entry(outside, shown) == shown


def test_an_outsider_reads_no_entry_that_is_about_nothing_else() -> None:
    outside = RegisterView(register(), "US")
    for entry in (
        changed("withdraw", named(FIRST)),
        changed("correct", named(FIRST), named(FIRST)),
        dispute("JP", "2026-123456", named(FIRST)),
    ):
        assert seen_entry(outside, msgspec.json.encode(entry)) is None
    about_another = msgspec.json.encode(changed("withdraw", OPEN_CLAIM))
    assert seen_entry(outside, about_another) == about_another


def test_of_a_correction_an_outsider_reads_the_half_that_it_sees() -> None:
    outside = RegisterView(register(), "US")
    to_open = changed("correct", OPEN_CLAIM, named(FIRST))
    to_sealed = changed("correct", proved(FIRST, LATER), OPEN_CLAIM)
    for entry, seen in (
        (to_open, changed("add", OPEN_CLAIM)),
        (to_sealed, changed("withdraw", OPEN_CLAIM)),
    ):
        shown = seen_entry(outside, msgspec.json.encode(entry))
        assert shown is not None
        assert msgspec.json.decode(shown, type=Claim) == seen


def test_a_claim_corrected_into_a_sealed_one_is_shown_to_an_outsider_as_withdrawn() -> None:
    corrected, withdrawn = register(WITHOUT), register(WITHOUT)
    corrected.apply("JP", changed("correct", proved(FIRST, LATER), OPEN_CLAIM))
    withdrawn.apply("JP", changed("withdraw", OPEN_CLAIM))
    assert record_of(RegisterView(corrected, "US")) == record_of(withdrawn)
    assert [claim.status for claim in record_of(RegisterView(corrected, "AU")).claims] == [
        "corrected",
        "claimed",
    ]
    corrected.apply("AU", opening(FIRST, NUMBER, FILED))
    assert record_of(RegisterView(corrected, "US")) == record_of(corrected)


def test_an_office_sees_its_own_claims_also_when_they_were_undone() -> None:
    reader = register(WITHOUT)
    reader.apply("JP", changed("add", proved(FIRST, LATER)))
    reader.apply("AU", dispute("JP", "2026-123456", named(FIRST)))
    reader.apply("JP", changed("withdraw", named(FIRST)))
    view = RegisterView(reader, "JP")
    assert view.get(sealed_key("AU", FIRST.claim_key)) is None  # nothing connects them any more
    assert record_of(view) == record_of(reader)
    assert load_disputes(view, KEY) == load_disputes(reader, KEY) != ()
    assert len(record_of(RegisterView(reader, "US")).claims) == 1


def test_disputes_of_a_hidden_claim_are_hidden() -> None:
    reader = register()
    reader.apply("AU", dispute("JP", "2026-123456", named(FIRST)))
    assert load_disputes(RegisterView(reader, "US"), KEY) == ()
    reader.apply("AU", dispute("JP", "2026-123456", OPEN_CLAIM))
    both = load_disputes(reader, KEY)
    assert load_disputes(RegisterView(reader, "AU"), KEY) == both
    assert load_disputes(RegisterView(reader, "US"), KEY) == both[1:]


def test_after_the_opening_everybody_sees_the_claim_with_its_number() -> None:
    reader = register()
    reader.apply("AU", opening(FIRST, NUMBER, FILED))
    for office in ("AU", "US"):
        view = RegisterView(reader, office)
        (made, _) = resolved(view.get, record_of(view)).claims
        assert (made.claim_key, made.match_key) == (FIRST.claim_key, NUMBER)


def test_every_record_that_a_view_may_have_to_cut_is_known_without_decoding_it() -> None:
    reader = register()
    reader.apply("AU", dispute("JP", "2026-123456", named(FIRST)))
    cut = [value for key, value in reader.content.items() if key[:1] in b"fsx"]
    assert [may_hold_claim_key(value) for value in cut] == [True, True, True]
    plain = encode(record_of(register(WITHOUT)))
    assert not may_hold_claim_key(plain)
