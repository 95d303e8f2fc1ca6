"""The header fields of the IETF draft "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload)."""

import re
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from api.description import parameter
from api.explain import FieldError
from api.problems import ProblemError
from api.report_problems import closing
from node.reports.desk import ReportDesk
from node.reports.uploads import Upload

PARTIAL_UPLOAD: Final = "application/partial-upload"
COMPLETE: Final = "Upload-Complete"
OFFSET: Final = "Upload-Offset"
LENGTH: Final = "Upload-Length"
UPLOAD_FIELDS: Final = (
    parameter(
        "header",
        COMPLETE,
        "`?0`: the document comes in several requests, and this one begins an upload.",
        {"type": "string", "enum": ["?0", "?1"]},
    ),
    parameter(
        "header",
        LENGTH,
        "Bytes of the whole document; needed with `Upload-Complete: ?0`.",
        {"type": "integer"},
    ),
)
_INTEGER: Final = re.compile(r"[0-9]{1,15}")
"""Of RFC 9651, without a sign."""


def is_begun_here(request: Request) -> bool:
    """Whether the request begins an upload. One that says `?1` brings the whole document, as one that says nothing."""
    return request.headers.get(COMPLETE, "").strip() == "?0"


def stated_completeness(request: Request) -> bool:
    """Whether the request brings the end of the document.

    Raises:
        ProblemError: 400, it does not say.
    """
    given = request.headers.get(COMPLETE, "").strip()
    if given not in ("?0", "?1"):
        fault = FieldError(COMPLETE, "?0 or ?1", given[:20] or "nothing")
        raise closing(ProblemError("invalid-parameter", errors=(fault,)))
    return given == "?1"


def stated_offset(request: Request) -> int:
    """Where in the document the bytes of the request belong.

    Raises:
        ProblemError: 400, it does not say.
    """
    given = request.headers.get(OFFSET, "").strip()
    if not _INTEGER.fullmatch(given):
        fault = FieldError(OFFSET, "a number of bytes", given[:20] or "nothing")
        raise closing(ProblemError("invalid-parameter", errors=(fault,)))
    return int(given)


def stated_length(request: Request, field: str, limit: int, digest: str) -> int:
    """How many bytes the document has, by `Content-Length` or `Upload-Length`.

    Raises:
        ProblemError: 400, it does not say; 413, these are too many; 415, it would come compressed.
    """
    encoding = request.headers.get("content-encoding", "identity")
    if encoding.lower() != "identity":
        fault = FieldError("Content-Encoding", "none", encoding[:80])
        raise ProblemError("unsupported-media-type", errors=(fault,))
    given = request.headers.get(field, "").strip()
    if not _INTEGER.fullmatch(given) or int(given) < 1:
        fault = FieldError(field, f"1 to {limit} bytes", given[:20] or "nothing")
        raise closing(ProblemError("invalid-parameter", errors=(fault,)))
    if int(given) > limit:
        received = f"{given} bytes announced, with SHA-256 {digest}"
        fault = FieldError("", f"a document of at most {limit} bytes", received)
        headers = {"Upload-Limit": f"max-size={limit}"}
        raise closing(ProblemError("too-large", errors=(fault,), headers=headers))
    return int(given)


def upload_headers(desk: ReportDesk, upload: Upload, offset: int) -> dict[str, str]:
    """The state of an unfinished upload."""
    size = upload.state.entry.document_size
    return {
        COMPLETE: "?0",
        OFFSET: str(offset),
        LENGTH: str(size),
        "Upload-Limit": f"max-size={size}, max-age={desk.uploads.seconds_left(upload)}",
        "Cache-Control": "no-store",
    }


def completed(response: Response) -> Response:
    """An answer to the whole document."""
    response.headers[COMPLETE] = "?1"
    return response
