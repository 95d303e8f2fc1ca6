"""What a run leaves for its report: the scenario with its seed, what was measured, and what the oracles found."""

from collections import Counter
from typing import NamedTuple

from simulations.report.measures import Measures
from simulations.scenarios.scenario import Scenario


class Verdict(NamedTuple):
    """What an oracle says at the end."""

    promise: str
    is_kept: bool
    detail: str
    """Where it was broken; else how much was judged."""


class Result(NamedTuple):
    """A run that ended."""

    scenario: Scenario
    seed: int
    offices: tuple[str, ...]
    measures: Measures
    verdicts: tuple[Verdict, ...]
    fired: Counter[str]
    """How often each kind of fault struck, the network's own included."""
    refused: int
    """Submissions that no node took: it was down, paused or full."""
    ended_ms: int
    """Virtual time at the end."""
    healed_after_ms: int | None
    """From the end of the faults until everything was final everywhere; None: it was not within the time."""

    @property
    def is_right(self) -> bool:
        """Whether every promise was kept."""
        return all(verdict.is_kept for verdict in self.verdicts)
