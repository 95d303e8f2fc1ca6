"""What several claims of one filing show only together (register.md V7)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from ledger.register.entries import Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    parse_filing_id,
)
from ledger.register.keys import RIGHTS, claiming_filing, filing_id, priority_links
from ledger.register.nodes import Record, find_node, keys_of, with_told
from ledger.register.numbers import read_earlier
from ledger.register.offices import office_code
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.priority.second_filing import find_second
from ledger.register.reader import RegisterReader
from ledger.register.verification import ClaimVerification, Finding, SecondFiling

CLAIMANTS_MAX = 32
"""Other filings that claim a first filing, looked at for older ones in the family."""
_SEVERAL_RIGHTS = 2
_SEVERAL = "Paris Convention Art. 4F"
_FIRST = "Paris Convention Art. 4C(4); EPC Art. 87(4)"


class _Place(NamedTuple):
    """Which first filing is meant: filings of two rights may have one number (serial numbers of rights overlap)."""

    office: str
    match_key: str
    """Of one that is sealed its claim key. Empty: not known."""
    right: Right | None
    """None: the claim names none, and no filing is found; or it is sealed."""

    @property
    def name(self) -> tuple[str, str]:
        """Without the right."""
        return self.office, self.match_key

    def may_be(self, others: Iterable["_Place"]) -> bool:
        """Return whether one of the others may be the same filing."""
        return any(
            self.name == other.name
            and (self.right == other.right or None in {self.right, other.right})
            for other in others
        )


class _Claimed(NamedTuple):
    """A claim, and the first filing that it names."""

    claim: ClaimVerification
    place: _Place
    key: bytes = b""
    record: Record | None = None
    filed: date = date.min
    """Of the filing that is found."""

    @property
    def name(self) -> str:
        """Office and number as claimed."""
        first = self.claim.first
        return f"{first.ip_office_code} {first.application_number_text}"


def find_findings(
    reader: RegisterReader, second: SecondFiling, claims: tuple[ClaimVerification, ...]
) -> tuple[Finding, ...]:
    """Return the duplicates, contradictions and chains among the claims, and older filings of the family."""
    claimed = [_read(reader, second, claim) for claim in claims]
    return (
        *_same_filing(claimed),
        *_chains(claimed),
        *_older_in_family(reader, find_second(reader, second).key, claimed),
    )


def _read(reader: RegisterReader, second: SecondFiling, claim: ClaimVerification) -> _Claimed:
    found = claim.verification.first_filing
    if found is not None:
        key, record = find_node(reader, parse_filing_id(found.filing_id))
        right = RIGHTS.get(chr(key[3]))
        place = _Place(found.ip_office_code, found.filing_id.split(".")[2], right)
        told = record if record is None else with_told(reader, record)
        return _Claimed(claim, place, key, told, found.filing_date)
    first = claim.first
    office = office_code(first.ip_office_code)
    if not office:
        return _Claimed(claim, _Place("", "", None))
    assumed = first.right or FIRST_RIGHTS[second.right][0]
    office, number = read_earlier(office, assumed, first.application_number_text, first.filing_date)
    right = first.right if number.right == assumed else number.right
    return _Claimed(claim, _Place(office, number.match_key, right))


def _same_filing(claimed: list[_Claimed]) -> Iterator[Finding]:
    """Yield the claims that name one filing: again, or with contradicting dates."""
    for group in _groups(claimed):
        if len(group) == 1:
            continue
        numbers = tuple(each.claim.number for each in group)
        dates = {each.claim.first.filing_date for each in group}
        name = group[0].name
        if len(dates) == 1:
            yield Finding("DUPLICATE_CLAIM", numbers, _SEVERAL, f"each names {name}")
        else:
            dated = ", ".join(sorted(str(day or "no date") for day in dates))
            yield Finding("CLAIM_CONFLICT", numbers, _SEVERAL, f"{name} with {dated}")


def _groups(claimed: list[_Claimed]) -> Iterator[list[_Claimed]]:
    """Yield the claims by the filings that they name; those of two rights under one number name two."""
    by_number: dict[tuple[str, str], list[_Claimed]] = defaultdict(list)
    for each in claimed:
        if each.place.match_key:
            by_number[each.place.name].append(each)
    for group in by_number.values():
        rights = {each.place.right for each in group}
        if len(rights - {None}) < _SEVERAL_RIGHTS:
            yield group
        else:
            for right in dict.fromkeys(each.place.right for each in group):
                yield [each for each in group if each.place.right == right]


def _chains(claimed: list[_Claimed]) -> Iterator[Finding]:
    """Yield the claims whose first filing names another claimed one as earlier: it is not the first for that."""
    places = _by_name([each.place for each in claimed])
    last = {each.place: each for each in claimed}
    for each in claimed:
        for place in _earlier(each.record):
            meant = [known for known in places[place.name] if place.may_be([known])]
            older = last[meant[-1]] if meant else None
            if older is not None and not older.place.may_be([each.place]):
                numbers = (each.claim.number, older.claim.number)
                came = f"{each.name} names {older.name} as earlier: for what that disclosed it is not the first"
                yield Finding("CLAIMS_IN_CHAIN", numbers, _FIRST, came)


def _earlier(record: Record | None) -> list[_Place]:
    if record is None:
        return []
    claims: list[ClaimRecord | RelatedRecord] = [
        each for each in record.claims if each.status in ACTIVE
    ]
    named = [*claims, *record.related]
    places = (_Place(each.office, each.match_key or each.claim_key, each.right) for each in named)
    return [place for place in places if place.match_key]


def _by_name(places: Iterable[_Place]) -> defaultdict[tuple[str, str], list[_Place]]:
    """Return the places by office and match key."""
    found: defaultdict[tuple[str, str], list[_Place]] = defaultdict(list)
    for place in places:
        if place.match_key:
            found[place.name].append(place)
    return found


def _older_in_family(
    reader: RegisterReader, second: bytes, claimed: list[_Claimed]
) -> Iterator[Finding]:
    """Yield older filings that others claim beside a first filing of this one, which claims them not."""
    known = _by_name(each.place for each in claimed)
    for each in claimed:
        if each.record is None:
            continue
        for place in _earlier(each.record):
            known[place.name].append(place)
        for other, record in _claimants(reader, each):
            # The link stays when the claim is withdrawn.
            if other == second or not each.place.may_be(_earlier(record)):
                continue
            for claim in record.claims:
                place = _Place(claim.office, claim.match_key, claim.right)
                if not _is_older(claim, each.filed) or place.may_be(known[place.name]):
                    continue
                known[place.name].append(place)
                day = claim.filing_date
                came = (
                    f"{filing_id(other)} claims {claim.office} {claim.number} of {day}"
                    f" beside {each.name}: it may be the first"
                )
                yield Finding("OLDER_IN_FAMILY", (each.claim.number,), _FIRST, came)


def _claimants(reader: RegisterReader, first: _Claimed) -> Iterator[tuple[bytes, FilingRecord]]:
    """Yield the open filings that claim a first filing; nobody is told of sealed ones here (register.md F13)."""
    for key in keys_of(first.key, first.record):
        links = [link for link, _ in reader.scan(priority_links(key), limit=CLAIMANTS_MAX)]
        for link in links:
            other, record = find_node(reader, claiming_filing(link))
            if isinstance(record, FilingRecord):
                yield other, with_told(reader, record)


def _is_older(claim: ClaimRecord, filed: date) -> bool:
    """Return whether the claim stands and leads to a filing that is older than the first one, filed then."""
    is_earlier = claim.filing_date is not None and claim.filing_date < filed
    return is_earlier and claim.status in ACTIVE and bool(claim.match_key)
