"""A list of priority claims, verified row by row: over HTTP and by the command line."""

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

import pytest
from builders.office_api import OfficeApi, served
from hypothesis import given
from hypothesis import strategies as st

from api.explain import FieldError
from api.formats.questions import (
    BYTES_MAX,
    ROWS_MAX,
    read_lines_of_questions,
    read_table_of_questions,
)
from api.formats.row import MalformedBulkError
from node.cli import run

HEADER = (
    "firstIpOfficeCode,firstApplicationNumberText,firstFilingDate,firstRight,"
    "secondIpOfficeCode,secondApplicationNumberText,secondFilingDate,secondRight,"
    "secondReceivingOfficeCode\n"
)
GOOD = "AU,2012900001,2012-03-13,patent,JP,,2013-03-12,patent,\n"
ABSENT = "AU,2012900010,2012-03-13,patent,JP,,2013-03-12,patent,\n"
LATE = "AU,2012900001,2012-03-13,patent,WO,PCT/US2013/042869,2013-04-03,patent,US\n"
BAD_DATE = "AU,2012900001,13.3.2012,patent,JP,,2013-03-12,patent,\n"
NO_SECOND = "AU,2012900001,2012-03-13,patent,,,2013-03-12,patent,\n"
FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
TABLE = {"Content-Type": "text/csv"}
LINES = {"Content-Type": "application/jsonl"}
QUESTION = {
    "first": {
        "ipOfficeCode": "AU",
        "applicationNumberText": "2012900001",
        "filingDate": "2012-03-13",
    },
    "second": {"ipOfficeCode": "JP", "filingDate": "2013-03-12", "right": "patent"},
}


async def ask(office: OfficeApi, body: str | bytes, headers: dict[str, str]) -> dict[str, Any]:
    await office.clerk.post("/filings", json=FILING)
    answer = await office.examiner.post("/priority-verifications", content=body, headers=headers)
    assert answer.status_code == 200, answer.text
    document: dict[str, Any] = answer.json()
    return document


async def test_every_row_of_a_table_comes_back_with_its_outcome_or_its_fault(
    office: OfficeApi,
) -> None:
    body = HEADER + GOOD + ABSENT + BAD_DATE + LATE + NO_SECOND
    report = await ask(office, body, TABLE)
    assert report["counts"] == {
        "confirmed": 1,
        "lateRestorable": 1,
        "undetermined": 1,
        "malformed": 2,
    }
    rows = {row["row"]: row for row in report["rows"]}
    assert list(rows) == [2, 3, 4, 5, 6]
    assert rows[2]["firstFilingId"] == "AU.patent.2012900001"
    assert rows[2]["lastDate"] == "2013-03-13"
    assert [near["filingId"] for near in rows[3]["suggestions"]] == ["AU.patent.2012900001"]
    assert rows[4]["errors"] == [
        {
            "field": "firstFilingDate",
            "expected": rows[4]["errors"][0]["expected"],
            "received": '"13.3.2012"',
        }
    ]
    assert rows[4]["errors"][0]["expected"].startswith("a date as YYYY-MM-DD")
    assert "summary" not in rows[4]
    assert rows[5]["remedy"] == (
        "Ask for restoration of the right of priority (PCT Rule 26bis.3), until 2013-05-13."
    )
    assert [error["field"] for error in rows[6]["errors"]] == ["secondIpOfficeCode"]


async def test_json_lines_are_the_documents_of_single_questions(office: OfficeApi) -> None:
    wrong = {**QUESTION, "second": {"ipOfficeCode": "JP", "right": "patents"}}
    body = "\n".join(map(json.dumps, (QUESTION, wrong))) + "\n{\n\n" + json.dumps(QUESTION)
    report = await ask(office, body, LINES)
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [
        (1, "confirmed"),
        (2, "malformed"),
        (3, "malformed"),
        (5, "confirmed"),
    ]
    assert [error["field"] for error in report["rows"][1]["errors"]] == [
        "second.filingDate",
        "second.right",
    ]


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ("first,second\n1,2\n", TABLE, 400),
        ("", TABLE, 400),
        (HEADER + GOOD * (ROWS_MAX + 1), TABLE, 400),
        ("{}\n" * (ROWS_MAX + 1), LINES, 400),
        (b"x" * (BYTES_MAX + 1), TABLE, 413),
        ("<a/>", {"Content-Type": "application/xml"}, 415),
    ],
    ids=["columns", "empty", "rows", "lines", "bytes", "type"],
)
async def test_a_document_that_is_no_list_is_refused_whole(
    office: OfficeApi, body: str | bytes, headers: dict[str, str], status: int
) -> None:
    answer = await office.examiner.post("/priority-verifications", content=body, headers=headers)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["expected"]


async def test_others_are_answered_while_a_long_list_is_verified(office: OfficeApi) -> None:
    asking = asyncio.create_task(ask(office, HEADER + ABSENT * 2_000, TABLE))
    answered = 0
    while not asking.done():
        await asyncio.sleep(0)  # Nothing here waits for a socket.
        answer = await office.examiner.post("/priority-verifications", json=QUESTION)
        answered += answer.status_code == 200 and not asking.done()
    assert len((await asking)["rows"]) == 2_000
    assert answered >= 20


