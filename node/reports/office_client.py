"""Asks the nodes of other offices for documents: signed requests, verified answers, one attempt at a time.

TLS certificates are verified, redirects are not followed, and no proxy of the environment comes between.
"""

import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final, NamedTuple
from urllib.parse import urlsplit

import httpx2 as httpx
import msgspec

from node.reports.errors import DepositingNodeUnreachableError, RefusedByOfficeError
from node.reports.message_signature import (
    EMPTY_DIGEST,
    MessageSignatureError,
    MessageSigner,
    MessageVerifier,
    SignedAnswer,
    SignedRequest,
    content_digest,
    repr_digest,
)

CONTENT_PATH: Final = "/api/v1/exchange/reports/{identifier}/content"
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 30.0
"""Without a byte: an answer waits for the entry in the register."""
PROBLEM_BYTES_MAX: Final = 64 * 1024
_TRY_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_REPLAYED: Final = "REPLAYED_REQUEST"
"""What a node says in its first seconds."""


class Asked(NamedTuple):
    """The document that is asked for, as the ledger has it."""

    office: str
    """That deposited it."""
    identifier: str
    digest: str
    """SHA-256 in hexadecimal."""
    size: int
    media_type: str


class _Refusal(msgspec.Struct, rename="camel"):
    reason_code: str = ""
    detail: str = ""
    title: str = ""


class OfficeClient:
    """Speaks for one office with the nodes of the others."""

    def __init__(
        self,
        *,
        addresses: Mapping[str, str],
        signer: MessageSigner,
        verifier: MessageVerifier,
        read_unix_ms: Callable[[], int],
        new_nonce: Callable[[], str],
        certificate_authorities: str = "",
    ) -> None:
        """Connect to nothing yet.

        Raises:
            OSError: the file of certificate authorities cannot be read.
        """
        self._addresses = addresses
        self._signer = signer
        self._verifier = verifier
        self._read_unix_ms = read_unix_ms
        self._new_nonce = new_nonce
        self._http = httpx.AsyncClient(
            verify=ssl.create_default_context(cafile=certificate_authorities or None),
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        )

    @asynccontextmanager
    async def document(
        self, asked: Asked, start: int, min_height: int
    ) -> AsyncIterator[AsyncIterator[bytes]]:
        """The bytes of a document from `start` on, of an answer that the depositing office signed.

        Raises:
            DepositingNodeUnreachableError: no answer, or none that holds.
            RefusedByOfficeError: the depositing office refuses.
        """
        address = self._addresses.get(asked.office)
        if address is None:
            raise DepositingNodeUnreachableError(
                asked.office, f"no address is set for it (documents.peers.{asked.office})"
            )
        request = self._request(address, asked, start, min_height)
        sent = self._http.build_request(request.method, request.url, headers=request.headers)
        try:
            answer = await self._http.send(sent, stream=True)
            try:
                await self._expect_document(answer, request, asked, start)
                yield answer.aiter_raw()
            finally:
                await answer.aclose()
        except httpx.HTTPError as error:
            cause = str(error) or type(error).__name__
            raise DepositingNodeUnreachableError(asked.office, cause) from error

    def _request(self, address: str, asked: Asked, start: int, min_height: int) -> SignedRequest:
        path = CONTENT_PATH.format(identifier=asked.identifier)
        headers = {
            "Host": urlsplit(address).netloc,
            "Accept-Encoding": "identity",
            "Content-Digest": EMPTY_DIGEST,
        }
        if start:
            headers["Range"] = f"bytes={start}-"
        url = f"{address.rstrip('/')}{path}?minHeight={min_height}"
        request = SignedRequest("GET", url, headers)
        self._signer.sign(request, self._new_nonce(), self._read_unix_ms() // 1_000)
        return request

    async def _expect_document(
        self, answer: httpx.Response, request: SignedRequest, asked: Asked, start: int
    ) -> None:
        """Return when the answer is the document asked for, from `start` on."""
        if answer.status_code not in (200, 206):
            await self._raise_refusal(answer, request, asked)
        self._verify(answer, request, asked)
        whole = start == 0
        expected = {
            "content-length": str(asked.size - start),
            "content-type": asked.media_type,
            "repr-digest": repr_digest(asked.digest),
        }
        if not whole:
            expected["content-range"] = f"bytes {start}-{asked.size - 1}/{asked.size}"
        found = {name: answer.headers.get(name, "") for name in expected}
        if found != expected or answer.status_code != (200 if whole else 206):
            raise DepositingNodeUnreachableError(
                asked.office,
                f"expected {expected}, got {found} with status {answer.status_code}: its document is another one",
            )

    async def _raise_refusal(
        self, answer: httpx.Response, request: SignedRequest, asked: Asked
    ) -> None:
        """Raise what an answer other than a document means. Only a signed refusal is one."""
        body = bytearray()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > PROBLEM_BYTES_MAX:
                raise DepositingNodeUnreachableError(asked.office, "its answer is too long")
        status = answer.status_code
        try:
            refusal = msgspec.json.decode(bytes(body), type=_Refusal)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            refusal = _Refusal()
        is_there = status in _TRY_AGAIN or refusal.reason_code == _REPLAYED
        if is_there or status not in range(400, 500):
            cause = f"status {status} {refusal.reason_code} {refusal.detail}".strip()[:500]
            raise DepositingNodeUnreachableError(asked.office, cause, is_there=is_there)
        self._verify(answer, request, asked, f"{refusal.reason_code} {refusal.detail}".strip())
        if answer.headers.get("content-digest") != content_digest(bytes(body)):
            raise DepositingNodeUnreachableError(asked.office, "its refusal was altered on the way")
        raise RefusedByOfficeError(
            asked.office, refusal.reason_code[:80], (refusal.detail or refusal.title)[:500]
        )

    def _verify(
        self, answer: httpx.Response, request: SignedRequest, asked: Asked, told: str = ""
    ) -> None:
        """Return when the answer is signed by the office; where it is not, what it `told` is no more than a hint."""
        signed = SignedAnswer(answer.status_code, request, dict(answer.headers))
        try:
            signer = self._verifier.verify(signed, self._read_unix_ms() // 1_000)
        except MessageSignatureError as error:
            raise DepositingNodeUnreachableError(
                asked.office,
                f"the answer (status {answer.status_code}) is not signed by it: {error}"
                + (f"; unsigned, and so from anybody, it says: {told[:300]}" if told else ""),
            ) from error
        if signer.office != asked.office:
            raise DepositingNodeUnreachableError(
                asked.office, f"the answer is signed by {signer.office}"
            )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()
