"""`/submissions`: entries that the office's own systems have signed (RFC 7515)."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import json_response, media_type_of, read_body
from api.dependencies import Permission, authorise, service_of
from api.description import answer, content, request_body
from api.direct import DirectRoute
from api.moments import moment_text
from api.problems import ProblemError
from api.schemas import SubmissionReport
from api.unsent import SEALED_REASON, entry_refusal
from ledger.register.entries import Entry
from ledger.submission import SUBMISSION_BYTES_MAX
from node.service import RegisterService

MEDIA_TYPE: Final = "application/jose"

router = APIRouter(tags=["submissions"], route_class=DirectRoute)


@router.post(
    "/submissions",
    operation_id="submitSigned",
    summary="Submit entries that are signed already",
    responses={
        200: answer("All entries are decided.", SubmissionReport),
    },
    openapi_extra=request_body(content(None, "eyJhbGciOiJFZERTQSIsImtpZCI6IkFVIiw...", MEDIA_TYPE)),
)
async def submit_signed(request: Request) -> Response:
    """Takes a compact JWS of this office over 1 to 1,000 entries (docs/protocol.md, "Submissions").

    None of it is sent if an entry would tell every office an access code, or the number of a filing that this office
    has sealed, as far as this node knows them.

    The answer has one array for each entry: status, reason or warning codes, subject, and for a repeated entry the
    height and index of its first receipt.
    """
    authorise(request, Permission.REGISTER)
    media_type_of(request, (MEDIA_TYPE,))
    body = await read_body(request, SUBMISSION_BYTES_MAX)
    service = service_of(request)
    submission = service.admitted(body.strip())
    if not service.is_known(submission):
        _expect_no_secret(service, submission.entries)
    receipts = await service.submit(submission)
    if not receipts:
        raise ProblemError("invalid-submission", "It was ordered, but had expired or came twice.")
    first = receipts[0]
    report = SubmissionReport(
        height=first.height,
        block_hash=first.block_hash.hex(),
        block_time=moment_text(first.time_ms),
        results=tuple(receipt.outcome for receipt in receipts),
    )
    return json_response(report, headers={"Register-Height": str(first.height)})


def _expect_no_secret(service: RegisterService, entries: tuple[Entry, ...]) -> None:
    """Return when no entry would tell every office what is secret.

    Raises:
        ProblemError: 409 or 422, one would; the field is named, and what stands there is not repeated.
    """
    for place, entry in enumerate(entries):
        refusal = entry_refusal(service, entry)
        if refusal is not None:
            reason, fault = refusal
            named = msgspec.structs.replace(fault, field=f"entries[{place}].{fault.field}")
            code = "conflict" if reason == SEALED_REASON else "invalid-fields"
            raise ProblemError(code, reason=reason, errors=(named,))
