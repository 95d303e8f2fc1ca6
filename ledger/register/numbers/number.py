"""A filing's application number, read by its office's rules.

Three fields stay apart: the number as given, the office's canonical form, and the match key that alone is compared.
"""

from typing import NamedTuple

import msgspec

from ledger.register.entries import Right

CHECK_DIGIT_WRONG = "CHECK_DIGIT_WRONG"
"""The printed check digit does not fit: it is left out of the match key."""
FORMAT_UNUSUAL = "FORMAT_UNUSUAL"
"""No form that the office's numbers are known to have: kept as upper-case letters and digits."""
FORM_AMBIGUOUS = "FORM_AMBIGUOUS"
"""The text fits two forms; the likelier one was taken, the other one is an alternative."""
NUMBER_MISSING = "NUMBER_MISSING"
"""No letter or digit was given; the match key is empty."""
PCT_NAMED_BY_RECEIVING_OFFICE = "PCT_NAMED_BY_RECEIVING_OFFICE"
"""The number is of an international application, and its receiving office was named (PCT Rule 4.10(a))."""
PUBLICATION_NUMBER = "PUBLICATION_NUMBER"
"""It looks like the number of a publication, which does not tell the application's."""
RIGHT_DIFFERS = "RIGHT_DIFFERS"
"""The number itself names another kind of right than was said: it is of that right."""
SERIES_DERIVED = "SERIES_DERIVED"
"""US: the form leaves the series code out; it was derived from year and serial number."""
YEAR_DIFFERS_FROM_DATE = "YEAR_DIFFERS_FROM_DATE"
"""The number cannot have been given to a filing of this date (register.md N4)."""
YEAR_ADDED = "YEAR_ADDED"
"""Note: the form has a year that the office's own number has not; it is left out."""
YEAR_CONVERTED = "YEAR_CONVERTED"
"""Note: the year was of a Japanese era or of the Republic of China."""
ST13_READ = "ST13_READ"
"""Note: the number was read in the form of WIPO ST.13."""


class Number(msgspec.Struct, frozen=True, gc=False):
    """An application number; `match_key` is empty or of `[A-Z0-9]+`."""

    as_given: str
    canonical: str
    match_key: str
    right: Right
    """As the number itself names it, else as it was said."""
    warnings: tuple[str, ...] = ()
    alternatives: tuple[str, ...] = ()
    """The match keys of the other readings of an ambiguous text."""
    notes: tuple[str, ...] = ()
    """What was done to read the form; no doubt about the number."""


class Written(NamedTuple):
    """A number in the forms of others; empty where it is not determined."""

    docdb: str = ""
    """Country, number and kind: `PL.35864903.A`."""
    epodoc: str = ""
    """Country, year and serial number, kind letter: `PL20030358649`."""
    st13: str = ""
    """WIPO ST.13: two digits of the kind, four of the year, nine of the serial number."""


def ambiguous(likely: Number, other: Number) -> Number:
    """Return the likelier of two readings of one text, which names the other one as alternative."""
    if likely.match_key == other.match_key:
        return likely
    return Number(
        likely.as_given,
        likely.canonical,
        likely.match_key,
        likely.right,
        (*likely.warnings, FORM_AMBIGUOUS),
        (other.match_key,),
    )
