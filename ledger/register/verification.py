"""The question to the register about a priority claim, and its answer: values in JSON with ST.97 names."""

from datetime import date
from typing import Literal

import msgspec

from ledger.register.calendar import Basis
from ledger.register.entries import EventKind, RelatedFiling, Right
from ledger.register.filing import ClaimStatus

VerificationOutcome = Literal[
    "confirmed",
    "confirmedWithRemarks",
    "nationalPhase",
    "lateRestorable",
    "late",
    "mismatch",
    "noSuchFiling",
    "undetermined",
    "notEntitled",
]
GIVES_PRIORITY: frozenset[VerificationOutcome] = frozenset({"confirmed", "confirmedWithRemarks"})
"""Outcomes with which the second filing has the priority of the first; a remark may ask for something."""
NEEDS_NOTHING: frozenset[VerificationOutcome] = frozenset({"confirmed", "nationalPhase"})
"""Outcomes with which nothing is wrong: the priority is given, or none is needed."""
CheckResult = Literal["passed", "failed", "warning", "notApplicable", "unknown", "examiner"]
"""`unknown`: the register cannot tell. `examiner`: left to the examiner."""
Fault = Literal["", "curable", "incurable"]
"""Whether what is wrong can still be mended: a matter of dates and law, not of today."""


SuggestionKind = Literal[
    "digitsSwapped",
    "otherYear",
    "oneDigitDiffers",
    "digitAdded",
    "digitLost",
    "otherRight",
    "otherOffice",
]
"""How the number of a filing that may be meant differs from the one given, the likelier slip first."""


