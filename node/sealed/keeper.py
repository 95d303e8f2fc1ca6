"""Keeps access codes without holding up the event loop: what comes while one write is under way shares the next one."""

import asyncio
from collections.abc import Sequence

from node.sealed.codes import CodesNotKeptError, CodeStore, KnownFiling


class CodeKeeper:
    """Adds to the store of one office from one event loop."""

    def __init__(self, codes: CodeStore) -> None:
        self._codes = codes
        self._waiting: list[KnownFiling] = []
        self._written: asyncio.Future[None] | None = None
        """Ends when all that waits is durable; None: nothing waits."""
        self._writing: asyncio.Task[None] | None = None

    async def keep(self, filings: Sequence[KnownFiling]) -> None:
        """Return when the filings are durable.

        Raises:
            CodesNotKeptError: they may not be.
        """
        if not filings:
            return
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        written = self._written
        self._waiting += filings
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        # Others wait for the same write: this caller's end must not end it.
        await asyncio.shield(written)

    async def _write_all(self) -> None:
        while self._written is not None:
            written, self._written = self._written, None
            filings, self._waiting = self._waiting, []
            try:
                await asyncio.to_thread(self._codes.keep, filings)
            except CodesNotKeptError as error:
                written.set_exception(error)
                written.exception()  # Whoever waited may have gone.
            else:
                written.set_result(None)
