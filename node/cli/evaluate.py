"""`ipregister evaluate` and `evaluate-sealed`: the register's rules held against real filings, without a node."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from node.cli.documents import show_table
from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json, talk
from node.cli.output_files import written_whole

if TYPE_CHECKING:
    from node.evaluation.count import Count

SHOWN_MAX = 10
"""Cases that came out otherwise, shown for a question; `--json` has them all."""

DirectoryArgument = Annotated[
    Path, typer.Argument(help="The data: see docs/register.md, section 9.")
]
IntoOption = Annotated[
    Path | None,
    typer.Option(help="Write the table into this document, between its marks."),
]


def evaluate(
    *, directory: DirectoryArgument, into: IntoOption = None, as_json: JsonOption = False
) -> None:
    """Count how many numbers, claims and families of a data set come out as the data say.

    Exit code 0: all do; 1: some come out otherwise, which are shown.
    """
    from node.evaluation import FILES, evaluate

    table = _Table(into, "evaluation")
    with _told_of_data():
        counts = evaluate(directory, lambda text: talk().print(f"Evaluating {text} ..."))
    if not counts:
        fail(ExitCode.USAGE, f"{directory}: expected some of {', '.join(FILES)}, found none")
    _conclude(counts, table, as_json=as_json)


def evaluate_sealed(
    *, directory: DirectoryArgument, into: IntoOption = None, as_json: JsonOption = False
) -> None:
    """Run the multi-office families of a data set as sealed filings, and compare what is found with the open ones.

    Every filing is sealed on its filing date, its claims proved, and opened when it was published.

    Exit code 0: all families come out as the open filings have them, and every claim can be proved; 1: some
    do not, which are shown.
    """
    from node.cli.progress import progress_bar
    from node.evaluation import FILINGS, evaluate_sealed

    table = _Table(into, "sealed evaluation")
    with _told_of_data(), progress_bar("Sealing and opening", None) as progress:
        counts = evaluate_sealed(directory, progress)
    if not counts:
        fail(ExitCode.USAGE, f"{directory}: expected {FILINGS}, found none")
    _conclude(counts, table, as_json=as_json)


@contextlib.contextmanager
def _told_of_data() -> Iterator[None]:
    """Fail where the data cannot be read."""
    from node.evaluation import MalformedDataError

    try:
        yield
    except MalformedDataError as error:
        fail(ExitCode.USAGE, str(error), "see docs/register.md, section 9, for the form")


def _conclude(counts: "tuple[Count, ...]", table: "_Table", *, as_json: bool) -> NoReturn:
    from node.evaluation.count import markdown

    table.write(markdown(counts))
    is_right = not any(count.otherwise for count in counts)
    if as_json:
        _print_json(counts, is_right=is_right)
    else:
        _show(counts)
    raise typer.Exit(int(ExitCode.YES if is_right else ExitCode.NO))


class _Table:
    """The place of the table in a document; the document is looked at before anything is counted."""

    def __init__(self, into: Path | None, mark: str) -> None:
        self._into = into
        self._begin, self._end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
        self._before, self._after = self._around(into) if into is not None else ("", "")

    def write(self, table: str) -> None:
        """Put the table between the marks, if a document was named."""
        if self._into is not None:
            text = f"{self._before}{self._begin}\n{table}\n{self._end}{self._after}"
            with written_whole("--into", self._into) as file:
                file.write(text.encode())

    def _around(self, document: Path) -> tuple[str, str]:
        """What stands before the mark of the table's beginning, and behind that of its end."""
        try:
            text = document.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "expected text in UTF-8"
            fail(ExitCode.USAGE, f"--into {document}: {reason}", "name a document that can be read")
        before, begin, rest = text.partition(self._begin)
        _, end, after = rest.partition(self._end)
        if not begin or not end:
            expected = f"expected a line {self._begin}, and below it a line {self._end}"
            fail(ExitCode.USAGE, f"{document}: {expected}")
        if not os.access(document, os.W_OK):
            hint = "name a document that can be written"
            fail(ExitCode.USAGE, f"--into {document}: it cannot be written", hint)
        return before, after


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
