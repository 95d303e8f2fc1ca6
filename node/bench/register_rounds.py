"""Our own work: bulk through all nodes, single filings and verifications at one, catching up.

After every round all nodes must hold every filing that was registered, with the same last block.
"""

import time
from functools import partial

import msgspec

from node.bench.filings import chunks, entry, filing
from node.bench.load import Load, LoadError, Stream, encode_request, run_load
from node.bench.machine import memory_mb, processor_us
from node.bench.network_rounds import NetworkRounds, port_of
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
GROWTH_ROUND = 20_000
CATCH_UP_SHARE = 3
"""Bulk rounds that the stopped node misses."""


class RegisterRounds(NetworkRounds):
    """All workloads on one network, which keeps growing."""

    def __init__(self, network: LocalNetwork, sizes: Sizes, report: Report) -> None:
        super().__init__(network, sizes, report)
        self._known: list[str] = []
        """Numbers that US has registered."""

    def measure_work(self) -> None:
        """Run all kinds of work and take their figures into the report.

        Raises:
            LoadError: a filing was refused, or is not at every node.
        """
        sizes = self.sizes
        many = f"single, {sizes.single_connections} connections"
        self.add(f"bulk of {sizes.batch:,}", repeat(sizes.rounds, self.bulk))
        self.add(f"bulk of {sizes.batch:,}, JSON Lines", repeat(sizes.rounds, self._bulk_lines))
        self.add(many, repeat(sizes.rounds, self._singles))
        self.add("single, alone", repeat(sizes.rounds, self._alone))
        self.add("priority verifications", repeat(sizes.rounds, self._verifications))
        linearizable = repeat(sizes.rounds, self._linearizable_verifications)
        self.add("priority verifications, linearizable", linearizable)
        for consistency in ("local", "linearizable"):
            rounds = repeat(sizes.rounds, partial(self._verifications_alone, consistency))
            self.add(f"one verification, alone, {consistency}", rounds)
        self.add("catching up", repeat(sizes.rounds, self._catch_up))
        self.compare_files()

    def measure_growth(self) -> None:
        """Load a new network up to each size, measure a little there, and restart a node at last.

        Raises:
            LoadError: as `measure_work`.
        """
        for size in self.sizes.growth:
            while (missing := size - self.registered) > 0:
                self._bring_bulk(self.nodes, min(self.sizes.bulk, max(missing, GROWTH_ROUND)))
            rounds = repeat(self.sizes.rounds, self._growth_round)
            self.add(f"with {size:,} filings", rounds)
        self.add(f"restart with {self.registered:,}", repeat(self.sizes.rounds, self._restart))
        self.compare_files()

    def bulk(self, _: int) -> Sample:
        """One bulk round through all nodes."""
        return self._bring_bulk(self.nodes, self.sizes.bulk)

    def _bring_bulk(self, nodes: list[LocalNode], amount: int) -> Sample:
        """Bring signed submissions through these nodes, and account for the filings."""
        size = self.sizes.batch
        each = amount // len(nodes) // size * size
        connections = max(1, self.sizes.bulk_connections // len(nodes))
        streams = []
        for node in nodes:
            numbers = self.numbers.take(node.office, each)
            if node.office == "US":
                self._known = numbers
            requests = tuple(signed_requests(node, [entry(n) for n in numbers], size))
            streams.append(Stream(port=port_of(node), connections=connections, requests=requests))
        return self.measured(streams, each * len(nodes), nodes)

    def _bulk_lines(self, _: int) -> Sample:
        size = self.sizes.batch
        each = self.sizes.bulk // len(self.nodes) // size * size
        streams = []
        for node in self.nodes:
            requests = tuple(
                encode_request(
                    FILINGS,
                    b"\n".join(msgspec.json.encode(filing(number)) for number in part),
                    media_type="application/jsonl",
                    token=node.token,
                )
                for part in chunks(self.numbers.take(node.office, each), size)
            )
            connections = max(1, self.sizes.bulk_connections // len(self.nodes))
            streams.append(Stream(port=port_of(node), connections=connections, requests=requests))
        return self.measured(streams, each * len(self.nodes), self.nodes)

    def _single_stream(self, amount: int, connections: int) -> Stream:
        node = self.nodes[1]  # not the primary of the first view
        requests = tuple(
            encode_request(FILINGS, msgspec.json.encode(filing(number)), token=node.token)
            for number in self.numbers.take(node.office, amount)
        )
        return Stream(port=port_of(node), connections=connections, requests=requests)

    def _singles(self, _: int) -> Sample:
        amount = self.sizes.singles
        stream = self._single_stream(amount, self.sizes.single_connections)
        before = sum(processor_us(node.pid) for node in self.nodes)
        load = self.bring([stream], amount, self.nodes)
        used = sum(processor_us(node.pid) for node in self.nodes) - before
        return Sample(
            {
                ("filings", "1/s"): load.requests_per_second,
                **latencies(load),
                ("processor", "µs/filing/member"): used / amount / len(self.nodes),
            }
        )

    def _alone(self, _: int) -> Sample:
        amount = self.sizes.alone
        return Sample(latencies(self.bring([self._single_stream(amount, 1)], amount, self.nodes)))

    def _verifications(self, _: int) -> Sample:
        return self._verified("local")

    def _linearizable_verifications(self, _: int) -> Sample:
        return self._verified("linearizable")

    def _verifications_alone(self, consistency: str, _: int) -> Sample:
        return Sample(latencies(self._verify(self.sizes.alone, 1, consistency)))

    def _verify(self, amount: int, connections: int, consistency: str) -> Load:
        """Ask about so many claims at one node, which is not the primary of the first view."""
        node, known = self.nodes[1], self._known
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
        node, amount = self.nodes[1], self.sizes.verifications
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
        away, *others = reversed(self.nodes)
        away.stop()
        amount = CATCH_UP_SHARE * self.sizes.bulk
        before = self.registered
        self._bring_bulk(others, amount)
        missed = self.registered - before
        started_at = time.perf_counter()
        away.start()
        wait_until(lambda: answers(f"{away.url}/livez"), f"the node of {away.office} answers")
        alive_at = time.perf_counter()
        self.network.wait_agreed()
        done_at = time.perf_counter()
        return Sample(
            {
                ("filings, from its start", "1/s"): missed / (done_at - started_at),
                ("its start alone", "s"): alive_at - started_at,
            }
        )

    def _growth_round(self, _: int) -> Sample:
        sample = self._bring_bulk(self.nodes, GROWTH_ROUND)
        sample.values["memory of a node", "MB"] = max(memory_mb(node.pid) for node in self.nodes)
        return sample

    def _restart(self, _: int) -> Sample:
        """Stop one node and start it again; nothing was registered meanwhile."""
        node = self.nodes[-1]
        node.stop()
        started_at = time.perf_counter()
        node.start()
        self.network.wait_ready(node)
        return Sample({("ready", "s"): time.perf_counter() - started_at})


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
