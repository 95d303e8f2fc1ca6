"""The law that a second filing is under, and the time limits that it gives a priority claim.

They are known for PCT filings and for European ones; elsewhere the national law counts, which this
register does not know: a limit is then None, never guessed.
"""

from datetime import date
from typing import Literal, NamedTuple

from ledger.register.calendar import LastDay, add_months, extend_over_closed_days
from ledger.register.entries import Right
from ledger.register.filing import FilingRecord
from ledger.register.priority.case import Case, claims_own_provisional, second_date
from ledger.register.verification import Period

Law = Literal["PCT", "EPC", "US", "national", "Paris", "UPOV"]
"""`national`: of patents and utility models; `Paris`: of marks and designs; `UPOV`: of plant varieties."""

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
    "Paris": "Paris Convention Art. 4D(1)",
    "UPOV": "UPOV Convention (1991) Art. 11(2)",
}
COPY_RULES: dict[Law, str] = {
    "PCT": "PCT Rule 17.1(a)",
    "EPC": "EPC Rule 53(1)",
    "US": "37 CFR 1.55(f)",
    "national": "Paris Convention Art. 4D(3)",
    "Paris": "Paris Convention Art. 4D(3)",
    "UPOV": "UPOV Convention (1991) Art. 11(2)",
}
RESTORATION_RULES: dict[Law, str] = {
    "PCT": "PCT Rule 26bis.3",
    "EPC": "EPC Art. 122, Rule 136(1)",
    "US": "37 CFR 1.55(c)",
    "national": "PLT Art. 13(2), where the office applies it",
    "Paris": "no treaty provides for it; only where the national law does",
    "UPOV": "no treaty provides for it; only where the national law does",
}
PROVISIONAL_RULES = ("37 CFR 1.78(a)", "37 CFR 1.78(b)")
"""How a United States filing claims a provisional one there, and how that right is restored."""
DESIGNATED_OFFICE_RULE = "PCT Rule 49ter.2"
"""By which a designated office restores itself, whatever the receiving office decided."""
RESTORATION_SINCE: dict[Law, date] = {
    "PCT": date(2007, 4, 1),
    "EPC": date(2007, 12, 13),
    "US": date(2013, 12, 18),
}
"""Since when the rules are in force, where that is known: EPC 1973 Art. 122(5) left the priority period out."""
WITH_WINDOW: frozenset[Law] = frozenset({"PCT", "EPC", "US"})
"""Laws that restore for two months after the period and no longer; for others PLT Rule 14(4)(a) has a least only."""
CLAIMS_SINCE: dict[Law, date] = {
    "PCT": date(1998, 7, 1),
    "EPC": date(2007, 12, 13),
    "US": date(2000, 11, 29),
}
"""For filings since when the limits for a later claim hold (PCT Rule 26bis, EPC Rule 52, 37 CFR 1.55(d))."""
_LAWS: dict[str, Law] = {"EP": "EPC", "US": "US"}
_LAWS_OF_RIGHTS: dict[Right, Law] = {
    "design": "Paris",
    "trademark": "Paris",
    "plantVariety": "UPOV",
}


class ClaimLimit(NamedTuple):
    """The last day to add or correct a claim."""

    rule: str
    day: date | None
    """None: the law is not known to this register, or no priority date is."""


def law_of(case: Case) -> Law:
    """Return the law under which the second filing's claims are made.

    For a national phase it is the PCT, for a division its parent's: both have the parent's claims.
    What continues a filing makes claims of its own, at its own office. No rule of patents holds for
    marks, designs and plant varieties; but a design is a patent in the United States (35 USC 171, 37 CFR 1.55(b)).
    """
    right = case.second_right
    if right in _LAWS_OF_RIGHTS:
        is_patent = right == "design" and case.second_office == "US"
        return "US" if is_patent else _LAWS_OF_RIGHTS[right]
    if case.second_office == "WO":
        return "PCT"
    for related in case.related:
        if related.relation == "nationalPhase" and related.office == "WO":
            return "PCT"
    if case.related and case.filed is not None and case.filed.is_of_pct:
        return "PCT"
    return _LAWS.get(case.second_office, "national")


def is_restored_then(case: Case, period: Period, filed: date) -> bool:
    """Return whether a rule restored the priority of filings of that day, as far as rules with a day are known.

    Under the EPC of 2000 where its two months were still running when it came into force.
    """
    law = law_of(case)
    since = RESTORATION_SINCE.get(law)
    counted = period.restorable_until if law == "EPC" else filed
    return since is None or counted >= since


def restoration_rule(case: Case) -> str:
    """Return the rule by which the right of priority is restored; in a national phase the designated office's."""
    law = law_of(case)
    if law == "PCT" and case.second_office != "WO":
        return DESIGNATED_OFFICE_RULE
    if law == "US" and claims_own_provisional(case):
        return PROVISIONAL_RULES[1]
    return RESTORATION_RULES[law]


def claim_rule(case: Case) -> str:
    """Return the rule by which the claim is made."""
    law = law_of(case)
    if law == "US" and claims_own_provisional(case):
        return PROVISIONAL_RULES[0]
    return CLAIM_RULES[law]


def late_claim_rule(case: Case) -> str:
    """Return the rule by which a late claim is taken in the United States."""
    return "37 CFR 1.78(c)" if claims_own_provisional(case) else "37 CFR 1.55(e)"


def has_claim_limit(case: Case) -> bool:
    """Return whether it is known until when a claim may be made: under the PCT, the EPC and in the United States.

    Since their rules are in force, and for patents. PLT Rule 14(3) binds its parties only.
    """
    since = CLAIMS_SINCE.get(law_of(case))
    is_patent = case.second_right in {"patent", "utilityModel"}
    return is_patent and since is not None and kept_date(case) >= since


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


def kept_date(case: Case) -> date:
    """Return the date that the second filing has in law: a national phase its PCT filing's, a division its parent's.

    PCT Art. 11(3), EPC Art. 76(1). Where that is not known, its own.
    """
    filed = case.filed
    return filed.day if filed is not None and filed.is_inherited else second_date(case)


def shortest_limit(case: Case, earliest: date | None, *, adds: bool) -> LastDay:
    """Return the last day that the treaties give, moved over closed days (PCT Rule 80.5, EPC Rule 134(1)).

    To add a claim to a European application there are sixteen months only (EPC Rule 52(2)); to correct
    one, and under the PCT, at least four from the filing.
    """
    limit = add_months(kept_date(case), CLAIM_MONTHS_FROM_FILING)
    if earliest is not None:
        from_priority = add_months(earliest, CLAIM_MONTHS_FROM_PRIORITY)
        limit = from_priority if adds and law_of(case) == "EPC" else max(limit, from_priority)
    office = case.period.calendar_office if case.period is not None else case.second_office
    last = extend_over_closed_days(case.reader, office, limit)
    case.keys.extend(last.keys)
    return last


def correction_limit(case: Case, *, adds: bool = False) -> ClaimLimit:
    """Return until when the claim can be corrected, or added."""
    law = law_of(case)
    earliest = earliest_priority(case)
    is_known = law in {"PCT", "EPC"} and earliest is not None and has_claim_limit(case)
    day = shortest_limit(case, earliest, adds=adds).day if is_known else None
    return ClaimLimit(claim_rule(case), day)
