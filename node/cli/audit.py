"""`ipregister audit`: a copy of the ledger, checked from the first byte, without any node."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.audit_follow import FOLLOW
from node.cli.audit_others import compare_with_others
from node.cli.default_command import DefaultGroup
from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json
from node.cli.receipts import TrustOption, read_trusted

if TYPE_CHECKING:
    from ledger.audit import AuditReport, Finding
    from ledger.replay import Progress
    from node.auditing.copies import Copy
    from node.auditing.others import Comparison
    from node.auditing.run import Audited


class LedgerGroup(DefaultGroup):
    """`ipregister audit HOME` means `audit ledger HOME`, and `audit --follow URL` means `audit follow URL`."""

    default = "ledger"

    def with_command(self, args: list[str]) -> list[str]:
        """The arguments with the command that they mean in front."""
        if FOLLOW in args and args[0] not in self.commands:
            return ["follow", *(each for each in args if each != FOLLOW)]
        return super().with_command(args)


app = typer.Typer(
    cls=LedgerGroup,
    no_args_is_help=True,
    help="Check a whole ledger without trusting any node: 'ipregister audit HOME --trust genesis.json'.",
)


@app.command("ledger")
def ledger(
    *,
    directory: Annotated[
        Path, typer.Argument(help="An office's home, or a copy of its data or ledger files.")
    ],
    trust: TrustOption,
    to: Annotated[
        int | None,
        typer.Option(min=1, help="Check up to this block.", show_default="the last one"),
    ] = None,
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Leave out the index, which a running node holds.")
    ] = False,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="Another office's node (its URL, or its home on this machine) to compare with."
            " Can be given several times.",
        ),
    ] = None,
    token_file: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file with an auditor's token for each --against that is a URL, in their order;"
            " else IPREGISTER_TOKEN.",
        ),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=256,
            help="How many work.",
            show_default="one for each processor; one for a small ledger",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check ledger files and index: every signature, every result, every certificate, every stored value.

    Only the genesis is trusted. Compare the head that is shown with that of other offices, or have it
    compared with --against. Exit code 0: all is right; 1: something is not, and where; 3: no certificate
    covers the last block, the index could not be read, or another office could not be asked.
    'ipregister audit HOME' is short for 'ipregister audit ledger HOME'.
    """
    from node.auditing.processes import processes_for
    from node.auditing.run import audit_copy

    genesis = read_trusted(trust)
    copy = _copy_in(directory)
    if files_only:
        copy = copy._replace(index_path=None)
    size = sum(path.stat().st_size for path in copy.files.glob("blocks-*.log"))
    with _progress(size) as progress:
        workers = processes or processes_for(size)
        audited = audit_copy(copy, genesis, progress, to=to, processes=workers)
    shown = _report_document(audited)
    _expect_right(audited, to, shown)
    comparisons = compare_with_others(copy, genesis, against or [], token_file or [], shown)
    _end(audited, shown, comparisons, as_json=as_json)


_UNUSABLE = "this copy is not to be used"
_MAKE_ANEW = "the ledger files are not at fault: delete the index, and the next start makes it anew"


@contextlib.contextmanager
def _progress(total: int) -> "Iterator[Progress]":
    """A progress bar over the block files, that is told what is done in all."""
    from node.cli.progress import progress_bar

    done = 0
    with progress_bar("Auditing", total) as advance:

        def reach(reached: int, _total: int) -> None:
            nonlocal done
            advance(reached - done)
            done = reached

        yield reach


def _copy_in(directory: Path) -> "Copy":
    from node.auditing.copies import find_copy

    found = find_copy(directory)
    if found is None:
        fail(
            ExitCode.USAGE,
            f"{directory}: expected ledger files (blocks-000001.log ...), found none",
            "name an office's home, or a copy of its data/ledger",
        )
    return found


def _expect_right(audited: "Audited", to: int | None, shown: dict[str, JsonValue]) -> None:
    """Return when the copy is right as far as it was asked; else end the command."""
    report = audited.report
    if report.finding is not None:
        _fail_with(report, report.finding, shown)
    if to is not None and report.height < to:
        message = f"expected a block {to}, found blocks up to {report.height}, which are right"
        fail(ExitCode.UNDECIDABLE, message, "take a newer copy", {"check": "height", **shown})
    if audited.index_trouble:
        message = f"the ledger files are right; the index was not compared: {audited.index_trouble}"
        hint = "stop the node first, or leave the index out with --files-only"
        fail(ExitCode.UNDECIDABLE, message, hint, {"check": "index", **shown})


def _end(
    audited: "Audited",
    shown: dict[str, JsonValue],
    comparisons: "list[Comparison]",
    *,
    as_json: bool,
) -> None:
    """Say that all is right, and end with the exit code that says whether a quorum signed all of it."""
    report = audited.report
    certified = report.certified_height == report.height
    code = ExitCode.YES if certified else ExitCode.UNDECIDABLE
    if as_json:
        check = {} if certified else {"check": "certificate"}
        print_json({"ok": certified, "exitCode": int(code), **check, **shown})
    else:
        _show(report, certified=certified)
        for each in comparisons:
            data().print(
                f"the same as at {each.url} (block {each.height:,}), compared at {len(each.compared)} heights",
                markup=False,
            )
    raise typer.Exit(int(code))


def _report_document(audited: "Audited") -> dict[str, JsonValue]:
    report = audited.report
    return {
        "networkId": report.network_id.hex(),
        "height": report.height,
        "headHash": report.head_hash.hex(),
        "entryCount": report.entry_count,
        "certificateCount": report.certificate_count,
        "certifiedHeight": report.certified_height,
        "indexHeight": report.index_height,
        "notes": [*report.notes],
    }


def _fail_with(report: "AuditReport", finding: "Finding", shown: dict[str, JsonValue]) -> None:
    place = f", byte {finding.offset}" if finding.offset is not None else ""
    if finding.height is not None:
        place += f", block {finding.height}"
    if finding.entry is not None:
        place += f", entry {finding.entry}"
    is_index = finding.offset is None
    fail(
        ExitCode.NO,
        f"{finding.file}{place}: expected {finding.expected}, found {finding.found}",
        _MAKE_ANEW if is_index else f"everything up to block {report.height} is right; {_UNUSABLE}",
        {**shown, **finding_document(finding)},
    )


def finding_document(finding: "Finding") -> dict[str, JsonValue]:
    """The members of the JSON object that name the place (docs/audit.md)."""
    return {
        "check": "index" if finding.offset is None else "audit",
        "file": finding.file,
        "offset": finding.offset,
        "atHeight": finding.height,
        "entry": finding.entry,
        "key": None if finding.key is None else finding.key.hex(),
        "expected": finding.expected,
        "found": finding.found,
    }


def _show(report: "AuditReport", *, certified: bool) -> None:
    word = "[green]OK[/]" if certified else "[yellow]NOT CERTIFIED TO THE END[/]"
    data().print(
        f"{word}  {report.height:,} blocks, {report.entry_count:,} entries,"
        f" {report.certificate_count:,} certificates"
    )
    data().print(
        f"head {report.head_hash.hex()}, certified up to block {report.certified_height:,}"
    )
    if report.index_height is not None:
        data().print(f"index the same as the one made anew, at block {report.index_height:,}")
    for note in report.notes:
        data().print(f"note: {note}", markup=False)
