"""What stands on a certificate about the question and its answer: rows of names and texts."""

import re
from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

from api.printing.declarations import Declaration
from api.printing.headline import headline
from api.printing.reason_words import in_words, told_in_words
from ledger.proof.document import FilingSubject, FilingVerificationSubject, PrioritySubject
from ledger.proof.document import Subject as ProvedSubject
from ledger.proof.filing_question import FilingAnswer, FilingOutcome
from ledger.register.entries import Right
from ledger.register.priority.sealed_claim import FIRST_FILING_SEALED
from ledger.register.verification import (
    Check,
    ClaimVerification,
    FilingClaimsOutcome,
    FilingVerification,
    FirstFiling,
    FoundFiling,
    Period,
    SecondFiling,
    Verification,
    VerificationOutcome,
)

Written = str | dict[str, str]
"""A text, or one in a language, whose letters may look different from those of another."""
Rows = list[tuple[str, "Written | list[Written]"]]
Tone = Literal["yes", "no", "open"]


class Subject(NamedTuple):
    """What is certified."""

    title: str
    short: str
    tone: Tone
    label: str
    sentence: str
    remedy: str
    sections: list[tuple[str, Rows]]
    checks: list[tuple[str, ...]]
    has_two_filings: bool
    verifications: tuple[Verification, ...] = ()

    @property
    def is_calendar_assumed(self) -> bool:
        """Whether a last day rests on closed days that no office declared."""
        periods = (each.period for each in self.verifications)
        return any(period is not None and period.calendar == "assumed" for period in periods)


RIGHTS: Final[Mapping[Right, str]] = {
    "patent": "patent",
    "utilityModel": "utility model",
    "design": "design",
    "trademark": "trademark",
    "plantVariety": "plant variety",
}
_LANGUAGES: Final = {
    "JP": ("ja", "JP"),
    "KR": ("ko", "KR"),
    "CN": ("zh", "CN"),
    "TW": ("zh", "TW"),
    "HK": ("zh", "HK"),
    "MO": ("zh", "HK"),
}
"""The offices whose language decides how a Chinese character looks."""
_OUTCOMES: Final[Mapping[VerificationOutcome, tuple[Tone, str]]] = {
    "confirmed": ("yes", "Priority confirmed"),
    "confirmedWithRemarks": ("yes", "Priority confirmed, with remarks for the examiner"),
    "nationalPhase": ("yes", "National phase: no priority is needed"),
    "lateRestorable": ("no", "Late; the right of priority may be restored"),
    "late": ("no", "Late"),
    "mismatch": ("no", "Not confirmed: the register says otherwise"),
    "noSuchFiling": ("no", "No such filing"),
    "undetermined": ("open", "The register cannot tell"),
    "notEntitled": ("no", "No right of priority"),
}
_FILING_OUTCOMES: Final[Mapping[FilingOutcome, tuple[Tone, str]]] = {
    "registered": ("yes", "Registered"),
    "otherDate": ("no", "Registered with another date"),
    "noSuchFiling": ("no", "No such filing"),
    "notFound": ("open", "Not found, which shows no more than that"),
}
_CLAIMS_OUTCOMES: Final[Mapping[FilingClaimsOutcome, tuple[Tone, str]]] = {
    "allConfirmed": ("yes", "All claims are confirmed"),
    "someConfirmed": ("open", "Some claims are confirmed"),
    "noneConfirmed": ("no", "No claim is confirmed"),
    "noneClaimed": ("open", "No priority is claimed"),
}
_SEALED: Final = (
    "sealed: not published. Its number, date and right are as told by the holder of the access code, which opens the"
    " commitment that the register holds"
)
_RESULTS: Final = {
    "passed": "passed",
    "failed": "failed",
    "warning": "with remark",
    "notApplicable": "does not apply",
    "unknown": "cannot be told",
    "examiner": "for the examiner",
}
_CAPITAL: Final = re.compile(r"(?=[A-Z])")


def subject_of(subject: ProvedSubject) -> Subject:
    """The question and its answer, as the certificate shows them."""
    if isinstance(subject, FilingSubject):
        return _of_filing(subject)
    if isinstance(subject, FilingVerificationSubject):
        return _of_claims(subject)
    return _of_priority(subject)


