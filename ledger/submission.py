"""Submissions: what an office signs and sends, a JWS over up to a thousand entries.

The payload is JSON. Its entries are kept as the exact bytes that were signed, because those are what the Merkle
leaves cover.
"""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from json import JSONDecoder
from typing import Annotated, NamedTuple

import msgspec

from crypto.digest import sha256
from crypto.errors import InvalidSignatureError, MalformedBytesError
from crypto.jws import open_submission
from crypto.jws import read_submission as read_jws
from crypto.keyring import Keyring
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from ledger.register.entries import ENTRIES_MAX, Entry

SUBMISSION_BYTES_MAX = 1_572_864
"""1.5 MiB: a thousand entries of a kilobyte each in base64url, with room to spare."""
NONCE_SIZE = 12  # bytes
TIME_MS_MAX = 2**53 - 1
"""The largest integer that every JSON reader holds exactly."""


class Submission(NamedTuple):
    """A submission that was admitted: signed by its office, of this network, well formed."""

    digest: bytes
    """SHA-256 of `data`: by this it is ordered and executed once."""
    data: bytes
    """The JWS as it came."""
    office: str
    valid_until_ms: int
    entries: tuple[Entry, ...]
    raw_entries: tuple[bytes, ...]
    """Each entry's exact bytes in the payload."""


class _Payload(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True, kw_only=True
):
    network_id: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    office: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
    valid_until: Annotated[int, msgspec.Meta(ge=0, le=TIME_MS_MAX)]
    nonce: Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{16}\Z")]
    entries: Annotated[tuple[Entry, ...], msgspec.Meta(min_length=1, max_length=ENTRIES_MAX)]


class _RawEntries(msgspec.Struct, frozen=True):
    """The entries of a payload as bytes; what else it holds is skipped."""

    entries: tuple[msgspec.Raw, ...]


class _Entries(msgspec.Struct, frozen=True):
    """The entries of a payload; what else it holds is skipped."""

    entries: tuple[Entry, ...]


def _refuse_repeated(members: list[tuple[str, object]]) -> None:
    names = [name for name, _ in members]
    if len(set(names)) < len(names):
        raise ValueError(f"expected each member once, got {', '.join(names)}")


_payload_decoder = msgspec.json.Decoder(_Payload)
_entries_decoder = msgspec.json.Decoder(_Entries)
_raw_entries_decoder = msgspec.json.Decoder(_RawEntries)
# Numbers stay text: how many digits become one is a setting of the interpreter.
_repetition_decoder = JSONDecoder(
    object_pairs_hook=_refuse_repeated, parse_int=str, parse_float=str
)
_encoder = msgspec.json.Encoder()


def admit(data: bytes, keyring: Keyring) -> Submission:
    """The submission in these bytes, checked as far as it can be without the register.

    A pure function of the bytes and the keyring, so that all nodes judge alike. Whether it came in time is judged in
    the block.

    Raises:
        MalformedSubmissionError: too long, no JWS, or the payload does not have its form; names the entry.
        InvalidSubmissionError: of another network, or not signed by the office it names.
    """
    if len(data) > SUBMISSION_BYTES_MAX:
        raise MalformedSubmissionError(
            f"expected at most {SUBMISSION_BYTES_MAX} bytes, got {len(data)}"
        )
    try:
        office, payload_bytes = open_submission(data, keyring)
    except MalformedBytesError as error:
        raise MalformedSubmissionError(str(error)) from error
    except InvalidSignatureError as error:
        raise InvalidSubmissionError(str(error)) from error
    return _read(data, office, payload_bytes, keyring)


def read_verified(data: bytes, keyring: Keyring) -> Submission:
    """As `admit`, for bytes whose signature was verified elsewhere: by another process of the audit.

    Raises:
        MalformedSubmissionError, InvalidSubmissionError: as `admit`.
    """
    try:
        office, payload_bytes = read_jws(data)
    except MalformedBytesError as error:
        raise MalformedSubmissionError(str(error)) from error
    return _read(data, office, payload_bytes, keyring)


def _read(data: bytes, office: str, payload_bytes: bytes, keyring: Keyring) -> Submission:
    payload = _decode_payload(payload_bytes)
    if payload.network_id != keyring.network_id.hex():
        raise InvalidSubmissionError(
            f"networkId: expected {keyring.network_id.hex()}, got {payload.network_id}"
        )
    if payload.office != office:
        raise InvalidSubmissionError(
            f"office: expected {office}, which signed, got {payload.office}"
        )
    raw_entries = _decode_raw_entries(payload_bytes)
    return Submission(sha256(data), data, office, payload.valid_until, payload.entries, raw_entries)


def read_entries(data: bytes) -> tuple[str, tuple[bytes, ...]]:
    """The office and the entries' exact bytes of a submission that was admitted before.

    Raises:
        MalformedSubmissionError: this is not a submission.
    """
    try:
        office, payload_bytes = read_jws(data)
    except MalformedBytesError as error:
        raise MalformedSubmissionError(str(error)) from error
    return office, _decode_raw_entries(payload_bytes)


def decode_entries(data: bytes) -> tuple[str, tuple[Entry, ...]]:
    """The office and the entries of a submission that was admitted before.

    Raises:
        MalformedSubmissionError: this is not a submission.
    """
    try:
        office, payload_bytes = read_jws(data)
        return office, _entries_decoder.decode(payload_bytes).entries
    except (MalformedBytesError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedSubmissionError(str(error)) from error


def holds_bare_filings(data: bytes, count: int) -> bool:
    """Whether a submission that was admitted before, of so many entries, is seen to hold open filings without claims.

    It is not decoded. False: it may hold other entries, or is written in another form than ours.
    """
    _, payload = read_jws(data)
    # Without escapes a name stands in the bytes as it is.
    return (
        b"\\" not in payload
        and b'Bag"' not in payload
        and payload.count(b'"entryCategory":"filing"') == count
    )


def encode_payload(
    network_id: bytes,
    office: str,
    valid_until_ms: int,
    nonce: bytes,
    entries: Sequence[Entry | msgspec.Raw],
) -> bytes:
    """The payload to sign: 1 to 1,000 entries, valid until a moment in Unix milliseconds.

    The nonce, 12 random bytes, tells apart two submissions of the same entries.
    """
    if len(nonce) != NONCE_SIZE:
        raise ValueError(f"expected a nonce of {NONCE_SIZE} bytes, got {len(nonce)}")
    if not 0 < len(entries) <= ENTRIES_MAX:
        raise ValueError(f"expected 1 to {ENTRIES_MAX} entries, got {len(entries)}")
    return _encoder.encode(
        {
            "networkId": network_id.hex(),
            "office": office,
            "validUntil": valid_until_ms,
            "nonce": urlsafe_b64encode(nonce).decode(),
            "entries": entries,
        }
    )


def _decode_payload(data: bytes) -> _Payload:
    """The payload, of which there is one reading: no member comes twice, at any depth.

    It is decoded with all its types first: nothing nests deeper than they do, so no limit of the interpreter decides.
    """
    try:
        payload = _payload_decoder.decode(data)
        if _encoder.encode(payload) != data:  # other white space or order, which is all right
            _repetition_decoder.decode(data.decode())
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise MalformedSubmissionError(f"payload: {error}") from error
    return payload


def _decode_raw_entries(payload: bytes) -> tuple[bytes, ...]:
    try:
        return tuple(map(bytes, _raw_entries_decoder.decode(payload).entries))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedSubmissionError(f"payload: {error}") from error
