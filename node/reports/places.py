"""Places of readers: so many at a time, and so many of one of them, who keeps nobody else out."""

from collections import Counter

from node.reports.errors import BusyError


class Places:
    """Requests that are answered, by who asks."""

    def __init__(self, places_max: int, of_one_max: int) -> None:
        self._places_max = places_max
        self._of_one_max = of_one_max
        self.taken: Counter[str] = Counter()

    def take(self, reader: str) -> None:
        """Count a request, until `leave`.

        Raises:
            BusyError: there are too many.
        """
        if self.taken.total() >= self._places_max or self.taken[reader] >= self._of_one_max:
            raise BusyError(
                f"{self.taken.total()} requests for documents are being answered,"
                f" {self.taken[reader]} of them of {reader}"
            )
        self.taken[reader] += 1

    def leave(self, reader: str) -> None:
        """It is answered."""
        self.taken[reader] -= 1
        if not self.taken[reader]:
            del self.taken[reader]
