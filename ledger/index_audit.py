"""The index of a node, held pair by pair against the one to which its ledger files lead (docs/ledger.md, "Index").

The values that answers are read from stand here, so a chain of hashes that fits says nothing of them.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from crypto.errors import MalformedBytesError
from crypto.state_tree import KEY_PREFIX as PAGE_PREFIX
from ledger import index as layout
from ledger.record_log import Location
from ledger.register.keys import FACT_PREFIXES, VERSION_PREFIX
from ledger.store import KeyValueStore, prefix_end

Pair = tuple[bytes, bytes]
_HEIGHT_SIZE = 8  # bytes
_SHOWN_BYTES = 16


class Difference(NamedTuple):
    """A key under which the index holds something other than what the ledger files lead to."""

    key: bytes
    expected: str
    found: str
    height: int | None
    """The block that the key is about, where it tells."""


def applied_height(stored: KeyValueStore, network_id: bytes) -> int | Difference:
    """The height that an index says it has come to; 0 if it is empty."""
    expected = f"version {layout.INDEX_VERSION} of network {network_id.hex()[:16]}"
    try:
        applied = layout.read_applied(stored)
    except MalformedBytesError as error:
        return Difference(layout.APPLIED_KEY, expected, str(error), None)
    if applied is None:
        return 0
    if (applied.version, applied.network_id) != (layout.INDEX_VERSION, network_id):
        found = f"version {applied.version} of network {applied.network_id.hex()[:16]}"
        return Difference(layout.APPLIED_KEY, expected, found, None)
    return applied.height


def first_difference(rebuilt: KeyValueStore, stored: KeyValueStore) -> Difference | None:
    """The first key, in the order of their bytes, in which two indexes of one height differ.

    What stands there of certificates, and of what was synced, is left to the other functions.
    """
    return _first(_derived(rebuilt.scan()), _derived(stored.scan()))


def first_certificate_difference(
    certificates: Iterable[tuple[Location, int]], stored: KeyValueStore
) -> Difference | None:
    """The same for the certificates, given the (location, height) of each in their files.

    The index may lack the last ones, as a power cut leaves it: it says itself which one it took last.
    """
    expected: dict[bytes, bytes] = {}
    last = stored.get(layout.LAST_CERTIFICATE_KEY)
    for location, height in certificates if last is not None else ():
        key, value = layout.certificate_key(height), layout.encode_location(location)
        if key not in expected:
            expected[key] = expected[layout.LAST_CERTIFICATE_KEY] = value
            if value == last:
                break
    start = layout.certificate_key(0)[:-_HEIGHT_SIZE]
    found = list(stored.scan(start, prefix_end(start)))
    if last is not None:
        found.append((layout.LAST_CERTIFICATE_KEY, last))
    return _first(iter(sorted(expected.items())), iter(found))


def synced_difference(
    stored: KeyValueStore, network_id: bytes, height: int
) -> Difference | int | None:
    """What the index says was synced: the height, or None, if it can be; no later than its own height."""
    value = stored.get(layout.DURABLE_KEY)
    expected = f"at most block {height} of network {network_id.hex()[:16]}"
    try:
        synced = layout.read_durable(stored)
    except MalformedBytesError as error:
        return Difference(layout.DURABLE_KEY, expected, str(error), None)
    if synced is None:
        return None
    lawful = layout.encode_applied(network_id, synced.height)
    if value != lawful or not 0 < synced.height <= height:
        return Difference(
            layout.DURABLE_KEY, expected, f"block {synced.height}, {(value or b'').hex()}", None
        )
    return synced.height


def describe(key: bytes) -> tuple[str, int | None]:
    """What stands under a key of the index, in words, and the height that it is about."""
    kind, rest = key[:2], key[2:]
    end = int.from_bytes(key[-_HEIGHT_SIZE:], "big")
    heights = {b"!b": "the place and header of block", b"!c": "the place of the certificate of"}
    if kind in heights and len(rest) == _HEIGHT_SIZE:
        return f"{heights[kind]} {end}", end
    if kind == PAGE_PREFIX:
        return f"the page of slot {int.from_bytes(rest, 'big')} of the state tree", None
    if kind in _NAMES:
        return f"{_NAMES[kind]} {rest.hex()}".rstrip(), None
    if key.startswith(VERSION_PREFIX):
        fact = key[3:-_HEIGHT_SIZE].decode(errors="backslashreplace")
        return f"the version of {fact} before block {end}", end
    what = "the fact" if key.startswith(FACT_PREFIXES) else "the link"
    return f"{what} {key.decode(errors='backslashreplace')}", None


_NAMES = {
    layout.APPLIED_KEY: "how far the index has come",
    layout.DURABLE_KEY: "what was synced",
    layout.LAST_CERTIFICATE_KEY: "the last certificate that was indexed",
    b"!h": "the node of the history tree at",
    b"!x": "the submission executed and still valid",
}


def _derived(pairs: Iterator[Pair]) -> Iterator[Pair]:
    start = layout.certificate_key(0)[:-_HEIGHT_SIZE]
    own = (layout.DURABLE_KEY, layout.LAST_CERTIFICATE_KEY)
    return (pair for pair in pairs if not pair[0].startswith(start) and pair[0] not in own)


def _first(expected: Iterator[Pair], found: Iterator[Pair]) -> Difference | None:
    """The first difference of two sorted runs of pairs."""
    while True:
        ours, theirs = next(expected, None), next(found, None)
        if ours == theirs:
            if ours is None:
                return None
            continue
        key = min(pair[0] for pair in (ours, theirs) if pair is not None)
        value = ours[1] if ours is not None and ours[0] == key else None
        other = theirs[1] if theirs is not None and theirs[0] == key else None
        what, height = describe(key)
        start = _first_byte(value or b"", other or b"")
        return Difference(
            key, f"{what}: {_shown(value, start)}", f"{_shown(other, start)} there", height
        )


def _first_byte(one: bytes, other: bytes) -> int:
    """The first place at which two values differ."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _shown(value: bytes | None, start: int) -> str:
    if value is None:
        return "nothing"
    return f"{len(value)} bytes, from byte {start} on {value[start : start + _SHOWN_BYTES].hex()}"
