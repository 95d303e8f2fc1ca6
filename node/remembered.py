"""What was computed last, by key, bounded by what it holds and not by how many keys there are."""

from collections import OrderedDict
from typing import Generic, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Remembered(Generic[_Key, _Value]):
    """Rows of values. Those that were asked for longest ago are forgotten first; the last one never is."""

    def __init__(self, values_max: int) -> None:
        self._values_max = values_max
        self._rows: OrderedDict[_Key, tuple[_Value, ...]] = OrderedDict()
        self.count = 0
        """Of values, and one for each row."""

    def get(self, key: _Key) -> tuple[_Value, ...] | None:
        """The row with this key, or None."""
        row = self._rows.get(key)
        if row is not None:
            self._rows.move_to_end(key)
        return row

    def put(self, key: _Key, row: tuple[_Value, ...]) -> None:
        """Remember a row that is not known."""
        self._rows[key] = row
        self.count += 1 + len(row)
        while self.count > self._values_max and len(self._rows) > 1:
            _, forgotten = self._rows.popitem(last=False)
            self.count -= 1 + len(forgotten)
