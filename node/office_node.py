"""One office's node, put together from its home: stores, engine, runner, links and service."""

import contextlib
import importlib.util
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple

from consensus.settings import ReplicaSettings
from ledger.files import FileLedger
from ledger.ledger import Ledger
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore
from node.clock import read_clocks
from node.config import ConfigurationError, address_problem
from node.engine import Engine
from node.home import Home
from node.journal import CorruptJournalError, FileJournal, Journal
from node.link import LinkSettings
from node.links import Links
from node.runner import Runner
from node.service import RegisterService
from node.settings import ListenSection, NodeSettings, StorageSection

LEDGER_DIRECTORY: Final = "ledger"
INDEX_DIRECTORY: Final = "index"
JOURNAL_FILE: Final = "journal"

_MEBIBYTE: Final = 1024 * 1024

_LOST_JOURNAL: Final = (
    "{path} is missing beside a ledger that has blocks: this node no longer knows what it voted for, and could"
    " contradict itself. Restore the file; or, while all other offices are up, move {data} away, so that the node"
    " starts empty and fetches every block from them"
)

Progress = Callable[[int, int], None]
"""Called while the index is rebuilt, with bytes of ledger files done and bytes in all."""


class Stores(NamedTuple):
    """What a node keeps on disk, open."""

    ledger: Ledger
    journal: Journal


class OfficeNode(NamedTuple):
    """A running node."""

    service: RegisterService
    runner: Runner
    links: Links


@contextmanager
def open_stores(home: Home, progress: Progress | None = None) -> Iterator[Stores]:
    """The stores of a home, closed at the end.

    Raises:
        CorruptLedgerError, CorruptJournalError: a file holds something other than what was written.
        OSError: a file cannot be read or written, or another process holds it.
    """
    data = home.data_path
    data.mkdir(mode=0o700, exist_ok=True)
    with ExitStack() as opened:
        files = FileLedger(data / LEDGER_DIRECTORY, home.genesis.network_id())
        opened.callback(files.close)
        index = _open_index(data / INDEX_DIRECTORY, home.settings.storage)
        opened.callback(index.close)
        ledger = Ledger(home.genesis, files, index, progress=progress)
        if ledger.height and not (data / JOURNAL_FILE).exists():
            raise CorruptJournalError(_LOST_JOURNAL.format(path=data / JOURNAL_FILE, data=data))
        journal = FileJournal(data / JOURNAL_FILE)
        opened.callback(journal.close)
        yield Stores(ledger, journal)


@asynccontextmanager
async def running_node(home: Home, stores: Stores) -> AsyncIterator[OfficeNode]:
    """A node on these stores, with its links; stopped at the end.

    Raises:
        ConfigurationError: the address for the peers cannot be listened at.
    """
    settings = home.settings
    engine = Engine(
        office=settings.office,
        signing_key=home.signing_key,
        ledger=stores.ledger,
        journal=stores.journal,
        settings=replica_settings(settings),
        now=read_clocks(),
    )
    peers = tuple(office for office in stores.ledger.keyring.offices if office != settings.office)
    runner = Runner(engine, peers=peers, read_clocks=read_clocks)
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
    )
    try:
        await _listen(links, settings.listen)
        runner.start(links.send, service.executed)
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


def index_kind(storage: StorageSection) -> Literal["leveldb", "sqlite"]:
    """The kind of index that the settings lead to on this machine."""
    if storage.index != "auto":
        return storage.index
    return "leveldb" if importlib.util.find_spec("plyvel") else "sqlite"


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


def _open_index(directory: Path, storage: StorageSection) -> KeyValueStore:
    """The index. Each kind has a place of its own, so that a change of the setting begins a new one."""
    kind = index_kind(storage)
    if kind == "sqlite":
        return SqliteStore(directory / "index.sqlite")
    with contextlib.suppress(ModuleNotFoundError):
        from ledger.leveldb import LevelStore  # noqa: PLC0415 - no wheel of it on many machines

        return LevelStore(directory / "leveldb", storage.cache_mebibytes * _MEBIBYTE)
    raise OSError(
        "expected the LevelDB library (plyvel), which is not installed: set storage.index"
    )
