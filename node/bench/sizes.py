"""How much work a run does: the full one, and the quick one that shows that all of it works."""

from typing import NamedTuple


class Sizes(NamedTuple):
    """The amounts of one run."""

    rounds: int
    """Measured rounds of each workload; one more warms up."""
    batch: int
    """Filings in one submission."""
    bulk: int
    """Filings in one bulk round."""
    bulk_connections: int
    """Submissions outstanding, over all nodes."""
    singles: int
    """Filings in one round of single POSTs."""
    single_connections: int
    alone: int
    """Filings in one round of one POST after the other."""
    verifications: int
    sealed: int
    """Filings in one bulk round of sealed ones, and of the open ones next to them."""
    sealed_singles: int
    """Filings in one round of single POSTs of sealed ones, and of the open ones next to them."""
    notices: int
    """Filings of which another office is told at once."""
    growth: tuple[int, ...]
    """Filings at which memory and the time for each are read; the last is also the restart's."""


FULL = Sizes(
    rounds=5,
    batch=1_000,
    bulk=100_000,
    bulk_connections=8,
    singles=15_000,
    single_connections=128,
    alone=300,
    verifications=20_000,
    sealed=15_000,
    sealed_singles=3_000,
    notices=20_000,
    growth=(10_000, 100_000, 1_000_000),
)
QUICK = Sizes(
    rounds=2,
    batch=1_000,
    bulk=20_000,
    bulk_connections=8,
    singles=2_000,
    single_connections=128,
    alone=50,
    verifications=2_000,
    sealed=3_000,
    sealed_singles=400,
    notices=2_000,
    growth=(10_000, 30_000),
)
