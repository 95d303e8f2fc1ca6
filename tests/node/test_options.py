"""What the shared arguments of commands name, by the rules of the register."""

from datetime import date

import pytest

from ledger.register.number_forms import number_forms
from node.cli import run
from node.cli.options import filing_id

Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("office", "number", "filed", "expected"),
    [
        ("US", "PCT/US2013/032081", None, "WO.patent.US2013032081"),
        ("ib", "PCT/US2013/032081", None, "WO.patent.US2013032081"),
        ("us", "13/797,521", None, "US.patent.13797521"),
        ("US", "13/797,521", date(2013, 3, 12), "US.patent.13797521"),
        ("DD", "123456", None, "DD.patent.123456"),
    ],
)
def test_a_command_names_a_filing_as_the_number_command_does(
    office: str, number: str, filed: date | None, expected: str
) -> None:
    assert filing_id(office, number, "patent", filed) == expected


@pytest.mark.parametrize("office", ["XX", "ZQ", "XN", "QQ", ""])
@pytest.mark.parametrize(
    "command",
    [
        ["lookup", "{}", "1"],
        ["family", "{}", "1"],
        ["event", "{}", "1", "published", "2015-01-29"],
        ["dispute", "{}", "1", "US", "61/610,420", "--reason", "a digit is wrong"],
        ["claim", "withdraw", "{}", "1", "US", "61/610,420", "--decided-on", "2015-01-29"],
        ["verify-filing", "{}", "1"],
        ["receipt", "get", "{}", "1"],
    ],
    ids=lambda command: command[0],
)
def test_a_code_of_no_office_is_a_mistake_of_the_caller(
    command: list[str], office: str, capsys: Captured
) -> None:
    words = [word.format(office) for word in command]
    assert run([*words, "--url", "http://127.0.0.1:9"]) == 2
    assert f"expected the ST.3 code of an office, such as US, got {office!r}" in (
        " ".join(capsys.readouterr().err.split())
    )


def test_a_number_without_letters_or_digits_is_told_with_an_example(capsys: Captured) -> None:
    assert run(["lookup", "US", " - ", "--url", "http://127.0.0.1:9"]) == 2
    told = " ".join(capsys.readouterr().err.split())
    assert "expected an application number with letters or digits, got ' - '" in told
    assert number_forms("US", "patent", "", None).format_hint in told


def test_another_reading_of_a_number_is_told_where_no_date_decides(capsys: Captured) -> None:
    assert filing_id("GB", "2000/123", "patent", None) == "GB.patent.202000123"
    told = " ".join(capsys.readouterr().err.split())
    assert "it may also be 2000123" in told
    assert "--date" in told
    filing_id("GB", "2000/123", "patent", date(1920, 1, 5))
    assert capsys.readouterr().err == ""
