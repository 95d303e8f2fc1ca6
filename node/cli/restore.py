"""`ipregister restore`: the data of a lost node made anew from an export."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.audit_exports import INFLATED
from node.cli.audit_report import expect_right, report_document
from node.cli.homes import fail_with_problems, read_home_or_fail
from node.cli.output import ExitCode, HomeOption, JsonOption, data, fail, print_json
from node.cli.progress import bytes_progress
from node.verifier.moments import moment

if TYPE_CHECKING:
    from ledger.export.auditing import ExportAudit
    from node.home import Home


def restore(
    exports: Annotated[
        list[Path],
        typer.Argument(
            metavar="EXPORT...",
            help="What 'ipregister export ledger' wrote; later ones behind the earlier ones.",
        ),
    ],
    home: HomeOption = Path(),
    to: Annotated[
        int | None,
        typer.Option(
            min=1, help="Up to this block, which has a certificate.", show_default="the last one"
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="How many work.", show_default="as for an audit"),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make the ledger and the index of an office's home anew from an export, checking all of it.

    For a home whose data are lost: its key, genesis and configuration are there. The genesis of the home is
    trusted, and no office. What the office voted for is lost: its node then starts with --rejoin-empty, and
    fetches from the others what came since. When that is safe, is told at the end.
    """
    from node.home import HomeInUseError, HomeLock

    opened = read_home_or_fail(home)
    try:
        with HomeLock(opened.path):
            audited = _restored(opened, exports, to, processes)
    except HomeInUseError as error:
        fail(ExitCode.CONFLICT, str(error), "stop that node first, or give another home")
    shown = report_document(audited.report)
    expect_right(audited.report, to, shown)
    _tell(opened, audited, as_json=as_json)


def _restored(
    home: "Home", exports: list[Path], to: int | None, processes: int | None
) -> "ExportAudit":
    from ledger.export.errors import UndecidableExportError
    from node.auditing.processes import processes_for
    from node.config import ConfigurationError
    from node.exporting.restoring import DataInTheWayError, UncertifiedEndError, restore
    from node.stores import holds_anything, rejoin_restored_advice

    for each in exports:
        if not each.is_file():
            fail(
                ExitCode.USAGE,
                f"{each}: expected a file, found none",
                "name the files of an export",
            )
    size = sum(each.stat().st_size for each in exports)
    workers = processes or processes_for(INFLATED * size)
    try:
        with bytes_progress("Restoring", size) as progress:
            return restore(home, exports, progress, to=to, processes=workers)
    except ConfigurationError as error:
        fail_with_problems(error)
    except DataInTheWayError as error:
        hint = f"keep what is in {home.data_path} under another name, and never put it back; then repeat"
        fail(ExitCode.CONFLICT, str(error), hint)
    except UncertifiedEndError as error:
        hint = "take an export without --to, or restore up to an earlier block with --to"
        fail(ExitCode.UNDECIDABLE, str(error), hint, {"check": "certificate"})
    except UndecidableExportError as error:
        fail(ExitCode.UNDECIDABLE, str(error), "use a newer ipregister", {"check": "version"})
    except OSError as error:
        hint = "see whether the disk is full; the home is as it was"
        if holds_anything(home.data_path):
            hint = f"the ledger is there and whole, its index is made at the start; {rejoin_restored_advice(home.path)}"
        fail(ExitCode.UNDECIDABLE, str(error), hint)


def _tell(home: "Home", audited: "ExportAudit", *, as_json: bool) -> None:
    from node.stores import rejoin_restored_advice

    report, advice = audited.report, rejoin_restored_advice(home.path)
    if as_json:
        print_json({**report_document(report), "home": str(home.path), "next": advice})
        return
    data().print(
        f"[green]OK[/]  {report.height:,} blocks, {report.entry_count:,} entries, checked and executed"
    )
    data().print(f"head {report.head_hash.hex()}, of {moment(report.time_ms)}")
    for note in report.notes:
        data().print(f"note: {note}", markup=False)
    data().print(f"next: {advice}", markup=False)
