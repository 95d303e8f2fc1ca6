"""The form of a statement and of the receipts in it (docs/standard-forms.md): every member is one that is checked."""

from typing import Final, NamedTuple

import msgspec

from crypto import cbor, cose
from crypto.cbor import CborValue
from crypto.certificate import CheckpointCertificate
from crypto.cose import HeaderMap, Sign1
from crypto.digest import sha256
from crypto.errors import MalformedBytesError
from ledger.block import TIME_MS_MAX, decode_header
from ledger.certified import CertifiedHeader
from ledger.errors import MalformedBlockError
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError

FILE_BYTES_MAX: Final = 2 * 1024 * 1024
"""An entry of 1.1 MiB at most, and the receipts of some thousand offices."""
VERSION: Final = 1
STATEMENT_TYPE: Final = "application/ipregister-entry+cose"
RECEIPT_TYPE: Final = "application/ipregister-receipt+cose"
"""Of a receipt, so that it is never taken for a statement about a payload of 32 bytes, nor for one of another tree."""
LEAF_TYPE: Final = "application/vnd.msgpack"
RFC9162_SHA256: Final = 1
"""The verifiable data structure (RFC 9942, 5.1): a Merkle tree as in RFC 9162, section 2.1."""
INCLUSION_PROOFS: Final = -1

# CWT claims: 1 and 2 by RFC 8392, the others for private use (9.1.1: below -65536).
ISSUER: Final = 1
SUBJECT: Final = 2
CLAIM_VERSION: Final = -70001
CLAIM_NETWORK: Final = -70002
CLAIM_PLACE: Final = -70003
# A header parameter for private use (below -65536: registry of COSE header parameters).
CERTIFIED_HEADER: Final = -70004

Members = dict[int | str, CborValue]


class Claims(msgspec.Struct, frozen=True):
    """What is signed of an entry: the same in the statement and in every receipt."""

    subject: str
    """The filing id that the register gave the entry, or what else the entry is about; may be empty."""
    network_id: bytes
    height: int
    time_ms: int
    entry_count: int
    index: int


class OfficeReceipt(NamedTuple):
    """The signature of an office for the root of the entries of a block, with the path to that root."""

    office: str
    claims: Claims
    path: tuple[bytes, ...]
    message: Sign1


class Statement(NamedTuple):
    """An entry as its leaf, said by one office, with the receipts of offices, and perhaps the quorum's certificate."""

    office: str
    claims: Claims
    leaf: bytes
    receipts: tuple[OfficeReceipt, ...]
    certified: CertifiedHeader | None
    message: Sign1


def is_statement(data: bytes) -> bool:
    """Whether the bytes begin as a tagged COSE_Sign1 does."""
    return data.startswith(cose.SIGN1_TAG)


def statement_header(office: str, claims: Claims, algorithm: int = cose.EDDSA) -> Members:
    """The protected header of a statement."""
    return {
        cose.ALGORITHM: algorithm,
        cose.CONTENT_TYPE: LEAF_TYPE,
        cose.KEY_ID: office.encode(),
        cose.CWT_CLAIMS: _claims_map(office, claims),
        cose.TYPE: STATEMENT_TYPE,
    }


def receipt_header(office: str, claims: Claims, algorithm: int = cose.EDDSA) -> Members:
    """The protected header of a receipt (RFC 9942, 5.2.1)."""
    return {
        cose.ALGORITHM: algorithm,
        cose.KEY_ID: office.encode(),
        cose.CWT_CLAIMS: _claims_map(office, claims),
        cose.TYPE: RECEIPT_TYPE,
        cose.VERIFIABLE_DATA_STRUCTURE: RFC9162_SHA256,
    }


def inclusion_header(claims: Claims, path: tuple[bytes, ...]) -> Members:
    """The unprotected header of a receipt: its one inclusion proof."""
    proof = cbor.encode([claims.entry_count, claims.index, list(path)])
    return {cose.VERIFIABLE_DATA_PROOFS: {INCLUSION_PROOFS: [proof]}}


