"""The monitor as a process of its own, beside the nodes of a network."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from node.processes import wait_until
from processes.network import HEAL_S, ROOT

Event = dict[str, Any]


class MonitorProcess:
    """`ipregister audit --follow` of these nodes, and what it has printed."""

    def __init__(self, genesis: Path, *words: str) -> None:
        command = ["audit", "--follow", *words, "--trust", str(genesis), "--json"]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "node.cli", *command, "--interval", "200ms"],
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.events: list[Event] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def wait_for(self, what: str, is_it: Callable[[Event], bool]) -> Event:
        """Wait for an event, and return the first such."""

        def found() -> list[Event]:
            return [each for each in list(self.events) if is_it(each)]

        wait_until(lambda: bool(found()) or self._process.poll() is not None, what, HEAL_S)
        assert found(), f"{what}: {self.events}"
        return found()[0]

    def alarms(self) -> list[Event]:
        """The alarms so far."""
        return [each for each in list(self.events) if each["event"] == "alarm"]

    def ended(self, number: int | None = signal.SIGTERM) -> int:
        """End it by a signal, or let it end by itself, and return its exit code."""
        if number is not None:
            self._process.send_signal(number)
        code = self._process.wait(HEAL_S)
        self._reader.join(HEAL_S)
        return code

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.events.append(json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join(HEAL_S)
        assert self._process.stdout is not None
        self._process.stdout.close()
