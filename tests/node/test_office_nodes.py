"""Four offices in one event loop, over real sockets and files: they agree, stand the loss of one, and take it back."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path

import pytest
from builders.ports import free_base_port

from ledger.register.entries import Filing
from node.home import Home, read_home
from node.network import write_network
from node.office_node import OfficeNode, running_node
from node.plan import plan_offices
from node.stores import Stores, open_stores
from simulations.disk import SimulatedJournal

OFFICES = ("AU", "EP", "JP", "US")


def homes(tmp_path: Path, *codes: str) -> dict[str, Home]:
    plans = plan_offices(
        codes, base_port=free_base_port(len(codes)), hosts={}, default_host="127.0.0.1"
    )
    paths = write_network(tmp_path, plans, name="test", index="sqlite")
    hasty = {
        "IPREGISTER_CONSENSUS__VIEW_TIMEOUT_MS": "1000",
        "IPREGISTER_CONSENSUS__HEARTBEAT_MS": "100",
    }
    return {code: read_home(path, hasty) for code, path in paths.items()}


@asynccontextmanager
async def running(home: Home) -> AsyncIterator[OfficeNode]:
    with open_stores(home) as stores:
        async with running_node(home, stores) as node:
            yield node


async def until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; nothing tells of it, so it is asked for."""
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - several nodes at a time must come to it
            await asyncio.sleep(0.005)


def filing(number: int) -> Filing:
    return Filing(
        right="patent", application_number_text=f"X{number:06}", filing_date=date(2013, 3, 12)
    )


async def test_four_offices_agree_stand_the_loss_of_the_primary_and_take_it_back(
    tmp_path: Path,
) -> None:
    network = homes(tmp_path, *OFFICES)
    async with AsyncExitStack() as ends:
        stops = {code: await ends.enter_async_context(AsyncExitStack()) for code in OFFICES}
        nodes = {
            code: (await stops[code].enter_async_context(running(home))).service
            for code, home in network.items()
        }
        await until(lambda: all(node.readiness()[0] for node in nodes.values()))
        registered = await asyncio.gather(
            *(node.register([filing(n) for n in range(50)]) for node in nodes.values())
        )
        assert {r.outcome.status for receipts in registered for r in receipts} == {"accepted"}

        primary = nodes["EP"].status().primary
        await stops[primary].aclose()
        del nodes[primary]
        first, second = [await node.register([filing(100)]) for node in list(nodes.values())[:2]]
        assert [receipt.outcome.status for receipt in first + second] == ["accepted"] * 2

        again = await stops[primary].enter_async_context(running(network[primary]))
        nodes[primary] = again.service
        (last,) = await again.service.register([filing(101)])
        assert last.outcome.status == "accepted"
        await until(lambda: all(n.ledger.height >= last.height for n in nodes.values()))
        hashes = {node.ledger.block_hash(last.height) for node in nodes.values()}
    assert hashes == {last.block_hash}
    files = {
        tuple(path.read_bytes() for path in sorted(home.data_path.glob("ledger/blocks-*.log")))
        for home in network.values()
    }
    assert len(files) == 1


async def test_a_linearizable_read_waits_for_what_other_nodes_acknowledged(tmp_path: Path) -> None:
    network = homes(tmp_path, *OFFICES)
    async with AsyncExitStack() as ends:
        nodes = {
            code: (await ends.enter_async_context(running(network[code]))).service
            for code in ("AU", "EP", "JP")
        }
        await until(lambda: all(node.readiness()[0] for node in nodes.values()))
        for number in range(20):
            (receipt,) = await list(nodes.values())[number % 3].register([filing(number)])
            answers = [node.catch_up_with_all(20) for node in nodes.values()]
            assert await asyncio.gather(*answers) == [True] * 3
            assert min(node.ledger.height for node in nodes.values()) >= receipt.height
        late = (await ends.enter_async_context(running(network["US"]))).service
        assert late.ledger.height == 0
        assert await late.catch_up_with_all(20)
        assert late.ledger.height >= receipt.height


class FullDisk(SimulatedJournal):
    """A journal on a disk that is full from some moment on."""

    is_full = False

    def sync(self) -> None:
        if self.is_full:
            raise OSError(28, "No space left on device")
        super().sync()


async def test_a_node_whose_disk_is_full_sends_nothing_more_and_says_why(tmp_path: Path) -> None:
    home = homes(tmp_path, "AU")["AU"]
    with open_stores(home) as stores:
        journal = FullDisk()
        async with running_node(home, Stores(stores.ledger, journal, stores.codes)) as node:
            await node.service.register([filing(1)])
            journal.is_full = True
            waiting = asyncio.create_task(node.service.register([filing(2)]))
            with pytest.raises(OSError, match="No space left on device"):
                await node.runner.failed
            with pytest.raises(Exception, match="the node is going down"):
                await waiting
