"""One run of the benchmark: the peers, then our own network, on the same disk and processor."""

import shutil
import tempfile
from pathlib import Path

from rich.console import Console

from node.bench.machine import Machine, describe_machine, fdatasync_ms
from node.bench.network_run import measure_register
from node.bench.peer_rounds import measure_peers
from node.bench.report import save, show
from node.bench.rounds import Report, Sample
from node.bench.sizes import Sizes

_READABLE_BY_ALL = 0o755


def run_benchmark(
    console: Console, output: Path, sizes: Sizes, *, peers: bool, parent: Path | None
) -> tuple[Machine, Report]:
    """Measure everything, show the table and write the JSON.

    Raises:
        LoadError: a contender lost or refused a filing.
        StartError: a server did not come up.
    """
    directory = Path(tempfile.mkdtemp(prefix="ipregister-bench-", dir=parent))
    directory.chmod(_READABLE_BY_ALL)  # PostgreSQL's own user must get in
    report, machine = Report(), describe_machine()
    try:
        disk = [_disk(directory)]
        if peers:
            console.print("PostgreSQL and etcd ...")
            measure_peers(report, directory, sizes)
            disk.append(_disk(directory))
        console.print("This register, four nodes ...")
        measure_register(report, directory / "register", sizes)
        disk.append(_disk(directory))
        report.add("machine", "disk, between the contenders", disk)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    save(output, machine, sizes.rounds, report)
    show(console, machine, report)
    return machine, report


def _disk(directory: Path) -> Sample:
    return Sample({("fdatasync", "ms"): fdatasync_ms(directory)})
