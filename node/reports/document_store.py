"""The documents in an office's home: those that it deposited, and those that it is fetching from other offices.

    documents/deposited/<SHA-256>       kept for ever
    documents/fetched/<SHA-256 of the report's id>
                                        kept for an hour, for readers that take it in parts
    documents/uploads/<id>.part         what came so far of a document that the office deposits in several requests
    documents/.../<SHA-256>....part     on its way; what is fetched goes on after an interruption

Two offices may deposit the same bytes. What is fetched is kept by report: each is granted by its own office.

All are encrypted (`document_file`), under a key that HKDF makes of the office's key. All methods block: call them in a
thread.
"""

import contextlib
import secrets
import threading
import time
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Final

from crypto.signing import SigningKey
from node.keystore import sync_folder
from node.reports.document_errors import DamagedDocumentError
from node.reports.document_file import DocumentReader, DocumentWriter, file_size

FETCHED_SECONDS: Final = 3_600
"""How long a document of another office stays here, counted from the last time that it was read."""
PART_SECONDS: Final = 24 * 3_600
"""How long a transfer that was interrupted can be continued."""
_PURPOSE: Final = b"ipregister/documents/v1"
_UPLOADS_PURPOSE: Final = b"ipregister/uploads/v1"
_PART: Final = ".part"


class StoreFullError(Exception):
    """There is no room for a document of this size."""


