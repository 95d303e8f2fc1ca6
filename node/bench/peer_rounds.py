"""The same work on the peers: bulk of 1,000, single filings on 128 connections, one alone.

After every round the peer is asked how many filings it holds; a round that lost one is an error.
"""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from node.bench.filings import Numbers, chunks, filing
from node.bench.load import Load, LoadError, Stream, encode_request, run_load
from node.bench.machine import processor_us
from node.bench.peers import etcd, postgresql
from node.bench.rounds import Report, Sample, quantile, repeat
from node.bench.sizes import Sizes


class Peer(NamedTuple):
    """A running peer, as the rounds see it."""

    port: int
    members: int
    pids: Callable[[], Sequence[int]]
    held: Callable[[], int]
    """How many filings it says it holds."""
    encode: Callable[[Sequence[str]], bytes]
    """The whole request that registers filings of these numbers at once."""


def measure_peers(report: Report, directory: Path, sizes: Sizes) -> None:
    """Measure every peer that is installed, one after the other; note the others as absent."""
    if postgresql.is_installed():
        with postgresql.run_postgresql(directory / "postgresql") as running:
            peer = Peer(running.port, 3, lambda: running.pids, running.count, _encode_postgresql)
            _measure(report, "postgresql", peer, sizes)
    else:
        report.absent["postgresql"] = postgresql.ABSENT
    for members in (3, 4):
        name = f"etcd-{members}"
        if not etcd.is_installed():
            report.absent[name] = etcd.ABSENT
            continue
        with contextlib.closing(_Group(directory / name, members)) as group:
            _measure(report, name, group.peer(), sizes)


class _Group:
    """An etcd group that is stopped by `close`."""

    def __init__(self, directory: Path, members: int) -> None:
        self._stack = contextlib.ExitStack()
        self._members = members
        self._running = self._stack.enter_context(etcd.run_etcd(directory, members))

    def peer(self) -> Peer:
        running = self._running
        return Peer(
            running.ports[0], self._members, lambda: running.pids, running.count, _encode_etcd
        )

    def close(self) -> None:
        self._stack.close()


def _measure(report: Report, name: str, peer: Peer, sizes: Sizes) -> None:
    numbers = Numbers()
    held = 0

    def bring(amount: int, size: int, connections: int) -> Load:
        nonlocal held
        batches = chunks(numbers.take("AU", amount), size)
        requests = tuple(peer.encode(batch) for batch in batches)
        load = run_load(Stream(port=peer.port, connections=connections, requests=requests))
        held += amount
        found = peer.held()
        if load.refused or found != held:
            raise LoadError(f"{name} holds {found} of {held} filings: {load.first_refusal}")
        return load

    def bulk(_: int) -> Sample:
        before = sum(map(processor_us, peer.pids()))
        load = bring(sizes.bulk, sizes.batch, sizes.bulk_connections)
        used = sum(map(processor_us, peer.pids())) - before
        return Sample(
            {
                ("filings", "1/s"): sizes.bulk / load.seconds,
                ("processor", "µs/filing/member"): used / sizes.bulk / peer.members,
            }
        )

    def singles(_: int) -> Sample:
        load = bring(sizes.singles, 1, sizes.single_connections)
        return Sample({("filings", "1/s"): load.requests_per_second, **latencies(load)})

    def alone(_: int) -> Sample:
        return Sample(latencies(bring(sizes.alone, 1, 1)))

    report.add(name, f"bulk of {sizes.batch:,}", repeat(sizes.rounds, bulk))
    report.add(
        name, f"single, {sizes.single_connections} connections", repeat(sizes.rounds, singles)
    )
    report.add(name, "single, alone", repeat(sizes.rounds, alone))


def latencies(load: Load) -> dict[tuple[str, str], float]:
    """Return median and 99th percentile of the answers."""
    in_order = sorted(load.latencies_ms)
    return {
        ("median", "ms"): quantile(in_order, 0.5),
        ("99th percentile", "ms"): quantile(in_order, 0.99),
    }


def _encode_postgresql(numbers: Sequence[str]) -> bytes:
    if len(numbers) == 1:
        return encode_request("/filings", msgspec.json.encode(filing(numbers[0])))
    return encode_request("/filings/bulk", msgspec.json.encode([filing(n) for n in numbers]))


def _encode_etcd(numbers: Sequence[str]) -> bytes:
    pairs = [(f"US/patent/{n}", msgspec.json.encode(filing(n))) for n in numbers]
    return encode_request("/v3/kv/txn", etcd.put_absent(pairs))
