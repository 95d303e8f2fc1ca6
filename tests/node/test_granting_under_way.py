"""Readings that are granted while the ledger cannot go on: what is decided first counts, and each counts once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2 as httpx
import pytest
import pytest_asyncio
from builders.report_offices import (
    PUBLICATION,
    ReportOffice,
    all_ready,
    hex_digest,
    report_offices,
    same_height,
    until,
)

from ledger.register.entries import (
    Claim,
    Entry,
    Filing,
    FilingReference,
    PriorityClaim,
    Withholding,
)
from ledger.register.report_keys import parse_report_id
from ledger.register.reports import load_accesses
from node.reports.granting import STREAMS_OF_OFFICE_MAX
from node.reports.message_signature import SignedRequest
from node.reports.office_client import Asked

FILING = "AU.patent.2012900001"
TO_FIRST = PriorityClaim(
    ip_office_code="AU", application_number_text="2012900001", filing_date=date(2012, 3, 13)
)
FIRST = Filing(right="patent", application_number_text="2012900001", filing_date=date(2012, 3, 13))
SECOND = Filing(
    right="patent",
    application_number_text="12811111",
    filing_date=date(2013, 3, 11),
    priority_claim_bag=(TO_FIRST,),
)
pytestmark = pytest.mark.asyncio(loop_scope="module")

Offices = dict[str, ReportOffice]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def offices(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Offices]:
    """AU has a first filing, which EP claims. Without US and JP there is no quorum."""
    folder: Path = tmp_path_factory.mktemp("offices")
    async with report_offices(folder, "AU", "EP", "US", "JP") as running:
        await running["AU"].enter(FIRST, PUBLICATION)
        await running["EP"].enter(SECOND)
        await same_height(running.values())
        yield running


async def deposited(offices: Offices, word: str) -> str:
    content = f"%PDF-1.7 {word}".encode()
    answer = await offices["AU"].deposit(content, FILING)
    assert answer.status_code == 201, answer.text
    await same_height(offices.values())
    return f"{FILING}.AU.{hex_digest(content)}"


def request_of(office: ReportOffice, report: str, height: int = 1) -> SignedRequest:
    asked = Asked("AU", report, report[-64:], 1, "application/pdf")
    client = office.desk._client
    return client._request(client._addresses["AU"], asked, 0, height)


def asking(client: httpx.AsyncClient, request: SignedRequest) -> "asyncio.Task[httpx.Response]":
    return asyncio.create_task(client.get(request.url, headers=request.headers))


def accesses(office: ReportOffice, report: str) -> list[str]:
    granted = load_accesses(office.service.reader, parse_report_id(report))
    return [one.office for one in granted.readings]


def withholding(report: str) -> Withholding:
    return Withholding(
        filing=FilingReference(right="patent", application_number_text="2012900001"),
        document_digest=report[-64:],
        action="raise",
        legal_ground="thirdPartyRights",
        reason_text="PCT Rule 94.1(e)",
        decision_date=date(2026, 11, 1),
    )


async def halt(offices: Offices) -> None:
    for code in ("US", "JP"):
        await offices[code].stop()


async def go_on(offices: Offices) -> None:
    for code in ("US", "JP"):
        await offices[code].start()
    await all_ready(offices.values())


async def answer_once_final(offices: Offices, entry: Entry, of: str, report: str) -> httpx.Response:
    """What EP is told of a reading that could be granted when it asked, while this entry came before it."""
    au = offices["AU"]
    await halt(offices)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        entering = asyncio.create_task(offices[of].enter(entry))
        await asyncio.sleep(0)  # begins it
        answer = asking(client, request_of(offices["EP"], report))
        await until(lambda: bool(au.desk.granting._pending))
        await go_on(offices)
        await entering
        return await answer


async def test_nothing_is_granted_of_a_report_that_was_withheld_while_its_reading_was_entered(
    offices: Offices,
) -> None:
    report = await deposited(offices, "withheld")
    refused = await answer_once_final(offices, withholding(report), "AU", report)
    assert (refused.status_code, refused.json()["reasonCode"]) == (403, "REPORT_WITHHELD")
    assert accesses(offices["AU"], report) == []


async def test_who_asks_again_while_a_reading_is_undecided_joins_it(offices: Offices) -> None:
    report = await deposited(offices, "asked for again and again")
    au = offices["AU"]
    await halt(offices)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
        for _ in range(2):
            broken_off = asking(client, request_of(offices["EP"], report))
            await until(lambda: len(au.desk.granting._pending) == 1)
            broken_off.cancel()
        answers = [asking(client, request_of(offices["EP"], report)) for _ in range(2)]
        await until(lambda: au.desk.granting.places.taken["EP"] >= len(answers))
        await go_on(offices)
        assert [(await one).status_code for one in answers] == [200, 200]
        # One that is granted not long ago is not entered again either.
        again = await asking(client, request_of(offices["EP"], report))
    assert again.status_code == 200
    await same_height(offices.values())
    assert accesses(au, report) == ["EP"]
    assert not au.desk.granting._pending


async def test_nothing_is_sent_to_an_office_that_left_the_family_while_its_reading_was_entered(
    offices: Offices,
) -> None:
    report = await deposited(offices, "left")
    withdrawn = Claim(
        filing=FilingReference(right="patent", application_number_text="12811111"),
        action="withdraw",
        claim=TO_FIRST,
        decision_date=date(2013, 6, 3),
    )
    refused = await answer_once_final(offices, withdrawn, "EP", report)
    assert (refused.status_code, refused.json()["reasonCode"]) == (403, "NOT_IN_FAMILY")
    # The register holds that it was granted; the document stayed here.
    assert accesses(offices["AU"], report) == ["EP"]


async def test_an_office_waits_in_its_own_places_only(offices: Offices) -> None:
    au, ep = offices["AU"], offices["EP"]
    unknown = f"{FILING}.AU.{'0' * 64}"
    async with httpx.AsyncClient(
        trust_env=False, timeout=30, limits=httpx.Limits(max_connections=20)
    ) as client:
        waiting = [asking(client, request_of(ep, unknown, height=10**9)) for _ in range(12)]
        refused, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        while len(refused) < len(waiting) - STREAMS_OF_OFFICE_MAX:
            done, _ = await asyncio.wait(
                set(waiting) - refused, return_when=asyncio.FIRST_COMPLETED
            )
            refused |= done
        assert {one.result().json()["type"] for one in refused} == {"/problems/overloaded"}
        assert au.desk.granting.places.taken == {"EP": STREAMS_OF_OFFICE_MAX}
        assert len(au.service._heights._waiting) == STREAMS_OF_OFFICE_MAX
        for one in waiting:
            one.cancel()
