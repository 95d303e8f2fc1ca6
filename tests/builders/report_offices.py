"""Offices in one event loop, with nodes, APIs and documents as they run in service: for reports between them."""

import asyncio
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

import httpx2 as httpx

from api.app import create_app
from api.settings import ApiSettings
from builders.ports import free_base_port
from ledger.register.entries import Entry, Event, FilingReference
from node.home import Home, read_home
from node.http_server import ConnectionCount, HttpConfig, HttpServer
from node.network import TOKENS_DIRECTORY, write_network
from node.office_node import running_node
from node.plan import plan_offices
from node.reports.desk import ReportDesk, read_unix_ms
from node.reports.replay import ReplayGuard
from node.service import RegisterService
from node.stores import open_stores
from node.tokens import TokenStore

PUBLICATION = Event(
    filing=FilingReference(right="patent", application_number_text="2012900001"),
    event_category="published",
    event_date=date(2013, 9, 13),
)
"""Of AU's first filing: from then on an open claim gives access to its reports at once."""
HASTY = {
    "IPREGISTER_CONSENSUS__VIEW_TIMEOUT_MS": "1000",
    "IPREGISTER_CONSENSUS__HEARTBEAT_MS": "100",
}
PATIENCE_S = 30


def content_digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


def hex_digest(content: bytes) -> str:
    return sha256(content).hexdigest()


@dataclass
class ReportOffice:
    """An office with its API on a socket. Its service is another one after each start."""

    home: Home
    clerk: httpx.AsyncClient
    _service: RegisterService | None = None
    _ends: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def service(self) -> RegisterService:
        assert self._service is not None
        return self._service

    @property
    def desk(self) -> ReportDesk:
        assert self.service.reports is not None
        return self.service.reports

    def hasten(self, seconds: float) -> None:
        """Have its readers wait so long for documents of other offices."""
        settings = self.desk.settings.model_copy(update={"wait_seconds": seconds})
        object.__setattr__(self.desk, "settings", settings)

    async def start(self) -> None:
        stores = self._ends.enter_context(open_stores(self.home))
        node = await self._ends.enter_async_context(running_node(self.home, stores))
        self._service = node.service
        # As a node that started a minute ago: one that just did takes no signed request for some seconds.
        self.desk.granting._guard = ReplayGuard(read_unix_ms() // 1_000 - 60)
        await self._ends.enter_async_context(self._served(node.service))

    @asynccontextmanager
    async def _served(self, service: RegisterService) -> AsyncIterator[None]:
        api = self.home.settings.api
        app = create_app(service, ApiSettings(tokens=TokenStore(self.home.tokens_path)))
        config = HttpConfig(app, ConnectionCount(100, 100), stop_seconds=1)
        config.host, config.port, config.lifespan = api.host, api.port, "off"
        server = HttpServer(config)
        task = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(0.005)
        try:
            yield
        finally:
            server.should_exit = True
            await task

    async def stop(self) -> None:
        await self._ends.aclose()

    async def enter(self, *entries: Entry) -> None:
        receipts = await self.service.register(entries)
        assert [one.outcome.status for one in receipts] == ["accepted"] * len(entries), receipts

    async def deposit(self, content: bytes, filing: str, **changed: str) -> httpx.Response:
        parameters = {
            "filing": filing,
            "category": "searchReport",
            "documentDate": "2013-06-01",
            "language": "en",
        }
        headers = {"Content-Type": "application/pdf", "Content-Digest": content_digest(content)}
        headers |= {name: value for name, value in changed.items() if name in headers}
        parameters |= {name: value for name, value in changed.items() if name in parameters}
        return await self.clerk.post(
            "/reports", params=parameters, headers=headers, content=content
        )

    async def read(self, report: str, **headers: str) -> httpx.Response:
        return await self.clerk.get(f"/reports/{report}/content", headers=headers)


@asynccontextmanager
async def report_offices(
    folder: Path, *codes: str, environment: dict[str, str] | None = None
) -> AsyncIterator[dict[str, ReportOffice]]:
    """These offices, all up and agreed; stopped at the end."""
    plans = plan_offices(
        codes, base_port=free_base_port(len(codes)), hosts={}, default_host="127.0.0.1"
    )
    paths = write_network(folder, plans, name="test", index="sqlite")
    async with AsyncExitStack() as ends:
        offices = {}
        for plan in plans:
            home = read_home(paths[plan.code], {**HASTY, **(environment or {})})
            token = (home.path / TOKENS_DIRECTORY / "clerk.token").read_text().strip()
            clerk = await ends.enter_async_context(
                httpx.AsyncClient(
                    base_url=f"{plan.api_url}/api/v1",
                    headers={"Authorization": f"Bearer {token}"},
                    timeout=PATIENCE_S,
                    trust_env=False,
                )
            )
            office = offices[plan.code] = ReportOffice(home, clerk)
            ends.push_async_callback(office.stop)
            await office.start()
        await all_ready(offices.values())
        yield offices


async def all_ready(offices: Iterable[ReportOffice]) -> None:
    await until(lambda: all(office.service.readiness()[0] for office in offices))


async def same_height(offices: Iterable[ReportOffice]) -> None:
    """Return when all know what any of them knows."""
    height = max(office.service.ledger.height for office in offices)
    await until(lambda: all(office.service.ledger.height >= height for office in offices))


async def until(condition: object) -> None:
    assert callable(condition)
    async with asyncio.timeout(PATIENCE_S):
        while not condition():  # noqa: ASYNC110 - several nodes at a time must come to it
            await asyncio.sleep(0.005)
