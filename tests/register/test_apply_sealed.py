import pytest
from msgspec.structs import replace
from register_builders import MappingReader, claim, day, dispute, filing
from sealed_builders import (
    named,
    proved,
    reference,
    related,
    seal_of,
    sealed,
    sealed_id,
)

from crypto.base64url import encode
from crypto.digest import sha256
from ledger.register.disputes import load_disputes
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Event,
    FilingReference,
    PriorityClaim,
    SealedFiling,
)
from ledger.register.filing import (
    ClaimRecord,
    EventRecord,
    RelatedRecord,
    SealedRecord,
    decode_sealed,
)
from ledger.register.keys import (
    filing_id,
    filing_key,
    history_links,
    linked_since,
    priority_link,
    sealed_count_key,
    sealed_key,
)
from ledger.register.outcome import Outcome
from ledger.register.sealed import count_of_sealed

FIRST = seal_of("AU", "2026900123", "2026-03-12")
SECOND = seal_of("EP", "26171234.5", "2026-09-01", code="second")
FIRST_KEY = sealed_key("AU", FIRST.claim_key)
SECOND_KEY = sealed_key("EP", SECOND.claim_key)
LATER = "JP.patent.2026123456"


def register_with_first() -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", sealed(FIRST)) == Outcome("accepted", "", sealed_id(FIRST))
    return reader


def record_of(reader: MappingReader, key: bytes) -> SealedRecord:
    data = reader.get(key)
    assert data is not None
    return decode_sealed(data)


def test_a_sealed_filing_tells_its_office_and_nothing_of_number_date_and_right() -> None:
    reader = register_with_first()
    assert record_of(reader, FIRST_KEY) == SealedRecord(FIRST.commitment, 1, 0)
    assert reader.content == {
        FIRST_KEY: reader.content[FIRST_KEY],
        sealed_count_key("AU"): b"\0\0\0\1",
    }


def test_the_same_sealed_filing_again_is_repeated() -> None:
    reader = register_with_first()
    again = reader.apply("AU", sealed(FIRST))
    assert again == Outcome("repeated", "", sealed_id(FIRST), 1, 0)
    assert count_of_sealed(reader.get, "AU") == 1


@pytest.mark.parametrize(
    "other",
    [
        SealedFiling(claim_key=FIRST.claim_key, commitment=SECOND.commitment),
        sealed(FIRST, claim("JP", "2025-123456", "2025-04-01", "patent")),
    ],
    ids=["another commitment", "another claim"],
)
def test_one_claim_key_is_one_sealed_filing_of_an_office(other: SealedFiling) -> None:
    reader = register_with_first()
    assert reader.apply("AU", other) == Outcome("rejected", "CONTENT_CONFLICT", sealed_id(FIRST))


def test_another_office_can_use_the_key_for_nothing_but_a_filing_of_its_own() -> None:
    reader = register_with_first()
    assert reader.apply("EP", sealed(FIRST)).subject == f"EP.sealed.{FIRST.claim_key}"
    outcome = reader.apply("JP", filing("2026123456", "2026-10-01", proved(FIRST, LATER)))
    assert outcome.status == "accepted"
    links = [key for key, _ in reader.scan(b"p")]
    assert links == [priority_link(FIRST_KEY, filing_key("JP", "patent", "2026123456"))]


def test_open_claims_of_a_sealed_filing_state_their_right() -> None:
    reader = MappingReader()
    without = sealed(SECOND, claim("AU", "2025900001", "2025-10-01"))
    assert reader.apply("EP", without).reason == "CLAIM_RIGHT_MISSING"
    stated = sealed(SECOND, claim("AU", "2025900001", "2025-10-01", "patent"))
    assert reader.apply("EP", stated).status == "accepted"
    first = filing_key("AU", "patent", "2025900001")
    assert reader.get(priority_link(first, SECOND_KEY)) == linked_since(2)


def test_a_sealed_filing_has_no_more_claims_than_another() -> None:
    reader = MappingReader()
    claims = [claim("AU", f"20259{n:05}", "2025-10-01", "patent") for n in range(201)]
    assert reader.apply("EP", sealed(SECOND, *claims)).reason == "TOO_MANY_CLAIMS"
    long = sealed(SECOND, claim("AU", "1" * 65, "2025-10-01", "patent"))
    assert reader.apply("EP", long).reason == "NUMBER_TOO_LONG"


def test_a_sealed_filing_claims_a_sealed_filing() -> None:
    reader = register_with_first()
    entry = sealed(SECOND, proved(FIRST, sealed_id(SECOND)))
    assert reader.apply("EP", entry) == Outcome("accepted", "", sealed_id(SECOND))
    made = ClaimRecord("AU", "", "", None, None, 2, 0, claim_key=FIRST.claim_key)
    assert record_of(reader, SECOND_KEY) == SealedRecord(SECOND.commitment, 2, 0, (made,), 1)
    assert reader.get(priority_link(FIRST_KEY, SECOND_KEY)) == linked_since(2)


