"""A full audit with execution of all that a network has registered: of a node's home, and of its export."""

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.audit import AuditReport
from ledger.files import FileLedger
from node.auditing.copies import find_copy
from node.auditing.exports import audit_exports
from node.auditing.processes import processes_here
from node.auditing.run import audit_copy
from node.bench.load import LoadError
from node.bench.network_rounds import NetworkRounds
from node.bench.rounds import Sample, repeat
from node.exporting.from_files import export_files, read_certified, signatory_of
from node.home import GENESIS_FILE, read_genesis
from node.keystore import KEY_FILE, read_key

_RATE = ("filings, executed again", "1/s")


def measure_audit(network: NetworkRounds) -> None:
    """Stop one node; audit its home, files and index, by one process, and by as many as there are processors.

    Then write its export, and audit that by as many.

    Raises:
        LoadError: an audit found something.
    """
    node, count, rounds = network.nodes[-1], f"{network.registered:,}", network.sizes.rounds
    node.stop()
    for processes in sorted({1, processes_here()}):
        audited = repeat(rounds, lambda _, p=processes: _audited(network, p))  # type: ignore[misc]
        network.add(f"audit of {count} by {processes}", audited)
    with TemporaryDirectory(prefix="ipregister-bench-") as directory:
        file = Path(directory) / "ledger.jsonl.gz"
        network.add(f"export of {count}", repeat(rounds, lambda _: _exported(network, file)))
        processes = processes_here()
        audited = repeat(rounds, lambda _: _audited_export(network, file, processes))
        network.add(f"audit of the export of {count} by {processes}", audited)
    node.start()
    network.network.wait_ready(node)


def _audited(network: NetworkRounds, processes: int) -> Sample:
    home = network.nodes[-1].home
    genesis, copy = read_genesis(home / GENESIS_FILE), find_copy(home)
    assert copy is not None, "the home has a ledger"
    started_at = time.perf_counter()
    report, _ = audit_copy(copy, genesis, lambda _done, _all: None, processes=processes)
    elapsed = time.perf_counter() - started_at
    _expect(report, (None, network.registered, report.height))
    return Sample({_RATE: report.entry_count / elapsed})


def _exported(network: NetworkRounds, file: Path) -> Sample:
    home = network.nodes[-1].home
    genesis, copy = read_genesis(home / GENESIS_FILE), find_copy(home)
    assert copy is not None, "the home has a ledger"
    started_at = time.perf_counter()
    files = FileLedger(copy.files, genesis.network_id(), read_only=True)
    certified = read_certified(files)
    members = export_files(
        files,
        genesis,
        certified,
        from_height=1,
        to_height=certified.last,
        signatory=signatory_of(read_key(home / KEY_FILE), genesis),
        progress=lambda _done, _all: None,
    )
    with file.open("wb") as output:
        output.writelines(members)
    elapsed = time.perf_counter() - started_at
    files.close()
    size = file.stat().st_size / network.registered
    return Sample(
        {("filings", "1/s"): network.registered / elapsed, ("size", "bytes/filing"): size}
    )


def _audited_export(network: NetworkRounds, file: Path, processes: int) -> Sample:
    genesis = read_genesis(network.nodes[-1].home / GENESIS_FILE)
    started_at = time.perf_counter()
    report, _ = audit_exports([file], genesis, lambda _done, _all: None, processes=processes)
    elapsed = time.perf_counter() - started_at
    _expect(report, (None, network.registered, None))
    return Sample({_RATE: report.entry_count / elapsed})


def _expect(report: AuditReport, right: tuple[None, int, int | None]) -> None:
    if (report.finding, report.entry_count, report.index_height) != right:
        raise LoadError(f"expected {right}, found {report}")
