"""Reports between offices, over real nodes, APIs, sockets and files."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from builders.report_offices import (
    ReportOffice,
    all_ready,
    hex_digest,
    report_offices,
    same_height,
)

from ledger.register.entries import Filing, PriorityClaim
from ledger.register.report_keys import parse_report_id
from ledger.register.reports import load_report
from node.reports.document_file import CHUNK_SIZE, TAG_SIZE, DocumentWriter
from node.reports.document_store import DOCUMENTS_DIRECTORY
from node.reports.errors import RefusedByOfficeError


def filing(number: str, filed: date, *claims: PriorityClaim) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=filed,
        priority_claim_bag=claims,
    )


TO_FIRST = PriorityClaim(
    ip_office_code="AU", application_number_text="2012900001", filing_date=date(2012, 3, 13)
)
FIRST = filing("2012900001", date(2012, 3, 13))
SECOND = filing("12811111", date(2013, 3, 11), TO_FIRST)
OTHER = filing("14/759,864", date(2013, 3, 11))
FILING = "AU.patent.2012900001"
PDF = b"%PDF-1.7 a search report that nobody else may read " + b"x" * 1_000


def identifier(content: bytes, office: str = "AU") -> str:
    return f"{FILING}.{office}.{hex_digest(content)}"


async def family(offices: dict[str, ReportOffice]) -> None:
    """AU has a first filing, EP claims it, US has a filing of its own."""
    await offices["AU"].enter(FIRST)
    await offices["EP"].enter(SECOND)
    await offices["US"].enter(OTHER)
    await same_height(offices.values())


async def deposited(office: ReportOffice, content: bytes = PDF) -> str:
    answer = await office.deposit(content, FILING)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/reports/{identifier(content)}"
    return identifier(content)


def files_of(office: ReportOffice) -> list[Path]:
    folder = office.home.data_path / DOCUMENTS_DIRECTORY
    return sorted(path for path in folder.rglob("*") if path.is_file())


async def accesses(office: ReportOffice, report: str) -> list[str]:
    history = (await office.clerk.get(f"/reports/{report}/history")).json()
    return [one["readingOfficeCode"] for one in history["accessBag"]]


async def test_a_report_is_read_by_the_family_and_by_nobody_else(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"])
        await same_height(offices.values())

        own = await offices["AU"].read(report)
        assert (own.status_code, own.content) == (200, PDF)
        assert await accesses(offices["AU"], report) == []

        read = await offices["EP"].read(report)
        assert (read.status_code, read.content) == (200, PDF)
        assert read.headers["cache-control"] == "private, no-store, no-transform"
        assert read.headers["content-disposition"].startswith("attachment; ")
        await same_height(offices.values())
        for office in offices.values():
            assert await accesses(office, report) == ["EP"]

        refused = await offices["US"].read(report)
        assert (refused.status_code, refused.json()["reasonCode"]) == (403, "NOT_IN_FAMILY")
        listed = (await offices["US"].clerk.get("/reports", params={"filing": FILING})).json()
        (shown,) = listed["reports"]
        assert (shown["reportId"], shown["mayRead"], shown["readingReason"]) == (
            report,
            False,
            "notInFamily",
        )
        for path in files_of(offices["AU"]) + files_of(offices["EP"]):
            assert b"nobody else may read" not in path.read_bytes()


async def test_a_withheld_report_is_refused_with_its_legal_ground(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"])
        body = {
            "filingId": FILING,
            "documentDigest": hex_digest(PDF),
            "action": "raise",
            "legalGround": "thirdPartyRights",
            "reasonText": "PCT Rule 94.1(e)",
            "decisionDate": "2026-11-01",
        }
        raised = await offices["AU"].clerk.post("/reports/withholdings", json=body)
        assert raised.status_code == 201, raised.text
        await same_height(offices.values())
        refused = await offices["EP"].read(report)
        problem = refused.json()
        assert (refused.status_code, problem["reasonCode"]) == (403, "REPORT_WITHHELD")
        assert (
            "AU withholds it since 2026-11-01: thirdPartyRights, PCT Rule 94.1(e)"
            in (problem["detail"])
        )
        ended = {**body, "action": "withdraw"}
        assert (await offices["AU"].clerk.post("/reports/withholdings", json=ended)).is_success
        await same_height(offices.values())
        assert (await offices["EP"].read(report)).content == PDF


async def test_the_depositing_office_decides_by_its_own_copy_of_the_ledger(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"])
        await same_height(offices.values())
        # A node that is made to believe that it may read is refused by the one that has the document.
        desk = offices["US"].desk
        known = load_report(offices["US"].service.reader, parse_report_id(report))
        assert known is not None
        with pytest.raises(RefusedByOfficeError, match="no registered filing") as refusal:
            await desk._transfers.document(known, 0, 20)
        assert refusal.value.reason == "NOT_IN_FAMILY"
        assert await accesses(offices["AU"], report) == []


async def test_a_depositing_node_that_is_down_is_said_to_be_with_what_is_known(
    tmp_path: Path,
) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"])
        await same_height(offices.values())
        await offices["AU"].stop()
        missed = await offices["EP"].read(report)
        problem = missed.json()
        assert (missed.status_code, missed.headers["retry-after"]) == (503, "5")
        assert problem["type"] == "/problems/depositing-office-unreachable"
        for known in ("not reachable, try again", "searchReport of 2013-06-01", hex_digest(PDF)):
            assert known in problem["detail"]
        assert f"{len(PDF):,} bytes" in problem["detail"]
        await offices["AU"].start()
        await all_ready(offices.values())
        assert (await offices["EP"].read(report)).content == PDF


async def test_an_altered_document_is_refused_with_both_hashes(tmp_path: Path) -> None:
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"])
        await same_height(offices.values())
        desk = offices["AU"].desk
        # The office of the document itself puts another one of the same size into its store.
        other = PDF.replace(b"nobody", b"anyone")
        (path,) = files_of(offices["AU"])
        right = path.read_bytes()
        writer = DocumentWriter(path, desk.store._key, hex_digest(other), len(other))
        writer.write(other)
        writer.finish()
        refused = await offices["EP"].read(report)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (502, "/problems/document-altered")
        assert hex_digest(PDF) in problem["detail"]
        assert hex_digest(other) in problem["detail"]
        assert files_of(offices["EP"]) == []
        path.write_bytes(right)
        assert (await offices["EP"].read(report)).content == PDF


async def test_a_large_document_comes_whole_after_an_interruption(tmp_path: Path) -> None:
    content = b"%PDF-" + secrets.token_bytes(20 * CHUNK_SIZE + 12_345)
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"], content)
        await same_height(offices.values())
        kept = offices["EP"].desk
        # As an interruption leaves it: what came before, its last chunk half written.
        writer = kept.store.begin_fetch(hex_digest(content), len(content))
        writer.write(content[: 3 * CHUNK_SIZE + 7])
        kept.store.interrupt(writer)
        read = await offices["EP"].read(report)
        assert read.content == content
        part = await offices["EP"].read(report, Range="bytes=100-299")
        assert (part.status_code, part.content) == (206, content[100:300])
        assert part.headers["content-range"] == f"bytes 100-299/{len(content)}"
        beyond = await offices["EP"].read(report, Range=f"bytes={len(content)}-")
        assert (beyond.status_code, beyond.json()["reasonCode"]) == (416, "RANGE_NOT_SATISFIABLE")


@asynccontextmanager
async def cutting(port: int, bytes_max: int) -> AsyncIterator[tuple[int, list[int]]]:
    """A way to a port on which every connection breaks after so many bytes, and how many there were."""
    connections: list[int] = []

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(port)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        back.write(await reader.readuntil(b"\r\n\r\n"))
        left = bytes_max
        while left and (data := await there.read(min(left, 65_536))):
            writer.write(data)
            await writer.drain()
            left -= len(data)
        back.transport.abort()
        writer.transport.abort() if left == 0 else writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], connections


async def test_a_transfer_that_breaks_again_and_again_goes_on_each_time(tmp_path: Path) -> None:
    content = b"%PDF-" + secrets.token_bytes(40 * CHUNK_SIZE)
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"], content)
        await same_height(offices.values())
        port = offices["AU"].home.settings.api.port
        async with cutting(port, 12 * CHUNK_SIZE) as (broken, connections):
            offices["EP"].desk._client._addresses = {"AU": f"http://127.0.0.1:{broken}"}
            read = await offices["EP"].read(report)
        assert read.content == content
        assert len(connections) >= 4
        assert await accesses(offices["AU"], report) == ["EP"]


async def test_a_damaged_file_of_the_depositing_office_is_told_and_never_sent(
    tmp_path: Path,
) -> None:
    content = b"%PDF-" + secrets.token_bytes(2 * CHUNK_SIZE)
    async with report_offices(tmp_path, "AU", "EP", "US") as offices:
        await family(offices)
        report = await deposited(offices["AU"], content)
        await same_height(offices.values())
        (path,) = files_of(offices["AU"])
        whole = path.read_bytes()
        path.write_bytes(whole[: -TAG_SIZE // 2])
        missed = await offices["EP"].read(report)
        assert missed.status_code == 503
        path.unlink()
        lost = await offices["AU"].read(report)
        assert (lost.status_code, lost.json()["type"]) == (500, "/problems/document-lost")
        # Deposited again, it is there again.
        again = await offices["AU"].deposit(content, FILING)
        assert (again.status_code, again.json()["status"]) == (200, "repeated")
        assert (await offices["EP"].read(report)).content == content
