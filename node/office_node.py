"""One office's node, put together from its home and stores: engine, runner, links and service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from consensus.settings import ReplicaSettings
from node.clock import RunningClock
from node.config import ConfigurationError, Problem, address_problem, unreadable
from node.engine import Engine
from node.home import Home
from node.link import LinkSettings
from node.links import Links
from node.reports.desk import ReportDesk
from node.reports.document_store import DocumentStore
from node.runner import Runner
from node.service import RegisterService
from node.settings import ListenSection, NodeSettings
from node.stores import Stores

_MEBIBYTE: Final = 1024 * 1024
_GIBIBYTE: Final = 1024 * _MEBIBYTE


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
    reports = service.reports = _report_desk(home, service)
    try:
        await _listen(links, settings.listen)
        runner.start(links.send, service.executed, service.readable)
        yield OfficeNode(service, runner, links)
    finally:
        service.stop()
        await reports.close()
        runner.stop()
        await links.close()


def _report_desk(home: Home, service: RegisterService) -> ReportDesk:
    """The reports of a home.

    Raises:
        ConfigurationError: the documents or the certificate authorities cannot be read.
    """
    documents = home.settings.documents
    directory = home.documents_path
    try:
        store = DocumentStore(
            directory, home.signing_key, documents.storage_gibibytes_max * _GIBIBYTE
        )
    except OSError as error:
        raise unreadable(directory, error) from error
    try:
        return ReportDesk(service, home.signing_key, store, documents)
    except OSError as error:
        problem = Problem(
            "documents.certificate_authorities",
            f"expected a file of certificates in PEM, got {documents.certificate_authorities}: {error}",
            "name the file, or remove the key to trust what this machine trusts",
        )
        raise ConfigurationError(problem) from error


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
