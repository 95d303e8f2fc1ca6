"""Random registers with sealed filings: no rule raises, and outsiders are answered as if these were not there."""

from typing import get_args

import pytest
from msgspec.structs import replace
from register_builders import MappingReader, day
from sealed_registers import OFFICES, RandomEntries

from ledger.register.entitlement import Entitlement
from ledger.register.entries import Entry
from ledger.register.family import FamilyKind, find_family
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
    encode,
    parse_filing_id,
)
from ledger.register.keys import claiming_filing, is_sealed, sealed_key
from ledger.register.nodes import find_node
from ledger.register.outcome import Outcome
from ledger.register.priority import verify_priority
from ledger.register.priority.filing import verify_filing
from ledger.register.verification import (
    FilingQuestion,
    FirstFiling,
    PriorityRequest,
    SecondFiling,
)
from ledger.register.view import RegisterView

SEEDS = range(60)
KINDS: tuple[FamilyKind, ...] = get_args(FamilyKind)
OUTSIDER = "KR"


class Recording(MappingReader):
    """A register that remembers what became of all entries: their statuses, and why some were rejected."""

    def __init__(self) -> None:
        super().__init__()
        self.statuses = set[str]()

    def apply(self, office: str, entry: Entry) -> Outcome:
        outcome = super().apply(office, entry)
        self.statuses |= {outcome.status, outcome.reason}
        return outcome


def record_of(key: bytes, value: bytes) -> FilingRecord | SealedRecord:
    return decode_sealed(value) if is_sealed(key) else decode_filing(value)


def sealed_in(reader: MappingReader) -> frozenset[bytes]:
    """The fact keys of the filings that nobody opened."""
    return frozenset(
        key
        for key, value in reader.content.items()
        if is_sealed(key) and not decode_sealed(value).opened_as
    )


def as_undone(claim: ClaimRecord, gone: set[tuple[int, int]]) -> ClaimRecord:
    """The claim; as withdrawn, if it was corrected into one that is gone."""
    if claim.status != "corrected" or claim.changed_at not in gone:
        return claim
    return replace(
        claim, changes=(*claim.changes[:-1], replace(claim.changes[-1], status="withdrawn"))
    )


def without_sealed(reader: MappingReader) -> MappingReader:
    """The register with all sealed filings cut out, and all claims, relations and links to and from them."""
    gone = sealed_in(reader)

    def stays(named: ClaimRecord | RelatedRecord) -> bool:
        return not named.claim_key or sealed_key(named.office, named.claim_key) not in gone

    cut = MappingReader()
    cut.height = reader.height
    for key, value in reader.content.items():
        if key[:1] in b"fs" and key not in gone:
            record = record_of(key, value)
            made = {(claim.height, claim.index) for claim in record.claims if not stays(claim)}
            claims = tuple(as_undone(claim, made) for claim in filter(stays, record.claims))
            kept = replace(record, claims=claims, related=tuple(filter(stays, record.related)))
            cut.content[key] = encode(kept)
        elif key[:1] == b"p":
            first = b"s" + key[1 : key.index(b"\0")]
            if first not in gone and claiming_filing(key) not in gone:
                cut.content[key] = value
        elif key not in gone:
            cut.content[key] = value
    return cut


def proved_together(reader: MappingReader, start: bytes) -> set[bytes]:
    """The filings that claims and relations which stand and were proved connect with this one."""
    joined: dict[bytes, set[bytes]] = {}
    for key, value in reader.content.items():
        if key[:1] not in b"fs" or find_node(reader, key)[0] != key:
            continue
        record = record_of(key, value)
        joined.setdefault(key, set())
        standing = (claim for claim in record.claims if claim.status in ACTIVE)
        made: list[ClaimRecord | RelatedRecord] = [*standing, *record.related]
        for named in made:
            if named.claim_key:
                first = find_node(reader, sealed_key(named.office, named.claim_key))[0]
                joined[key].add(first)
                joined.setdefault(first, set()).add(key)
    reached, waiting = {start}, [start]
    while waiting:
        for other in joined[waiting.pop()] - reached:
            reached.add(other)
            waiting.append(other)
    return reached


@pytest.mark.parametrize("seed", SEEDS)
def test_outsiders_are_answered_as_if_no_sealed_filing_were_there(seed: int) -> None:
    # register.md S7, F13; and no rule raises, whatever is entered
    drawn = RandomEntries(seed)
    reader = drawn.entered(MappingReader())
    cut = without_sealed(reader)
    for one in drawn.filings:
        for asked in (one.sealed_id, one.open_id):
            for kind in KINDS:
                for without_disputed in (False, True):
                    told, expected = (
                        find_family(
                            each, asked, kind, viewer=OUTSIDER, without_disputed=without_disputed
                        )
                        for each in (reader, cut)
                    )
                    assert told == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_outsiders_get_the_verifications_of_a_register_without_sealed_filings(seed: int) -> None:
    # register.md S7: of all claims of each filing together, and of each pair of filings
    drawn = RandomEntries(seed)
    reader = drawn.entered(MappingReader())
    view, cut = RegisterView(reader, OUTSIDER), without_sealed(reader)
    seconds = [
        SecondFiling(
            ip_office_code=one.office,
            filing_date=day(one.filed),
            right="patent",
            application_number_text=one.number,
        )
        for one in drawn.filings
    ]
    for second in seconds:
        question = FilingQuestion(second=second)
        assert verify_filing(view, question) == verify_filing(cut, question)
        for one in drawn.filings:
            first = FirstFiling(
                ip_office_code=one.office,
                application_number_text=one.number,
                filing_date=day(one.filed),
            )
            asked = PriorityRequest(first=first, second=second)
            assert verify_priority(view, asked) == verify_priority(cut, asked)


@pytest.mark.parametrize("seed", SEEDS)
def test_an_office_sees_the_sealed_filings_that_proofs_connect_with_its_own(seed: int) -> None:
    # register.md S7
    drawn = RandomEntries(seed)
    reader = drawn.entered(MappingReader())
    gone = sealed_in(reader)
    for key in gone:
        owners = {other[1:3].decode() for other in proved_together(reader, key)}
        for office in (*OFFICES, OUTSIDER):
            assert Entitlement(reader, office).sees(key) == (office in owners)
    for one in drawn.filings:
        for office in OFFICES:
            for kind in KINDS:
                family = find_family(reader, one.sealed_id, kind, viewer=office)
                shown = [member.filing_id for member in family.members if member.is_sealed]
                entitlement = Entitlement(reader, office)
                assert all(entitlement.sees(parse_filing_id(each)) for each in shown)


def test_these_registers_have_what_they_are_to_try() -> None:
    """Sealed, opened and claimed filings, and entries that are accepted, repeated and rejected."""
    statuses, sees = set[str](), set[bool]()
    for seed in SEEDS:
        reader = Recording()
        RandomEntries(seed).entered(reader)
        statuses |= reader.statuses
        sees |= {
            Entitlement(reader, office).sees(key) for key in sealed_in(reader) for office in OFFICES
        }
    assert {"accepted", "repeated", "CLAIM_NOT_PROVED", "ALREADY_OPENED"} <= statuses
    assert {"SEALED_CLAIM_MALFORMED", "SEALED_FILING_NOT_FOUND", "CLAIM_CONFLICT"} <= statuses
    assert sees == {True, False}
