"""The file of a report on its way to the node: in several requests, gone on with where one broke off.

By the IETF draft "Resumable Uploads for HTTP"; what an earlier command left is found at the node.
"""

import hashlib
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from node.cli.output import ExitCode, fail, talk
from node.cli.progress import progress_bar

if TYPE_CHECKING:
    from node.client import Document, NodeClient, UploadAnswer

PIECE_SIZE: Final = 16 * 1024 * 1024
"""Bytes of one request: what proxies let through, and soon said to have come."""
PART_SIZE: Final = 1024 * 1024
ATTEMPTS_WITHOUT_PROGRESS_MAX: Final = 6
PAUSE_SECONDS: Final = 0.5
"""Before the second attempt; doubled before each further one."""
_UPLOADS: Final = "/reports/uploads"
_BUSY: Final = 503
_GONE: Final = 404
_MISMATCHING: Final = "MISMATCHING_UPLOAD_OFFSET"
_SAID_OF_AN_UPLOAD: Final = {
    "filing": "filingId",
    "category": "reportCategory",
    "documentDate": "documentDate",
    "language": "languageCode",
}


class Announced(NamedTuple):
    """What is to be deposited."""

    media_type: str
    size: int
    """Bytes."""
    digest: bytes
    """SHA-256."""
    asked: "Document"
    """The parameters of the deposit."""


def deposit(client: "NodeClient", file: Path, media_type: str, asked: "Document") -> "Document":
    """Send a file as a report, with its SHA-256, and return the receipt. It is gone on with until it is there.

    Raises:
        CommandError: the file cannot be read.
        NodeUnreachableError: the node did not answer, again and again; the same command goes on.
        ProblemError: the node refused it.
    """
    try:
        with file.open("rb") as content:
            size = file.stat().st_size
            digest = hashlib.file_digest(content, "sha256").digest()
            announced = Announced(media_type, size, digest, asked)
            with progress_bar("depositing", size) as advance:
                return _Sending(client, content, announced, advance).receipt()
    except OSError as error:
        fail(ExitCode.USAGE, f"{file}: {error.strerror}", "name a file that can be read")


class _Sending:
    """One file on its way, however often it breaks off."""

    def __init__(
        self,
        client: "NodeClient",
        content: BinaryIO,
        announced: Announced,
        advance: Callable[[int], None],
    ) -> None:
        self._client = client
        self._content = content
        self._announced = announced
        self._advance = advance
        self._shown = 0
        self._path = ""
        """Of the upload; empty: none is begun."""

    def receipt(self) -> "Document":
        from node.client import NodeUnreachableError, ProblemError

        without_progress, offset = 0, 0
        while True:
            try:
                answer = self._send_from(offset) if self._path else self._begun()
                if answer.headers.get("Upload-Complete") == "?1":
                    return answer.document
                without_progress, offset = 0, int(answer.headers["Upload-Offset"])
                self._show(offset)
                continue
            except NodeUnreachableError:
                without_progress += 1
                if without_progress >= ATTEMPTS_WITHOUT_PROGRESS_MAX:
                    raise
            except ProblemError as error:
                if not self._goes_on(error) or without_progress >= ATTEMPTS_WITHOUT_PROGRESS_MAX:
                    raise
                without_progress += 1
            time.sleep(PAUSE_SECONDS * 2 ** (without_progress - 1))
            offset = self._asked_offset(offset)

    def _goes_on(self, error: Exception) -> bool:
        """Whether the upload can go on after a refusal: what was refused is not the document."""
        from node.client import ProblemError

        assert isinstance(error, ProblemError)
        if not self._path or error.headers.get("Upload-Complete") == "?1":
            return False
        if error.status == _GONE:
            self._path = ""
            return True
        return error.status == _BUSY or error.reason_code == _MISMATCHING

    def _asked_offset(self, offset: int) -> int:
        """Where the upload stands; where it was, if the node does not say. One that is gone is begun anew."""
        from node.client import NodeUnreachableError, ProblemError

        if not self._path:
            return 0
        try:
            asked = self._client.upload("HEAD", self._path)
        except NodeUnreachableError:
            return offset
        except ProblemError as error:
            if error.status == _GONE:
                self._path = ""
            return 0
        offset = int(asked.headers["Upload-Offset"])
        if offset > self._shown:
            talk().print(f"going on at byte {offset:,}", markup=False)
        self._show(offset)
        return offset

    def _begun(self) -> "UploadAnswer":
        """The answer to the beginning: of an upload that an earlier command left, where it stands."""
        announced = self._announced
        for known in self._client.get(_UPLOADS)["uploads"]:
            if self._is_same(known):
                self._path = f"{_UPLOADS}/{known['uploadId']}"
                return self._client.upload("HEAD", self._path)
        headers = {
            "Content-Type": announced.media_type,
            "Content-Length": "0",
            "Repr-Digest": f"sha-256=:{b64encode(announced.digest).decode()}:",
            "Upload-Complete": "?0",
            "Upload-Length": str(announced.size),
        }
        answer = self._client.upload("POST", "/reports", (), headers, announced.asked)
        if answer.headers.get("Upload-Complete") != "?1":
            self._path = f"{_UPLOADS}/{answer.headers['Location'].rpartition('/')[2]}"
        return answer

    def _is_same(self, known: "Document") -> bool:
        announced = self._announced
        is_same_document = (
            known["documentDigest"] == announced.digest.hex()
            and known["documentSize"] == announced.size
            and known["mediaType"] == announced.media_type
        )
        return is_same_document and all(
            known[said] == announced.asked[asked] for asked, said in _SAID_OF_AN_UPLOAD.items()
        )

    def _send_from(self, offset: int) -> "UploadAnswer":
        size = min(PIECE_SIZE, self._announced.size - offset)
        is_last = offset + size == self._announced.size
        headers = {
            "Content-Type": "application/partial-upload",
            "Content-Length": str(size),
            "Upload-Offset": str(offset),
            "Upload-Complete": "?1" if is_last else "?0",
        }
        self._content.seek(offset)
        return self._client.upload("PATCH", self._path, self._parts(offset, size), headers)

    def _parts(self, offset: int, size: int) -> Iterator[bytes]:
        end = offset + size
        while offset < end and (part := self._content.read(min(PART_SIZE, end - offset))):
            yield part
            offset += len(part)
            self._show(offset)

    def _show(self, offset: int) -> None:
        self._advance(offset - self._shown)
        self._shown = offset
