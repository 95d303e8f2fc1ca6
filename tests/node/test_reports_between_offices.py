"""Reports between offices, over real nodes, APIs, sockets and files."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from builders.report_offices import (
    PUBLICATION,
    ReportOffice,
    all_ready,
    hex_digest,
    report_offices,
    same_height,
)

from crypto.access_code import AccessCode
from crypto.seal import PRIORITY, Seal, seal
from ledger.register.entries import Filing, Opening, PriorityClaim, SealedFiling
from ledger.register.report_keys import parse_report_id
from ledger.register.reports import load_report
from node.reports.document_file import CHUNK_SIZE, TAG_SIZE, DocumentWriter
from node.reports.errors import RefusedByOfficeError
from node.reports.office_client import Asked


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
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def offices(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[dict[str, ReportOffice]]:
    """AU has a first filing, EP claims it, US has a filing of its own."""
    async with report_offices(tmp_path_factory.mktemp("offices"), "AU", "EP", "US") as running:
        await running["AU"].enter(FIRST, PUBLICATION)
        await running["EP"].enter(SECOND)
        await running["US"].enter(OTHER)
        await same_height(running.values())
        yield running


def document(word: str) -> bytes:
    return f"%PDF-1.7 a report that nobody else may read: {word} ".encode() + b"x" * 1_000


def identifier(content: bytes) -> str:
    return f"{FILING}.AU.{hex_digest(content)}"


async def deposited(offices: dict[str, ReportOffice], content: bytes) -> str:
    answer = await offices["AU"].deposit(content, FILING)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/api/v1/reports/{identifier(content)}"
    await same_height(offices.values())
    return identifier(content)


def files_of(office: ReportOffice) -> list[Path]:
    return sorted(path for path in office.home.documents_path.rglob("*") if path.is_file())


def file_of(office: ReportOffice, content: bytes) -> Path:
    return office.home.documents_path / "deposited" / hex_digest(content)


async def accesses(office: ReportOffice, report: str) -> list[str]:
    history = (await office.clerk.get(f"/reports/{report}/history")).json()
    return [one["readingOfficeCode"] for one in history["accessBag"]]


async def test_a_report_is_read_by_the_family_and_by_nobody_else(
    offices: dict[str, ReportOffice],
) -> None:
    content = document("searched")
    report = await deposited(offices, content)
    own = await offices["AU"].read(report)
    assert (own.status_code, own.content) == (200, content)
    assert await accesses(offices["AU"], report) == []

    read = await offices["EP"].read(report)
    assert (read.status_code, read.content) == (200, content)
    assert read.headers["cache-control"] == "private, no-store, no-transform"
    assert read.headers["content-disposition"].startswith("attachment; ")
    await same_height(offices.values())
    for office in offices.values():
        assert await accesses(office, report) == ["EP"]

    refused = await offices["US"].read(report)
    assert (refused.status_code, refused.json()["reasonCode"]) == (403, "NOT_IN_FAMILY")
    listed = (await offices["US"].clerk.get("/reports", params={"filing": FILING})).json()
    shown = next(one for one in listed["reports"] if one["reportId"] == report)
    assert (shown["mayRead"], shown["readingReason"]) == (False, "notInFamily")
    for path in files_of(offices["AU"]) + files_of(offices["EP"]):
        assert b"nobody else may read" not in path.read_bytes()


async def test_a_withheld_report_is_refused_with_its_legal_ground(
    offices: dict[str, ReportOffice],
) -> None:
    content = document("withheld")
    report = await deposited(offices, content)
    assert (await offices["EP"].read(report)).content == content
    body = {
        "filingId": FILING,
        "documentDigest": hex_digest(content),
        "action": "raise",
        "legalGround": "thirdPartyRights",
        "reasonText": "PCT Rule 94.1(e)",
        "decisionDate": "2026-11-01",
    }
    raised = await offices["AU"].clerk.post("/reports/withholdings", json=body)
    assert raised.status_code == 201, raised.text
    await same_height(offices.values())
    # What was fetched before it was withheld is not handed out either.
    refused = await offices["EP"].read(report)
    problem = refused.json()
    assert (refused.status_code, problem["reasonCode"]) == (403, "REPORT_WITHHELD")
    ground = "AU withholds it since 2026-11-01: thirdPartyRights, PCT Rule 94.1(e)"
    assert ground in problem["detail"]
    ended = {**body, "action": "withdraw"}
    assert (await offices["AU"].clerk.post("/reports/withholdings", json=ended)).is_success
    await same_height(offices.values())
    assert (await offices["EP"].read(report)).content == content


async def test_the_depositing_office_decides_by_its_own_copy_of_the_ledger(
    offices: dict[str, ReportOffice],
) -> None:
    report = await deposited(offices, document("asked for by a stranger"))
    # A node that is made to believe that it may read is refused by the one that has the document.
    known = load_report(offices["US"].service.reader, parse_report_id(report))
    assert known is not None
    with pytest.raises(RefusedByOfficeError, match="no registered filing") as refusal:
        await offices["US"].desk._transfers.document(known, 0, 20)
    assert refusal.value.reason == "NOT_IN_FAMILY"
    assert await accesses(offices["AU"], report) == []


def seal_of(offices: dict[str, ReportOffice], office: str, number: str, filed: date) -> Seal:
    network_id = offices["AU"].service.genesis.network_id()
    return seal(network_id, office, "patent", number, filed, code=AccessCode(bytes(range(16))))


def sealed(filing: Seal, *claims: PriorityClaim) -> SealedFiling:
    return SealedFiling(
        claim_key=filing.claim_key, commitment=filing.commitment, priority_claim_bag=claims
    )


async def test_of_a_report_on_a_sealed_filing_outsiders_learn_nothing(
    offices: dict[str, ReportOffice],
) -> None:
    # register.md S7, S8
    first = seal_of(offices, "AU", "2026900001", date(2026, 1, 5))
    second = seal_of(offices, "EP", "26151234", date(2026, 11, 2))
    filing, later = f"AU.sealed.{first.claim_key}", f"EP.sealed.{second.claim_key}"
    proof = first.prove(PRIORITY, later)
    claim = PriorityClaim(ip_office_code="AU", claim_key=first.claim_key, proof=proof)
    await offices["AU"].enter(sealed(first))
    await offices["EP"].enter(sealed(second, claim))
    content = document("before publication")
    assert (await offices["AU"].deposit(content, filing)).status_code == 201
    await same_height(offices.values())
    report = f"{filing}.AU.{hex_digest(content)}"
    listed = (await offices["EP"].clerk.get("/reports", params={"filing": filing})).json()
    assert [one["reportId"] for one in listed["reports"]] == [report]
    assert (await offices["EP"].read(report)).content == content

    none = seal_of(offices, "AU", "2026900002", date(2026, 1, 5))
    unknown = report.replace(first.claim_key, none.claim_key)
    us = offices["US"]
    for path in (
        "/reports?filing={0}",
        "/reports/{1}",
        "/reports/{1}/history",
        "/reports/{1}/content",
    ):
        answers = []
        for named in ((filing, report), (filing.replace(first.claim_key, none.claim_key), unknown)):
            answer = await us.clerk.get(path.format(*named))
            told = {**answer.json(), "requestId": ""}
            answers.append((answer.status_code, str(told).replace(named[0], "F")))
        assert answers[0] == answers[1]
        assert answers[0][0] == 404
    refusals = []
    for name in (report, unknown):
        asked = Asked("AU", name, hex_digest(content), len(content), "application/pdf")
        with pytest.raises(RefusedByOfficeError) as refusal:
            async with us.desk._client.document(asked, 0, 1):
                pass
        refusals.append((refusal.value.reason, str(refusal.value).replace(name, "R")))
    assert refusals[0] == refusals[1]
    # Entered without the clerks' desks, which keep the access codes that a node with sealed filings asks for.
    await offices["AU"].enter(opened(first, "2026900001", date(2026, 1, 5)))
    await offices["EP"].enter(opened(second, "26151234", date(2026, 11, 2)))


def opened(seal: Seal, number: str, filed: date) -> Opening:
    return Opening(
        claim_key=seal.claim_key,
        blinding=seal.blinding,
        right="patent",
        application_number_text=number,
        filing_date=filed,
    )


async def test_an_altered_document_is_refused_with_both_hashes(
    offices: dict[str, ReportOffice],
) -> None:
    content = document("nobody changes it")
    report = await deposited(offices, content)
    # The office of the document itself puts another one of the same size into its store.
    other = content.replace(b"nobody changes", b"anyone changes")
    path = file_of(offices["AU"], content)
    right = path.read_bytes()
    path.unlink()
    writer = DocumentWriter(path, offices["AU"].desk.store._key, hex_digest(other), len(other))
    writer.write(other)
    writer.finish()
    refused = await offices["EP"].read(report)
    problem = refused.json()
    assert (refused.status_code, problem["type"]) == (502, "/problems/document-altered")
    assert hex_digest(content) in problem["detail"]
    assert hex_digest(other) in problem["detail"]
    assert not [path for path in files_of(offices["EP"]) if hex_digest(content) in path.name]
    path.write_bytes(right)
    assert (await offices["EP"].read(report)).content == content


async def test_a_large_document_comes_whole_after_an_interruption(
    offices: dict[str, ReportOffice],
) -> None:
    content = b"%PDF-" + secrets.token_bytes(20 * CHUNK_SIZE + 12_345)
    report = await deposited(offices, content)
    # As an interruption leaves it: what came before, its last chunk half written.
    store = offices["EP"].desk.store
    writer = store.begin_fetch(report, hex_digest(content), len(content))
    writer.write(content[: 3 * CHUNK_SIZE + 7])
    store.interrupt(writer)
    read = await offices["EP"].read(report)
    assert read.content == content
    part = await offices["EP"].read(report, Range="bytes=100-299")
    assert (part.status_code, part.content) == (206, content[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(content)}"


@asynccontextmanager
async def cutting(
    port: int, bytes_max: int, hold: asyncio.Event | None = None
) -> AsyncIterator[tuple[int, list[int]]]:
    """A way to a port on which every connection breaks after so many bytes, and how many there were.

    Where `hold` is given, it stands still until that before it breaks.
    """
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
        if hold is not None:
            await hold.wait()
        back.transport.abort()
        writer.transport.abort() if left == 0 else writer.close()

    server = await asyncio.start_server(carry, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], connections


async def test_a_transfer_that_breaks_again_and_again_goes_on_each_time(
    offices: dict[str, ReportOffice],
) -> None:
    content = b"%PDF-" + secrets.token_bytes(40 * CHUNK_SIZE)
    report = await deposited(offices, content)
    client = offices["EP"].desk._client
    right = client._addresses
    async with cutting(offices["AU"].home.settings.api.port, 12 * CHUNK_SIZE) as way:
        broken, connections = way
        client._addresses = {"AU": f"http://127.0.0.1:{broken}"}
        read = await offices["EP"].read(report)
    client._addresses = right
    assert read.content == content
    assert len(connections) >= 4
    assert await accesses(offices["AU"], report) == ["EP"]


async def test_a_damaged_file_of_the_depositing_office_is_told_and_never_sent(
    offices: dict[str, ReportOffice],
) -> None:
    content = b"%PDF-" + secrets.token_bytes(2 * CHUNK_SIZE)
    report = await deposited(offices, content)
    path = file_of(offices["AU"], content)
    path.write_bytes(path.read_bytes()[: -TAG_SIZE // 2])
    assert (await offices["EP"].read(report)).status_code == 503
    path.unlink()
    lost = await offices["AU"].read(report)
    assert (lost.status_code, lost.json()["type"]) == (500, "/problems/document-lost")
    # Deposited again, it is there again.
    again = await offices["AU"].deposit(content, FILING)
    assert (again.status_code, again.json()["status"]) == (200, "repeated")
    assert (await offices["EP"].read(report)).content == content


async def test_a_depositing_node_that_is_down_is_said_to_be_with_what_is_known(
    offices: dict[str, ReportOffice],
) -> None:
    content = document("when the node is down")
    report = await deposited(offices, content)
    await offices["AU"].stop()
    missed = await offices["EP"].read(report)
    problem = missed.json()
    assert (missed.status_code, missed.headers["retry-after"]) == (503, "5")
    assert problem["type"] == "/problems/depositing-office-unreachable"
    for known in ("not reachable, try again", "searchReport of 2013-06-01", hex_digest(content)):
        assert known in problem["detail"]
    assert f"{len(content):,} bytes" in problem["detail"]
    await offices["AU"].start()
    await all_ready(offices.values())
    assert (await offices["EP"].read(report)).content == content


async def test_a_wrong_clock_of_the_reading_node_is_told_as_such(
    offices: dict[str, ReportOffice],
) -> None:
    report = await deposited(offices, document("asked for two minutes ago"))
    client = offices["EP"].desk._client
    right = client._read_unix_ms
    client._read_unix_ms = lambda: right() - 120_000
    told = await offices["EP"].read(report)
    client._read_unix_ms = right
    detail = told.json()["detail"]
    assert told.json()["type"] == "/problems/depositing-office-unreachable"
    assert "unsigned, and so from anybody, it says: " in detail
    assert "look at the clocks of both offices" in detail
    assert (await offices["EP"].read(report)).is_success


async def test_a_transfer_goes_on_after_a_restart_of_the_reading_node(
    offices: dict[str, ReportOffice],
) -> None:
    content = b"%PDF-" + secrets.token_bytes(40 * CHUNK_SIZE)
    report = await deposited(offices, content)
    ep, hold = offices["EP"], asyncio.Event()
    async with cutting(offices["AU"].home.settings.api.port, 20 * CHUNK_SIZE, hold) as way:
        ep.desk._client._addresses = {"AU": f"http://127.0.0.1:{way[0]}"}
        ep.hasten(1)
        waiting = await ep.read(report)
        assert waiting.json()["type"] == "/problems/transfer-under-way"
        await ep.stop()
        hold.set()
    (part,) = [path for path in files_of(ep) if path.name == f"{hex_digest(report.encode())}.part"]
    assert part.stat().st_size > 10 * CHUNK_SIZE
    await ep.start()
    await all_ready(offices.values())
    assert (await ep.read(report)).content == content
    # It went on: a transfer from the first byte would be another reading.
    assert await accesses(offices["AU"], report) == ["EP"]
