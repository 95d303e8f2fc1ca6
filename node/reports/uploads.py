"""Deposits that come in several requests, each of which may break off: what came is kept, and gone on with.

As the IETF draft "Resumable Uploads for HTTP" has it: begin, append at an offset, ask for the offset, end. An upload is
its token's, outlives a restart of the node, and is forgotten a day after its last byte.
"""

import asyncio
import secrets
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Final

from node.registration import EntryReceipt
from node.reports.deposits import Deposits
from node.reports.document_errors import AlteredDocumentError
from node.reports.document_file import DocumentWriter
from node.reports.document_store import DocumentStore, StoreFullError
from node.reports.errors import (
    BusyError,
    MediaTypeDiffersError,
    MismatchingOffsetError,
    UnknownUploadError,
)
from node.reports.upload_files import UploadState, read_states, state_path, write_state
from node.reports.waiting import to_its_end

UPLOADS_MAX: Final = 64
"""Unfinished ones of the office."""
UPLOADS_OF_TOKEN_MAX: Final = 16
UPLOAD_SECONDS: Final = 24 * 3_600
"""For so long after its last byte an upload can be continued."""
_ID_SIZE: Final = 16


class Upload:
    """An unfinished upload."""

    def __init__(self, identifier: str, state: UploadState, path: Path) -> None:
        self.identifier: Final = identifier
        self.state: Final = state
        self.path: Final = path
        self.writer: DocumentWriter | None = None
        """None: nobody asked about it since the start of the node."""
        self.turn: Final = asyncio.Lock()
        self.appending: asyncio.Task[None] | None = None


