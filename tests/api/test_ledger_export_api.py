"""`GET /ledger/export`: the whole ledger, signed, as a stream."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx2 as httpx
import pytest
from builders.office_api import OfficeApi, api_of, served, service_of, signed

from api.export_places import EXPORTS_MAX, EXPORTS_OF_TOKEN_MAX
from api.problems import ProblemError
from api.routers import ledger_export
from ledger.audit import self_checked
from ledger.export.auditing import ExportAudit, audit_export
from ledger.export.compression import lines_in
from ledger.memory import MemoryStore
from ledger.register.entries import Filing
from node.exporting import from_service

WAIT_SECONDS = 10


async def registered(office: OfficeApi, count: int) -> None:
    """A block for each filing, certified."""
    for serial in range(count):
        number = f"2013{900_000 + serial}"
        filing = Filing(
            right="patent", application_number_text=number, filing_date=date(2013, 5, 6)
        )
        answer = await office.clerk.post(
            "/submissions",
            content=signed(office.service, filing),
            headers={"Content-Type": "application/jose"},
        )
        assert answer.status_code == 200, answer.text
    async with asyncio.timeout(WAIT_SECONDS):
        while (await office.auditor.get("/ledger/export")).status_code == 503:  # noqa: ASYNC110
            await asyncio.sleep(0)


def audited(office: OfficeApi, *files: bytes) -> ExportAudit:
    return audit_export(
        office.service.genesis, lines_in("export", files), MemoryStore(), checks=self_checked
    )


async def exported(office: OfficeApi, query: str = "") -> bytes:
    answer = await office.auditor.get(f"/ledger/export?{query}")
    assert answer.status_code == 200, answer.text
    return answer.content


async def test_the_whole_ledger_comes_signed_and_is_audited_alone(office: OfficeApi) -> None:
    await registered(office, 5)
    answer = await office.auditor.get("/ledger/export")
    headers = answer.headers
    assert (headers["Content-Type"], headers["Register-Height"]) == ("application/gzip", "5")
    assert headers["Content-Disposition"] == 'attachment; filename="ledger-1-5.jsonl.gz"'
    report, (piece,) = audited(office, answer.content)
    assert (report.finding, report.height, report.certified_height) == (None, 5, 5)
    assert piece.end.ip_office_code == "AU"
    assert report.head_hash == office.service.ledger.head_hash


async def test_a_later_piece_goes_on_from_an_earlier_one(office: OfficeApi) -> None:
    await registered(office, 4)
    first, second = await exported(office, "to=2"), await exported(office, "from=3&to=4")
    report, pieces = audited(office, first, second)
    assert (report.finding, report.height, len(pieces)) == (None, 4, 2)
    assert audited(office, second).report.finding is not None


async def test_an_export_comes_in_parts_while_the_ledger_grows_and_is_pinned_to_its_last_block(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(from_service, "PART_BLOCKS_MAX", 1)
    monkeypatch.setattr(from_service, "MEMBER_BYTES", 1)
    await registered(office, 3)
    chunks = from_service.export_chunks(office.service, 1, 3)
    parts = [await anext(chunks)]
    await registered(office, 5)
    parts += [chunk async for chunk in chunks]
    assert len(parts) == 4
    report, _ = audited(office, *parts)
    assert (report.finding, report.height) == (None, 3)


async def test_only_so_many_exports_are_written_at_a_time(office: OfficeApi) -> None:
    await registered(office, 1)
    places = office.app.state.exports
    for number in range(EXPORTS_MAX):
        places.take(f"another token {number}")
    answer = await office.auditor.get("/ledger/export")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")
    places.leave("another token 0")
    for _ in range(EXPORTS_MAX + 1):  # each leaves its place
        await exported(office)
    assert places.taken.total() == EXPORTS_MAX - 1


async def test_who_reads_slowly_keeps_out_nobody_else(office: OfficeApi) -> None:
    await registered(office, 1)
    places = office.app.state.exports
    for _ in range(EXPORTS_OF_TOKEN_MAX):
        places.take("slow")
    with pytest.raises(ProblemError, match="of this token"):
        places.take("slow")
    await exported(office)
    places.leave("slow")
    places.take("slow")
    for _ in range(EXPORTS_OF_TOKEN_MAX):
        places.leave("slow")
    assert not places.taken


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ("to=9", 400, "to"),
        ("from=3", 400, "from"),
        ("from=2&to=1", 400, "from"),
        ("from=0", 400, "from"),
        ("to=x", 400, "to"),
        ("until=1", 400, "until"),
    ],
)
async def test_blocks_that_there_are_not_are_refused(
    office: OfficeApi, query: str, status: int, field: str
) -> None:
    await registered(office, 2)
    answer = await office.auditor.get(f"/ledger/export?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)


async def test_who_may_not_audit_gets_nothing(office: OfficeApi) -> None:
    await registered(office, 1)
    assert (await office.stranger.get("/ledger/export")).status_code == 401
    for client in (office.clerk, office.examiner):
        assert (await client.get("/ledger/export")).status_code == 403


async def test_what_no_quorum_signed_is_not_exported(tmp_path: Path) -> None:
    async with service_of("AU") as service, api_of(service, tmp_path) as office:
        answer = await office.auditor.get("/ledger/export")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not-certified")
        service.ledger.append(1, 1, [])
        answer = await office.auditor.get("/ledger/export?to=1")
        assert answer.json()["type"] == "/problems/not-certified"
        assert answer.headers["Retry-After"]


async def test_a_client_that_goes_away_leaves_its_place(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without_end(*_: object) -> AsyncIterator[bytes]:
        while True:
            yield bytes(1000)
            await asyncio.sleep(0)

    await registered(office, 1)
    monkeypatch.setattr(ledger_export, "export_chunks", without_end)
    headers = {"Authorization": f"Bearer {office.tokens['auditor']}"}
    async with served(office) as url, httpx.AsyncClient(headers=headers) as client:
        for _ in range(2 * EXPORTS_MAX):
            async with client.stream("GET", f"{url}/api/v1/ledger/export") as answer:
                assert answer.status_code == 200
                await anext(answer.aiter_raw())
            async with asyncio.timeout(WAIT_SECONDS):
                while office.app.state.exports.taken:  # noqa: ASYNC110
                    await asyncio.sleep(0.005)


async def test_blocks_are_read_a_few_at_a_time(office: OfficeApi) -> None:
    await registered(office, from_service.PART_BLOCKS_MAX + 2)
    ledger = office.service.ledger
    part = from_service._read(ledger, 1, ledger.height)
    assert len(part) == from_service.PART_BLOCKS_MAX
    assert all(certificate is not None for _, certificate in part)
