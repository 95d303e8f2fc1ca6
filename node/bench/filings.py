"""The filings that every contender is given: numbers that run on, as an office's do."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import msgspec

from ledger.register.entries import Filing

T = TypeVar("T")

FILED = "2026-03-04"
"""The filing date of all of them."""


_FORMS = {"AU": "2026{:06d}", "EP": "26{:06d}", "JP": "2026-{:06d}", "US": "19/{:03d},{:03d}"}
"""The printed form of a number of each office, without check digit."""
_THOUSAND = 1_000
_LAST = 999_999
"""Of an office's numbers of one year: a seventh digit would be read as a check digit, or not at all."""


class Numbers:
    """Hands out application numbers of the four offices; none is handed out twice in a run."""

    def __init__(self) -> None:
        self._next = dict.fromkeys(_FORMS, 1)

    def take(self, office: str, amount: int) -> list[str]:
        """Return the office's next so many numbers.

        Raises:
            ValueError: its numbers of the year have run out.
        """
        first = self._next[office]
        if first + amount - 1 > _LAST:
            raise ValueError(f"expected at most {_LAST:,} numbers of {office} in a network")
        self._next[office] = first + amount
        form = _FORMS[office]
        if office == "US":
            return [form.format(*divmod(n, _THOUSAND)) for n in range(first, first + amount)]
        return [form.format(n) for n in range(first, first + amount)]


def filing(number: str) -> dict[str, str]:
    """Return the JSON form of a filing with this number."""
    return {"right": "patent", "applicationNumberText": number, "filingDate": FILED}


def entry(number: str) -> Filing:
    """Return the same filing as an entry of the ledger."""
    return msgspec.convert(filing(number), Filing)


def chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield the items in parts of this size."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
