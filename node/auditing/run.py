"""One audit of a copy: everything opened, checked and closed."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from crypto.digest import NO_DIGEST
from ledger.audit import AuditReport, Finding, StoredIndex, audit
from ledger.errors import CorruptIndexError, CorruptLedgerError
from ledger.files import FileLedger
from ledger.genesis import Genesis
from ledger.replay import Progress
from node.auditing.copies import Copy, IndexUnavailableError, opened_index, temporary_index
from node.auditing.processes import signature_checks

READABLE_INDEX: Final = "an index that can be read"


class Audited(NamedTuple):
    """What came of an audit."""

    report: AuditReport
    index_trouble: str
    """Why the index could not be compared; empty: it was, or there is none."""


def audit_copy(
    copy: Copy, genesis: Genesis, progress: Progress, *, to: int | None = None, processes: int = 1
) -> Audited:
    """Audit the ledger files and the index of a copy, up to a height.

    Raises:
        OSError: a file cannot be read.
    """
    try:
        files = FileLedger(copy.files, genesis.network_id(), read_only=True)
    except CorruptLedgerError as error:
        finding = Finding(error.file, error.offset, error.expected, error.found, None, None)
        return _ended_at_once(genesis, finding)
    with ExitStack() as opened:
        opened.callback(files.close)
        temporary = Path(opened.enter_context(TemporaryDirectory(prefix="ipregister-audit-")))
        index: StoredIndex | None = None
        trouble, finding_of_index = "", None
        try:
            if copy.index_path is not None:
                index = opened.enter_context(opened_index(copy.index_path, temporary))
        except IndexUnavailableError as error:
            trouble = str(error)
        except CorruptIndexError as error:
            name = str(copy.index_path)
            finding_of_index = Finding(name, None, READABLE_INDEX, str(error), None, None)
        store = temporary_index(temporary / "rebuilt")
        opened.callback(store.close)
        checks = opened.enter_context(signature_checks(genesis, processes))
        report = audit(genesis, files, store, progress, index=index, to=to, checks=checks)
    return Audited(report._replace(finding=report.finding or finding_of_index), trouble)


def _ended_at_once(genesis: Genesis, finding: Finding) -> Audited:
    nothing = AuditReport(genesis.network_id(), 0, NO_DIGEST, 0, 0, 0, 0, None, (), finding)
    return Audited(nothing, "")
