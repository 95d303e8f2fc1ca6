"""Each signed request counts once: the nonces of those that came, for as long as their signatures are taken.

Bounded in memory, and safe over a restart, when nothing is remembered: what may have come before it is refused. A
signature that was taken before the start was made at most AHEAD_SECONDS_MAX after it, by its own clock.
"""

import re
from collections import deque
from typing import Final

from node.reports.message_signature import AGE_SECONDS_MAX, AHEAD_SECONDS_MAX, Signer

NONCES_OF_OFFICE_MAX: Final = 4_096
"""Requests of one office within the time for which a signature is taken, 65 seconds."""
_NONCE: Final = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]")


class ReplayedRequestError(Exception):
    """This request came before, or may have."""


class TooManyRequestsError(Exception):
    """An office asks more often than its nonces are remembered."""


class ReplayGuard:
    """Remembers the nonces of the offices."""

    def __init__(self, started_at: int) -> None:
        """Take no request that was signed until AHEAD_SECONDS_MAX after `started_at` (Unix seconds)."""
        self._first = started_at + AHEAD_SECONDS_MAX
        self._known: dict[str, set[str]] = {}
        self._order: dict[str, deque[tuple[int, str]]] = {}

    def expect_new(self, signer: Signer, now: int) -> None:
        """Return when this request did not come before, and remember it.

        Raises:
            ReplayedRequestError: it did, or may have before the last start; or its nonce is no 16 random bytes.
            TooManyRequestsError: too many of this office came within the last minute.
        """
        if not _NONCE.fullmatch(signer.nonce):
            raise ReplayedRequestError("expected a nonce of 16 bytes in unpadded base64url")
        if signer.created <= self._first:
            raise ReplayedRequestError(
                "the request may have come before this node's last start: sign it anew"
            )
        known = self._known.setdefault(signer.office, set())
        order = self._order.setdefault(signer.office, deque())
        while order and order[0][0] < now:
            known.discard(order.popleft()[1])
        if signer.nonce in known:
            raise ReplayedRequestError("the request came before: sign it anew")
        if len(order) >= NONCES_OF_OFFICE_MAX:
            raise TooManyRequestsError(
                f"expected at most {NONCES_OF_OFFICE_MAX} requests of {signer.office} a minute"
            )
        known.add(signer.nonce)
        # Until no signature of this office that bears the nonce is taken any more, whenever it was made.
        order.append((now + AGE_SECONDS_MAX + AHEAD_SECONDS_MAX, signer.nonce))
