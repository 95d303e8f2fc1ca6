"""What a monitor keeps between runs: its own copy of the ledger, and how far it has compared each office with it.

The directory is laid out as an office's home, so `ipregister audit` checks it like one. There is no key in it.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import msgspec

from ledger.files import FileLedger
from ledger.genesis import Genesis
from ledger.ledger import Ledger
from node.auditing.copies import temporary_index
from node.auditing.monitor.answers import Height
from node.home import DATA_DIRECTORY, HomeLock
from node.stores import INDEX_DIRECTORY, LEDGER_DIRECTORY

PLACES_FILE: Final = "monitor.json"
VERSION: Final = 1


class StateError(Exception):
    """What an earlier run left cannot be read."""


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """How far an office has been followed."""

    compared_height: Height = 0
    """Its blocks up to here are those of the own copy, byte for byte."""
    seen_height: Height = 0
    """The greatest height that it said it has."""


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    offices: dict[str, Place]
    """By URL."""


class OwnCopy:
    """A ledger that only the monitor writes, and the places of the offices beside it."""

    def __init__(self, directory: Path, ledger: Ledger) -> None:
        self.ledger: Final = ledger
        self._path = directory / PLACES_FILE
        self._places = _read_places(self._path)

    def place(self, url: str) -> Place:
        """How far this office has been followed: never beyond the own copy."""
        place = self._places.get(url, Place())
        compared = min(place.compared_height, self.ledger.height)
        return msgspec.structs.replace(place, compared_height=compared)

    def keep(self, url: str, place: Place) -> None:
        """Write down how far an office has been followed, once the blocks that it is about are durable."""
        if self._places.get(url) == place:
            return
        self._places[url] = place
        self.ledger.sync()
        self.ledger.sync_certificates()
        new = self._path.with_suffix(".new")
        new.write_bytes(msgspec.json.encode(_Places(VERSION, self._places)) + b"\n")
        new.replace(self._path)


@contextmanager
def open_own_copy(directory: Path | None, genesis: Genesis) -> Iterator[OwnCopy]:
    """The own copy in a directory, which may be a new one; without a directory one that is gone in the end.

    Raises:
        StateError: the directory holds something else.
        CorruptLedgerError: its ledger files are damaged, or of another network.
        HomeInUseError: another process has it.
        OSError: it cannot be read or written.
    """
    with ExitStack() as opened:
        if directory is None:
            directory = Path(opened.enter_context(TemporaryDirectory(prefix="ipregister-monitor-")))
        directory.mkdir(parents=True, exist_ok=True)
        _expect_own(directory)
        opened.enter_context(HomeLock(directory))
        data = directory / DATA_DIRECTORY
        (data / INDEX_DIRECTORY).mkdir(parents=True, exist_ok=True)
        files = FileLedger(data / LEDGER_DIRECTORY, genesis.network_id())
        opened.callback(files.close)
        index = temporary_index(data / INDEX_DIRECTORY)
        opened.callback(index.close)
        yield OwnCopy(directory, Ledger(genesis, files, index))


def _expect_own(directory: Path) -> None:
    """Return when the directory is a monitor's, or empty: an office's home is written to by its node only."""
    path = directory / PLACES_FILE
    if not path.exists() and any(directory.iterdir()):
        raise StateError(f"{directory}: expected a monitor's directory or an empty one")
    if not path.exists():
        path.write_bytes(msgspec.json.encode(_Places(VERSION, {})) + b"\n")


def _read_places(path: Path) -> dict[str, Place]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Places).offices
    except FileNotFoundError:
        return {}
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StateError(f"{path}: expected what a monitor wrote, found {error}") from error
