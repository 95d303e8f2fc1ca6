"""`ipregister audit`: a copy of the ledger, checked from the first byte, without any node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.audit_exports import audit_export_files
from node.cli.audit_follow import FOLLOW
from node.cli.audit_others import compare_with_others, history_of
from node.cli.audit_report import end, expect_right, report_document
from node.cli.default_command import DefaultGroup
from node.cli.output import ExitCode, JsonOption, JsonValue, fail
from node.cli.progress import bytes_progress
from node.cli.receipts import TrustOption, read_trusted

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from node.auditing.copies import Copy
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
    help="Check a whole ledger without trusting any node: 'ipregister audit HOME|EXPORT --trust genesis.json';"
    " or a network as it goes on: 'ipregister audit --follow URL...'.",
)


@app.command("ledger")
def ledger(
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="HOME|EXPORT...",
            help="An office's home, or a copy of its data or ledger files; or an export, in one file"
            " or several that go on from each other.",
        ),
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
    """Check a ledger: every signature, every result, every certificate; in a home also every value of the index.

    Only the genesis is trusted. Compare the head that is shown with that of other offices, or have it
    compared with --against. Exit code 0: all is right; 1: something is not, and where; 3: no certificate
    covers the last block, the index could not be read, or another office could not be asked.
    'ipregister audit HOME' is short for 'ipregister audit ledger HOME'.
    """
    genesis = read_trusted(trust)
    if any(path.is_file() for path in paths):
        audit_export_files(
            paths,
            genesis,
            to=to,
            against=against or [],
            token_files=token_file or [],
            processes=processes,
            as_json=as_json,
        )
        return
    copy = _copy_in(paths)
    if files_only:
        copy = copy._replace(index_path=None)
    audited = _audit(copy, genesis, to, processes)
    shown = report_document(audited.report)
    _expect_whole(audited, to, shown)
    comparisons = compare_with_others(
        lambda: history_of(str(copy.files), copy.files, genesis),
        genesis,
        against or [],
        token_file or [],
        shown,
        to=to,
    )
    end(audited.report, shown, comparisons, as_json=as_json)


def _expect_whole(audited: "Audited", to: int | None, shown: dict[str, JsonValue]) -> None:
    """Return when the files are right as far as was asked, and the index was compared; else end the command."""
    expect_right(audited.report, to, shown)
    if audited.index_trouble:
        message = f"the ledger files are right; the index was not compared: {audited.index_trouble}"
        hint = "stop the node first, or leave the index out with --files-only"
        fail(ExitCode.UNDECIDABLE, message, hint, {"check": "index", **shown})


def _audit(copy: "Copy", genesis: "Genesis", to: int | None, processes: int | None) -> "Audited":
    from node.auditing.processes import processes_for
    from node.auditing.run import audit_copy

    size = sum(path.stat().st_size for path in copy.files.glob("blocks-*.log"))
    with bytes_progress("Auditing", size) as progress:
        workers = processes or processes_for(size)
        return audit_copy(copy, genesis, progress, to=to, processes=workers)


def _copy_in(paths: list[Path]) -> "Copy":
    from node.auditing.copies import find_copy

    directory, *more = paths
    if more:
        hint = "give one home after the other; 'ipregister audit blame' takes several"
        fail(ExitCode.USAGE, f"expected one home, got {len(paths)}", hint)
    found = find_copy(directory)
    if found is None:
        fail(
            ExitCode.USAGE,
            f"{directory}: expected ledger files (blocks-000001.log ...), found none",
            "name an office's home, a copy of its data/ledger, or the file of an export",
        )
    return found
