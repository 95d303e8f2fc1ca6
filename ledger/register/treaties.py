"""Which treaty binds the offices of both filings: one must (register.md O8).

Paris Convention Art. 4A(1) gives the right in the *other countries of the Union*, TRIPS Art. 2(1) among
members of the WTO, UPOV 1991 Art. 11(1) with the authority of any other member. A union that only one of
the two is in gives nothing.
"""

from datetime import date

from ledger.register.entries import Right
from ledger.register.offices import NO_BEFORE, OFFICES, Office, was_member

_PARIS_AND_WTO, _UPOV = (0, 1), (2,)
"""Places in the table's unions."""


def common_treaty(
    first: str, second: str, right: Right, filed_on: date | None, claimed_on: date
) -> bool | None:
    """Return whether one union's members' priority is both given by the first office and taken by the second.

    Counted are the day of the first filing at its office, and the day of the second one at its own. None
    where the table does not know, or where other agreements or a predecessor's membership may have
    bound both. Former codes count as long as filings were made under them, where their last day is sure.
    """
    earlier, later = OFFICES[first], OFFICES[second]
    answers = []
    for union in _UPOV if right == "plantVariety" else _PARIS_AND_WTO:
        given, taken = _given(earlier, union, filed_on), _taken(later, union, claimed_on)
        if given and taken:
            return True
        answers.append(False if given is False or taken is False else None)
    # What organisations take their own treaty says: it knows no agreements between states.
    by_other_means = claimed_on < NO_BEFORE or (
        later.kind != "organisation" and (earlier.earlier or later.earlier) is not None
    )
    return None if None in answers or by_other_means else False


def _given(office: Office, union: int, on: date | None) -> bool | None:
    """Return whether a filing there has the union's priority; one under a treaty is each state's own (4A(2))."""
    if office.takes_treaty_filings is not None and union != _UPOV[0]:
        return office.takes_treaty_filings
    return was_member(office.unions[union], on)


def _taken(office: Office, union: int, on: date) -> bool | None:
    """Return whether the priority of the union's members may be claimed there."""
    is_vague = office.kind == "former" and office.until is None
    return None if is_vague else was_member(office.takes[union], on)
