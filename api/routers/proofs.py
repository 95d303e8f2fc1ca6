"""`/proofs`: one file that shows what the register answered, and can be checked without any node."""

from typing import Annotated, Final

import msgspec
from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from api.answers import JSON, cached_response, negotiate, read_document
from api.confidential import read_confidential
from api.dependencies import Height, MayRead, MayVerify, Service, Settings, turns_of
from api.description import JsonObject, answer, content, request_body
from api.explain import ERRORS_MAX, NOT_REPEATED, FieldError
from api.printing.certificate import certificate
from api.printing.printer import printed
from api.printing.typesetting import TypesettingError
from api.problems import ProblemError
from api.query_check import CheckedRoute
from api.settings import ApiSettings
from ledger.errors import NotCertifiedError
from ledger.proof.consistency import ConsistencyDocument, encode_consistency
from ledger.proof.document import ProofDocument, encode_proof_file
from ledger.proof.errors import ProofTooLargeError
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import (
    Draft,
    draft_filing,
    draft_filing_verification,
    draft_priority,
    make_consistency,
)
from ledger.register.entries import CLAIMS_MAX
from ledger.register.verification import FilingQuestion, PriorityRequest
from node.proofs import finished
from node.service import RegisterService

_priority: Final = msgspec.json.Decoder(PriorityRequest)
_claims: Final = msgspec.json.Decoder(FilingQuestion)
_filing: Final = msgspec.json.Decoder(NamedFiling)
PDF: Final = "application/pdf"
JOSE: Final = "application/jose"
"""Of a compact JWS (RFC 7515, 9.2.1)."""
OFFERED: Final = (JSON, PDF, JOSE)
_FIRST: Final = {
    "ipOfficeCode": "US",
    "applicationNumberText": "61/610,420",
    "filingDate": "2012-03-13",
}
_SECOND: Final = {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"}

router = APIRouter(tags=["receipts"], route_class=CheckedRoute)


def _file_answer() -> JsonObject:
    """A proof file, its certificate, or the answer alone."""
    told = "The proof file (docs/proofs.md), its certificate, or the signed answer."
    found = answer(told, ProofDocument)
    certified = {PDF: {"schema": {"type": "string", "format": "binary"}}}
    forms = {**found["content"], **certified, **content(None, None, JOSE)}
    return {**found, "content": forms}


@router.post(
    "/proofs/priority",
    operation_id="provePriority",
    summary="Verify a priority claim, and prove the answer",
    responses={200: _file_answer()},
    openapi_extra=request_body(content(PriorityRequest, {"first": _FIRST, "second": _SECOND})),
)
async def prove_priority(
    request: Request, service: Service, settings: Settings, _height: Height, _role: MayVerify
) -> Response:
    """The answer of the last block, with the proofs of all facts that it rests on.

    It holds no suggestions, for they are guesses, and never an access code. `Accept: application/pdf` asks for the
    certificate, which people read and which holds the file; `application/jose` for the answer alone, as a JWS of
    this office (docs/standard-forms.md).
    """
    media_type = negotiate(request, OFFERED)
    question = await read_confidential(request, _priority, settings.document_bytes_max)
    _expect_head(service)
    try:
        draft = draft_priority(service.ledger, question)
    except ProofTooLargeError as error:
        raise ProblemError("too-large", str(error)) from None
    code = question.first.access_code
    return await _file(service, settings, draft, media_type, code)


@router.post(
    "/proofs/filing",
    operation_id="proveFiling",
    summary="Look an application number up, and prove the answer",
    responses={200: _file_answer()},
    openapi_extra=request_body(content(NamedFiling, {**_FIRST, "right": "patent"})),
)
async def prove_filing(
    request: Request, service: Service, settings: Settings, _height: Height, _role: MayRead
) -> Response:
    """Whether the register holds the number at the last block: what it holds, or that it is absent.

    `Accept: application/pdf` asks for the certificate, which people read and which holds the file;
    `application/jose` for the answer alone, as a JWS of this office (docs/standard-forms.md).
    """
    media_type = negotiate(request, OFFERED)
    question = await read_document(request, _filing, settings.document_bytes_max)
    _expect_head(service)
    try:
        draft = draft_filing(service.ledger, question)
    except ProofTooLargeError as error:
        raise ProblemError("too-large", str(error)) from None
    return await _file(service, settings, draft, media_type)


@router.post(
    "/proofs/filing-verification",
    operation_id="proveFilingVerification",
    summary="Verify all claims of one filing, and prove the answer",
    responses={200: _file_answer()},
    openapi_extra=request_body(
        content(FilingQuestion, {"second": {**_SECOND, "applicationNumberText": "2013287263"}})
    ),
)
async def prove_filing_verification(
    request: Request, service: Service, settings: Settings, _height: Height, _role: MayVerify
) -> Response:
    """The claims that are named; without any, those that the filing makes in the register and that stand.

    A claim with an access code is proved on its own, by `POST /proofs/priority`. `Accept` asks for a
    certificate or the answer alone, as there.
    """
    media_type = negotiate(request, OFFERED)
    question = await read_confidential(request, _claims, settings.document_bytes_max)
    _expect_claims(question)
    _expect_head(service)
    async with turns_of(request).walks.taken():
        try:
            draft = draft_filing_verification(service.ledger, question)
        except ProofTooLargeError as error:
            raise ProblemError("too-large", str(error)) from None
    return await _file(service, settings, draft, media_type)


@router.get(
    "/proofs/consistency/{earlier}/{later}",
    operation_id="proveConsistency",
    summary="Prove that the ledger only grew between two heights",
    responses={200: answer("The proof (RFC 9162, 2.1.4).", ConsistencyDocument, None, "ETag")},
)
async def prove_consistency(
    request: Request,
    service: Service,
    height: Height,
    earlier: Annotated[int, Path(ge=1, description="A height.", examples=[1])],
    later: Annotated[int, Path(ge=2, description="A greater height.", examples=[2])],
    _role: MayRead,
) -> Response:
    """Shows that the history at the later height begins with that at the earlier one."""
    if not earlier < later <= service.ledger.height:
        expected = f"two rising heights up to {service.ledger.height}"
        fault = FieldError("later", expected, f"{earlier} and {later}")
        raise ProblemError("invalid-parameter", errors=(fault,))
    try:
        document = make_consistency(service.ledger, earlier, later)
    except NotCertifiedError as error:
        raise _not_certified(error) from None
    headers = {"Register-Height": height, "Cache-Control": "private, no-cache"}
    return cached_response(request, encode_consistency(document), JSON, headers)


def _expect_claims(question: FilingQuestion) -> None:
    """Return when the claims that are named can be proved together.

    Raises:
        ProblemError: 413, they are too many; 422, one has an access code.
    """
    named = question.priority_claim_bag
    if len(named) > CLAIMS_MAX:
        fault = FieldError(
            "priorityClaimBag", f"at most {CLAIMS_MAX} claims", f"{len(named)} claims"
        )
        raise ProblemError("too-large", errors=(fault,))
    expected = "no access code: POST /proofs/priority proves a claim that has one"
    faults = tuple(
        FieldError(f"priorityClaimBag[{place}].accessCode", expected, NOT_REPEATED)
        for place, first in enumerate(named)
        if first.access_code is not None
    )
    if faults:
        raise ProblemError("invalid-fields", errors=faults[:ERRORS_MAX])


def _expect_head(service: RegisterService) -> None:
    if not service.ledger.height:
        raise ProblemError("not-found", "The register is empty, and nothing is certified yet.")


async def _file(
    service: RegisterService,
    settings: ApiSettings,
    draft: Draft,
    media_type: str,
    access_code: str | None = None,
) -> Response:
    if media_type == JOSE:
        signed = service.sign_answer(draft.subject, draft.height)
        return _answered(signed, draft, "answer.jws", JOSE)
    try:
        document = await finished(service, draft, settings.height_wait_ms_max / 1000)
    except NotCertifiedError as error:
        raise _not_certified(error) from None
    file, name = encode_proof_file(document), "proof.json"
    if media_type == PDF:
        name = "certificate.pdf"
        try:
            file = await printed(certificate, file, service.genesis, access_code)
        except TypesettingError as error:
            raise ProblemError("too-large", f"{error}; ask for JSON") from None
    return _answered(file, draft, name, media_type)


def _answered(file: bytes, draft: Draft, name: str, media_type: str) -> Response:
    headers = {
        "Register-Height": str(draft.height),
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept",
    }
    return Response(file, headers=headers, media_type=media_type)


def _not_certified(error: NotCertifiedError) -> ProblemError:
    return ProblemError("not-certified", str(error), headers={"Retry-After": "1"})
