"""All links of a node: one persistent WebSocket to every other office of the network.

Who dials: of two offices the one with the lower code. So there is one link per pair, without a rule
for two that meet; only the office with the higher code needs to be reachable by the other. A new
link from an office takes the place of its old one, which may be dead without knowing it.
"""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from websockets.asyncio.client import connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidURI
from websockets.frames import CloseCode

from crypto.keyring import Keyring
from crypto.signing import SigningKey
from node.callers import Callers, addresses_of, counted_connection
from node.handshake import (
    EPHEMERAL_SIZE,
    HANDSHAKE_MESSAGE_MAX,
    NONCE_SIZE,
    Handshake,
    HandshakeError,
    InvalidHandshakeError,
    Role,
    SessionKeys,
)
from node.link import (
    RECORD_SIZE_MAX,
    Link,
    LinkSettings,
    LinkState,
    cut,
    shake_as_initiator,
    shake_as_responder,
)
from node.logs import BoundedLog
from node.secure_channel import InvalidRecordError

REFUSED = 4001
"""WebSocket close code: the handshake failed, as the reason says (RFC 6455, 7.4.2: private use)."""
CLOSE_REASON_MAX = 120  # bytes (RFC 6455, 5.5: a control frame carries 125)

_log = logging.getLogger("ipregister.links")
_websocket_log = logging.getLogger("ipregister.websockets")
_websocket_log.setLevel(logging.CRITICAL)  # it reports every port scan with a stack trace


class LinkReceiver(Protocol):
    """What a node does with what its links bring."""

    def linked(self, peer: str) -> None:
        """A link to this office is up."""

    def unlinked(self, peer: str) -> None:
        """The link to this office is down."""

    async def receive(self, peer: str, frames: Sequence[bytes]) -> None:
        """Frames came from this office; while this waits, no more are read from its link."""


