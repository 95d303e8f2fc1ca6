"""The filings of a collection in one register, entered in the order of their dates."""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.register.entries import Filing
from ledger.register.memory import MemoryRegister
from ledger.register.offices import office_code
from node.collection import CollectionRow, read_collection
from node.evaluation.count import Count

TIME_MS = 4_070_908_800_000
"""2099: no filing lies in the future of the register."""


class Entered(NamedTuple):
    """A filing that the register took."""

    row: CollectionRow
    filing: Filing
    filing_id: str
    warnings: tuple[str, ...]
    """Codes with which the register took it."""


class CollectionRegister(NamedTuple):
    """A collection in a register."""

    register: MemoryRegister
    entered: tuple[Entered, ...]
    refused: tuple[tuple[str, str], ...]
    """Rows that it did not take: which, and why."""


def enter_collection(lines: Iterable[bytes]) -> CollectionRegister:
    """Return a register that holds every filing of a collection that can be entered."""
    rows = list(read_collection(lines))
    offices = tuple(sorted({office_code(row.office) or row.office for row in rows if row.office}))
    register = MemoryRegister(offices, TIME_MS)
    refused = [(f"line {row.line}", row.fault) for row in rows if row.filing is None]
    filings = [(row.filing.filing_date, row.line, row, row.filing) for row in rows if row.filing]
    entered = []
    for _, line, row, filing in sorted(filings, key=lambda each: each[:2]):
        outcome = register.enter(row.office, filing)
        if outcome.status == "rejected":
            refused.append((f"line {line}: {outcome.subject}", outcome.reason))
            continue
        entered.append(Entered(row, filing, outcome.subject, outcome.warnings))
    return CollectionRegister(register, tuple(entered), tuple(refused))


def evaluate_refused(collection: CollectionRegister) -> Count:
    """Count the rows that are no entries or that the register refuses, and those of which the reason is told."""
    silent = tuple(row for row, reason in collection.refused if not reason)
    return Count(
        question="a row that cannot be registered is refused with its reason",
        cases=len(collection.refused),
        as_expected=len(collection.refused) - len(silent),
        otherwise=silent,
    )
