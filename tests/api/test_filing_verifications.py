"""All claims of a filing verified together, over HTTP and by the command line."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from builders.office_api import OfficeApi, served

from node.cli import run

CLAIMS = [
    {"ipOfficeCode": "AU", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"},
    {"ipOfficeCode": "AU", "applicationNumberText": "2012900002", "filingDate": "2012-09-12"},
]
FILINGS = [
    {"right": "patent", **{name: claim[name] for name in claim if name != "ipOfficeCode"}}
    for claim in CLAIMS
]
SECOND = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "priorityClaimBag": CLAIMS,
}
QUESTION = {
    "second": {"ipOfficeCode": "JP", "filingDate": "2013-03-12", "right": "patent"},
    "priorityClaimBag": CLAIMS,
}


async def register(office: OfficeApi) -> None:
    answer = await office.clerk.post("/filings", json=[*FILINGS, SECOND])
    assert answer.json()["counts"]["accepted"] == 3


async def test_all_claims_of_a_registered_filing_are_verified_together(office: OfficeApi) -> None:
    await register(office)
    path = "/filings/AU.patent.2013287263/priority-verification"
    answer = await office.examiner.get(path)
    assert (answer.status_code, answer.headers["Register-Height"]) == (200, "1")
    document = answer.json()
    assert [claim["number"] for claim in document["claims"]] == [1, 2]
    assert document["priorityDate"] == "2012-03-13"
    before = await office.examiner.get(path, params={"asOf": 0})
    assert before.status_code == 404
    assert (await office.stranger.get(path)).status_code == 401


async def test_claims_of_a_filing_that_is_not_registered_are_verified(office: OfficeApi) -> None:
    await register(office)
    answer = await office.examiner.post("/filing-verifications", json=QUESTION)
    document = answer.json()
    assert answer.status_code == 200
    assert "filingId" not in document
    assert [claim["verification"]["outcome"] for claim in document["claims"]] == ["confirmed"] * 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"second": QUESTION["second"]}, 422),
        ({"priorityClaimBag": CLAIMS}, 422),
        ({**QUESTION, "priorityClaimBag": [{}] * 201}, 413),
        ({**QUESTION, "priorityClaimBag": [{"number": "1"}]}, 422),
        ([QUESTION], 422),
    ],
)
async def test_a_wrong_question_is_told_what_was_expected(
    office: OfficeApi,
    body: object,
    status: int,
) -> None:
    answer = await office.examiner.post("/filing-verifications", json=body)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["expected"]


async def command(
    office: OfficeApi, folder: Path, capsys: pytest.CaptureFixture[str], *words: str
) -> tuple[int, dict[str, Any]]:
    """The exit code and the document of a command line, asked of the office."""
    token = folder / "token"
    token.write_text(office.tokens["examiner"])
    async with served(office) as url:
        line = [*words, "--url", url, "--token-file", str(token), "--json"]
        code = await asyncio.to_thread(run, line)
    return code, json.loads(capsys.readouterr().out)


async def test_the_command_line_verifies_a_filing(
    office: OfficeApi, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await register(office)
    code, document = await command(
        office, tmp_path, capsys, "verify-filing", "AU", "2013287263", "--date", "2013-03-12"
    )
    assert (code, document["ok"], len(document["claims"])) == (0, True, 2)
    named = ("--claim", "AU:2012900001:2012-03-13", "--claim", "AU:2012900002:2012-09-11:patent")
    code, document = await command(
        office, tmp_path, capsys, "verify-filing", "JP", *named, "--date", "2013-03-12"
    )
    outcomes = [claim["verification"]["outcome"] for claim in document["claims"]]
    assert (code, outcomes) == (1, ["confirmed", "mismatch"])


@pytest.mark.parametrize(
    "words",
    [
        ("AU",),
        ("AU", "--claim", "US:61/1:2012-03-13"),
        ("AU", "--date", "2013-03-12", "--claim", "US 61/1"),
        ("AU", "--date", "2013-03-12", "--claim", "US:61/1:13.3.2012"),
        ("AU", "--date", "2013-03-12", "--claim", "US:61/1:2012-03-13:patents"),
        ("AU", "--date", "2013-03-12", "--claim", "US:61/1:2012-03-13:patent:1"),
    ],
)
def test_a_wrong_command_line_asks_no_node(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify-filing", *words, "--url", "http://127.0.0.1:9", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["error"]
