"""Looks at everything around a node that would keep it from working: home, machine, clock, ports, peers."""

import platform
import shutil
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from ledger.errors import CorruptLedgerError
from node.config import ConfigurationError
from node.home import Home, is_in_use, read_home
from node.journal_format import CorruptJournalError
from node.reports.document_check import examine_documents
from node.sealed.code_files import examine_codes
from node.settings import NodeSettings
from node.stores import examine_stores, index_kind, rejoin_advice

PYTHON_MIN: Final = (3, 11)
DISK_FREE_MIN: Final = 1024 * 1024 * 1024  # bytes
CLOCK_OFFSET_MAX: Final = 5.0  # seconds; the agreement tolerates ten
REACH_TIMEOUT: Final = 2.0  # seconds


class Finding(NamedTuple):
    """The result of one check."""

    check: str
    is_well: bool
    found: str
    fix: str = ""


def examine(home: Path, environment: Mapping[str, str]) -> list[Finding]:
    """Every check that can be made; those of the settings only where these can be read."""
    findings = [_python(), _disk(home)]
    try:
        opened = read_home(home, environment)
    except ConfigurationError as error:
        findings += [
            Finding("configuration", is_well=False, found=str(problem), fix=problem.fix)
            for problem in error.problems
        ]
        return findings
    settings = opened.settings
    findings.append(
        Finding("configuration", is_well=True, found=f"home of {settings.office}, key mode 600")
    )
    findings.append(_index(settings))
    try:
        is_running = is_in_use(home)
    except OSError as error:
        fix = f"run the doctor as the user of the node, or correct who owns {home}"
        findings.append(Finding("lock", is_well=False, found=str(error), fix=fix))
        is_running = False
    if is_running:
        found = "the node runs, and listens at them"
        findings.append(Finding("ports", is_well=True, found=found))
    else:
        findings.append(_stores(opened))
        findings.append(_codes(opened))
    findings.append(_documents(opened))
    if not is_running:
        findings += _ports(settings)
    asked = [_ask_peer(code, url) for code, url in sorted(settings.peers.items())]
    findings += [finding for finding, _ in asked]
    findings.append(_clock([offset for _, offset in asked if offset is not None]))
    return findings


def _python() -> Finding:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    is_well = sys.version_info >= PYTHON_MIN
    return Finding("python", is_well, found, "" if is_well else "install Python 3.11 or later")


def _disk(home: Path) -> Finding:
    there = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(there).free
    is_well = free >= DISK_FREE_MIN
    fix = "" if is_well else f"make room below {there}: a million filings take about a gibibyte"
    return Finding("disk", is_well, f"{free / 2**30:.1f} GiB free", fix)


def _index(settings: NodeSettings) -> Finding:
    wanted, kind = settings.storage.index, index_kind(settings.storage)
    if kind == "leveldb":
        try:
            import plyvel  # noqa: F401, PLC0415 - whether it is there is the question
        except ImportError:
            fix = 'set storage.index = "sqlite", or install plyvel'
            return Finding("index", is_well=False, found="LevelDB is not installed", fix=fix)
    return Finding("index", is_well=True, found=f"{kind} (storage.index is {wanted})")


def _stores(home: Home) -> Finding:
    """Whether ledger and journal can be read to their ends; the index is made anew where it is damaged."""
    try:
        return Finding("stores", is_well=True, found=examine_stores(home))
    except ConfigurationError as error:
        (problem,) = error.problems
        return Finding("stores", is_well=False, found=str(problem), fix=problem.fix)
    except (CorruptLedgerError, CorruptJournalError, OSError) as error:
        fix = "" if isinstance(error, OSError) else rejoin_advice(home.path)
        return Finding("stores", is_well=False, found=str(error), fix=fix)


def _codes(home: Home) -> Finding:
    """Whether the access codes of sealed filings can be read with their key."""
    try:
        return Finding("access codes", is_well=True, found=examine_codes(home))
    except ConfigurationError as error:
        (problem,) = error.problems
        return Finding("access codes", is_well=False, found=str(problem), fix=problem.fix)
    except (CorruptLedgerError, OSError) as error:
        return Finding("access codes", is_well=False, found=str(error))


def _documents(home: Home) -> Finding:
    """Whether the documents of reports are whole by their sizes, kept from others, and have room."""
    settings = home.settings.documents
    try:
        found = examine_documents(home.documents_path, settings.storage_gibibytes_max * 2**30)
    except OSError as error:
        return Finding("documents", is_well=False, found=str(error))
    fix = " and ".join(found.fixes)
    return Finding("documents", is_well=not fix, found=found.told, fix=fix)


def _ports(settings: NodeSettings) -> Iterator[Finding]:
    """Whether the node could listen."""
    for section, host, port in (
        ("api", settings.api.host, settings.api.port),
        ("listen", settings.listen.host, settings.listen.port),
    ):
        error = _listening_error(host, port)
        fix = f"stop what listens there, or change {section}.port" if error else ""
        yield Finding(f"port of {section}", not error, error or f"{host}:{port} is free", fix)


def _listening_error(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
            probe.listen()
        except OSError as error:
            return f"{host}:{port}: {error.strerror}"
    return ""


def _ask_peer(code: str, url: str) -> tuple[Finding, float | None]:
    """(whether the peer can be reached, how many seconds this clock is ahead of its)."""
    parts = urlsplit(url)
    connect = HTTPSConnection if parts.scheme == "wss" else HTTPConnection
    with closing(connect(parts.hostname or "", parts.port, timeout=REACH_TIMEOUT)) as connection:
        try:
            # Not a WebSocket: the node declines politely, and dates its answer.
            connection.request("GET", "/")
            date = connection.getresponse().headers["Date"]
        except (OSError, HTTPException) as error:
            fix = f"is the node of {code} up, and the way to it open? Correct peers.{code} if not"
            return Finding(f"peer {code}", is_well=False, found=f"{url}: {error}", fix=fix), None
    found = Finding(f"peer {code}", is_well=True, found=f"{url} answers")
    return found, time.time() - parsedate_to_datetime(date).timestamp() if date else None


def _clock(offsets: Sequence[float]) -> Finding:
    """Whether this clock goes with the peers'; their answers are dated to the second."""
    if not offsets:
        return Finding("clock", is_well=True, found="no peer answers, so it was not compared")
    offset = median(offsets)
    is_well = abs(offset) <= CLOCK_OFFSET_MAX
    fix = "" if is_well else "let NTP keep the clock: timedatectl set-ntp true, chrony or ntpd"
    return Finding("clock", is_well, f"{offset:+.0f} s against {len(offsets)} peers", fix)
