"""`ipregister audit`: a copy of the ledger, checked from the first byte, without any node."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json
from node.cli.receipts import TrustOption, read_trusted

if TYPE_CHECKING:
    from ledger.audit import AuditReport
    from ledger.genesis import Genesis

_PLACES = (".", "ledger", "data/ledger")
"""Where the ledger files may lie below the directory that is named."""


def audit(
    *,
    directory: Annotated[
        Path, typer.Argument(help="An office's home, or a copy of its ledger files.")
    ],
    trust: TrustOption,
    as_json: JsonOption = False,
) -> None:
    """Check ledger files: every signature, every result, every certificate.

    Only the genesis is trusted. Compare the head that is shown with that of other offices. Exit
    code 0: all is right; 1: something is not, and where; 3: no certificate covers the last blocks.
    """
    genesis = read_trusted(trust)
    report = _audit(_ledger_files(directory), genesis)
    if report.finding is not None:
        finding = report.finding
        fail(
            ExitCode.NO,
            f"{finding.file}, byte {finding.offset}: expected {finding.expected},"
            f" found {finding.found}",
            f"everything up to block {report.height} is right; this copy is not to be used",
            {
                "check": "audit",
                "atHeight": report.height + 1,
                "file": finding.file,
                "offset": finding.offset,
                "expected": finding.expected,
                "found": finding.found,
            },
        )
    certified = report.certified_height == report.height
    code = ExitCode.YES if certified else ExitCode.UNDECIDABLE
    if as_json:
        shown: dict[str, JsonValue] = {
            "networkId": report.network_id.hex(),
            "height": report.height,
            "headHash": report.head_hash.hex(),
            "entryCount": report.entry_count,
            "certificateCount": report.certificate_count,
            "certifiedHeight": report.certified_height,
            "notes": [*report.notes],
        }
        print_json({"ok": certified, "exitCode": int(code), **shown})
    else:
        _show(report, certified=certified)
    raise typer.Exit(int(code))


def _audit(files_directory: Path, genesis: "Genesis") -> "AuditReport":
    from ledger.audit import audit as audit_files
    from ledger.errors import CorruptLedgerError
    from ledger.files import FileLedger
    from ledger.sqlite import SqliteStore
    from node.cli.progress import progress_bar

    done = 0

    def advance_to(reached: int, _total: int) -> None:
        nonlocal done
        advance(reached - done)
        done = reached

    try:
        files = FileLedger(files_directory, genesis.network_id(), read_only=True)
    except CorruptLedgerError as error:
        fail(ExitCode.NO, str(error), "this copy is not to be used", {"check": "audit"})
    with TemporaryDirectory(prefix="ipregister-audit-") as temporary:
        store = SqliteStore(Path(temporary) / "index.sqlite")
        try:
            with progress_bar("Auditing", files.blocks.size_bytes()) as advance:
                return audit_files(genesis, files, store, advance_to)
        finally:
            store.close()
            files.close()


def _ledger_files(directory: Path) -> Path:
    places = [directory / place for place in _PLACES]
    found = [place for place in places if any(place.glob("blocks-*.log"))]
    if not found:
        fail(
            ExitCode.USAGE,
            f"{directory}: expected ledger files (blocks-000001.log ...), found none",
            "name an office's home, or a copy of its data/ledger",
        )
    return found[0]


def _show(report: "AuditReport", *, certified: bool) -> None:
    word = "[green]OK[/]" if certified else "[yellow]NOT CERTIFIED TO THE END[/]"
    data().print(
        f"{word}  {report.height:,} blocks, {report.entry_count:,} entries,"
        f" {report.certificate_count:,} certificates"
    )
    data().print(
        f"head {report.head_hash.hex()}, certified up to block {report.certified_height:,}"
    )
    for note in report.notes:
        data().print(f"note: {note}", markup=False)
