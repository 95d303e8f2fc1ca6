"""What handlers depend on: the node's service, who may do what, and the height that is asked for."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Final, Literal, cast, get_args

from fastapi import Depends, Query
from starlette.requests import Request

from api.explain import FieldError
from api.problems import ProblemError
from api.settings import ApiSettings, Role
from api.turns import LongQuestions
from ledger.register.offices import office_code
from ledger.register.view import RegisterView
from node.reports.desk import ReportDesk
from node.service import RegisterService


class Permission(StrEnum):
    """What a token may be used for."""

    READ = "read"
    VERIFY = "verify"
    REGISTER = "register"
    REPORTS = "reports"
    """Search and examination reports, whose documents only the family may read."""
    AUDIT = "audit"
    """Blocks and certificates as they are."""
    OPERATE = "operate"
    """The details of the node's state."""
    MONITOR = "monitor"
    """The metrics."""


GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    "clerk": frozenset(
        (Permission.READ, Permission.REGISTER, Permission.REPORTS, Permission.VERIFY)
    ),
    "examiner": frozenset((Permission.READ, Permission.REPORTS, Permission.VERIFY)),
    "auditor": frozenset(
        (Permission.READ, Permission.VERIFY, Permission.AUDIT, Permission.MONITOR)
    ),
    "administrator": frozenset(Permission),
}

Consistency = Literal["local", "linearizable"]
CONSISTENCY_HELP: Final = (
    "`local`: as this node knows it at `Register-Height`. `linearizable`: the node asks the other offices first,"
    " and holds all that any office had made final when the request came."
)
_CONSISTENCIES: Final[Mapping[str, Consistency]] = {name: name for name in get_args(Consistency)}

HEIGHT_MAX: Final = 2**53 - 1
_HEIGHT: Final = re.compile("[0-9]{1,15}")
_SCHEME: Final = "bearer "


def service_of(request: Request) -> RegisterService:
    """The service of the node that this application belongs to."""
    return cast("RegisterService", request.app.state.service)


def reports_of(service: RegisterService) -> ReportDesk:
    """The reports of a node.

    Raises:
        ProblemError: 404, it keeps none.
    """
    if service.reports is None:
        raise ProblemError("not-found", "This node keeps no documents.")
    return service.reports


def settings_of(request: Request) -> ApiSettings:
    """The settings of this application."""
    return cast("ApiSettings", request.app.state.settings)


def turns_of(request: Request) -> LongQuestions:
    """Whose turn it is among the questions that take long."""
    return cast("LongQuestions", request.app.state.long_questions)


def authorise(request: Request, permission: Permission) -> Role:
    """The role of the request's token, which has the permission.

    Raises:
        ProblemError: 401, no token of this node came; 403, its role may not do this.
    """
    credentials = request.headers.get("authorization", "")
    if credentials[: len(_SCHEME)].lower() != _SCHEME:
        raise _unauthenticated("a header 'Authorization: Bearer <token>'", credentials)
    token = settings_of(request).tokens.find(credentials[len(_SCHEME) :].strip())
    if token is None:
        raise _unauthenticated("a token that this node issued", credentials)
    role = token.role
    request.scope["state"]["token_id"] = token.id
    if permission not in GRANTS[role]:
        able = " or ".join(name for name, granted in GRANTS.items() if permission in granted)
        raise ProblemError("forbidden", errors=(FieldError("role", able, role),))
    return role


def _unauthenticated(expected: str, credentials: str) -> ProblemError:
    # What came is never quoted: a token with a slip in it is still a secret.
    received = "another one" if credentials else "nothing"
    fault = FieldError("Authorization", expected, received)
    headers = {"WWW-Authenticate": 'Bearer realm="ipregister"'}
    return ProblemError("unauthenticated", errors=(fault,), headers=headers)


def expect_own_office(service: RegisterService, office: str) -> None:
    """Return when this node's office is the one.

    Raises:
        ProblemError: 403, it is another: an office declares only for itself.
    """
    if office_code(office) != office_code(service.office):
        fault = FieldError("office", service.office, office[:80])
        raise ProblemError("other-office", errors=(fault,))


