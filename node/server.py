"""One process of an office: node and API in one event loop, from open stores to the graceful end.

The API comes as an ASGI application, so that this file knows nothing of it. One process serves all requests: the
state of the agreement lives in it, so there are never several workers.
"""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable
from typing import Final

from node.config import ConfigurationError, address_problem
from node.descriptors import connections_allowed, raise_descriptor_limit
from node.home import Home
from node.http_server import Application, ConnectionCount, HttpConfig, HttpServer
from node.office_node import running_node
from node.runner import Runner
from node.service import RegisterService
from node.settings import ApiSection
from node.stores import Stores

BACKLOG: Final = 1_024
"""Connections that may wait to be accepted."""


ANSWER_SECONDS: Final = 2.0
"""For the last answers, when the time for requests under way is over."""


_log: Final = logging.getLogger("ipregister.server")


class ServerError(Exception):
    """The HTTP server did not start, or ended by itself."""


async def serve(
    home: Home,
    stores: Stores,
    create_application: Callable[[RegisterService], Application],
    on_ready: Callable[[str], None],
) -> None:
    """Run the node until it is told to stop (SIGTERM, SIGINT); `on_ready` gets the API's address.

    Requests under way are answered first, while the agreement goes on; what is not final after a while is told
    so (503); then the links are closed.

    Raises:
        ConfigurationError: an address cannot be listened at, or too few files may be open.
        ServerError: the HTTP server failed.
        Exception: what the engine failed by; the node stopped rather than go on.
    """
    stop = asyncio.Event()
    _set_on_signals(stop)
    with _listen(home.settings.api) as listener:
        async with running_node(home, stores) as node:
            application = create_application(node.service)
            server = _http_server(home, application)
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            await _until_started(server, serving)
            _log.info(
                "node of %s is up at height %d: API at %s",
                home.settings.office,
                node.service.ledger.height,
                _url(listener),
            )
            on_ready(_url(listener))
            try:
                await _until_over(stop, node.runner, serving)
            finally:
                _log.info("node of %s is stopping", home.settings.office)
                node.service.notices.stop()  # its listeners would wait for ever
                server.should_exit = True
                await asyncio.wait((serving,), timeout=home.settings.timeouts.stop_seconds)
                node.service.stop()  # tells those who still wait, while they can be told
                await serving
    _log.info("node of %s has stopped", home.settings.office)


async def _until_over(stop: asyncio.Event, runner: Runner, serving: asyncio.Task[None]) -> None:
    """Return when the node is told to stop; raise what it failed by."""
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait((stopping, runner.failed, serving), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if runner.failed.done():
        runner.failed.result()
    if serving.done() and not stop.is_set():
        raise ServerError("the HTTP server ended by itself")


async def _until_started(server: HttpServer, serving: asyncio.Task[None]) -> None:
    while not server.started:
        if serving.done():
            serving.result()
            raise ServerError("the HTTP server did not start")
        await asyncio.sleep(0.005)


def _http_server(home: Home, application: Application) -> HttpServer:
    """A server for as many clients as the settings and the limit of open files allow."""
    settings = home.settings
    wanted, share = settings.api.connections_max, settings.api.connections_per_address_max
    connections = connections_allowed(wanted, raise_descriptor_limit())
    # Where there are fewer than wanted, an address's share of them stays what it was.
    count = ConnectionCount(connections, max(connections * share // wanted, 1))
    stop_seconds = settings.timeouts.stop_seconds
    return HttpServer(HttpConfig(application, count, stop_seconds=stop_seconds + ANSWER_SECONDS))


def _listen(api: ApiSection) -> socket.socket:
    """A socket for the API. Named as TCP, for asyncio sets TCP_NODELAY on no other."""
    family = socket.AF_INET6 if ":" in api.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((api.host, api.port))
        listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError as error:
        listener.close()
        raise ConfigurationError(address_problem("api", api.host, api.port, error)) from error
    return listener


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared only
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _set_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            loop.add_signal_handler(number, stop.set)
        except NotImplementedError:  # Windows
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
