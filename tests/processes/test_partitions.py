"""Networks that fall apart between real processes, and come together again."""

import time

import pytest

from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, VIEW_TIMEOUT_S, ProcessNetwork
from processes.partitions import Namespaces

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code


def without(*offices: str) -> list[str]:
    return [office for office in OFFICES if office not in offices]


@pytest.mark.parametrize("way", ["in silence", "by its cable"])
def test_a_primary_that_is_cut_off_is_replaced_and_acknowledges_nothing_alone(
    partitioned: ProcessNetwork, namespaces: Namespaces, way: str
) -> None:
    with Load(partitioned, seed=41) as load:
        load.wait_acknowledged(10)
        primary = partitioned.primary()
        before = load.acknowledged(primary)
        if way == "in silence":
            namespaces.isolate([primary])
        else:
            namespaces.unplug(primary)
        load.wait_acknowledged(20, *without(primary))
        assert partitioned.primary(without(primary)) != primary
        assert load.acknowledged(primary) - before <= 4
        namespaces.heal()
        load.wait_acknowledged(5, primary)
    expect_sound(partitioned, load)


def test_two_halves_decide_nothing_and_agree_when_they_meet(
    partitioned: ProcessNetwork, namespaces: Namespaces
) -> None:
    with Load(partitioned, seed=42) as load:
        load.wait_acknowledged(10)
        namespaces.isolate(["AU", "JP"])
        split_at = time.monotonic_ns()
        load.expect_nothing_acknowledged(2 * VIEW_TIMEOUT_S)
        asked = [
            operation
            for operation in load.operations
            if operation.action == "readLinearizable" and operation.invoked_at > split_at
        ]
        assert {"found", "absent"}.isdisjoint(operation.outcome for operation in asked)
        namespaces.heal()
        load.wait_acknowledged(10)
    expect_sound(partitioned, load)


def test_a_primary_that_hears_all_and_is_heard_by_none_is_replaced(
    partitioned: ProcessNetwork, namespaces: Namespaces
) -> None:
    with Load(partitioned, seed=43) as load:
        load.wait_acknowledged(10)
        primary = partitioned.primary()
        for other in without(primary):
            namespaces.cut(primary, other)
        load.wait_acknowledged(20, *without(primary))
        assert partitioned.primary(without(primary)) != primary
        namespaces.heal()
        load.wait_acknowledged(5, primary)
    expect_sound(partitioned, load)


def test_a_ring_in_which_nobody_reaches_the_next_one_over_goes_on_after_it_heals(
    partitioned: ProcessNetwork, namespaces: Namespaces
) -> None:
    """Every office lacks one direction to one other: no two of them see the same network."""
    with Load(partitioned, seed=44) as load:
        load.wait_acknowledged(10)
        for place, office in enumerate(OFFICES):
            namespaces.cut(office, OFFICES[(place + 1) % len(OFFICES)])
        load.wait_ended(40)
        namespaces.heal()
        load.wait_acknowledged(10)
    expect_sound(partitioned, load)
