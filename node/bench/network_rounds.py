"""What all rounds on one network of our own share: load, and the check that every node holds all of it."""

from node.bench.filings import Numbers
from node.bench.load import Load, LoadError, Stream, run_load
from node.bench.machine import processor_us
from node.bench.rounds import Report, Sample
from node.bench.sizes import Sizes
from node.local import LocalNetwork, LocalNode

_PAGE = 1_000


class NetworkRounds:
    """Rounds on one network, which keeps growing; no entry may get lost."""

    def __init__(self, network: LocalNetwork, sizes: Sizes, report: Report) -> None:
        self.network = network
        self.nodes = list(network.nodes.values())
        self.sizes = sizes
        self.numbers = Numbers()
        self._report = report
        self._counted_height = 0
        self._counted = 0
        self.registered = 0
        """Entries that were registered, and that the ledger must hold."""

    def add(self, work: str, rounds: list[Sample]) -> None:
        """Take the figures of a workload into the report."""
        self._report.add("register", work, rounds)

    def measured(self, streams: list[Stream], amount: int, nodes: list[LocalNode]) -> Sample:
        """Bring so many entries, and return the rate and the processor time of these nodes."""
        before = sum(processor_us(node.pid) for node in nodes)
        load = self.bring(streams, amount, nodes)
        used = sum(processor_us(node.pid) for node in nodes) - before
        return Sample(
            {
                ("filings", "1/s"): amount / load.seconds,
                ("processor", "µs/filing/member"): used / amount / len(nodes),
            }
        )

    def bring(self, streams: list[Stream], amount: int, nodes: list[LocalNode]) -> Load:
        """Bring filings, and return when these nodes hold all of them and the same last block."""
        load = run_load(*streams)
        if load.refused:
            raise LoadError(f"{load.refused} requests were refused: {load.first_refusal}")
        self.registered += amount
        height = self.network.wait_agreed(nodes)
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

    def compare_files(self) -> None:
        """Return when the ledger files of all nodes are the same.

        Raises:
            LoadError: they are not.
        """
        self.network.wait_agreed()
        if different := self.network.different_files():
            raise LoadError(
                f"expected the same ledger files at all nodes, these differ: {different}"
            )


def port_of(node: LocalNode) -> int:
    """The port of the node's API."""
    return int(node.url.rpartition(":")[2])
