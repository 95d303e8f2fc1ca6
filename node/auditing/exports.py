"""One audit of exports, and what else is asked of them: their histories, for comparison and blame."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from crypto.certificate import CheckpointCertificate, decode_certificate
from crypto.errors import MalformedBytesError
from ledger.block import decode_block
from ledger.errors import MalformedBlockError
from ledger.export.auditing import ExportAudit, audit_export
from ledger.export.errors import ExportError, InvalidExportError
from ledger.export.lines import Line, MalformedLineError, version_of
from ledger.export.reading import ExportedBlock, ExportReader
from ledger.genesis import Genesis
from ledger.replay import Progress
from node.auditing.blame import History
from node.auditing.copies import temporary_index
from node.auditing.processes import signature_checks
from node.exporting.files import lines_of
from node.stores import INDEX_ERRORS


def audit_exports(
    paths: Sequence[Path],
    genesis: Genesis,
    progress: Progress,
    *,
    to: int | None = None,
    processes: int = 1,
) -> ExportAudit:
    """Audit an export in a file, or in several that go on from each other, up to a height.

    Raises:
        UndecidableExportError: it is of a later version.
        OSError: a file cannot be read, or the temporary directory has no room for the index that is made.
    """
    try:
        return _audited(paths, genesis, progress, to, processes)
    except INDEX_ERRORS as error:
        raise OSError(f"the temporary index: {error}") from error


def _audited(
    paths: Sequence[Path], genesis: Genesis, progress: Progress, to: int | None, processes: int
) -> ExportAudit:
    with ExitStack() as opened:
        temporary = opened.enter_context(TemporaryDirectory(prefix="ipregister-audit-"))
        store = temporary_index(Path(temporary))
        opened.callback(store.close)
        checks = opened.enter_context(signature_checks(genesis, processes))
        return audit_export(genesis, lines_of(paths, progress), store, to=to, checks=checks)


def is_export(path: Path) -> bool:
    """Whether a file begins as an export of any version does, compressed or not.

    Raises:
        OSError: it cannot be read.
    """
    try:
        first = next(lines_of([path], lambda _done, _all: None), Line(str(path), 1, b""))
        version_of(first.data)
    except (InvalidExportError, MalformedLineError):
        return False
    return True


def read_exported_history(name: str, paths: Sequence[Path], genesis: Genesis) -> History:
    """The history in exports, as far as they can be read and the hashes join."""
    reader = ExportReader(genesis)
    hashes: list[bytes] = []
    certificates: list[CheckpointCertificate] = []
    trouble = ""
    try:
        for line in lines_of(paths, lambda _done, _all: None):
            item = reader.take(line)
            if not isinstance(item, ExportedBlock):
                continue
            block = decode_block(item.record)
            before = hashes[-1] if hashes else bytes(32)
            if (block.header.height, block.header.previous_hash) != (len(hashes) + 1, before):
                trouble = f"block {len(hashes) + 1} does not name the one before it"
                break
            hashes.append(block.hash)
            if item.certificate:
                certificates.append(decode_certificate(item.certificate))
        else:
            reader.finish()
    except (ExportError, MalformedBlockError, MalformedBytesError) as error:
        trouble = str(error)
    return History(name, tuple(hashes), tuple(certificates), trouble)
