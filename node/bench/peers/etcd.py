"""etcd: a Raft group of three or four members, through its own HTTP gateway (JSON and base64).

A transaction puts filings only where their keys are absent, as our register refuses a second filing
of one number.
"""

import base64
import contextlib
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from node import processes

ABSENT = "etcd is not installed (Debian: apt install etcd-server)"
OPERATIONS_MAX = 1_000
REQUEST_BYTES_MAX = 8 << 20


class Etcd:
    """A running group; `ports` are the client ports of its members, the leader's first."""

    def __init__(self, ports: list[int], pids: list[int]) -> None:
        self.ports = ports
        self.pids = pids

    def count(self) -> int:
        """Return how many keys the group holds, read through the last member, linearizable."""
        question = {"key": "AA==", "range_end": "AA==", "count_only": True}
        return int(_ask(self.ports[-1], "/v3/kv/range", question).count)


def is_installed() -> bool:
    """Whether the server is on this machine."""
    return processes.find_program("etcd") is not None


def put_absent(filings: Sequence[tuple[str, bytes]]) -> bytes:
    """Return the body of a transaction that puts all filings if none of their keys is there."""
    encoded = [(_base64(key.encode()), _base64(value)) for key, value in filings]
    return msgspec.json.encode(
        {
            "compare": [
                {"key": key, "target": "CREATE", "result": "EQUAL", "createRevision": "0"}
                for key, _ in encoded
            ],
            "success": [{"requestPut": {"key": key, "value": value}} for key, value in encoded],
        }
    )


@contextlib.contextmanager
def run_etcd(directory: Path, members: int) -> Iterator[Etcd]:
    """Start a group of so many members in the directory; stop it at the end.

    Raises:
        StartError: a member does not come up; its log is in the directory.
    """
    directory.mkdir(parents=True)
    ports = processes.free_ports(2 * members)
    clients, peers = ports[:members], ports[members:]
    group = ",".join(f"m{number}=http://127.0.0.1:{port}" for number, port in enumerate(peers))
    with contextlib.ExitStack() as stack:
        pids = []
        for number in range(members):
            command = _command(directory, number, clients[number], peers[number], group)
            member = processes.start(command, log=directory / f"etcd-{number}.log")
            stack.callback(processes.stop, member)
            pids.append(member.pid)
        urls = [f"http://127.0.0.1:{port}/health" for port in clients]
        processes.wait_until(lambda: all(map(processes.answers, urls)), "all of etcd answers")
        clients.sort(key=_is_follower)
        yield Etcd(clients, pids)


def _command(directory: Path, number: int, client: int, peer: int, group: str) -> list[str]:
    program = processes.find_program("etcd")
    if program is None:
        raise processes.StartError(ABSENT)
    options = {
        "name": f"m{number}",
        "data-dir": str(directory / f"m{number}"),
        "listen-client-urls": f"http://127.0.0.1:{client}",
        "advertise-client-urls": f"http://127.0.0.1:{client}",
        "listen-peer-urls": f"http://127.0.0.1:{peer}",
        "initial-advertise-peer-urls": f"http://127.0.0.1:{peer}",
        "initial-cluster": group,
        "max-txn-ops": str(OPERATIONS_MAX),
        "max-request-bytes": str(REQUEST_BYTES_MAX),
        "quota-backend-bytes": str(8 << 30),
        "log-level": "error",
    }
    return [program, *(f"--{name}={value}" for name, value in options.items())]


def _is_follower(port: int) -> bool:
    status = _ask(port, "/v3/maintenance/status", {})
    return status.leader != status.header.member_id


class _Header(msgspec.Struct):
    member_id: str = ""


class _Answer(msgspec.Struct):
    """What we read of the answers of range and status."""

    header: _Header
    count: str = "0"
    leader: str = ""


def _ask(port: int, path: str, question: dict[str, object]) -> _Answer:

    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", data=msgspec.json.encode(question)
    )
    with urllib.request.urlopen(request, timeout=30) as response:  # noqa: S310
        return msgspec.json.decode(response.read(), type=_Answer)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
