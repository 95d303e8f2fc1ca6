"""An office that lost its data makes them anew from another office's export, and takes part again."""

import json
from pathlib import Path

import pytest

from node.cli import run
from processes.examination import expect_sound
from processes.load import Load
from processes.network import OFFICES, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code

OFFICE, OTHER = "US", "EP"
OTHERS = [office for office in OFFICES if office != OFFICE]
CONFIGURATION = 4


def test_an_office_that_lost_its_disk_is_restored_from_the_export_of_another_and_takes_part_again(
    network: ProcessNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    node, home = network.nodes[OFFICE], str(network.nodes[OFFICE].home)
    export = str(tmp_path / "ledger.jsonl.gz")
    with Load(network, seed=54) as load:
        load.wait_acknowledged(10, OFFICE)
        network.kill(OFFICE)
        node.wipe()
        load.wait_acknowledged(5, *OTHERS)
        capsys.readouterr()
        asked = ["export", "ledger", "--home", str(network.nodes[OTHER].home), "-o", export]
        assert run([*asked, "--json"]) == 0  # while the others go on
        exported = json.loads(capsys.readouterr().out)
        assert (exported["fromHeight"], exported["signedBy"]) == (1, OTHER)
        trust = str(network.nodes[OTHER].home / "genesis.json")
        third = str(network.nodes["JP"].home)
        assert run(["audit", export, "--trust", trust, "--against", third]) == 0
        assert run(["restore", export, "--home", home]) == 0
        code, said = node.start_and_fail()
        assert (code, "--rejoin-empty" in said) == (CONFIGURATION, True)
        load.wait_acknowledged(5, *OTHERS)
        node.start("--rejoin-empty")
        network.wait_ready([OFFICE])
        caught_up = node.status()["details"]["counters"].get("blocksCaughtUp", 0)
        assert caught_up <= node.height() - exported["toHeight"]
        load.wait_acknowledged(5, OFFICE)
        network.kill(OFFICE)
        node.start()
        load.wait_acknowledged(5, OFFICE)
    expect_sound(network, load)
