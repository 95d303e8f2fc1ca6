"""The register service over a real engine of one office: through agreement, ledger and journal."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date

import msgspec
import pytest

from consensus.output import Instant
from consensus.settings import ReplicaSettings
from crypto.jws import sign_submission
from crypto.signing import SigningKey
from ledger.errors import InvalidSubmissionError, MalformedSubmissionError
from ledger.files import MemoryLedger
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.record_log import MemoryLog
from ledger.register.entries import Entry, Filing
from ledger.submission import Submission, admit, encode_payload
from node.clock import read_clocks
from node.dispatch import ROOM_DELAY
from node.engine import Engine
from node.link import LinkSettings
from node.links import Links
from node.runner import Runner
from node.sealed.codes import CodeStore
from node.service import (
    NotEntitledError,
    OverloadedError,
    RegisterService,
    RequestTimeoutError,
    StoppingError,
)
from node.settings import LimitSection, NodeSettings, TimeoutSection
from simulations.disk import SimulatedJournal

KEYS = {office: SigningKey(office.encode() * 16) for office in ("AU", "EP")}


def genesis(*offices: str) -> Genesis:
    return Genesis(
        network_name="test",
        created_at="2026-11-21T00:00:00+00:00",
        offices=tuple(
            GenesisOffice(code=o, name=o, public_key=encode_public_key(KEYS[o].public_bytes))
            for o in offices
        ),
    )


def settings(request_seconds: float = 20, waiting_entries_max: int = 100_000) -> NodeSettings:
    return NodeSettings(
        office="AU",
        timeouts=TimeoutSection(request_seconds=request_seconds),
        limits=LimitSection(waiting_entries_max=waiting_entries_max),
    )


class Index(MemoryStore):
    """An index on a disk that cannot be read from some moment on."""

    is_lost = False

    def get(self, key: bytes) -> bytes | None:
        if self.is_lost:
            raise OSError(5, "Input/output error")
        return super().get(key)


class AttentiveRunner(Runner):
    """Keeps what it was asked to submit."""

    submitted: list[Submission]

    def submit(self, submission: Submission) -> None:
        self.submitted.append(submission)
        super().submit(submission)


@asynccontextmanager
async def service_of(
    *offices: str,
    with_settings: NodeSettings | None = None,
    index: MemoryStore | None = None,
    replica_settings: ReplicaSettings | None = None,
    submitted: list[Submission] | None = None,
    clocks: Callable[[], Instant] = read_clocks,
) -> AsyncIterator[RegisterService]:
    """The service of AU; agreement is reached only where AU is the only office."""
    ledger = Ledger(genesis(*offices), MemoryLedger(), index or MemoryStore())
    engine = Engine(
        office="AU",
        signing_key=KEYS["AU"],
        ledger=ledger,
        journal=SimulatedJournal(),
        settings=replica_settings or ReplicaSettings(),
        now=read_clocks(),
    )
    runner = AttentiveRunner(engine, peers=offices[1:], read_clocks=clocks)
    runner.submitted = [] if submitted is None else submitted
    links = Links(
        office="AU",
        signing_key=KEYS["AU"],
        keyring=ledger.keyring,
        urls={},
        receiver=runner,
        settings=LinkSettings(),
    )
    service = RegisterService(
        ledger=ledger,
        signing_key=KEYS["AU"],
        settings=with_settings or settings(),
        runner=runner,
        links=links,
        codes=CodeStore(MemoryLog(), bytes(32), ledger.genesis.network_id(), "AU"),
    )
    runner.start(links.send, service.executed, service.readable)
    try:
        yield service
    finally:
        service.stop()
        runner.stop()


def filing(number: int) -> Filing:
    return Filing(
        right="patent", application_number_text=f"2013{number:06}", filing_date=date(2013, 3, 12)
    )


def signed(
    service: RegisterService, *entries: Entry, office: str = "AU", valid_for_ms: int = 60_000
) -> bytes:
    payload = encode_payload(
        service.genesis.network_id(),
        office,
        read_clocks().unix_ms + valid_for_ms,
        b"n" * 12,
        entries,
    )
    return sign_submission(KEYS[office], office, payload)


async def test_a_registration_answers_with_its_place_in_the_ledger() -> None:
    async with service_of("AU") as service:
        (receipt,) = await service.register([filing(1)])
        assert receipt.outcome.status == "accepted"
        assert (receipt.height, receipt.index) == (1, 0)
        assert receipt.block_hash == service.ledger.block_hash(1)
        assert receipt.time_ms == service.ledger.header(1).time_ms


async def test_what_arrives_while_one_is_in_flight_shares_the_next_submission() -> None:
    async with service_of("AU") as service:
        calls = [service.register([filing(n)]) for n in range(500)]
        receipts = [receipt for (receipt,) in await asyncio.gather(*calls)]
    assert len({receipt.outcome.subject for receipt in receipts}) == 500
    assert {receipt.height for receipt in receipts} == {1}
    assert sorted(receipt.index for receipt in receipts) == list(range(500))


async def test_a_large_call_is_cut_and_its_receipts_keep_the_order_of_its_entries() -> None:
    async with service_of("AU") as service:
        small, large, last = await asyncio.gather(
            service.register([filing(1)]),
            service.register([filing(n) for n in range(2, 3_503)]),
            service.register([filing(1)]),
        )
        assert [len(small), len(large), len(last)] == [1, 3_501, 1]
        assert [r.outcome.subject for r in large] == [
            f"AU.patent.2013{n:06}" for n in range(2, 3_503)
        ]
        (repeated,) = last
        assert repeated.outcome.status == "repeated"
        assert (repeated.outcome.height, repeated.outcome.index) == (small[0].height, 0)


async def test_a_submission_of_the_service_is_what_other_nodes_admit() -> None:
    async with service_of("AU") as service:
        await service.register([filing(n) for n in range(3)])
        (item,) = service.ledger.block(1).submissions
        admitted = admit(item.data, service.ledger.keyring)
    assert admitted.entries == tuple(filing(n) for n in range(3))
    assert admitted.office == "AU"


async def test_a_value_that_no_node_would_admit_is_refused_and_harms_no_other_call() -> None:
    wrong = Filing(right="petent", application_number_text="1", filing_date=date(2013, 3, 12))  # type: ignore[arg-type]
    async with service_of("AU") as service:
        good, bad = await asyncio.gather(
            service.register([filing(1)]), service.register([wrong]), return_exceptions=True
        )
    assert isinstance(good, list)
    assert isinstance(bad, msgspec.ValidationError)


async def test_a_signed_submission_is_registered_once_and_answers_alike_ever_after() -> None:
    async with service_of("AU") as service:
        data = signed(service, filing(1), filing(2))
        first, together = await asyncio.gather(
            service.submit(service.admitted(data)), service.submit(service.admitted(data))
        )
        again = await service.submit(service.admitted(data))
        assert service.ledger.height == 1
    assert [receipt.outcome.status for receipt in first] == ["accepted", "accepted"]
    assert first == together == again


async def test_a_signed_submission_outside_its_validity_has_no_receipts() -> None:
    async with service_of("AU") as service:
        await service.register([filing(1)])
        assert (
            await service.submit(service.admitted(signed(service, filing(2), valid_for_ms=-60_000)))
            == []
        )
        assert (
            await service.submit(
                service.admitted(signed(service, filing(2), valid_for_ms=3_600_000))
            )
            == []
        )


async def test_an_office_registers_though_the_last_block_is_from_an_hour_ahead() -> None:
    """The clocks of a quorum went forward and came back: no block is older than the one before it."""
    ahead_ms = 3_600_000

    def clocks() -> Instant:
        now = read_clocks()
        return now._replace(unix_ms=now.unix_ms + ahead_ms)

    async with service_of("AU", clocks=clocks) as service:
        await service.submit(service.admitted(signed(service, filing(1), valid_for_ms=ahead_ms)))
        ahead_ms = 0
        (receipt,) = await service.register([filing(2)])
        assert (receipt.outcome.status, receipt.height) == ("accepted", 2)
        assert receipt.time_ms == service.ledger.header(1).time_ms


async def test_a_signed_submission_of_another_office_is_not_taken() -> None:
    async with service_of("AU", "EP") as service:
        with pytest.raises(NotEntitledError, match="expected a submission of AU, got one of EP"):
            await service.submit(service.admitted(signed(service, filing(1), office="EP")))
        with pytest.raises(MalformedSubmissionError):
            service.admitted(b"nonsense")
        with pytest.raises(InvalidSubmissionError):
            service.admitted(signed(service, filing(1))[:-4] + b"AAAA")


async def test_without_agreement_a_request_times_out_and_stays_pending() -> None:
    hasty = settings(request_seconds=0.05)
    async with service_of("AU", "EP", with_settings=hasty) as service:
        with pytest.raises(RequestTimeoutError, match="1 of 1 entries are not final"):
            await service.register([filing(1)])
        assert service.status().waiting_entries == 1


async def test_a_signed_submission_that_timed_out_may_be_sent_again() -> None:
    hasty = settings(request_seconds=0.05)
    async with service_of("AU", "EP", with_settings=hasty) as service:
        data = signed(service, filing(1))
        for _ in range(2):
            with pytest.raises(RequestTimeoutError, match="1 of 1 entries are not final"):
                await service.submit(service.admitted(data))


async def test_too_much_at_a_time_is_refused_and_nothing_of_it_taken() -> None:
    tight = settings(waiting_entries_max=1_000)
    async with service_of("AU", with_settings=tight) as service:
        first = asyncio.create_task(service.register([filing(n) for n in range(600)]))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError, match="at most 1000 entries under way, got 401 more"):
            await service.register([filing(n) for n in range(600, 1_001)])
        await first
        assert len(await service.register([filing(n) for n in range(600, 1_001)])) == 401


async def test_a_stop_tells_everyone_who_waits() -> None:
    async with service_of("AU", "EP") as service:
        waiting = asyncio.create_task(service.register([filing(1)]))
        await asyncio.sleep(0)
        service.stop()
        with pytest.raises(StoppingError):
            await waiting
        with pytest.raises(StoppingError):
            await service.register([filing(2)])


async def test_a_failure_of_the_engine_while_it_takes_a_submission_in_stops_the_node() -> None:
    index = Index()
    async with service_of("AU", index=index) as service:
        await service.register([filing(1)])
        index.is_lost = True
        with pytest.raises(StoppingError):
            await service.register([filing(2)])
        with pytest.raises(StoppingError):
            await service.register([filing(3)])
        assert service.readiness() == (False, ("the node is going down",))


async def test_what_the_engine_has_no_room_for_is_signed_once_and_tried_by_one_timer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    timers: list[asyncio.TimerHandle] = []
    call_later = loop.call_later

    def keep(delay: float, callback: Callable[..., object], *rest: object) -> asyncio.TimerHandle:
        timer = call_later(delay, callback, *rest)
        if delay == ROOM_DELAY:
            timers.append(timer)
        return timer

    monkeypatch.setattr(loop, "call_later", keep)
    tried: list[Submission] = []
    full = ReplicaSettings(pool_per_office=1)
    async with service_of("AU", "EP", replica_settings=full, submitted=tried) as service:
        waiting = [
            asyncio.create_task(service.submit(service.admitted(signed(service, filing(1)))))
        ]
        await asyncio.sleep(0)
        for number in range(2, 12):
            waiting.append(asyncio.create_task(service.register([filing(number)])))
            while len(tried) < number:  # noqa: ASYNC110 - a turn of the loop is all that it takes
                await asyncio.sleep(0)
        assert sum(not timer.cancelled() for timer in timers) == 1
        assert len({each.digest for each in tried}) == 2
        service.stop()
        answers = await asyncio.gather(*waiting, return_exceptions=True)
        assert {type(answer) for answer in answers} == {StoppingError}


async def test_readiness_and_status_name_what_is_waited_for() -> None:
    async with service_of("AU") as alone, service_of("AU", "EP") as forsaken:
        assert alone.readiness() == (True, ())
        ready, reasons = forsaken.readiness()
        assert not ready
        assert reasons[0] == "0 of 1 other offices needed are linked; away: EP (not linked yet)"
        status = forsaken.status()
    assert (status.office, status.quorum, status.faults, status.height) == ("AU", 2, 0, 0)
    assert status.waiting_for == reasons