def receipts_header(
    receipts: tuple[OfficeReceipt, ...], certified: CertifiedHeader | None
) -> Members:
    """The unprotected header of a statement."""
    attached: list[CborValue] = [cose.encode_sign1(each.message) for each in receipts]
    header: Members = {cose.RECEIPTS: attached}
    if certified is not None:
        header[CERTIFIED_HEADER] = _certified_parts(certified)
    return header


def encode_statement(statement: Statement) -> bytes:
    """The file."""
    unprotected = receipts_header(statement.receipts, statement.certified)
    return cose.encode_sign1(statement.message._replace(unprotected=unprotected))


def decode_statement(data: bytes) -> Statement:
    """The statement in a file, not yet verified.

    Raises:
        InvalidProofFileError: it is none.
        UndecidableProofFileError: it is of a later version.
    """
    if len(data) > FILE_BYTES_MAX:
        raise InvalidProofFileError(
            "form", f"expected at most {FILE_BYTES_MAX} bytes, got {len(data)}"
        )
    try:
        return _statement(cose.decode_sign1(data))
    except (MalformedBytesError, MalformedBlockError) as error:
        message = f"expected a whole COSE statement, undamaged: {error}"
        raise InvalidProofFileError("form", message) from error


def decode_receipt(data: bytes) -> OfficeReceipt:
    """The receipt of an office in these bytes, not yet verified.

    Raises:
        MalformedBytesError: they are none.
        UndecidableProofFileError: it is of a later version.
    """
    message = cose.decode_sign1(data)
    office, claims, algorithm, header = _read_header("receipt", message)
    proofs = cbor.take(message.unprotected, cose.VERIFIABLE_DATA_PROOFS, dict, "proofs")
    bag = cbor.take(proofs, INCLUSION_PROOFS, list, "inclusion proofs")
    if len(bag) != 1:
        raise MalformedBytesError(f"inclusion proofs: expected one, got {len(bag)}")
    parts = cbor.expect(cbor.decode(cbor.expect(bag[0], bytes, "inclusion proof")), list, "proof")
    if len(parts) != 3:  # noqa: PLR2004 - tree size, leaf index, path
        raise MalformedBytesError(f"inclusion proof: expected 3 parts, got {len(parts)}")
    path = _digests("inclusion path", parts[2])
    if parts[:2] != [claims.entry_count, claims.index]:
        raise MalformedBytesError(
            f"inclusion proof: expected leaf {claims.index} of {claims.entry_count}, got {parts[:2]}"
        )
    _expect_no_more("receipt", header, receipt_header(office, claims, algorithm))
    _expect_no_more("receipt", message.unprotected, {cose.VERIFIABLE_DATA_PROOFS: {-1: bag}})
    if message.payload is not None:
        raise MalformedBytesError("receipt: expected a detached payload")
    return OfficeReceipt(office, claims, path, message)


def _statement(message: Sign1) -> Statement:
    office, claims, algorithm, header = _read_header("statement", message)
    _expect_no_more("statement", header, statement_header(office, claims, algorithm))
    if message.payload is None:
        raise MalformedBytesError("statement: expected a payload, the entry; it is detached")
    bag = cbor.take(message.unprotected, cose.RECEIPTS, list, "receipts")
    receipts = tuple(decode_receipt(cbor.expect(each, bytes, "receipt")) for each in bag)
    certified = _certified(message.unprotected.get(CERTIFIED_HEADER))
    known: Members = {cose.RECEIPTS: bag}
    if certified is not None:
        known[CERTIFIED_HEADER] = _certified_parts(certified)
    _expect_no_more("statement", message.unprotected, known)
    return Statement(office, claims, message.payload, receipts, certified, message)


