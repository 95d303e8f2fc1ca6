"""Families with sealed members, and verification with an access code, over HTTP."""

import json
import logging
from typing import Any

import pytest
from builders.office_api import OfficeApi

from ledger.register.priority.unlock import NO_ANSWER

FIRST = {"right": "patent", "applicationNumberText": "2013900001", "filingDate": "2013-03-12"}
SECOND = {"ipOfficeCode": "AU", "filingDate": "2014-03-11", "right": "patent"}


async def sealed(office: OfficeApi) -> dict[str, Any]:
    """The receipt of the sealed first filing, with its access code."""
    answer = await office.clerk.post("/sealed-filings", json=FIRST)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def question(receipt: dict[str, Any], **changes: object) -> dict[str, Any]:
    names = ("ipOfficeCode", "applicationNumberText", "filingDate", "accessCode")
    return {"first": {**{name: receipt[name] for name in names}, **changes}, "second": SECOND}


async def claiming(office: OfficeApi, receipt: dict[str, Any]) -> str:
    """The id of a sealed second filing that claims the sealed first one."""
    request = {
        "right": "patent",
        "applicationNumberText": "2014900002",
        "filingDate": "2014-03-11",
        "priorityClaimBag": [question(receipt)["first"]],
    }
    answer = await office.clerk.post("/sealed-filings", json=request)
    assert answer.status_code == 201, answer.text
    identifier: str = answer.json()["filingId"]
    return identifier


async def test_sealed_members_are_shown_with_what_the_own_file_has_of_them(
    office: OfficeApi,
) -> None:
    receipt = await sealed(office)
    second = await claiming(office, receipt)
    answer = await office.examiner.get(f"/families/{second}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    members = answer.json()["members"]
    assert [
        (one["filingId"], one["isSealed"], one["right"], one["applicationNumberText"])
        for one in members
    ] == [
        (receipt["filingId"], True, "patent", "2013900001"),
        (second, True, "patent", "2014900002"),
    ]
    (joint,) = members[1]["jointBag"]
    assert (joint["earlierFilingId"], joint["claimKey"]) == (
        receipt["filingId"],
        receipt["filingId"].rpartition(".")[2],
    )
    assert "applicationNumberText" not in joint
    # After the opening both ids lead to the same family, and it can be kept by caches again.
    opened = await office.clerk.post(f"/sealed-filings/{receipt['filingId']}/opening", json={})
    assert opened.status_code == 201, opened.text
    for asked in (receipt["filingId"], "AU.patent.2013900001"):
        family = await office.examiner.get(f"/families/{asked}?kind=extended")
        assert [one["filingId"] for one in family.json()["members"]] == [
            "AU.patent.2013900001",
            second,
        ]
    await office.clerk.post(f"/sealed-filings/{second}/opening", json={})
    last = await office.examiner.get(f"/families/{second}")
    assert "ETag" in last.headers
    assert not any(one.get("isSealed") for one in last.json()["members"])


async def test_a_sealed_id_that_is_none_is_not_found(office: OfficeApi) -> None:
    receipt = await sealed(office)
    absent = receipt["filingId"][:-2] + "BA"
    answer = await office.examiner.get(f"/families/{absent}")
    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (404, "not-found")


async def test_an_examiner_verifies_a_claim_to_a_sealed_filing(office: OfficeApi) -> None:
    receipt = await sealed(office)
    answer = await office.examiner.post("/priority-verifications", json=question(receipt))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "confirmedWithRemarks")
    assert answer.json()["reasons"] == ["SAME_OFFICE"]
    assert answer.json()["firstFiling"]["filingId"] == receipt["filingId"]
    without = question(receipt)
    del without["first"]["accessCode"]
    told = (await office.examiner.post("/priority-verifications", json=without)).json()
    assert (told["outcome"], told["reasons"]) == (
        "undetermined",
        ["SAME_OFFICE", "MAY_BE_SEALED"],
    )


async def test_every_way_of_asking_keeps_the_code_to_itself(
    office: OfficeApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = await sealed(office)
    code = receipt["accessCode"]
    right, wrong = question(receipt), question(receipt, applicationNumberText="2013900002")
    misspelt = question(receipt)
    misspelt["first"]["acessCode"] = code
    unread = question(receipt, filingDate=code)
    ill_typed = question(receipt, accessCode=[code])
    path = "/priority-verifications"
    answers = [
        await office.examiner.post(path, json=body)
        for body in (right, wrong, misspelt, unread, ill_typed, [right, wrong])
    ]
    lines = "\n".join(json.dumps(each) for each in (right, wrong, misspelt, ill_typed))
    answers.append(
        await office.examiner.post(
            path, content=lines, headers={"Content-Type": "application/jsonl"}
        )
    )
    names = ("firstIpOfficeCode", "firstApplicationNumberText", "firstFilingDate")
    header = ",".join((*names, "firstAccessCode", "secondIpOfficeCode", "secondFilingDate"))
    cells = ["AU", "2013900001", "2013-03-12", code, "AU", "2014-03-11", "patent"]
    table = f"{header},secondRight\n{','.join(cells)}\n{','.join([*cells[:3], '=' + code, *cells[4:]])}\n"
    answers.append(
        await office.examiner.post(path, content=table, headers={"Content-Type": "text/csv"})
    )
    bag = {"second": SECOND, "priorityClaimBag": [right["first"], wrong["first"]]}
    answers.append(await office.examiner.post("/filing-verifications", json=bag))
    assert [answer.status_code for answer in answers] == [
        200,
        200,
        422,
        422,
        422,
        200,
        200,
        200,
        200,
    ]
    assert NO_ANSWER in answers[1].json()["summary"]
    assert [row["outcome"] for row in answers[7].json()["rows"]] == [
        "confirmedWithRemarks",
        "malformed",
    ]
    shown = [answer.text for answer in answers] + [str(answer.headers) for answer in answers]
    for text in (*shown, caplog.text):
        assert code not in text
        assert code.replace("-", "") not in text