def named_office(code: str, names: Mapping[str, str]) -> Written:
    """The office with its name, in its language."""
    return in_language(code, f"{names[code]} ({code})")


def in_language(office: str, text: str) -> Written:
    """A text of an office, where its language decides how it looks."""
    if text.isascii() or office not in _LANGUAGES:
        return text
    language, region = _LANGUAGES[office]
    return {"text": text, "lang": language, "region": region}


def declared_rows(declarations: list[Declaration], names: Mapping[str, str]) -> Rows:
    """Who declared which register complete, for which dates, when and in which block."""
    rows: Rows = []
    for each in declarations:
        dates = f"filings of {each.interval.from_date} to {each.interval.until_date}"
        rows += [
            ("Declared by", named_office(each.office, names)),
            ("Declared complete", f"its register ({RIGHTS[each.right]}), {dates}"),
            ("Entered", f"in {each.place}"),
        ]
    return rows


def _of_priority(subject: PrioritySubject) -> Subject:
    question, answer = subject.question, subject.answer
    tone, label = _OUTCOMES[answer.outcome]
    first = _claimed(question.first, answer.first_filing)
    is_sealed = answer.first_filing is not None and ".sealed." in answer.first_filing.filing_id
    if is_sealed:
        first = [("Confidential", _SEALED), *first]
    sections = [("First filing", first)]
    sections.append(("Second filing, as told by who asked", _second(question.second, answer)))
    if answer.period is not None:
        sections.append(("Priority period", _period(answer.period)))
    return Subject(
        title="Certificate of priority verification",
        short="Priority verification",
        tone=tone,
        label=f"{label}; the first filing is sealed and not published" if is_sealed else label,
        sentence=headline(
            told_in_words(answer.summary, answer.reasons),
            question.first.ip_office_code,
            question.first.application_number_text,
        ),
        remedy=answer.remedy,
        sections=sections,
        checks=[_check(check) for check in answer.checks],
        has_two_filings=True,
        verifications=(answer,),
    )


def _of_filing(subject: FilingSubject) -> Subject:
    question, answer = subject.question, subject.answer
    tone, label = _FILING_OUTCOMES[answer.outcome]
    asked: Rows = [
        ("Office, as asked", question.ip_office_code),
        (
            "Number, as asked",
            in_language(question.ip_office_code, question.application_number_text),
        ),
        ("Right", RIGHTS[question.right]),
    ]
    if question.filing_date is not None:
        asked.append(("Filing date", question.filing_date.isoformat()))
    return Subject(
        title="Certificate of a look-up in the register",
        short="Look-up in the register",
        tone=tone,
        label=label,
        sentence=headline(
            told_in_words(answer.summary, ()),
            question.ip_office_code,
            question.application_number_text,
        ),
        remedy="",
        sections=[("What was asked", asked), ("What the register holds", _held(answer))],
        checks=[],
        has_two_filings=False,
    )


def _of_claims(subject: FilingVerificationSubject) -> Subject:
    answer = subject.answer
    tone, label = _CLAIMS_OUTCOMES[answer.outcome]
    sections = [("Filing", _claiming(subject.question.second, answer))]
    for claim in answer.claims:
        told, verified = _OUTCOMES[claim.verification.outcome][1], claim.verification
        rows: Rows = [("Outcome", told), *_claim(claim)]
        if verified.period is not None:
            rows += _period(verified.period)
        sections.append((f"Claim {claim.number}", rows))
    return Subject(
        title="Certificate of the priority claims of a filing",
        short="Priority claims of a filing",
        tone=tone,
        label=label,
        sentence=answer.summary,
        remedy=" ".join(
            f"Claim {claim.number}: {claim.verification.remedy}"
            for claim in answer.claims
            if claim.verification.remedy
        ),
        sections=sections,
        checks=[
            (f"{claim.number}.{number}", *told)
            for claim in answer.claims
            for number, *told in map(_check, claim.verification.checks)
        ],
        has_two_filings=True,
        verifications=tuple(claim.verification for claim in answer.claims),
    )


def _claim(claim: ClaimVerification) -> Rows:
    if FIRST_FILING_SEALED in claim.verification.reasons:
        sealed = "sealed: number and date are not told before its publication"
        return [("Office", claim.first.ip_office_code), ("Registered", sealed)]
    return _claimed(claim.first, claim.verification.first_filing)


