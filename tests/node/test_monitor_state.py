"""What `--state` keeps between runs, and what becomes of it when a file there is damaged."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders.contradictions import contradiction
from builders.ledgers import GENESIS
from builders.ports import free_base_port
from builders.watched_nodes import WatchedNode
from builders.whole_ledger import ENTRIES, stored

from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.cli import run

Event = dict[str, Any]
Follow = Callable[..., tuple[int, list[Event]]]
HEIGHT = len(ENTRIES)
LONG_AGO_MS = 1_700_000_000_000


@pytest.fixture
def node(tmp_path: Path) -> Iterator[WatchedNode]:
    stored(tmp_path / "ledger", MemoryStore(), LONG_AGO_MS).close()
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    with WatchedNode.of(tmp_path / "ledger") as answering:
        yield answering


@pytest.fixture
def follow(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Follow:
    """Follows nodes with a state directory, and returns the exit code and the events."""

    def followed(state: Path, *words: str) -> tuple[int, list[Event]]:
        trust = ("--trust", str(tmp_path / "genesis.json"), "--state", str(state))
        code = run(["audit", "--follow", *trust, "--interval", "20ms", "--json", *words])
        shown = capsys.readouterr()
        assert "Traceback" not in shown.err
        return code, [json.loads(line) for line in shown.out.splitlines()]

    return followed


def kinds(events: list[Event]) -> list[str]:
    return [each["kind"] for each in events if each.get("event") == "alarm"]


def notes(events: list[Event]) -> str:
    return "\n".join(each["summaryText"] for each in events if each.get("event") == "note")


def flip(path: Path) -> None:
    """Change one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def state(tmp_path: Path, node: WatchedNode, follow: Follow) -> Path:
    """What two runs left, the first of them half-way: the index is not in its log alone."""
    blocks, node.blocks = node.blocks, node.blocks[: HEIGHT // 2]
    for _ in range(2):
        code, _ = follow(tmp_path / "state", node.url, "--to", str(HEIGHT // 2))
        assert code == 0
    node.blocks = blocks
    return tmp_path / "state"


def test_a_bit_that_changed_in_any_file_of_the_state_is_mended_or_refused_and_nobody_is_accused(
    tmp_path: Path, node: WatchedNode, state: Path, follow: Follow
) -> None:
    names = [str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()]
    damaged = [name for name in names if (state / name).stat().st_size]
    assert any("index" in name for name in damaged)
    for number, name in enumerate(damaged):
        copy = shutil.copytree(state, tmp_path / f"copy-{number}")
        flip(copy / name)
        code, events = follow(copy, node.url, "--to", str(HEIGHT))
        assert code == 0 or (code == 4 and "data/index" not in name), (name, events)
        assert kinds(events) == [], name
        assert code or events[-1]["height"] == HEIGHT, name


def test_an_index_that_is_damaged_is_made_anew_with_a_note(
    node: WatchedNode, state: Path, follow: Follow
) -> None:
    index = state / "data/index"
    tables = [path for path in index.rglob("*") if path.suffix in {".ldb", ".sqlite"}]
    assert tables
    for path in tables:
        content = path.read_bytes()
        path.write_bytes(bytes(each ^ 0xFF for each in content))
    code, events = follow(state, node.url, "--to", str(HEIGHT))
    assert (code, kinds(events), events[-1]["height"]) == (0, [], HEIGHT)
    assert "the index was damaged" in notes(events)
    assert (state / "data/index.damaged-1").is_dir()


@pytest.mark.parametrize("content", [b"", b"\xff", b'{"version":1,"off'])
def test_a_damaged_list_of_places_costs_the_comparison_and_not_the_watch(
    node: WatchedNode, state: Path, follow: Follow, content: bytes
) -> None:
    (state / "monitor.json").write_bytes(content)
    node.asked.clear()
    code, events = follow(state, node.url, "--to", str(HEIGHT))
    assert (code, kinds(events)) == (0, [])
    assert "compared anew from block 1" in notes(events)
    assert "/blocks/1" in node.asked


def test_a_start_that_was_killed_while_it_wrote_is_begun_again(
    tmp_path: Path, node: WatchedNode, follow: Follow
) -> None:
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut/monitor.new").write_bytes(b'{"ver')
    assert follow(tmp_path / "cut", node.url, "--to", str(HEIGHT))[0] == 0


def test_a_contradiction_is_told_once_whatever_is_started_again(
    tmp_path: Path, node: WatchedNode, follow: Follow
) -> None:
    """Without --keep-going each run ends with the first that is new, so that each is told."""
    node.contradictions = [contradiction(office) for office in ("EP", "JP", "US")]
    state, told = tmp_path / "state", []
    for _ in node.contradictions:
        code, events = follow(state, node.url)
        assert (code, kinds(events)) == (1, ["contradiction"])
        told += [each["ipOfficeCode"] for each in events if each["event"] == "alarm"]
    assert told == ["EP", "JP", "US"]
    assert "an earlier run told that EP contradicted itself" in notes(events)


def test_nothing_is_said_to_be_checked_where_no_node_answered(
    tmp_path: Path, node: WatchedNode, follow: Follow
) -> None:
    away = f"http://127.0.0.1:{free_base_port(1)}"
    quick = ("--silence", "2s")
    code, events = follow(tmp_path / "state", away, *quick)
    assert (code, kinds(events)) == (3, ["silence"])
    assert [each for each in events if each["event"] == "checked"] == []
    code, events = follow(tmp_path / "state", away, node.url, *quick)
    [*_, last] = [each for each in events if each["event"] == "checked"]
    assert (last["height"], last["answeringCount"], last["sameCount"]) == (HEIGHT, 1, 1)
