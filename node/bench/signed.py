"""Submissions signed beforehand, as an office's own system makes them: the load of the bulk rounds."""

import secrets
import time
from collections.abc import Iterator, Sequence

from crypto.jws import sign_submission
from ledger.genesis import load_genesis
from ledger.register.entries import Entry
from ledger.submission import encode_payload
from node.bench.filings import chunks
from node.bench.load import encode_request
from node.keystore import KEY_FILE, read_key
from node.local import LocalNode

PATH = "/api/v1/submissions"
MEDIA_TYPE = "application/jose"
VALID_S = 570
"""Long enough for a round, and within `VALIDITY_WINDOW_MS_MAX` of the ledger."""


def signed_requests(node: LocalNode, entries: Sequence[Entry], size: int) -> Iterator[bytes]:
    """Requests that register entries of the node's office, `size` in each."""
    for part in chunks(entries, size):
        yield encode_request(
            PATH, signed_entries(node, part), media_type=MEDIA_TYPE, token=node.token
        )


def signed_entries(node: LocalNode, entries: Sequence[Entry]) -> bytes:
    """A submission of the node's office."""
    valid_until_ms = int((time.time() + VALID_S) * 1000)
    nonce = secrets.token_bytes(12)
    payload = encode_payload(network_of(node), node.office, valid_until_ms, nonce, entries)
    return sign_submission(read_key(node.home / KEY_FILE), node.office, payload)


def network_of(node: LocalNode) -> bytes:
    """The id of the network that the node belongs to."""
    return load_genesis((node.home / "genesis.json").read_bytes()).network_id()
