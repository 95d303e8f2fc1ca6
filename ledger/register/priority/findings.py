"""What several claims of one filing show only together (register.md V7)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from ledger.register.filing import ACTIVE, FilingRecord, decode_filing, parse_filing_id
from ledger.register.keys import claiming_filing, filing_id, priority_links
from ledger.register.numbers import read_earlier
from ledger.register.offices import office_code
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.priority.second_filing import find_second
from ledger.register.reader import RegisterReader
from ledger.register.verification import ClaimVerification, Finding, SecondFiling

CLAIMANTS_MAX = 32
"""Other filings that claim a first filing, looked at for older ones in the family."""
_SEVERAL = "Paris Convention Art. 4F"
_FIRST = "Paris Convention Art. 4C(4); EPC Art. 87(4)"

_Place = tuple[str, str]
"""Office and match key of a first filing."""


class _Claimed(NamedTuple):
    """A claim, and the first filing that it names."""

    claim: ClaimVerification
    place: _Place
    key: bytes
    record: FilingRecord | None

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
        key = parse_filing_id(found.filing_id)
        data = reader.get(key)
        place = found.ip_office_code, found.filing_id.split(".")[2]
        return _Claimed(claim, place, key, None if data is None else decode_filing(data))
    first = claim.first
    office = office_code(first.ip_office_code)
    if not office:
        return _Claimed(claim, ("", ""), b"", None)
    right = first.right or FIRST_RIGHTS[second.right][0]
    office, number = read_earlier(office, right, first.application_number_text, first.filing_date)
    return _Claimed(claim, (office, number.match_key), b"", None)


def _same_filing(claimed: list[_Claimed]) -> Iterator[Finding]:
    """Yield the claims that name one filing: again, or with contradicting dates."""
    groups: dict[_Place, list[_Claimed]] = defaultdict(list)
    for each in claimed:
        if each.place[1]:
            groups[each.place].append(each)
    for group in groups.values():
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


def _chains(claimed: list[_Claimed]) -> Iterator[Finding]:
    """Yield the claims whose first filing names another claimed one as earlier: it is not the first for that."""
    places = {each.place: each for each in claimed if each.place[1]}
    for each in claimed:
        for place in _earlier(each.record):
            older = places.get(place)
            if older is not None and older.place != each.place:
                numbers = (each.claim.number, older.claim.number)
                came = f"{each.name} names {older.name} as earlier: for what that disclosed it is not the first"
                yield Finding("CLAIMS_IN_CHAIN", numbers, _FIRST, came)


def _earlier(record: FilingRecord | None) -> list[_Place]:
    if record is None:
        return []
    places = [(each.office, each.match_key) for each in record.claims if each.status in ACTIVE]
    places += [(each.office, each.match_key) for each in record.related]
    return [place for place in places if place[1]]


def _older_in_family(
    reader: RegisterReader, second: bytes, claimed: list[_Claimed]
) -> Iterator[Finding]:
    """Yield older filings that others claim beside a first filing of this one, which claims them not."""
    known = {each.place for each in claimed}
    for each in claimed:
        if each.record is None:
            continue
        known.update(_earlier(each.record))
        links = reader.scan(priority_links(each.key), limit=CLAIMANTS_MAX)
        for link in [link for link, _ in links]:
            other = claiming_filing(link)
            data = reader.get(other) if other != second else None
            record = None if data is None else decode_filing(data)
            if record is None or each.place not in _earlier(record):
                continue  # The link stays when the claim is withdrawn.
            for claim in record.claims:
                place = claim.office, claim.match_key
                day = claim.filing_date
                is_older = day is not None and day < each.record.filing_date
                if is_older and claim.status in ACTIVE and place not in known and claim.match_key:
                    known.add(place)
                    came = (
                        f"{filing_id(other)} claims {claim.office} {claim.number} of {day}"
                        f" beside {each.name}: it may be the first"
                    )
                    yield Finding("OLDER_IN_FAMILY", (each.claim.number,), _FIRST, came)
