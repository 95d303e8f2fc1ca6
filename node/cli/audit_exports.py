"""`ipregister audit EXPORT`: the files of an export, checked without any node."""

from pathlib import Path
from typing import TYPE_CHECKING

from node.cli.audit_others import compare_with_others
from node.cli.audit_report import end, expect_right, report_document
from node.cli.output import ExitCode, JsonValue, data, fail
from node.cli.progress import bytes_progress

if TYPE_CHECKING:
    from ledger.export.auditing import ExportAudit
    from ledger.export.reading import ReadEnd
    from ledger.genesis import Genesis


INFLATED = 4
"""About how many times larger the blocks are than the file of an export."""


def audit_export_files(
    paths: list[Path],
    genesis: "Genesis",
    *,
    to: int | None,
    against: list[str],
    token_files: list[Path],
    processes: int | None,
    as_json: bool,
) -> None:
    """Audit an export in one file or several, and end with the exit code of an audit.

    Raises:
        CommandError: something in it is not right (1), it cannot be read (2) or judged here (3).
    """
    from node.auditing.exports import read_exported_history

    expect_files(paths)
    audited = _audit(paths, genesis, to, processes)
    shown = report_document(audited.report)
    shown["pieces"] = [*map(_piece_document, audited.pieces)]
    expect_right(audited.report, to, shown)
    comparisons = compare_with_others(
        lambda: read_exported_history(_named(paths), paths, genesis),
        genesis,
        against,
        token_files,
        shown,
        to=to,
    )
    if not as_json:
        for piece in audited.pieces:
            who = (
                f"signed by {piece.end.ip_office_code}" if piece.end.ip_office_code else "unsigned"
            )
            heights = f"blocks {piece.head.from_height:,} to {piece.head.to_height:,}"
            data().print(f"{piece.file}: {heights}, {who}", markup=False)
    end(audited.report, shown, comparisons, as_json=as_json)


def expect_files(paths: list[Path]) -> None:
    """Return when all of these are files.

    Raises:
        CommandError: one is not (2).
    """
    for path in paths:
        if not path.is_file():
            found = "a folder" if path.is_dir() else "none"
            hint = "name the files of an export in their order, or one home alone"
            fail(ExitCode.USAGE, f"{path}: expected a file, found {found}", hint)


def _audit(
    paths: list[Path], genesis: "Genesis", to: int | None, processes: int | None
) -> "ExportAudit":
    from ledger.export.errors import UndecidableExportError
    from node.auditing.exports import audit_exports
    from node.auditing.processes import processes_for

    try:
        size = sum(path.stat().st_size for path in paths)
        with bytes_progress("Auditing", size) as progress:
            workers = processes or processes_for(INFLATED * size)
            return audit_exports(paths, genesis, progress, to=to, processes=workers)
    except UndecidableExportError as error:
        hint = "audit it with a newer ipregister"
        fail(ExitCode.UNDECIDABLE, str(error), hint, {"check": "version", "file": error.file})
    except OSError as error:
        if error.filename in map(str, paths):
            text = f"{error.filename}: {error.strerror}"
            fail(ExitCode.USAGE, text, "name files that can be read")
        hint = "see whether the temporary directory (TMPDIR) has room for an index"
        fail(ExitCode.UNDECIDABLE, f"nothing was found out: {error}", hint)


def _named(paths: list[Path]) -> str:
    return ", ".join(map(str, paths))


def _piece_document(piece: "ReadEnd") -> dict[str, JsonValue]:
    return {
        "file": piece.file,
        "fromHeight": piece.head.from_height,
        "toHeight": piece.head.to_height,
        "contentDigest": piece.end.content_digest,
        "signedBy": piece.end.ip_office_code or None,
    }
