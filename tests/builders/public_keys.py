"""The public keys of offices with fixed keys, as other programs read them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from builders.offices import key_of
from crypto import base64url


def pem_of(office: str) -> str:
    key = Ed25519PublicKey.from_public_bytes(key_of(office).public_bytes)
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def jwk_of(office: str) -> dict[str, str | list[str]]:
    x = base64url.encode(key_of(office).public_bytes)
    return {"kty": "OKP", "crv": "Ed25519", "kid": office, "x": x}
