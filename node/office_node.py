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
from node.config import ConfigurationError, Problem, address_problem
from node.engine import Engine
from node.home import DATA_DIRECTORY, NEW_FILE, Home
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
    "{path} is missing beside a ledger that has blocks: this node no longer knows what it voted for"
)

Progress = Callable[[int, int], None]
"""Called while the index is rebuilt, with bytes of ledger files done and bytes in all."""


class Stores(NamedTuple):
    """What a node keeps on disk, open."""

    ledger: Ledger
    journal: Journal
    notes: tuple[str, ...] = ()
    """What opening repaired, for the operator."""


class OfficeNode(NamedTuple):
    """A running node."""

    service: RegisterService
    runner: Runner
    links: Links


@contextmanager
def open_stores(
    home: Home, progress: Progress | None = None, *, rejoin_empty: bool = False
) -> Iterator[Stores]:
    """The stores of a home, closed at the end.

    A new home's are made. Elsewhere they are made only to rejoin: the office's key may have signed votes that
    nobody here remembers.

    Raises:
        ConfigurationError: there are none, and nobody says that this is right; or the contrary.
        CorruptLedgerError, CorruptJournalError: a file holds something other than what was written.
        OSError: a file cannot be read or written, or another process holds it.
    """
    data = home.data_path
    data.mkdir(mode=0o700, exist_ok=True)
    _expect_stores(home, rejoin_empty=rejoin_empty)
    with ExitStack() as opened:
        files = FileLedger(data / LEDGER_DIRECTORY, home.genesis.network_id())
        opened.callback(files.close)
        index = _open_index(data / INDEX_DIRECTORY, home.settings.storage)
        opened.callback(index.close)
        ledger = Ledger(home.genesis, files, index, progress=progress)
        if ledger.height and not (data / JOURNAL_FILE).exists():
            raise CorruptJournalError(_LOST_JOURNAL.format(path=data / JOURNAL_FILE))
        journal = FileJournal(data / JOURNAL_FILE)
        opened.callback(journal.close)
        (data / NEW_FILE).unlink(missing_ok=True)
        yield Stores(ledger, journal, (*ledger.notes, *journal.notes))


def _expect_stores(home: Home, *, rejoin_empty: bool) -> None:
    """Return where the stores are there, or are rightly not.

    Raises:
        ConfigurationError: otherwise.
    """
    data = home.data_path
    is_there = (data / JOURNAL_FILE).exists() or any((data / LEDGER_DIRECTORY).glob("*"))
    if rejoin_empty and is_there:
        problem = Problem(
            str(data),
            "expected an empty folder with --rejoin-empty, found a ledger or journal",
            "start without --rejoin-empty; or move the folder away first, if it is damaged",
        )
    elif not (is_there or rejoin_empty or (data / NEW_FILE).exists()):
        problem = Problem(
            str(data),
            f"expected the ledger and journal of {home.settings.office}, whose key has been in use, found none",
            rejoin_advice(home.path),
        )
    else:
        return
    raise ConfigurationError(problem)


def rejoin_advice(home: Path) -> str:
    """What to do about stores that are lost or damaged: the one procedure for all of these (docs/operations.md)."""
    data = home / DATA_DIRECTORY
    return (
        f"keep what is left of {data} under another name, and never put an old copy back; then, only while all"
        f" other offices are up, 'ipregister start --home {home} --rejoin-empty': the node fetches every block"
        " from them"
    )


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
