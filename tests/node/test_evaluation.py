"""The register's rules held against data whose answers are known."""

import json
from pathlib import Path

import pytest

from node.cli import run
from node.evaluation import FILES, evaluate
from node.evaluation.count import Count, markdown
from node.evaluation.number_table import number_table

MISWRITTEN = "the right claims, with the last digit of the serial number changed"
NUMBERS = """office,right,original,docdb,epodoc,st13,date,basis
CN,patent,2023104556449,CN.202310455644.A,,,2023-04-25,glued check digit
KR,patent,10-2016-0063019,KR.20160063019.A,,102016000063019,2016-05-23,
KR,patent,10-2016-0063019,KR.20160063018.A,,,2016-05-23,another number
"""
FIRST = {
    "office": "JP",
    "right": "patent",
    "number": "2007-290922",
    "docdb": "JP.2007290922.A",
    "filing_date": "2007-11-08",
}
SECOND = {
    "office": "US",
    "right": "patent",
    "number": "12/262,000",
    "docdb": "US.26200008.A",
    "filing_date": "2008-10-30",
    "priorities": [
        {
            "office": "JP",
            "number": "2007-290922",
            "docdb": "JP.2007290922.A",
            "date": "2007-11-08",
        }
    ],
}
EDGE = {
    "category": "late 1-10 days",
    "office": "WO",
    "right": "patent",
    "number": "PCT/US2016/013975",
    "filing_date": "2016-01-19",
    "priority": {"office": "US", "number": "62/104,836", "date": "2015-01-18"},
}
FAMILY = {
    "kind": "simple",
    "members": ["JP.2007290922.A", "US.26200008.A"],
    "rule_reproduces_it": True,
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    numbers, filings, edges, families = (tmp_path / name for name in FILES)
    numbers.write_text(NUMBERS)
    filings.write_text("\n".join(map(json.dumps, (SECOND, FIRST))))
    edges.write_text(json.dumps(EDGE))
    families.write_text(json.dumps(FAMILY))
    return tmp_path


def test_every_question_is_counted_and_what_comes_out_otherwise_is_shown(directory: Path) -> None:
    counts = {count.question: count for count in evaluate(directory, lambda _: None)}
    apart = counts["all forms of a number meet in one match key"]
    assert (apart.cases, apart.as_expected) == (3, 2)
    assert apart.otherwise == (
        "KR: {'10-2016-0063019': '20160063019', 'KR.20160063018.A': '20160063018'}",
    )
    found = counts["a claimed first filing of the data is found, with its date"]
    assert (found.cases, found.as_expected) == (1, 1)
    shifted = counts["the right claims, with a date that is a day off, are told so"]
    assert (shifted.cases, shifted.as_expected) == (1, 1)
    miswritten = counts[f"{MISWRITTEN}: none is confirmed"]
    assert (miswritten.cases, miswritten.as_expected) == (1, 1)
    suggested = counts["... and the right filing is among the suggestions"]
    assert (suggested.cases, suggested.as_expected) == (1, 1)
    # Paris Convention Art. 4C(3): Martin Luther King Day of 2016
    edge = counts["claims at the edge: late 1-10 days"]
    assert (edge.cases, edge.as_expected) == (1, 1)
    family = counts["simple families are those that a database states"]
    assert (family.cases, family.as_expected) == (1, 1)


def test_the_table_goes_between_the_marks_of_a_document(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = directory / "register.md"
    document.write_text("a\n<!-- evaluation: begin -->\nold\n<!-- evaluation: end -->\nz\n")
    assert run(["evaluate", str(directory), "--into", str(document)]) == 1
    assert "KR.20160063018.A" in capsys.readouterr().out
    first, *table, last = document.read_text().splitlines()
    assert (first, last) == ("a", "z")
    assert "| all forms of a number meet in one match key | 3 | 2 | 1 |" in table
    assert "old" not in table


def test_a_directory_without_data_is_told_what_is_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["evaluate", str(tmp_path), "--json"]) == 2
    assert "expected some of numbers.csv" in json.loads(capsys.readouterr().out)["error"]


def test_a_table_has_a_line_for_each_count() -> None:
    count = Count(question="q", cases=2_000, as_expected=1_999, otherwise=("x",))
    assert markdown((count,)).splitlines()[2:] == ["| q | 2,000 | 1,999 | 1 |"]


def test_the_whole_data_set_comes_out_as_it_says(shared_data: Path) -> None:
    counts = evaluate(shared_data, lambda _: None)
    otherwise = {count.question: count.otherwise for count in counts if count.otherwise}
    # AU 1986/052376 claims its own number, which is no priority (register.md F1); the database counts it.
    assert otherwise.pop("simple families are those that a database states") == (
        "EP.patent.86900035: too many ['AU.patent.1986052376'], missing []",
    )
    # Changed numbers of other filings of the same date, or of international applications of the second filing's.
    confirmed = otherwise.pop(f"{MISWRITTEN}: none is confirmed")
    assert [case.partition(" claims ")[2].partition(":")[0] for case in confirmed] == [
        "FR 07 03714 of 2007-05-25"
    ]
    suggested = otherwise.pop("... and the right filing is among the suggestions")
    assert {case.partition(" claims ")[2].partition(":")[0] for case in suggested} == {
        "FR 07 03714 of 2007-05-25",
        "US 13/429,416 of 2012-03-25",
        "WO PCT/RU2009/000332 of 2009-07-02",
        "WO PCT/US2013/032082 of 2013-03-15",
    }
    assert otherwise == {}
    assert min(count.cases for count in counts) > 0


def test_the_page_of_number_forms_is_current() -> None:
    page = Path(__file__).parents[2] / "docs" / "numbers.md"
    assert page.read_text() == number_table(), "run make docs"


def test_what_is_wrong_with_the_data_is_told_with_the_file(
    directory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        FILES[0]: [("office,number\nUS,1\n", "expected the columns office, right, original")],
        FILES[2]: [("{}\n", "missing required field"), ("[1\n", "")],
        FILES[3]: [("{}\n", "missing required field")],
    }
    for name, contents in wrong.items():
        path = directory / name
        good = path.read_bytes()
        for content, expected in contents:
            path.write_text(content)
            assert run(["evaluate", str(directory), "--json"]) == 2
            error = json.loads(capsys.readouterr().out)["error"]
            assert error.startswith(f"{path}: ")
            assert expected in error
        path.write_bytes(good)
    path.unlink()
    path.mkdir()
    assert run(["evaluate", str(directory), "--json"]) == 2
    assert f"{path}: Is a directory" in json.loads(capsys.readouterr().out)["error"]


def test_the_document_for_the_table_is_looked_at_before_anything_is_counted(
    directory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without_marks = tmp_path / "document.md"
    without_marks.write_text("no marks")
    for into in (without_marks, tmp_path / "absent.md", tmp_path):
        assert run(["evaluate", str(directory), "--into", str(into)]) == 2
        err = capsys.readouterr().err
        assert str(into) in err
        assert "Evaluating" not in err
