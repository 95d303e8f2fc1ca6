"""The forms in which an office's numbers are written, and what a number is made of.

A form is a regular expression over the marked text: upper-case letters and digits, the office's own
code in front left out, every run of other characters one slash (`P.358649` is `P/358649`). Its named
groups tell the parts; `/?` takes the form with and without separators.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, get_args

from ledger.register.entries import Right

FIRST_YEAR, LAST_YEAR = 1883, 2099
"""Years of numbers: the Paris Convention is of 1883."""
_CENTURIES = (2000, 1900, 1800)


YEAR = r"(?P<year>(?:19|20)[0-9]{2})"
"""A year in four digits."""


def epodoc(digits: int) -> str:
    """Return the pattern of year and seven digits, as epodoc writes numbers of a year and at most so many digits."""
    return YEAR + "0" * (7 - digits) + rf"(?P<serial>[0-9]{{{digits}}})(?P<kind>[UF])?"


def epodoc_told(least: int, most: int) -> str:
    """Return the pattern of an added year and seven digits, of which so many are the number that bears no year."""
    serial = rf"(?=[0-9]{{7}}(?![0-9]))0*(?P<serial>[1-9][0-9]{{{least - 1},{most - 1}}})"
    return r"(?P<told>(?:19|20)[0-9]{2})" + serial + "(?P<kind>[UF])?"


class Parts(NamedTuple):
    """What a number is made of, in whatever form it was written."""

    right: Right
    serial: int
    """The running number."""
    year: int = 0
    """The year that the number bears; 0: none."""
    series: str = ""
    """Letters or digits beside year and serial number: right, branch, province; empty: none."""
    told_year: int = 0
    """A year that DOCDB or epodoc adds to numbers which bear none; 0: none."""
    check: str = ""
    """The check digit as given; empty: none."""

    @property
    def yy(self) -> str:
        """The year in two digits."""
        return f"{self.year % 100:02}"

    @property
    def told_yy(self) -> str:
        """The added year in two digits."""
        return f"{self.told_year % 100:02}"


class Form(NamedTuple):
    """One way to write numbers."""

    pattern: re.Pattern[str]
    """Groups: `serial`, slashes in it are left out; `year` (4 digits), `yy` (2) or `era` (of an era); `told` (4) or
    `tyy` (2), the year that was added; `series`; `check`; `kind`, the letter of the right with which epodoc ends."""
    years: range
    """The years in which it was in use, of the number's own year, else of the added one."""
    right: Right | None
    """The right that the form itself names."""
    series: str
    """The series that it leaves out; empty: none, or in the pattern."""
    note: str
    rights: frozenset[Right]
    """The rights of which it is a number; other numbers of this shape are none of this form."""
    epoch: int
    """The year before the first one of the era."""
    proven: bool
    """Whether it is read only with a check digit that fits, where one that is glued on could be of the number."""
    year_groups: tuple[str, ...]
    """Those of `year`, `yy` and `era` in the pattern."""
    told_groups: tuple[str, ...]
    """Those of `told` and `tyy`."""


ALL_RIGHTS: frozenset[Right] = frozenset(get_args(Right))
PATENTS: tuple[Right, ...] = ("patent",)
UTILITY_MODELS: tuple[Right, ...] = ("utilityModel",)
DESIGNS: tuple[Right, ...] = ("design",)
MARKS: tuple[Right, ...] = ("trademark",)
INVENTIONS: tuple[Right, ...] = ("patent", "utilityModel")
"""The rights whose numbers have one shape at most offices, unlike those of designs and marks."""
ALL_BUT_MARKS: tuple[Right, ...] = (*INVENTIONS, *DESIGNS)


def form(
    pattern: str,
    *,
    years: tuple[int, int] = (FIRST_YEAR, LAST_YEAR),
    right: Right | None = None,
    series: str = "",
    note: str = "",
    rights: Iterable[Right] = ALL_RIGHTS,
    epoch: int = 0,
    proven: bool = False,
) -> Form:
    """Return a form; the first and last of `years` are included.

    `note` is a code that tells what was done to read it (see `number`).
    """
    compiled = re.compile(pattern)
    return Form(
        pattern=compiled,
        years=range(years[0], years[1] + 1),
        right=right,
        series=series,
        note=note,
        rights=frozenset(rights),
        epoch=epoch,
        proven=proven,
        year_groups=tuple(group for group in ("year", "yy", "era") if group in compiled.groupindex),
        told_groups=tuple(group for group in ("told", "tyy") if group in compiled.groupindex),
    )


def year_of(
    candidate: Form, groups: tuple[str, ...], match: re.Match[str], filing_date: date | None
) -> int:
    """Return the year that the groups tell, 0 where they tell none, -1 where it is outside the form's.

    Two digits mean the year nearest to the filing date, else the latest one, of those of the form.
    """
    for group in groups:
        if match[group] is not None:
            return _year(candidate, group, match[group], filing_date)
    return 0


def _year(candidate: Form, group: str, digits: str, filing_date: date | None) -> int:
    years = candidate.years
    if group == "era":
        year = candidate.epoch + int(digits)
        return year if year in years else -1
    if len(digits) == 4:  # noqa: PLR2004
        return int(digits) if int(digits) in years else -1
    possible = [year for century in _CENTURIES if (year := century + int(digits)) in years]
    if not possible:
        return -1
    if filing_date is None:
        return possible[0]
    return min(possible, key=lambda year: abs(year - filing_date.year))
