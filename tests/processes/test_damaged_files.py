"""Files that changed under a node: it names the file and stays down, or mends what may be; it never serves from it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from processes.counts import count_fault
from processes.disks import cut_tail, flip_byte
from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code

OFFICE = "US"
OTHERS = [office for office in OFFICES if office != OFFICE]
DAMAGED = 1
CONFIGURATION = 4


def middle(path: Path) -> None:
    flip_byte(path, path.stat().st_size // 2)


def half(path: Path) -> None:
    cut_tail(path, path.stat().st_size // 2)


def begun(path: Path) -> None:
    """A crash left the beginning of a record."""
    with path.open("ab") as file:
        file.write(bytes((0, 0, 1)))


def test_a_damaged_file_that_no_one_may_mend_is_named_and_the_node_stays_down(
    network: ProcessNetwork, tmp_path: Path
) -> None:
    node = network.nodes[OFFICE]
    with Load(network, seed=51) as load:
        load.wait_acknowledged(5, OFFICE)
        network.kill(OFFICE)
        for name, damage in (
            ("journal", middle),
            ("ledger/blocks-000001.log", middle),
            ("ledger/blocks-000001.log", half),
            ("ledger/certificates-000001.log", middle),
        ):
            file = node.home / "data" / name
            shutil.copy(file, tmp_path / "whole")
            damage(file)
            count_fault("file damaged")
            code, said = node.start_and_fail()
            assert (code, str(file) in said, "--rejoin-empty" in said) == (DAMAGED, True, True)
            shutil.copy(tmp_path / "whole", file)
        node.start()
        load.wait_acknowledged(1, OFFICE)
    expect_sound(network, load)


@pytest.mark.parametrize(
    "damages",
    [
        {"journal": begun, "ledger/blocks-*": begun, "ledger/certificates-*": half},
        {"index/**/[0-9]*": middle},
    ],
    ids=["a crash", "a bad disk below the index"],
)
def test_what_may_be_mended_is_and_said(
    network: ProcessNetwork, damages: dict[str, Callable[[Path], None]]
) -> None:
    node = network.nodes[OFFICE]
    with Load(network, seed=52) as load:
        load.wait_acknowledged(5, OFFICE)
        network.kill(OFFICE)
        said = node.log.stat().st_size
        for pattern, damage in damages.items():
            files = (node.home / "data").glob(pattern)
            damage(max(files, key=lambda file: file.stat().st_size))
            count_fault("file damaged")
        node.is_supervised = True  # a node that finds its index damaged stops, and begins a new one
        node.start()
        load.wait_acknowledged(2, OFFICE)
    expect_sound(network, load)
    node.is_supervised = False
    told = node.log.read_text()[said:]
    assert told.count("repaired: ") + told.count("the index was damaged") >= len(damages)


def test_an_office_that_lost_its_disk_is_told_how_to_come_back_and_does(
    network: ProcessNetwork,
) -> None:
    node = network.nodes[OFFICE]
    with Load(network, seed=53) as load:
        load.wait_acknowledged(5, OFFICE)
        network.kill(OFFICE)
        node.wipe()
        code, said = node.start_and_fail()
        assert (code, "--rejoin-empty" in said) == (CONFIGURATION, True)
        load.wait_acknowledged(5, *OTHERS)
        node.start("--rejoin-empty")
        load.wait_acknowledged(5, OFFICE)
        network.kill(OFFICE)
        node.start()
        load.wait_acknowledged(5, OFFICE)
    expect_sound(network, load)
