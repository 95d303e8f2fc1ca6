"""Drafts of closed days, and the commands that write and declare them."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.register.entries import ClosedDay
from node.cli import run
from node.closed_days_draft import ClosedDaysFile, NoDraftError, draft_closed_days

Captured = pytest.CaptureFixture[str]


def in_json(capsys: Captured, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run([*arguments, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


@pytest.mark.parametrize(
    ("office", "day", "name"),
    [
        ("EP", "1993-11-17", "Repentance and Prayer Day"),
        ("US", "2000-01-17", "Martin Luther King Jr. Day"),
        ("US", "2000-02-21", "Washington's Birthday"),
        ("US", "2008-10-13", "Columbus Day"),
        ("US", "2013-05-27", "Memorial Day"),
        ("US", "2015-09-07", "Labor Day"),
        ("US", "2016-01-18", "Martin Luther King Jr. Day"),
        ("EP", "2025-04-21", "Easter Monday"),
    ],
)
def test_drafts_hold_the_days_that_made_real_filings_timely(
    office: str, day: str, name: str
) -> None:
    # Paris Convention Art. 4C(3): filings made on the day after these, in time
    wanted = date.fromisoformat(day)
    found = draft_closed_days(office, wanted.year).closed_day_bag
    assert {each.name for each in found if each.date == wanted} == {name}


def test_the_european_patent_office_is_drafted_by_its_filing_places() -> None:
    # EPC Rule 134(1)
    drafted = draft_closed_days("EP", 1993)
    named = [each for each in drafted.closed_day_bag if each.date == date(1993, 11, 17)]
    assert named == [
        ClosedDay(date=each.date, name="Repentance and Prayer Day", filing_place=place)
        for each, place in zip(named, ("Berlin", "Munich"), strict=True)
    ]
    assert {each.filing_place for each in drafted.closed_day_bag} == {
        "Berlin",
        "Munich",
        "The Hague",
    }
    assert drafted.weekly_rest_day_bag == ("saturday", "sunday")
    assert not drafted.is_reviewed


@pytest.mark.parametrize(
    ("office", "year", "day"),
    [
        ("WO", 2024, date(2024, 9, 5)),  # Genevan Fast
        ("IB", 2024, date(2024, 9, 5)),
        ("EM", 2024, date(2024, 10, 9)),  # Valencian Community Day
        ("EP", 2011, date(2011, 8, 15)),  # Assumption Day, in Munich
        ("QZ", 2024, date(2024, 7, 14)),
        ("BX", 2024, date(2024, 4, 27)),  # King's Day
        ("JP", 2024, date(2024, 12, 30)),  # Act No. 91 of 1988
        ("KR", 2024, date(2024, 5, 1)),  # Korean Patent Act Art. 14
        ("US", 2021, date(2021, 7, 5)),  # observed
        (
            "US",
            1989,
            date(1989, 1, 20),
        ),  # 5 USC 6103(c); 1098 OG 548: a holiday for the purposes of 35 USC 21(b)
        ("US", 1985, date(1985, 1, 21)),  # the 20th is a Sunday
        ("CA", 2025, date(2025, 4, 21)),  # Easter Monday: Patent Rules (SOR/2019-251)
        ("CA", 2025, date(2025, 8, 4)),  # the first Monday of August: the same
        ("CA", 2022, date(2022, 8, 1)),
        ("AU", 2009, date(2009, 3, 9)),  # Canberra Day
    ],
)
def test_the_holidays_of_the_seat_are_drafted(office: str, year: int, day: date) -> None:
    drafted = draft_closed_days(office, year)
    assert day in {each.date for each in drafted.closed_day_bag}


@pytest.mark.parametrize(
    ("office", "year", "day"),
    [
        ("US", 2023, date(2023, 1, 20)),  # no President takes office
        ("US", 2007, date(2007, 1, 22)),
        ("US", 1965, date(1965, 1, 20)),  # 5 USC 6103(c): "each fourth year after 1965"
        ("CA", 2019, date(2019, 8, 5)),  # before the Patent Rules that name it
        ("CA", 2025, date(2025, 8, 1)),
        ("EP", 2024, date(2024, 12, 27)),  # by a notice of each year, which no library has
    ],
)
def test_a_day_that_is_not_sure_is_not_drafted(office: str, year: int, day: date) -> None:
    drafted = draft_closed_days(office, year)
    assert day not in {each.date for each in drafted.closed_day_bag}


@pytest.mark.parametrize(
    ("office", "year", "told"),
    [
        ("EP", 2027, "closes on 24 December and from 27 to 31 December"),
        ("CA", 2027, "first Monday of August"),
        *((office, 2027, "sets its own days") for office in ("WO", "IB", "EM", "EA", "OA", "AP")),
        ("CN", 2030, "Which ones in 2030 is unknown here"),
        ("TW", 2030, "Which ones in 2030 is unknown here"),
    ],
)
def test_the_note_tells_what_the_draft_cannot_know(office: str, year: int, told: str) -> None:
    assert told in draft_closed_days(office, year).note


def test_a_note_says_nothing_that_the_draft_knows() -> None:
    assert "unknown" not in draft_closed_days("CN", 2024).note
    assert "unknown" not in draft_closed_days("US", 2030).note
    assert "sets its own days" not in draft_closed_days("JP", 2027).note


def test_days_of_rest_that_are_sometimes_worked_are_drafted_one_by_one() -> None:
    drafted = draft_closed_days("CN", 2024)
    days = {each.date for each in drafted.closed_day_bag}
    assert drafted.weekly_rest_day_bag == ()
    assert date(2024, 5, 11) not in days  # a Saturday worked for the bridge day of 3 May
    assert date(2024, 5, 18) in days
    assert date(2024, 5, 19) in days
    assert draft_closed_days("IL", 2024).weekly_rest_day_bag == ("friday", "saturday")


@pytest.mark.parametrize(("office", "year"), [("EP", 1950), ("CN", 1940), ("US", 1860)])
def test_a_year_of_which_nothing_is_known_is_not_drafted(office: str, year: int) -> None:
    with pytest.raises(NoDraftError, match=f"are known for {year}"):
        draft_closed_days(office, year)


def test_a_draft_is_declared_only_after_a_person_looked_at_it(
    tmp_path: Path, capsys: Captured
) -> None:
    path = tmp_path / "ep.json"
    arguments = ("closed-days", "draft", "EP", "2025", "--output", str(path))
    code, document = in_json(capsys, *arguments)
    assert code == 0
    assert document["note"].startswith("DRAFT")
    assert json.loads(path.read_text())["closedDayBag"] == document["closedDayBag"]
    assert in_json(capsys, *arguments)[0] == 5
    code, document = in_json(capsys, "closed-days", "declare", str(path))
    assert (code, document["ok"]) == (2, False)
    assert "nobody has checked" in document["error"]


def test_a_file_that_does_not_say_that_it_was_checked_is_not_declared(
    tmp_path: Path, capsys: Captured
) -> None:
    # register.md P8
    path = tmp_path / "ep.json"
    path.write_text('{"ipOfficeCode": "EP", "year": 2025, "closedDayBag": []}', encoding="utf-8")
    code, document = in_json(capsys, "closed-days", "declare", str(path))
    assert (code, document["ok"]) == (2, False)
    assert "nobody has checked" in document["error"]


@pytest.mark.parametrize("office", ["XU", "QM", "DD", "ZZ", "??"])
def test_no_draft_is_made_for_a_code_that_is_no_office(office: str, capsys: Captured) -> None:
    code, document = in_json(capsys, "closed-days", "draft", office, "2025")
    assert code == 2
    assert f"got {office}" in document["error"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Input data was truncated"),
        ("[]", "Expected `object`"),
        ('{"year": 2025}', "ipOfficeCode"),
        ('{"ipOfficeCode": "EP", "year": 2025, "closedDayBag": [{"date": "x"}]}', "closedDayBag"),
        ('{"ipOfficeCode": "EP", "year": 2025, "dateBag": []}', "dateBag"),
        ('{"ipOfficeCode": "EP", "year": 1882, "closedDayBag": []}', "1883"),
    ],
)
def test_a_file_that_is_none_is_told_with_the_place(
    tmp_path: Path, text: str, message: str, capsys: Captured
) -> None:
    path = tmp_path / "days.json"
    path.write_text(text)
    code, document = in_json(capsys, "closed-days", "declare", str(path))
    assert code == 2
    assert message in document["error"]


def test_the_file_that_the_tutorial_shows_is_one() -> None:
    tutorial = Path(__file__).parents[2] / "docs" / "tutorial.md"
    shown = tutorial.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]
    file = msgspec.json.decode(shown, type=ClosedDaysFile)
    assert (file.ip_office_code, file.year, file.is_reviewed) == ("EP", 2008, True)
    assert file.closed_day_bag[1].filing_place == "Munich"