class Requires:
    """A dependency that lets only tokens with a permission pass, and gives their role."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> Role:
        """The role, or the problem that `authorise` raises."""
        return authorise(request, self.permission)


async def _service(request: Request) -> RegisterService:
    return service_of(request)


async def _settings(request: Request) -> ApiSettings:
    return settings_of(request)


Service = Annotated[RegisterService, Depends(_service)]
Settings = Annotated[ApiSettings, Depends(_settings)]
MayRead = Annotated[Role, Depends(Requires(Permission.READ))]
MayVerify = Annotated[Role, Depends(Requires(Permission.VERIFY))]
MayRegister = Annotated[Role, Depends(Requires(Permission.REGISTER))]
MayReadReports = Annotated[Role, Depends(Requires(Permission.REPORTS))]
MayAudit = Annotated[Role, Depends(Requires(Permission.AUDIT))]
MayMonitor = Annotated[Role, Depends(Requires(Permission.MONITOR))]


async def reach_height(request: Request, height_min: int) -> None:
    """Returns once the node holds the height, so that a client can read what it wrote elsewhere.

    Raises:
        ProblemError: 401 or 403, the client may not read; 503, the node did not reach it in time.
        OverloadedError: too many wait already.
    """
    service = service_of(request)
    if service.ledger.height >= height_min:
        return
    authorise(request, Permission.READ)  # Nobody else makes this node wait.
    if not await service.reach_height(height_min, settings_of(request).height_wait_ms_max / 1000):
        fault = FieldError("minHeight", f"a height up to {service.ledger.height}", str(height_min))
        raise ProblemError("height-not-reached", errors=(fault,), headers={"Retry-After": "1"})


async def be_consistent(request: Request, consistency: Consistency) -> None:
    """Returns once the node may answer with this consistency.

    Raises:
        ProblemError: 401 or 403, the client may not read; 503, too few offices answered in time.
        OverloadedError: too many wait already.
    """
    if consistency == "local":
        return
    authorise(request, Permission.READ)  # Nobody else makes this node ask the others.
    service = service_of(request)
    if not await service.catch_up_with_all(settings_of(request).height_wait_ms_max / 1000):
        quorum = service.ledger.keyring.quorum
        expected = f"{quorum} offices that answer, and their blocks at this node"
        fault = FieldError("consistency", expected, consistency)
        raise ProblemError("not-up-to-date", errors=(fault,), headers={"Retry-After": "1"})


async def _min_height(
    request: Request,
    consistency: Annotated[Consistency, Query(description=CONSISTENCY_HELP)] = "local",
    min_height: Annotated[
        int,
        Query(
            alias="minHeight",
            ge=0,
            le=HEIGHT_MAX,
            description="Wait until the node holds this height: to read what was written elsewhere.",
        ),
    ] = 0,
) -> None:
    await be_consistent(request, consistency)
    await reach_height(request, min_height)


async def _last_height(service: Service, _: Annotated[None, Depends(_min_height)]) -> str:
    return str(service.ledger.height)


Height = Annotated[str, Depends(_last_height)]
"""The last height, after waiting for the one that was asked for; of what cannot be answered for an earlier one."""


def _view_at(request: Request, as_of: int | None) -> RegisterView:
    """The register at the height that is asked for, as this node's office sees it.

    Raises:
        ProblemError: 400, this node has not come so far; 401 or 403, the client may not read.
    """
    service = service_of(request)
    if as_of is not None and as_of > service.ledger.height:
        authorise(request, Permission.READ)  # Nobody else learns the height.
        expected = f"a height from 0 to {service.ledger.height}"
        fault = FieldError("asOf", expected, str(as_of))
        raise ProblemError("invalid-parameter", errors=(fault,))
    return service.view_at(as_of)


async def _view(
    request: Request,
    _: Annotated[None, Depends(_min_height)],
    as_of: Annotated[
        int | None,
        Query(
            alias="asOf",
            ge=0,
            le=HEIGHT_MAX,
            description="Answer as the register was after the block of this height.",
        ),
    ] = None,
) -> RegisterView:
    return _view_at(request, as_of)


Reader = Annotated[RegisterView, Depends(_view)]
"""What this office sees of the register at the height that is asked for: `asOf`, else the last one, after waiting for
`minHeight`."""


def asks_earlier_height(request: Request) -> bool:
    """Whether a height is asked for (`asOf`), and not how things stand now."""
    return "asOf" in request.query_params


async def asked_view(request: Request) -> RegisterView:
    """The same for a route that solves no dependencies.

    Raises:
        ProblemError: 400, a parameter has a value that is not known; 503, as `be_consistent`, `reach_height`.
    """
    parameters = request.query_params
    faults = []
    given_consistency = parameters.get("consistency", "local")
    consistency = _CONSISTENCIES.get(given_consistency)
    if consistency is None:
        expected = " or ".join(_CONSISTENCIES)
        faults.append(FieldError("consistency", expected, given_consistency[:80]))
    heights = {name: parameters[name] for name in ("minHeight", "asOf") if name in parameters}
    faults += [
        FieldError(name, "a whole number from 0", given[:80])
        for name, given in heights.items()
        if not _HEIGHT.fullmatch(given)
    ]
    if faults or consistency is None:
        raise ProblemError("invalid-parameter", errors=tuple(faults))
    await be_consistent(request, consistency)
    await reach_height(request, int(heights.get("minHeight", "0")))
    return _view_at(request, int(heights["asOf"]) if "asOf" in heights else None)
