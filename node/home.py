"""An office's home directory: what is in it, and everything of it read and checked before a node starts.

    config.toml   genesis.json   key.pem (0600)   tokens.json (0600)   README.md   data/
    codes.key (0600)   codes/   documents/

`data/` holds the ledger files, the journal and the index; the index may be deleted, the others may not. `codes/` holds
the access codes of sealed filings, encrypted under `codes.key`, and `documents/` the reports that the office deposited,
encrypted under a key that `key.pem` gives: no other office has a copy.
"""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Self

from crypto.signing import SigningKey
from ledger.errors import MalformedGenesisError
from ledger.genesis import Genesis, encode_public_key, load_genesis
from node.config import ConfigurationError, Problem, load_settings, unreadable
from node.keystore import KEY_FILE, read_key
from node.locks import lock
from node.settings import NodeSettings

GENESIS_FILE: Final = "genesis.json"
TOKENS_FILE: Final = "tokens.json"
LOCK_FILE: Final = "lock"
CODES_KEY_FILE: Final = "codes.key"
DOCUMENTS_DIRECTORY: Final = "documents"
CODES_DIRECTORY: Final = "codes"
DATA_DIRECTORY: Final = "data"
NEW_FILE: Final = ".new"
"""In `data/` of a home whose node has never been started."""
RESTORING_DIRECTORY: Final = ".restoring"
"""In `data/`: what `ipregister restore` makes, until it is whole."""
RESTORED_FILE: Final = ".restored"
"""In `data/` of a home whose ledger was made from an export, until its node begins a new journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A home that was read and found right."""

    path: Path
    settings: NodeSettings
    genesis: Genesis
    signing_key: SigningKey

    @property
    def tokens_path(self) -> Path:
        """Where the bearer tokens are kept, hashed."""
        return self.path / TOKENS_FILE

    @property
    def data_path(self) -> Path:
        """Where ledger files, journal and index are."""
        return self.path / DATA_DIRECTORY

    @property
    def documents_path(self) -> Path:
        """Where the documents of reports are kept, encrypted."""
        return self.path / DOCUMENTS_DIRECTORY

    @property
    def codes_path(self) -> Path:
        """Where the access codes of sealed filings are kept, encrypted."""
        return self.path / CODES_DIRECTORY

    @property
    def codes_key_path(self) -> Path:
        """Where the key is that opens them."""
        return self.path / CODES_KEY_FILE


def read_home(path: Path, environment: Mapping[str, str]) -> Home:
    """Read and check a home.

    Raises:
        ConfigurationError: something in it is missing or wrong.
    """
    settings = load_settings(path, environment)
    genesis = read_genesis(path / GENESIS_FILE)
    signing_key = read_key(path / KEY_FILE)
    _check_office(settings, genesis, signing_key, path)
    _check_peers(settings, genesis)
    return Home(path=path, settings=settings, genesis=genesis, signing_key=signing_key)


def read_genesis(path: Path) -> Genesis:
    """The genesis in a file.

    Raises:
        ConfigurationError: it is missing or no genesis.
    """
    fix = "copy the file from another office of the network: it is the same at all"
    try:
        return load_genesis(path.read_bytes())
    except FileNotFoundError:
        raise ConfigurationError(
            Problem(str(path), "expected the network's genesis, found no such file", fix)
        ) from None
    except OSError as error:
        raise unreadable(path, error) from error
    except MalformedGenesisError as error:
        raise ConfigurationError(Problem(str(path), str(error), fix)) from error


def _check_office(
    settings: NodeSettings, genesis: Genesis, signing_key: SigningKey, path: Path
) -> None:
    keys = {office.code: office.public_key for office in genesis.offices}
    if settings.office not in keys:
        raise ConfigurationError(
            Problem(
                "office",
                f"expected one of the genesis ({', '.join(keys)}), got {settings.office}",
                "correct it, or take the home that 'network init' wrote for this office",
            )
        )
    own = encode_public_key(signing_key.public_bytes)
    if keys[settings.office] != own:
        raise ConfigurationError(
            Problem(
                str(path / KEY_FILE),
                f"expected the key of {settings.office} in the genesis ({keys[settings.office]}), got {own}",
                "bring this office's own key back from the backup",
            )
        )


def _check_peers(settings: NodeSettings, genesis: Genesis) -> None:
    offices = {office.code for office in genesis.offices}
    problems = [
        Problem(
            f"peers.{code}",
            f"expected another office of the genesis ({', '.join(sorted(offices - {settings.office}))})",
            "remove it",
        )
        for code in settings.peers
        if code not in offices - {settings.office}
    ]
    problems += [
        Problem(
            f"peers.{code}",
            f"expected an address, found none: {settings.office} dials the offices with higher codes",
            f'add {code} = "ws://host:port" under [peers]',
        )
        for code in sorted(offices)
        if code > settings.office and code not in settings.peers
    ]
    problems += [
        Problem(
            f"documents.peers.{code}",
            f"expected another office of the genesis ({', '.join(sorted(offices - {settings.office}))})",
            "remove it",
        )
        for code in settings.documents.peers
        if code not in offices - {settings.office}
    ]
    if problems:
        raise ConfigurationError(*problems)


class HomeInUseError(Exception):
    """Another process runs a node on this home."""


class HomeLock:
    """Holds a home for one process; the operating system lets go of it when the process ends, however it ends."""

    def __init__(self, home: Path) -> None:
        self._path = home / LOCK_FILE
        self._file: IO[str] | None = None

    def __enter__(self) -> Self:
        """Take the home.

        Raises:
            HomeInUseError: another process has it.
            ConfigurationError: the lock cannot be written.
        """
        try:
            file = self._path.open("a+")
        except OSError as error:
            raise unreadable(self._path, error) from error
        try:
            lock(file)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "unknown"
            file.close()
            raise HomeInUseError(
                f"{self._path.parent}: a node runs on this home already (process {holder})"
            ) from None
        self._file = file
        self._name_holder(f"{os.getpid()}\n")
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._name_holder("")
            self._file.close()

    def _name_holder(self, text: str) -> None:
        """Say for people who has the home. The lock holds without it, also where the disk is full."""
        assert self._file is not None
        with contextlib.suppress(OSError):
            os.ftruncate(self._file.fileno(), 0)
            os.write(self._file.fileno(), text.encode())


def is_in_use(home: Path) -> bool:
    """Whether a process runs a node on this home; looks only, and leaves nothing behind.

    Raises:
        OSError: the lock cannot be read.
    """
    try:
        with (home / LOCK_FILE).open() as file:
            lock(file)
    except FileNotFoundError:
        return False
    except PermissionError:
        raise
    except OSError:
        return True
    return False
