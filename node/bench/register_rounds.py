"""Our own work: bulk through all nodes, single filings and verifications at one, catching up.

After every round all nodes must hold every filing that was registered, with the same last block.
"""

import time
from functools import partial
from pathlib import Path

import msgspec

from node.bench.filings import Numbers, chunks, filing
from node.bench.load import Load, LoadError, Stream, encode_request, run_load
from node.bench.machine import memory_mb, processor_us
from node.bench.peer_rounds import latencies
from node.bench.rounds import Report, Sample, repeat
from node.bench.signed import signed_requests
from node.bench.sizes import Sizes
from node.local import LocalNetwork, LocalNode
from node.processes import answers, wait_until

OFFICES = ("AU", "EP", "JP", "US")
FILINGS = "/api/v1/filings"
VERIFICATIONS = "/api/v1/priority-verifications"
VERIFY_CONNECTIONS = 32
_PAGE = 1_000
GROWTH_ROUND = 20_000
CATCH_UP_SHARE = 3
"""Bulk rounds that the stopped node misses."""


class RegisterRounds:
    """All workloads on one network, which keeps growing."""

    def __init__(self, network: LocalNetwork, sizes: Sizes, report: Report) -> None:
        self._network = network
        self._nodes = list(network.nodes.values())
        self._sizes = sizes
        self._report = report
        self._numbers = Numbers()
        self._known: list[str] = []
        """Numbers that US has registered."""
        self._counted_height = 0
        self._counted = 0
        self.registered = 0

    def measure_work(self) -> None:
        """Run all kinds of work and take their figures into the report.

        Raises:
            LoadError: a filing was refused, or is not at every node.
        """
        sizes = self._sizes
        many = f"single, {sizes.single_connections} connections"
        self._add(f"bulk of {sizes.batch:,}", repeat(sizes.rounds, self._bulk))
        self._add(f"bulk of {sizes.batch:,}, JSON Lines", repeat(sizes.rounds, self._bulk_lines))
        self._add(many, repeat(sizes.rounds, self._singles))
        self._add("single, alone", repeat(sizes.rounds, self._alone))
        self._add("priority verifications", repeat(sizes.rounds, self._verifications))
        linearizable = repeat(sizes.rounds, self._linearizable_verifications)
        self._add("priority verifications, linearizable", linearizable)
        for consistency in ("local", "linearizable"):
            rounds = repeat(sizes.rounds, partial(self._verifications_alone, consistency))
            self._add(f"one verification, alone, {consistency}", rounds)
        self._add("catching up", repeat(sizes.rounds, self._catch_up))
        self._compare_files()

    def measure_growth(self) -> None:
        """Load a new network up to each size, measure a little there, and restart a node at last.

        Raises:
            LoadError: as `measure_work`.
        """
        for size in self._sizes.growth:
            while (missing := size - self.registered) > 0:
                self._bring_bulk(self._nodes, min(self._sizes.bulk, max(missing, GROWTH_ROUND)))
            rounds = repeat(self._sizes.rounds, self._growth_round)
            self._add(f"with {size:,} filings", rounds)
        self._add(f"restart with {self.registered:,}", repeat(self._sizes.rounds, self._restart))
        self._compare_files()

    def _add(self, work: str, rounds: list[Sample]) -> None:
        self._report.add("register", work, rounds)

    def _bulk(self, _: int) -> Sample:
        return self._bring_bulk(self._nodes, self._sizes.bulk)

    def _bring_bulk(self, nodes: list[LocalNode], amount: int) -> Sample:
        """Bring signed submissions through these nodes, and account for the filings."""
        size = self._sizes.batch
        each = amount // len(nodes) // size * size
        connections = max(1, self._sizes.bulk_connections // len(nodes))
        streams = []
        for node in nodes:
            numbers = self._numbers.take(node.office, each)
            if node.office == "US":
                self._known = numbers
            requests = tuple(signed_requests(node, numbers, size))
            streams.append(Stream(port=port_of(node), connections=connections, requests=requests))
        return self._measured(streams, each * len(nodes), nodes)

    def _bulk_lines(self, _: int) -> Sample:
        size = self._sizes.batch
        each = self._sizes.bulk // len(self._nodes) // size * size
        streams = []
        for node in self._nodes:
            requests = tuple(
                encode_request(
                    FILINGS,
                    b"\n".join(msgspec.json.encode(filing(number)) for number in part),
                    media_type="application/jsonl",
                    token=node.token,
                )
                for part in chunks(self._numbers.take(node.office, each), size)
            )
            connections = max(1, self._sizes.bulk_connections // len(self._nodes))
            streams.append(Stream(port=port_of(node), connections=connections, requests=requests))
        return self._measured(streams, each * len(self._nodes), self._nodes)

    def _measured(self, streams: list[Stream], amount: int, nodes: list[LocalNode]) -> Sample:
        before = sum(processor_us(node.pid) for node in nodes)
        load = self._bring(streams, amount, nodes)
        used = sum(processor_us(node.pid) for node in nodes) - before
        return Sample(
            {
                ("filings", "1/s"): amount / load.seconds,
                ("processor", "µs/filing/member"): used / amount / len(nodes),
            }
        )

    def _bring(self, streams: list[Stream], amount: int, nodes: list[LocalNode]) -> Load:
        """Bring filings, and return when these nodes hold all of them and the same last block."""
        load = run_load(*streams)
        if load.refused:
            raise LoadError(f"{load.refused} requests were refused: {load.first_refusal}")
        self.registered += amount
        height = self._network.wait_agreed(nodes)
        self._count_up_to(height, nodes[0])
        if self._counted != self.registered:
            raise LoadError(f"{self.registered} filings registered, {self._counted} in the ledger")
        heads = {node.office: node.head() for node in nodes}
        if len(set(heads.values())) != 1:
            raise LoadError(f"expected one last block at all nodes, found {heads}")
        return load

    def _count_up_to(self, height: int, node: LocalNode) -> None:
        """Count the entries of the blocks that came since the last time."""
        with node.client() as client:
            while self._counted_height < height:
                parameters = {"limit": _PAGE, "cursor": self._counted_height}
                page = client.get("/blocks", parameters)["blocks"]
                self._counted += sum(int(header["entryCount"]) for header in page)
                self._counted_height = int(page[-1]["height"])

    def _single_stream(self, amount: int, connections: int) -> Stream:
        node = self._nodes[1]  # not the primary of the first view
        requests = tuple(
            encode_request(FILINGS, msgspec.json.encode(filing(number)), token=node.token)
            for number in self._numbers.take(node.office, amount)
        )
        return Stream(port=port_of(node), connections=connections, requests=requests)

    def _singles(self, _: int) -> Sample:
        amount = self._sizes.singles
        stream = self._single_stream(amount, self._sizes.single_connections)
        before = sum(processor_us(node.pid) for node in self._nodes)
        load = self._bring([stream], amount, self._nodes)
        used = sum(processor_us(node.pid) for node in self._nodes) - before
        return Sample(
            {
                ("filings", "1/s"): load.requests_per_second,
                **latencies(load),
                ("processor", "µs/filing/member"): used / amount / len(self._nodes),
            }
        )

    def _alone(self, _: int) -> Sample:
        amount = self._sizes.alone
        return Sample(latencies(self._bring([self._single_stream(amount, 1)], amount, self._nodes)))

    def _verifications(self, _: int) -> Sample:
        return self._verified("local")

    def _linearizable_verifications(self, _: int) -> Sample:
        return self._verified("linearizable")

    def _verifications_alone(self, consistency: str, _: int) -> Sample:
        return Sample(latencies(self._verify(self._sizes.alone, 1, consistency)))

    def _verify(self, amount: int, connections: int, consistency: str) -> Load:
        """Ask about so many claims at one node, which is not the primary of the first view."""
        node, known = self._nodes[1], self._known
        _expect_confirmed(node, known[0])
        path = f"{VERIFICATIONS}?consistency={consistency}"
        requests = tuple(
            encode_request(path, _claim(known[place % len(known)]), token=node.token)
            for place in range(amount)
        )
        load = run_load(Stream(port=port_of(node), connections=connections, requests=requests))
        if load.refused:
            raise LoadError(f"{load.refused} verifications were refused: {load.first_refusal}")
        return load

    def _verified(self, consistency: str) -> Sample:
        node, amount = self._nodes[1], self._sizes.verifications
        before = processor_us(node.pid)
        load = self._verify(amount, VERIFY_CONNECTIONS, consistency)
        used = processor_us(node.pid) - before
        return Sample(
            {
                ("verifications", "1/s"): load.requests_per_second,
                **latencies(load),
                ("processor", "µs/verification"): used / amount,
            }
        )

    def _catch_up(self, _: int) -> Sample:
        """Stop one node, load the others, start it again and wait until it holds everything."""
        away, *others = reversed(self._nodes)
        away.stop()
        amount = CATCH_UP_SHARE * self._sizes.bulk
        before = self.registered
        self._bring_bulk(others, amount)
        missed = self.registered - before
        started_at = time.perf_counter()
        away.start()
        wait_until(lambda: answers(f"{away.url}/livez"), f"the node of {away.office} answers")
        alive_at = time.perf_counter()
        self._network.wait_agreed()
        done_at = time.perf_counter()
        return Sample(
            {
                ("filings, from its start", "1/s"): missed / (done_at - started_at),
                ("its start alone", "s"): alive_at - started_at,
            }
        )

    def _growth_round(self, _: int) -> Sample:
        sample = self._bring_bulk(self._nodes, GROWTH_ROUND)
        sample.values["memory of a node", "MB"] = max(memory_mb(node.pid) for node in self._nodes)
        return sample

    def _restart(self, _: int) -> Sample:
        """Stop one node and start it again; nothing was registered meanwhile."""
        node = self._nodes[-1]
        node.stop()
        started_at = time.perf_counter()
        node.start()
        self._network.wait_ready(node)
        return Sample({("ready", "s"): time.perf_counter() - started_at})

    def _compare_files(self) -> None:
        """Return when the ledger files of all nodes are the same.

        Raises:
            LoadError: they are not.
        """
        self._network.wait_agreed()
        if different := self._network.different_files():
            raise LoadError(
                f"expected the same ledger files at all nodes, these differ: {different}"
            )


def port_of(node: LocalNode) -> int:
    """The port of the node's API."""
    return int(node.url.rpartition(":")[2])


def _claim(number: str) -> bytes:
    first = {"ipOfficeCode": "US", **filing(number)}
    second = {"ipOfficeCode": "EP", "right": "patent", "filingDate": "2027-03-03"}
    return msgspec.json.encode({"first": first, "second": second})


def _expect_confirmed(node: LocalNode, number: str) -> None:
    """Return when the node confirms a claim like those that are measured.

    Raises:
        LoadError: it says something else, so that something else would be measured.
    """
    with node.client() as client:
        outcome = client.post("/priority-verifications", _claim(number))["outcome"]
    if outcome != "confirmed":
        raise LoadError(f"expected the claim to {number} to be confirmed, got {outcome}")


def measure_register(report: Report, directory: Path, sizes: Sizes) -> None:
    """Measure two networks of four nodes on this machine: one for the work, one for its growth."""
    with LocalNetwork(directory / "work", OFFICES, "benchmark") as network:
        network.start()
        RegisterRounds(network, sizes, report).measure_work()
    with LocalNetwork(directory / "growth", OFFICES, "benchmark of growth") as network:
        network.start()
        RegisterRounds(network, sizes, report).measure_growth()
