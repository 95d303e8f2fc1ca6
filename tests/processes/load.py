"""Clients that register and read at the nodes of a network while faults happen, and write down all that they did.

Each client does one thing after the other. What is refused for a while, or not answered, is sent again until it is
decided, as an office's own system would. The seed fixes what every client does; when, the machine decides.
"""

import asyncio
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Final, NamedTuple, Self

import httpx2 as httpx

from node.client import API_PATH
from node.processes import wait_until
from processes.counts import count_operation
from processes.network import HEAL_S, OFFICES, ProcessNetwork
from processes.operations import ACKNOWLEDGED, DECIDED, Action, Operation

CLIENTS_OF_AN_OFFICE: Final = 2
ANSWER_S: Final = 5.0
"""A client waits so long for an answer: a second longer than the node takes to say that it has no decision."""
PAUSE_S: Final = 0.08
"""Between what a client does and does next, so that the machine is not the fault."""
RETRY_S: Final = 0.1
DATES: Final = ("2013-03-12", "2013-03-13")
"""Two clients that race for one number give it different dates: one of them must be refused."""


class Wanted(NamedTuple):
    """A filing that a client makes up."""

    office: str
    number: str
    filing: str
    """Its id."""


def make_up(office: str, serial: int) -> Wanted:
    """A filing of an office under a number that the office would give, and the id that the register gives it."""
    s = f"{serial:06}"
    number, key = {
        "AU": (f"2013{s}", f"2013{s}"),
        "EP": (f"13{s}", f"13{s}"),
        "JP": (f"2013-{s}", f"2013{s}"),
        "US": (f"14/{s[:3]},{s[3:]}", f"14{s}"),
    }[office]
    return Wanted(office, number, f"{office}.patent.{key}")


@dataclass
class Shared:
    """What the clients of one load know together."""

    operations: list[Operation] = field(default_factory=list)
    known: list[Wanted] = field(default_factory=list)
    """Filings that someone began to register."""
    acknowledged: Counter[str] = field(default_factory=Counter)
    """By office: answers that a filing is registered."""
    is_over: bool = False


def wait_longer_than(seconds: float) -> None:
    """So much time passes: it is itself what is tested."""
    end = time.monotonic() + seconds
    wait_until(lambda: time.monotonic() > end, "time passes", seconds + HEAL_S)


class Load:
    """Runs the clients in a thread of its own while its `with` statement lasts; then every client finishes.

    After that no registration is left open: each was sent until it was decided.
    """

    def __init__(self, network: ProcessNetwork, seed: int) -> None:
        self._network = network
        self._seed = seed
        self._shared = Shared()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)
        self._give_up_at = float("inf")

    @property
    def operations(self) -> list[Operation]:
        """Everything that was done so far, in the order in which it ended."""
        return self._shared.operations

    def acknowledged(self, *offices: str) -> int:
        """How many registrations were acknowledged, at these offices or in all."""
        counts = self._shared.acknowledged
        return sum(counts[office] for office in offices or OFFICES)

    def wait_acknowledged(self, more: int, *offices: str) -> None:
        """Wait until so many more registrations were acknowledged, at these offices or in all."""
        target = self.acknowledged(*offices) + more
        where = " and ".join(offices) or "any office"

        def is_reached() -> bool:
            for node in self._network.nodes.values():
                node.supervise()
            return self.acknowledged(*offices) >= target or not self._thread.is_alive()

        what = f"{more} more registrations are acknowledged at {where}"
        wait_until(is_reached, what, HEAL_S)
        self._raise_failure()

    def wait_ended(self, more: int) -> None:
        """Wait until so many more operations ended, well or badly."""
        target = len(self.operations) + more
        wait_until(
            lambda: len(self.operations) >= target or not self._thread.is_alive(),
            f"{more} more operations end",
            HEAL_S,
        )
        self._raise_failure()

    def expect_nothing_acknowledged(self, seconds: float) -> None:
        """Watch for so long that no registration is acknowledged that is sent from now on.

        Raises:
            AssertionError: one was.
        """
        begun, seen = time.monotonic_ns(), len(self.operations)
        wait_longer_than(seconds)
        wrong = [
            operation
            for operation in self.operations[seen:]
            if operation.action == "register" and operation.outcome in ACKNOWLEDGED
            if operation.invoked_at > begun
        ]
        assert wrong == []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._give_up_at = time.monotonic() + (HEAL_S if kind is None else 0)
        self._shared.is_over = True
        self._thread.join()
        if kind is None:
            self._raise_failure()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            asyncio.run(self._run_clients())
        except BaseException as error:
            self._failure = error

    async def _run_clients(self) -> None:
        async with asyncio.TaskGroup() as clients:
            for office in OFFICES:
                for number in range(CLIENTS_OF_AN_OFFICE):
                    client = _Client(self, self._network, f"{office}{number}", office)
                    clients.create_task(client.work(Random(f"{self._seed} {client.name}")))

    @property
    def has_given_up(self) -> bool:
        """Whether the time is over in which everything must be decided."""
        return time.monotonic() > self._give_up_at


