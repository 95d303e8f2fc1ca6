"""Nodes that are killed under load: nothing that was acknowledged is lost, and nothing is done twice."""

import pytest

from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, VIEW_TIMEOUT_S, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code


def without(*offices: str) -> list[str]:
    return [office for office in OFFICES if office not in offices]


def test_a_backup_that_is_killed_again_and_again_is_never_missed(network: ProcessNetwork) -> None:
    with Load(network, seed=1) as load:
        for _ in range(2):
            backup = without(network.primary())[0]
            load.wait_acknowledged(10)
            network.kill(backup)
            load.wait_acknowledged(10, *without(backup))
            network.nodes[backup].start()
            load.wait_acknowledged(1, backup)
    expect_sound(network, load)


def test_a_primary_that_is_killed_is_replaced_and_comes_back(network: ProcessNetwork) -> None:
    with Load(network, seed=2) as load:
        load.wait_acknowledged(20)
        primary = network.primary()
        network.kill(primary)
        load.wait_acknowledged(20, *without(primary))
        assert network.primary(without(primary)) != primary
        network.nodes[primary].start()
        load.wait_acknowledged(5, primary)
    expect_sound(network, load)


def test_two_killed_of_four_stop_the_network_until_one_is_back(network: ProcessNetwork) -> None:
    with Load(network, seed=3) as load:
        load.wait_acknowledged(20)
        network.kill("AU", "JP")
        load.expect_nothing_acknowledged(2 * VIEW_TIMEOUT_S)
        network.nodes["AU"].start()
        load.wait_acknowledged(20, "AU", "EP", "US")
        network.nodes["JP"].start()
        load.wait_acknowledged(5, "JP")
    expect_sound(network, load)


def test_all_killed_at_once_go_on_where_they_were(network: ProcessNetwork) -> None:
    with Load(network, seed=4) as load:
        load.wait_acknowledged(30)
        network.kill(*OFFICES)
        network.start()
        load.wait_acknowledged(5)
    expect_sound(network, load)
