"""`/notices` over real sockets: who is told what, over reconnects and restarts, and clients that do not read."""

import asyncio
import json
import queue
import socket
import threading
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from builders.ledgers import START_MS, opened, submission
from builders.office_api import OfficeApi, api_of, served, service_of
from builders.ports import free_base_port

from ledger.ledger import Ledger
from ledger.register.entries import Filing, PriorityClaim
from node import http_server, notice_reading, notices
from node.cli import run
from node.client import NodeClient
from node.home import Home, read_home
from node.network import write_network
from node.notice_reading import follow_notices
from node.notices import NoticeFeed
from node.office_node import running_node
from node.plan import plan_offices
from node.service import RegisterService
from node.stores import open_stores
from node.tokens import TokenStore

OFFICES = ("AU", "EP", "JP", "US")
TOLD_WITHIN_S = 1.0
FIRST_CLAIM = PriorityClaim(
    ip_office_code="AU", application_number_text="2012900001", filing_date=date(2012, 3, 13)
)


def filing(number: str, *claims: PriorityClaim, filed: date = date(2013, 3, 12)) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=filed,
        priority_claim_bag=claims,
    )


class Listener:
    """A client of the stream that remembers what it was told, and from where to go on."""

    def __init__(self, token: str, place: str = "0") -> None:
        self._headers = {"Authorization": f"Bearer {token}"}
        self.place = place
        self.told: list[dict[str, Any]] = []
        self.told_at: list[float] = []

    @property
    def ids(self) -> list[str]:
        return [notice["noticeId"] for notice in self.told]

    async def listen(self, url: str, until: int | None = None) -> None:
        """Until so many notices came in all, or the stream ends."""
        headers = {**self._headers, "Last-Event-ID": self.place}
        async with (
            asyncio.timeout(30),
            httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as client,
            client.sse(f"{url}/api/v1/notices/stream") as source,
        ):
            async for event in source:
                self.place = event.id
                if event.event == "notice":
                    notice = json.loads(event.data)
                    assert notice["noticeId"] == event.id
                    self.told.append(notice)
                    self.told_at.append(time.monotonic())
                if until is not None and len(self.told) >= until:
                    return


def homes(folder: Path) -> dict[str, Home]:
    base_port = free_base_port(len(OFFICES))
    plans = plan_offices(OFFICES, base_port=base_port, hosts={}, default_host="127.0.0.1")
    hasty = {
        "IPREGISTER_CONSENSUS__VIEW_TIMEOUT_MS": "1000",
        "IPREGISTER_CONSENSUS__HEARTBEAT_MS": "100",
    }
    paths = write_network(folder, plans, name="test", index="sqlite")
    return {code: read_home(path, hasty) for code, path in paths.items()}


@asynccontextmanager
async def running(
    home: Home, folder: Path
) -> AsyncIterator[tuple[RegisterService, str, OfficeApi]]:
    """A node of a network, with its API behind a socket."""
    with open_stores(home) as stores:
        async with (
            running_node(home, stores) as node,
            api_of(node.service, folder) as api,
            served(api) as url,
        ):
            try:
                yield node.service, url, api
            finally:
                node.service.notices.stop()  # as `serve` does first


