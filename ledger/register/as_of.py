"""The register as it was at an earlier height.

Each block keeps what the facts that it changes held before, under version links (`earlier_versions`). A fact at a
height is what its first later change found; without one it is the fact of today.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import islice, takewhile

from ledger.register.filing import decode_filing, decode_sealed
from ledger.register.keys import (
    FACT_PREFIXES,
    FILING_PREFIX,
    HISTORY_PREFIX,
    PRIORITY_PREFIX,
    SEALED_PREFIX,
    linked_since,
    place_height,
    version_link,
    version_links,
)
from ledger.register.reader import RegisterReader

LINKS_LEFT_OUT_MAX = 20_000
"""Links to later filings that are left out of one scan: some hundredths of a second."""
_TELL_THEIR_HEIGHT = (FILING_PREFIX, SEALED_PREFIX)
"""Facts whose records say at which height they were new."""
_ABSENT = b""
"""What the first version of a fact holds; no fact is empty."""


def earlier_versions(
    facts: Mapping[bytes, bytes],
    before: Mapping[bytes, bytes | None],
    stored: Callable[[bytes], bytes | None],
    height: int,
) -> dict[bytes, bytes]:
    """Return the version links of a block's changed facts: what each held before this height.

    `before` has what was read under their keys; what was not is taken from `stored`. A new filing, open or
    sealed, needs no link, for its record tells its height.
    """
    links = {}
    for key in facts:
        value = before[key] if key in before else stored(key)
        if value is not None:
            links[version_link(key, height)] = value
        elif not key.startswith(_TELL_THEIR_HEIGHT):
            links[version_link(key, height)] = _ABSENT
    return links


class AsOfReader:
    """The facts and links at one height, read from a register that has gone on since."""

    __slots__ = ("_register", "height", "network_id", "offices", "time_ms")

    def __init__(self, register: RegisterReader, height: int, time_ms: int) -> None:
        self._register = register
        self.height = height
        """From 0, the empty register, to the height of `register`."""
        self.time_ms = time_ms
        """The time of that block, Unix milliseconds."""
        self.offices = register.offices
        self.network_id = register.network_id

    def get(self, key: bytes) -> bytes | None:
        """Return the fact as it was; a link as it is."""
        value = self._register.get(key)
        if value is None or not key.startswith(FACT_PREFIXES):
            return value
        return self._then(key, value)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return the facts and links that were there.

        It looks at every later fact that it leaves out, however many there are; of links from one first filing at
        LINKS_LEFT_OUT_MAX, and shows further ones: what they lead to says itself whether it claimed at that height.
        """
        if prefix.startswith(FACT_PREFIXES):
            return islice(self._facts(prefix, after), limit)
        if prefix.startswith(PRIORITY_PREFIX):
            return islice(self._priority_links(prefix, after), limit)
        links = self._register.scan(prefix, after, limit)
        if prefix.startswith(HISTORY_PREFIX):
            # The links of one filing stand in the order of their heights.
            return takewhile(lambda link: place_height(link[0]) <= self.height, links)
        return links

    def _priority_links(self, prefix: bytes, after: bytes) -> Iterator[tuple[bytes, bytes]]:
        then = linked_since(self.height)
        for number, (link, since) in enumerate(self._register.scan(prefix, after)):
            if since <= then or number >= LINKS_LEFT_OUT_MAX:
                yield link, since

    def _facts(self, prefix: bytes, after: bytes) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self._register.scan(prefix, after):
            then = self._then(key, value)
            if then is not None:
                yield key, then

    def _then(self, key: bytes, value: bytes) -> bytes | None:
        """Return what the fact that is `value` today was at the height."""
        if key.startswith(FILING_PREFIX) and decode_filing(value).height > self.height:
            return None
        if key.startswith(SEALED_PREFIX) and decode_sealed(value).height > self.height:
            return None
        later = self._register.scan(version_links(key), version_link(key, self.height), limit=1)
        _, then = next(later, (b"", value))
        return then or None
