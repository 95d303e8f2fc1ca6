"""`consistency` of reads over HTTP: what it promises, and what it refuses rather than answer with less."""

import asyncio
from pathlib import Path

import httpx2 as httpx
import pytest
from builders.office_api import OfficeApi, api_of, service_of

from node.registration import OverloadedError, StoppingError
from node.waiters import WAITING_MAX

FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
CLAIM = {
    "ipOfficeCode": "AU",
    "applicationNumberText": "2012900001",
    "filingDate": "2012-03-13",
}
QUESTION = {
    "first": CLAIM,
    "second": {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"},
}
GETS = (
    "/filings",
    "/filings/AU.patent.2012900001",
    "/filings/AU.patent.2012900001/history",
    "/filings/AU.patent.2012900001/priority-verification",
    "/families/AU.patent.2012900001",
    "/receipts/AU.patent.2012900001",
    "/state-evidence/fAUP2012900001",
    "/offices",
    "/offices/AU",
    "/offices/AU/coverage",
    "/offices/AU/closed-days",
    "/blocks",
)
POSTS = (
    ("/priority-verifications", QUESTION),
    ("/filing-verifications", {"second": QUESTION["second"], "priorityClaimBag": [CLAIM]}),
)


async def ask_all(client: httpx.AsyncClient, query: str) -> list[tuple[str, httpx.Response]]:
    """Every question that a consistency can be named for, with the answer."""
    answers = [(path, await client.get(f"{path}?{query}")) for path in GETS]
    return answers + [
        (path, await client.post(f"{path}?{query}", json=body)) for path, body in POSTS
    ]


async def test_an_office_alone_answers_every_question_linearizably(office: OfficeApi) -> None:
    assert (await office.clerk.post("/filings", json=FILING)).status_code == 201
    locally = await ask_all(office.auditor, "consistency=local")
    for (path, answer), (_, local) in zip(
        await ask_all(office.auditor, "consistency=linearizable&minHeight=1"), locally, strict=True
    ):
        assert (answer.status_code, answer.content) == (local.status_code, local.content), path
        assert answer.headers.get("Register-Height") == local.headers.get("Register-Height"), path
        assert local.status_code in {200, 404}, path
    earlier = await office.auditor.get("/filings?consistency=linearizable&asOf=0")
    assert (earlier.json()["filings"], earlier.headers["Register-Height"]) == ([], "0")


async def test_without_a_quorum_nothing_is_answered_linearizably_and_all_locally(
    tmp_path: Path,
) -> None:
    async with (
        service_of("AU", "EP") as service,
        api_of(service, tmp_path, height_wait_ms_max=1) as office,
    ):
        for path, answer in await ask_all(office.auditor, "consistency=linearizable"):
            assert answer.status_code == 503, path
            assert answer.json()["type"] == "/problems/not-up-to-date", path
            assert answer.headers["Retry-After"] == "1", path
            (fault,) = answer.json()["errors"]
            expected = "2 offices that answer, and their blocks at this node"
            assert (fault["field"], fault["expected"]) == ("consistency", expected)
        for path, answer in await ask_all(office.auditor, "consistency=local"):
            assert answer.status_code in {200, 404}, path


@pytest.mark.parametrize("value", ["", "LINEARIZABLE", "strong", "linearizable "])
async def test_another_consistency_is_refused_with_those_that_there_are(
    value: str, office: OfficeApi
) -> None:
    for path, answer in await ask_all(office.auditor, f"consistency={value}"):
        assert answer.status_code == 400, path
        (fault,) = answer.json()["errors"]
        assert fault["field"] == "consistency"
        assert "local" in fault["expected"]
        assert "linearizable" in fault["expected"]


async def test_a_stranger_makes_no_node_ask_another(tmp_path: Path) -> None:
    async with (
        service_of("AU", "EP") as service,
        api_of(service, tmp_path, height_wait_ms_max=60_000) as office,
    ):
        async with asyncio.timeout(20):
            for path, answer in await ask_all(office.stranger, "consistency=linearizable"):
                assert answer.status_code == 401, path


async def test_few_may_wait_for_other_offices_and_a_stop_tells_them(tmp_path: Path) -> None:
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        waiting = [asyncio.create_task(service.catch_up_with_all(60)) for _ in range(WAITING_MAX)]
        await asyncio.sleep(0)
        refused = await office.examiner.get("/filings?consistency=linearizable")
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
        with pytest.raises(OverloadedError, match="wait for other offices to be asked"):
            await service.catch_up_with_all(60)
        service.stop()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(end) for end in ends} == {StoppingError}
        with pytest.raises(StoppingError):
            await service.catch_up_with_all(60)
