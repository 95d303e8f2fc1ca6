"""Twins (Bano et al., "Twins: BFT Systems Made Robust", OPODIS 2020): one office runs two nodes under one identity.

Both are honest code with one key, so together they equivocate in every way that the protocol has. Four offices, two
views, two sequence numbers: for each of these four rounds the five nodes fall into at most three groups, and what
concerns the round passes within a group only: proposals and votes of the view and sequence, and for the round that
begins a view also its view changes and the new view. After `HEALED_MS` everything passes.

Scenarios are numbered. Two that differ only in which twin is called the second are one. The first `COARSE` numbers have
one partition for each view, those behind them one for each round.
"""

from collections.abc import Iterator
from itertools import product
from typing import Final, NamedTuple

from consensus.errors import MalformedMessageError
from consensus.messages import Commit, NewView, Prepare, PrePrepare, ViewChange
from consensus.settings import ReplicaSettings
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.network import NetworkConditions
from simulations.promises import Promises
from simulations.run import (
    OFFICES,
    RunReport,
    await_quiet,
    greatest_view,
    honest,
    naming_the_seed,
    next_submission,
)
from simulations.trace import message_in

GROUPS_MAX: Final = 3
NODES: Final = 5
HEALED_MS: Final = 5_000
"""Two views of two seconds each are over by then."""
PLACES: Final = (0, 1, 2)
"""Whose identity is double, in sorted order: that of the primary of view 0, of view 1, or of neither."""

Partition = tuple[int, ...]
"""The group of each node: of the two twins, then of the other offices in sorted order."""


class Scenario(NamedTuple):
    """One way in which the rounds may go."""

    place: int
    """Which office has a twin."""
    rounds: tuple[Partition, Partition, Partition, Partition]
    """Of (view, sequence) 0,1 0,2 1,1 1,2."""


def _partitions(nodes: int) -> Iterator[Partition]:
    """All ways to put nodes into at most so many groups; groups are numbered in order of their first node."""
    for labels in product(range(GROUPS_MAX), repeat=nodes):
        if labels == _renumbered(labels):
            yield labels


def _renumbered(labels: Partition) -> Partition:
    order: dict[int, int] = {}
    return tuple(order.setdefault(label, len(order)) for label in labels)


def _swapped(partition: Partition) -> Partition:
    """The partition with the twins exchanged."""
    first, second, *others = partition
    return _renumbered((second, first, *others))


PARTITIONS: Final = tuple(_partitions(NODES))
_Pair = tuple[Partition, Partition]
_PAIRS: Final[tuple[_Pair, ...]] = tuple(product(PARTITIONS, PARTITIONS))
_MIRROR: Final = {(one, two): (_swapped(one), _swapped(two)) for one, two in _PAIRS}
_UNIQUE: Final = tuple(pair for pair in _PAIRS if pair <= _MIRROR[pair])
"""Of two pairs that are one with the twins exchanged, the first."""
_SYMMETRIC: Final = tuple(pair for pair in _UNIQUE if pair == _MIRROR[pair])
_ASYMMETRIC: Final = tuple(pair for pair in _UNIQUE if pair != _MIRROR[pair])
_OF_ONE_PLACE: Final = len(_ASYMMETRIC) * len(_PAIRS) + len(_SYMMETRIC) * len(_UNIQUE)

COARSE: Final = len(PLACES) * len(_UNIQUE)
"""Scenarios with one partition for each view."""
FINE: Final = len(PLACES) * _OF_ONE_PLACE
"""Scenarios with one partition for each view and sequence number."""


def scenario_of(number: int) -> Scenario:
    """The scenario with this number, from 0 up to `COARSE + FINE` - 1.

    Raises:
        BrokenPromiseError: there is none of this number.
    """
    if not 0 <= number < COARSE + FINE:
        raise BrokenPromiseError(f"expected a scenario from 0 to {COARSE + FINE - 1}, got {number}")
    if number < COARSE:
        place, index = divmod(number, len(_UNIQUE))
        first, second = _UNIQUE[index]
        return Scenario(PLACES[place], (first, first, second, second))
    place, index = divmod(number - COARSE, _OF_ONE_PLACE)
    # Once the first two rounds tell the twins apart, the other two are free.
    told_apart = len(_ASYMMETRIC) * len(_PAIRS)
    if index < told_apart:
        before, after = divmod(index, len(_PAIRS))
        return Scenario(PLACES[place], (*_ASYMMETRIC[before], *_PAIRS[after]))
    before, after = divmod(index - told_apart, len(_UNIQUE))
    return Scenario(PLACES[place], (*_SYMMETRIC[before], *_UNIQUE[after]))


def run_twins(number: int) -> RunReport:
    """Run the scenario with this number: agreement throughout, evidence where it is owed, and an end.

    Raises:
        BrokenPromiseError: a promise was broken; the message names the number.
    """
    return naming_the_seed(_run, number)


def _run(number: int) -> RunReport:
    scenario, settings = scenario_of(number), ReplicaSettings()
    offices = OFFICES[:4]
    double = offices[scenario.place]
    cluster = Cluster(
        offices,
        seed=number,
        settings=settings,
        conditions=NetworkConditions(delay_ms=(1, 1)),
        twins=(double,),
    )
    promises = Promises(cluster, settings)
    _partition(cluster, scenario, double)
    for nonce, entry in enumerate((double, f"{double}'"), start=1):
        cluster.submit(next_submission(cluster, double, nonce), entry)
    cluster.run_for(5)
    await_quiet(cluster)
    nodes = honest(cluster)
    promises.check_at_end(nodes[number % len(nodes)])
    _check_executed(cluster)
    view, height = greatest_view(cluster), promises.chain.height
    fired = {
        "first view left": int(view > 0),
        "second view left": int(view > 1),
        "evidence owed and found": promises.evidence.named,
    }
    healed_after_ms = max(0, cluster.now_ms - HEALED_MS)
    return RunReport(number, len(offices), height, 2, view, fired, healed_after_ms)


def _partition(cluster: Cluster, scenario: Scenario, double: str) -> None:
    """Lose what passes from one group to another in its round."""
    names = [double, f"{double}'", *(name for name in OFFICES[:4] if name != double)]
    rounds = ((0, 1), (0, 2), (1, 1), (1, 2))
    group = {
        (at, name): label
        for at, partition in zip(rounds, scenario.rounds, strict=True)
        for name, label in zip(names, partition, strict=True)
    }

    def is_lost(sender: str, receiver: str, frame: bytes) -> bool:
        at = _round_of(frame)
        if at not in rounds or cluster.now_ms >= HEALED_MS:
            return False
        return group[at, sender] != group[at, receiver]

    cluster.is_lost = is_lost


def _round_of(frame: bytes) -> tuple[int, int] | None:
    """(view, sequence) of what a frame is about; none where it belongs to no round."""
    try:
        message = message_in(frame)
    except MalformedMessageError:
        return None
    match message:
        case PrePrepare() | Prepare() | Commit():
            return message.view, message.sequence
        case ViewChange() | NewView():
            return message.view, 1
    return None


def _check_executed(cluster: Cluster) -> None:
    for node in honest(cluster):
        executed = sum(
            item.status == "executed"
            for height in range(1, node.ledger.height + 1)
            for item in node.ledger.block(height).submissions
        )
        if executed != 2:  # noqa: PLR2004 - one at each twin
            raise BrokenPromiseError(f"{node.name} executed {executed} submissions, expected 2")
