"""What other offices put into the register never steers the terminal of who reads it."""

import asyncio
import json
import unicodedata
from pathlib import Path

import msgspec
import pytest
from builders.office_api import OfficeApi, served
from hypothesis import given
from hypothesis import strategies as st

from ledger.register.entries import Filing
from node.cli import run
from node.cli.documents import show, show_table
from node.cli.output import CommandError, ExitCode, data, print_json, show_failure, talk
from node.cli.printable import printable

Captured = pytest.CaptureFixture[str]
HOSTILE = "a\x1b[2J\x00\x07\r\u202eb\x9b\u2028\nError: c"
SHOWN = r"a\u001b[2J\u0000\u0007\u000d\u202eb\u009b\u2028\u000aError: c"


def test_a_document_is_shown_with_escapes(capsys: Captured) -> None:
    show({"reasonText": HOSTILE, "bag": [HOSTILE], "days": [{"name": HOSTILE}]})
    assert capsys.readouterr().out == (
        f"reasonText: {SHOWN}\nbag: {SHOWN}\ndays:\n  - name {SHOWN}\n"
    )


def test_a_table_is_shown_with_escapes(capsys: Captured) -> None:
    show_table(("name",), [(HOSTILE,)])
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == ["name", SHOWN]


@pytest.mark.parametrize("markup", [True, False])
def test_a_line_and_a_message_are_shown_with_escapes(markup: bool, capsys: Captured) -> None:
    data().print(f"summary: {HOSTILE}", markup=markup)
    talk().print(f"\nrow: {HOSTILE}\n", markup=markup)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (f"summary: {SHOWN}\n", f"\nrow: {SHOWN}\n\n")


def test_a_failure_is_shown_with_escapes(capsys: Captured) -> None:
    error = CommandError(ExitCode.NO, "got a\x1b[2Jb\n  fix: this", "say \x07")
    show_failure(error, as_json=False)
    assert capsys.readouterr().err == "Error: got a\\u001b[2Jb\n  fix: this\nFix: say \\u0007\n"


def test_json_keeps_the_value_and_is_plain_on_a_terminal(capsys: Captured) -> None:
    text = HOSTILE + "\x7f\U000e0001\ud800é"
    print_json({"reasonText": text})
    out = capsys.readouterr().out
    assert out.removesuffix("\n").isprintable()
    assert json.loads(out) == {"ok": True, "reasonText": text}


@given(st.text(st.characters()))
def test_what_is_printable_stays_and_the_rest_can_be_read(text: str) -> None:
    shown = printable(text)
    assert all(
        unicodedata.category(each) not in {"Cc", "Cf", "Cs", "Zl", "Zp", "Co"} for each in shown
    )
    assert json.loads(json.dumps(text, ensure_ascii=False)) == text
    assert printable(shown) == shown


@pytest.mark.parametrize("command", ["lookup", "family", "verify-filing"])
async def test_a_number_that_another_office_filed_with_escapes_is_shown_with_visible_ones(
    command: str, office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    claim = {"ipOfficeCode": "US", "applicationNumberText": "61/610,420\x1b[2J\u202e"}
    filing = {"right": "patent", "applicationNumberText": "2013\x07287263"}
    body = {**filing, "filingDate": "2013-03-12", "priorityClaimBag": [claim]}
    # POST /filings refuses such texts; what an office signs itself may still have them.
    (receipt,) = await office.service.register([msgspec.convert(body, Filing)])
    assert receipt.outcome.status == "accepted"
    token = tmp_path / "token"
    token.write_text(office.tokens["examiner"])
    async with served(office) as url:
        rest = ["--url", url, "--token-file", str(token)]
        await asyncio.to_thread(run, [command, "AU", "2013287263", *rest])
    captured = capsys.readouterr()
    assert "".join((captured.out + captured.err).split("\n")).isprintable()
    assert r"61/610,420\u001b[2J\u202e" in captured.out
