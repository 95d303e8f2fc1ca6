"""What a node keeps on disk, opened together, and what is done when a part of it is lost.

The ledger files are the truth, the journal the memory of this node's votes, and the access codes are nowhere else: none
is mended silently. The index is derived from the ledger files: a damaged one is set aside and made anew.
"""

import contextlib
import importlib.util
import logging
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Literal, NamedTuple

from ledger.files import FileLedger
from ledger.ledger import Ledger
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore
from node.config import ConfigurationError, Problem
from node.home import DATA_DIRECTORY, NEW_FILE, RESTORED_FILE, RESTORING_DIRECTORY, Home
from node.journal import FileJournal, Journal, check_journal
from node.journal_format import CorruptJournalError
from node.rejoining import WHEN_TO_REJOIN
from node.sealed.code_files import open_codes
from node.sealed.codes import CodeStore
from node.settings import StorageSection

try:
    from plyvel import CorruptionError
    from plyvel import IOError as LevelError
except ModuleNotFoundError:  # no wheel of it on many machines

    class CorruptionError(Exception):  # type: ignore[no-redef]
        """Without LevelDB nothing raises this."""

    class LevelError(Exception):  # type: ignore[no-redef]
        """Nor this."""


LEVEL_ERRORS: Final = (CorruptionError, LevelError)
"""What LevelDB raises where it cannot read its files."""
INDEX_ERRORS: Final = (*LEVEL_ERRORS, sqlite3.Error)
"""What an index of either kind raises, on a full disk for one."""
LEDGER_DIRECTORY: Final = "ledger"
INDEX_DIRECTORY: Final = "index"
JOURNAL_FILE: Final = "journal"

_MEBIBYTE: Final = 1024 * 1024

_LOST_JOURNAL: Final = (
    "{path} is missing beside a ledger that has blocks: this node no longer knows what it voted for"
)

_log: Final = logging.getLogger("ipregister.stores")

Progress = Callable[[int, int], None]
"""Called while the index is rebuilt, with bytes of ledger files done and bytes in all."""


class Stores(NamedTuple):
    """What a node keeps on disk, open."""

    ledger: Ledger
    journal: Journal
    codes: CodeStore
    notes: tuple[str, ...] = ()
    """What opening repaired, for the operator."""
    warnings: tuple[str, ...] = ()
    """What it missed."""


@contextmanager
def open_stores(
    home: Home,
    progress: Progress | None = None,
    *,
    rejoin_empty: bool = False,
    codes_are_lost: bool = False,
) -> Iterator[Stores]:
    """The stores of a home, closed at the end.

    A new home's are made. Elsewhere they are made only to rejoin, all of them or the journal beside a ledger that was
    made from an export: the office's key may have signed votes that nobody here remembers.

    Raises:
        ConfigurationError: there are none, and nobody says that this is right; or the contrary.
        CorruptLedgerError, CorruptJournalError: a file holds something other than what was written.
        OSError: a file cannot be read or written, or another process holds it.
    """
    data = home.data_path
    data.mkdir(mode=0o700, exist_ok=True)
    _expect_stores(home, rejoin_empty=rejoin_empty)
    with _index_set_aside_when_damaged(data), ExitStack() as opened:
        files = FileLedger(data / LEDGER_DIRECTORY, home.genesis.network_id())
        opened.callback(files.close)
        ledger, index_notes = _open_ledger(home, files, opened, progress)
        if ledger.height and not ((data / JOURNAL_FILE).exists() or is_restored(data)):
            raise CorruptJournalError(_LOST_JOURNAL.format(path=data / JOURNAL_FILE))
        journal = FileJournal(data / JOURNAL_FILE)
        opened.callback(journal.close)
        codes = opened.enter_context(open_codes(home, ledger.reader, codes_are_lost=codes_are_lost))
        for marker in (NEW_FILE, RESTORED_FILE):
            (data / marker).unlink(missing_ok=True)
        shutil.rmtree(
            data / RESTORING_DIRECTORY, ignore_errors=True
        )  # of a restore that was cut off
        notes = (*index_notes, *ledger.notes, *journal.notes, *codes.notes)
        yield Stores(ledger, journal, codes, notes, tuple(codes.warnings))


def _open_ledger(
    home: Home, files: FileLedger, opened: ExitStack, progress: Progress | None
) -> tuple[Ledger, list[str]]:
    """The ledger with its index, and what was done to it; an index that is damaged is made anew."""
    directory = home.data_path / INDEX_DIRECTORY
    notes: list[str] = []
    while True:
        with ExitStack() as attempt:
            try:
                index = open_index(directory, home.settings.storage)
                attempt.callback(index.close)
                ledger = Ledger(home.genesis, files, index, progress=progress)
            except Exception as error:
                attempt.close()
                if notes or not is_index_damage(error):
                    raise
                notes.append(set_index_aside(home.data_path, error))
            else:
                opened.push(attempt.pop_all())
                return ledger, notes


