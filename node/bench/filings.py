"""The filings that every contender is given: numbers that run on, as an office's do."""

from collections.abc import Iterator
from itertools import count

import msgspec

from ledger.register.entries import Filing

_FILED = "2026-03-04"


class Numbers:
    """Hands out application numbers; none is handed out twice in a run."""

    def __init__(self) -> None:
        self._serials = count(1)

    def take(self, amount: int) -> list[str]:
        """Return the next so many numbers."""
        return [f"2026{next(self._serials):08d}" for _ in range(amount)]


def filing(number: str) -> dict[str, str]:
    """Return the JSON form of a filing with this number."""
    return {"right": "patent", "applicationNumberText": number, "filingDate": _FILED}


def entry(number: str) -> Filing:
    """Return the same filing as an entry of the ledger."""
    return msgspec.convert(filing(number), Filing)


def chunks(numbers: list[str], size: int) -> Iterator[list[str]]:
    """Yield the numbers in lists of this size."""
    for start in range(0, len(numbers), size):
        yield numbers[start : start + size]
