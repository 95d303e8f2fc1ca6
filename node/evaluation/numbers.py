"""Looks whether the forms of one application number meet in one key, and only these."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from ledger.register.entries import Right
from ledger.register.number_forms import NumberForms, number_forms
from node.collection import RIGHTS
from node.evaluation.collection import Entered
from node.evaluation.count import Count

_UNKNOWN_KIND = "00"
"""ST.13 numbers that one office made up for a number of another: no form of that office itself."""
_FORMS = ("original", "docdb", "epodoc", "st13")
_COLUMNS = ("office", "right", *_FORMS, "date")
_SECOND_RECORD = re.compile(r"\.D$")


class NumberRow(NamedTuple):
    """One application number in several forms."""

    office: str
    right: Right
    filing_date: date
    forms: Mapping[str, str]
    """By `original`, `docdb`, `epodoc` and `st13`, those that the table has."""


def read_numbers(lines: Iterable[str]) -> tuple[NumberRow, ...]:
    """Return the rows of a table with the columns office, right, original, docdb, epodoc, st13, date.

    Raises ValueError where a column is missing, or a right or date is none.
    """
    table = csv.DictReader(lines, restval="")
    missing = [name for name in _COLUMNS if name not in (table.fieldnames or ())]
    if missing:
        raise ValueError(f"expected the columns {', '.join(_COLUMNS)}, missing {missing}")
    return tuple(_read_row(cells) for cells in table)


def _read_row(cells: Mapping[str, str]) -> NumberRow:
    right = RIGHTS.get(cells["right"])
    if right is None:
        raise ValueError(f"expected a right, one of {', '.join(RIGHTS)}, got {cells['right']!r}")
    return NumberRow(
        cells["office"],
        right,
        date.fromisoformat(cells["date"]),
        {
            name: cells[name].removesuffix(" (unsure)")
            for name in _FORMS
            if cells[name] and not (name == "st13" and cells[name].startswith(_UNKNOWN_KIND))
        },
    )


def evaluate_numbers(rows: tuple[NumberRow, ...]) -> tuple[Count, ...]:
    """Count the numbers whose forms meet in one key, and the forms that come out as the table has them."""
    return (
        _count_meeting("all forms of a number meet in one match key", rows, is_dated=True),
        _count_meeting("the same, without the filing date", rows, is_dated=False),
        _count_written(rows),
    )


def _read(row: NumberRow, text: str, *, is_dated: bool) -> NumberForms:
    return number_forms(row.office, row.right, text, row.filing_date if is_dated else None)


def _count_meeting(question: str, rows: tuple[NumberRow, ...], *, is_dated: bool) -> Count:
    apart = []
    for row in rows:
        keys = {text: _read(row, text, is_dated=is_dated).match_key for text in row.forms.values()}
        if len(set(keys.values())) > 1:
            apart.append(f"{row.office}: {keys}")
    return Count(
        question=question,
        cases=len(rows),
        as_expected=len(rows) - len(apart),
        otherwise=tuple(apart),
    )


def _count_written(rows: tuple[NumberRow, ...]) -> Count:
    cases, otherwise = 0, []
    for row in rows:
        forms = _read(row, next(iter(row.forms.values())), is_dated=True)
        came = {"docdb": forms.docdb, "epodoc": forms.epodoc, "st13": forms.st13_application_number}
        for name, given in row.forms.items():
            if name in came:
                cases += 1
                if came[name] != given:
                    otherwise.append(f"{row.office} {given}: came {came[name] or 'none'}")
    return Count(
        question="a form of DOCDB, epodoc or ST.13 is written as the data have it",
        cases=cases,
        as_expected=cases - len(otherwise),
        otherwise=tuple(otherwise),
    )


def evaluate_distinct(entered: tuple[Entered, ...]) -> Count:
    """Count the filings whose match key no other filing of the collection has, by DOCDB's number and kind.

    DOCDB's kind D is a second record of one application.
    """
    known = defaultdict[str, set[str]](set)
    for each in entered:
        if each.row.docdb:
            known[each.filing_id].add(_SECOND_RECORD.sub(".A", each.row.docdb))
    together = [
        f"{key}: {', '.join(sorted(ids))}" for key, ids in sorted(known.items()) if len(ids) > 1
    ]
    return Count(
        question="no two filings meet in one match key",
        cases=len(known),
        as_expected=len(known) - len(together),
        otherwise=tuple(together),
    )
