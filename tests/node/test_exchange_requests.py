"""Signed requests at the depositing node: each counts once, and only as it was signed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx2 as httpx
from builders.report_offices import (
    PUBLICATION,
    ReportOffice,
    hex_digest,
    report_offices,
    same_height,
    until,
)
from msgspec.structs import replace

from ledger.register.entries import Filing, FilingReference, PriorityClaim
from ledger.register.report_keys import parse_report_id
from ledger.register.reports import load_accesses
from node.reports.desk import new_nonce, read_unix_ms
from node.reports.granting import STREAMS_OF_OFFICE_MAX
from node.reports.message_signature import SignedRequest
from node.reports.office_client import Asked
from node.reports.replay import ReplayGuard

PDF = b"%PDF-1.7 a search report"
REPORT = f"AU.patent.2012900001.AU.{hex_digest(PDF)}"
ASKED = Asked("AU", REPORT, hex_digest(PDF), len(PDF), "application/pdf")


def filing(number: str, filed: date, *claims: PriorityClaim) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=filed,
        priority_claim_bag=claims,
    )


def request_of(office: ReportOffice, start: int = 0) -> SignedRequest:
    client = office.desk._client
    return client._request(client._addresses["AU"], ASKED, start, 1)


async def sent(request: SignedRequest) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.request(request.method, request.url, headers=request.headers)


async def test_signed_requests_count_once_and_as_they_were_signed(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        au, ep, us = (offices[code] for code in ("AU", "EP", "US"))
        claim = PriorityClaim(
            ip_office_code="AU",
            application_number_text="2012900001",
            filing_date=date(2012, 3, 13),
        )
        await au.enter(filing("2012900001", date(2012, 3, 13)), PUBLICATION)
        await ep.enter(filing("12811111", date(2013, 3, 11), claim))
        assert (await au.deposit(PDF, "AU.patent.2012900001")).status_code == 201
        await same_height(offices.values())
        key = parse_report_id(REPORT)

        request = request_of(ep)
        assert (await sent(request)).content == PDF
        replayed = await sent(request)
        assert (replayed.status_code, replayed.json()["type"]) == (
            401,
            "/problems/replayed-request",
        )
        assert [one.office for one in load_accesses(au.service.reader, key).readings] == ["EP"]

        # A transfer that goes on is the same reading, and so is one that begins anew.
        assert (await sent(request_of(ep, 9))).content == PDF[9:]
        assert len(load_accesses(au.service.reader, key).readings) == 1
        assert (await sent(request_of(ep))).status_code == 200
        assert len(load_accesses(au.service.reader, key).readings) == 1

        changed = request_of(ep)
        changed.headers["Range"] = "bytes=1-"
        assert (await sent(changed)).status_code == 401
        moved = request_of(ep, 9)
        other = SignedRequest("GET", moved.url.replace("minHeight=1", "minHeight=2"), moved.headers)
        assert (await sent(other)).status_code == 401

        own = request_of(ep)
        for name in ("Signature", "Signature-Input"):
            del own.headers[name]
        au.desk.signer.sign(own, new_nonce(), read_unix_ms() // 1_000)
        assert (await sent(own)).status_code == 401

        refused = await sent(request_of(us))
        assert (refused.status_code, refused.json()["reasonCode"]) == (403, "NOT_IN_FAMILY")
        assert refused.headers["signature"]
        unknown = await sent(request_of(us, 9_999))
        assert unknown.status_code == 403  # and not 416: nothing is told of the document
        assert (await sent(request_of(ep, 9_999))).status_code == 416

        # What would go out beyond the limit waits for its turn elsewhere.
        for _ in range(STREAMS_OF_OFFICE_MAX):
            au.desk.granting.places.take("EP")
        busy = await sent(request_of(ep))
        assert (busy.status_code, busy.json()["type"]) == (503, "/problems/overloaded")
        for _ in range(STREAMS_OF_OFFICE_MAX):
            au.desk.granting.places.leave("EP")
        assert (await sent(request_of(ep))).status_code == 200

        # After a start, what may have come before it is refused, for some seconds only.
        early = request_of(ep)
        await au.stop()
        await au.start()
        # As a node that started four seconds ago: for a second more.
        au.desk.granting._guard = ReplayGuard(read_unix_ms() // 1_000 - 4)
        await until(lambda: all(one.service.readiness()[0] for one in offices.values()))
        late = await sent(early)
        assert (late.status_code, late.json()["type"]) == (401, "/problems/replayed-request")
        # The reading node waits for that.
        assert (await ep.read(REPORT)).content == PDF


async def test_readers_of_one_report_share_its_transfer(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        au, ep = offices["AU"], offices["EP"]
        claim = PriorityClaim(
            ip_office_code="AU",
            application_number_text="2012900001",
            filing_date=date(2012, 3, 13),
        )
        await au.enter(filing("2012900001", date(2012, 3, 13)), PUBLICATION)
        await ep.enter(filing("12811111", date(2013, 3, 11), claim))
        await au.deposit(PDF, "AU.patent.2012900001")
        await same_height(offices.values())
        answers = await asyncio.gather(*(ep.read(REPORT) for _ in range(10)))
        assert {answer.content for answer in answers} == {PDF}
        assert len(load_accesses(au.service.reader, parse_report_id(REPORT)).readings) == 1

        # One that takes longer than a reader waits is told to be on its way, and goes on.
        slow = b"%PDF-1.7 slow"
        await au.deposit(slow, "AU.patent.2012900001")
        await same_height(offices.values())
        report = REPORT.replace(hex_digest(PDF), hex_digest(slow))
        release = asyncio.Event()
        async with held_up(au.home.settings.api.port, release) as port:
            ep.desk._client._addresses = {"AU": f"http://127.0.0.1:{port}"}
            ep.hasten(0.05)
            waiting = await ep.read(report)
            problem = waiting.json()
            assert (waiting.status_code, problem["type"]) == (503, "/problems/transfer-under-way")
            assert f"0 of {len(slow)} bytes came from AU" in problem["detail"]
            release.set()
            ep.hasten(20)
            assert (await ep.read(report)).content == slow


async def test_the_same_bytes_of_two_offices_are_granted_by_each_of_them(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        au, ep, us = (offices[code] for code in ("AU", "EP", "US"))
        claim = PriorityClaim(
            ip_office_code="AU",
            application_number_text="2012900001",
            filing_date=date(2012, 3, 13),
        )
        await au.enter(filing("2012900001", date(2012, 3, 13)), PUBLICATION)
        of_second = FilingReference(right="patent", application_number_text="12811111")
        published = replace(PUBLICATION, filing=of_second)
        await ep.enter(filing("12811111", date(2013, 3, 11), claim), published)
        await us.enter(filing("14/759,864", date(2013, 3, 11), claim))
        await same_height(offices.values())
        for office, subject in ((au, "AU.patent.2012900001"), (ep, "EP.patent.12811111")):
            assert (await office.deposit(PDF, subject)).status_code == 201
        await same_height(offices.values())
        reports = (REPORT, f"EP.patent.12811111.EP.{hex_digest(PDF)}")
        answers = await asyncio.gather(*(us.read(report) for report in reports))
        assert [answer.content for answer in answers] == [PDF, PDF]
        await same_height(offices.values())
        for report in reports:
            accesses = load_accesses(us.service.reader, parse_report_id(report))
            assert [one.office for one in accesses.readings] == ["US"]


@asynccontextmanager
async def held_up(port: int, release: asyncio.Event) -> AsyncIterator[int]:
    """A way to a port on which nothing comes back before it is released."""

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        back.write(await reader.readuntil(b"\r\n\r\n"))
        await release.wait()
        while data := await there.read(65_536):
            writer.write(data)
        back.close()
        writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