def test_a_column_that_says_not_of_which_filing_is_a_fault_of_its_row() -> None:
    header, row = "ipOfficeCode," + HEADER, "AU," + GOOD
    (read,) = read_table_of_questions((header + row).encode())
    expected = "firstIpOfficeCode or secondIpOfficeCode"
    assert read.errors == (FieldError("ipOfficeCode", expected, "AU"),)


def test_a_bag_is_no_column() -> None:
    with pytest.raises(MalformedBulkError, match="columns among"):
        read_table_of_questions((HEADER.strip() + ",secondRelatedFilingBag\n").encode())


@given(rows=st.lists(st.text(max_size=60), max_size=5))
def test_no_text_stops_a_list_and_good_rows_are_read(rows: list[str]) -> None:
    lines = [row.replace("\n", " ") for row in rows]
    body = (HEADER + "\n".join((*lines, GOOD))).encode("utf-8", "replace")
    read = list(read_table_of_questions(body))
    assert read[-1].question is not None
    assert all(row.question is not None or row.errors for row in read)
    as_lines = "\n".join((*lines, json.dumps(QUESTION))).encode("utf-8", "replace")
    assert list(read_lines_of_questions(as_lines))[-1].question is not None


async def command(
    office: OfficeApi, folder: Path, file: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, str]:
    """The exit code of `verify-list`, and what it printed."""
    await office.clerk.post("/filings", json=FILING)
    token = folder / "token"
    token.write_text(office.tokens["examiner"])
    async with served(office) as url:
        line = ["verify-list", str(file), "--url", url, "--token-file", str(token), *words]
        code = await asyncio.to_thread(run, line)
    captured = capsys.readouterr()
    return code, captured.out + captured.err


async def test_the_command_writes_a_report_that_no_spreadsheet_runs(
    office: OfficeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    formula = 'AU,"\'=HYPERLINK(1)",2012-03-13,patent,JP,,2013-03-12,patent,\n'
    file, report = tmp_path / "claims.csv", tmp_path / "report.csv"
    file.write_text(HEADER + GOOD + ABSENT + BAD_DATE + formula)
    code, shown = await command(office, tmp_path, file, capsys, "--report", str(report))
    assert code == 1
    assert "confirmed 1" in shown
    assert "perhaps AU.patent.2012900001" in shown
    rows = list(csv.DictReader(report.read_text("utf-8").splitlines()))
    assert [(row["row"], row["outcome"]) for row in rows] == [
        ("2", "confirmed"),
        ("3", "undetermined"),
        ("4", "malformed"),
        ("5", "undetermined"),
    ]
    assert rows[0]["firstApplicationNumberText"] == "2012900001"
    assert rows[1]["suggestions"].startswith("AU.patent.2012900001 of 2012-03-13: ")
    assert rows[2]["reason"].startswith("firstFilingDate: expected a date")
    assert rows[3]["firstApplicationNumberText"] == "'=HYPERLINK(1)"
    assert rows[3]["summary"].startswith("AU =HYPERLINK")


async def test_the_command_answers_with_one_object_and_the_rows_numbers_of_the_file(
    office: OfficeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "claims.jsonl"
    file.write_text("\n" + (json.dumps(QUESTION) + "\n") * 1_100)
    code, shown = await command(office, tmp_path, file, capsys, "--json")
    document = json.loads(shown)
    assert (code, document["ok"], document["counts"]) == (0, True, {"confirmed": 1_100})
    assert [row["row"] for row in document["rows"]] == list(range(2, 1_102))


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [("claims.txt", "", 2), ("missing.csv", None, 2), ("claims.csv", "a,b\n1,2\n", 1)],
)
def test_a_file_that_cannot_be_read_asks_no_node(
    name: str, content: str | None, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    line = ["verify-list", str(tmp_path / name), "--url", "http://127.0.0.1:9", "--json"]
    assert run(line) == code
    assert json.loads(capsys.readouterr().out)["error"]


async def test_a_report_has_what_came_and_can_be_corrected_and_given_again(
    office: OfficeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, report = tmp_path / "claims.csv", tmp_path / "report.csv"
    file.write_text(f"reference,{HEADER}A-1,{GOOD}A-2,{BAD_DATE}")
    code, _ = await command(office, tmp_path, file, capsys, "--report", str(report))
    assert code == 1
    good, bad = csv.DictReader(report.read_text("utf-8").splitlines())
    assert (good["reference"], bad["reference"]) == ("A-1", "A-2")
    assert bad["firstFilingDate"] == "13.3.2012"
    assert (bad["field"], bad["received"]) == ("firstFilingDate", '"13.3.2012"')
    assert bad["expected"].startswith("a date as YYYY-MM-DD")
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(report.read_text("utf-8").replace(",13.3.2012,", ",2012-03-13,"), "utf-8")
    code, shown = await command(office, tmp_path, corrected, capsys, "--json")
    assert (code, json.loads(shown)["counts"]) == (0, {"confirmed": 2})


async def test_a_reference_is_handed_through_over_http(office: OfficeApi) -> None:
    table = await ask(office, "reference," + HEADER + "A-1," + GOOD, TABLE)
    lines = await ask(office, json.dumps({**QUESTION, "reference": "A-2"}), LINES)
    rows = [*table["rows"], *lines["rows"]]
    assert [(row["reference"], row["outcome"]) for row in rows] == [
        ("A-1", "confirmed"),
        ("A-2", "confirmed"),
    ]
