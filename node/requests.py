"""Registrations that nobody waits for any more, so that they can be asked for later. Kept in memory only, and bounded.

After a restart the same entries are sent again: what was registered answers with its first receipt.
"""

import secrets
from typing import Final, Literal, NamedTuple

from node.registration import EntryReceipt, Registration, UnknownRequestError

REQUESTS_MAX: Final = 10_000
ENTRIES_MAX: Final = 200_000
"""Entries of requests that ended; those still under way are bounded by what the node takes on at a time."""


class RequestState(NamedTuple):
    """How far a request is."""

    request_id: str
    state: Literal["pending", "final", "failed"]
    entries: int
    receipts: list[EntryReceipt]
    """Of the entries that are final so far, in order."""
    reason: str
    """Why it failed."""


class RequestLog:
    """Requests by id; of those that ended the oldest are forgotten first."""

    def __init__(self) -> None:
        self._requests: dict[str, Registration] = {}

    def add(self, registration: Registration) -> str:
        """Keep a registration, and return the id it can be asked for by."""
        request_id = secrets.token_urlsafe(16)
        self._requests[request_id] = registration
        self._forget()
        return request_id

    def state(self, request_id: str) -> RequestState:
        """How far a request is.

        Raises:
            UnknownRequestError: there was none, or it was forgotten.
        """
        registration = self._requests.get(request_id)
        if registration is None:
            raise UnknownRequestError(
                f"expected the id of a request of this node, got {request_id}"
            )
        failure = registration.failure
        state: Literal["pending", "final", "failed"] = "failed" if failure else "pending"
        return RequestState(
            request_id,
            state if registration.undecided else "final",
            len(registration.entries),
            registration.receipts,
            str(failure or ""),
        )

    def _forget(self) -> None:
        if len(self._requests) <= REQUESTS_MAX and self._entries() <= ENTRIES_MAX:
            return
        ended = [
            request_id
            for request_id, registration in self._requests.items()
            if registration.failure or not registration.undecided
        ]
        for request_id in ended[: max(len(ended) // 2, 1)]:
            del self._requests[request_id]

    def _entries(self) -> int:
        return sum(len(registration.entries) for registration in self._requests.values())
