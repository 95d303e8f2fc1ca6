"""The store of access codes in an office's home: its key, made at the first start, and its files."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from ledger.errors import CorruptLedgerError
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.register.sealed import count_of_sealed
from ledger.segments import SegmentLog
from node.config import ConfigurationError, Problem, unreadable
from node.home import Home
from node.keystore import check_private, write_private
from node.sealed.codes import STORE_KEY_SIZE, CodeStore, UnreadableCodesError
from node.sealed.unopened import sealed_on_file, unopened

_LOG_NAME: Final = "codes"
_README: Final = "README.txt"
"""Stands in the folder from the first start on: so one without any code is told from one that is lost."""
_ABOUT: Final = """The access codes of this office's sealed filings, encrypted under codes.key.

No other office has a copy. Back up this folder together with ../codes.key, and keep both from others.
"""
_FROM_BACKUP: Final = (
    "bring {path} back from the backup: no other office has the codes, and applicants need them"
)


@contextmanager
def open_codes(
    home: Home, reader: RegisterReader, *, codes_are_lost: bool = False
) -> Iterator[CodeStore]:
    """The store of a home, closed at the end; notes which sealed filings of the register have no code in it.

    A new home's is begun. Elsewhere it is begun only where the operator says that the codes are lost for good.

    Raises:
        ConfigurationError: key or files are missing, damaged, or do not belong together.
        OSError: a file cannot be read or written.
    """
    if not (_has_files(home) or codes_are_lost) and count_of_sealed(reader.get, _office(home)):
        raise ConfigurationError(_all_lost(home))
    home.codes_path.mkdir(mode=0o700, exist_ok=True)
    store = _open(home, _read_or_make_key(home))
    (home.codes_path / _README).write_text(_ABOUT, encoding="utf-8")
    try:
        uncoded = sum(not store.has_code(claim_key) for claim_key in unopened(reader, store.office))
        if uncoded:
            store.warnings.append(_uncoded(home, uncoded))
        yield store
    finally:
        store.close()


def examine_codes(home: Home) -> str:
    """What is in the store of a home, every record of which is opened; changes nothing.

    Raises:
        ConfigurationError: as `open_codes`, or a sealed filing of the office on its ledger has no code.
        CorruptLedgerError, OSError: a file is damaged, or cannot be read.
    """
    sealed = sealed_on_file(home)
    if not _has_files(home):
        if sealed:
            raise ConfigurationError(_all_lost(home))
        if not home.codes_key_path.exists():
            return "none kept yet"
    store = _open(home, _read_or_make_key(home), read_only=True)
    store.close()
    uncoded = sum(not store.has_code(claim_key) for claim_key in sealed)
    if uncoded:
        fix = _FROM_BACKUP.format(path=home.codes_path)
        raise ConfigurationError(Problem(str(home.codes_path), _uncoded(home, uncoded), fix))
    return f"{len(store)} sealed filings known"


def _all_lost(home: Home) -> Problem:
    office = home.settings.office
    found = f"expected the folder of access codes, for {office} has sealed filings on the ledger, found none"
    fix = _FROM_BACKUP.format(path=home.codes_path)
    return Problem(str(home.codes_path), found, f"{fix}; or start with --codes-are-lost")


def _uncoded(home: Home, count: int) -> str:
    return f"{home.codes_path}: {count} sealed filings of {home.settings.office} have no code, and cannot be opened"


def _office(home: Home) -> str:
    return office_code(home.settings.office)


def _has_files(home: Home) -> bool:
    return home.codes_path.exists() and any(home.codes_path.iterdir())


def _has_codes(home: Home) -> bool:
    return any(home.codes_path.glob(f"{_LOG_NAME}-*.log"))


def _open(home: Home, key: bytes, *, read_only: bool = False) -> CodeStore:
    network_id = home.genesis.network_id()
    try:
        log = SegmentLog(home.codes_path, _LOG_NAME, network_id, read_only=read_only)
        return CodeStore(log, key, network_id, home.settings.office)
    except (CorruptLedgerError, UnreadableCodesError) as error:
        fix = _FROM_BACKUP.format(path=f"{home.codes_path} and {home.codes_key_path.name}")
        raise ConfigurationError(Problem(str(home.codes_path), str(error), fix)) from error


def _read_or_make_key(home: Home) -> bytes:
    path = home.codes_key_path
    if not path.exists():
        if _has_codes(home):
            found = "expected the key of the access codes beside them, found none"
            fix = _FROM_BACKUP.format(path=path)
            raise ConfigurationError(Problem(str(path), found, fix))
        write_private(path, f"{secrets.token_hex(STORE_KEY_SIZE)}\n".encode())
    return _read_key(path)


def _read_key(path: Path) -> bytes:
    check_private(path)
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        raise unreadable(path, error) from error
    except ValueError:
        key = b""  # Without the cause, which may quote the key.
    if len(key) != STORE_KEY_SIZE:
        expected = f"expected {2 * STORE_KEY_SIZE} hexadecimal digits, found something else"
        problem = Problem(str(path), expected, _FROM_BACKUP.format(path=path))
        raise ConfigurationError(problem)
    return key
