"""`/filings/{filing}/events`, `/claims` and `/disputes`: what happens to a filing after it was registered."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import read_document
from api.confidential import desk_of, read_confidential
from api.dependencies import MayRegister, Service, Settings, expect_own_office
from api.description import answer, content, request_body
from api.filing_paths import FilingId, filing_key_of, load_existing, load_known
from api.query_check import CheckedRoute
from api.registration import IDEMPOTENCY_KEY, entry_of, register_one, request_key_of
from api.rejections import rejection
from api.schemas import DisputeRequest, EventRequest, Registration
from ledger.register.entitlement import Entitlement
from ledger.register.entries import Dispute, Event, FilingReference, PriorityClaim
from ledger.register.keys import sealed_key
from ledger.register.offices import office_code
from ledger.register.outcome import Outcome
from ledger.register.sealed import known_as
from node.sealed.documents import ClaimRequest
from node.service import RegisterService

_event: Final = msgspec.json.Decoder(EventRequest)
_claim: Final = msgspec.json.Decoder(ClaimRequest)
_dispute: Final = msgspec.json.Decoder(DisputeRequest)

_EVENT: Final = {"eventCategory": "published", "eventDate": "2015-01-15", "keyEventCode": "Q10"}
_CLAIM: Final = {
    "action": "restore",
    "claim": {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2012-03-13",
    },
    "decisionDate": "2014-02-03",
    "criterion": "dueCare",
}
_DISPUTE: Final = {
    "action": "raise",
    "claim": {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2012-03-13",
    },
    "reasonText": "61/610,240 is meant: the certified copy shows it.",
    "decisionDate": "2014-01-07",
}

router = APIRouter(prefix="/filings", tags=["filings"], route_class=CheckedRoute)


@router.post(
    "/{filing}/events",
    operation_id="registerEvent",
    summary="Enter what happened to a filing",
    responses={201: answer("The event is final.", Registration)},
    openapi_extra={
        **request_body(content(EventRequest, _EVENT)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def register_event(
    request: Request, service: Service, settings: Settings, filing: FilingId, _role: MayRegister
) -> Response:
    """Enters an event of a filing of this office.

    Whatever it is, priority that was claimed from the filing survives (Paris Convention Art. 4A(3)).
    """
    asked = await read_document(request, _event, settings.document_bytes_max)
    entry = entry_of(
        asked,
        Event,
        filing=_own_filing(service, filing),
        request_key=request_key_of(request),
    )
    return await register_one(service, entry)


@router.post(
    "/{filing}/claims",
    operation_id="registerClaim",
    summary="Add, correct or withdraw a priority claim, restore it or refuse to",
    responses={201: answer("The change is final.", Registration)},
    openapi_extra={
        **request_body(content(ClaimRequest, _CLAIM)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def register_claim(
    request: Request, service: Service, settings: Settings, filing: FilingId, _role: MayRegister
) -> Response:
    """Changes the priority claims of a filing of this office, open or sealed (PCT Rules 26bis.1, 26bis.3, 90bis.3).

    A claim to a sealed filing is made with its number, date and access code: the node proves it, and no node learns
    them. It is named afterwards by its number and date, or by its claim key.
    """
    asked = await read_confidential(request, _claim, settings.document_bytes_max)
    expect_own_office(service, filing.partition(".")[0])
    key = filing_key_of(filing)
    try:
        entry = await desk_of(request).claim_entry(key, asked, request_key_of(request))
    except LookupError:
        load_existing(service.reader, filing)  # says that it is not there
        raise
    return await register_one(service, entry)


@router.post(
    "/{filing}/disputes",
    operation_id="registerDispute",
    summary="Dispute a claim or relation of any office's filing, or take the dispute back",
    responses={201: answer("The dispute is final.", Registration)},
    openapi_extra={
        **request_body(content(DisputeRequest, _DISPUTE)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def register_dispute(
    request: Request, service: Service, settings: Settings, filing: FilingId, _role: MayRegister
) -> Response:
    """Enters that this node's office doubts a claim or relation, so that whoever sees what it joins sees the doubt.

    The claim stays as it is: only the office of the filing changes it.
    """
    asked = await read_document(request, _dispute, settings.document_bytes_max)
    known = load_known(service.reader, service.office, filing)
    entry = entry_of(
        asked,
        Dispute,
        claiming_office_code=known.key[1:3].decode(),
        filing=known.reference,
        request_key=request_key_of(request),
    )
    if not _sees(service, entry.claim):
        outcome = Outcome("rejected", "CLAIM_NOT_FOUND", known.identifier)
        raise rejection(service.reader, entry, outcome)
    return await register_one(service, entry)


def _sees(service: RegisterService, named: PriorityClaim) -> bool:
    """Whether the claim is not to a sealed filing of which this office may know nothing.

    The register would say of such a claim whether it stands (register.md S7): it is not asked.
    """
    if named.claim_key is None or not office_code(named.ip_office_code):
        return True
    first = sealed_key(office_code(named.ip_office_code), named.claim_key)
    return Entitlement(service.reader, service.office).sees(known_as(service.reader.get, first))


def _own_filing(service: RegisterService, identifier: str) -> FilingReference:
    """What points at a filing of this office in an entry.

    Raises:
        ProblemError: 403, it is another office's; 404, the register does not hold it.
    """
    expect_own_office(service, identifier.partition(".")[0])
    return load_known(service.reader, service.office, identifier).reference
