"""`ipregister evaluate`: the register's rules held against real filings, without a node."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.documents import show_table
from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json, talk

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
    from node.evaluation import FILES, evaluate
    from node.evaluation.count import markdown

    try:
        counts = evaluate(directory, lambda text: talk().print(f"Evaluating {text} ..."))
    except (OSError, ValueError) as error:
        fail(
            ExitCode.USAGE, f"{directory}: {error}", "see docs/register.md, section 9, for the form"
        )
    if not counts:
        fail(ExitCode.USAGE, f"{directory}: expected some of {', '.join(FILES)}, found none")
    if into is not None:
        _write_into(into, markdown(counts))
    is_right = not any(count.otherwise for count in counts)
    if as_json:
        _print_json(counts, is_right=is_right)
    else:
        _show(counts)
    raise typer.Exit(int(ExitCode.YES if is_right else ExitCode.NO))


def _write_into(document: Path, table: str) -> None:
    text = document.read_text(encoding="utf-8")
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not begin or not end:
        fail(ExitCode.USAGE, f"{document}: expected a line {_BEGIN}, and below it a line {_END}")
    document.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")


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
