"""Nodes that stand still for a while (SIGSTOP, SIGCONT): a machine that swaps, a virtual machine that is moved."""

import pytest

from consensus.settings import ReplicaSettings
from processes.examination import expect_sound
from processes.load import Load, wait_longer_than
from processes.network import OFFICES, VIEW_TIMEOUT_S, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code

TIME_TOLERANCE_S = ReplicaSettings().time_tolerance_ms / 1000


def without(*offices: str) -> list[str]:
    return [office for office in OFFICES if office not in offices]


def test_a_backup_that_stood_still_catches_up(network: ProcessNetwork) -> None:
    with Load(network, seed=11) as load:
        load.wait_acknowledged(20)
        backup = without(network.primary())[0]
        network.pause(backup)
        wait_longer_than(2 * VIEW_TIMEOUT_S)
        load.wait_acknowledged(20, *without(backup))
        network.resume()
        load.wait_acknowledged(5, backup)
    expect_sound(network, load)


def test_a_primary_that_stood_still_follows_its_successor(network: ProcessNetwork) -> None:
    with Load(network, seed=12) as load:
        load.wait_acknowledged(20)
        primary = network.primary()
        network.pause(primary)
        load.wait_acknowledged(20, *without(primary))
        successor = network.primary(without(primary))
        assert successor != primary
        network.resume()
        load.wait_acknowledged(5, primary)
        assert network.nodes[primary].view()[0] >= network.nodes[successor].view()[0]
    expect_sound(network, load)


def test_two_that_stood_still_longer_than_any_clock_may_differ_heal_without_a_restart(
    network: ProcessNetwork,
) -> None:
    """What was proposed before the pause is proposed again, though its time is long past (pitfall 10)."""
    with Load(network, seed=13) as load:
        load.wait_acknowledged(20)
        paused = [network.primary(), *without(network.primary())[:1]]
        network.pause(*paused)
        wait_longer_than(TIME_TOLERANCE_S + 2)
        awake = load.acknowledged(*without(*paused))
        network.resume()
        load.wait_acknowledged(20)
        assert load.acknowledged(*without(*paused)) > awake
    expect_sound(network, load)
