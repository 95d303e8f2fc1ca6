"""Questions that take long take turns, and let everything else go between them."""

import asyncio

import pytest
from builders.office_api import OfficeApi

from api.problems import ProblemError
from api.turns import Turns


async def test_so_many_go_at_once_and_the_others_wait_in_their_order() -> None:
    turns, under_way, most, order = Turns(2, 10), 0, 0, []

    async def ask(number: int) -> None:
        nonlocal under_way, most
        async with turns.taken():
            under_way += 1
            most = max(most, under_way)
            order.append(number)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*map(ask, range(8)))
    assert (most, order) == (2, list(range(8)))


async def test_others_go_between_two_turns() -> None:
    turns, steps = Turns(1, 10), []

    async def ask() -> None:
        async with turns.taken():
            steps.append("long")

    async def others() -> None:
        for _ in range(3):
            steps.append("short")
            await asyncio.sleep(0)

    await asyncio.gather(ask(), ask(), ask(), others())
    assert "long long" not in " ".join(steps)


async def test_too_many_that_wait_are_told_to_come_again_and_a_failure_gives_its_turn_back() -> (
    None
):
    turns, end = Turns(1, 1), asyncio.Event()

    async def ask() -> None:
        async with turns.taken():
            await end.wait()
            raise ValueError

    first, second = asyncio.create_task(ask()), asyncio.create_task(ask())
    await asyncio.sleep(0)
    with pytest.raises(ProblemError) as refused:
        await ask()
    assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "2"})
    end.set()
    results = await asyncio.gather(first, second, return_exceptions=True)
    assert [type(each) for each in results] == [ValueError, ValueError]


async def test_more_families_than_may_wait_are_refused_and_the_others_answered(
    office: OfficeApi,
) -> None:
    filing = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
    await office.clerk.post("/filings", json=filing)
    async with office.app.state.long_questions.walks.taken():
        asked = [
            asyncio.create_task(office.examiner.get("/families/AU.patent.2012900001"))
            for _ in range(70)
        ]
        await asyncio.wait(asked, return_when=asyncio.FIRST_COMPLETED)
        short = await office.examiner.get("/filings?limit=100")
        assert short.status_code == 200
    answers = await asyncio.gather(*asked)
    refused = [each for each in answers if each.status_code == 503]
    assert (len(refused), refused[0].headers["Retry-After"]) == (6, "2")
    assert sum(each.status_code == 200 for each in answers) == 64
