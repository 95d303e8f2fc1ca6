"""Proofs that a key is in the state tree with a value, or is not in it (see `state_tree`).

Keys and values never appear in a proof, only their SHA-256 digests; a proof of absence shows key digests only.
"""

from hashlib import sha256

import msgspec

from crypto.digest import DIGEST_SIZE
from crypto.errors import InvalidProofError, MalformedBytesError
from crypto.merkle import node_hash

STEM_CUT = 2
"""Characters at the end of a key that do not count for its slot."""
DEPTH_MAX = 8 * DIGEST_SIZE
"""Bits of a key digest."""


class PresenceProof(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="presence",
):
    """The leaf that holds a pair, and the way from it to the root."""

    key_digests: bytes
    """Joined, 32 bytes each, ascending."""
    value_digests: bytes
    """Joined, in the order of their keys."""
    path: tuple[bytes, ...]
    """Siblings from the leaf up to the root."""


class AbsenceProof(
    msgspec.Struct,
    frozen=True,
    array_like=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag="absence",
):
    """The leaf that would hold a pair if it were there, without its values, and the way from it to the root."""

    key_digests: bytes
    values_digest: bytes
    """SHA-256 over the joined value digests."""
    path: tuple[bytes, ...]


StateProof = PresenceProof | AbsenceProof

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[StateProof] = msgspec.msgpack.Decoder(StateProof)


def slot_of(key: bytes, slot_bits: int) -> int:
    """The slot of a key: the first bits of SHA-256 over its stem."""
    prefix = int.from_bytes(sha256(key[:-STEM_CUT]).digest()[:4], "big")
    return prefix >> 32 - slot_bits


def verify_presence(
    root: bytes, slot_bits: int, key: bytes, value: bytes, proof: PresenceProof
) -> None:
    """Return when the map with this root holds this key with this value.

    Raises:
        InvalidProofError: the proof does not show it.
    """
    digest = sha256(key).digest()
    keys = _keys_shown(proof.key_digests)
    if digest not in keys:
        raise InvalidProofError("presence: the key is not among those shown")
    start = keys.index(digest) * DIGEST_SIZE
    if proof.value_digests[start : start + DIGEST_SIZE] != sha256(value).digest():
        raise InvalidProofError("presence: the key has another value")
    leaf = pairs_hash(proof.key_digests, sha256(proof.value_digests).digest())
    _verify_path(root, slot_bits, key, leaf, proof.path)


def verify_absence(root: bytes, slot_bits: int, key: bytes, proof: AbsenceProof) -> None:
    """Return when the map with this root does not hold this key.

    Raises:
        InvalidProofError: the proof does not show it.
    """
    if sha256(key).digest() in _keys_shown(proof.key_digests):
        raise InvalidProofError("absence: the key is among those shown")
    if len(proof.values_digest) != DIGEST_SIZE:
        raise InvalidProofError(f"absence: expected a values digest of {DIGEST_SIZE} bytes")
    _verify_path(
        root, slot_bits, key, pairs_hash(proof.key_digests, proof.values_digest), proof.path
    )


def encode_proof(proof: StateProof) -> bytes:
    """The one byte form of a proof (msgpack array)."""
    return _encoder.encode(proof)


def decode_proof(data: bytes) -> StateProof:
    """The proof in these bytes, not yet verified.

    Raises:
        MalformedBytesError: the bytes are not the one byte form of such a proof.
    """
    try:
        proof = _decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBytesError(f"state proof: {error}") from error
    if encode_proof(proof) != data:
        raise MalformedBytesError("state proof: expected the shortest msgpack form")
    return proof


def _verify_path(
    root: bytes, slot_bits: int, key: bytes, leaf: bytes, path: tuple[bytes, ...]
) -> None:
    """Walk up from the leaf; where it stands is decided by the key alone: slot bits, then bits of its digest."""
    depth = len(path) - slot_bits
    if not 0 <= depth <= DEPTH_MAX:
        raise InvalidProofError(f"expected a path of at least {slot_bits} nodes, got {len(path)}")
    if any(len(node) != DIGEST_SIZE for node in path):
        raise InvalidProofError(f"expected path nodes of {DIGEST_SIZE} bytes")
    below_slot = int.from_bytes(sha256(key).digest(), "big") >> DEPTH_MAX - depth
    turns = slot_of(key, slot_bits) << depth | below_slot
    computed = leaf
    for sibling in path:
        computed = node_hash(sibling, computed) if turns & 1 else node_hash(computed, sibling)
        turns >>= 1
    if computed != root:
        raise InvalidProofError(
            f"state: expected root {root.hex()[:16]}, got {computed.hex()[:16]}"
        )


def _keys_shown(joined: bytes) -> list[bytes]:
    if len(joined) % DIGEST_SIZE:
        raise InvalidProofError(f"expected key digests of {DIGEST_SIZE} bytes each")
    return digests_in(joined)


def pairs_hash(key_digests: bytes, values_digest: bytes) -> bytes:
    """The hash of a leaf: joined key digests, and SHA-256 over the joined value digests."""
    return sha256(b"\x02" + sha256(key_digests).digest() + values_digest).digest()


def digests_in(joined: bytes) -> list[bytes]:
    """The digests of which these bytes are made."""
    return [joined[at : at + DIGEST_SIZE] for at in range(0, len(joined), DIGEST_SIZE)]
