"""How much was done to real processes, over all tests: printed at their end."""

from collections import Counter
from collections.abc import Iterator, Mapping

from processes.operations import ACKNOWLEDGED, DECIDED, Operation

_faults: Counter[str] = Counter()
_operations: Counter[str] = Counter()


def count_fault(kind: str) -> None:
    """A fault of this kind was done."""
    _faults[kind] += 1


def count_operation(operation: Operation) -> None:
    """A client ended an operation."""
    _operations["operations"] += 1
    if operation.outcome in ACKNOWLEDGED:
        _operations["registrations acknowledged"] += 1
    elif operation.action != "register" and operation.outcome in DECIDED:
        _operations["reads answered"] += 1
    elif operation.outcome not in DECIDED:
        _operations["without an answer"] += 1


def told() -> tuple[dict[str, int], dict[str, int]]:
    """The counts of this process, operations and faults, for another one to add."""
    return dict(_operations), dict(_faults)


def add(operations: Mapping[str, int], faults: Mapping[str, int]) -> None:
    """Add the counts of another process."""
    _operations.update(operations)
    _faults.update(faults)


def lines() -> Iterator[str]:
    """The counts, for people; nothing where nothing was done."""
    for counts in (_operations, _faults):
        if counts:
            yield ", ".join(f"{count:,} {what}" for what, count in sorted(counts.items()))
