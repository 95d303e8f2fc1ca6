"""What an office is told: its notices, as `ipregister notices --follow` writes them in a process of its own."""

import subprocess
import sys
import time
from typing import Final

import msgspec

from node.client import Document
from node.local import LocalNode
from node.processes import start, stop, wait_until

WAIT_S: Final = 20.0
"""For a notice that must come; far longer than the second that it may take."""
_LISTENING: Final = "listening"


class Listener:
    """A process that follows the notices of one office, over every interruption."""

    def __init__(self, node: LocalNode) -> None:
        self.office = node.office
        self._output = node.home / "notices.log"
        self._home = node.home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process, and return when the node tells it what there is."""
        command = [sys.executable, "-m", "node.cli", "notices", "--follow", "--json"]
        self._process = start([*command, "--home", str(self._home)], log=self._output)
        wait_until(
            lambda: any(line.startswith(_LISTENING) for line in self._lines()),
            f"{self.office} listens (log: {self._output})",
        )

    def told(self) -> list[Document]:
        """All notices so far, in order."""
        return [msgspec.json.decode(line) for line in self._lines() if line.startswith("{")]

    def wait(self, count: int) -> float:
        """Wait until it was told so often in all, and return the moment, in seconds of the monotonic clock.

        Raises:
            StartError: not in time.
        """
        what = f"{self.office} is told {count} things (log: {self._output})"
        wait_until(lambda: len(self.told()) >= count, what, WAIT_S)
        return time.monotonic()

    def stop(self) -> None:
        """End the process."""
        if self._process is not None:
            stop(self._process)

    def _lines(self) -> list[str]:
        """The whole lines."""
        if not self._output.exists():
            return []
        return self._output.read_text().split("\n")[:-1]
