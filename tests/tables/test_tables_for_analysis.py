"""Tables for analysis: the same rows in CSV and Parquet, typed, complete, at one height, and no cell a formula."""

import asyncio
import csv
import io
import json
import re
import sys
from datetime import date
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from builders.office_api import OfficeApi, served
from hypothesis import given
from hypothesis import strategies as st

from api.filing_documents import (
    ClaimChangeDocument,
    ClaimDocument,
    DisputeDocument,
    EventDocument,
    FilingDocument,
    RelatedDocument,
)
from api.tables import TABLES, Cell, TableName, rows_of
from api.tables.csv_tables import write_csv
from api.tables.parquet_tables import ROWS_OF_GROUP, write_parquet
from node.cli import run

CLAIMED = ClaimChangeDocument(status="claimed", height=3, index=1)
FILING = FilingDocument(
    filing_id="AU.patent.2013287263",
    ip_office_code="AU",
    right="patent",
    application_number_text="2013287263",
    canonical_number="2013287263",
    match_key="2013287263",
    filing_date=date(2013, 3, 12),
    height=3,
    index=1,
    priority_claim_bag=(
        ClaimDocument(
            ip_office_code="US",
            application_number_text="08/000,420",
            match_key="08000420",
            filing_date=date(2012, 3, 13),
            status="claimed",
            history_bag=(CLAIMED,),
        ),
        ClaimDocument(
            ip_office_code="JP",
            application_number_text="2012-1234",
            filing_date=date(2012, 3, 1),
            status="withdrawn",
            history_bag=(
                CLAIMED,
                ClaimChangeDocument(
                    status="withdrawn",
                    decided_on=date(2013, 5, 2),
                    deciding_office_code="AU",
                    height=9,
                    index=0,
                ),
            ),
        ),
    ),
    related_filing_bag=(
        RelatedDocument(
            relation="division", ip_office_code="AU", application_number_text="2012900001"
        ),
    ),
    event_bag=(
        EventDocument(event_category="published", event_date=date(2014, 9, 18), height=10, index=0),
    ),
    dispute_bag=(
        DisputeDocument(
            disputing_office_code="EP",
            ip_office_code="US",
            reason_text='=HYPERLINK("http://example.com")',
            decision_date=date(2014, 1, 7),
            height=11,
            index=0,
        ),
    ),
)
NAMES: tuple[TableName, ...] = get_args(TableName)


def test_a_filing_gives_each_table_its_rows() -> None:
    expected: dict[TableName, list[tuple[Cell, ...]]] = {
        "filings": [
            (
                "AU.patent.2013287263",
                "AU",
                "patent",
                "2013287263",
                "2013287263",
                "2013287263",
                date(2013, 3, 12),
                None,
                None,
                1,
                date(2012, 3, 13),
                1,
                1,
                "published",
                date(2014, 9, 18),
                3,
                1,
            )
        ],
        "claims": [
            (
                "AU.patent.2013287263",
                1,
                "US",
                "08/000,420",
                "08000420",
                None,
                date(2012, 3, 13),
                None,
                "claimed",
                True,
                None,
                None,
                None,
                None,
                "AU",
                "patent",
                date(2013, 3, 12),
                3,
                1,
            ),
            (
                "AU.patent.2013287263",
                2,
                "JP",
                "2012-1234",
                None,
                None,
                date(2012, 3, 1),
                None,
                "withdrawn",
                False,
                None,
                date(2013, 5, 2),
                "AU",
                None,
                "AU",
                "patent",
                date(2013, 3, 12),
                3,
                1,
            ),
        ],
        "relations": [
            ("AU.patent.2013287263", 1, "AU", "2012900001", None, None, None, None, "division")
        ],
        "events": [
            ("AU.patent.2013287263", 1, "published", date(2014, 9, 18), None, 10, 0),
        ],
        "disputes": [
            (
                "AU.patent.2013287263",
                1,
                "US",
                None,
                None,
                None,
                None,
                None,
                None,
                "EP",
                '=HYPERLINK("http://example.com")',
                date(2014, 1, 7),
                None,
                11,
                0,
            )
        ],
    }
    assert {name: list(rows_of(TABLES[name], [FILING])) for name in NAMES} == expected


