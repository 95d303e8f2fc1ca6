"""`ipregister verify-list`: the priority claims of a file, row by row, with a report."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import AsOfOption, LinearizableOption
from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk
from node.cli.report_file import ReportOption, opened_report
from node.cli.verify import is_in_order, worst_exit_code

if TYPE_CHECKING:
    from api.formats.questions import QuestionRow
    from node.client import Document

SUFFIXES = {".csv": "text/csv", ".jsonl": "application/jsonl", ".ndjson": "application/jsonl"}
SHOWN_MAX = 20
"""Rows that are shown; the report file and `--json` have them all."""
MALFORMED = "malformed"


def verify_list(
    *,
    file: Annotated[Path, typer.Argument(help="CSV (.csv) or JSON Lines (.jsonl).")],
    report: ReportOption = None,
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the priority claims of a file, and report on every row.

    A table has the columns firstIpOfficeCode, firstApplicationNumberText, firstFilingDate, firstRight,
    secondIpOfficeCode, secondFilingDate and secondRight, and where they apply
    secondApplicationNumberText and secondReceivingOfficeCode; for first filings that are sealed also
    firstAccessCode, which no report repeats. JSON Lines are the documents of POST
    /priority-verifications. A bad row is reported with its number and as it came, and the others go on.
    A column `reference` is handed through. A report that was corrected can be given again as it is.

    Exit code 0: every claim is confirmed; 1: some are not in order, or could not be read; 3: of some
    the register cannot tell.
    """
    from node.cli.progress import progress_bar
    from node.verification_list import NumberedQuestion, verify_rows

    rows = _read(file)
    asked = [NumberedQuestion(row.number, row.question) for row in rows if row.question is not None]
    answers = [_malformed(row) for row in rows if row.question is None]
    columns = _report_columns()
    with opened_report(report, columns, [file]) as report_file:  # before anything is asked
        with connect(url, home, token_file) as client, progress_bar("Verifying", len(asked)) as bar:
            answers += verify_rows(client, asked, as_of, bar, linearizable=linearizable)
        answers.sort(key=lambda answer: int(answer["row"]))
        for cells in _cells(answers, rows):
            report_file.write(cells)
    _conclude(file, answers, as_json=as_json)


def _read(path: Path) -> "list[QuestionRow]":
    from api.formats.questions import read_lines_of_questions, read_table_of_questions
    from api.formats.row import ROWS_MAX, MalformedBulkError

    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        expected = ", ".join(SUFFIXES)
        fail(ExitCode.USAGE, f"{path}: expected a file name that ends in one of {expected}")
    read = read_table_of_questions if suffix == ".csv" else read_lines_of_questions
    try:
        return list(read(path.read_bytes(), ROWS_MAX))
    except OSError as error:
        fail(ExitCode.USAGE, f"{path}: {error.strerror}", "name a file that can be read")
    except MalformedBulkError as error:
        fail(ExitCode.NO, f"{path}: {error}", "correct the document; no row of it was asked about")


def _malformed(row: "QuestionRow") -> "Document":
    import msgspec

    errors = [msgspec.to_builtins(error) for error in row.errors]
    return {"row": row.number, "outcome": MALFORMED, "errors": errors}


def _report_columns() -> list[str]:
    from api.explain import is_secret
    from api.formats.columns import OFFICE
    from api.formats.questions import LAYOUT, REFERENCE, REPORTED

    row, *answers = REPORTED
    asked = (name for name in LAYOUT.names if name != OFFICE and not is_secret(name))
    return [row, REFERENCE, *asked, *answers]


def _cells(answers: "Iterable[Document]", rows: "list[QuestionRow]") -> Iterator[dict[str, object]]:
    """The rows of the report: what was asked, or came, and what was answered."""
    columns = _report_columns()
    asked = {row.number: row for row in rows}
    for answer in answers:
        row = asked[int(answer["row"])]
        first: Document = next(iter(answer.get("errors", ())), {})
        cells = {**_asked(row), **answer, **first, "reference": row.reference}
        cells["reasons"] = ", ".join(answer.get("reasons", ()))
        cells["suggestions"] = "; ".join(map(_suggestion, answer.get("suggestions", ())))
        cells["reason"] = _faults(answer)
        yield {name: cells[name] for name in columns if name in cells}


def _asked(row: "QuestionRow") -> dict[str, object]:
    """What the row asked, by the columns of a table; of one that cannot be read, its cells."""
    import msgspec

    if row.question is None:
        return dict(row.cells)
    return {
        f"{side}{name[0].upper()}{name[1:]}": value
        for side, filing in msgspec.to_builtins(row.question).items()
        for name, value in filing.items()
        if isinstance(value, str)
    }


def _suggestion(near: "Document") -> str:
    return f"{near['filingId']} of {near['filingDate']}: {near['because']}"


def _faults(answer: "Document") -> str:
    return "; ".join(
        f"{fault['field'] or 'row'}: expected {fault['expected']}, received {fault['received']}"
        for fault in answer.get("errors", ())
    )


def _conclude(file: Path, answers: "list[Document]", *, as_json: bool) -> None:
    """Show the counts and what is not in order, and end with the exit code that it asks for."""
    counts = dict(Counter(str(answer["outcome"]) for answer in answers))
    code = worst_exit_code(counts)
    if as_json:
        document = {"ok": code == ExitCode.YES, "exitCode": int(code)}
        print_json({**document, "counts": counts, "rows": list(answers)})
        raise typer.Exit(int(code))
    wanting = [answer for answer in answers if not is_in_order(answer["outcome"])]
    for answer in wanting[:SHOWN_MAX]:
        says = _faults(answer) or " ".join((str(answer["summary"]), str(answer.get("remedy", ""))))
        talk().print(f"{file}:{answer['row']}: {answer['outcome']}: {says}", markup=False)
        for near in answer.get("suggestions", ()):
            talk().print(f"  perhaps {_suggestion(near)}", markup=False)
    if len(wanting) > SHOWN_MAX:
        talk().print(f"... and {len(wanting) - SHOWN_MAX} more; --report FILE has them all")
    data().print(", ".join(f"{name} {count:,}" for name, count in counts.items()) or "no rows")
    raise typer.Exit(int(code))
