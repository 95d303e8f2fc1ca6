"""Looks for sealed filings, and says no only when it is sure."""

from collections.abc import Callable
from typing import Final, TypeVar

from node.sealed.claims import ClaimReader
from node.sealed.codes import CodeStore
from node.sealed.given import NoSealedFilingError
from node.service import RegisterService, ServiceError

ANSWER_SECONDS: Final = 5.0
"""For the other offices to tell what they have, before it is said that no sealed filing answers."""
_T = TypeVar("_T")


class NotUpToDateError(ServiceError):
    """Too few offices answer to be sure that no sealed filing does."""


class Lookout:
    """Reads claims with the register as it stands."""

    def __init__(self, service: RegisterService, codes: CodeStore) -> None:
        self._service = service
        self._codes = codes
        self._network_id = service.genesis.network_id()

    async def look(self, read: Callable[[ClaimReader], _T]) -> _T:
        """What the register answers; before it is no, the other offices are asked whether this node has all.

        Raises:
            NoSealedFilingError: no sealed filing answers.
            NotUpToDateError: too few offices say so.
        """
        try:
            return read(self._reader())
        except NoSealedFilingError:
            if not await self._service.catch_up_with_all(ANSWER_SECONDS):
                raise NotUpToDateError("too few offices answer") from None
        return read(self._reader())

    def _reader(self) -> ClaimReader:
        return ClaimReader(self._service.reader, self._network_id, self._codes)
