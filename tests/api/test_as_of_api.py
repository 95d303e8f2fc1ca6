"""`asOf`: reading the register as it was at an earlier height, over HTTP."""

from collections.abc import Mapping

import httpx2 as httpx
import pytest
from builders.office_api import OfficeApi

FIRST = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
SECOND = {"right": "patent", "applicationNumberText": "2013287263", "filingDate": "2013-03-12"}
CLAIM = {
    "ipOfficeCode": "AU",
    "applicationNumberText": "2012900001",
    "filingDate": "2012-03-13",
}
QUESTION = {
    "first": CLAIM,
    "second": {
        "ipOfficeCode": "AU",
        "filingDate": "2013-03-12",
        "right": "patent",
        "applicationNumberText": "2013287263",
    },
}
FILING = "/filings/AU.patent.2013287263"
FAMILY = "/families/AU.patent.2012900001"
PATHS = (
    "/filings",
    "/filings?office=AU&right=patent",
    FILING,
    f"{FILING}/history",
    f"{FAMILY}?kind=simple",
    f"{FAMILY}?kind=extended",
    "/offices",
    "/offices/AU",
    "/offices/AU/coverage",
    "/offices/AU/closed-days",
)
STEPS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("/filings", FIRST),
    ("/filings", SECOND),
    (f"{FILING}/claims", {"action": "add", "claim": CLAIM, "decisionDate": "2013-04-02"}),
    ("/offices/AU/closed-days", {"year": 2013, "closedDayBag": [{"date": "2013-03-13"}]}),
    (
        "/offices/AU/coverage",
        {"right": "patent", "fromDate": "2012-01-01", "untilDate": "2012-12-31"},
    ),
    (f"{FILING}/events", {"eventCategory": "published", "eventDate": "2014-09-18"}),
    ("/offices/AU/closed-days", {"year": 2013, "closedDayBag": [{"date": "2013-03-12"}]}),
    (
        "/offices/AU/coverage",
        {"right": "patent", "fromDate": "2013-01-01", "untilDate": "2013-12-31"},
    ),
    (f"{FILING}/claims", {"action": "withdraw", "claim": CLAIM, "decisionDate": "2015-02-03"}),
)


def with_height(path: str, height: int) -> str:
    return f"{path}{'&' if '?' in path else '?'}asOf={height}"


def content(answer: httpx.Response) -> tuple[object, ...]:
    """What an answer says, but for the id of its request."""
    document = answer.json()
    if answer.status_code != 200:
        document = document["type"], document["detail"]
    headers = answer.headers
    return (
        answer.status_code,
        headers.get("Register-Height"),
        headers.get("Register-Time"),
        document,
    )


async def read_everything(office: OfficeApi, height: int | None = None) -> list[tuple[object, ...]]:
    def at(path: str) -> str:
        return path if height is None else with_height(path, height)

    asked = [await office.examiner.get(at(path)) for path in PATHS]
    path = at("/priority-verifications")
    asked += [await office.examiner.post(path, json=body) for body in (QUESTION, [QUESTION] * 2)]
    return list(map(content, asked))


async def test_every_route_answers_for_every_height_as_it_did_then(office: OfficeApi) -> None:
    kept = [await read_everything(office)]
    for path, body in STEPS:
        answer = await office.clerk.post(path, json=body)
        assert answer.status_code == 201, answer.text
        kept.append(await read_everything(office))
    assert office.service.ledger.height == len(STEPS)
    assert kept[2] != kept[3] != kept[9]
    for height, then in enumerate(kept):
        assert await read_everything(office, height) == then


async def test_an_answer_names_its_height_and_the_time_of_that_block(office: OfficeApi) -> None:
    registered = await office.clerk.post("/filings", json=FIRST)
    await office.clerk.post("/filings", json=SECOND)
    answer = await office.examiner.get("/filings/AU.patent.2012900001?asOf=1")
    assert answer.headers["Register-Height"] == "1"
    assert answer.headers["Register-Time"] == registered.json()["blockTime"]
    earlier = await office.examiner.get("/filings/AU.patent.2013287263?asOf=1")
    assert earlier.status_code == 404
    assert "at height 1" in earlier.json()["detail"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("3", "a height from 0 to 2"),
        ("-1", None),
        ("x", None),
        ("1.5", None),
        ("", None),
        ("99999999999999999999", None),
    ],
)
async def test_a_height_that_is_none_is_refused_with_the_range(
    office: OfficeApi, given: str, expected: str | None
) -> None:
    for body in (FIRST, SECOND):
        await office.clerk.post("/filings", json=body)
    for answer in (
        *[await office.examiner.get(f"{path.partition('?')[0]}?asOf={given}") for path in PATHS],
        await office.examiner.post(f"/priority-verifications?asOf={given}", json=QUESTION),
    ):
        (fault,) = answer.json()["errors"]
        assert (answer.status_code, fault["field"]) == (400, "asOf")
        assert expected is None or (fault["expected"], fault["received"]) == (expected, given)


async def test_a_stranger_learns_no_height(office: OfficeApi) -> None:
    answer = await office.stranger.get("/filings?asOf=7")
    assert answer.status_code == 401


async def test_a_height_to_wait_for_may_be_the_height_to_answer_for(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FIRST)
    answer = await office.examiner.get("/filings?minHeight=1&asOf=1")
    assert len(answer.json()["filings"]) == 1


async def test_what_holds_at_the_last_height_only_says_so(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FIRST)
    for path in ("/receipts/AU.patent.2012900001", "/state-evidence/fAUP2012900001"):
        answer = await office.examiner.get(f"{path}?asOf=1")
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["field"] == "asOf"


async def test_pages_of_an_earlier_height_lead_to_all_of_its_filings(office: OfficeApi) -> None:
    numbers = [f"20132{number:05}" for number in (5, 3, 1, 2, 4)]
    for number in numbers:
        await office.clerk.post("/filings", json={**SECOND, "applicationNumberText": number})
    shown: list[str] = []
    path = "/filings?limit=1&asOf=3"
    pages = 0
    while path:
        answer = await office.examiner.get(path)
        shown += [filing["applicationNumberText"] for filing in answer.json()["filings"]]
        link = answer.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</api/v1")
        pages += 1
    assert shown == sorted(numbers[:3])
    assert pages == 5
