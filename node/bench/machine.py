"""The machine the figures belong to, and what its processes have used: from /proc (Linux)."""

import os
import platform
import statistics
import tempfile
import time
from pathlib import Path

import msgspec

FSYNC_SAMPLES = 60
_TICK_US = 1_000_000 / os.sysconf("SC_CLK_TCK")


class Machine(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """What a reader must know before comparing figures with another machine's."""

    processor: str
    cores: int
    memory_mb: int
    python: str
    system: str


def describe_machine() -> Machine:
    """Return the machine."""
    return Machine(
        processor=_line_of(Path("/proc/cpuinfo"), "model name"),
        cores=len(os.sched_getaffinity(0)),
        memory_mb=int(_line_of(Path("/proc/meminfo"), "MemTotal").split()[0]) // 1024,
        python=platform.python_version(),
        system=f"{platform.system()} {platform.release()}",
    )


def processor_us(pid: int) -> float:
    """Return the user and system time of a process and its ended children, in microseconds."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (
        FileNotFoundError,
        ProcessLookupError,
    ):  # ended, even while it is read: its parent counts it
        return 0.0
    return sum(map(int, fields[11:15])) * _TICK_US


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process in MB (VmRSS)."""
    return int(_line_of(Path(f"/proc/{pid}/status"), "VmRSS").split()[0]) / 1024


def _line_of(file: Path, name: str) -> str:
    for line in file.read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0 unknown"


def fdatasync_ms(directory: Path) -> float:
    """Return the median time of a 4 KiB append with fdatasync in this directory."""
    times = []
    with tempfile.TemporaryFile(dir=directory) as file:
        for _ in range(FSYNC_SAMPLES):
            started_at = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - started_at) * 1000)
    return statistics.median(times)
