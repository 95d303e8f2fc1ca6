"""A file on its way to the node over a line that breaks: the command goes on by itself, and so does the next one."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from builders.report_offices import ReportOffice, hex_digest, report_offices

from ledger.register.entries import Filing
from node.cli import report_upload
from node.client import NodeClient, NodeUnreachableError, ProblemError
from node.reports.document_file import CHUNK_SIZE

CONTENT = b"%PDF-" + secrets.token_bytes(20 * CHUNK_SIZE)
FILING = "AU.patent.2012900001"
ASKED = {
    "filing": FILING,
    "category": "searchReport",
    "documentDate": "2012-09-01",
    "language": "en",
}
FIRST = Filing(right="patent", application_number_text="2012900001", filing_date=date(2012, 3, 13))


class Line:
    """A line to a node, which breaks after so many bytes of each connection, as often as it is told."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.bytes_max = 2**62
        self.breaks_left = 0
        self.sent = 0
        """Bytes that came through to the node."""

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._port)
        back = asyncio.create_task(_copied(up_reader, writer))
        passed = 0
        while data := await reader.read(16_384):
            passed += len(data)
            if self.breaks_left and passed > self.bytes_max:
                self.breaks_left -= 1
                break
            self.sent += len(data)
            up_writer.write(data)
            await up_writer.drain()
        up_writer.close()
        await back
        writer.transport.abort()


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(16_384):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        return


@asynccontextmanager
async def line_to(office: ReportOffice) -> AsyncIterator[tuple[Line, NodeClient]]:
    line = Line(office.home.settings.api.port)
    server = await asyncio.start_server(line.connect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    token = office.clerk.headers["Authorization"].removeprefix("Bearer ")
    with NodeClient(f"http://127.0.0.1:{port}", token) as client:
        yield line, client
    server.close()


@pytest.fixture
def document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(report_upload, "PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(report_upload, "PIECE_SIZE", 8 * CHUNK_SIZE)
    path = tmp_path / "report.pdf"
    path.write_bytes(CONTENT)
    return path


async def test_a_deposit_goes_on_by_itself_where_the_line_broke(
    tmp_path: Path, document: Path
) -> None:
    async with report_offices(tmp_path / "network", "AU") as offices:
        await offices["AU"].enter(FIRST)
        async with line_to(offices["AU"]) as (line, client):
            line.bytes_max, line.breaks_left = 5 * CHUNK_SIZE, 4
            receipt = await asyncio.to_thread(
                report_upload.deposit, client, document, "application/pdf", ASKED
            )
            assert receipt["subject"] == f"{FILING}.AU.{hex_digest(CONTENT)}"
            assert line.breaks_left == 0
            # Far from beginning anew each time: what was under way when the line broke is all that comes twice.
            assert line.sent < len(CONTENT) + 4 * 4 * CHUNK_SIZE
        read = await offices["AU"].read(str(receipt["subject"]))
        assert read.content == CONTENT


async def test_the_next_command_goes_on_where_an_interrupted_one_ended(
    tmp_path: Path, document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with report_offices(tmp_path / "network", "AU") as offices:
        office = offices["AU"]
        await office.enter(FIRST)
        async with line_to(office) as (line, client):
            line.bytes_max, line.breaks_left = 3 * CHUNK_SIZE, 1
            send = report_upload.deposit
            with monkeypatch.context() as impatient:
                impatient.setattr(report_upload, "ATTEMPTS_WITHOUT_PROGRESS_MAX", 1)
                with pytest.raises(NodeUnreachableError):
                    await asyncio.to_thread(send, client, document, "application/pdf", ASKED)
            (left,) = (await office.clerk.get("/reports/uploads")).json()["uploads"]
            assert left["uploadOffset"] > 0
            before = line.sent
            # The node starts again meanwhile.
            await office.stop()
            await office.start()
            receipt = await asyncio.to_thread(send, client, document, "application/pdf", ASKED)
            assert receipt["status"] == "accepted"
            assert line.sent - before < len(CONTENT) - left["uploadOffset"] + CHUNK_SIZE
            assert (await office.clerk.get("/reports/uploads")).json() == {"uploads": []}


async def test_what_the_node_refuses_is_not_tried_again(tmp_path: Path, document: Path) -> None:
    async with (
        report_offices(tmp_path / "network", "AU") as offices,
        line_to(offices["AU"]) as (_, client),
    ):
        with pytest.raises(ProblemError) as refused:
            await asyncio.to_thread(
                report_upload.deposit, client, document, "application/pdf", ASKED
            )
        assert refused.value.status == 404
