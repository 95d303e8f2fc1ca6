"""Our own contender: which rounds run on which network."""

from pathlib import Path

from node.bench.audit_rounds import measure_audit
from node.bench.family_rounds import measure_families
from node.bench.notice_rounds import measure_notices
from node.bench.proof_rounds import measure_proofs
from node.bench.register_rounds import OFFICES, RegisterRounds
from node.bench.rounds import Report
from node.bench.sealed_rounds import SealedRounds
from node.bench.sizes import Sizes
from node.bench.standard_form_rounds import measure_standard_forms
from node.local import LocalNetwork


def measure_register(report: Report, directory: Path, sizes: Sizes) -> None:
    """Measure networks of four nodes on this machine: for the work, for notices, for sealed filings, and for growth.

    Raises:
        LoadError: an entry was refused, or is not at every node.
    """
    with LocalNetwork(directory / "work", OFFICES, "benchmark") as network:
        network.start()
        work = RegisterRounds(network, sizes, report)
        work.measure_work()
    with LocalNetwork(directory / "notices", OFFICES, "benchmark of notices") as network:
        network.start()
        told = RegisterRounds(network, sizes, report)
        measure_notices(told)
        told.compare_files()
    with LocalNetwork(directory / "sealed", OFFICES, "benchmark of sealed filings") as network:
        network.start()
        SealedRounds(network, sizes, report).measure()
    with LocalNetwork(directory / "growth", OFFICES, "benchmark of growth") as network:
        network.start()
        growth = RegisterRounds(network, sizes, report)
        growth.measure_growth()
        # Before anything is sealed: of an office with sealed filings nobody can say that it has no such filing.
        measure_proofs(growth)
        measure_standard_forms(growth)
        measure_families(growth)
        measure_audit(growth)
