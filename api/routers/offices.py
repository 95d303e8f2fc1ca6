"""`/offices`: the offices, how far their registers are complete here, and their closed days."""

from typing import Final

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.answers import height_headers, json_response, read_document
from api.dependencies import (
    MayRead,
    MayRegister,
    Reader,
    Service,
    Settings,
    expect_own_office,
)
from api.description import answer, content, request_body
from api.office_codes import OfficeCode, known_office_code
from api.office_documents import (
    ClosedDaysDocument,
    CoverageDocument,
    CoverageInterval,
    MembershipDocument,
    OfficeDocument,
    OfficePage,
    closed_days_document,
)
from api.query_check import CheckedRoute
from api.registration import IDEMPOTENCY_KEY, entry_of, register_one, request_key_of
from api.schemas import ClosedDaysRequest, CoverageRequest, Registration
from ledger.genesis import Genesis
from ledger.register.entries import ClosedDays, Coverage, Right
from ledger.register.filing import decode_closed_days, decode_coverage
from ledger.register.keys import RIGHT_LETTERS, coverage_key
from ledger.register.offices import (
    OFFICES,
    VERSION,
    Office,
    Unions,
    office_code,
    office_name,
    priority_right,
)

_coverage_request: Final = msgspec.json.Decoder(CoverageRequest)
_closed_days_request: Final = msgspec.json.Decoder(ClosedDaysRequest)

_COVERAGE: Final = {"right": "patent", "fromDate": "2000-01-01", "untilDate": "2026-10-31"}
_CLOSED_DAYS: Final = {
    "year": 2013,
    "closedDayBag": [
        {"date": "2013-01-01", "name": "New Year's Day"},
        {"date": "2013-12-25", "name": "Christmas Day"},
    ],
    "weeklyRestDayBag": ["saturday", "sunday"],
}

router = APIRouter(prefix="/offices", tags=["offices"], route_class=CheckedRoute)


@router.get(
    "",
    operation_id="listOffices",
    summary="The offices of this network",
    responses={200: answer("All of them.", OfficePage)},
)
async def list_offices(service: Service, reader: Reader, _role: MayRead) -> Response:
    """The offices that have a node in this network."""
    genesis = service.genesis
    offices = tuple(_office(genesis, office.code) for office in genesis.offices)
    return json_response(OfficePage(offices=offices), headers=height_headers(reader))


@router.get(
    "/{office}",
    operation_id="getOffice",
    summary="One office",
    responses={200: answer("The office.", OfficeDocument)},
)
async def get_office(
    service: Service, reader: Reader, office: OfficeCode, _role: MayRead
) -> Response:
    """Any body of WIPO ST.3, whether it has a node in this network or not."""
    document = _office(service.genesis, known_office_code(office))
    return json_response(document, headers=height_headers(reader))


@router.get(
    "/{office}/coverage",
    operation_id="getCoverage",
    summary="For which dates an office's register is complete here",
    responses={200: answer("Its declarations.", CoverageDocument)},
)
async def get_coverage(reader: Reader, office: OfficeCode, _role: MayRead) -> Response:
    """Inside its coverage, a number that is not found is a filing that does not exist."""
    code = known_office_code(office)
    intervals = []
    for right in RIGHT_LETTERS:
        value = reader.get(coverage_key(code, right))
        intervals += [
            CoverageInterval(
                right=right,
                from_date=each.from_date,
                until_date=each.until_date,
                height=each.height,
                index=each.index,
            )
            for each in (decode_coverage(value) if value else ())
        ]
    document = CoverageDocument(ip_office_code=code, coverage_bag=tuple(intervals))
    return json_response(document, headers=height_headers(reader))


@router.post(
    "/{office}/coverage",
    operation_id="declareCoverage",
    summary="Declare that the office's register is complete here",
    responses={201: answer("The declaration is final.", Registration)},
    openapi_extra={
        **request_body(content(CoverageRequest, _COVERAGE)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def declare_coverage(
    request: Request, service: Service, settings: Settings, office: OfficeCode, _role: MayRegister
) -> Response:
    """Declares for which dates of filing all filings of this office are here."""
    expect_own_office(service, office)
    asked = await read_document(request, _coverage_request, settings.document_bytes_max)
    entry = entry_of(asked, Coverage, request_key=request_key_of(request))
    return await register_one(service, entry)


@router.get(
    "/{office}/closed-days",
    operation_id="getClosedDays",
    summary="The days on which an office cannot receive filings",
    responses={200: answer("Its declarations.", ClosedDaysDocument)},
)
async def get_closed_days(reader: Reader, office: OfficeCode, _role: MayRead) -> Response:
    """The declared closed days and weekly days of rest, year by year."""
    code = known_office_code(office)
    years = []
    for key, value in reader.scan(b"d" + code.encode()):
        years.append(closed_days_document(int(key[3:]), decode_closed_days(value)))
    document = ClosedDaysDocument(ip_office_code=code, closed_days_bag=tuple(years))
    return json_response(document, headers=height_headers(reader))


@router.post(
    "/{office}/closed-days",
    operation_id="declareClosedDays",
    summary="Declare the closed days of a year",
    responses={201: answer("The declaration is final.", Registration)},
    openapi_extra={
        **request_body(content(ClosedDaysRequest, _CLOSED_DAYS)),
        "parameters": [IDEMPOTENCY_KEY],
    },
)
async def declare_closed_days(
    request: Request, service: Service, settings: Settings, office: OfficeCode, _role: MayRegister
) -> Response:
    """Declares the closed days of this office in one year (Paris Convention Art. 4C(3))."""
    expect_own_office(service, office)
    asked = await read_document(request, _closed_days_request, settings.document_bytes_max)
    entry = entry_of(asked, ClosedDays, request_key=request_key_of(request))
    return await register_one(service, entry)


def _office(genesis: Genesis, code: str) -> OfficeDocument:
    known = OFFICES.get(code)
    keys = {office_code(office.code) or office.code: office for office in genesis.offices}
    connected = keys.get(code)
    return OfficeDocument(
        ip_office_code=code,
        name=connected.name if connected else office_name(code),
        category=known.kind if known else "unknown",
        right_bag=tuple(sorted(known.rights)) if known else (),
        gives_priority_right=priority_right(code, _main_right(known)) if known else None,
        membership_bag=_memberships(known) if known else (),
        priority_taken_bag=_taken(known) if known else (),
        earlier=known.earlier if known else None,
        successor_bag=known.successors if known else (),
        until=known.until if known else None,
        note=known.note if known else "",
        table_version=VERSION,
        is_connected=connected is not None,
        public_key=connected.public_key if connected else "",
    )


def _main_right(office: Office) -> Right:
    """The right by which a body is asked whether its filings give priority."""
    return "plantVariety" if office.rights == {"plantVariety"} else "patent"


def _memberships(office: Office) -> tuple[MembershipDocument, ...]:
    """What is known; treaty organisations stand in no union of their own, except UPOV."""
    documents = _documents(office.unions)
    if office.kind == "organisation":
        return tuple(each for each in documents[1:] if each.is_member)
    return documents


def _taken(office: Office) -> tuple[MembershipDocument, ...]:
    if office.kind != "organisation":
        return ()
    return tuple(each for each in _documents(office.takes) if each.is_member)


def _documents(unions: Unions) -> tuple[MembershipDocument, ...]:
    paris, wto, upov = unions
    return (
        MembershipDocument(union="paris", is_member=paris.is_member, since=paris.since),
        MembershipDocument(union="wto", is_member=wto.is_member, since=wto.since),
        MembershipDocument(union="upov", is_member=upov.is_member, since=upov.since),
    )
