"""One office's node, put together from its home and stores: engine, runner, links and service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from consensus.settings import ReplicaSettings
from node.clock import RunningClock
from node.config import ConfigurationError, address_problem
from node.engine import Engine
from node.home import Home
from node.link import LinkSettings
from node.links import Links
from node.runner import Runner
from node.service import RegisterService
from node.settings import ListenSection, NodeSettings
from node.stores import Stores

_MEBIBYTE: Final = 1024 * 1024


class OfficeNode(NamedTuple):
    """A running node."""

    service: RegisterService
    runner: Runner
    links: Links


@asynccontextmanager
async def running_node(home: Home, stores: Stores) -> AsyncIterator[OfficeNode]:
    """A node on these stores, with its links; stopped at the end.

    Raises:
        ConfigurationError: the address for the peers cannot be listened at.
    """
    settings = home.settings
    agreement = replica_settings(settings)
    clock = RunningClock(beat_ms=agreement.heartbeat_ms, still_ms=agreement.view_timeout_ms // 2)
    engine = Engine(
        office=settings.office,
        signing_key=home.signing_key,
        ledger=stores.ledger,
        journal=stores.journal,
        settings=agreement,
        now=clock(),
    )
    peers = tuple(office for office in stores.ledger.keyring.offices if office != settings.office)
    runner = Runner(engine, peers=peers, read_clocks=clock)
    links = Links(
        office=settings.office,
        signing_key=home.signing_key,
        keyring=stores.ledger.keyring,
        urls=settings.peers,
        receiver=runner,
        settings=LinkSettings(
            queue_bytes_max=settings.limits.peer_queue_mebibytes * _MEBIBYTE,
        ),
    )
    service = RegisterService(
        ledger=stores.ledger,
        signing_key=home.signing_key,
        settings=settings,
        runner=runner,
        links=links,
        codes=stores.codes,
    )
    try:
        await _listen(links, settings.listen)
        runner.start(links.send, service.executed, service.readable)
        yield OfficeNode(service, runner, links)
    finally:
        service.stop()
        runner.stop()
        await links.close()


async def _listen(links: Links, listen: ListenSection) -> None:
    try:
        await links.start(listen.host, listen.port)
    except OSError as error:
        problem = address_problem("listen", listen.host, listen.port, error)
        raise ConfigurationError(problem) from error


def replica_settings(settings: NodeSettings) -> ReplicaSettings:
    """The settings of the agreement."""
    consensus = settings.consensus
    return ReplicaSettings(
        window=consensus.window,
        gather_ms=consensus.gather_ms,
        view_timeout_ms=consensus.view_timeout_ms,
        view_timeout_max_ms=consensus.view_timeout_max_ms,
        censorship_timeout_ms=consensus.censorship_timeout_ms,
        heartbeat_ms=consensus.heartbeat_ms,
    )
