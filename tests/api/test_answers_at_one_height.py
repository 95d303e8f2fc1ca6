"""An answer holds at the height that it names, although others register while it is made."""

import asyncio
from collections.abc import Sequence

import httpx2 as httpx
import pytest
from builders.office_api import OfficeApi

SECOND = {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"}
MOMENTS = range(0, 40, 4)
"""After how many turns of the event loop the filing is registered."""


def filing(number: int) -> dict[str, str]:
    """The first filing, not registered yet."""
    text = f"20129{number:05}"
    return {"right": "patent", "applicationNumberText": text, "filingDate": "2012-03-13"}


def claim(number: int) -> dict[str, str]:
    """A claim to it."""
    named = filing(number)
    del named["right"]
    return {"ipOfficeCode": "AU", **named}


async def register_after(office: OfficeApi, turns: int, number: int) -> None:
    for _ in range(turns):
        await asyncio.sleep(0)
    assert (await office.clerk.post("/filings", json=filing(number))).status_code == 201


async def ask(office: OfficeApi, path: str, numbers: Sequence[int], query: str) -> httpx.Response:
    if path == "/filing-verifications":
        bag = [claim(number) for number in numbers]
        question: object = {"second": SECOND, "priorityClaimBag": bag}
    else:
        question = [{"first": claim(number), "second": SECOND} for number in numbers]
    return await office.examiner.post(path + query, json=question)


@pytest.mark.parametrize("consistency", ["local", "linearizable"])
@pytest.mark.parametrize("path", ["/priority-verifications", "/filing-verifications"])
async def test_a_long_answer_is_that_of_the_height_it_names(
    office: OfficeApi, path: str, consistency: str
) -> None:
    for number in MOMENTS:
        claimed = [number, *range(9_000, 9_060), number] if path[1] == "p" else [number]
        claimed += [] if path[1] == "p" else list(range(9_000, 9_040))
        answer, _ = await asyncio.gather(
            ask(office, path, claimed, f"?consistency={consistency}"),
            register_after(office, number, number),
        )
        height = answer.headers["Register-Height"]
        again = await ask(office, path, claimed, f"?asOf={height}")
        assert again.json() == answer.json()


async def test_that_a_family_or_receipt_is_not_there_names_the_height(office: OfficeApi) -> None:
    assert (await office.clerk.post("/filings", json=filing(1))).status_code == 201
    for path in ("/families/AU.patent.2012999999", "/receipts/AU.patent.2012999999"):
        answer = await office.auditor.get(path)
        assert (answer.status_code, answer.headers["Register-Height"]) == (404, "1")
