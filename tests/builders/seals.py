"""An office's certificate for electronic seals, and who issued it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from cryptography.x509.oid import NameOID

PASSPHRASE = b"correct horse"
SealKey = (
    ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | dsa.DSAPrivateKey | ed25519.Ed25519PrivateKey
)


class SealFiles(NamedTuple):
    pkcs12: bytes
    issuer: bytes
    """DER."""


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _built(
    subject: str, issuer: str, key: SealKey, serial: int, days: tuple[int, int] = (-1, 30)
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    since, until = (now + timedelta(days=day) for day in days)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(since)
        .not_valid_after(until)
    )


def _usage(*, is_issuer: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_issuer,
        content_commitment=not is_issuer,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_issuer,
        crl_sign=is_issuer,
        encipher_only=False,
        decipher_only=False,
    )


def seal_files(key: SealKey | None = None, days: tuple[int, int] = (-1, 30)) -> SealFiles:
    """A seal of ECDSA on P-256, or with this key, whose certificate an authority issued, valid for so many days."""
    authority = ec.generate_private_key(ec.SECP256R1())
    office = key or ec.generate_private_key(ec.SECP256R1())
    basic = x509.BasicConstraints(ca=True, path_length=0)
    root = (
        _built("Test authority", "Test authority", authority, 1)
        .add_extension(basic, critical=True)
        .add_extension(_usage(is_issuer=True), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False
        )
        .sign(authority, hashes.SHA256())
    )
    issued = (
        _built("Seal of the test office", "Test authority", office, 2, days)
        .add_extension(_usage(is_issuer=False), critical=True)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
        .sign(authority, hashes.SHA256())
    )
    kept = BestAvailableEncryption(PASSPHRASE)
    file = pkcs12.serialize_key_and_certificates(b"seal", office, issued, [root], kept)
    return SealFiles(file, root.public_bytes(Encoding.DER))
