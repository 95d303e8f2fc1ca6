"""Wall clocks that can be stepped while a node runs: libfaketime stands between the process and the clock.

The monotonic clock, by which all timers run, is left alone, as a step of the wall clock leaves it alone.
"""

from pathlib import Path
from typing import Final

from processes.counts import count_fault
from processes.surroundings import ThisMachine

_LIBRARIES: Final = (
    "usr/lib/*/faketime/libfaketimeMT.so.1",
    "usr/lib64/faketime/libfaketimeMT.so.1",
    "usr/local/lib/faketime/libfaketimeMT.so.1",
)


class CannotStepClocksError(Exception):
    """There is no libfaketime on this machine."""


class SteppedClocks(ThisMachine):
    """A wall clock for each office."""

    def __init__(self) -> None:
        """Find the library.

        Raises:
            CannotStepClocksError: it is not there.
        """
        found = [path for pattern in _LIBRARIES for path in Path("/").glob(pattern)]
        if not found:
            raise CannotStepClocksError("there is no libfaketime (Debian: apt install faketime)")
        self._library = found[0]
        self._files: dict[str, Path] = {}

    def settle(self, office: str, home: Path) -> None:
        """Let the office's clock begin right."""
        self._files[office] = home / "clock"
        self.step(office, 0)

    def step(self, office: str, seconds: float) -> None:
        """Set the office's clock so far before (less than 0: behind) the clock of this machine."""
        if seconds:
            count_fault("clock step")
        file = self._files[office]
        aside = file.with_suffix(".new")
        aside.write_text(f"{seconds:+f}\n")
        aside.replace(file)

    def environment(self, office: str) -> dict[str, str]:
        """What the library is told."""
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._files[office]),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_RESET": "1",
        }