class DocumentStore:
    """The documents of one office."""

    def __init__(self, directory: Path, key: SigningKey, bytes_max: int) -> None:
        """Open the store, and remove what is left of deposits that were interrupted.

        Raises:
            OSError: a directory cannot be made or read.
        """
        self._deposited = directory / "deposited"
        self._fetched = directory / "fetched"
        self.uploads: Final = directory / "uploads"
        for folder in (directory, self._deposited, self._fetched, self.uploads):
            folder.mkdir(mode=0o700, exist_ok=True)
        for part in self._deposited.glob(f"*{_PART}"):
            part.unlink()
        self._key = key.derive(_PURPOSE)
        self.uploads_key: Final = key.derive(_UPLOADS_PURPOSE)
        """Under which is kept what unfinished uploads are."""
        self.bytes_max: Final = bytes_max
        self._lock = threading.Lock()
        self._reserved: dict[Path, int] = {}
        """Bytes that the files under way will have."""
        self._deposited_bytes = sum(path.stat().st_size for path in self._deposited.iterdir())

    # -- deposited -------------------------------------------------------------------------------

    def begin_deposit(self, digest: str, size: int) -> DocumentWriter:
        """A writer for a document that the office deposits; to be ended by `keep_deposited` or `discard`.

        Raises:
            StoreFullError: there is no room for it.
        """
        path = self._deposited / f"{digest}.{secrets.token_hex(8)}{_PART}"
        return self._begin(path, digest, size)

    def reserve_upload(self, identifier: str, size: int) -> Path:
        """Make room for a document that comes in several requests, and return where it is to be written.

        Raises:
            StoreFullError: there is no room for it.
        """
        path = self.uploads / f"{identifier}{_PART}"
        self._reserve(path, size)
        return path

    def continue_upload(self, path: Path, digest: str, size: int) -> DocumentWriter:
        """A writer where room was made, which goes on where the document was saved.

        To be ended by `keep_deposited` or `discard`; or by nothing, when what came is to stay.
        """
        return DocumentWriter(path, self._key, digest, size)

    def release_upload(self, path: Path) -> None:
        """Remove what came of an upload, and its reservation."""
        path.unlink(missing_ok=True)
        with self._lock:
            self._reserved.pop(path, None)

    def keep_deposited(self, writer: DocumentWriter) -> None:
        """Keep what was written, durably.

        Raises:
            AlteredDocumentError: it is not the document that was announced; it is removed.
        """
        try:
            writer.finish()
        except BaseException:
            self.discard(writer)
            raise
        digest = writer.digest
        with self._lock:
            self._deposited_bytes += 0 if self.holds(digest) else writer.path.stat().st_size
            writer.path.replace(self._deposited / digest)
            del self._reserved[writer.path]
        sync_folder(self._deposited)

    def withdraw(self, digest: str) -> None:
        """Remove a deposited document: the register did not take its report."""
        path = self._deposited / digest
        with self._lock:
            self._deposited_bytes -= path.stat().st_size
            path.unlink()

    def holds(self, digest: str) -> bool:
        """Whether the office deposited this document."""
        return (self._deposited / digest).exists()

    def read_deposited(self, digest: str) -> DocumentReader:
        """A reader of a deposited document.

        Raises:
            FileNotFoundError: it is not here.
            DamagedDocumentError: its file is damaged.
        """
        return DocumentReader(self._deposited / digest, self._key)

    # -- fetched ---------------------------------------------------------------------------------

    def begin_fetch(self, report: str, digest: str, size: int) -> DocumentWriter:
        """A writer for the document of another office's report (given by its id).

        It continues what came before an interruption. To be ended by `keep_fetched`, `interrupt` or `discard`.

        Raises:
            StoreFullError: there is no room for it.
        """
        self.forget_old()
        return self._begin(self._fetched_path(report).with_suffix(_PART), digest, size)

    def keep_fetched(self, writer: DocumentWriter) -> None:
        """Keep what was written for a while.

        Raises:
            AlteredDocumentError: it is not the document that was announced; it is removed.
        """
        try:
            writer.finish()
        except BaseException:
            self.discard(writer)
            raise
        with self._lock:
            writer.path.replace(writer.path.with_suffix(""))
            del self._reserved[writer.path]

    def interrupt(self, writer: DocumentWriter) -> None:
        """Leave what was written, so that it can be continued."""
        with contextlib.suppress(OSError):  # whole chunks are there in any case
            writer.save()
        writer.close()
        with self._lock:
            del self._reserved[writer.path]

    def read_fetched(self, report: str, digest: str) -> DocumentReader | None:
        """A reader of the document of a report (given by its id) that was fetched and is still here, or None.

        A damaged copy is removed when that is found: the next reader fetches it again.
        """
        self.forget_old()
        path = self._fetched_path(report)
        remove = partial(path.unlink, missing_ok=True)
        try:
            reader = DocumentReader(path, self._key, on_damage=remove)
        except FileNotFoundError:
            return None
        except DamagedDocumentError:
            remove()
            return None
        if reader.digest != digest:
            reader.close()
            remove()
            return None
        reader.touch()
        return reader

    def _fetched_path(self, report: str) -> Path:
        return self._fetched / sha256(report.encode()).hexdigest()

    def forget_old(self) -> None:
        """Remove documents of other offices that were read, and parts of such, when their time is over."""
        now = time.time()
        for path in self._fetched.iterdir():
            seconds = PART_SECONDS if path.suffix == _PART else FETCHED_SECONDS
            with contextlib.suppress(FileNotFoundError):
                if path not in self._reserved and now - path.stat().st_mtime > seconds:
                    path.unlink()

    # -- both ------------------------------------------------------------------------------------

    def discard(self, writer: DocumentWriter) -> None:
        """Remove what was written."""
        writer.discard()
        with self._lock:
            self._reserved.pop(writer.path, None)

    def used_bytes(self) -> int:
        """Bytes of all files of the store, and those that the ones under way will have."""
        used = self._deposited_bytes + sum(self._reserved.values())
        for path in self._fetched.iterdir():
            with contextlib.suppress(FileNotFoundError):
                used += 0 if path in self._reserved else path.stat().st_size
        return used

    def _reserve(self, path: Path, size: int) -> None:
        needed = file_size(size)
        with self._lock:
            left = max(self.bytes_max - self.used_bytes(), 0)
            if needed > left:
                raise StoreFullError(
                    f"expected room for {needed:,} bytes, got {left:,} that are left of {self.bytes_max:,}"
                )
            self._reserved[path] = needed

    def _begin(self, path: Path, digest: str, size: int) -> DocumentWriter:
        self._reserve(path, size)
        try:
            return DocumentWriter(path, self._key, digest, size)
        except BaseException:
            with self._lock:
                del self._reserved[path]
            raise
