"""Electronic seals on PDFs: PAdES (ETSI EN 319 142-1, baseline B-B), by the extra `seal`.

A seal says which office issued the pages, by a certificate that others issued to it. It proves nothing of the register,
and needs nothing of the network's keys.
"""

import io
import logging
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

FIELD: Final = "Seal"
_REASON: Final = "Issued by the office"


class SealError(Exception):
    """The PDF cannot be sealed; the message says what is missing."""


class SealKey(NamedTuple):
    """The private key of an office's seal with its certificates, from a PKCS #12 file."""

    signer: "SimpleSigner"


def load_seal_key(pkcs12_file: bytes, passphrase: bytes | None) -> SealKey:
    """The key and certificates in a PKCS #12 file (RFC 7292).

    Raises:
        SealError: the extra is not installed, the passphrase is wrong, or the file holds no key with its certificate.
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
    try:
        return SealKey(SimpleSigner.load_pkcs12_data(pkcs12_file, (), passphrase))
    except (ValueError, NotImplementedError) as error:
        raise SealError(f"expected a key of RSA, ECDSA or Ed25519: {error}") from error


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
        raise SealError("expected the extra 'seal': pip install 'ipregister[seal]'")
