"""Turns values into responses, and request bodies into bytes: the same way for every route."""

from collections.abc import Mapping
from typing import Final, TypeVar
from urllib.parse import urlencode

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.explain import JSON_DOCUMENT, FieldError, explain
from api.moments import moment_text
from api.problems import MEDIA_TYPE, ProblemError
from crypto.digest import sha256
from ledger.register.reader import RegisterReader

JSON: Final = "application/json"
DECODE_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What the decoders of msgspec raise on bytes that do not fit."""
_LENGTH_DIGITS_MAX: Final = 12
encode: Final = msgspec.json.Encoder().encode
_T = TypeVar("_T")


def json_response(
    value: object, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """The value as JSON."""
    return Response(encode(value), status, headers, media_type=JSON)


def problem_response(error: ProblemError, request_id: str) -> Response:
    """The problem as `application/problem+json`."""
    body = encode(error.document(request_id))
    return Response(body, error.status, error.headers, media_type=MEDIA_TYPE)


def height_headers(reader: RegisterReader) -> dict[str, str]:
    """The headers that name the height at which an answer holds, and the time of its block."""
    headers = {"Register-Height": str(reader.height)}
    if reader.height:
        headers["Register-Time"] = moment_text(reader.time_ms)
    return headers


def media_type_of(request: Request, accepted: tuple[str, ...]) -> str:
    """The media type of the body, without its parameters.

    Raises:
        ProblemError: 415, it is not one of those accepted.
    """
    given = request.headers.get("content-type", "")
    media_type = given.partition(";")[0].strip().lower()
    if media_type not in accepted:
        fault = FieldError("Content-Type", "one of " + ", ".join(accepted), given[:80] or "nothing")
        raise ProblemError("unsupported-media-type", errors=(fault,), headers=_accept(accepted))
    return media_type


def _accept(accepted: tuple[str, ...]) -> dict[str, str]:
    return {"Accept-Post": ", ".join(accepted)}


async def read_body(request: Request, bytes_max: int) -> bytes:
    """The whole body.

    Raises:
        ProblemError: 413, as soon as the body is known to be larger than the limit.
        ClientDisconnect: the client went away.
    """
    announced = request.headers.get("content-length", "0")
    is_number = announced.isdecimal() and len(announced) <= _LENGTH_DIGITS_MAX
    if not is_number or int(announced) > bytes_max:
        raise _too_large(bytes_max, f"{announced[:20]} bytes announced")
    # Not `request.stream()`, whose generator costs some microseconds on the hot path.
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > bytes_max:
            raise _too_large(bytes_max, "more than that")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _too_large(bytes_max: int, received: str) -> ProblemError:
    fault = FieldError("", f"at most {bytes_max} bytes", received)
    # The rest of the body is not read, so the connection cannot be used again.
    return ProblemError("too-large", errors=(fault,), headers={"Connection": "close"})


def expect_document_size(request: Request, body: bytes) -> None:
    """Return when the body is no larger than one document may be.

    Raises:
        ProblemError: 413, it is.
    """
    bytes_max = request.app.state.settings.document_bytes_max
    if len(body) > bytes_max:
        raise _too_large(bytes_max, f"{len(body)} bytes")


def refusal(body: bytes | msgspec.Raw, expected: object) -> ProblemError:
    """The problem of a JSON body that did not decode: 400 for no JSON at all, 422 for wrong fields."""
    errors = explain(body, expected)
    is_json = errors[0].expected != JSON_DOCUMENT
    return ProblemError("invalid-fields" if is_json else "malformed-request", errors=errors)


def decode_document(body: bytes, decoder: msgspec.json.Decoder[_T]) -> _T:
    """The document that these bytes are.

    Raises:
        ProblemError: 400, they are no JSON; 422, a field does not fit.
    """
    try:
        return decoder.decode(body)
    except DECODE_ERRORS:
        raise refusal(body, decoder.type) from None


async def read_document(request: Request, decoder: msgspec.json.Decoder[_T], bytes_max: int) -> _T:
    """The JSON document of the body.

    Raises:
        ProblemError: 413, it is too large; 415, it is not JSON by its media type; else as `decode_document`.
        ClientDisconnect: the client went away.
    """
    media_type_of(request, (JSON,))
    return decode_document(await read_body(request, bytes_max), decoder)


def negotiate(request: Request, offered: tuple[str, ...]) -> str:
    """The first media type that the client lists and the resource offers; the first offered if any will do.

    Raises:
        ProblemError: 406, the client wants none of them.
    """
    given = request.headers.get("accept", "*/*")
    for item in given.split(","):
        wanted = item.partition(";")[0].strip().lower()
        if wanted in offered:
            return wanted
        if wanted in ("*/*", offered[0].partition("/")[0] + "/*"):
            return offered[0]
    fault = FieldError("Accept", "one of " + ", ".join(offered), given[:80])
    raise ProblemError("not-acceptable", errors=(fault,))


def cached_response(
    request: Request, body: bytes, media_type: str, headers: dict[str, str]
) -> Response:
    """The bytes under their `ETag`; 304 when the client has them."""
    tag = f'"{sha256(body).hex()[:32]}"'
    headers = {"ETag": tag, "Vary": "Accept", **headers}
    known = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type=media_type)


def next_link(request: Request, cursor: str) -> dict[str, str]:
    """The `Link` header that leads to the next page (RFC 8288)."""
    parameters = {**request.query_params, "cursor": cursor}
    return {"Link": f'<{request.url.path}?{urlencode(parameters)}>; rel="next"'}
