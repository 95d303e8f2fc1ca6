"""The register at the head of the chain: what the pure rules of `ledger.register` read from."""

from collections.abc import Iterator
from typing import Final

from ledger.chain import Chain
from ledger.store import KeyValueStore, prefix_end


class HeadReader:
    """The facts and links at the head, whatever height that is when one is read."""

    __slots__ = ("_chain", "_index", "get", "offices")

    def __init__(self, chain: Chain, index: KeyValueStore, offices: tuple[str, ...]) -> None:
        self._chain = chain
        self._index = index
        self.get: Final = index.get
        self.offices: Final = offices
        """The offices connected: those of the genesis."""

    @property
    def network_id(self) -> bytes:
        """The network of the chain."""
        return self._chain.network_id

    @property
    def height(self) -> int:
        """The last block's height, at which the answers hold."""
        return self._chain.height

    @property
    def time_ms(self) -> int:
        """The last block's time."""
        return self._chain.time_ms

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """The pairs whose keys begin with the prefix, in order; those behind the key `after`, if one is given."""
        start = after + b"\0" if after else prefix
        return self._index.scan(max(start, prefix), prefix_end(prefix), limit=limit)
