"""Real families, run as sealed filings: what is found before publication is what is found after it."""

import json
from pathlib import Path

import pytest

from node.cli import run
from node.evaluation.collection import enter_collection
from node.evaluation.count import Count
from node.evaluation.sealed_families import evaluate_sealed_families

PROVED = "a claim is proved with number, date and access code of its first filing"
WHOLE = "of a family all claims are proved before its first publication"


def row(office: str, number: str, filed: str, published: str, *claims: object) -> str:
    return json.dumps(
        {
            "office": office,
            "right": "patent",
            "number": number,
            "docdb": f"{office}.{number}.A",
            "filing_date": filed,
            "publications": [{"date": published}],
            "priorities": claims,
        }
    )


def claimed(office: str, number: str, filed: str) -> object:
    return {"office": office, "number": number, "docdb": f"{office}.{number}.A", "date": filed}


AU_FIRST = claimed("AU", "2012900001", "2012-03-13")
ROWS = (
    row("AU", "2012900001", "2012-03-13", "2013-09-20"),
    row("EP", "13754321", "2013-03-12", "2014-09-24", AU_FIRST),
    # The first filing of US is only named.
    row(
        "JP",
        "2013-050001",
        "2013-03-12",
        "2014-09-25",
        AU_FIRST,
        claimed("US", "61/610,420", "2012-05-01"),
    ),
)
MISTYPED = row(
    "KR", "10-2013-0026000", "2013-03-11", "2014-09-22", claimed("AU", "2012900001", "2012-03-14")
)


def counts_of(*rows: str) -> dict[str, Count]:
    collection = enter_collection(text.encode() for text in rows)
    return {count.question: count for count in evaluate_sealed_families(collection)}


def test_a_family_is_found_before_its_publication_as_after_it() -> None:
    counts = counts_of(*ROWS)
    assert [(count.cases, count.as_expected) for count in counts.values()] == [
        (3, 3),  # claims
        (1, 1),  # families
        (32, 32),  # four members, four offices, two kinds
        (4, 4),
        (8, 8),
        (8, 8),
    ]


def test_a_claim_with_another_date_cannot_be_proved_and_is_told() -> None:
    counts = counts_of(*ROWS, MISTYPED)
    assert counts[PROVED].otherwise == (
        "KR.patent.20130026000 claims AU 2012900001 of 2012-03-14: no filing has this number and date",
    )
    # Its family is compared only after the openings, where all see the mistake.
    assert counts[WHOLE].otherwise == ("AU.patent.2012900001: not those of KR.patent.20130026000",)
    rest = [count for question, count in counts.items() if question not in {PROVED, WHOLE}]
    assert all(not count.otherwise for count in rest)


def test_the_command_counts_and_writes_its_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "real-filings.jsonl").write_text("\n".join(ROWS))
    document = tmp_path / "page.md"
    document.write_text("<!-- sealed evaluation: begin -->\n<!-- sealed evaluation: end -->\n")
    assert run(["evaluate-sealed", str(tmp_path), "--into", str(document), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["counts"][0]["cases"]) == (True, 3)
    assert f"| {PROVED} | 3 | 3 | 0 |" in document.read_text()
    (tmp_path / "real-filings.jsonl").unlink()
    assert run(["evaluate-sealed", str(tmp_path)]) == 2
    assert "expected real-filings.jsonl" in capsys.readouterr().err


def test_real_families_are_the_same_sealed_and_open(shared_data: Path) -> None:
    lines = (shared_data / "real-filings.jsonl").read_bytes().splitlines()
    collection = enter_collection(lines[::8])
    counts = {count.question: count for count in evaluate_sealed_families(collection)}
    assert min(count.cases for count in counts.values()) > 100
    otherwise = {question: count.otherwise for question, count in counts.items()}
    unproved = otherwise.pop(PROVED)
    assert len(otherwise.pop(WHOLE)) <= len(unproved)
    assert all(otherwise[question] == () for question in otherwise)
    assert len(unproved) < counts[PROVED].cases / 50  # claims without a date, mostly