@contextmanager
def _index_set_aside_when_damaged(data: Path) -> Iterator[None]:
    """When the node fails by its index, once all is closed: the next start makes a new one."""
    try:
        yield
    except Exception as error:
        if is_index_damage(error):
            _log.error("%s; it is made anew at the next start", set_index_aside(data, error))
        raise


def is_index_damage(error: BaseException | None) -> bool:
    """Whether the content of the index is damaged, and not the way to it: a disk that is full, a lock."""
    while error is not None:
        if isinstance(error, CorruptionError) or _is_cut_table(error):
            return True
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(
            error, sqlite3.OperationalError
        ):
            return True
        error = error.__cause__
    return False


def _is_cut_table(error: BaseException) -> bool:
    """Whether LevelDB was to read beyond the end of one of its files: it calls that an invalid argument."""
    return isinstance(error, LevelError) and "Invalid argument" in str(error)


def set_index_aside(data: Path, error: Exception) -> str:
    """Move the index out of the way, and say where to and why."""
    directory = data / INDEX_DIRECTORY
    taken = {path.name for path in data.iterdir()}
    number = next(
        n for n in range(1, len(taken) + 2) if f"{INDEX_DIRECTORY}.damaged-{n}" not in taken
    )
    aside = directory.rename(data / f"{INDEX_DIRECTORY}.damaged-{number}")
    return f"the index was damaged and is kept as {aside}: {error}"


def examine_stores(home: Home) -> str:
    """What is in the ledger files and the journal, every checksum of which is checked; changes nothing.

    Raises:
        ConfigurationError, CorruptLedgerError, CorruptJournalError, OSError: as `open_stores`.
    """
    data = home.data_path
    _expect_stores(home, rejoin_empty=False)
    if (data / NEW_FILE).exists():
        return "new: the node was never started"
    files = FileLedger(data / LEDGER_DIRECTORY, home.genesis.network_id(), read_only=True)
    with contextlib.closing(files):
        blocks = sum(1 for _ in files.blocks.records())
        certificates = sum(1 for _ in files.certificates.records())
    if blocks and not (data / JOURNAL_FILE).exists():
        raise CorruptJournalError(_LOST_JOURNAL.format(path=data / JOURNAL_FILE))
    votes = check_journal(data / JOURNAL_FILE)
    return f"{blocks} blocks, {certificates} certificates, {votes} records in the journal"


def _expect_stores(home: Home, *, rejoin_empty: bool) -> None:
    """Return where the stores are there, or are rightly not.

    Raises:
        ConfigurationError: otherwise.
    """
    data = home.data_path
    is_there = holds_anything(data)
    if is_restored(data):
        if rejoin_empty:
            return
        problem = Problem(
            str(data),
            f"expected a journal, found a ledger that was made from an export: nobody here remembers what"
            f" {home.settings.office} voted for",
            rejoin_restored_advice(home.path),
        )
    elif rejoin_empty and is_there:
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


def is_restored(data: Path) -> bool:
    """Whether the ledger in a data folder was made from an export, and no journal was begun beside it since."""
    return (data / RESTORED_FILE).exists() and not (data / JOURNAL_FILE).exists()


def holds_anything(data: Path) -> bool:
    """Whether a data folder has a journal or anything of a ledger."""
    return (data / JOURNAL_FILE).exists() or any((data / LEDGER_DIRECTORY).glob("*"))


def rejoin_restored_advice(home: Path) -> str:
    """What to do with a home whose ledger was made from an export."""
    return f"{WHEN_TO_REJOIN}: 'ipregister start --home {home} --rejoin-empty'"


def rejoin_advice(home: Path) -> str:
    """What to do about stores that are lost or damaged: the one procedure for all of these (docs/operations.md)."""
    return (
        f"keep what is left of {home / DATA_DIRECTORY} under another name, and never put an old copy back; then,"
        f" {WHEN_TO_REJOIN}, 'ipregister start --home {home} --rejoin-empty': the node fetches every block from them"
    )


def index_kind(storage: StorageSection) -> Literal["leveldb", "sqlite"]:
    """The kind of index that the settings lead to on this machine."""
    if storage.index != "auto":
        return storage.index
    return "leveldb" if importlib.util.find_spec("plyvel") else "sqlite"


def open_index(directory: Path, storage: StorageSection) -> KeyValueStore:
    """The index of a node. Each kind has a place of its own, so that a change of the setting begins a new one.

    Raises:
        OSError: it cannot be opened, or its library is not installed.
    """
    kind = index_kind(storage)
    if kind == "sqlite":
        return SqliteStore(directory / "index.sqlite")
    with contextlib.suppress(ModuleNotFoundError):
        from ledger.leveldb import LevelStore  # noqa: PLC0415 - no wheel of it on many machines

        return LevelStore(directory / "leveldb", storage.cache_mebibytes * _MEBIBYTE)
    raise OSError(
        "expected the LevelDB library (plyvel), which is not installed: set storage.index"
    )
