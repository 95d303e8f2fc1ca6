"""Reads and writes an office's numbers by its rule: the forms in which they come, and the parts they share.

All forms that fit are read. The filing date decides between them where it can; else the first one
listed is the likelier, and the others are alternatives (register.md N11).
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from ledger.register.entries import Right
from ledger.register.numbers.form import Form, Parts, year_of
from ledger.register.numbers.lenient import compact, fold, mark, unusual
from ledger.register.numbers.number import (
    CHECK_DIGIT_WRONG,
    FORM_AMBIGUOUS,
    RIGHT_DIFFERS,
    YEAR_DIFFERS_FROM_DATE,
    Number,
    Written,
)
from ledger.register.text import trim

Write = Callable[[Parts], str | None]
"""Writes a number in one form; None: its parts do not determine it."""

DOCDB_KINDS: Mapping[str, Right] = {
    "A": "patent",
    "P": "patent",
    "D": "patent",
    "K": "patent",
    "U": "utilityModel",
    "F": "design",
}
"""Kinds of application numbers in DOCDB: the same digits with A and U are two filings, and so are those with T.

T, the part of a European patent, is none here: its digits are of the European number at most offices.
"""
_KIND_OF_RIGHT: Mapping[Right, str] = {"patent": "A", "utilityModel": "U", "design": "F"}
_ST13_TYPES: Mapping[Right, str] = {
    "patent": "10",
    "utilityModel": "20",
    "trademark": "30",
    "design": "40",
}


def never(_: Parts) -> None:
    """Write nothing: the parts do not determine this form, or it is not known."""


def st13_by_year(parts: Parts) -> str | None:
    """Return type of right, year and nine digits (WIPO ST.13); None without a year."""
    kind = _ST13_TYPES.get(parts.right)
    return f"{kind}{parts.year}{parts.serial:09}" if kind and parts.year else None


@dataclass(frozen=True, slots=True)
class OfficeRule:
    """How the numbers of one office are read and written."""

    office: str
    forms: tuple[Form, ...]
    """The likelier first."""
    canonical: Callable[[Parts], str]
    """Writes the office's printed form, which its forms read back as the same parts."""
    key: Callable[[Parts], str]
    """Writes the match key."""
    hints: Mapping[Right, str]
    """Per right an example of the printed form."""
    docdb: Write = never
    """Writes DOCDB's number without country and kind."""
    epodoc: Write = never
    """Writes epodoc's number without country and kind letter."""
    st13: Write = never
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Other spellings of a series, such as DEL for DE."""
    rights: Mapping[str, Right] = field(default_factory=dict)
    """The right that a series names."""
    series_of: Mapping[Right, str] = field(default_factory=dict)
    """The series of a right, where a form leaves it out."""
    check: Callable[[Parts], str] | None = None
    """Returns the check digit; empty: the rule does not tell."""
    kinds: Mapping[str, Right] = field(default_factory=lambda: DOCDB_KINDS)
    """Kinds that DOCDB gives this office's numbers."""
    kept_kinds: frozenset[str] = frozenset()
    """Kinds of DOCDB that distinguish two filings of one right: they stay behind the number as its series."""
    in_docdb: Collection[Right] = ("patent", "utilityModel", "design")
    """The rights of which DOCDB and epodoc have numbers."""


@dataclass(frozen=True, slots=True)
class _Reading:
    parts: Parts
    key: str
    note: str


def read(rule: OfficeRule, right: Right, text: str, filing_date: date | None) -> Number:
    """Return the number as the rule reads it; never raises, whatever the text."""
    folded = fold(text)
    body, named = _without_kind(rule, folded)
    said = named or right
    readings = _readings(rule, said, mark(rule.office, body), filing_date)
    if not readings:
        readings = _readings(rule, said, compact(rule.office, body), filing_date)
    if not readings and (glued := _glued(rule.office).fullmatch(folded)):
        said = rule.kinds.get(glued[2], right)
        readings = _readings(rule, said, glued[1], filing_date)
    if not readings:
        doubts = () if said == right else (RIGHT_DIFFERS,)
        return unusual(said, text, compact(rule.office, body), *doubts)
    chosen = readings[0]
    others: tuple[str, ...] = ()
    if len(readings) > 1:
        chosen, others = _choose(readings, filing_date)
    return _number(rule, right, text, filing_date, chosen, others=others)


def _choose(readings: list[_Reading], filing_date: date | None) -> tuple[_Reading, tuple[str, ...]]:
    """Return the likeliest reading, and the keys of those that the date does not rule out."""
    doubts = [_doubt(reading.parts, filing_date) for reading in readings]
    likely = doubts.index(min(doubts))
    others = (
        reading.key
        for place, reading in enumerate(readings)
        if place != likely and doubts[place] - doubts[likely] < _CONTRADICTS
    )
    return readings[likely], tuple(others)


def _without_kind(rule: OfficeRule, folded: str) -> tuple[str, Right | None]:
    """Return the text without the kind that DOCDB and epodoc put behind it, and the right that the kind names."""
    folded = trim(folded)
    if not folded.startswith(rule.office):
        return folded, None
    wrapped = _wrapped(rule.office).fullmatch(folded)
    if wrapped is None or not (wrapped[3] in rule.kinds or wrapped[3] in rule.kept_kinds):
        return folded, None
    kept = wrapped[3] if wrapped[3] in rule.kept_kinds else ""
    return (wrapped[1] or wrapped[2]) + kept, rule.kinds.get(wrapped[3])


