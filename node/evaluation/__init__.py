"""Holds the register's rules against real filings whose answers are known, and counts."""

import contextlib
import csv
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from node.evaluation.claims import evaluate_claims, evaluate_dates
from node.evaluation.collection import enter_collection, evaluate_refused
from node.evaluation.count import Count
from node.evaluation.edge_cases import evaluate_edge_cases, read_edge_cases
from node.evaluation.families import evaluate_families, read_families
from node.evaluation.numbers import evaluate_distinct, evaluate_numbers, read_numbers
from node.evaluation.sealed_families import evaluate_sealed_families

NUMBERS, FILINGS = "numbers.csv", "real-filings.jsonl"
EDGE_CASES, FAMILIES = "edge-cases.jsonl", "family-truth.jsonl"
FILES = (NUMBERS, FILINGS, EDGE_CASES, FAMILIES)


class MalformedDataError(ValueError):
    """A file of the data set cannot be read, or does not have its form."""


def evaluate(directory: Path, told: Callable[[str], None]) -> tuple[Count, ...]:
    """Return the counts of every evaluation whose files are in the directory.

    `told` is called with what is done next. Raises MalformedDataError.
    """
    counts: list[Count] = []
    if (directory / NUMBERS).exists():
        told("numbers in several forms")
        with (
            _reading(directory / NUMBERS),
            (directory / NUMBERS).open(encoding="utf-8", newline="") as table,
        ):
            rows = read_numbers(table)
        counts += evaluate_numbers(rows)
    if (directory / FILINGS).exists():
        told("filings and their claims")
        counts += _evaluate_collection(directory)
    if (directory / EDGE_CASES).exists():
        told("claims at the edge of the period")
        with _reading(directory / EDGE_CASES):
            cases = read_edge_cases(_lines(directory / EDGE_CASES))
        counts += evaluate_edge_cases(cases)
    return tuple(counts)


def evaluate_sealed(directory: Path, progress: Callable[[int], None]) -> tuple[Count, ...]:
    """Return the counts of the collection's families, run as sealed filings; none without the collection.

    `progress` hears of every filing that was sealed or opened. Raises MalformedDataError.
    """
    if not (directory / FILINGS).exists():
        return ()
    with _reading(directory / FILINGS):
        collection = enter_collection(_lines(directory / FILINGS))
    return evaluate_sealed_families(collection, progress)


def _evaluate_collection(directory: Path) -> list[Count]:
    with _reading(directory / FILINGS):
        collection = enter_collection(_lines(directory / FILINGS))
    counts = [
        evaluate_refused(collection),
        evaluate_distinct(collection.entered),
        *evaluate_claims(collection),
        evaluate_dates(collection),
    ]
    if (directory / FAMILIES).exists():
        with _reading(directory / FAMILIES):
            stated = read_families(_lines(directory / FAMILIES))
        counts += evaluate_families(stated, collection)
    return counts


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Name the file in whatever is wrong with it."""
    try:
        yield
    except OSError as error:
        raise MalformedDataError(f"{path}: {error.strerror}") from None
    except (ValueError, msgspec.MsgspecError, csv.Error) as error:
        raise MalformedDataError(f"{path}: {error}") from None


def _lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines()
