"""The monitor beside real nodes: it follows them under load and through faults, and finds a forger among them."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.watched_nodes import WatchedNode

from ledger.genesis import load_genesis
from node.auditing.tampering import Target, fork
from node.cli import run
from node.keystore import KEY_FILE, read_key
from processes.load import Load
from processes.monitoring import MonitorProcess
from processes.network import OFFICES, ProcessNetwork

pytestmark = pytest.mark.timeout(300)  # a busy machine is no fault of the code

SILENCE = ("--silence", "3s", "--keep-going")


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProcessNetwork]:
    """A network of its own: a monitor begins with block 1, and the shared ledger is long by now."""
    with ProcessNetwork(tmp_path_factory.mktemp("watched") / "homes", None) as network:
        network.start()
        yield network


def genesis_of(network: ProcessNetwork) -> Path:
    return network.nodes["AU"].home / "genesis.json"


def homes(network: ProcessNetwork, *offices: str) -> list[str]:
    return [str(network.nodes[office].home) for office in offices or OFFICES]


def test_it_follows_four_offices_under_load_and_tells_when_one_and_when_all_stand_still(
    network: ProcessNetwork, tmp_path: Path
) -> None:
    state, genesis = str(tmp_path / "state"), genesis_of(network)
    with (
        Load(network, seed=61) as load,
        MonitorProcess(genesis, *homes(network), "--state", state, *SILENCE) as monitor,
    ):
        load.wait_acknowledged(20)
        monitor.wait_for("blocks are checked", lambda each: each["event"] == "checked")
        assert monitor.alarms() == []
        network.kill("US")
        away = monitor.wait_for("one office is away", lambda each: each["event"] == "alarm")
        assert (away["kind"], away["ipOfficeCode"], away["isRoutine"]) == ("silence", "US", True)
        network.kill("JP")  # two of four: nothing can be agreed on, and entries wait
        stands = monitor.wait_for(
            "the network stands still",
            lambda each: each["event"] == "alarm" and each["ipOfficeCode"] is None,
        )
        assert (stands["kind"], stands["isRoutine"]) == ("silence", False)
        assert "entries wait at" in stands["found"]
        network.nodes["US"].start()
        network.nodes["JP"].start()
        monitor.wait_for(
            "blocks come again",
            lambda each: each["event"] == "note" and "blocks come again" in each["summaryText"],
        )
        load.wait_acknowledged(5, "US")
    height = network.wait_agreed()
    assert {each["kind"] for each in monitor.alarms()} == {"silence"}
    assert run(["audit", state, "--trust", str(genesis)]) in {0, 3}
    to = ("--to", str(height), "--state", state)
    with MonitorProcess(genesis, *homes(network), *to) as again:
        assert again.ended(None) == 0
        assert again.events[-1]["height"] >= height


def test_it_ends_with_the_worst_alarm_when_it_is_stopped(network: ProcessNetwork) -> None:
    with MonitorProcess(genesis_of(network), *homes(network), *SILENCE) as monitor:
        monitor.wait_for("blocks are checked", lambda each: each["event"] == "checked")
        assert monitor.ended() == 0
        assert (monitor.events[-1]["event"], monitor.events[-1]["alarmCount"]) == ("end", 0)


def test_a_forger_among_real_nodes_is_named(network: ProcessNetwork, tmp_path: Path) -> None:
    """With the keys of a quorum: what no audit of one copy can find, and what this is for."""
    with Load(network, seed=62) as load:
        load.wait_acknowledged(5)
    network.wait_agreed()
    genesis = load_genesis(genesis_of(network).read_bytes())
    shutil.copytree(network.nodes["AU"].home / "data/ledger", tmp_path / "copy")
    keys = {code: read_key(network.nodes[code].home / KEY_FILE) for code in ("AU", "EP", "JP")}
    fork(Target(tmp_path / "copy", genesis, keys))
    with (
        WatchedNode.of(tmp_path / "copy", "AU", genesis) as forger,
        MonitorProcess(
            genesis_of(network),
            *homes(network, "EP", "JP", "US"),
            forger.url,
            "--state",
            str(tmp_path / "state"),
        ) as monitor,
    ):
        assert monitor.ended(None) == 1
    [alarm] = monitor.alarms()
    assert (alarm["kind"], alarm["atHeight"]) == ("fork", len(forger.blocks))
    assert alarm["isDecided"]