def test_a_sealed_relation_is_proved_for_its_relation() -> None:
    reader = register_with_first()
    division = seal_of("AU", "2026900999", "2026-09-01", code="division")
    good = related(FIRST, sealed_id(division), "division")
    wrong = related(FIRST, sealed_id(division), "addition")
    moved = replace(good, proof=wrong.proof)
    assert reader.apply("AU", sealed(division, related=(moved,))).reason == "CLAIM_NOT_PROVED"
    assert reader.apply("AU", sealed(division, related=(good,))).status == "accepted"
    key = sealed_key("AU", division.claim_key)
    known = RelatedRecord("division", "AU", "", "", None, None, FIRST.claim_key)
    assert record_of(reader, key).related == (known,)
    assert reader.get(priority_link(FIRST_KEY, key)) == linked_since(3)


def test_an_open_filing_claims_a_sealed_one() -> None:
    reader = register_with_first()
    outcome = reader.apply("JP", filing("2026123456", "2026-10-01", proved(FIRST, LATER)))
    assert outcome == Outcome("accepted", "", LATER)
    later = filing_key("JP", "patent", "2026123456")
    assert reader.get(priority_link(FIRST_KEY, later)) == linked_since(2)
    again = reader.apply("JP", filing("2026123456", "2026-10-01", proved(FIRST, LATER)))
    assert again == Outcome("repeated", "", LATER, 2, 0)


def test_a_claim_to_a_sealed_filing_that_is_not_there_is_rejected() -> None:
    reader = MappingReader()
    refused = reader.applied("JP", filing("2026123456", "2026-10-01", proved(FIRST, LATER)))
    assert refused == (Outcome("rejected", "SEALED_FILING_NOT_FOUND", LATER), (), ())


def test_a_filing_that_claims_itself_is_told_so_and_linked_to_nothing() -> None:
    reader = register_with_first()
    entry = Claim(
        filing=reference(FIRST),
        action="add",
        claim=proved(FIRST, sealed_id(FIRST)),
        decision_date=day("2026-10-01"),
    )
    assert reader.apply("AU", entry) == Outcome("accepted", "PRIORITY_SELF", sealed_id(FIRST))
    assert list(reader.scan(b"p")) == []


@pytest.mark.parametrize(
    "half",
    [
        named(FIRST),
        PriorityClaim(ip_office_code="AU", proof=proved(FIRST, LATER).proof),
        replace(proved(FIRST, LATER), application_number_text="2026900123"),
        replace(proved(FIRST, LATER), filing_date=day("2026-03-12")),
        replace(proved(FIRST, LATER), right="patent"),
        replace(proved(FIRST, LATER), ip_office_code=""),
        replace(proved(FIRST, LATER), ip_office_code="Q1"),
    ],
    ids=["no proof", "no key", "a number", "a date", "a right", "no office", "an unknown office"],
)
def test_half_a_sealed_claim_is_malformed(half: PriorityClaim) -> None:
    reader = register_with_first()
    for entry in (filing("2026123456", "2026-10-01", half), sealed(SECOND, half)):
        assert reader.apply("JP", entry).reason == "SEALED_CLAIM_MALFORMED"


def test_claims_of_a_sealed_filing_change_like_others() -> None:
    reader = register_with_first()
    reader.apply("EP", sealed(SECOND))

    def change(action: ClaimAction, made: PriorityClaim, **others: object) -> Outcome:
        entry = Claim(
            filing=reference(SECOND),
            action=action,
            claim=made,
            decision_date=day("2026-10-05"),
        )
        return reader.apply("EP", replace(entry, **others))

    made = proved(FIRST, sealed_id(SECOND))
    mistyped = claim("AU", "2026900124", "2026-03-12", "patent")
    about = sealed_id(SECOND)
    assert change("add", mistyped) == Outcome("accepted", "", about)
    assert change("correct", made, replaced_claim=mistyped) == Outcome("accepted", "", about)
    assert change("correct", made, replaced_claim=mistyped) == Outcome("repeated", "", about, 4, 0)
    assert change("add", made) == Outcome("repeated", "", about, 4, 0)
    restored = change("restore", named(FIRST), criterion="dueCare")
    assert restored == Outcome("accepted", "", about)
    assert change("withdraw", named(FIRST)) == Outcome("accepted", "", about)
    assert change("withdraw", made).reason == "SEALED_CLAIM_MALFORMED", "one is named, not proved"
    assert change("withdraw", named(SECOND)).reason == "CLAIM_NOT_FOUND"
    assert change("add", claim("AU", "2025900001", "2025-10-01")).reason == "CLAIM_RIGHT_MISSING"
    statuses = [known.status for known in record_of(reader, SECOND_KEY).claims]
    assert statuses == ["corrected", "withdrawn"]
    assert reader.get(priority_link(FIRST_KEY, SECOND_KEY)) == linked_since(4)


