"""Filings that arrive at several offices while something happens, and the gap that it tore."""

import threading
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import msgspec

from ledger.register.entries import Filing
from node.client import NodeClient, NodeUnreachableError, ProblemError
from node.local import LocalNode

PAUSE_S = 0.02
RETRY_S = 0.05
JOIN_TIMEOUT_S = 120.0
_BUSY = frozenset({500, 502, 503, 504})


class Arrival(NamedTuple):
    """One filing became final."""

    office: str
    at: float
    """Seconds of the monotonic clock."""
    status: str
    """`accepted`, or `repeated` when the first answer was lost."""


class Arrivals:
    """A thread for each office that registers one filing after the other, until each is final."""

    def __init__(
        self, filings: Mapping[str, Sequence[Filing]], nodes: Mapping[str, LocalNode]
    ) -> None:
        self.final: list[Arrival] = []
        self.failures: list[str] = []
        self.expected = sum(map(len, filings.values()))
        self._threads = [
            threading.Thread(target=self._file_all, args=(nodes[office], rows), daemon=True)
            for office, rows in filings.items()
        ]

    def start(self) -> None:
        """Let the filings arrive."""
        for thread in self._threads:
            thread.start()

    def wait(self) -> None:
        """Wait until the last one is final, or has failed."""
        for thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)

    def longest_gap_s(self) -> float:
        """The longest time in which no filing became final anywhere."""
        times = sorted(arrival.at for arrival in self.final)
        return max((after - before for before, after in pairwise(times)), default=0.0)

    def _file_all(self, node: LocalNode, filings: Sequence[Filing]) -> None:
        with node.client() as client:
            for filing in filings:
                try:
                    status = _file(client, filing)
                except (NodeUnreachableError, ProblemError) as error:
                    self.failures.append(f"{node.office} {filing.application_number_text}: {error}")
                    continue
                self.final.append(Arrival(node.office, time.monotonic(), status))
                time.sleep(PAUSE_S)


def _file(client: NodeClient, filing: Filing) -> str:
    """Register one filing, again until it is decided, and return its status."""
    deadline = time.monotonic() + JOIN_TIMEOUT_S / 2
    while True:
        try:
            return str(client.post("/filings", msgspec.to_builtins(filing))["status"])
        except ProblemError as error:
            if error.status not in _BUSY or time.monotonic() > deadline:
                raise
        except NodeUnreachableError:
            if time.monotonic() > deadline:
                raise
        time.sleep(RETRY_S)
