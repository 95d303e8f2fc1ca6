"""Another office's history, as its API tells it, held against one that was audited, at its head and further down."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from crypto.certificate import CheckpointCertificate
from node.auditing.blame import History
from node.client import Document, NodeClient, NotANodeError, ProblemError


class Comparison(NamedTuple):
    """How another office's history agrees with an audited one."""

    url: str
    height: int
    """Of its head."""
    compared: tuple[int, ...]
    """The heights at which block hashes were compared; none: it has no block."""
    first_difference: int | None
    """The first height at which it has another block; None: all that were compared are the same."""
    found: History | None
    """There: its block hash, below which both agree, and its certificate, for blame."""


def compare_with(client: NodeClient, own: History) -> Comparison:
    """Ask a node for the block hashes of several heights (`heights_to_compare`), and where they differ, for the first.

    Each block names the one before it, so two honest histories that agree at a height agree below it.

    Raises:
        NodeError: the node gives no answer, a problem, or something that is no answer to this.
    """
    try:
        return _compared(client, own)
    except (LookupError, TypeError, ValueError) as error:
        raise NotANodeError(client.url, f"its answer is not of this API: {error!r}") from error


def _compared(client: NodeClient, own: History) -> Comparison:
    height = int(client.get("/status")["height"])
    common = min(height, len(own.hashes))
    compared = heights_to_compare(common)
    different = first_difference(own.hashes, partial(_hash_at, client), common)
    if different is None:
        return Comparison(client.url, height, compared, None, None)
    theirs = (*own.hashes[: different - 1], _hash_at(client, different))
    found = History(client.url, theirs, _certificates_at(client, different), "")
    return Comparison(client.url, height, compared, different, found)


def heights_to_compare(common: int) -> tuple[int, ...]:
    """The last common height, those before it by 1, 3, 7, 15 and so on, and 1; none if there is none."""
    back = (common - (1 << power) + 1 for power in range(common.bit_length()))
    return tuple(sorted({*back, 1})) if common else ()


def first_difference(
    own: Sequence[bytes], hash_at: Callable[[int], bytes], common: int
) -> int | None:
    """The first height up to the common one at which another history has another block.

    None: it has the same at all heights that are compared. From a difference on all blocks of a true history differ, so
    the first is found by halves.
    """
    if all(hash_at(height) == own[height - 1] for height in heights_to_compare(common)):
        return None
    low, high = 1, common
    while low < high:
        middle = (low + high) // 2
        if hash_at(middle) == own[middle - 1]:
            low = middle + 1
        else:
            high = middle
    return low


def _hash_at(client: NodeClient, height: int) -> bytes:
    page = client.get("/blocks", {"sort": "height:asc", "limit": 1, "cursor": height - 1})
    return bytes.fromhex(page["blocks"][0]["hash"])


def _certificates_at(client: NodeClient, height: int) -> tuple[CheckpointCertificate, ...]:
    """The certificate of a height, where the office has one."""
    try:
        return (_certificate(client.get(f"/blocks/{height}/certificate")),)
    except ProblemError as error:
        if error.status == 404:  # noqa: PLR2004 - HTTP: not found
            return ()
        raise


def _certificate(document: Document) -> CheckpointCertificate:
    signatures = (
        (str(each["ipOfficeCode"]), bytes.fromhex(each["signature"]))
        for each in document["signatures"]
    )
    block_hash = bytes.fromhex(document["blockHash"])
    return CheckpointCertificate(int(document["height"]), block_hash, tuple(signatures))
