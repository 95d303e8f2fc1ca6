"""Electronic seals on PDFs: PAdES (ETSI EN 319 142-1, baseline B-B), by the extra `seal`.

A seal says which office issued the pages, by a certificate that others issued to it. It proves nothing of the register,
and needs nothing of the network's keys.
"""

import io
import logging
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from cryptography.x509 import Certificate
    from pyhanko.sign.signers import SimpleSigner

FIELD: Final = "Seal"
_REASON: Final = "Issued by the office"
_RSA_BITS_MIN: Final = 2048
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
_GIVE: Final = "give the office's PKCS #12 file (.p12, .pfx) and its passphrase"


class SealError(Exception):
    """The PDF cannot be sealed; the message says what was expected, and `remedy` what to do."""

    def __init__(self, message: str, remedy: str = _GIVE) -> None:
        super().__init__(message)
        self.remedy = remedy


class SealKey(NamedTuple):
    """The private key of an office's seal with its certificates, from a PKCS #12 file."""

    signer: "SimpleSigner"


def load_seal_key(pkcs12_file: bytes, passphrase: bytes | None, now: datetime) -> SealKey:
    """The key and certificates in a PKCS #12 file (RFC 7292), fit for sealing at `now`, which has a time zone.

    Raises:
        SealError: the extra is not installed, the passphrase is wrong, the file holds no key with its certificate, the
            certificate is not valid now, or the key is of another kind than RSA of 2,048 bits and ECDSA of NIST.
    """
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415

    _expect_installed()
    from pyhanko.sign.signers import SimpleSigner  # noqa: PLC0415 - of an extra

    try:
        key, certificate, _ = pkcs12.load_key_and_certificates(pkcs12_file, passphrase)
    except (ValueError, TypeError) as error:
        raise SealError("expected a PKCS #12 file and its passphrase") from error
    if key is None or certificate is None:
        raise SealError("expected a private key with its certificate in the PKCS #12 file")
    _expect_valid(certificate, now)
    _expect_usual(key)
    try:
        return SealKey(SimpleSigner.load_pkcs12_data(pkcs12_file, (), passphrase))
    except (ValueError, NotImplementedError) as error:
        raise SealError(f"expected a key that can seal a PDF: {error}") from error


def _expect_valid(certificate: "Certificate", now: datetime) -> None:
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= now <= until:
        raise SealError(
            f"expected a certificate that is valid on {now:%Y-%m-%d}, got one of {since:%Y-%m-%d} to {until:%Y-%m-%d}",
            "have the office's certificate renewed, or set the clock of this machine right",
        )


def _expect_usual(key: object) -> None:
    """Return when viewers of PDFs know this kind of key."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    kind = type(key).__name__.strip("_").removesuffix("PrivateKey")
    if isinstance(key, rsa.RSAPrivateKey):
        is_usual, kind = key.key_size >= _RSA_BITS_MIN, f"RSA of {key.key_size} bits"
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        is_usual, kind = key.curve.name in _CURVES, f"ECDSA on {key.curve.name}"
    else:
        is_usual = False
    if not is_usual:
        raise SealError(
            f"expected a key of RSA with {_RSA_BITS_MIN} bits or more, or of ECDSA on P-256 or larger, got {kind}",
            "have a certificate for such a key issued to the office",
        )


def sealed(pdf: bytes, key: SealKey) -> bytes:
    """The PDF with the office's seal, which allows no later change. What stood in it stays byte for byte.

    Raises:
        SealError: the PDF cannot be sealed.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415
    from pyhanko.pdf_utils.misc import PdfError  # noqa: PLC0415
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter  # noqa: PLC0415
    from pyhanko.sign.general import SigningError  # noqa: PLC0415
    from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf  # noqa: PLC0415

    metadata = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        reason=_REASON,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    logging.getLogger("pyhanko").setLevel(logging.ERROR)
    try:
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        made = sign_pdf(writer, metadata, signer=key.signer)
    except (PdfError, SigningError, ValueError) as error:
        raise SealError(f"the PDF cannot be sealed: {error}") from error
    content: bytes = made.getvalue()
    return content


def _expect_installed() -> None:
    if find_spec("pyhanko") is None:
        raise SealError("expected the extra 'seal'", "pip install 'ipregister[seal]'")