class FirstFiling(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """The earlier filing as it is claimed. Its representation never shows the access code."""

    ip_office_code: str = ""
    application_number_text: str = ""
    filing_date: date | None = None
    right: Right | None = None
    """None: the claim does not say."""
    access_code: str | None = None
    """Secret: from the receipt of a filing that is not published, in any way of writing it. No answer repeats it."""

    @property
    def without_secret(self) -> "FirstFiling":
        """What an answer may repeat."""
        return msgspec.structs.replace(self, access_code=None)

    def __repr__(self) -> str:
        shown = (f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"FirstFiling({', '.join(shown)})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """Return what may be shown."""
        fields = ("ip_office_code", "application_number_text", "filing_date", "right")
        return [(name, getattr(self, name)) for name in fields]


class SecondFiling(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """The later filing that claims the priority."""

    ip_office_code: str
    filing_date: date
    right: Right
    application_number_text: str | None = None
    """If given, the state of its claim is read from the register: restored, withdrawn, made late."""
    receiving_office_code: str | None = None
    """PCT only: the office whose closed days count (PCT Rule 80.5), where the register does not know."""
    related_filing_bag: tuple[RelatedFiling, ...] = ()
    """What it divides or continues, or whose national phase it is, where the register does not know."""


class PriorityRequest(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """The question: does this first filing, with this date, give priority to this second one."""

    first: FirstFiling
    second: SecondFiling


class FilingQuestion(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    """The question: which of these claims give priority to this second filing."""

    second: SecondFiling
    priority_claim_bag: tuple[FirstFiling, ...] = ()
    """None: all claims that the second filing makes in the register and that stand."""


class Check(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """One check and what came of it."""

    number: int
    """1 to 9 are the register's, 10 to 15 the examiner's (register.md section 4)."""
    name: str
    result: CheckResult
    legal_basis: str
    reason: str = ""
    """An upper-case code where the check did not simply pass."""
    expected: str = ""
    came: str = ""
    fault: Fault = ""
    """Empty: nothing is wrong."""
    curable_until: date | None = None
    """The last day on which a curable fault can be cured, where the law that gives it is known."""
    remedy: str = ""
    """What cures it, and by which rule."""
    further_reasons: tuple[str, ...] = ()
    """What else is to say, where one reason does not tell all."""

    @property
    def reasons(self) -> tuple[str, ...]:
        """All reasons; none where the check simply passed."""
        return (self.reason, *self.further_reasons) if self.reason else ()


class Suggestion(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A registered filing that may be meant; a guess, which changes no outcome."""

    filing_id: str
    ip_office_code: str
    right: Right
    application_number_text: str
    """The office's canonical form."""
    filing_date: date
    difference: SuggestionKind
    because: str
    """The difference in words."""
    has_claimed_date: bool


class FoundFiling(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The first filing as its office registered it."""

    filing_id: str
    ip_office_code: str
    right: Right
    application_number_text: str
    """The office's canonical form."""
    filing_date: date
    events: tuple[EventKind, ...] = ()
    """What became of it, which takes nothing from the priority (Art. 4A(3))."""
    height: int
    """Where it was entered."""
    index: int


class DayPassedOver(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, gc=False):
    """A closed day that a period moved over."""

    date: date
    basis: Basis
    """Whether the office declared this day, or its weekly days of rest."""
    name: str = ""
    """Such as `Easter Monday` or `Sunday`."""
    filing_place_bag: tuple[str, ...] = ()
    """The filing places that were closed, where not the whole office was declared so."""


class Period(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The priority period (Paris Convention Art. 4C)."""

    months: int
    from_date: date
    """The date of the first filing; the period begins the day after (Art. 4C(2))."""
    due_date: date
    """The last day before closed days are looked at."""
    last_date: date
    """The last day after they are."""
    extended_by_days: int = 0
    closed_days: tuple[DayPassedOver, ...] = ()
    calendar_office: str
    """The office whose closed days count."""
    calendar: Basis
    """Assumed: the office has not declared its closed days of that year; Saturdays and Sundays are taken as closed."""
    restorable_until: date
    """Two months after the end of the period, moved over closed days (PCT Rules 26bis.3, 80.5; PLT Art. 13(2))."""
    restorable_calendar: Basis
    """As `calendar`, for the days at the end of these months."""


class Verification(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The answer, with everything it rests on."""

    outcome: VerificationOutcome
    summary: str
    """One sentence."""
    reasons: tuple[str, ...] = ()
    """The codes of the checks that did not simply pass, in order."""
    checks: tuple[Check, ...]
    first_filing: FoundFiling | None = None
    period: Period | None = None
    remedy: str = ""
    """What can still be done and until when, in one sentence; empty where nothing is wrong."""
    suggestions: tuple[Suggestion, ...] = ()
    """Where the first filing was not found: the nearest that are registered, at most five."""
    claim_status: ClaimStatus | None = None
    """The state of the claim in the register, where the second filing is there and makes it."""
    height: int
    """The block after which the answer holds."""
    time_ms: int
    """That block's time, Unix milliseconds."""
    fact_keys: tuple[str, ...] = ()
    """The facts read, present or absent, in ASCII: what a proof has to show."""


FilingClaimsOutcome = Literal["allConfirmed", "someConfirmed", "noneConfirmed", "noneClaimed"]
"""How many claims of a filing give it their priority."""
FindingReason = Literal["DUPLICATE_CLAIM", "CLAIM_CONFLICT", "CLAIMS_IN_CHAIN", "OLDER_IN_FAMILY"]


class Finding(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What several claims of one filing show only together."""

    reason: FindingReason
    claims: tuple[int, ...]
    """Their numbers, from 1."""
    legal_basis: str
    came: str


class ClaimVerification(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One claim of a filing, verified."""

    number: int
    """From 1, in the order of the claims."""
    first: FirstFiling
    verification: Verification


class FilingVerification(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True
):
    """All claims of a filing, verified at one height."""

    ip_office_code: str
    filing_id: str = ""
    """Empty: the register does not hold the filing."""
    filing_date: date
    right: Right
    summary: str
    """One sentence."""
    claims: tuple[ClaimVerification, ...] = ()
    claimed_priority_date: date
    """The earliest date claimed, else the filing date (PCT Art. 2(xi))."""
    priority_date: date
    """The earliest date of a claim that is confirmed, else the filing date."""
    findings: tuple[Finding, ...] = ()
    height: int
    time_ms: int

    @property
    def outcome(self) -> FilingClaimsOutcome:
        """In a word; a national phase claims no priority of its own international application."""
        outcomes = [claim.verification.outcome for claim in self.claims]
        asked = [outcome for outcome in outcomes if outcome != "nationalPhase"]
        confirmed = [outcome for outcome in asked if outcome in GIVES_PRIORITY]
        if not asked:
            return "noneClaimed"
        if len(confirmed) == len(asked):
            return "allConfirmed"
        return "someConfirmed" if confirmed else "noneConfirmed"
