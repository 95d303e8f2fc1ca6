"""Sealed filings: keys and commitments made of a filing's number, date and access code (docs/sealed-filings.md).

An office puts the claim key and the commitment on the ledger. Who knows number, date and code derives the private claim
key, and proves a claim by signing it. An opening shows the blinding value, which tells nothing of the code or the key.
"""

from datetime import date
from hmac import compare_digest
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto.access_code import AccessCode
from crypto.base64url import decode, encode
from crypto.digest import DIGEST_SIZE, sha256
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.signing import SEED_SIZE, SigningKey, VerifyingKey, bound_message

PRIORITY: Final = "priority"
"""The role of a first filing in a claim. In a relation its role is the relation, such as `division`."""
_SEAL: Final = b"ipregister/seal/v1"
_COMMIT: Final = b"ipregister/commit/v1"
_LENGTH_SIZE: Final = 2
BLINDING_SIZE: Final = 32  # bytes
_PRIME: Final = 2**255 - 19
_WITHOUT_SIGN: Final = 2**255 - 1
_OF_ORDER_8: Final = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_ORDER: Final = frozenset((0, 1, _PRIME - 1, _OF_ORDER_8, _PRIME - _OF_ORDER_8))
"""The second coordinates of the eight points of edwards25519 whose order divides 8."""


class Seal:
    """What number, date and access code unlock. Its representation shows only what the ledger shows, too."""

    __slots__ = ("_key", "_network_id", "blinding", "claim_key", "commitment", "office")

    def __init__(
        self, network_id: bytes, office: str, seed: bytes, blinding: bytes, commitment: str
    ) -> None:
        self._network_id = network_id
        self._key = SigningKey(seed)
        self.office = office
        """Of first filing."""
        self.claim_key = encode(self._key.public_bytes)
        """In base64url, like all that entries hold."""
        self.commitment = commitment
        self.blinding = encode(blinding)
        """Secret until the opening."""

    def prove(self, role: str, later_filing_id: str) -> str:
        """The proof that the later filing claims this one (role `priority`), or is related to it (role: the relation).

        The id of the later filing begins with the claiming office: `EP.patent.13171234`, `EP.sealed.…`.
        """
        message = claim_message(self.office, self.claim_key, role, later_filing_id)
        return encode(self._key.sign(bound_message("sealed-claim", self._network_id, message)))

    def __repr__(self) -> str:
        return f"Seal({self.office}.sealed.{self.claim_key})"


def seal(
    network_id: bytes,
    office: str,
    right: str,
    match_key: str,
    filing_date: date,
    *,
    code: AccessCode,
) -> Seal:
    """The seal of a filing, named by the register's code of its office, its right and the match key of its number."""
    fields = _fields(office, right, match_key, filing_date.isoformat())
    derivation = HKDF(SHA256(), SEED_SIZE + BLINDING_SIZE, salt=network_id, info=_SEAL + fields)
    root = derivation.derive(code.secret)
    seed, blinding = root[:SEED_SIZE], root[SEED_SIZE:]
    return Seal(network_id, office, seed, blinding, encode(sha256(_COMMIT + blinding + fields)))


def is_sound(claim_key: str) -> bool:
    """Whether this key (base64url) is neither of small order nor written in another than its one form.

    With a point of small order anybody can make signatures that some libraries take; about other forms they differ, too
    (RFC 8032, sections 5.1.2 and 5.1.3). Keys with a part of small order pass: about their signatures libraries with
    and without the cofactor differ. The register verifies without it, as OpenSSL does; whoever judges again must, too.
    """
    number = int.from_bytes(decode(claim_key), "little") & _WITHOUT_SIGN
    return number < _PRIME and number not in _SMALL_ORDER


def claim_message(first_office: str, claim_key: str, role: str, later_filing_id: str) -> bytes:
    """What the claim key signs for the purpose `sealed-claim`."""
    return _fields(first_office, claim_key, role, later_filing_id)


def check_proof(
    network_id: bytes,
    first_office: str,
    claim_key: str,
    *,
    role: str,
    later_filing_id: str,
    proof: str,
) -> bool:
    """Whether the claim key (base64url) made this proof (base64url) for this later filing."""
    message = claim_message(first_office, claim_key, role, later_filing_id)
    try:
        key = VerifyingKey(decode(claim_key))
        key.verify(decode(proof), bound_message("sealed-claim", network_id, message))
    except (InvalidSignatureError, MalformedBytesError):
        return False
    return True


def check_opening(
    commitment: str, blinding: str, *, office: str, right: str, match_key: str, filing_date: date
) -> bool:
    """Whether this filing is the one that an office committed itself to (both in base64url)."""
    shown = decode(blinding)
    fields = _fields(office, right, match_key, filing_date.isoformat())
    is_long_enough = len(shown) == BLINDING_SIZE and len(decode(commitment)) == DIGEST_SIZE
    return is_long_enough and compare_digest(sha256(_COMMIT + shown + fields), decode(commitment))


def _fields(*texts: str) -> bytes:
    """The texts in UTF-8, each behind its length in two bytes: no two lists of texts give the same bytes."""
    encoded = (text.encode() for text in texts)
    return b"".join(len(field).to_bytes(_LENGTH_SIZE, "big") + field for field in encoded)
