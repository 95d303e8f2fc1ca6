"""A client of the API of one node: what the commands and the demonstration speak through.

It raises two errors: the node could not be asked (`NodeUnreachableError`), or it answered with a
problem document (`ProblemError`, RFC 9457). Both say what to do next.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, NamedTuple, Self

import httpx2 as httpx
import msgspec

API_PATH = "/api/v1"
TIMEOUT_S = 60.0
"""Of one request: longer than any decision of the offices takes, view changes included."""

_OF_PROXIES = frozenset({502, 503, 504})
"""What a proxy says while the node behind it does not answer."""
_TOKEN = re.compile(r"[\x21-\x7e]{1,512}")

Document = dict[str, Any]
"""A JSON object as the API answers it; docs/openapi.json describes each."""
Parameters = Mapping[str, str | int | bool]


class UploadAnswer(NamedTuple):
    """What the node says to a part of a file."""

    headers: Mapping[str, str]
    document: Document


class NodeError(Exception):
    """The node did not do what it was asked, or we do not know whether it did."""


class NodeUnreachableError(NodeError):
    """The node gave no answer: it may or may not have done what it was asked."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"no node answers at {url}: {reason}")
        self.url = url


class NotANodeError(NodeUnreachableError):
    """Something answered that is not the API of a node."""


class MalformedTokenError(NodeError):
    """What is to be sent as a token is none; it is never quoted, for it may be half of one."""


