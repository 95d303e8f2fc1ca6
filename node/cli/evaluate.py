"""`ipregister evaluate`: the register's rules held against real filings, without a node."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.documents import show_table
from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json, talk
from node.cli.output_files import written_whole

if TYPE_CHECKING:
    from node.evaluation.count import Count

_BEGIN, _END = "<!-- evaluation: begin -->", "<!-- evaluation: end -->"
SHOWN_MAX = 10
"""Cases that came out otherwise, shown for a question; `--json` has them all."""


def evaluate(
    *,
    directory: Annotated[Path, typer.Argument(help="The data: see docs/register.md, section 9.")],
    into: Annotated[
        Path | None,
        typer.Option(help="Write the table into this document, between its marks."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Count how many numbers, claims and families of a data set come out as the data say.

    Exit code 0: all do; 1: some come out otherwise, which are shown.
    """
    from node.evaluation import FILES, MalformedDataError, evaluate
    from node.evaluation.count import markdown

    before, after = _around_table(into) if into is not None else ("", "")
    try:
        counts = evaluate(directory, lambda text: talk().print(f"Evaluating {text} ..."))
    except MalformedDataError as error:
        fail(ExitCode.USAGE, str(error), "see docs/register.md, section 9, for the form")
    if not counts:
        fail(ExitCode.USAGE, f"{directory}: expected some of {', '.join(FILES)}, found none")
    if into is not None:
        _write_into(into, f"{before}{_BEGIN}\n{markdown(counts)}\n{_END}{after}")
    is_right = not any(count.otherwise for count in counts)
    if as_json:
        _print_json(counts, is_right=is_right)
    else:
        _show(counts)
    raise typer.Exit(int(ExitCode.YES if is_right else ExitCode.NO))


def _around_table(document: Path) -> tuple[str, str]:
    """What stands before the mark of the table's beginning, and behind that of its end."""
    try:
        text = document.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "expected text in UTF-8"
        fail(ExitCode.USAGE, f"--into {document}: {reason}", "name a document that can be read")
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        fail(ExitCode.USAGE, f"{document}: expected a line {_BEGIN}, and below it a line {_END}")
    if not os.access(document, os.W_OK):
        hint = "name a document that can be written"
        fail(ExitCode.USAGE, f"--into {document}: it cannot be written", hint)
    return before, after


def _write_into(document: Path, text: str) -> None:
    with written_whole("--into", document) as file:
        file.write(text.encode())


def _print_json(counts: "tuple[Count, ...]", *, is_right: bool) -> None:
    import msgspec

    shown: list[JsonValue] = [msgspec.to_builtins(count) for count in counts]
    print_json({"ok": is_right, "counts": shown})


def _show(counts: "tuple[Count, ...]") -> None:
    show_table(
        ("question", "cases", "as the data say", "otherwise"),
        ((each.question, each.cases, each.as_expected, len(each.otherwise)) for each in counts),
    )
    for count in counts:
        for case in count.otherwise[:SHOWN_MAX]:
            data().print(f"{count.question}: {case}", markup=False)
        if len(count.otherwise) > SHOWN_MAX:
            data().print(f"... and {len(count.otherwise) - SHOWN_MAX} more; --json shows them all")
