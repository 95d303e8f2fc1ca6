"""What an office signs that contradicts itself, in the form of `GET /status/evidence`."""

from base64 import b64encode

from builders.ledgers import KEYRING
from builders.offices import key_of
from consensus.messages import Commit
from consensus.signatures import vote_message
from consensus.wire import encode_message
from crypto.digest import sha256
from crypto.signing import bound_message


def contradiction(office: str, view: int = 3) -> dict[str, str]:
    """Two votes of an office for different proposals of one number."""
    votes = []
    for digest in (sha256(b"one"), sha256(b"two")):
        signed = bound_message("commit", KEYRING.network_id, vote_message(view, 7, digest))
        vote = Commit(view, 7, digest, office, key_of(office).sign(signed))
        votes.append(b64encode(encode_message(vote)).decode())
    return {"ipOfficeCode": office, "kind": "commit", "first": votes[0], "second": votes[1]}
