"""What is audited, opened so that it stays as it is: the ledger files of an office, and the index beside them."""

import contextlib
import importlib.util
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit import StoredIndex
from ledger.errors import CorruptIndexError
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore
from node.home import DATA_DIRECTORY, is_in_use
from node.stores import INDEX_DIRECTORY, LEDGER_DIRECTORY, LEVEL_ERRORS

_PLACES: Final = (".", LEDGER_DIRECTORY, f"{DATA_DIRECTORY}/{LEDGER_DIRECTORY}")
"""Where the ledger files may lie below the directory that is named."""
_LEVEL: Final = "leveldb"
_SQLITE: Final = "index.sqlite"


class Copy(NamedTuple):
    """Where the parts of a ledger lie."""

    files: Path
    index_path: Path | None
    """The index beside them; None: there is none."""


class IndexUnavailableError(Exception):
    """The index cannot be read now, which says nothing about what it holds."""


def find_copy(directory: Path) -> Copy | None:
    """The ledger in an office's home, or in a copy of its data or ledger files; None if there is none.

    Where a setting was changed, two kinds of index lie there; the one that was written last is meant.
    """
    for place in _PLACES:
        files = directory / place
        if any(files.glob("blocks-*.log")):
            beside = files.resolve().parent / INDEX_DIRECTORY
            found = [beside / name for name in (_LEVEL, _SQLITE) if (beside / name).exists()]
            return Copy(files, max(found, key=_written_at) if found else None)
    return None


@contextlib.contextmanager
def opened_index(path: Path, temporary: Path) -> Iterator[StoredIndex]:
    """A copy of an index, open; for opening the index itself would change it.

    Raises:
        IndexUnavailableError: a node runs on it, or its library is not installed.
        CorruptIndexError: it is damaged.
    """
    home = path.parents[2]
    if is_in_use(home):
        raise IndexUnavailableError(f"a node runs on {home}")
    if path.name == _LEVEL and importlib.util.find_spec("plyvel") is None:
        raise IndexUnavailableError(f"{path} needs the LevelDB library (plyvel)")
    copy = temporary / path.name
    if path.is_dir():
        shutil.copytree(path, copy, copy_function=_copy_or_link)
    else:
        for each in path.parent.glob(f"{path.name}*"):  # with its write-ahead log
            shutil.copy(each, temporary / each.name)
    with _as_corrupt_index():
        store = _CheckedStore(open_index(copy))
    try:
        yield StoredIndex(str(path), store)
    finally:
        store.close()


def temporary_index(directory: Path) -> KeyValueStore:
    """An empty store in a directory, of the quickest kind that this machine has."""
    return open_index(directory / (_LEVEL if importlib.util.find_spec("plyvel") else _SQLITE))


class _CheckedStore:
    """A store whose own errors are those of an index that is not as it was written."""

    def __init__(self, store: KeyValueStore) -> None:
        self._store = store
        self.close = store.close
        self.write = store.write

    def get(self, key: bytes) -> bytes | None:
        with _as_corrupt_index():
            return self._store.get(key)

    def scan(
        self,
        start: bytes = b"",
        stop: bytes | None = None,
        *,
        reverse: bool = False,
        limit: int | None = None,
    ) -> Iterator[tuple[bytes, bytes]]:
        with _as_corrupt_index():
            yield from self._store.scan(start, stop, reverse=reverse, limit=limit)


@contextlib.contextmanager
def _as_corrupt_index() -> Iterator[None]:
    try:
        yield
    except (*LEVEL_ERRORS, sqlite3.Error, OSError) as error:
        raise CorruptIndexError(str(error)) from error


def open_index(path: Path) -> KeyValueStore:
    """The index at a path that `find_copy` gave; a new one if there is none.

    Raises:
        OSError: it cannot be opened.
    """
    if path.name == _SQLITE:
        return SqliteStore(path)
    from ledger.leveldb import LevelStore  # noqa: PLC0415 - no wheel of it on many machines

    return LevelStore(path)


def _copy_or_link(source: str, target: str) -> None:
    """LevelDB never changes a table that it has written: a link will do, and takes no space."""
    if source.endswith(".ldb"):
        Path(target).symlink_to(Path(source).resolve())
    else:
        shutil.copy(source, target)


def _written_at(path: Path) -> float:
    files = path.iterdir() if path.is_dir() else [path]
    return max((each.stat().st_mtime for each in files), default=0)
