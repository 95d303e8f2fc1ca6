"""`ipregister register`: files of filings, row by row, none lost."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.imports import ImportedFile, read_file, send_files
from node.cli.output import ExitCode, JsonOption, fail
from node.cli.report_file import ReportOption
from node.cli.row_report import conclude, malformed, opened

if TYPE_CHECKING:
    from api.formats import Row
    from node.bulk import RowResult

OwnOfficeOption = Annotated[
    str | None,
    typer.Option(
        "--office",
        help="The office that speaks, for a dry run without a home.",
        show_default="that of the home",
    ),
]


def register(
    *,
    files: Annotated[
        list[Path],
        typer.Argument(help="CSV (.csv), JSON Lines (.jsonl), JSON (.json) or WIPO ST.96 (.xml)."),
    ],
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what the register would say to each row; send nothing."
        ),
    ] = False,
    report: ReportOption = None,
    office: OwnOfficeOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register the filings of files at your office's node.

    A bad row is reported with its number, and the others go on. To resume after an interruption,
    give the same command again: rows that are registered already are answered with their first
    receipt. Exit code 0: every row is registered; 1: some are not; 3: some are undecided; 5: some
    contradict the register.
    """
    if office is not None and not dry_run:
        hint = "leave --office out, or add --dry-run"
        fail(ExitCode.USAGE, "--office: the node's own office speaks", hint)
    from api.formats import BY_SUFFIX, read_rows

    media_types = {suffix: form.media_types[0] for suffix, form in BY_SUFFIX.items()}
    taken = [(file, read_file(file, media_types, read_rows)) for file in files]
    with opened(report, files) as results:  # before anything is sent
        if dry_run:
            speaker = _speaker(office, home)
            for path, rows in taken:
                results.add(path, _previewed(rows, speaker))
        else:
            with connect(url, home, token_file, "register") as client:
                imported = [ImportedFile(path, rows) for path, rows in taken]
                send_files(client, "/filings", imported, results)
    conclude(results, as_json=as_json)


def _speaker(office: str | None, home: Path | None) -> str:
    """The office that would send the rows; empty: nobody says, so each row is of the office it names."""
    if office is not None:
        from ledger.register.offices import office_code

        code = office_code(office)
        if not code:
            fail(ExitCode.USAGE, f"--office: expected an ST.3 code, such as AU, got {office}")
        return code
    if home is not None:
        return _office_of(home)
    return ""


def _office_of(home: Path) -> str:
    """The office whose home this is; its key is not needed."""
    from node.cli.homes import fail_with_problems
    from node.config import ConfigurationError, load_settings

    try:
        return load_settings(home, os.environ).office
    except ConfigurationError as error:
        fail_with_problems(error)


def _previewed(rows: "Sequence[Row]", office: str) -> "Iterator[RowResult]":
    from api.formats.row import in_words
    from api.preview import preview
    from node.bulk import RowResult
    from node.clock import read_clocks

    statuses = {"accepted": "acceptable", "undecided": "readable"}
    for row, found in zip(rows, preview(rows, office, read_clocks().unix_ms), strict=True):
        if row.filing is None:
            yield malformed(row.number, row.errors)
            continue
        first = found.errors[0] if found.errors else None
        yield RowResult(
            row=row.number,
            status=statuses.get(found.status, found.status),
            number=row.filing.application_number_text,
            subject=found.subject,
            reason=found.reason_code
            or "; ".join([*found.warning_codes, *map(in_words, found.errors)]),
            field=first.field if first else "",
            expected=first.expected if first else "",
            received=first.received if first else "",
        )
