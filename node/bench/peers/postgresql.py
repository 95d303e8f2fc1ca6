"""PostgreSQL with two standbys behind a FastAPI service.

A commit is acknowledged when one of the standbys has it on disk too. One of three may be lost: the
same crash tolerance as our four nodes, without their protection against a lying one.
"""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from node import processes
from node.bench.peers import postgresql_service

PROGRAMS = "/usr/lib/postgresql/*/bin/"
ABSENT = "PostgreSQL is not installed (Debian: apt install postgresql)"
SETTINGS = """
listen_addresses = ''
fsync = on
synchronous_commit = on
max_wal_senders = 8
max_connections = 60
shared_buffers = 256MB
max_wal_size = 4GB
hot_standby = on
"""


class Postgresql:
    """A running primary with its standbys and the HTTP service."""

    def __init__(self, port: int, pids: list[int], directory: Path, server_port: int) -> None:
        self.port = port
        """Of the HTTP service."""
        self._pids = pids
        self._directory = directory
        self._server_port = server_port

    @property
    def pids(self) -> list[int]:
        """All server processes, the HTTP service included."""
        return [child for pid in self._pids for child in processes.descendants_of(pid)]

    def count(self) -> int:
        """Return how many filings the primary holds."""
        query = "SELECT count(*) FROM filing"
        return int(_psql(self._directory / "socket", self._server_port, query))


def is_installed() -> bool:
    """Whether the server programs are on this machine."""
    return processes.find_program("initdb", PROGRAMS + "initdb") is not None


@contextlib.contextmanager
def run_postgresql(directory: Path) -> Iterator[Postgresql]:
    """Start primary, two standbys and service in the directory; stop them at the end.

    Raises:
        StartError: a server does not come up; its log is in the directory.
    """
    ports = processes.free_ports(4)
    sockets = directory / "socket"
    sockets.mkdir(parents=True)
    _own(directory)
    _own(sockets)
    _run("initdb", "--auth=trust", "--username=postgres", "--no-sync", "-D", _at(directory, 0))
    _configure(directory / "0", "synchronous_standby_names = 'ANY 1 (standby1, standby2)'")
    with contextlib.ExitStack() as stack:
        pids = [_start_server(stack, directory, 0, ports[0])]
        for number in (1, 2):
            _copy_primary(directory, number, ports[0])
            pids.append(_start_server(stack, directory, number, ports[number]))
        _psql(sockets, ports[0], postgresql_service.TABLE)
        command = [sys.executable, "-m", "node.bench.peers.postgresql_service"]
        service = processes.start(
            [*command, str(sockets), str(ports[0]), str(ports[3])], log=directory / "service.log"
        )
        stack.callback(processes.stop, service)
        url = f"http://127.0.0.1:{ports[3]}/openapi.json"
        processes.wait_until(lambda: processes.answers(url), "the PostgreSQL service answers")
        yield Postgresql(ports[3], [*pids, service.pid], directory, ports[0])


def _at(directory: Path, number: int) -> str:
    return str(directory / str(number))


def _start_server(stack: contextlib.ExitStack, directory: Path, number: int, port: int) -> int:
    sockets = str(directory / "socket")
    command = [_program("postgres"), "-D", _at(directory, number), "-k", sockets, "-p", str(port)]
    log = directory / f"postgresql-{number}.log"
    server = processes.start(command, log=log, user=_user(), cwd=directory)
    # SIGINT is PostgreSQL's fast shutdown: SIGTERM would wait for the sessions.
    stack.callback(processes.stop, server, signal.SIGINT)
    ready = [_program("pg_isready"), "-q", "-h", sockets, "-p", str(port)]
    processes.wait_until(
        lambda: subprocess.run(ready, check=False).returncode == 0,  # noqa: S603 - no shell
        f"PostgreSQL server {number} is ready ({log})",
    )
    return server.pid


def _copy_primary(directory: Path, number: int, primary_port: int) -> None:
    name = f"standby{number}"
    target = (
        f"host={directory / 'socket'} port={primary_port} user=postgres application_name={name}"
    )
    arguments = ("-d", target, "-D", _at(directory, number), "--write-recovery-conf", "--no-sync")
    _run("pg_basebackup", *arguments, "--checkpoint=fast", "--wal-method=stream")


def _configure(home: Path, *lines: str) -> None:
    with (home / "postgresql.conf").open("a") as file:
        file.write(SETTINGS + "\n".join(lines) + "\n")


def _psql(sockets: Path, port: int, query: str) -> str:
    connection = ("-h", str(sockets), "-p", str(port), "-U", "postgres", "-d", "postgres")
    return _run("psql", *connection, "-Atqc", query)


def _run(name: str, *arguments: str) -> str:
    finished = subprocess.run(  # noqa: S603 - fixed commands, no shell
        [_program(name), *arguments],
        capture_output=True,
        text=True,
        check=False,
        user=_user(),
        cwd="/",
    )
    if finished.returncode != 0:
        raise processes.StartError(f"{name}: {finished.stderr.strip()}")
    return finished.stdout.strip()


def _program(name: str) -> str:
    found = processes.find_program(name, PROGRAMS + name)
    if found is None:
        raise processes.StartError(ABSENT)
    return found


def _user() -> str | None:
    """PostgreSQL refuses to run as root: take its own user then."""
    return "postgres" if os.geteuid() == 0 else None


def _own(directory: Path) -> None:
    if _user() is not None:
        import pwd  # noqa: PLC0415 - only where needed

        entry = pwd.getpwnam("postgres")
        os.chown(directory, entry.pw_uid, entry.pw_gid)
