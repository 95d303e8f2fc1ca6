"""Submissions signed beforehand, as an office's own system makes them: the load of the bulk rounds."""

import secrets
import time
from collections.abc import Iterator

from crypto.jws import sign_submission
from ledger.genesis import load_genesis
from ledger.submission import encode_payload
from node.bench.filings import chunks, entry
from node.bench.load import encode_request
from node.keystore import KEY_FILE, read_key
from node.local import LocalNode

PATH = "/api/v1/submissions"
MEDIA_TYPE = "application/jose"
VALID_S = 570
"""Long enough for a round, and within `VALIDITY_WINDOW_MS_MAX` of the ledger."""


def signed_requests(node: LocalNode, numbers: list[str], size: int) -> Iterator[bytes]:
    """Requests that register filings of these numbers for the node's office, `size` in each."""
    genesis = load_genesis((node.home / "genesis.json").read_bytes())
    key = read_key(node.home / KEY_FILE)
    network_id = genesis.network_id()
    valid_until_ms = int((time.time() + VALID_S) * 1000)
    for part in chunks(numbers, size):
        entries = [entry(number) for number in part]
        nonce = secrets.token_bytes(12)
        payload = encode_payload(network_id, node.office, valid_until_ms, nonce, entries)
        submission = sign_submission(key, node.office, payload)
        yield encode_request(PATH, submission, media_type=MEDIA_TYPE, token=node.token)
