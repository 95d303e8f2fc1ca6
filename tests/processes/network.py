"""A network of four offices whose nodes are real processes, and what can be done to one from outside: signals."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from builders.ports import free_base_port

from node.local import LocalNode, different_files
from node.network import write_network
from node.plan import plan_offices
from node.processes import wait_until
from processes.counts import count_fault
from processes.soundness import Registered, add_block
from processes.surroundings import Surroundings, ThisMachine

OFFICES: Final = ("AU", "EP", "JP", "US")
ROOT: Final = Path(__file__).parents[2]
HEAL_S: Final = 90.0
"""Within so many seconds after the last fault a network must work again; on an idle machine it takes one or two."""
VIEW_TIMEOUT_S: Final = 1.0
STOPPED_BY_ITSELF: Final = 3
"""The exit code after which a new start may help: systemd starts the node again."""
_SETTINGS: Final = f"""
[timeouts]
request_seconds = 4
stop_seconds = 2

[consensus]
view_timeout_ms = {int(VIEW_TIMEOUT_S * 1000)}
view_timeout_max_ms = 6000
censorship_timeout_ms = 4000
heartbeat_ms = 200
"""


class OfficeProcess(LocalNode):
    """The node of one office: a process that is started, killed, paused and resumed."""

    def __init__(self, office: str, home: Path, surroundings: Surroundings) -> None:
        super().__init__(office, home)
        self._surroundings = surroundings
        self.log = home.with_name(f"{home.name}.log")  # not on the disk that a test fills
        self.name = office
        """In histories; another one once it has lost its disk, for it may begin anew."""
        self.is_paused = False
        self.is_expected = False
        """Whether the process was started, and neither killed nor stopped by the test since."""
        self.is_supervised = False
        """Whether it is started again, as systemd does, when it has stopped itself."""

    def start(self, *options: str) -> None:
        """Start the process; it is not ready yet. Unlike its parent's way this is safe beside threads."""
        command = [
            *self._surroundings.command(self.office),
            *_ending_with_its_parent(),
            *(sys.executable, "-m", "node.cli", "start", "--home", str(self.home), *options),
        ]
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env={
                    **os.environ,
                    "PYTHONPATH": str(ROOT),
                    **self._surroundings.environment(self.office),
                },
                start_new_session=True,
            )
        self.is_paused = False
        self.is_expected = True

    def kill(self) -> None:
        """End the process at once, as a power failure of the machine's other parts would (SIGKILL)."""
        self.is_expected = False
        super().kill()

    def stop(self) -> None:
        """Ask the process to stop, and wait until it has; one that is paused goes on first."""
        self.is_expected = False
        if self.is_running():
            self.resume()
        super().stop()

    def pause(self) -> None:
        """Stop the process where it stands (SIGSTOP); its sockets stay open."""
        os.kill(self.pid, signal.SIGSTOP)
        self.is_paused = True

    def resume(self) -> None:
        """Let a paused process go on (SIGCONT)."""
        os.kill(self.pid, signal.SIGCONT)
        self.is_paused = False

    def is_ready(self) -> bool:
        """Whether the node says that it can register.

        Raises:
            StartError: the process has ended, and nobody starts it again.
        """
        self.supervise()
        return super().is_ready()

    def supervise(self) -> None:
        """Start the process again if it has stopped itself, and that is what is done here."""
        if not (self.is_supervised and self.is_expected) or self._process is None:
            return
        if self._process.poll() == STOPPED_BY_ITSELF:
            self.start()

    def wait_ended(self) -> int:
        """Wait until the process has ended by itself, and return its exit code."""
        assert self._process is not None
        code = self._process.wait(HEAL_S)
        self.is_expected = False
        return code

    def wipe(self) -> None:
        """Lose all that the node keeps on disk, while it is down."""
        count_fault("disk wiped")
        shutil.rmtree(self.home / "data")
        self.name += "'"

    def start_and_fail(self, *options: str) -> tuple[int, str]:
        """Start, wait until the process has ended by itself, and return its exit code and what it said."""
        before = self.log.stat().st_size if self.log.exists() else 0
        self.start(*options)
        code = self.wait_ended()
        with self.log.open("rb") as log:
            log.seek(before)
            return code, log.read().decode()


