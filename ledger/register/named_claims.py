"""Which claims of a filing an entry about claims means (register.md R6, R7, R14)."""

from collections.abc import Callable, Iterator

from ledger.register.filing import ACTIVE, ClaimChange, ClaimRecord, ClaimStatus, RelatedRecord
from ledger.register.told_again import content


def is_retry(known: ClaimRecord, made: ClaimRecord) -> bool:
    """Return whether a claim that was made later is the very one that is made now."""
    same_day = known.made_on == made.made_on and content(known) == content(made)
    return same_day and not is_requested_otherwise(known, made)


def is_requested_otherwise(known: ClaimRecord, made: ClaimRecord) -> bool:
    """Return whether the claim stands, and the day of its notice is told otherwise than before."""
    is_later_claim = known.status in ACTIVE and known.made_on is not None
    return is_later_claim and made.requested_on not in {None, known.requested_on}


def names_same_filing(known: ClaimRecord | RelatedRecord, named: ClaimRecord) -> bool:
    """Return whether two claims name one first filing; without a number, as given in all parts."""
    if known.match_key and named.match_key:
        rights = (known.right, named.right)
        return (
            known.office == named.office
            and known.match_key == named.match_key
            and (None in rights or known.right == named.right)
        )
    return (known.office, known.number, known.filing_date, known.claim_key) == (
        named.office,
        named.number,
        named.filing_date,
        named.claim_key,
    )


def is_same_claim(known: ClaimRecord, named: ClaimRecord) -> bool:
    """Return whether two claims name one first filing with one date."""
    return known.filing_date == named.filing_date and names_same_filing(known, named)


def is_named(known: ClaimRecord | RelatedRecord, named: ClaimRecord) -> bool:
    """Return whether the claim is the one named: with its date, or without any."""
    return named.filing_date in {None, known.filing_date} and names_same_filing(known, named)


def changes_to(
    claims: tuple[ClaimRecord, ...], named: ClaimRecord, status: ClaimStatus
) -> Iterator[ClaimChange]:
    """Return how the claims named came to this status, whatever became of them since: what a retry repeats."""
    for known in claims:
        if is_named(known, named):
            yield from (change for change in known.changes if change.status == status)


def corrections(
    claims: tuple[ClaimRecord, ...], replaced: ClaimRecord, made: ClaimRecord
) -> Iterator[ClaimRecord]:
    """Return the claims that came in place of the replaced one, where this correction was entered before."""
    for former in claims:
        if former.status == "corrected" and is_same_claim(former, replaced):
            for known in claims:
                came = (known.height, known.index) == former.changed_at
                if came and content(known) == content(made):
                    yield known


def find_claims(
    claims: tuple[ClaimRecord, ...],
    named: ClaimRecord,
    statuses: frozenset[ClaimStatus],
    is_meant: Callable[[ClaimRecord, ClaimRecord], bool],
) -> tuple[int, ...]:
    """Return the places of the latest claim with one of the statuses that is meant, and of those that say the same.

    A filing may make one claim twice: what is decided of the one is decided of the other.
    """
    places = [
        place
        for place in range(len(claims) - 1, -1, -1)
        if claims[place].status in statuses and is_meant(claims[place], named)
    ]
    return tuple(place for place in places if is_same_claim(claims[place], claims[places[0]]))