class _Client:
    """Registers at its own office's node, and reads at all."""

    def __init__(self, load: Load, network: ProcessNetwork, name: str, office: str) -> None:
        self.name = name
        self._load = load
        self._shared = load._shared
        self._network = network
        self._office = office
        self._tokens = {o: node.token for o, node in network.nodes.items()}
        self._urls = {o: node.url + API_PATH for o, node in network.nodes.items()}

    async def work(self, random: Random) -> None:
        """Do one thing after the other until the load is over."""
        async with httpx.AsyncClient(trust_env=False, timeout=ANSWER_S) as http:
            self._http = http
            while not self._shared.is_over:
                draw = random.random()
                if draw < 0.5 or not self._shared.known:
                    await self._register_until_decided(self._new(), random.choice(DATES))
                elif draw < 0.6:
                    await self._register_until_decided(self._again(random), random.choice(DATES))
                else:
                    action: Action = "readLinearizable" if random.random() < 0.5 else "read"
                    wanted = random.choice(self._shared.known[-20:])
                    await self._read(random.choice(OFFICES), wanted, action)
                await asyncio.sleep(random.random() * 2 * PAUSE_S)

    def _new(self) -> Wanted:
        wanted = make_up(self._office, next(self._network.serials))
        self._shared.known.append(wanted)
        return wanted

    def _again(self, random: Random) -> Wanted:
        """One of this office's last filings, its own or of its other client, which may be under way."""
        own = [each for each in self._shared.known[-60:] if each.office == self._office]
        return random.choice(own) if own else self._new()

    async def _register_until_decided(self, wanted: Wanted, date: str) -> None:
        key = f"{self.name}-{wanted.number.replace(',', '')}-{date}"
        while True:
            operation = await self._register(wanted, date, key)
            if operation.outcome in ACKNOWLEDGED:
                self._shared.acknowledged[self._office] += 1
            if operation.outcome in DECIDED:
                return
            if self._load.has_given_up:
                raise AssertionError(f"never decided, though the faults are over: {operation}")
            await asyncio.sleep(RETRY_S)

    async def _register(self, wanted: Wanted, date: str, key: str) -> Operation:
        body = {"right": "patent", "applicationNumberText": wanted.number, "filingDate": date}
        return await self._ask(
            self._operation("register", self._office, wanted)._replace(date=date),
            self._http.build_request(
                "POST",
                f"{self._urls[self._office]}/filings",
                json=body,
                headers={"Idempotency-Key": key},
            ),
        )

    async def _read(self, office: str, wanted: Wanted, action: Action) -> None:
        asked = {"consistency": "linearizable"} if action == "readLinearizable" else {}
        url = f"{self._urls[office]}/filings/{wanted.filing}"
        await self._ask(
            self._operation(action, office, wanted),
            self._http.build_request("GET", url, params=asked),
        )

    def _operation(self, action: Action, office: str, wanted: Wanted) -> Operation:
        """An operation that begins now."""
        node, now = self._network.nodes[office].name, time.monotonic_ns()
        return Operation(self.name, action, office, node, wanted.filing, "", now, now, "")

    async def _ask(self, operation: Operation, request: httpx.Request) -> Operation:
        """The operation with its end, which was written down."""
        request.headers["Authorization"] = f"Bearer {self._tokens[operation.office]}"
        try:
            ended = _ended(operation, await self._http.send(request))
        except (httpx.HTTPError, ValueError) as error:
            ended = operation._replace(outcome=type(error).__name__)
        return self._note(ended._replace(ended_at=time.monotonic_ns()))

    def _note(self, operation: Operation) -> Operation:
        count_operation(operation)
        self._shared.operations.append(operation)
        return operation


def _ended(operation: Operation, response: httpx.Response) -> Operation:
    """What an answer says."""
    if response.is_error:
        names = {404: "absent", 409: "conflict"}
        held_at = int(response.headers.get("Register-Height", 0))
        outcome = names.get(response.status_code, str(response.status_code))
        return operation._replace(outcome=outcome, held_at=held_at)
    document = response.json()
    return operation._replace(
        outcome=document.get("status", "found"),
        date=document.get("filingDate", operation.date),
        held_at=int(response.headers["Register-Height"]),
        height=document["height"],
        entry=document["index"],
        block_hash=document.get("blockHash", ""),
    )
