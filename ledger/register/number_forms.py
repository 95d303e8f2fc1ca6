"""All forms of one application number, with every warning: what a clerk asks who has a number in doubt."""

from datetime import date

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers import format_hint, is_exact, read_earlier, written
from ledger.register.numbers.explanations import EXPLANATIONS


class NumberRemark(msgspec.Struct, frozen=True, rename="camel"):
    """A warning or note about a number."""

    code: str
    explanation: str


class NumberForms(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """An application number in the forms that offices and databases write."""

    ip_office_code: str
    """The office under which it is kept: WO for a PCT application named by its receiving office."""
    right: Right
    """As the number itself names it, else as it was asked for."""
    application_number_text: str
    """As given."""
    canonical_text: str
    """The office's own printed form."""
    match_key: str
    """What alone is compared; empty if there is no letter or digit."""
    filing_id: str = ""
    """What names the filing in paths; empty without a match key."""
    docdb: str = ""
    """Office, number and kind as DOCDB writes them; empty where they are not determined."""
    epodoc: str = ""
    st13_application_number: str = ""
    """WIPO ST.13, where the office's numbers have such a form."""
    is_exact: bool
    """Whether every usual form of this number has this match key."""
    warnings: tuple[NumberRemark, ...] = ()
    """What is doubtful about the number."""
    notes: tuple[NumberRemark, ...] = ()
    """What was done to read its form."""
    alternatives: tuple[str, ...] = ()
    """The match keys of other readings of the same text."""
    format_hint: str = ""
    """An example of the office's printed form."""


def number_forms(office: str, right: Right, text: str, filing_date: date | None) -> NumberForms:
    """Return every form of the number of an office (its ST.3 code, WO for the International Bureau).

    Never raises. The filing date decides between forms, and DOCDB's and epodoc's forms of numbers that
    bear no year need it.
    """
    kept_under, number = read_earlier(office, right, text, filing_date)
    forms = written(kept_under, number, filing_date)
    key = number.match_key
    return NumberForms(
        ip_office_code=kept_under,
        right=number.right,
        application_number_text=text,
        canonical_text=number.canonical,
        match_key=key,
        filing_id=f"{kept_under}.{number.right}.{key}" if key else "",
        docdb=forms.docdb,
        epodoc=forms.epodoc,
        st13_application_number=forms.st13,
        is_exact=is_exact(kept_under, number),
        warnings=_remarks(number.warnings),
        notes=_remarks(number.notes),
        alternatives=number.alternatives,
        format_hint=format_hint(kept_under, number.right),
    )


def _remarks(codes: tuple[str, ...]) -> tuple[NumberRemark, ...]:
    return tuple(NumberRemark(code, EXPLANATIONS[code]) for code in codes)