class ProcessNetwork:
    """Four offices with a node each. All processes are ended when its `with` statement ends."""

    def __init__(self, directory: Path, surroundings: Surroundings | None = None) -> None:
        self.surroundings = surroundings or ThisMachine()
        plan = plan_offices(
            OFFICES,
            base_port=free_base_port(len(OFFICES)),
            hosts={office: self.surroundings.peer_host(office) for office in OFFICES},
            default_host="127.0.0.1",
        )
        homes = write_network(
            directory,
            [replace(each, api_host=self.surroundings.api_host(each.code)) for each in plan],
            name="faults",
            index="auto",
        )
        self.directory = directory
        self.nodes: dict[str, OfficeProcess] = {}
        for office in OFFICES:
            home = homes[office]
            with (home / "config.toml").open("a") as config:
                config.write(_SETTINGS)
            self.surroundings.settle(office, home)
            self.nodes[office] = OfficeProcess(office, home, self.surroundings)
        self.serials = count(1)
        """Of the filings that clients make up: none comes twice in a network."""
        self._ledger: dict[str, list[Registered]] = {}
        self._ledger_height = 0

    def start(self) -> None:
        """Start all nodes that do not run, and wait until every one is ready."""
        for node in self.nodes.values():
            if not node.is_running():
                node.start()
        self.wait_ready()

    def wait_ready(self, offices: Iterable[str] = OFFICES) -> None:
        """Wait until these nodes can register."""
        for office in offices:
            node = self.nodes[office]
            wait_until(node.is_ready, f"{office} is ready (log: {node.log})", HEAL_S)

    def primary(self, offices: Iterable[str] = OFFICES) -> str:
        """The primary of the highest view that one of these nodes is in."""
        return max(self.nodes[office].view() for office in offices)[1]

    def wait_agreed(self) -> int:
        """Wait until all nodes hold the same height, and return it."""
        heights: set[int] = set()

        def is_agreed() -> bool:
            heights.clear()
            heights.update(node.height() for node in self.nodes.values())
            return len(heights) == 1

        wait_until(is_agreed, "all nodes hold the same height", HEAL_S)
        return heights.pop()

    def kill(self, *offices: str) -> None:
        """Kill these nodes, all before one is waited for."""
        count_fault("kill" if len(offices) == 1 else f"kill of {len(offices)} at once")
        for office in offices:
            os.kill(self.nodes[office].pid, signal.SIGKILL)
        for office in offices:
            self.nodes[office].kill()

    def pause(self, *offices: str) -> None:
        """Pause these nodes."""
        count_fault("pause" if len(offices) == 1 else f"pause of {len(offices)} at once")
        for office in offices:
            self.nodes[office].pause()

    def resume(self) -> None:
        """Let all nodes that are paused go on."""
        for node in self.nodes.values():
            if node.is_paused:
                node.resume()

    def ledger(self) -> dict[str, list[Registered]]:
        """Every acceptance of a filing in the ledger on which all nodes agree, by the id of the filing."""
        node = self.nodes[OFFICES[0]]
        with node.client() as client:
            for height in range(self._ledger_height + 1, self.wait_agreed() + 1):
                add_block(self._ledger, client.get(f"/blocks/{height}"))
                self._ledger_height = height
        return self._ledger

    def different_files(self) -> list[str]:
        """Names of the ledger files that are not byte for byte the same at all nodes."""
        return different_files(tuple(self.nodes.values()))

    def unexpected_ends(self) -> list[str]:
        """The offices whose process ended though nobody ended it."""
        return [o for o, node in self.nodes.items() if node.is_expected and not node.is_running()]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for node in self.nodes.values():
            if node.is_running():
                node.resume()
                node.terminate()
        for node in self.nodes.values():
            node.stop()
        self.surroundings.close()


def _ending_with_its_parent() -> list[str]:
    """The process ends when the thread that started it does, where this machine can see to that."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