def parquet_of(name: TableName, rows: list[tuple[Cell, ...]]) -> pq.ParquetFile:
    file = io.BytesIO()
    write_parquet(TABLES[name], rows, file, {"ipregister.height": "7"})
    return pq.ParquetFile(file)


def csv_of(name: TableName, rows: list[tuple[Cell, ...]]) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(write_csv(TABLES[name], rows)).decode())))


@pytest.mark.parametrize("name", NAMES)
def test_both_forms_have_the_same_columns_and_parquet_has_their_types(name: TableName) -> None:
    rows = list(rows_of(TABLES[name], [FILING]))
    written = parquet_of(name, rows)
    kinds = {
        "text": pa.string(),
        "date": pa.date32(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    assert [(field.name, field.type) for field in written.schema_arrow] == [
        (column.name, kinds[column.kind]) for column in TABLES[name].columns
    ]
    assert written.schema_arrow.metadata[b"ipregister.height"] == b"7"
    assert [tuple(row.values()) for row in written.read().to_pylist()] == rows
    header, *lines = csv_of(name, rows)
    assert header == [column.name for column in TABLES[name].columns]
    assert len(lines) == len(rows)


def test_no_cell_of_csv_is_a_formula_and_leading_zeros_stay() -> None:
    _, (*_,), *_ = csv_of("claims", list(rows_of(TABLES["claims"], [FILING])))
    (_, dispute) = csv_of("disputes", list(rows_of(TABLES["disputes"], [FILING])))
    assert dispute[10] == '\'=HYPERLINK("http://example.com")'
    (_, first, _) = csv_of("claims", list(rows_of(TABLES["claims"], [FILING])))
    assert first[3:5] == ["08/000,420", "08000420"]
    assert first[9] == "true"


cells = {
    "text": st.none() | st.text(st.characters(codec="utf-8"), min_size=1, max_size=6),
    "date": st.none() | st.dates(),
    "integer": st.integers(0, 2**53),
    "boolean": st.booleans(),
}
claim_rows = st.lists(st.tuples(*(cells[column.kind] for column in TABLES["claims"].columns)))


@given(claim_rows)
def test_whatever_the_cells_hold_a_row_stays_one_row(rows: list[tuple[Cell, ...]]) -> None:
    written = parquet_of("claims", rows).read().to_pylist()
    assert [tuple(row.values()) for row in written] == rows
    lines = csv_of("claims", rows)
    assert len(lines) == 1 + len(rows)
    assert all(not cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


def test_rows_are_written_in_groups_as_they_come() -> None:
    count = ROWS_OF_GROUP + 1
    written = parquet_of("events", [("AU.patent.1", 1, "granted", None, None, 1, 0)] * count)
    assert written.metadata.num_row_groups == 2
    assert written.metadata.num_rows == count


def test_an_empty_table_has_its_columns() -> None:
    assert parquet_of("events", []).read().num_rows == 0
    assert csv_of("events", []) == [[column.name for column in TABLES["events"].columns]]


def test_the_docs_have_every_column_of_every_table() -> None:
    text = (Path(__file__).parents[2] / "docs" / "tables.md").read_text()
    for name in NAMES:
        section = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        found = re.findall(r"^\| `(\w+)` \| (\w+) \|", section, re.MULTILINE)
        assert found == [(column.name, column.kind) for column in TABLES[name].columns]


async def registered(office: OfficeApi) -> None:
    """Two filings at heights 1 and 2; the second claims the first, and withdraws that at height 3."""
    claim = {
        "ipOfficeCode": "AU",
        "applicationNumberText": "2012900001",
        "filingDate": "2012-03-13",
    }
    first = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
    second = {"right": "patent", "applicationNumberText": "2013287263", "filingDate": "2013-03-12"}
    withdrawal = {"action": "withdraw", "claim": claim, "decisionDate": "2013-05-02"}
    for path, body in (
        ("/filings", first),
        ("/filings", {**second, "priorityClaimBag": [claim]}),
        ("/filings/AU.patent.2013287263/claims", withdrawal),
    ):
        answer = await office.clerk.post(path, json=body)
        assert answer.status_code == 201, answer.text


class Asked:
    """The command, asked of a node behind a real socket."""

    def __init__(self, office: OfficeApi, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self._office = office
        self._token = folder / "examiner.token"
        self._token.write_text(office.tokens["examiner"])

    async def run(self, *words: str | Path) -> tuple[int, dict[str, object]]:
        async with served(self._office) as url:
            place = ["--url", url, "--token-file", str(self._token), "--json"]
            code = await asyncio.to_thread(run, [*map(str, words), *place])
        document: dict[str, object] = json.loads(self._capsys.readouterr().out)
        return code, document


@pytest.fixture
async def asked(office: OfficeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Asked:
    await registered(office)
    return Asked(office, tmp_path, capsys)


async def test_the_command_writes_a_table_of_one_height(asked: Asked) -> None:
    file = asked.folder / "claims.parquet"
    words = ("export", "table", "claims", "--format", "parquet", "-o", file)
    assert await asked.run(*words) == (
        0,
        {"ok": True, "file": str(file), "table": "claims", "count": 1, "height": 3},
    )
    (now,) = pq.read_table(file).to_pylist()
    metadata = pq.read_schema(file).metadata
    assert (now["status"], metadata[b"ipregister.height"]) == ("withdrawn", b"3")
    assert (await asked.run(*words, "--as-of", "2"))[0] == 5, "the file exists"
    assert (await asked.run(*words, "--as-of", "2", "--force"))[0] == 0
    (then,) = pq.read_table(file).to_pylist()
    assert (then["status"], then["isStanding"]) == ("claimed", True)


async def test_filings_in_parquet_are_the_table_of_filings(asked: Asked) -> None:
    one, other = asked.folder / "one.parquet", asked.folder / "other.parquet"
    assert (await asked.run("export", "--format", "parquet", "-o", one))[0] == 0
    words = ("export", "table", "filings", "--format", "parquet", "-o", other)
    assert (await asked.run(*words))[0] == 0
    assert pq.read_table(one) == pq.read_table(other)
    chosen = ("--office", "AU", "--right", "patent", "--from", "2013-01-01", "--force")
    assert (await asked.run(*words, *chosen))[1]["count"] == 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--format", "parquet"), 2, "expected a file"),
        (("--format", "csv"), 2, "standard output holds the export"),
        (("-o", "x.csv", "--right", "patent"), 2, "--office"),
        (("-o", "x.csv", "--from", "2014-01-01", "--until", "2013-01-01"), 2, "no later"),
        (("-o", "x.csv", "--as-of", "99"), 2, "asOf"),
        (("-o", "nowhere/x.csv"), 2, "nowhere/x.csv"),
    ],
)
async def test_what_cannot_be_written_is_refused_and_leaves_no_file(
    asked: Asked,
    words: tuple[str, ...],
    code: int,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(asked.folder)
    found, document = await asked.run("export", "table", "claims", *words)
    assert found == code
    assert told in str(document["error"]) + str(document["hint"])
    assert [path.name for path in asked.folder.glob("x*")] == []


async def test_claim_changes_cannot_be_parquet(asked: Asked) -> None:
    words = ("export", "--claims", "--format", "parquet", "-o", asked.folder / "x.parquet")
    code, document = await asked.run(*words)
    assert (code, "export table claims" in str(document["hint"])) == (2, True)


async def test_without_pyarrow_the_command_says_what_to_install_and_csv_works(
    asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [*(each for each in sys.modules if each.startswith("pyarrow")), "pyarrow"]:
        monkeypatch.setitem(sys.modules, name, None)
    file = asked.folder / "x.parquet"
    words = ("export", "table", "claims", "-o", file)
    code, document = await asked.run(*words, "--format", "parquet")
    assert (code, file.exists()) == (4, False)
    assert "ipregister[bulk]" in str(document["hint"])
    assert (await asked.run(*words, "--format", "csv"))[0] == 0