def _claiming(second: SecondFiling, answer: FilingVerification) -> Rows:
    rows: Rows = [("Office", second.ip_office_code)]
    if second.application_number_text is not None:
        number = in_language(second.ip_office_code, second.application_number_text)
        rows.append(("Application number", number))
    rows += [
        ("Filing date", answer.filing_date.isoformat()),
        ("Right", RIGHTS[answer.right]),
        ("Registered", answer.filing_id or "not in the register"),
        ("Earliest date claimed", answer.claimed_priority_date.isoformat()),
        ("Priority date", answer.priority_date.isoformat()),
    ]
    found: list[Written] = [
        f"{in_words(each.reason).capitalize()} (claims {', '.join(map(str, each.claims))}): {each.came}"
        for each in answer.findings
    ]
    return [*rows, ("Findings", found)] if found else rows


def _held(answer: FilingAnswer) -> Rows:
    if answer.filing is not None:
        return _found(answer.filing)
    searched: list[Written] = list(answer.searched)
    return [("Found", "nothing"), ("Looked for", searched or "the number cannot be read")]


def _claimed(first: FirstFiling, found: FoundFiling | None) -> Rows:
    claimed = in_language(first.ip_office_code, first.application_number_text)
    rows: Rows = [
        ("Office", first.ip_office_code or "not told"),
        ("Number, as claimed", claimed or "not told"),
        ("Date, as claimed", first.filing_date.isoformat() if first.filing_date else "not told"),
    ]
    if first.right is not None:
        rows.append(("Right, as claimed", RIGHTS[first.right]))
    return [*rows, *_found(found)] if found else [*rows, ("Registered", "not found")]


def _found(filing: FoundFiling) -> Rows:
    number = in_language(filing.ip_office_code, filing.application_number_text)
    word = "By the code:" if ".sealed." in filing.filing_id else "Registered"
    rows: Rows = [
        (f"{word} number", number),
        (f"{word} date", filing.filing_date.isoformat()),
        (f"{word} right", RIGHTS[filing.right]),
        ("Filing id", in_language(filing.ip_office_code, filing.filing_id)),
        ("Entered", f"in block {filing.height}, entry {filing.index}"),
    ]
    if filing.events:
        rows.append(("What became of it", ", ".join(map(_words, filing.events))))
    return rows


def _second(second: SecondFiling, answer: Verification) -> Rows:
    rows: Rows = [("Office", second.ip_office_code)]
    if second.application_number_text is not None:
        number = in_language(second.ip_office_code, second.application_number_text)
        rows.append(("Application number", number))
    rows.append(("Filing date", second.filing_date.isoformat()))
    rows.append(("Right", RIGHTS[second.right]))
    if second.receiving_office_code is not None:
        rows.append(("Receiving office", second.receiving_office_code))
    if answer.claim_status is not None:
        rows.append(("State of the claim", _words(answer.claim_status)))
    return rows


def _period(period: Period) -> Rows:
    rows: Rows = [
        ("From", f"{period.from_date}, {period.months} months"),
        ("Last day", period.last_date.isoformat()),
    ]
    if period.extended_by_days:
        days: list[Written] = [
            f"{day.date} ({day.name})" if day.name else str(day.date) for day in period.closed_days
        ]
        rows.append(("Closed days passed over", days))
    declared = "declared" if period.calendar == "declared" else "assumed: Saturdays and Sundays"
    return [*rows, ("Closed days", f"of {period.calendar_office}, {declared}")]


def _check(check: Check) -> tuple[str, ...]:
    told = [check.came] if check.came else []
    if check.expected:
        told.append(f"expected: {check.expected}")
    if check.remedy:
        told.append(f"remedy: {check.remedy}")
    told += [in_words(reason) for reason in check.reasons if reason and not check.came]
    result = _RESULTS[check.result]
    return (str(check.number), _words(check.name), result, "; ".join(told), check.legal_basis)


def _words(name: str) -> str:
    """A name of the API in words: `firstFilingExists` is `First filing exists`."""
    return _CAPITAL.sub(" ", name).capitalize()