def _read_header(name: str, message: Sign1) -> tuple[str, Claims, int, HeaderMap]:
    """The office, the claims and the algorithm in a protected header, and the header itself."""
    header = cose.protected_map(message)
    claims = cbor.take(header, cose.CWT_CLAIMS, dict, f"{name}: CWT claims")
    version = cbor.take(claims, CLAIM_VERSION, int, f"{name}: version")
    if version > VERSION:
        raise UndecidableProofFileError(
            "version", f"{name}: expected version {VERSION}, got {version}"
        )
    algorithm = cbor.take(header, cose.ALGORITHM, int, f"{name}: algorithm")
    if algorithm not in cose.ALGORITHMS:
        raise UndecidableProofFileError(
            "version", f"{name}: expected one of the algorithms {cose.ALGORITHMS}, got {algorithm}"
        )
    place = cbor.take(claims, CLAIM_PLACE, list, f"{name}: place")
    if len(place) != 4 or not all(isinstance(each, int) and each >= 0 for each in place):  # noqa: PLR2004
        raise MalformedBytesError(f"{name}: expected height, time, entry count and index")
    if cbor.expect(place[1], int, "time") > TIME_MS_MAX:
        raise MalformedBytesError(f"{name}: expected a time up to {TIME_MS_MAX}, got {place[1]}")
    read = Claims(
        cbor.take(claims, SUBJECT, str, f"{name}: subject"),
        cbor.take(claims, CLAIM_NETWORK, bytes, f"{name}: network"),
        *(cbor.expect(each, int, "place") for each in place),
    )
    return cbor.take(claims, ISSUER, str, f"{name}: issuer"), read, algorithm, header


def _claims_map(office: str, claims: Claims) -> Members:
    return {
        ISSUER: office,
        SUBJECT: claims.subject,
        CLAIM_VERSION: VERSION,
        CLAIM_NETWORK: claims.network_id,
        CLAIM_PLACE: [claims.height, claims.time_ms, claims.entry_count, claims.index],
    }


def _certified_parts(certified: CertifiedHeader) -> list[CborValue]:
    """Header and signatures; where the certificate is of a later block, its header, and the path in its history."""
    signatures: list[CborValue] = [list(each) for each in certified.certificate.signatures]
    parts: list[CborValue] = [certified.header, signatures]
    if certified.later_header:
        parts += [certified.later_header, list(certified.history_path)]
    return parts


def _certified(value: CborValue) -> CertifiedHeader | None:
    """The certified header of these parts; None where there are none."""
    if value is None:
        return None
    parts = cbor.expect(value, list, "certificate")
    if len(parts) not in (2, 4):
        raise MalformedBytesError(f"certificate: expected 2 or 4 parts, got {len(parts)}")
    header = cbor.expect(parts[0], bytes, "certificate: header")
    later = cbor.expect(parts[2], bytes, "certificate: later header") if parts[2:] else b""
    signatures = tuple(
        _office_signature(each) for each in cbor.expect(parts[1], list, "certificate: signatures")
    )
    covered = later or header
    certificate = CheckpointCertificate(decode_header(covered).height, sha256(covered), signatures)
    path = _digests("certificate: history path", parts[3]) if parts[2:] else ()
    return CertifiedHeader(header, certificate, later, path)


def _office_signature(value: CborValue) -> tuple[str, bytes]:
    parts = cbor.expect(value, list, "certificate: signature")
    if len(parts) != 2:  # noqa: PLR2004 - office and signature
        raise MalformedBytesError("certificate: expected an office and a signature")
    office = cbor.expect(parts[0], str, "certificate: office")
    return office, cbor.expect(parts[1], bytes, "certificate: signature")


def _digests(name: str, value: CborValue) -> tuple[bytes, ...]:
    nodes = tuple(cbor.expect(each, bytes, name) for each in cbor.expect(value, list, name))
    if any(len(node) != 32 for node in nodes):  # noqa: PLR2004 - bytes of SHA-256
        raise MalformedBytesError(f"{name}: expected digests of 32 bytes")
    return nodes


def _expect_no_more(name: str, given: HeaderMap, known: HeaderMap) -> None:
    """Return when a header holds just this: nothing stands in a file that is not checked."""
    if given != known:
        labels = [key for key in (*given, *known) if given.get(key) != known.get(key)]
        raise MalformedBytesError(f"{name}: expected other header parameters: {labels[:8]}")
