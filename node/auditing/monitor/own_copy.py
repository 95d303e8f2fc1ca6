"""What a monitor keeps between runs: its own copy of the ledger, how far it has compared each office, what it told.

The directory is laid out as an office's home, so `ipregister audit` checks it like one. There is no key in it.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final

import msgspec

from ledger.errors import CorruptIndexError
from ledger.files import FileLedger
from ledger.genesis import Genesis
from ledger.ledger import Ledger
from node.auditing.copies import temporary_index
from node.auditing.monitor.answers import Height
from node.home import DATA_DIRECTORY, HomeLock
from node.keystore import sync_folder
from node.stores import INDEX_DIRECTORY, LEDGER_DIRECTORY, is_index_damage, set_index_aside

PLACES_FILE: Final = "monitor.json"
_NEW_FILE: Final = "monitor.new"
VERSION: Final = 1


class StateError(Exception):
    """What an earlier run left cannot be read."""


class DamagedIndexError(StateError):
    """The index of the own copy was damaged, and is set aside: the next opening makes it anew."""


class Place(msgspec.Struct, frozen=True, rename="camel"):
    """How far an office has been followed."""

    compared_height: Height = 0
    """Its blocks up to here are those of the own copy, byte for byte."""
    seen_height: Height = 0
    """The greatest height that it said it has."""


class _Places(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Annotated[int, msgspec.Meta(ge=VERSION, le=VERSION)]
    offices: dict[str, Place] = {}
    """By URL."""
    contradictions: tuple[str, ...] = ()
    """The offices of which it was told that they contradicted themselves."""


class OwnCopy:
    """A ledger that only the monitor writes, and the places of the offices beside it."""

    def __init__(self, directory: Path, ledger: Ledger) -> None:
        self.ledger: Final = ledger
        self._directory = directory
        kept, notes = _read_places(directory / PLACES_FILE)
        self._places = kept.offices
        self.contradictions: Final = list(kept.contradictions)
        """The offices of which it was told, in this run or an earlier one, that they contradicted themselves."""
        known = (
            f"an earlier run told that {each} contradicted itself" for each in self.contradictions
        )
        self.notes: Final = (*notes, *known)

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
        self._write()

    def keep_contradiction(self, office: str) -> None:
        """Write down that it was told of an office that it contradicted itself."""
        self.contradictions.append(office)
        self._write()

    def _write(self) -> None:
        _write_places(self._directory, _Places(VERSION, self._places, tuple(self.contradictions)))


@contextmanager
def open_own_copy(directory: Path | None, genesis: Genesis) -> Iterator[OwnCopy]:
    """The own copy in a directory, which may be a new one; without a directory one that is gone in the end.

    Raises:
        StateError: the directory holds something else; DamagedIndexError, also later: open it again.
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
        data.mkdir(exist_ok=True)
        opened.enter_context(_index_set_aside_when_damaged(data))
        (data / INDEX_DIRECTORY).mkdir(exist_ok=True)
        files = FileLedger(data / LEDGER_DIRECTORY, genesis.network_id())
        opened.callback(files.close)
        index = temporary_index(data / INDEX_DIRECTORY)
        opened.callback(index.close)
        yield OwnCopy(directory, Ledger(genesis, files, index))


@contextmanager
def _index_set_aside_when_damaged(data: Path) -> Iterator[None]:
    """When the block fails by the index, once all is closed: it follows from the ledger files."""
    try:
        yield
    except Exception as error:
        if isinstance(error, CorruptIndexError) or is_index_damage(error):
            raise DamagedIndexError(set_index_aside(data, error)) from error
        raise


def _expect_own(directory: Path) -> None:
    """Return when the directory is a monitor's, or empty: an office's home is written to by its node only."""
    if (directory / PLACES_FILE).exists():
        return
    if {each.name for each in directory.iterdir()} - {_NEW_FILE}:
        raise StateError(f"{directory}: expected a monitor's directory or an empty one")
    _write_places(directory, _Places(VERSION))


def _write_places(directory: Path, places: _Places) -> None:
    """Write it down durably, and whole or not at all."""
    with (directory / _NEW_FILE).open("wb") as file:
        file.write(msgspec.json.encode(places) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    (directory / _NEW_FILE).replace(directory / PLACES_FILE)
    sync_folder(directory)


def _read_places(path: Path) -> tuple[_Places, tuple[str, ...]]:
    """What an earlier run wrote down, and what is to be noted; a damaged file is as none: the copy is what counts.

    Raises:
        StateError: it is of another version.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Places), ()
    except msgspec.ValidationError as error:
        raise StateError(f"{path}: expected what a monitor wrote, found {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        note = (
            f"{path} is damaged ({error}): all nodes are compared anew from block 1, and the heights that they named"
            " before are not known any more"
        )
        return _Places(VERSION), (note,)