async def test_four_offices_each_learn_their_own_without_a_gap_over_a_restart(
    tmp_path: Path,
) -> None:
    network = homes(tmp_path)
    folders = {code: tmp_path / f"tokens-{code}" for code in OFFICES}
    async with AsyncExitStack() as ends:
        stops = {code: await ends.enter_async_context(AsyncExitStack()) for code in OFFICES}
        nodes, urls, tokens = {}, {}, {}
        for code in OFFICES:
            folders[code].mkdir()
            node, urls[code], api = await stops[code].enter_async_context(
                running(network[code], folders[code])
            )
            nodes[code], tokens[code] = node, api.tokens["examiner"]
        async with asyncio.timeout(30):
            while not all(node.readiness()[0] for node in nodes.values()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        listeners = {code: Listener(tokens[code]) for code in OFFICES}
        outsider = asyncio.create_task(listeners["US"].listen(urls["US"]))

        first_told = asyncio.create_task(listeners["AU"].listen(urls["AU"], until=1))
        await nodes["AU"].register([filing("2012900001", filed=date(2012, 3, 13))])
        (receipt,) = await nodes["EP"].register([filing("13150001", FIRST_CLAIM)])
        final_at = time.monotonic()
        await first_told
        assert listeners["AU"].told_at[0] - final_at < TOLD_WITHIN_S
        assert listeners["AU"].ids == [f"{receipt.height}.0.0"]

        # While AU is not connected, and while its whole node is away, there is more to be told.
        (second,) = await nodes["JP"].register([filing("2013100001", FIRST_CLAIM)])
        await stops["AU"].aclose()
        (third,) = await nodes["EP"].register([filing("13150002", FIRST_CLAIM)])
        node, url, api = await stops["AU"].enter_async_context(
            running(network["AU"], folders["AU"])
        )
        resumed = Listener(api.tokens["examiner"], listeners["AU"].place)
        await resumed.listen(url, until=2)
        assert resumed.ids == [f"{second.height}.0.0", f"{third.height}.0.0"]

        await listeners["EP"].listen(urls["EP"], until=1)
        (told,) = listeners["EP"].told
        assert (told["category"], told["filingId"], told["ownFilingId"]) == (
            "familyMember",
            "JP.patent.2013100001",
            "EP.patent.13150001",
        )
        await listeners["JP"].listen(urls["JP"], until=2)
        assert [told["category"] for told in listeners["JP"].told] == [
            "familyFound",
            "familyMember",
        ]

        # The list says what the stream said.
        listed = (await api.examiner.get("/notices")).json()
        assert [notice["noticeId"] for notice in listed["notices"]] == [
            *listeners["AU"].ids,
            *resumed.ids,
        ]
        assert listed["isCaughtUp"]
        nodes["US"].notices.stop()
        await outsider
        assert listeners["US"].told == []


async def test_the_list_is_paged_by_links_that_end_with_the_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        monkeypatch.setattr(service, "notices", NoticeFeed(claimed(1, 5), "AU"))
        path: str | None = "/notices?limit=2&since=1"
        found = []
        while path:
            answer = await office.examiner.get(path)
            document = answer.json()
            found += [notice["noticeId"] for notice in document["notices"]]
            path = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
            assert bool(path) != document["isCaughtUp"]
        assert found == [f"2.{index}.0" for index in range(5)]
        assert document["goOnFrom"] == "2"


async def test_what_is_no_place_is_refused_and_names_the_two_forms(office: OfficeApi) -> None:
    for path, headers in (
        ("/notices?since=yesterday", {}),
        ("/notices/stream?since=-1", {}),
        ("/notices/stream", {"Last-Event-ID": "12.x"}),
    ):
        answer = await office.examiner.get(path, headers=headers)
        assert answer.status_code == 400
        (error,) = answer.json()["errors"]
        assert error["expected"] == "a height such as 12, or the id of a notice such as 12.3.0"


async def test_a_place_to_which_the_ledger_has_not_come_is_refused_with_the_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A year, or the place of another network: whoever waited there would be told nothing, and not know it.
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        monkeypatch.setattr(service, "notices", NoticeFeed(claimed(1, 2), "AU"))
        hasty = replace(office.app.state.settings, height_wait_ms_max=1)
        monkeypatch.setattr(office.app.state, "settings", hasty)
        for path, headers, field in (
            ("/notices?since=2026", {}, "since"),
            ("/notices?since=3.0.0", {}, "since"),
            ("/notices/stream?since=2026", {}, "since"),
            ("/notices/stream", {"Last-Event-ID": "2026.0.0"}, "Last-Event-ID"),
        ):
            answer = await office.examiner.get(path, headers=headers)
            assert answer.status_code == 400
            (error,) = answer.json()["errors"]
            assert error["field"] == field
            assert error["expected"] == "a place up to height 2, the last of this node"
        assert (await office.examiner.get("/notices?since=2")).json()["isCaughtUp"]
        assert service.notices.listeners == 0


async def test_a_listener_waits_for_a_node_that_is_behind_what_it_was_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = claimed(1, 1)
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        feed = NoticeFeed(ledger, "AU")
        monkeypatch.setattr(service, "notices", feed)
        async with served(office) as url:
            listener = Listener(office.tokens["clerk"], place="3")
            listening = asyncio.create_task(listener.listen(url, until=1))
            while not feed.waiting:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            for height, number in ((3, "13999998"), (4, "13999999")):
                late = submission(filing(number, FIRST_CLAIM_OF_ALL), office="EP", nonce=height)
                ledger.append(height, START_MS + height, [late])
                feed.reached(height)
            await listening
            service.notices.stop()
        assert listener.ids == ["4.0.0"]


async def test_strangers_are_told_nothing_and_take_no_listener_s_place(office: OfficeApi) -> None:
    for path in ("/notices", "/notices/stream"):
        assert (await office.stranger.get(path)).status_code == 401
    with office.service.notices.listening():
        pass


async def test_one_listener_too_many_is_told_to_come_again(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "LISTENERS_MAX", 1)
    async with served(office) as url:
        listener = asyncio.create_task(Listener(office.tokens["clerk"]).listen(url))
        try:
            while not office.service.notices.listeners:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            answer = await office.clerk.get("/notices/stream")
            assert answer.status_code == 503
            assert "listeners" in answer.json()["detail"]
        finally:
            office.service.notices.stop()
            await listener
        assert office.service.notices.listeners == 0


async def test_a_listener_that_goes_away_frees_its_place_at_once(office: OfficeApi) -> None:
    async with served(office) as url:
        listening = asyncio.create_task(Listener(office.tokens["clerk"]).listen(url))
        while not office.service.notices.listeners:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
        listening.cancel()
        async with asyncio.timeout(2):  # less than a heartbeat
            while office.service.notices.listeners:  # noqa: ASYNC110
                await asyncio.sleep(0.005)


async def test_a_listener_that_does_not_read_is_cut_off_and_can_resume_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http_server, "WRITE_SECONDS_MAX", 0.3)
    ledger = claimed(12, 1000)
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        monkeypatch.setattr(service, "notices", NoticeFeed(ledger, "AU"))
        monkeypatch.setattr(notices, "PAUSE_SHARE", 0)
        async with served(office) as url:
            host, port = url.removeprefix("http://").split(":")
            narrow = socket.socket()
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            narrow.connect((host, int(port)))
            narrow.setblocking(False)
            reader, writer = await asyncio.open_connection(sock=narrow, limit=1024)
            token = office.tokens["clerk"]
            writer.write(
                f"GET /api/v1/notices/stream HTTP/1.1\r\nHost: {host}\r\n"
                f"Authorization: Bearer {token}\r\n\r\n".encode()
            )
            await reader.readuntil(b"event: notice")
            async with asyncio.timeout(30):
                while service.notices.listeners:  # noqa: ASYNC110 - the server cuts it off
                    await asyncio.sleep(0.05)
            taken = await asyncio.wait_for(rest(reader), 30)
            writer.close()
            last = taken.rpartition(b"\n\n")[0].rpartition(b"id: ")[2].decode()
            resumed = Listener(token, last)
            every = [f"{h + 1}.{i}.0" for h in range(1, 13) for i in range(1000)]
            missing = every[every.index(last) + 1 :]
            assert 0 < len(missing) < len(every)
            await resumed.listen(url, until=len(missing))
            assert resumed.ids == missing


