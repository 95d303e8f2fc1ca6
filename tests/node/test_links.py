"""Links over real sockets on this machine; every wait is for a condition, never for a time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import replace

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from crypto.keyring import Keyring
from crypto.signing import SigningKey, VerifyingKey
from node.callers import Callers
from node.handshake import Handshake, SessionKeys
from node.link import RECORD_SIZE_MAX, LinkSettings, cut, shake_as_initiator
from node.links import Links
from node.secure_channel import SecureChannel

HOST = "127.0.0.1"
OFFICES = ("AU", "EP", "JP")
KEYS = {office: SigningKey(office.encode() * 16) for office in (*OFFICES, "US")}
KEYRING = Keyring(b"N" * 32, {o: VerifyingKey(KEYS[o].public_bytes) for o in OFFICES})
QUICK = LinkSettings(
    redial_delay=0.01, redial_delay_max=0.05, handshake_timeout=20.0, hello_timeout=20.0
)
"""Redials at once; no time in it decides a test on a busy machine."""


class Mailbox:
    """Keeps what came over the links, and wakes who waits for it."""

    def __init__(self) -> None:
        self.frames: list[tuple[str, bytes]] = []
        self.up: list[str] = []
        self.down: list[str] = []
        self.changed = asyncio.Condition()

    def linked(self, peer: str) -> None:
        self.up.append(peer)
        self._wake()

    def unlinked(self, peer: str) -> None:
        self.down.append(peer)
        self._wake()

    async def receive(self, peer: str, frames: Sequence[bytes]) -> None:
        self.frames.extend((peer, frame) for frame in frames)
        self._wake()

    def _wake(self) -> None:
        async def notify() -> None:
            async with self.changed:
                self.changed.notify_all()

        self._notifying = asyncio.ensure_future(notify())

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self.changed:
            await self.changed.wait_for(condition)


class Office:
    def __init__(
        self,
        code: str,
        urls: dict[str, str] | None = None,
        key: SigningKey | None = None,
        settings: LinkSettings = QUICK,
    ) -> None:
        self.code = code
        self.mailbox = Mailbox()
        self.links = Links(
            office=code,
            signing_key=key or KEYS[code],
            keyring=KEYRING,
            urls=urls or {},
            receiver=self.mailbox,
            settings=settings,
        )

    @property
    def url(self) -> str:
        return f"ws://{HOST}:{self.links.port}"

    async def until_linked(self, *peers: str) -> None:
        """Until it has links to these and no others, however often they were made."""
        await self.mailbox.until(
            lambda: {state.peer for state in self.links.states() if state.up} == set(peers)
        )


@asynccontextmanager
async def running(*offices: Office, port: int = 0) -> AsyncIterator[None]:
    for office in offices:
        await office.links.start(HOST, port)
    try:
        yield
    finally:
        for office in offices:
            await office.links.close()


@asynccontextmanager
async def dialled(office: Office) -> AsyncIterator[ClientConnection]:
    """A connection that knows nothing of handshakes yet."""
    connection = await connect(office.url, proxy=None, max_queue=1)
    try:
        yield connection
    finally:
        cut(connection)


async def until_closed(connection: ClientConnection) -> ConnectionClosed:
    """How the other side ended the connection."""
    with pytest.raises(ConnectionClosed) as caught:
        await connection.recv()
    return caught.value


async def test_three_offices_link_pairwise_and_frames_keep_their_order() -> None:
    jp = Office("JP")
    async with running(jp):
        ep = Office("EP", {"JP": jp.url})
        async with running(ep):
            au = Office("AU", {"EP": ep.url, "JP": jp.url})
            async with running(au):
                for office in (au, ep, jp):
                    await office.until_linked(*set(OFFICES) - {office.code})
                au.links.send([(None, b"1"), ("EP", b"2"), (None, b"3")])
                jp.links.send([("AU", b"4")])
                await ep.mailbox.until(lambda: len(ep.mailbox.frames) == 3)
                await jp.mailbox.until(lambda: len(jp.mailbox.frames) == 2)
                await au.mailbox.until(lambda: len(au.mailbox.frames) == 1)
    assert ep.mailbox.frames == [("AU", b"1"), ("AU", b"2"), ("AU", b"3")]
    assert jp.mailbox.frames == [("AU", b"1"), ("AU", b"3")]
    assert au.mailbox.frames == [("JP", b"4")]


async def test_frames_beyond_one_record_arrive_whole() -> None:
    frames = [bytes([n]) * 1_500_000 for n in range(6)]
    jp = Office("JP")
    async with running(jp):
        au = Office("AU", {"JP": jp.url})
        async with running(au):
            await au.until_linked("JP")
            au.links.send([("JP", frame) for frame in frames])
            await jp.mailbox.until(lambda: len(jp.mailbox.frames) == 6)
    assert [frame for _, frame in jp.mailbox.frames] == frames


async def test_a_peer_that_comes_back_at_its_address_is_linked_again() -> None:
    jp = Office("JP")
    await jp.links.start(HOST, 0)
    port = jp.links.port
    au = Office("AU", {"JP": jp.url})
    async with running(au):
        await au.until_linked("JP")
        await jp.links.close()
        await au.until_linked()
        again = Office("JP")
        async with running(again, port=port):
            await au.until_linked("JP")
            (state,) = (state for state in au.links.states() if state.peer == "JP")
            assert (state.up, state.trouble) == (True, "")


async def test_an_impostor_is_refused_and_told_why() -> None:
    jp = Office("JP")
    async with running(jp), dialled(jp) as connection:
        with pytest.raises(ConnectionClosed) as caught:
            await authenticate(connection, "AU", KEYS["US"])
    assert caught.value.rcvd is not None
    assert "office AU: signature does not answer to key" in caught.value.rcvd.reason
    assert jp.mailbox.up == []
    assert jp.links.counters["", "refusedHandshakes"] == 1


async def test_an_office_with_the_higher_code_may_not_dial() -> None:
    au = Office("AU")
    async with running(au), dialled(au) as connection:
        await authenticate(connection, "EP")
        closed = await until_closed(connection)
        assert closed.rcvd is not None
        assert closed.rcvd.reason == "office EP is to be dialled by AU, the lower code"


async def authenticate(
    connection: ClientConnection, office: str, key: SigningKey | None = None
) -> SessionKeys:
    handshake = Handshake(
        role="initiator",
        office=office,
        signing_key=key or KEYS[office],
        keyring=KEYRING,
        nonce=b"n" * 32,
        ephemeral_seed=b"e" * 32,
    )
    return await shake_as_initiator(connection, handshake)


async def test_faulty_records_are_counted_by_kind_and_harm_nobody() -> None:
    jp = Office("JP")
    async with running(jp), dialled(jp) as connection:
        channel = SecureChannel(await authenticate(connection, "AU"), RECORD_SIZE_MAX)
        record = channel.seal([b"first"])
        for sent in (record, record, b"short", (9).to_bytes(8, "big") + bytes(40)):
            await connection.send(sent)
        await connection.send("text")
        await connection.send(channel.seal([b"last"]))
        await jp.mailbox.until(lambda: len(jp.mailbox.frames) == 2)
    assert jp.mailbox.frames == [("AU", b"first"), ("AU", b"last")]
    counted = {kind: n for (peer, kind), n in jp.links.counters.items() if peer == "AU"}
    assert counted == {"links": 1, "replayed": 1, "malformed": 2, "wronglySealed": 1}


async def test_a_link_with_too_many_faulty_records_is_closed() -> None:
    jp = Office("JP", settings=replace(QUICK, faults_max=3))
    async with running(jp), dialled(jp) as connection:
        await authenticate(connection, "AU")
        for _ in range(3):
            await connection.send(b"nonsense")
        await until_closed(connection)
        await jp.mailbox.until(lambda: jp.mailbox.down == ["AU"])
    assert jp.links.counters["AU", "malformed"] == 3


@pytest.mark.parametrize("size", [1_000, RECORD_SIZE_MAX + 1])
async def test_a_stranger_cannot_send_large_messages(size: int) -> None:
    jp = Office("JP")
    async with running(jp), dialled(jp) as connection:
        with suppress(ConnectionClosed):
            await connection.send(bytes(size))
        await until_closed(connection)
    assert jp.mailbox.up == []


async def test_a_record_above_the_limit_costs_the_sender_its_link() -> None:
    jp = Office("JP")
    async with running(jp), dialled(jp) as connection:
        await authenticate(connection, "AU")
        with suppress(ConnectionClosed):
            await connection.send(bytes(RECORD_SIZE_MAX + 1))
        await jp.mailbox.until(lambda: jp.mailbox.down == ["AU"])
    assert jp.links.counters["AU", "oversized"] == 1


async def test_a_peer_that_does_not_read_loses_its_link() -> None:
    jp = Office("JP", settings=replace(QUICK, queue_bytes_max=1_000_000))
    async with running(jp), dialled(jp) as connection:
        await authenticate(connection, "AU")
        await jp.mailbox.until(lambda: jp.mailbox.up == ["AU"])
        while not jp.links.counters["AU", "overflows"]:
            jp.links.send([("AU", bytes(500_000))])
            await asyncio.sleep(0)
        await jp.mailbox.until(lambda: jp.mailbox.down == ["AU"])


async def test_strangers_cannot_keep_the_offices_out() -> None:
    jp = Office("JP", settings=replace(QUICK, callers_per_address_max=2))
    async with running(jp), AsyncExitStack() as strangers:
        silent = [await strangers.enter_async_context(dialled(jp)) for _ in range(5)]
        for displaced in silent[:3]:
            await until_closed(displaced)
        async with dialled(jp) as office:
            await authenticate(office, "AU")
            await jp.mailbox.until(lambda: jp.mailbox.up == ["AU"])
            await until_closed(silent[3])


async def test_those_that_say_nothing_lose_their_places() -> None:
    jp = Office("JP", settings=replace(QUICK, hello_timeout=0.1))
    async with running(jp), dialled(jp) as silent:
        await until_closed(silent)
    assert jp.links.counters["", "unfinishedHandshakes"] == 1


def test_no_stranger_takes_the_place_that_is_kept_for_an_office() -> None:
    callers = Callers[str](callers_max=3, per_address_max=2)
    callers.offices = frozenset({"AU's"})
    assert callers.enter("AU", "AU's") is None
    displaced = [callers.enter(f"stranger {n}", f"address {n}") for n in range(6)]
    assert displaced == [None, None, None, "stranger 0", "stranger 1", "stranger 2"]
    callers.leave("stranger 3")
    assert callers.enter("stranger 6", "address 6") is None


async def test_a_second_link_of_an_office_takes_the_place_of_the_first() -> None:
    jp = Office("JP")
    async with (
        running(jp),
        dialled(jp) as first,
        dialled(jp) as second,
    ):
        await authenticate(first, "AU")
        await jp.mailbox.until(lambda: jp.mailbox.up == ["AU"])
        channel = SecureChannel(await authenticate(second, "AU"), RECORD_SIZE_MAX)
        await until_closed(first)
        await second.send(channel.seal([b"here"]))
        await jp.mailbox.until(lambda: jp.mailbox.frames == [("AU", b"here")])
        assert jp.mailbox.down == []
    assert jp.links.counters["AU", "replaced"] == 1
