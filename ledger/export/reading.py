"""Reading exports, line by line: each against its own digest and its office's signature, one piece after the other.

What the blocks and certificates say is not looked into here: `auditing` does that.
"""

from hashlib import sha256
from typing import Final, NamedTuple

from crypto.errors import InvalidSignatureError
from ledger.export.errors import InvalidExportError, UndecidableExportError
from ledger.export.lines import (
    FORMAT,
    VERSION,
    End,
    Head,
    Line,
    MalformedLineError,
    decode_block_line,
    decode_end,
    decode_head,
    is_end,
    signature_bytes,
    signed_digest,
    version_of,
)
from ledger.genesis import Genesis

_CERTIFICATE_BYTES: Final = 64
"""Of a certificate without its signatures, at most: height, hash and lengths."""
_SIGNATURE_BYTES: Final = 80
"""Of the signature of each office, at most."""


class ExportedBlock(NamedTuple):
    """A block as an export holds it."""

    file: str
    line: int
    record: bytes
    certificate: bytes
    """Empty where there is none."""


class ReadEnd(NamedTuple):
    """A piece that was read to its end: its digest is right, and so is its signature where it has one."""

    file: str
    line: int
    head: Head
    end: End


class ExportReader:
    """Takes the lines of one or more exports, each of which goes on where the one before it ended.

    Invariant: between two exports there is no head; inside one, `_height` is the last block that it gave.
    """

    def __init__(self, trusted: Genesis | None = None, after: int = 0) -> None:
        """Begin. Without a trusted genesis the first head's is taken; the first export begins behind `after`."""
        self._trusted = trusted
        self._height = after
        self._head: Head | None = None
        self._certificates = 0
        self._digest = sha256()
        self._last = Line("the export", 0, b"")

    @property
    def height(self) -> int:
        """The height of the last block that was given, if the export's blocks are what its head says."""
        return self._height

    @property
    def awaited(self) -> int | None:
        """The height of the block whose line comes next; None where a head or an end does."""
        is_block = self._head is not None and self._height < self._head.to_height
        return self._height + 1 if is_block else None

    def take(self, line: Line) -> ExportedBlock | ReadEnd | None:
        """What the next line holds; None for a head.

        Raises:
            InvalidExportError: it is not the line that belongs here.
            UndecidableExportError: a later version begins here.
        """
        self._last = line
        if self._head is None:
            self._begin(line)
            return None
        if is_end(line.data):
            return self._ended(self._head, line)
        return self._block(self._head, line)

    def finish(self) -> None:
        """Return when the last export came to its end.

        Raises:
            InvalidExportError: there was none, or it was cut off.
        """
        file, number, _ = self._last
        if self._head is not None:
            awaited = self.awaited
            following = f"block {awaited} of {self._head.to_height}" if awaited else "the end line"
            raise InvalidExportError(file, number + 1, following, "the end: it was cut off")
        if not number:
            raise InvalidExportError(file, 1, f"the head of an {FORMAT}", "nothing")

    def _begin(self, line: Line) -> None:
        try:
            version = version_of(line.data)
            if version > VERSION:
                expected = f"version {VERSION}, which this program knows"
                raise UndecidableExportError(*line[:2], expected, f"version {version}")
            head = decode_head(line.data)
        except MalformedLineError as error:
            expected = f"the head of an {FORMAT}"
            raise InvalidExportError(*line[:2], expected, str(error)) from error
        network_id = head.genesis.network_id().hex()
        if head.network_id != network_id:
            expected = f"network id {network_id}, which its genesis has"
            raise InvalidExportError(*line[:2], expected, head.network_id)
        self._trusted = self._trusted or head.genesis
        if head.genesis != self._trusted:
            expected = f"network {self._trusted.network_id().hex()}, which is trusted"
            raise InvalidExportError(*line[:2], expected, f"network {network_id}")
        if head.from_height != self._height + 1 or head.to_height < head.from_height:
            expected = f"an export from block {self._height + 1} on, and the later ones behind it"
            found = f"one from block {head.from_height} to {head.to_height}"
            raise InvalidExportError(*line[:2], expected, found)
        self._head, self._certificates = head, 0
        self._digest = sha256()
        self._update(line)

    def _block(self, head: Head, line: Line) -> ExportedBlock:
        if self._height == head.to_height:
            raise InvalidExportError(*line[:2], "the end line", "one more line")
        try:
            record, certificate = decode_block_line(line.data)
        except MalformedLineError as error:
            expected = f"the line of block {self._height + 1}"
            raise InvalidExportError(*line[:2], expected, str(error)) from error
        certificate_bytes_max = _CERTIFICATE_BYTES + _SIGNATURE_BYTES * len(head.genesis.offices)
        if len(certificate) > certificate_bytes_max:
            expected = f"a certificate of at most {certificate_bytes_max} bytes"
            raise InvalidExportError(*line[:2], expected, f"{len(certificate)} bytes")
        self._height += 1
        self._certificates += bool(certificate)
        self._update(line)
        return ExportedBlock(line.file, line.number, record, certificate)

    def _ended(self, head: Head, line: Line) -> ReadEnd:
        if self._height != head.to_height:
            expected = f"block {self._height + 1} of {head.to_height}"
            raise InvalidExportError(*line[:2], expected, "the end line")
        try:
            end = decode_end(line.data)
            signature = signature_bytes(end)
        except MalformedLineError as error:
            raise InvalidExportError(*line[:2], "the end line", str(error)) from error
        counted = (head.to_height - head.from_height + 1, self._certificates)
        if (end.block_count, end.certificate_count) != counted:
            expected = f"the counts {counted[0]} and {counted[1]} of what stands here"
            found = f"{end.block_count} and {end.certificate_count}"
            raise InvalidExportError(*line[:2], expected, found)
        if end.content_digest != self._digest.hexdigest():
            expected = f"digest {self._digest.hexdigest()} of the lines before it"
            raise InvalidExportError(*line[:2], expected, end.content_digest)
        self._expect_signature(end, signature, line)
        self._head = None
        return ReadEnd(line.file, line.number, head, end)

    def _expect_signature(self, end: End, signature: bytes, line: Line) -> None:
        if not (end.ip_office_code or signature):
            return
        assert self._trusted is not None
        try:
            keyring = self._trusted.keyring()
            keyring.verify(end.ip_office_code, "export", signed_digest(end), signature)
        except InvalidSignatureError as error:
            expected = f"the signature of {end.ip_office_code or 'an office'} for the whole export"
            raise InvalidExportError(*line[:2], expected, str(error)) from error

    def _update(self, line: Line) -> None:
        self._digest.update(line.data)
        self._digest.update(b"\n")