def test_two_sealed_claims_of_one_filing_are_two_claims() -> None:
    reader = register_with_first()
    other = seal_of("AU", "2026900777", "2026-04-01")
    reader.apply("AU", sealed(other))
    later = sealed_id(SECOND)
    reader.apply("EP", sealed(SECOND, proved(FIRST, later), proved(other, later)))
    entry = Claim(
        filing=reference(SECOND),
        action="withdraw",
        claim=named(other),
        decision_date=day("2026-10-05"),
    )
    reader.apply("EP", entry)
    statuses = [known.status for known in record_of(reader, SECOND_KEY).claims]
    assert statuses == ["claimed", "withdrawn"]


def test_what_happens_to_a_sealed_filing_is_entered_by_its_claim_key() -> None:
    reader = register_with_first()
    entry = Event(filing=reference(FIRST), event_category="withdrawn", event_date=day("2020-01-01"))
    assert reader.apply("AU", entry) == Outcome("accepted", "", sealed_id(FIRST))
    happened = EventRecord("withdrawn", day("2020-01-01"), None, 2, 0)
    assert record_of(reader, FIRST_KEY).events == (happened,)
    assert len(list(reader.scan(history_links(FIRST_KEY)))) == 1
    assert reader.apply("EP", entry).reason == "SEALED_FILING_NOT_FOUND", "of its own office only"


@pytest.mark.parametrize(
    "pointing",
    [
        FilingReference(),
        FilingReference(application_number_text="2026900123"),
        FilingReference(claim_key=FIRST.claim_key, right="patent"),
        FilingReference(claim_key=FIRST.claim_key, application_number_text="2026900123"),
        FilingReference(claim_key=FIRST.claim_key, filing_date=day("2026-03-12")),
    ],
)
def test_an_entry_names_a_filing_by_number_or_by_claim_key(pointing: FilingReference) -> None:
    reader = register_with_first()
    entry = Event(filing=pointing, event_category="withdrawn", event_date=day("2026-10-01"))
    assert reader.apply("AU", entry).reason == "FILING_NOT_NAMED"


def test_a_sealed_claim_is_disputed_by_its_key() -> None:
    reader = register_with_first()
    other = seal_of("AU", "2026900777", "2026-04-01")
    reader.apply("AU", sealed(other))
    later = sealed_id(SECOND)
    reader.apply("EP", sealed(SECOND, proved(FIRST, later), proved(other, later)))
    by_number = dispute("EP", "", named(other))
    entry = replace(by_number, filing=reference(SECOND))
    assert reader.apply("AU", entry) == Outcome("accepted", "", later)
    ((office, raised),) = load_disputes(reader, SECOND_KEY)
    assert (office, raised.claim_key, raised.number) == ("AU", other.claim_key, "")
    with_proof = replace(entry, claim=proved(other, later))
    assert reader.apply("AU", with_proof).reason == "SEALED_CLAIM_MALFORMED"
    by_open = replace(entry, claim=claim("AU", "2026900777", None))
    assert reader.apply("AU", by_open).reason == "CLAIM_RIGHT_MISSING"
    taken_back = replace(entry, action="withdraw", reason_text="")
    assert reader.apply("AU", taken_back).status == "accepted"


def test_a_dispute_that_names_no_filing_is_told_so() -> None:
    unnamed = replace(dispute("EP", "", named(FIRST)), filing=FilingReference())
    assert MappingReader().apply("AU", unnamed) == Outcome("rejected", "FILING_NOT_NAMED", "EP")


def test_the_id_of_a_sealed_filing_names_its_office_and_claim_key() -> None:
    assert filing_id(FIRST_KEY) == f"AU.sealed.{FIRST.claim_key}" == sealed_id(FIRST)


def test_a_key_that_is_no_point_of_the_curve_is_claimed_by_nobody() -> None:
    reader = MappingReader()
    claim_key = encode(b"\x02" + bytes(31))
    entry = SealedFiling(claim_key=claim_key, commitment=encode(sha256(b"")))
    assert reader.apply("AU", entry).status == "accepted"
    made = PriorityClaim(ip_office_code="AU", claim_key=claim_key, proof="A" * 86)
    outcome = reader.apply("JP", filing("2026123456", "2026-10-01", made))
    assert outcome.reason == "CLAIM_NOT_PROVED"


@pytest.mark.parametrize("key", [b"\x01" + bytes(31), bytes(32), b"\xff" * 32])
def test_a_key_about_which_libraries_differ_is_refused(key: bytes) -> None:
    """With the first one a signature of zeros holds for every message."""
    reader = MappingReader()
    entry = SealedFiling(claim_key=encode(key), commitment=encode(sha256(b"")))
    assert reader.apply("AU", entry).reason == "CLAIM_KEY_UNSOUND"