@lru_cache(maxsize=512)
def _wrapped(office: str) -> re.Pattern[str]:
    """Return the pattern of office, number and kind: `PL.11096400.U` of DOCDB, `PL20000110964U` of epodoc."""
    return re.compile(rf"{office}(?:\.(.+)\.|((?:19|20)[0-9]{{9,10}}))([A-Z])[0-9]?")


@lru_cache(maxsize=512)
def _glued(office: str) -> re.Pattern[str]:
    """Return the pattern of office, number and kind without dots, `RU2011138702A`, which is tried last."""
    return re.compile(rf"{office}([A-Z]{{0,2}}[0-9]{{5,12}})([AU])")


def _readings(
    rule: OfficeRule, right: Right, marked: str, filing_date: date | None
) -> list[_Reading]:
    found: dict[str, _Reading] = {}
    for candidate in rule.forms:
        match = candidate.pattern.fullmatch(marked)
        if not match or right not in candidate.rights:
            continue
        parts = _parts(rule, candidate, match, right, filing_date)
        if parts is None or (candidate.proven and rule.check and rule.check(parts) != parts.check):
            continue
        key = rule.key(parts)
        known = found.get(key)
        if known is None or _doubt(parts, filing_date) < _doubt(known.parts, filing_date):
            found[key] = _Reading(parts, key, candidate.note)
    return list(found.values())


def _parts(
    rule: OfficeRule,
    candidate: Form,
    match: re.Match[str],
    right: Right,
    filing_date: date | None,
) -> Parts | None:
    """Return the parts that a form tells; None where it was not in use in the year that it names."""
    year = year_of(candidate, candidate.year_groups, match, filing_date)
    told = year_of(candidate, candidate.told_groups, match, filing_date)
    if year < 0 or told < 0:
        return None
    groups = match.groupdict()
    series = groups.get("series") or candidate.series
    series = rule.spellings.get(series, series)
    kind = groups.get("kind") or ""
    right = rule.rights.get(series) or candidate.right or rule.kinds.get(kind) or right
    return Parts(
        right,
        int(groups["serial"].replace("/", "")),
        year,
        series or rule.series_of.get(right, ""),
        told,
        groups.get("check") or "",
    )


_LATER, _CONTRADICTS = 1, 2
_LONGEST_TERM = 20
"""Years that a patent lasts: a division bears no later year."""


def contradicts(year: int, filing_date: date | None) -> bool:
    """Return whether a number of this year cannot have been given to a filing of this date (register.md N4)."""
    return filing_date is not None and not 0 <= year - filing_date.year <= _LONGEST_TERM


def _doubt(parts: Parts, filing_date: date | None) -> int:
    """Return how well the parts fit the date: 0 they do, 1 the number is of a later year, 2 they do not."""
    if filing_date is None:
        return 0
    year = parts.told_year or parts.year
    if year in {0, filing_date.year}:
        return 0
    if parts.told_year or contradicts(parts.year, filing_date):
        return _CONTRADICTS
    return _LATER


def _number(
    rule: OfficeRule,
    right: Right,
    text: str,
    filing_date: date | None,
    reading: _Reading,
    *,
    others: tuple[str, ...],
) -> Number:
    parts = reading.parts
    warnings = []
    if parts.check and rule.check is not None and rule.check(parts) not in {"", parts.check}:
        warnings.append(CHECK_DIGIT_WRONG)
    if parts.right != right:
        warnings.append(RIGHT_DIFFERS)
    if _doubt(parts, filing_date) == _CONTRADICTS:
        warnings.append(YEAR_DIFFERS_FROM_DATE)
    if others:
        warnings.append(FORM_AMBIGUOUS)
    notes = (reading.note,) if reading.note else ()
    canonical = rule.canonical(parts)
    return Number(text, canonical, reading.key, parts.right, tuple(warnings), others, notes)


def write(rule: OfficeRule, number: Number, filing_date: date | None) -> Written:
    """Return the number in the forms of DOCDB, epodoc and ST.13; empty where they are not determined.

    Numbers that bear no year need the filing date for DOCDB's or epodoc's.
    """
    readings = _readings(rule, number.right, mark(rule.office, number.canonical), filing_date)
    parts = next((each.parts for each in readings if each.key == number.match_key), None)
    if parts is None:
        return Written()
    if filing_date is not None and not parts.year:
        parts = parts._replace(told_year=filing_date.year)
    kind = parts.series if parts.series in rule.kept_kinds else _KIND_OF_RIGHT.get(parts.right)
    st13 = rule.st13(parts) or ""
    if kind is None or parts.right not in rule.in_docdb:
        return Written("", "", st13)
    docdb, epodoc = rule.docdb(parts), rule.epodoc(parts)
    letter = "" if kind == "A" else kind
    return Written(
        _read_back(rule, f"{rule.office}.{docdb}.{kind}", number, filing_date) if docdb else "",
        _read_back(rule, f"{rule.office}{epodoc}{letter}", number, filing_date) if epodoc else "",
        st13,
    )


def _read_back(rule: OfficeRule, text: str, number: Number, filing_date: date | None) -> str:
    """Return the text if it can be read as the number, else nothing: it would name another one."""
    again = read(rule, number.right, text, filing_date)
    return text if number.match_key in {again.match_key, *again.alternatives} else ""