class Links:
    """The links of one node. `send` never waits and never fails: what cannot go out is counted."""

    def __init__(
        self,
        *,
        office: str,
        signing_key: SigningKey,
        keyring: Keyring,
        urls: Mapping[str, str],
        receiver: LinkReceiver,
        settings: LinkSettings,
    ) -> None:
        self._office = office
        self._signing_key = signing_key
        self._keyring = keyring
        self._receiver = receiver
        self._settings = settings
        self._urls = {peer: url for peer, url in urls.items() if office < peer}
        self._links: dict[str, Link] = {}
        self._trouble: dict[str, str] = {}
        self._server: Server | None = None
        self._dialling: set[asyncio.Task[None]] = set()
        self._callers: Callers[ServerConnection] = Callers(
            settings.callers_max, settings.callers_per_address_max
        )
        self._addresses = urls
        self._strangers = BoundedLog(_log)
        self._is_closing = False
        self.peers = tuple(peer for peer in keyring.offices if peer != office)
        self.counters: Counter[tuple[str, str]] = Counter()
        """(peer, what happened) -> how often; the peer is empty where it is not known."""

    async def start(self, host: str, port: int) -> None:
        """Listen for the peers with lower codes, and begin to dial those with higher ones.

        Raises:
            OSError: the address cannot be listened at.
        """
        self._callers.offices = await addresses_of(self._addresses.values())
        self._server = await serve(
            self._accept,
            host,
            port,
            create_connection=counted_connection(self._callers, self.counters),
            compression=None,
            origins=[None],  # offices send no Origin; browsers do
            max_size=HANDSHAKE_MESSAGE_MAX,
            open_timeout=self._settings.open_timeout,
            ping_interval=self._settings.ping_interval,
            ping_timeout=self._settings.ping_timeout,
            close_timeout=1,
            server_header=None,
            logger=_websocket_log,
        )
        for peer, url in self._urls.items():
            task = asyncio.create_task(self._keep_dialling(peer, url), name=f"dial {peer}")
            self._dialling.add(task)

    @property
    def port(self) -> int:
        """The port that is listened at; differs from the one asked for when that was 0."""
        if self._server is None:
            raise ValueError("not started")
        return int(next(iter(self._server.sockets)).getsockname()[1])

    def send(self, sends: Sequence[tuple[str | None, bytes]]) -> None:
        """Send frames: each to one office, or to all others where the office is none."""
        for peer, link in tuple(self._links.items()):
            frames = [frame for to, frame in sends if to is None or to == peer]
            if frames and not link.send(frames):
                self.counters[peer, "overflows"] += 1

    def states(self) -> tuple[LinkState, ...]:
        """Every peer's link, by office code."""
        return tuple(
            LinkState(
                peer=peer,
                up=peer in self._links,
                dials=self._office < peer,
                url=self._urls.get(peer, ""),
                trouble="" if peer in self._links else self._trouble.get(peer, ""),
            )
            for peer in self.peers
        )

    async def close(self) -> None:
        """Close every link and stop listening and dialling."""
        self._is_closing = True
        closing = [link.close("going down") for link in self._links.values()]
        await asyncio.gather(*closing, return_exceptions=True)
        for task in self._dialling:
            task.cancel()
        await asyncio.gather(*self._dialling, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    async def _keep_dialling(self, peer: str, url: str) -> None:
        attempt = 0
        while True:
            try:
                await self._dial(peer, url)
                attempt = 0
            except (
                OSError,
                InvalidHandshake,
                InvalidURI,
                ConnectionClosed,
                HandshakeError,
            ) as error:
                self._note(peer, f"cannot link to {url}: {_reason(error)}")
            except Exception:
                _log.exception("office %s: the link ended by a fault of this node's own", peer)
            await asyncio.sleep(self._delay(attempt))
            attempt += 1

    def _delay(self, attempt: int) -> float:
        """Seconds to the next attempt: doubling, capped, and spread lest all peers dial as one."""
        doubled = self._settings.redial_delay * (1 << min(attempt, 16))
        longest = min(doubled, self._settings.redial_delay_max)
        return longest * (0.5 + secrets.randbelow(1000) / 2000)

    async def _dial(self, peer: str, url: str) -> None:
        """Link to a peer, and return when a link that was up is down again."""
        connection = await connect(
            url,
            compression=None,
            max_size=RECORD_SIZE_MAX,
            open_timeout=self._settings.handshake_timeout,
            ping_interval=self._settings.ping_interval,
            ping_timeout=self._settings.ping_timeout,
            close_timeout=1,
            proxy=None,
            user_agent_header=None,
            logger=_websocket_log,
        )
        try:
            async with asyncio.timeout(self._settings.handshake_timeout):
                keys = await shake_as_initiator(connection, self._handshake("initiator", peer))
            await self._serve(Link(connection, keys, self._settings.queue_bytes_max))
        finally:
            cut(connection)

    async def _accept(self, connection: ServerConnection) -> None:
        keys = await self._authenticate(connection)
        if keys is not None:
            self._callers.leave(connection)
            try:
                await self._serve(Link(connection, keys, self._settings.queue_bytes_max))
            except Exception:
                _log.exception("office %s: the link ended by a fault of this node's own", keys.peer)

    async def _authenticate(self, connection: ServerConnection) -> SessionKeys | None:
        """Who calls, with the keys of the link; none when it was refused, and closed."""
        try:
            async with asyncio.timeout(self._settings.handshake_timeout):
                keys = await shake_as_responder(
                    connection,
                    self._handshake("responder", None),
                    self._settings.hello_timeout,
                )
            if keys.peer > self._office:
                raise InvalidHandshakeError(
                    f"office {keys.peer} is to be dialled by {self._office}, the lower code"
                )
        except HandshakeError as error:
            self.counters["", "refusedHandshakes"] += 1
            address = connection.remote_address[0]
            self._strangers.write(logging.WARNING, "connection from %s refused: %s", address, error)
            await connection.close(REFUSED, str(error)[:CLOSE_REASON_MAX])
        except (ConnectionClosed, TimeoutError):
            self.counters["", "unfinishedHandshakes"] += 1
            cut(connection)
        else:
            return keys
        return None

    def _handshake(self, role: Role, expected_peer: str | None) -> Handshake:
        return Handshake(
            role=role,
            office=self._office,
            signing_key=self._signing_key,
            keyring=self._keyring,
            nonce=secrets.token_bytes(NONCE_SIZE),
            ephemeral_seed=secrets.token_bytes(EPHEMERAL_SIZE),
            expected_peer=expected_peer,
        )

    async def _serve(self, link: Link) -> None:
        """Hand what the link brings to the receiver until it is down."""
        older = self._links.get(link.peer)
        if older is not None:
            self.counters[link.peer, "replaced"] += 1
            older.abort()
        self._links[link.peer] = link
        self._trouble.pop(link.peer, None)
        self.counters[link.peer, "links"] += 1
        _log.info("link to office %s is up", link.peer)
        self._receiver.linked(link.peer)
        try:
            await self._receive(link)
        except ConnectionClosed as error:
            if error.sent is not None and error.sent.code == CloseCode.MESSAGE_TOO_BIG:
                self.counters[link.peer, "oversized"] += 1
            if self._links.get(link.peer) is link:
                self._note(link.peer, f"link is down: {_reason(error)}")
        finally:
            if self._links.get(link.peer) is link:
                del self._links[link.peer]
                self._receiver.unlinked(link.peer)

    async def _receive(self, link: Link) -> None:
        faults = 0
        while faults < self._settings.faults_max:
            try:
                frames = await link.receive()
            except InvalidRecordError as error:
                faults += 1
                self.counters[link.peer, error.fault] += 1
                _log.debug("record of office %s dropped: %s", link.peer, error)
                continue
            await self._receiver.receive(link.peer, frames)
        self._note(link.peer, f"link closed after {faults} faulty records")
        await link.close("too many faulty records")

    def _note(self, peer: str, trouble: str) -> None:
        """Keep why a peer is away, and log it when it is news."""
        if self._trouble.get(peer) != trouble and not self._is_closing:
            self._trouble[peer] = trouble
            _log.warning("office %s: %s", peer, trouble)


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionClosed):
        frame = error.rcvd or error.sent
        return frame.reason or f"code {frame.code}" if frame else "connection lost"
    return str(error) or type(error).__name__
