"""The API of a real one-office network in this process: engine, ledger, journal and service, all in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx2 as httpx
from fastapi import FastAPI

from api.app import create_app
from api.settings import ROLES, ApiSettings
from consensus.settings import ReplicaSettings
from crypto.jws import sign_submission
from crypto.signing import SigningKey
from ledger.files import MemoryLedger
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.record_log import MemoryLog, RecordLog
from ledger.register.entries import Entry
from ledger.submission import encode_payload
from node.clock import read_clocks
from node.engine import Engine
from node.http_server import ConnectionCount, HttpConfig, HttpServer
from node.link import LinkSettings
from node.links import Links
from node.runner import Runner
from node.sealed.codes import CodeStore
from node.service import RegisterService
from node.settings import LimitSection, NodeSettings, TimeoutSection
from node.tokens import TokenStore
from simulations.disk import SimulatedJournal

KEYS = {office: SigningKey(office.encode() * 16) for office in ("AU", "EP", "JP")}


def genesis_of(*offices: str) -> Genesis:
    return Genesis(
        network_name="test",
        created_at="2026-11-21T00:00:00+00:00",
        offices=tuple(
            GenesisOffice(
                code=office,
                name=f"Office of {office}",
                public_key=encode_public_key(KEYS[office].public_bytes),
            )
            for office in offices
        ),
    )


@asynccontextmanager
async def service_of(
    *offices: str,
    request_seconds: float = 20,
    waiting_entries_max: int = 100_000,
    codes: RecordLog | None = None,
    ledger: Ledger | None = None,
    office: str = "AU",
) -> AsyncIterator[RegisterService]:
    """The service of an office; agreement is reached only where it is the only one.

    A ledger that is given stays as its owner writes it: nothing is registered by agreement.
    """
    ledger = ledger or Ledger(genesis_of(*offices), MemoryLedger(), MemoryStore())
    genesis = ledger.genesis
    engine = Engine(
        office=office,
        signing_key=KEYS[office],
        ledger=ledger,
        journal=SimulatedJournal(),
        settings=ReplicaSettings(),
        now=read_clocks(),
    )
    runner = Runner(
        engine, peers=tuple(each for each in offices if each != office), read_clocks=read_clocks
    )
    links = Links(
        office=office,
        signing_key=KEYS[office],
        keyring=ledger.keyring,
        urls={},
        receiver=runner,
        settings=LinkSettings(),
    )
    settings = NodeSettings.model_construct(
        office=office,
        timeouts=TimeoutSection(request_seconds=request_seconds),
        limits=LimitSection.model_construct(waiting_entries_max=waiting_entries_max),
    )
    service = RegisterService(
        ledger=ledger,
        signing_key=KEYS[office],
        settings=settings,
        runner=runner,
        links=links,
        codes=CodeStore(codes or MemoryLog(), bytes(32), genesis.network_id(), office),
    )
    runner.start(links.send, service.executed, service.readable)
    try:
        yield service
    finally:
        service.stop()
        runner.stop()


class OfficeApi:
    """The application with one client for each role, and one without a token."""

    def __init__(
        self,
        app: FastAPI,
        service: RegisterService,
        tokens: dict[str, str],
        clients: dict[str, httpx.AsyncClient],
    ) -> None:
        self.app = app
        self.service = service
        self.tokens = tokens
        """By role."""
        self.clerk = clients["clerk"]
        self.examiner = clients["examiner"]
        self.auditor = clients["auditor"]
        self.administrator = clients["administrator"]
        self.stranger = clients["stranger"]


@asynccontextmanager
async def api_of(
    service: RegisterService, folder: Path, **settings: int
) -> AsyncIterator[OfficeApi]:
    """The API in front of a service."""
    store = TokenStore(folder / "tokens.json")
    tokens: dict[str, str] = {role: store.create(role, role)[1] for role in ROLES}
    app = create_app(
        service, ApiSettings(tokens=store, allowed_hosts=("node", "127.0.0.1"), **settings)
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(app.state.requests.close)
        clients = {}
        for name in (*ROLES, "stranger"):
            token = tokens.get(name)
            clients[name] = await stack.enter_async_context(
                httpx.AsyncClient(
                    transport=httpx.ASGITransport(app=app),
                    base_url="http://node/api/v1",
                    headers={"Authorization": f"Bearer {token}"} if token else {},
                )
            )
        yield OfficeApi(app, service, tokens, clients)


@asynccontextmanager
async def served(office: OfficeApi, port: int = 0) -> AsyncIterator[str]:
    """The address of the application behind a real socket: at this port, by default at any."""
    config = HttpConfig(office.app, ConnectionCount(100, 100), stop_seconds=1)
    config.host, config.port, config.lifespan = "127.0.0.1", port, "off"
    server = HttpServer(config)
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def signed(service: RegisterService, *entries: Entry, office: str = "AU") -> bytes:
    """A submission as an office's own system would sign it, valid for a minute."""
    payload = encode_payload(
        service.genesis.network_id(),
        office,
        read_clocks().unix_ms + 60_000,
        b"nonce-of-12-",
        entries,
    )
    return sign_submission(KEYS[office], office, payload)
