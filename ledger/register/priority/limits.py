"""The law that a second filing is under, and the time limits that it gives a priority claim.

They are known for PCT filings and for European ones; elsewhere the national law counts, which this
register does not know: a limit is then None, never guessed.
"""

from datetime import date
from typing import Literal, NamedTuple

from ledger.register.calendar import add_months, extend_over_closed_days
from ledger.register.filing import FilingRecord
from ledger.register.priority.case import Case, second_date

Law = Literal["PCT", "EPC", "US", "national"]

CLAIM_MONTHS_FROM_PRIORITY = 16
CLAIM_MONTHS_FROM_FILING = 4
"""PCT Rule 26bis.1(a), EPC Rule 52(2) and (3); the least that PLT Rule 14(3) allows a state to give."""
COPY_MONTHS = 16
"""PCT Rule 17.1(a), EPC Rule 53(1), 37 CFR 1.55(f)."""

CLAIM_RULES: dict[Law, str] = {
    "PCT": "PCT Rule 26bis.1(a)",
    "EPC": "EPC Rule 52(2), (3)",
    "US": "Paris Convention Art. 4D(1); 37 CFR 1.55",
    "national": "Paris Convention Art. 4D(1); PLT Art. 13(1)",
}
COPY_RULES: dict[Law, str] = {
    "PCT": "PCT Rule 17.1(a)",
    "EPC": "EPC Rule 53(1)",
    "US": "37 CFR 1.55(f)",
    "national": "Paris Convention Art. 4D(3)",
}
RESTORATION_RULES: dict[Law, str] = {
    "PCT": "PCT Rule 26bis.3",
    "EPC": "EPC Art. 122, Rule 136(1)",
    "US": "37 CFR 1.55(c)",
    "national": "PLT Art. 13(2), where the office applies it",
}
_LAWS: dict[str, Law] = {"EP": "EPC", "US": "US"}


class ClaimLimit(NamedTuple):
    """The last day to add or correct a claim."""

    rule: str
    day: date | None
    """None: the law is not known to this register, or no priority date is."""


def law_of(case: Case) -> Law:
    """Return the law under which the second filing's claims are made.

    For a national phase it is the PCT, for a division its parent's: both have the parent's claims.
    What continues a filing makes claims of its own, at its own office.
    """
    if case.second_right not in {"patent", "utilityModel"}:
        return "US" if case.second_office == "US" else "national"
    if case.second_office == "WO":
        return "PCT"
    for related in case.related:
        if related.relation == "nationalPhase" and related.office == "WO":
            return "PCT"
    if case.related and case.filed is not None and case.filed.is_of_pct:
        return "PCT"
    return _LAWS.get(case.second_office, "national")


def earliest_priority(case: Case) -> date | None:
    """Return the earliest date claimed, asked about or registered; None where there is none.

    Of two periods the one that expires first counts (PCT Rule 26bis.1(a), EPC Rule 52(3)).
    """
    asked, found = case.request.first.filing_date, case.found
    if case.second is None and (found is None or found.filing_date == asked):
        other = case.also_claimed
        return asked if other is None or (asked is not None and asked < other) else other
    dates = [asked, case.also_claimed]
    if case.second is not None:
        dates.append(earliest_claimed(case.second))
    if found is not None:
        dates.append(found.filing_date)
    return min((day for day in dates if day is not None), default=None)


def earliest_claimed(second: FilingRecord) -> date | None:
    """Return the earliest date that a filing claims or claimed: a corrected date counts, a withdrawn one does not."""
    earliest = None
    for claim in second.claims:
        day = claim.filing_date
        if day is not None and claim.status != "withdrawn" and (earliest is None or day < earliest):
            earliest = day
    return earliest


def shortest_limit(case: Case, earliest: date | None, *, adds: bool) -> date:
    """Return the last day that the treaties give, moved over closed days (PCT Rule 80.5, EPC Rule 134(1)).

    To add a claim to a European application there are sixteen months only (EPC Rule 52(2)); to correct
    one, and under the PCT, at least four from the filing.
    """
    filed = second_date(case)
    limit = add_months(filed, CLAIM_MONTHS_FROM_FILING)
    if earliest is not None:
        from_priority = add_months(earliest, CLAIM_MONTHS_FROM_PRIORITY)
        limit = from_priority if adds and law_of(case) == "EPC" else max(limit, from_priority)
    office = case.period.calendar_office if case.period is not None else case.second_office
    last = extend_over_closed_days(case.reader, office, limit)
    case.keys.extend(last.keys)
    return last.day


def correction_limit(case: Case) -> ClaimLimit:
    """Return until when the claim can be corrected."""
    law = law_of(case)
    earliest = earliest_priority(case)
    is_known = law in {"PCT", "EPC"} and earliest is not None
    day = shortest_limit(case, earliest, adds=False) if is_known else None
    return ClaimLimit(CLAIM_RULES[law], day)
