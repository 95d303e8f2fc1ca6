"""All forms of one application number, with every warning: what a clerk asks who has a number in doubt."""

from datetime import date

import msgspec

from ledger.register.entries import Right
from ledger.register.numbers import (
    Number,
    Written,
    format_hint,
    is_exact,
    read_earlier,
    written,
)
from ledger.register.numbers.explanations import EXPLANATIONS, EXPLANATIONS_WITH_DATE

_YEARS = range(1970, 2040, 5)
"""Of forms that were in use for few years some may be missed: then nothing is said."""


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
    is_date_missing: bool = False
    """Whether one of these two is empty only because no filing date was given."""
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
        is_date_missing=filing_date is None and _needs_date(kept_under, number, forms),
        st13_application_number=forms.st13,
        is_exact=is_exact(kept_under, number),
        warnings=_remarks(number.warnings, filing_date),
        notes=_remarks(number.notes, filing_date),
        alternatives=number.alternatives,
        format_hint=format_hint(kept_under, number.right),
    )


def _needs_date(office: str, number: Number, forms: Written) -> bool:
    """Return whether a filing date, one of some, would determine one of the two forms that are empty."""
    if forms.docdb and forms.epodoc:
        return False
    dated = [written(office, number, date(year, 1, 1)) for year in _YEARS]
    return any(
        (each.docdb and not forms.docdb) or (each.epodoc and not forms.epodoc) for each in dated
    )


def _remarks(codes: tuple[str, ...], filing_date: date | None) -> tuple[NumberRemark, ...]:
    said = EXPLANATIONS if filing_date is None else {**EXPLANATIONS, **EXPLANATIONS_WITH_DATE}
    return tuple(NumberRemark(code, said[code]) for code in codes)
