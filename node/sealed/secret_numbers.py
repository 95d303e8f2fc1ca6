"""Numbers that few may know: what names one openly would tell it to every office, for ever.

They are those of this office's own sealed filings, and those that applicants gave it with an access code.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from ledger.register.applied import Applied, Get, Position
from ledger.register.apply_changes import FoundFiling, find_filing
from ledger.register.apply_filing import ASSUMED_RIGHT, claim_record
from ledger.register.entries import (
    TEXT_LENGTH_MAX,
    Claim,
    Dispute,
    Entry,
    Filing,
    PriorityClaim,
    RelatedFiling,
    Right,
)
from ledger.register.filing import ClaimRecord, RelatedRecord
from ledger.register.keys import filing_key, is_sealed, sealed_key
from ledger.register.named_claims import is_named
from ledger.register.numbers.number import Number
from ledger.register.offices import office_code
from ledger.register.priority.unlock import readings as possible_readings
from ledger.register.sealed import count_of_sealed, known_as
from ledger.register.sealed_claims import ToldAlike
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import GivenClaim

_NOWHERE: Final = Position(0, 0, 0)
Naming = GivenClaim | PriorityClaim | RelatedFiling


def readings(
    named: Naming, second: Right, filing_date: date | None
) -> Iterator[tuple[str, Number]]:
    """The number as of every right that it may be of, as verification reads it, too."""
    office = office_code(named.ip_office_code)
    return possible_readings(
        office, named.application_number_text, filing_date, named.right, second
    )


def secret_filing(get: Get, codes: CodeStore, named: Naming, second: Right) -> KnownFiling | None:
    """The filing, sealed under whatever date, whose number the claim names; none: no secret that is known here."""
    if not len(codes) or not _is_open_claim(named):
        return None
    # The date may be the slip, and a number be read by it.
    for filing_date in dict.fromkeys((named.filing_date, None)):
        for office, number in readings(named, second, filing_date):
            for match_key in (number.match_key, *number.alternatives):
                if get(filing_key(office, number.right, match_key)) is not None:
                    return None
                for known in codes.filings(office, number.right, match_key):
                    return known
    return None


def may_be_sealed(get: Get, codes: CodeStore, named: Naming, second: Right) -> bool:
    """Whether another office may have sealed this one: it has sealed filings, and none open with this number (S6)."""
    if not _is_open_claim(named):
        return False
    offices: set[str] = set()
    for office, number in readings(named, second, named.filing_date):
        offices.add(office)
        for match_key in (number.match_key, *number.alternatives):
            if get(filing_key(office, number.right, match_key)) is not None:
                return False
    return any(count_of_sealed(get, office) for office in offices - {codes.office})


def is_of_number(named: Naming, known: KnownFiling, second: Right) -> bool:
    """Whether a claim names this filing by its number, whatever date it names."""
    filing_date = named.filing_date or known.filing_date
    if not _is_open_claim(named):
        return False
    return any(
        (office, number.right) == (known.office, known.right)
        and known.match_key in (number.match_key, *number.alternatives)
        for office, number in readings(named, second, filing_date)
    )


def holds(
    get: Get, claims: tuple[ClaimRecord | RelatedRecord, ...], named: PriorityClaim, second: Right
) -> bool:
    """Whether one of these claims is named, so that all that names it is on the ledger already."""
    if len(named.application_number_text) > TEXT_LENGTH_MAX:
        return False
    made = claim_record(named, second, _NOWHERE, [])
    alike = ToldAlike(get, ASSUMED_RIGHT[second], (*claims, made))
    meant = alike(made)
    return any(is_named(alike(claim), meant) for claim in claims)


def _is_open_claim(named: Naming) -> bool:
    """Whether it names a filing by a number that the register would read."""
    is_short = len(named.application_number_text) <= TEXT_LENGTH_MAX
    return named.claim_key is None and is_short and bool(office_code(named.ip_office_code))


def told_secret(
    get: Get, codes: CodeStore, office: str, entry: Entry
) -> tuple[str, KnownFiling] | None:
    """The first claim or relation of an open entry that would tell the number of a sealed filing, with the path."""
    if not len(codes):
        return None
    match entry:
        case Filing():
            return _told_by_filing(get, codes, entry)
        case Claim():
            found = find_filing(get, office, entry.filing)
            replaced = (
                () if entry.replaced_claim is None else (("replacedClaim", entry.replaced_claim),)
            )
            return _told_of(get, codes, found, (("claim", entry.claim), *replaced))
        case Dispute():
            found = find_filing(get, office_code(entry.claiming_office_code), entry.filing)
            return _told_of(get, codes, found, (("claim", entry.claim),))
        case _:
            return None


def _told_by_filing(get: Get, codes: CodeStore, entry: Filing) -> tuple[str, KnownFiling] | None:
    bags: tuple[tuple[str, tuple[Naming, ...]], ...] = (
        ("priorityClaimBag", entry.priority_claim_bag),
        ("relatedFilingBag", entry.related_filing_bag),
    )
    for name, bag in bags:
        for place, named in enumerate(bag):
            known = secret_filing(get, codes, named, entry.right)
            if known is not None:
                return f"{name}[{place}].applicationNumberText", known
    return None


def _told_of(
    get: Get,
    codes: CodeStore,
    found: FoundFiling | Applied,
    named: Iterable[tuple[str, PriorityClaim]],
) -> tuple[str, KnownFiling] | None:
    """As `told_secret`, of an entry about a filing; what that names already is told already."""
    second: Right = "patent" if isinstance(found, Applied) else found.right
    made: tuple[ClaimRecord | RelatedRecord, ...] = ()
    if not isinstance(found, Applied):
        made = (*found.record.claims, *found.record.related)
    for path, claim in named:
        if made and holds(get, made, claim, second):
            continue
        known = secret_filing(get, codes, claim, second)
        known = known or _behind(get, codes, made, claim, second)
        if known is not None:
            return f"{path}.applicationNumberText", known
    return None


def _behind(
    get: Get,
    codes: CodeStore,
    made: tuple[ClaimRecord | RelatedRecord, ...],
    named: PriorityClaim,
    second: Right,
) -> KnownFiling | None:
    """The filing behind a sealed claim, still sealed, that is named by its number."""
    for claim in made:
        known = codes.find(claim.claim_key) if claim.claim_key else None
        if known is None or not is_sealed(known_as(get, sealed_key(known.office, known.claim_key))):
            continue
        if is_of_number(named, known, second):
            return known
    return None