class ProblemError(NodeError):
    """The node answered with a problem document."""

    def __init__(
        self, status: int, document: Document, headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.headers: Mapping[str, str] = headers or {}
        self.document = document
        super().__init__(_describe(status, document))

    @property
    def reason_code(self) -> str:
        """The upper-case code of the problem, empty when there is none."""
        return str(self.document.get("reasonCode", ""))


class NodeClient:
    """Asks one node; to be used in a `with` statement."""

    def __init__(self, url: str, token: str | None = None, timeout_s: float = TIMEOUT_S) -> None:
        """Connect to nothing yet.

        Raises:
            MalformedTokenError: the token cannot stand in a header.
        """
        if token and not _TOKEN.fullmatch(token):
            raise MalformedTokenError("expected a token on one line, in printable ASCII")
        self.url = url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        # Of a node we know the address; a proxy of the environment must not come between.
        self._http = httpx.Client(headers=headers, timeout=timeout_s, trust_env=False)

    def get(self, path: str, parameters: Parameters | None = None) -> Document:
        """Return the document at a path of the API.

        Raises:
            NodeUnreachableError: no answer.
            ProblemError: the answer is a problem.
        """
        return _object(self._ask("GET", path, params=dict(parameters or {})))

    def download(self, path: str, media_type: str = "*/*") -> bytes:
        """Return the bytes at a path of the API, such as a document, in this form.

        Raises:
            NodeUnreachableError: no answer.
            ProblemError: the answer is a problem.
        """
        return self._respond("GET", path, headers={"Accept": media_type}).content

    def pages(self, path: str, parameters: Parameters | None = None) -> Iterator[Document]:
        """Yield the pages of a collection, as their `Link` headers lead from one to the next.

        Raises:
            NodeUnreachableError: no answer.
            ProblemError: an answer is a problem.
        """
        options: dict[str, Any] = {"params": dict(parameters or {})}
        while path:
            response = self._respond("GET", path, **options)
            yield _object(_decode(response.content))
            path = response.links.get("next", {}).get("url", "").removeprefix(API_PATH)
            options = {}

    def post(
        self,
        path: str,
        body: object,
        media_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
        parameters: Parameters | None = None,
    ) -> Document:
        """Send a document, or bytes as they are, and return the answer.

        Raises:
            NodeUnreachableError: no answer; it may have been done nevertheless.
            ProblemError: the answer is a problem.
        """
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {"Content-Type": media_type, **(headers or {})}
        asked = dict(parameters or {})
        return _object(self._ask("POST", path, content=content, headers=sent, params=asked))

    def upload(
        self,
        method: str,
        path: str,
        content: Iterable[bytes] = (),
        headers: Mapping[str, str] | None = None,
        parameters: Parameters | None = None,
    ) -> UploadAnswer:
        """Send a part of a file, and return the answer with its headers; `headers` has its `Content-Length`.

        Raises:
            NodeUnreachableError: no answer; it may have been done nevertheless.
            ProblemError: the answer is a problem.
        """
        response = self._respond(
            method, path, content=content, headers=headers, params=dict(parameters or {})
        )
        return UploadAnswer(response.headers, _object(_decode(response.content)))

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The answer with a file, whose bytes are still to come (`iter_raw`).

        Raises:
            NodeUnreachableError: no answer, or it broke off.
            ProblemError: the answer is a problem.
        """
        address = f"{self.url}{API_PATH}{path}"
        try:
            with self._http.stream("GET", address, headers=headers) as response:
                if not response.is_success:
                    response.read()
                self._expect_success(response)
                yield response
        except httpx.HTTPError as error:
            raise NodeUnreachableError(self.url, str(error) or type(error).__name__) from error

    def print_document(self, path: str, media_type: str, body: object = None) -> bytes:
        """Have the node print a document, asked for with this body, and return it in that form.

        Raises:
            NodeUnreachableError: no answer.
            ProblemError: the answer is a problem.
        """
        headers = {"Accept": media_type, "Content-Type": "application/json"}
        content = b"" if body is None else msgspec.json.encode(body)
        return self._respond("POST", path, headers=headers, content=content).content

    def _ask(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - JSON
        return _decode(self._respond(method, path, **options).content)

    def _respond(self, method: str, path: str, **options: Any) -> httpx.Response:  # noqa: ANN401
        """The answer, which is a success."""
        try:
            response = self._http.request(method, f"{self.url}{API_PATH}{path}", **options)
        except httpx.HTTPError as error:
            raise NodeUnreachableError(self.url, str(error) or type(error).__name__) from error
        self._expect_success(response)
        return response

    def _expect_success(self, response: httpx.Response) -> None:
        if "X-Request-ID" not in response.headers:
            kind = NodeUnreachableError if response.status_code in _OF_PROXIES else NotANodeError
            reason = f"the answer is something else's (HTTP {response.status_code})"
            raise kind(self.url, reason)
        if not response.is_success:
            document = _decode(response.content)
            problem = document if isinstance(document, dict) else {"detail": response.text[:200]}
            raise ProblemError(response.status_code, problem, response.headers)

    def events(self, path: str, last_id: str, silence_s: float) -> Iterator[httpx.ServerSentEvent]:
        """Yield the server-sent events of a path that come after the one with this id, until the node ends the stream.

        Raises:
            NodeUnreachableError: no answer, or nothing came for so many seconds.
            ProblemError: the answer is a problem.
        """
        headers, timeout = {"Last-Event-ID": last_id}, httpx.Timeout(TIMEOUT_S, read=silence_s)
        try:
            with self._http.sse(
                f"{self.url}{API_PATH}{path}", headers=headers, timeout=timeout
            ) as source:
                if not source.response.is_success:
                    source.response.read()
                self._expect_success(source.response)
                yield from source
        except httpx.HTTPError as error:
            raise NodeUnreachableError(self.url, str(error) or type(error).__name__) from error

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _decode(content: bytes) -> object:
    try:
        return msgspec.json.decode(content) if content else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _object(answer: object) -> Document:
    return answer if isinstance(answer, dict) else {"items": answer}


def _describe(status: int, document: Document) -> str:
    title = str(document.get("title") or f"HTTP status {status}")
    detail = str(document.get("detail") or "")
    faults = [
        f"{fault.get('field') or 'document'}: expected {fault.get('expected')},"
        f" received {fault.get('received')}"
        for fault in document.get("errors", ())
    ]
    return ". ".join(part for part in (title, detail, *faults) if part)
