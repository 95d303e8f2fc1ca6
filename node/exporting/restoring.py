"""A home's ledger made anew from an export, every block of it checked and executed; nothing of it is voted for.

What the office voted for is not in an export: its journal is lost, and the node must rejoin (docs/export.md).
"""

import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path

from ledger.audit import SignatureChecks
from ledger.export.auditing import ExportAudit, audit_export
from ledger.files import FileLedger
from ledger.ledger import Ledger
from ledger.replay import Progress
from node.auditing.processes import signature_checks
from node.exporting.files import lines_of
from node.home import NEW_FILE, RESTORED_FILE, RESTORING_DIRECTORY, Home
from node.keystore import sync_folder
from node.stores import (
    INDEX_DIRECTORY,
    INDEX_ERRORS,
    LEDGER_DIRECTORY,
    holds_anything,
    open_index,
)


class DataInTheWayError(Exception):
    """The home has a ledger or a journal already."""


class UncertifiedEndError(Exception):
    """No quorum signed the last block: the node would vouch for what is one office's word."""


def restore(
    home: Home,
    paths: Sequence[Path],
    progress: Progress,
    *,
    to: int | None = None,
    processes: int = 1,
) -> ExportAudit:
    """Make the ledger files and the index of a home from exports, up to a height.

    Where the audit has a finding, the home stays as it was. The caller holds the home.

    Raises:
        DataInTheWayError: there is a ledger or a journal, which is never written over.
        UncertifiedEndError: the export is right, and its last block has no certificate of its own.
        UndecidableExportError: it is of a later version.
        OSError: a file cannot be read or written. The home stays as it was, or has the whole ledger in its place.
    """
    data = home.data_path
    data.mkdir(mode=0o700, exist_ok=True)
    if holds_anything(data):
        raise DataInTheWayError(f"{data}: expected no ledger and no journal, found one")
    under_way = data / RESTORING_DIRECTORY
    shutil.rmtree(under_way, ignore_errors=True)  # An earlier process may have ended within.
    try:
        with signature_checks(home.genesis, processes) as checks:
            audited = _make(home, under_way, paths, progress, to, checks)
        report = audited.report
        if report.finding is None and report.certified_height < report.height:
            raise UncertifiedEndError(
                f"expected a certificate of block {report.height}, the last one is of block {report.certified_height}"
            )
        if report.finding is None and to in {None, report.height}:
            _put_in_place(data, under_way)
    except INDEX_ERRORS as error:
        raise OSError(f"{under_way / INDEX_DIRECTORY}: {error}") from error
    finally:
        shutil.rmtree(under_way, ignore_errors=True)
    return audited


def _make(  # noqa: PLR0917 - the parts of one call
    home: Home,
    directory: Path,
    paths: Sequence[Path],
    progress: Progress,
    to: int | None,
    checks: SignatureChecks,
) -> ExportAudit:
    """Ledger files and index in a directory, durable if there is no finding."""
    files = FileLedger(directory / LEDGER_DIRECTORY, home.genesis.network_id())
    with contextlib.ExitStack() as opened:
        opened.callback(files.close)
        index = open_index(directory / INDEX_DIRECTORY, home.settings.storage)
        opened.callback(index.close)
        lines = lines_of(paths, progress)
        audited = audit_export(home.genesis, lines, index, to=to, checks=checks, into=files)
        if audited.report.finding is None:
            ledger = Ledger(
                home.genesis, files, index
            )  # It finds the head, and indexes certificates.
            assert ledger.head_hash == audited.report.head_hash, "the index holds what was executed"
            ledger.sync()
            ledger.sync_certificates()
    return audited


def _put_in_place(data: Path, under_way: Path) -> None:
    """Move what was made to where the node looks for it; from the marker on, only a rejoining node starts here."""
    (data / RESTORED_FILE).touch()
    try:
        sync_folder(data)
        _move(under_way / LEDGER_DIRECTORY, data)
    except OSError:
        if not holds_anything(data):
            (data / RESTORED_FILE).unlink()
        raise
    _move(under_way / INDEX_DIRECTORY, data)
    (data / NEW_FILE).unlink(missing_ok=True)
    sync_folder(data)


def _move(made: Path, data: Path) -> None:
    """Move a folder into `data/`, where at most an empty one or an index without a ledger is in its place."""
    if (data / made.name).exists():
        shutil.rmtree(data / made.name)
    made.rename(data / made.name)