class Uploads:
    """The unfinished uploads of the office."""

    def __init__(
        self, deposits: Deposits, store: DocumentStore, read_unix_ms: Callable[[], int]
    ) -> None:
        """Take up those of before the start, and remove what is left of others.

        Raises:
            OSError: they cannot be read.
        """
        self._deposits = deposits
        self._store = store
        self._read_unix_ms = read_unix_ms
        self._known: dict[str, Upload] = {}
        for identifier, state in read_states(store.uploads, store.uploads_key).items():
            try:
                path = store.reserve_upload(identifier, state.entry.document_size)
            except StoreFullError:
                state_path(store.uploads, identifier).unlink()
            else:
                self._known[identifier] = Upload(identifier, state, path)
        known = {upload.path for upload in self._known.values()}
        for path in store.uploads.glob("*.part"):
            if path not in known:
                path.unlink()
        self.forget_old()

    def __len__(self) -> int:
        return len(self._known)

    async def begin(self, state: UploadState) -> Upload:
        """Begin an upload.

        Raises:
            BusyError: there are too many unfinished ones.
            StoreFullError: there is no room for the document.
            OSError: it cannot be written.
        """
        self.forget_old()
        of_token = len(self.of_token(state.token_id))
        if len(self._known) >= UPLOADS_MAX or of_token >= UPLOADS_OF_TOKEN_MAX:
            raise BusyError(
                f"{len(self._known)} uploads are not finished, {of_token} of them of this token:"
                " go on with one, or cancel it"
            )
        identifier = urlsafe_b64encode(secrets.token_bytes(_ID_SIZE)).rstrip(b"=").decode()
        path = self._store.reserve_upload(identifier, state.entry.document_size)
        upload = self._known[identifier] = Upload(identifier, state, path)
        try:
            await to_its_end(
                write_state, self._store.uploads, self._store.uploads_key, identifier, state
            )
            await self._writer(upload)
        except BaseException:
            self._remove(upload)
            raise
        return upload

    def find(self, token_id: str, identifier: str) -> Upload:
        """The upload that this token began.

        Raises:
            UnknownUploadError: there is none, or not any more.
        """
        upload = self._known.get(identifier)
        if upload is None or upload.state.token_id != token_id:
            raise UnknownUploadError("This token has no such unfinished upload")
        return upload

    def of_token(self, token_id: str) -> list[Upload]:
        """The unfinished uploads of a token, in the order of their ids."""
        return sorted(
            (upload for upload in self._known.values() if upload.state.token_id == token_id),
            key=lambda upload: upload.identifier,
        )

    async def offset(self, upload: Upload) -> int:
        """How many bytes came, once whatever still brings some is ended."""
        async with upload.turn:
            await _end_appending(upload)
            return (await self._writer(upload)).received

    async def append(self, upload: Upload, offset: int, content: AsyncIterator[bytes]) -> int:
        """Append what comes at an offset, and return how many bytes there are then.

        What came before an error is kept. An earlier request that still appends is ended: its client gave it up.

        Raises:
            MismatchingOffsetError: the upload stands elsewhere, or another request goes on with it.
            AlteredDocumentError, MediaTypeDiffersError: as `Deposits.receive`; the upload is removed.
            BusyError: too many come in.
        """
        async with upload.turn:
            await _end_appending(upload)
            writer = await self._writer(upload)
            if offset != writer.received:
                raise MismatchingOffsetError(
                    writer.received, f"expected bytes from there, not from {offset}"
                )
            task = upload.appending = asyncio.create_task(self._take(upload, writer, content))
        try:
            await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise MismatchingOffsetError(
                writer.received, "another request goes on with this upload"
            ) from None
        return writer.received

    async def _take(
        self, upload: Upload, writer: DocumentWriter, content: AsyncIterator[bytes]
    ) -> None:
        try:
            await self._deposits.receive(upload.state.entry, content, writer)
        except (AlteredDocumentError, MediaTypeDiffersError):
            self._remove(upload)
            raise
        finally:
            if upload.identifier in self._known:
                await to_its_end(writer.save)

    async def finish(self, upload: Upload) -> EntryReceipt:
        """Check the document, keep it, and register its report: the upload is over.

        Raises:
            BusyError: the same document is being registered; the upload stays.
            AlteredDocumentError, ServiceError: as `Deposits.enter`.
        """
        async with upload.turn:
            await _end_appending(upload)
            writer = await self._writer(upload)
            try:
                receipt = await self._deposits.enter(upload.state.entry, writer)
            except BusyError:
                raise
            except BaseException:
                self._remove(upload)
                raise
            self._remove(upload)
            return receipt

    async def cancel(self, upload: Upload) -> None:
        """Remove an upload, and what came of it."""
        async with upload.turn:
            await _end_appending(upload)
            self._remove(upload)

    def seconds_left(self, upload: Upload) -> int:
        """For how long it can be continued if nothing more comes."""
        try:
            last = upload.path.stat().st_mtime
        except FileNotFoundError:
            return 0
        return max(int(last + UPLOAD_SECONDS - self._read_unix_ms() / 1_000), 0)

    def forget_old(self) -> None:
        """Remove the uploads whose time is over."""
        for upload in tuple(self._known.values()):
            is_appending = upload.appending is not None and not upload.appending.done()
            is_used = upload.turn.locked() or is_appending
            if not is_used and not self.seconds_left(upload):
                self._remove(upload)

    async def close(self) -> None:
        """End all requests that append; what came can be continued after the next start."""
        for upload in self._known.values():
            async with upload.turn:
                await _end_appending(upload)
                if upload.writer is not None:
                    upload.writer.close()

    async def _writer(self, upload: Upload) -> DocumentWriter:
        """The writer, at the end of what came.

        Raises:
            UnknownUploadError: the upload was removed meanwhile.
        """
        if upload.identifier not in self._known:
            raise UnknownUploadError("This upload is over")
        if upload.writer is None:
            entry = upload.state.entry
            upload.writer = await to_its_end(
                self._store.continue_upload, upload.path, entry.document_digest, entry.document_size
            )
        return upload.writer

    def _remove(self, upload: Upload) -> None:
        if self._known.pop(upload.identifier, None) is None:
            return
        if upload.writer is not None:
            upload.writer.close()
        self._store.release_upload(upload.path)
        state_path(self._store.uploads, upload.identifier).unlink(missing_ok=True)


async def _end_appending(upload: Upload) -> None:
    """Return when no request brings bytes of the upload any more."""
    task, upload.appending = upload.appending, None
    if task is not None:
        task.cancel()
        await asyncio.wait((task,))
