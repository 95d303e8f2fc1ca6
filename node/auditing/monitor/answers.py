"""What one office's node answers to a monitor, within bounds: in size, in time, and never from anywhere else.

A node under watch may be a liar. It can send nothing that takes more memory than the limits below, and nothing that
takes longer: the time limit is one for the whole answer, headers included.
"""

import asyncio
from typing import Annotated, Final

import httpx2 as httpx
import msgspec

from consensus.wire import FRAME_SIZE_MAX
from node.client import API_PATH, Document

STATUS_BYTES_MAX: Final = 256 * 1024
CERTIFICATE_BYTES_MAX: Final = 64 * 1024
BLOCK_BYTES_MAX: Final = FRAME_SIZE_MAX
"""No block is larger than a frame (docs/protocol.md 2.2)."""
EVIDENCE_BYTES_MAX: Final = 16 * 1024 * 1024
TEXT_MAX: Final = 200
"""Characters of what a node says about itself that are shown."""
_BYTES: Final = "application/octet-stream"
_JSON: Final = "application/json"
_NOT_FOUND: Final = 404
_OK: Final = 200

Height = Annotated[int, msgspec.Meta(ge=0, le=2**53 - 1)]
Digest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]


class NoAnswerError(Exception):
    """The node gave no answer that can be used; the message says why."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        """Of HTTP, where it answered with another one than 200."""


class OfficeStatus(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a node says of itself: nothing of it is believed, and all of it is compared."""

    ip_office_code: Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
    network_id: Digest
    height: Height
    stable_height: Height
    head_hash: Digest
    is_ready: bool
    waiting_for_bag: tuple[str, ...] = ()
    pending_submissions: Height = 0

    @property
    def certified_height(self) -> int:
        """Up to here its blocks have, as it says, the signatures of a quorum."""
        return min(self.height, self.stable_height)


_status_decoder = msgspec.json.Decoder(OfficeStatus)


class OfficeAnswers:
    """Asks one node; `close` it at the end."""

    def __init__(self, url: str, token: str | None, *, answer_s: float) -> None:
        self.url = url.rstrip("/")
        self._answer_s = answer_s
        """Seconds in which a whole answer must be here."""
        headers = {"Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        # Of a node we know the address; a proxy of the environment must not come between.
        self._http = httpx.AsyncClient(
            headers=headers, timeout=answer_s, trust_env=False, follow_redirects=False
        )

    async def status(self) -> OfficeStatus:
        """What the node says of itself.

        Raises:
            NoAnswerError: nothing that can be used.
        """
        content = await self._expect("/status", _JSON, STATUS_BYTES_MAX)
        try:
            return _status_decoder.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NoAnswerError(f"its status is not of this API: {error}") from error

    async def evidence(self) -> bytes:
        """What the node holds against offices that contradicted themselves: JSON.

        Raises:
            NoAnswerError: nothing that can be used.
        """
        return await self._expect("/status/evidence", _JSON, EVIDENCE_BYTES_MAX)

    async def block(self, height: int) -> bytes:
        """The bytes of a block.

        Raises:
            NoAnswerError: nothing that can be used.
        """
        return await self._expect(f"/blocks/{height}", _BYTES, BLOCK_BYTES_MAX)

    async def certificate(self, height: int) -> bytes | None:
        """The bytes of a block's certificate; None where the node has none of that very block.

        Raises:
            NoAnswerError: nothing that can be used.
        """
        path = f"/blocks/{height}/certificate"
        code, content = await self._fetch(path, _BYTES, CERTIFICATE_BYTES_MAX)
        return None if code == _NOT_FOUND else _expect_ok(path, code, content)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _expect(self, path: str, media_type: str, limit: int) -> bytes:
        return _expect_ok(path, *await self._fetch(path, media_type, limit))

    async def _fetch(self, path: str, media_type: str, limit: int) -> tuple[int, bytes]:
        """(HTTP status, content) of a whole answer."""
        address = f"{self.url}{API_PATH}{path}"
        try:
            async with (
                asyncio.timeout(self._answer_s),
                self._http.stream("GET", address, headers={"Accept": media_type}) as response,
            ):
                return response.status_code, await _content(response, path, limit)
        except TimeoutError as error:
            raise NoAnswerError(f"{path}: no whole answer in {self._answer_s:g} s") from error
        except httpx.HTTPError as error:
            raise NoAnswerError(str(error)[:TEXT_MAX] or type(error).__name__) from error


async def _content(response: httpx.Response, path: str, limit: int) -> bytes:
    """The bytes as they come over the wire; what is compressed is refused, for it could be anything in size."""
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise NoAnswerError(f"{path}: the answer is compressed, which nobody asked for")
    content = bytearray()
    async for part in response.aiter_raw():
        content += part
        if len(content) > limit:
            raise NoAnswerError(f"{path}: expected at most {limit} bytes, got more")
    return bytes(content)


def _expect_ok(path: str, code: int, content: bytes) -> bytes:
    if code == _OK:
        return content
    try:
        problem: Document = msgspec.json.decode(content, type=dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        problem = {}
    said = problem.get("detail") or problem.get("title") or "no problem document"
    raise NoAnswerError(f"{path}: HTTP {code}, {str(said)[:TEXT_MAX]}", code)
