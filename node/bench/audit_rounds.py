"""A full audit with execution of all that a network has registered, and of its index."""

import time

from node.auditing.copies import find_copy
from node.auditing.processes import processes_here
from node.auditing.run import audit_copy
from node.bench.load import LoadError
from node.bench.network_rounds import NetworkRounds
from node.bench.rounds import Sample, repeat
from node.home import GENESIS_FILE, read_genesis


def measure_audit(network: NetworkRounds) -> None:
    """Stop one node and audit its home, files and index: by one process, and by as many as there are processors.

    Raises:
        LoadError: the audit found something.
    """
    node = network.nodes[-1]
    node.stop()
    for processes in sorted({1, processes_here()}):
        rounds = repeat(network.sizes.rounds, lambda _, p=processes: _audited(network, p))  # type: ignore[misc]
        network.add(f"audit of {network.registered:,} by {processes}", rounds)
    node.start()
    network.network.wait_ready(node)


def _audited(network: NetworkRounds, processes: int) -> Sample:
    home = network.nodes[-1].home
    genesis, copy = read_genesis(home / GENESIS_FILE), find_copy(home)
    assert copy is not None, "the home has a ledger"
    started_at = time.perf_counter()
    report, _ = audit_copy(copy, genesis, lambda _done, _all: None, processes=processes)
    elapsed = time.perf_counter() - started_at
    right = (None, network.registered, report.height)
    if (report.finding, report.entry_count, report.index_height) != right:
        raise LoadError(f"expected {right}, found {report}")
    return Sample({("filings, executed again", "1/s"): report.entry_count / elapsed})
