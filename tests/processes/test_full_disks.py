"""A disk that fills up under load: the node stops rather than rely on it, and goes on once there is room."""

import pytest

from processes.disks import SmallDisk, limit_file_size
from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, STOPPED_BY_ITSELF, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code


def without(office: str) -> list[str]:
    return [other for other in OFFICES if other != office]


def test_a_node_whose_disk_is_full_stops_starts_in_vain_and_goes_on_with_room(
    network: ProcessNetwork, disk: SmallDisk
) -> None:
    node = network.nodes[disk.office]
    with Load(network, seed=21) as load:
        load.wait_acknowledged(20)
        disk.fill()
        assert node.wait_ended() == STOPPED_BY_ITSELF
        load.wait_acknowledged(20, *without(disk.office))
        disk.fill()
        code, said = node.start_and_fail()
        assert (code, "see whether the disk is full" in said) == (STOPPED_BY_ITSELF, True)
        disk.give_back()
        node.start()
        load.wait_acknowledged(5, disk.office)
    expect_sound(network, load)


def test_a_primary_that_can_write_no_more_is_replaced_and_comes_back(
    network: ProcessNetwork,
) -> None:
    """A quota: no file grows by more than 100 bytes, and the last write is torn there (EFBIG)."""
    with Load(network, seed=22) as load:
        load.wait_acknowledged(10)
        primary = network.primary()
        node = network.nodes[primary]
        sizes = [path.stat().st_size for path in (node.home / "data" / "ledger").iterdir()]
        limit_file_size(node.pid, max(sizes) + 100)
        assert node.wait_ended() == STOPPED_BY_ITSELF
        load.wait_acknowledged(10, *without(primary))
        node.start()
        load.wait_acknowledged(5, primary)
    expect_sound(network, load)
