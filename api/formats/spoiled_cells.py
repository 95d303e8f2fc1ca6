"""Cells and rows of a table that cannot be what they were: which one, and why."""

from collections.abc import Iterator
from typing import Final

from api.explain import FieldError, quote, received
from api.formats.columns import OFFICE, Column
from api.formats.spreadsheets import ROUNDED_NUMBER, became_a_fraction
from api.formats.texts import odd_character

_MARKS: Final = ("E+", "e+", "=", "@", ".0")
"""One of them is in each line whose cells a spreadsheet may have spoiled."""


def may_be_spoiled(line: str) -> bool:
    """Whether the cells of a line need a look."""
    return any(mark in line for mark in _MARKS)


def unreadable(line: str, delimiter: str) -> FieldError:
    """Which character of a row cannot stand there, and where."""
    text = line.rstrip("\r")
    odd = odd_character(text.replace("\t", " "))
    if odd:
        return FieldError("", "a row of printable text in UTF-8", odd)
    place = text.index('"') + 1 if text.count('"') == 1 else text.rindex('"') + 1
    expected = "cells on one line, whose quotation marks stand around the whole cell"
    what = "a lone one, or the cell has a line break" if text.count('"') % 2 else "text beside it"
    cell = text[:place].count(delimiter) + 1
    return FieldError(
        "", expected, f"character {place}, about cell {cell}: quotation mark ({what})"
    )


def spoiled(columns: list[Column], cells: list[str]) -> Iterator[FieldError]:
    """The cells of which nobody can tell what they were before a spreadsheet took them."""
    by_place = {column[1:]: cell for column, cell in zip(columns, cells, strict=True)}
    for column, cell in zip(columns, cells, strict=True):
        if not column.field:
            continue
        if cell.startswith(("=", "@")):
            expected = "a text, not a formula; if it is a text, put an apostrophe in front"
            yield FieldError(column.name, expected, received(column.name, cell))
        elif column.field != "applicationNumberText":
            continue
        elif ROUNDED_NUMBER.fullmatch(cell):
            expected = "the whole number: make the column one of texts and enter it again"
            yield FieldError(column.name, expected, quote(cell))
        elif cell.endswith(".0"):
            holder, number = column.holder, column.number
            office = by_place.get((OFFICE, holder, number), "")
            right = by_place.get(("right", holder, number)) or by_place.get(("right", "", 0), "")
            day = by_place.get(("filingDate", holder, number), "")
            if became_a_fraction(office, right, cell, day):
                expected = f"{cell[:-2]}, if a spreadsheet made the number one with a fraction"
                yield FieldError(column.name, expected, quote(cell))
