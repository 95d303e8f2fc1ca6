"""Bulk documents and the others: who waits, who is told to come again, who is answered meanwhile."""

import asyncio
import json

import pytest
from builders.office_api import OfficeApi

from api import bulk_places
from api.bulk_places import BusyError, Places

LINES = {"Content-Type": "application/jsonl"}
FILING = {"right": "patent", "applicationNumberText": "2013287263", "filingDate": "2013-03-12"}


async def test_a_token_has_one_place_and_a_node_two() -> None:
    places = Places()
    async with places.taken("a", 1):
        with pytest.raises(BusyError):
            async with places.taken("a", 0.01):
                pass
        async with places.taken("b", 1):
            with pytest.raises(BusyError):
                async with places.taken("c", 0.01):
                    pass
        async with places.taken("c", 1):
            pass
    async with places.taken("a", 1), places.taken("c", 1):
        pass


async def test_who_waits_gets_the_place_that_becomes_free() -> None:
    places = Places()
    order: list[str] = []

    async def work(name: str) -> None:
        async with places.taken("a", 5):
            order.append(name)
            await asyncio.sleep(0)

    await asyncio.gather(*(work(name) for name in "123"))
    assert order == ["1", "2", "3"]


async def test_a_document_that_waits_too_long_is_told_to_come_again(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routers.registrations.WAIT_SECONDS", 0.01)
    places: Places = office.app.state.places
    body = json.dumps(FILING)
    async with places.taken("x"), places.taken("y"):
        refused = await office.clerk.post("/filings", content=body, headers=LINES)
        alone = await office.clerk.post("/filings", json=FILING)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "5")
    assert alone.status_code == 201, "one filing needs no place"
    again = await office.clerk.post("/filings", content=body, headers=LINES)
    assert again.json()["counts"]["repeated"] == 1


async def test_too_many_that_wait_are_not_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk_places, "WAITING_MAX", 0)
    with pytest.raises(BusyError):
        async with Places().taken("a", 1):
            pass


async def test_others_are_answered_while_rows_with_many_claims_are_registered(
    office: OfficeApi,
) -> None:
    columns = ",".join(f"priority{number}IpOfficeCode" for number in range(1, 200))
    rows = "".join(
        f"patent,20132{number:05},2013-03-12,{',US' * 199}\n".replace(",,", ",", 1)
        for number in range(100)
    )
    table = f"right,applicationNumberText,filingDate,{columns}\n{rows}"
    sending = asyncio.create_task(
        office.clerk.post("/filings", content=table, headers={"Content-Type": "text/csv"})
    )
    answered = 0
    while not sending.done():
        await asyncio.sleep(0)
        answered += (await office.stranger.get("http://node/livez")).status_code == 200
    assert (await sending).json()["counts"]["accepted"] == 100
    assert answered >= 10
