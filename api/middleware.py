"""What surrounds every request: its id, its host check, its duration, and the last catch.

One plain ASGI function, because it stands on the hot path: Starlette's `BaseHTTPMiddleware` starts a
task for each request.
"""

import logging
import re
import secrets
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.answers import problem_response
from api.explain import FieldError
from api.metrics import Metrics
from api.problems import ProblemError
from node.logs import BoundedLog

REQUEST_ID: Final = "X-Request-ID"
_REQUEST_ID_BYTES: Final = b"x-request-id"
_ACCEPTED_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SECURITY_HEADERS: Final = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
_METHODS: Final = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
CLIENT_WENT_AWAY: Final = 499
"""The status in the metrics of a request that nobody waits for any more."""
_UNROUTED: Final = "(none)"

_REFUSED_FROM: Final = 400

logger = logging.getLogger("ipregister.api")


class RequestEnvelope:
    """Gives a request its id (`scope["state"]["request_id"]`) and every response its headers.

    An id that the client or a proxy sent is kept when it is short and plain. An exception that
    nothing else caught is logged with the id and answered as a problem document.
    """

    def __init__(self, app: ASGIApp, *, allowed_hosts: tuple[str, ...], metrics: Metrics) -> None:
        self._app = app
        self._any_host = "*" in allowed_hosts
        self._hosts = frozenset(host.lower() for host in allowed_hosts)
        self._metrics = metrics
        self._strangers = BoundedLog(logger)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request or the lifespan."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started_at = perf_counter()
        headers = Headers(scope=scope)
        request_id = headers.get(REQUEST_ID, "")
        if not _ACCEPTED_REQUEST_ID.fullmatch(request_id):
            request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message["headers"],
                    (_REQUEST_ID_BYTES, request_id.encode()),
                    *_SECURITY_HEADERS,
                ]
            await send(message)

        try:
            self._check_host(headers.get("host", ""))
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            logger.info("request %s: the client went away", request_id)
        except Exception as error:
            if status:
                raise
            if not isinstance(error, ProblemError):
                logger.exception("request %s failed", request_id)
                error = ProblemError("internal-error")
            scope["state"]["reason"] = error.reason
            await problem_response(error, request_id)(scope, receive, send_with_headers)
        finally:
            route = getattr(scope.get("route"), "path", _UNROUTED)
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            self._metrics.observe(
                method, route, status or CLIENT_WENT_AWAY, perf_counter() - started_at
            )
            if status >= _REFUSED_FROM:
                self._log_refusal(scope, status, route)

    def _log_refusal(self, scope: Scope, status: int, route: str) -> None:
        """One line that says who was refused what, and why; of strangers not without end."""
        state = scope["state"]
        client = scope.get("client")
        write = logger.log if "token_id" in state else self._strangers.write
        write(
            logging.INFO,
            "request %s refused: %d %s, %s %s, token %s, from %s",
            state["request_id"],
            status,
            state.get("reason", ""),
            scope["method"] if scope["method"] in _METHODS else "OTHER",
            route,
            state.get("token_id", "none"),
            client[0] if client else "unknown",
        )

    def _check_host(self, host: str) -> None:
        if self._any_host:
            return
        name = host.lower()
        if name not in self._hosts and name.rpartition(":")[0] not in self._hosts:
            expected = "one of " + ", ".join(sorted(self._hosts))
            raise ProblemError("unknown-host", errors=(FieldError("Host", expected, host[:80]),))
