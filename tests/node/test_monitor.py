"""`ipregister audit --follow` beside real small servers that tell the truth, or lie (docs/monitor.md)."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders.ledgers import GENESIS
from builders.offices import key_of
from builders.watched_nodes import WatchedNode
from builders.whole_ledger import ENTRIES, stored

from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.auditing.tampering import FORGED_HEIGHT, Target
from node.auditing.tamperings import TAMPERINGS, Tampering
from node.cli import run

Captured = pytest.CaptureFixture[str]
Event = dict[str, Any]
HEIGHT = len(ENTRIES)
LONG_AGO_MS = 1_700_000_000_000
"""Whatever this machine's clock says, the blocks are not from the future."""
BRIBED = {office: key_of(office) for office in ("AU", "EP")}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Ledger files with an entry of every kind."""
    stored(tmp_path / "ledger", MemoryStore(), LONG_AGO_MS).close()
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    return tmp_path / "ledger"


def followed(
    capsys: Captured, folder: Path, *nodes: WatchedNode, more: tuple[str, ...] = ()
) -> tuple[int, list[Event]]:
    """The exit code, and the alarms."""
    options = ("--trust", str(folder / "genesis.json"), "--interval", "50ms", "--json")
    urls = [node.url for node in nodes]
    code = run(["audit", "--follow", *urls, *options, *more])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (events[-1]["event"], events[-1]["exitCode"]) == ("end", code)
    alarms = [each for each in events if each["event"] == "alarm"]
    assert events[-1]["alarmCount"] == len(alarms)
    return code, alarms


def test_honest_nodes_are_followed_and_each_block_is_asked_for_once(
    files: Path, tmp_path: Path, capsys: Captured
) -> None:
    state = str(tmp_path / "state")
    with WatchedNode.of(files) as one, WatchedNode.of(files, "EP") as other:
        more = ("--state", state, "--to", str(HEIGHT))
        assert followed(capsys, tmp_path, one, other, more=more) == (0, [])
        for node in (one, other):
            asked = [path for path in node.asked if path.startswith("/blocks")]
            both = (
                f"/blocks/{h}{part}" for h in range(1, HEIGHT + 1) for part in ("", "/certificate")
            )
            assert sorted(asked) == sorted(both)
            node.asked.clear()
        assert followed(capsys, tmp_path, one, other, more=more) == (0, [])
        assert not [path for path in one.asked + other.asked if path.startswith("/blocks")]
    trust = ("--trust", str(tmp_path / "genesis.json"))
    assert run(["audit", state, *trust]) == 0
    assert "index the same as the one made anew" in capsys.readouterr().out


SHOWN = {
    "one character of what an office signed, checksum made anew": "signature",
    "the submissions of another block, signed as they are": "altered",
    "the result of an entry": "execution",
    "the status of a submission": "execution",
    "the time of a block": "fork",
    "the state root of a block": "execution",
    "the entries root of a block": "execution",
    "the history root of a block": "execution",
    "the submissions digest of a block": "execution",
    "a block left out": "altered",
    "two blocks exchanged": "altered",
    "a certificate with 2f signatures": "certificate",
}
"""What a node that answers from a forged copy is found out by, at the forged block."""
FORGED = [each for each in TAMPERINGS if each.name in SHOWN]


@pytest.mark.parametrize("tampering", FORGED, ids=lambda each: each.name)
@pytest.mark.parametrize("is_known", [False, True], ids=["alone", "beside an honest node"])
def test_a_node_with_a_forged_copy_is_found_out_and_the_block_named(
    files: Path, tmp_path: Path, capsys: Captured, tampering: Tampering, is_known: bool
) -> None:
    with WatchedNode.of(files, "EP") as honest:
        more: tuple[str, ...] = ("--state", str(tmp_path / "state"))
        if is_known:
            assert followed(capsys, tmp_path, honest, more=(*more, "--to", str(HEIGHT)))[0] == 0
        tampering.do(Target(files, GENESIS, BRIBED))
        with WatchedNode.of(files) as liar:
            code, alarms = followed(capsys, tmp_path, liar, more=more)
    assert code == 1
    found = {
        key: alarms[0][key] for key in ("kind", "url", "ipOfficeCode", "atHeight", "isDecided")
    }
    kind = SHOWN[tampering.name]
    assert found == {
        "kind": kind if not (is_known and kind == "altered") else found["kind"],
        "url": liar.url,
        "ipOfficeCode": "AU",
        "atHeight": FORGED_HEIGHT,
        "isDecided": True,
    }
