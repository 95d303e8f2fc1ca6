"""Two registers for the same rules: one that notes what they read, and one that holds what a file proves."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple

from ledger.errors import LedgerError
from ledger.register.filing import decode_sealed
from ledger.register.keys import claiming_filing, is_sealed
from ledger.register.reader import RegisterReader


class Scan(NamedTuple):
    """A question for links."""

    prefix: bytes
    after: bytes
    limit: int | None


Links = tuple[tuple[bytes, bytes], ...]


def is_untold(key: bytes, value: bytes | None) -> bool:
    """Return whether a fact is about a sealed filing that is not opened.

    Where the answer does not name it, no file tells that it is there (register.md F13); the rules pass it over.
    """
    return is_sealed(key) and (value is None or not decode_sealed(value).opened_as)


class RecordingReader:
    """A register that notes the facts and links that are read, without links from sealed filings."""

    def __init__(self, register: RegisterReader) -> None:
        self._register = register
        self.height = register.height
        self.time_ms = register.time_ms
        self.network_id = register.network_id
        self.offices = register.offices
        self.facts: dict[bytes, bytes | None] = {}
        self.scans: dict[Scan, Links] = {}

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a fact, or None."""
        if key not in self.facts:
            self.facts[key] = self._register.get(key)
        return self.facts[key]

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return priority links, all of which are noted."""
        asked = Scan(prefix, after, limit)
        if asked not in self.scans:
            links = self._register.scan(prefix, after)
            told = (link for link in links if self._is_told(claiming_filing(link[0])))
            self.scans[asked] = tuple(islice(told, limit))
        return iter(self.scans[asked])

    def _is_told(self, claiming: bytes) -> bool:
        return not is_sealed(claiming) or not is_untold(claiming, self._register.get(claiming))


class UnprovedFactError(LedgerError):
    """The rules read what the file does not prove."""


class ProvedReader:
    """A register of the facts that a file proves, and of the links that its node tells."""

    def __init__(
        self,
        facts: Mapping[bytes, bytes | None],
        scans: Mapping[Scan, Links],
        *,
        height: int,
        time_ms: int,
        network_id: bytes,
        offices: tuple[str, ...],
    ) -> None:
        self._facts = facts
        self._scans = scans
        self.height = height
        self.time_ms = time_ms
        self.network_id = network_id
        self.offices = offices
        self.facts_read: set[bytes] = set()
        self.scans_read: set[Scan] = set()
        self.untold: set[bytes] = set()
        """Facts about sealed filings that the rules asked for, and that the file does not hold."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a proved fact; None: it is proved to be absent, or about a sealed filing not told."""
        if key not in self._facts:
            if is_sealed(key):
                self.untold.add(key)
                return None
            raise UnprovedFactError(f"expected a proof of {key.decode(errors='backslashreplace')}")
        self.facts_read.add(key)
        return self._facts[key]

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return the links that the node told."""
        asked = Scan(prefix, after, limit)
        if asked not in self._scans:
            raise UnprovedFactError(f"expected the links behind {prefix!r}")
        self.scans_read.add(asked)
        return islice(self._scans[asked], limit)
