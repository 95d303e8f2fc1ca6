"""Alarms as a webhook: each is posted as JSON, signed as the Standard Webhooks specification (1.0) says.

`webhook-signature` is HMAC-SHA256 over id, time and body; whoever has the secret can tell that the alarm is the
monitor's, and is not repeated. The monitor never waits for the receiver.
"""

import asyncio
import base64
import binascii
import contextlib
import hmac
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import httpx2 as httpx
import msgspec

SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_SIZES: Final = range(24, 65)
"""Bytes of a secret, as the specification recommends."""
WAITING_MAX: Final = 64
"""Alarms about one node that wait to be posted; further ones are printed only. No node takes another's places."""
DELAYS_S: Final = (1.0, 2.0, 4.0, 8.0)
"""Before each further attempt."""
ATTEMPT_S: Final = 10.0
DRAIN_S: Final = 60.0
"""How long the end of the monitor waits for what is not posted yet."""
_AGAIN: Final = frozenset({408, 425, 429})
_REDIRECTS: Final = range(300, 400)
_SERVER_FAULTS: Final = 500


class MalformedSecretError(Exception):
    """The text is no secret of a webhook; it is never quoted."""


def read_secret(text: str) -> bytes:
    """The secret in `whsec_` and base64, as in the specification; the prefix may be left out.

    Raises:
        MalformedSecretError: it is none, or not of 24 to 64 bytes.
    """
    try:
        secret = base64.b64decode(text.strip().removeprefix(SECRET_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        secret = b""
    if len(secret) not in SECRET_SIZES:
        raise MalformedSecretError("expected 24 to 64 bytes in base64")
    return secret


def signature_of(secret: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The content of `webhook-signature`."""
    signed = b".".join((message_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(secret, signed, "sha256")).decode()


class Webhook:
    """Posts alarms one after the other, in a task of its own."""

    def __init__(
        self,
        url: str,
        secret: bytes,
        note: Callable[[str], None],
        *,
        delays_s: Sequence[float] = DELAYS_S,
        attempt_s: float = ATTEMPT_S,
    ) -> None:
        self._url = url
        self._secret = secret
        self._note = note
        self._delays_s = delays_s
        self._attempt_s = attempt_s
        self._waiting: asyncio.Queue[tuple[str, str, bytes]] = asyncio.Queue()
        self._counts: Counter[str] = Counter()
        """How many of them wait, by what they are about."""

    def post(self, kind: str, content: dict[str, Any], about: str = "") -> None:
        """Have it posted soon, unless too much waits about the same node; returns at once."""
        if self._counts[about] >= WAITING_MAX:
            self._note(f"{about}: {WAITING_MAX} alarms wait to be posted: this one is not")
            return
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        body = msgspec.json.encode({"type": kind, "timestamp": now, "data": content})
        self._counts[about] += 1
        self._waiting.put_nowait((about, f"msg_{secrets.token_hex(16)}", body))

    async def drain(self, seconds: float = DRAIN_S) -> None:
        """Return when all is posted or given up, or after so many seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), seconds)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """The task that posts."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _run(self) -> None:
        async with httpx.AsyncClient(
            timeout=self._attempt_s, trust_env=False, follow_redirects=False
        ) as http:
            while True:
                about, message_id, body = await self._waiting.get()
                self._counts[about] -= 1
                trouble = await self._deliver(http, message_id, body)
                if trouble:
                    self._note(f"an alarm could not be posted: {trouble}")
                self._waiting.task_done()

    async def _deliver(self, http: httpx.AsyncClient, message_id: str, body: bytes) -> str:
        """Post until it is taken, or cannot be; why not, or nothing."""
        trouble = ""
        for delay in (*self._delays_s, None):
            trouble, is_final = await self._attempt(http, message_id, body)
            if is_final or delay is None:
                break
            await asyncio.sleep(delay)
        return trouble

    async def _attempt(
        self, http: httpx.AsyncClient, message_id: str, body: bytes
    ) -> tuple[str, bool]:
        """(what went wrong, whether another attempt is of no use)."""
        now = int(time.time())
        headers = {
            "Content-Type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature_of(self._secret, message_id, now, body),
        }
        try:
            async with (
                asyncio.timeout(self._attempt_s),
                http.stream("POST", self._url, content=body, headers=headers) as response,
            ):
                code = response.status_code  # its content is of no interest, however long it is
        except TimeoutError:
            return f"no answer in {self._attempt_s:g} s", False
        except httpx.HTTPError as error:
            return str(error)[:200] or type(error).__name__, False
        if code in _REDIRECTS:
            return f"HTTP {code}: redirects are not followed", True
        if response.is_success:
            return "", True
        return f"HTTP {code}", code < _SERVER_FAULTS and code not in _AGAIN
