"""Numbers of own filings that are on their way into the register, so that none goes in twice, open and sealed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from ledger.register.entries import TEXT_LENGTH_MAX, Entry, Filing, Right, SealedFiling
from ledger.register.numbers import normalise
from node.sealed.codes import KnownFiling

_Name = tuple[Right, str]


class NumbersUnderWay:
    """What one office has sent, or is about to seal; for one event loop."""

    def __init__(self, office: str) -> None:
        self._office = office
        self._sent: Counter[_Name | str] = Counter()
        """Open filings by their numbers, sealed ones by their claim keys."""
        self._promised: dict[_Name, KnownFiling] = {}
        """By the number: what is being sealed, while its code is kept."""

    def add(self, entries: Iterable[Entry]) -> None:
        """They were sent, and are not decided yet."""
        self._sent.update(self._names(entries))

    def remove(self, entries: Iterable[Entry]) -> None:
        """They are decided."""
        for name in self._names(entries):
            self._sent[name] -= 1
            if not self._sent[name]:
                del self._sent[name]

    def has_open(self, right: Right, match_key: str) -> bool:
        """Whether an open filing with this number is on its way."""
        return (right, match_key) in self._sent

    def has_sealed(self, claim_key: str) -> bool:
        """Whether the sealed filing with this claim key is on its way."""
        return claim_key in self._sent

    def promised(self, right: Right, match_key: str) -> KnownFiling | None:
        """What is about to be sealed with this number."""
        return self._promised.get((right, match_key))

    @contextmanager
    def promise(self, known: KnownFiling) -> Iterator[None]:
        """No other filing is given this number meanwhile."""
        name = known.right, known.match_key
        self._promised[name] = known
        try:
            yield
        finally:
            self._promised.pop(name, None)

    def _names(self, entries: Iterable[Entry]) -> Iterator[_Name | str]:
        for entry in entries:
            if isinstance(entry, SealedFiling):
                yield entry.claim_key
            elif (
                isinstance(entry, Filing) and len(entry.application_number_text) <= TEXT_LENGTH_MAX
            ):
                text, filed = entry.application_number_text, entry.filing_date
                number = normalise(self._office, entry.right, text, filed)
                yield number.right, number.match_key
