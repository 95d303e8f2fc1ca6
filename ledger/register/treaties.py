"""Which treaty binds the offices of both filings: one must (register.md O8).

Paris Convention Art. 4A(1) gives the right in the *other countries of the Union*, TRIPS Art. 2(1) among
members of the WTO, UPOV 1991 Art. 11(1) with the authority of any other member. A union that only one of
the two is in gives nothing.
"""

from datetime import date

from ledger.register.entries import Right
from ledger.register.offices import NO_BEFORE, OFFICES, Office, was_member

_Answers = tuple[bool | None, ...]


def common_treaty(
    first: str, second: str, right: Right, filed_on: date | None, claimed_on: date
) -> bool | None:
    """Return whether one union's members' priority is both given by the first office and taken by the second.

    Counted are the day of the first filing at its office, and the day of the second one at its own. None
    where the table does not know, or where other agreements or a predecessor's membership may have
    bound both. Former codes count as long as filings were made under them, where their last day is sure.
    """
    earlier, later = OFFICES[first], OFFICES[second]
    given, taken = _given(earlier, right, filed_on), _taken(later, right, claimed_on)
    answers = [_both(one, other) for one, other in zip(given, taken, strict=True)]
    if True in answers:
        return True
    # What organisations take their own treaty says: it knows no agreements between states.
    by_other_means = claimed_on < NO_BEFORE or (
        later.kind != "organisation" and (earlier.earlier or later.earlier) is not None
    )
    return None if None in answers or by_other_means else False


def _given(office: Office, right: Right, on: date | None) -> _Answers:
    """Return for each union whether a filing there has its priority; one under a treaty is each state's own (4A(2))."""
    if right == "plantVariety":
        return (was_member(office.upov, on),)
    if office.takes_treaty_filings is not None:
        return (office.takes_treaty_filings, office.takes_treaty_filings)
    return was_member(office.paris, on), was_member(office.wto, on)


def _taken(office: Office, right: Right, on: date) -> _Answers:
    """Return for each union whether its members' priority may be claimed there."""
    takes = office.takes
    unions = (takes.upov,) if right == "plantVariety" else (takes.paris, takes.wto)
    is_vague = office.kind == "former" and office.until is None
    return tuple(None if is_vague else was_member(union, on) for union in unions)


def _both(one: bool | None, other: bool | None) -> bool | None:
    if one is False or other is False:
        return False
    return None if one is None or other is None else True