async def test_a_listener_whose_token_is_revoked_is_told_nothing_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = claimed(1, 1)
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        feed = NoticeFeed(ledger, "AU")
        monkeypatch.setattr(service, "notices", feed)
        async with served(office) as url:
            listener = Listener(office.tokens["clerk"])
            listening = asyncio.create_task(listener.listen(url))
            while not listener.told:  # noqa: ASYNC110
                await asyncio.sleep(0.005)
            settings = office.app.state.settings
            token = settings.tokens.find(office.tokens["clerk"])
            TokenStore(tmp_path / "tokens.json").revoke(token.id)
            late = submission(filing("13999999", FIRST_CLAIM_OF_ALL), office="EP", nonce=99)
            ledger.append(3, START_MS, [late])
            feed.reached(3)
            await listening
            assert listener.ids == ["2.0.0"]


def test_the_command_line_s_reader_goes_on_over_a_server_that_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reads in a thread of its own, as the command does, while the server goes and comes in an event loop."""
    monkeypatch.setattr(notice_reading, "RECONNECT_S", 0.01)
    told: queue.Queue[str] = queue.Queue()
    interruptions: list[str] = []
    ready: queue.Queue[str] = queue.Queue()
    resume = threading.Event()
    ledger = claimed(1, 2)

    async def serve_twice() -> None:
        async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
            monkeypatch.setattr(service, "notices", NoticeFeed(ledger, "AU"))
            async with served(office) as url:
                ready.put(url)
                ready.put(office.tokens["clerk"])
                await asyncio.to_thread(resume.wait, 30)
                service.notices.stop()
            more = submission(filing("13999999", FIRST_CLAIM_OF_ALL), office="EP", nonce=99)
            ledger.append(3, START_MS, [more])
            monkeypatch.setattr(service, "notices", NoticeFeed(ledger, "AU"))
            async with served(office, int(url.rpartition(":")[2])):
                resume.clear()
                await asyncio.to_thread(resume.wait, 30)
                service.notices.stop()

    server = threading.Thread(target=asyncio.run, args=(serve_twice(),))
    server.start()
    with NodeClient(ready.get(timeout=30), ready.get(timeout=30)) as client:
        for place, notice in follow_notices(client, "0", interruptions.append):
            if notice is not None:
                assert place == notice["noticeId"]
                told.put(place)
                if told.qsize() == 2:
                    resume.set()
                if told.qsize() == 3:
                    break
    resume.set()
    server.join(30)
    assert list(told.queue) == ["2.0.0", "2.1.0", "3.0.0"]
    assert interruptions


async def rest(reader: asyncio.StreamReader) -> bytes:
    """What the system still held for a client whose connection was cut."""
    chunks = []
    try:
        while chunk := await reader.read(65536):
            chunks.append(chunk)
    except ConnectionResetError:
        pass
    return b"".join(chunks)


FIRST_CLAIM_OF_ALL = PriorityClaim(
    ip_office_code="AU", application_number_text="2012000000", filing_date=date(2012, 3, 13)
)


def claimed(blocks: int, each: int) -> Ledger:
    """Filings of AU, and then blocks with so many filings of EP that claim one of them each."""
    ledger = opened()
    serials = range(blocks * each)
    firsts = [
        submission(*map(first, serials[start : start + 1000]), nonce=start)
        for start in serials[::1000]
    ]
    ledger.append(1, START_MS, firsts)
    for block in range(blocks):
        rows = [
            filing(
                f"13{serial:06}",
                PriorityClaim(
                    ip_office_code="AU",
                    application_number_text=f"2012{serial:06}",
                    filing_date=date(2012, 3, 13),
                ),
            )
            for serial in range(block * each, (block + 1) * each)
        ]
        ledger.append(block + 2, START_MS, [submission(*rows, office="EP", nonce=block)])
    return ledger


def first(serial: int) -> Filing:
    return filing(f"2012{serial:06}", filed=date(2012, 3, 13))


async def test_the_command_shows_notices_and_from_where_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        monkeypatch.setattr(service, "notices", NoticeFeed(claimed(1, 3), "AU"))
        token_file = tmp_path / "examiner.token"
        token_file.write_text(office.tokens["examiner"])
        async with served(office) as url:
            asked = ["notices", "--url", url, "--token-file", str(token_file)]
            assert await asyncio.to_thread(run, [*asked, "--json", "--since", "2.0.0"]) == 0
            document = json.loads(capsys.readouterr().out)
            assert [each["noticeId"] for each in document["notices"]] == ["2.1.0", "2.2.0"]
            assert document["goOnFrom"] == "2"
            assert await asyncio.to_thread(run, asked) == 0
            shown = capsys.readouterr()
            assert shown.out.splitlines()[0].startswith("2.0.0  ")
            assert "was claimed at EP" in shown.out
            assert "--since 2 shows what follows" in shown.err
            assert await asyncio.to_thread(run, [*asked, "--since", "yesterday"]) == 2
            assert "a height such as 12" in capsys.readouterr().err
