"""Figures of several rounds, and what is reported of them: median, least and greatest."""

import statistics
from collections.abc import Callable, Sequence

import msgspec


class Figure(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One measured quantity over all rounds."""

    contender: str
    """Who did the work: `register`, `postgresql`, `etcd-3`, `etcd-4`."""
    work: str
    """What was done, as in `bulk of 1,000`."""
    quantity: str
    """What was measured, as in `filings`."""
    unit: str
    values: tuple[float, ...]
    """One for each round, in order."""

    @property
    def median(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.values)


class Report(msgspec.Struct, kw_only=True, rename="camel"):
    """Everything that a run has measured."""

    figures: list[Figure] = []
    absent: dict[str, str] = {}
    """Peers that could not run, with the reason."""

    def add(self, contender: str, work: str, rounds: Sequence["Sample"]) -> None:
        """Take in the samples of one workload, quantity by quantity."""
        for quantity, unit in rounds[0].values:
            values = tuple(round(sample.values[quantity, unit], 4) for sample in rounds)
            figure = Figure(
                contender=contender, work=work, quantity=quantity, unit=unit, values=values
            )
            self.figures.append(figure)


class Sample:
    """What one round of one workload measured."""

    def __init__(self, values: dict[tuple[str, str], float]) -> None:
        self.values = values
        """By quantity and unit."""


def repeat(rounds: int, measure: Callable[[int], Sample]) -> list[Sample]:
    """Measure so many rounds, after one that warms up and is thrown away."""
    return [measure(number) for number in range(rounds + 1)][1:]


def quantile(sorted_values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the sorted values lies."""
    return sorted_values[min(len(sorted_values) - 1, int(len(sorted_values) * share))]
