"""Nodes of several offices on this machine: for the demonstration, the benchmark and trials.

Every node is a process of its own, started by `ipregister start` like any other. None outlives the
process that started it.
"""

import contextlib
import hashlib
import os
import random
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, Self

from node import processes
from node.client import Document, NodeClient
from node.config import load_settings
from node.network import TOKENS_DIRECTORY, write_network
from node.plan import PORT_STEP, plan_offices

START_TIMEOUT_S: Final = 60.0
AGREE_TIMEOUT_S: Final = 120.0
Need = Literal["read", "register", "audit", "operate"]
"""What a token is used for."""
_ROLES: Final[Mapping[Need, Sequence[str]]] = {
    "read": ("examiner", "clerk", "auditor", "administrator"),
    "register": ("clerk", "administrator"),
    "audit": ("auditor", "administrator"),
    "operate": ("administrator", "clerk", "examiner", "auditor"),
}
"""Whose token to use, best first: the role that may do least, where it may do what is needed."""
_PORTS: Final = range(20_000, 60_000, 500)
_ATTEMPTS: Final = 200


def api_url_of(home: Path) -> str:
    """The address of the API of the node that a home configures.

    Raises:
        ConfigurationError: the home is not in order.
    """
    api = load_settings(home, os.environ).api
    host = "127.0.0.1" if api.host in {"0.0.0.0", "::"} else api.host  # noqa: S104 - compared only
    return f"http://[{host}]:{api.port}" if ":" in host else f"http://{host}:{api.port}"


def token_of(home: Path, need: Need = "operate") -> str | None:
    """The first token of the home that serves the need, where one still lies there."""
    for role in _ROLES[need]:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            return (home / TOKENS_DIRECTORY / f"{role}.token").read_text().strip()
    return None


class LocalNode:
    """The node of one office on this machine."""

    def __init__(self, office: str, home: Path) -> None:
        self.office = office
        self.home = home
        self.url = api_url_of(home)
        self.token = token_of(home) or ""
        self.log = home / "node.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process of the running node."""
        assert self._process is not None, "the node runs"
        return self._process.pid

    def start(self) -> None:
        """Start the process; it is not ready yet."""
        command = [sys.executable, "-m", "node.cli", "start", "--home", str(self.home)]
        self._process = processes.start(command, log=self.log)

    def is_running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def is_ready(self) -> bool:
        """Whether the node says that it can register.

        Raises:
            StartError: the process has ended.
        """
        if not self.is_running():
            raise processes.StartError(f"the node of {self.office} has ended: see {self.log}")
        return processes.answers(f"{self.url}/readyz")

    def kill(self) -> None:
        """End the process at once, as a power failure would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def stop(self) -> None:
        """Ask the process to stop, and wait until it has."""
        if self._process is not None:
            processes.stop(self._process)

    def terminate(self) -> None:
        """Ask the process to stop, without waiting."""
        if self.is_running() and self._process is not None:
            self._process.terminate()

    def client(self) -> NodeClient:
        """A client of its API, with a token that may do everything."""
        return NodeClient(self.url, self.token)

    def status(self) -> Document:
        """What the node says of itself."""
        with self.client() as client:
            return client.get("/status")

    def view(self) -> tuple[int, str]:
        """The view that the node is in, and its primary."""
        details = self.status()["details"]
        return int(details["view"]), str(details["primary"])

    def height(self) -> int:
        """The height of its ledger."""
        return int(self.status()["height"])

    def head(self) -> str:
        """The hash of the last block of its ledger."""
        return str(self.status()["headHash"])

    def block_files(self) -> list[Path]:
        """The files of its ledger that must be the same at all offices, in order."""
        return sorted((self.home / "data").rglob("blocks-*"))


class LocalNetwork:
    """Nodes of several offices; all are stopped when its `with` statement ends."""

    def __init__(self, directory: Path, offices: Sequence[str], name: str) -> None:
        plan = plan_offices(
            offices, base_port=_free_base_port(len(offices)), hosts={}, default_host="127.0.0.1"
        )
        homes = write_network(directory, plan, name=name, index="auto")
        self.directory = directory
        self.nodes = {code: LocalNode(code, homes[code]) for code in sorted(homes)}

    @property
    def genesis_path(self) -> Path:
        """The genesis; it is the same in every home."""
        return next(iter(self.nodes.values())).home / "genesis.json"

    def start(self) -> None:
        """Start all nodes and wait until every one is ready.

        Raises:
            StartError: one does not come up; the message names its log.
        """
        for node in self.nodes.values():
            node.start()
        for node in self.nodes.values():
            self.wait_ready(node)

    def wait_ready(self, node: LocalNode) -> None:
        """Wait until one node can register.

        Raises:
            StartError: not in time; the message names its log.
        """
        what = f"the node of {node.office} is ready (log: {node.log})"
        processes.wait_until(node.is_ready, what, START_TIMEOUT_S)

    def wait_agreed(self, nodes: Sequence[LocalNode] = ()) -> int:
        """Wait until these nodes, or all, hold the same height, and return it.

        Raises:
            StartError: not in time.
        """
        heights: set[int] = set()

        def agreed() -> bool:
            heights.clear()
            heights.update(node.height() for node in nodes or self.nodes.values())
            return len(heights) == 1

        processes.wait_until(agreed, "all nodes hold the same height", AGREE_TIMEOUT_S)
        return heights.pop()

    def heads(self) -> dict[str, str]:
        """The hash of the last block at every node."""
        return {code: node.head() for code, node in self.nodes.items()}

    def different_files(self) -> list[str]:
        """Names of the ledger files that are not byte for byte the same at all offices."""
        return different_files(tuple(self.nodes.values()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for node in self.nodes.values():
            node.terminate()
        for node in self.nodes.values():
            node.stop()


def different_files(nodes: Sequence[LocalNode]) -> list[str]:
    """Names of the ledger files that are not byte for byte the same at all of these nodes."""
    digests: dict[str, list[bytes]] = {}
    for node in nodes:
        for file in node.block_files():
            with file.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").digest()
            digests.setdefault(file.name, []).append(digest)
    same = {name for name, found in digests.items() if found == found[:1] * len(nodes)}
    return sorted(digests.keys() - same)


def _free_base_port(offices: int) -> int:
    """A port from which on all that the offices need are free at the moment.

    Raises:
        StartError: there is no such range.
    """
    for _ in range(_ATTEMPTS):
        base = random.choice(_PORTS)  # noqa: S311 - no secret
        needed = [base + PORT_STEP * place + which for place in range(offices) for which in (0, 1)]
        if all(map(_is_free, needed)):
            return base
    raise processes.StartError(f"expected {2 * offices} free ports on this machine, found none")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
