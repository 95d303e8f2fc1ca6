"""Answers with a document, whole or in part."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from api.ranges import Part, part_asked
from ledger.register.report_keys import report_digest
from ledger.register.reports import DepositedReport
from node.reports.document_file import DocumentReader
from node.reports.granting import sent
from node.reports.media_types import SUFFIXES
from node.reports.message_signature import repr_digest

_NAME_DIGITS = 16


def asked_part(request: Request, report: DepositedReport) -> Part:
    """The part of a report's document that a request asks for.

    Raises:
        ProblemError: 416, there are no such bytes.
    """
    return part_asked(request, report.record.size, _tag(report))


def content_headers(report: DepositedReport, part: Part) -> dict[str, str]:
    """What an answer says of the document that it holds. No cache between keeps it, nor changes it."""
    record, digest = report.record, report_digest(report.key)
    name = f"{record.category}-{record.document_date}-{digest[:_NAME_DIGITS]}.{SUFFIXES[record.media_type]}"
    headers = {
        "Content-Type": record.media_type,
        "Content-Length": str(part.end - part.start),
        "Repr-Digest": repr_digest(digest),
        "ETag": _tag(report),
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store, no-transform",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{record.size}"
    return headers


class ContentResponse(StreamingResponse):
    """The bytes of a document, which is closed at the end, whether or not they were taken."""

    def __init__(
        self,
        document: DocumentReader,
        part: Part,
        headers: dict[str, str],
        on_end: Callable[[], None] = lambda: None,
    ) -> None:
        content = sent(document, part.start, part.end)
        super().__init__(content, 200 if part.is_whole else 206, headers)
        self._document = document
        self._on_end = on_end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._document.close()
            self._on_end()


def _tag(report: DepositedReport) -> str:
    return f'"{report_digest(report.key)}"'
