"""The filings of a collection in one register, entered in the order of their dates."""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from ledger.register.entries import Filing
from ledger.register.offices import office_code
from node.demo.collection import read_collection
from node.evaluation.register import MemoryRegister


class Entered(NamedTuple):
    """A filing that the register took."""

    line: int
    office: str
    filing: Filing
    filing_id: str
    docdb: str
    """As the collection has it; empty where it has none."""
    warnings: tuple[str, ...]
    """Codes with which the register took it."""


class _Docdb(msgspec.Struct):
    docdb: str | None = None


class CollectionRegister(NamedTuple):
    """A collection in a register."""

    register: MemoryRegister
    entered: tuple[Entered, ...]
    refused: tuple[str, ...]
    """Rows that it did not take: line, and why."""


def enter_collection(lines: Iterable[bytes]) -> CollectionRegister:
    """Return a register that holds every filing of a collection that can be entered."""
    texts = list(lines)
    rows = list(read_collection(texts))
    offices = tuple(sorted({office_code(row.office) or row.office for row in rows if row.office}))
    register = MemoryRegister(offices)
    refused = [f"line {row.line}: {row.fault}" for row in rows if row.filing is None]
    filings = [
        (row.filing.filing_date, row.line, row.office, row.filing) for row in rows if row.filing
    ]
    entered = []
    for _, line, office, filing in sorted(filings, key=lambda each: each[:2]):
        outcome = register.enter(office, filing)
        if outcome.status == "rejected":
            refused.append(f"line {line}: {outcome.subject}: {outcome.reason}")
            continue
        docdb = msgspec.json.decode(texts[line - 1], type=_Docdb).docdb or ""
        entered.append(Entered(line, office, filing, outcome.subject, docdb, outcome.warnings))
    return CollectionRegister(register, tuple(entered), tuple(refused))
