"""Requests for one number at the same time: one of them goes in, and can be opened."""

import asyncio
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, api_of, service_of

from ledger.record_log import MemoryLog

REQUEST = {"right": "patent", "applicationNumberText": "2013900001", "filingDate": "2013-03-12"}
OTHER_DAY = {**REQUEST, "filingDate": "2013-03-13"}


async def test_one_number_is_not_sealed_with_two_dates_at_once(office: OfficeApi) -> None:
    answers = await asyncio.gather(
        *(office.clerk.post("/sealed-filings", json=each) for each in (REQUEST, OTHER_DAY))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert refused.json()["reasonCode"] == "DATE_CONFLICT"
    (filed,) = [answer.json()["filingId"] for answer in answers if answer.status_code == 201]
    opened = await office.clerk.post(f"/sealed-filings/{filed}/opening", json={})
    assert opened.status_code == 201
    asked = REQUEST if answers[0].status_code == 201 else OTHER_DAY
    again = await office.clerk.post("/sealed-filings", json=asked)
    assert (again.status_code, again.json()["filingId"]) == (200, filed)


@pytest.mark.parametrize("bulk", [False, True])
@pytest.mark.parametrize("sealed_first", [False, True])
async def test_one_number_is_not_sealed_and_open_at_once(
    office: OfficeApi, *, bulk: bool, sealed_first: bool
) -> None:
    asked = [
        office.clerk.post("/sealed-filings", json=REQUEST),
        office.clerk.post("/filings", json=[REQUEST] if bulk else REQUEST),
    ]
    answers = await asyncio.gather(*(asked if sealed_first else reversed(asked)))
    sealed, opened = answers if sealed_first else reversed(answers)
    if bulk:
        (row,) = opened.json()["rows"]
        is_open = row["status"] == "accepted"
        reason = row.get("reasonCode", "")
    else:
        is_open = opened.status_code == 201
        reason = opened.json().get("reasonCode", "")
    assert (sealed.status_code == 201) != is_open
    if is_open:
        assert sealed.json()["reasonCode"] == "NUMBER_ALREADY_REGISTERED"
    else:
        assert reason == "NUMBER_IS_SEALED"


async def test_a_number_stays_taken_while_its_request_is_undecided(tmp_path: Path) -> None:
    """The caller was told to wait, and what he sent may still become final."""
    async with (
        service_of("AU", "EP", codes=MemoryLog(), request_seconds=0.1) as alone,
        api_of(alone, tmp_path) as office,
    ):
        assert (await office.clerk.post("/sealed-filings", json=REQUEST)).status_code == 504
        other_day = await office.clerk.post("/sealed-filings", json=OTHER_DAY)
        opened = await office.clerk.post("/filings", json=REQUEST)
        assert (other_day.status_code, other_day.json()["reasonCode"]) == (409, "DATE_CONFLICT")
        assert (opened.status_code, opened.json()["reasonCode"]) == (409, "NUMBER_IS_SEALED")
        second = {**REQUEST, "applicationNumberText": "2013900002"}
        assert (await office.clerk.post("/filings", json=second)).status_code == 504
        sealed = await office.clerk.post("/sealed-filings", json=second)
        assert sealed.json()["reasonCode"] == "NUMBER_ALREADY_REGISTERED"
