"""`ipregister audit --follow` as a command: what it refuses, how it ends, what it prints and posts."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from builders.ledgers import GENESIS
from builders.ports import free_base_port
from builders.receivers import receiving
from builders.watched_nodes import WatchedNode, send
from builders.whole_ledger import ENTRIES, stored
from msgspec.structs import replace

from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.auditing.monitor.webhook import signature_of
from node.cli import run
from node.cli.audit_follow import read_duration
from node.locks import lock

Captured = pytest.CaptureFixture[str]
Event = dict[str, Any]
ROOT = Path(__file__).parents[2]
HEIGHT = len(ENTRIES)
LONG_AGO_MS = 1_700_000_000_000


@pytest.fixture
def node(tmp_path: Path) -> Iterator[WatchedNode]:
    stored(tmp_path / "ledger", MemoryStore(), LONG_AGO_MS).close()
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    with WatchedNode.of(tmp_path / "ledger") as answering:
        yield answering


def command(folder: Path, *words: str) -> list[str]:
    quick = ("--interval", "50ms", "--trust", str(folder / "genesis.json"))
    return ["audit", "--follow", *quick, *words, "--json"]


def followed(capsys: Captured, folder: Path, *words: str) -> tuple[int, list[Event]]:
    code = run(command(folder, *words))
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["exitCode"] == code
    assert events[-1]["ok"] is (code == 0)
    return code, events


def test_the_three_ways_to_write_it_are_one(
    node: WatchedNode, tmp_path: Path, capsys: Captured
) -> None:
    trust = ("--trust", str(tmp_path / "genesis.json"), "--to", str(HEIGHT))
    for words in (["--follow", node.url], [node.url, "--follow"], ["follow", node.url]):
        assert run(["audit", *words, *trust]) == 0
        shown = capsys.readouterr()
        assert f"checked up to block {HEIGHT}" in shown.out
        assert f"ended at block {HEIGHT}, 0 alarms" in shown.err
    assert run(["audit", *trust, "--follow", node.url]) == 0


def test_silence_alone_is_undecidable(tmp_path: Path, node: WatchedNode, capsys: Captured) -> None:
    node.said["pendingSubmissions"] = 1
    code, events = followed(capsys, tmp_path, node.url, "--silence", "3s")
    [alarm] = [each for each in events if each["event"] == "alarm"]
    assert (code, alarm["kind"], alarm["isDecided"], alarm["ok"]) == (3, "silence", False, False)
    assert events[-1]["height"] == HEIGHT


def test_a_restart_remembers_the_height_that_a_node_had(
    tmp_path: Path, node: WatchedNode, capsys: Captured
) -> None:
    state = ("--state", str(tmp_path / "state"))
    assert followed(capsys, tmp_path, node.url, *state, "--to", str(HEIGHT))[0] == 0
    del node.blocks[-3:]
    code, events = followed(capsys, tmp_path, node.url, *state)
    assert code == 1
    assert [each["kind"] for each in events if each["event"] == "alarm"] == ["heightWentBack"]


def test_it_goes_on_after_alarms_if_it_is_told_so_and_a_signal_ends_it_with_the_worst(
    tmp_path: Path, node: WatchedNode
) -> None:
    away = f"http://127.0.0.1:{free_base_port(1)}"
    node.said["headHash"] = "ab" * 32
    more = ("--keep-going", "--silence", "3s")
    process = subprocess.Popen(
        [sys.executable, "-m", "node.cli", *command(tmp_path, node.url, away, *more)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    kinds: set[str] = set()
    for line in process.stdout:
        event = json.loads(line)
        kinds |= {event["kind"]} if event["event"] == "alarm" else set()
        if kinds == {"altered", "silence"}:
            break
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=30)[0]
    end = json.loads(rest.splitlines()[-1])
    assert (process.returncode, end["event"], end["alarmCount"]) == (1, "end", 2)


def test_a_node_that_hangs_holds_nobody_up(
    tmp_path: Path, node: WatchedNode, capsys: Captured
) -> None:
    with WatchedNode(node.blocks, node.certificates, "EP") as hanging:
        hanging.lies["/status"] = hanging.lies["/status/evidence"] = lambda _: time.sleep(40)
        started = time.monotonic()
        code, events = followed(capsys, tmp_path, hanging.url, node.url, "--silence", "2s")
        assert time.monotonic() - started < 30
    assert code == 3
    [alarm] = [each for each in events if each["event"] == "alarm"]
    assert (alarm["url"], alarm["kind"], alarm["isRoutine"]) == (hanging.url, "silence", True)
    assert events[-1]["height"] == HEIGHT, "by the other one"


def test_a_monitor_that_is_stopped_for_a_while_raises_no_alarm(
    tmp_path: Path, node: WatchedNode
) -> None:
    node.said["pendingSubmissions"] = 1  # since it began: without the pause it would be a silence
    process = subprocess.Popen(
        [sys.executable, "-m", "node.cli", *command(tmp_path, node.url, "--silence", "6s")],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "checked":
            break
    process.send_signal(signal.SIGSTOP)
    time.sleep(6.5)  # it is what is tested
    node.said.clear()
    process.send_signal(signal.SIGCONT)
    for line in process.stdout:
        if "stood still" in line:
            break
    process.send_signal(signal.SIGTERM)
    rest = process.communicate(timeout=30)[0]
    assert (process.returncode, json.loads(rest.splitlines()[-1])["alarmCount"]) == (0, 0)


def test_an_alarm_is_posted_before_the_command_ends(
    tmp_path: Path, node: WatchedNode, capsys: Captured
) -> None:
    node.blocks[2] = node.blocks[3]
    secret = tmp_path / "webhook.secret"
    secret.write_text("whsec_" + "A" * 43 + "=\n")
    with receiving(204) as receiver:
        hook = ("--webhook", receiver.url, "--webhook-secret", str(secret))
        code, events = followed(capsys, tmp_path, node.url, *hook)
    [alarm] = [each for each in events if each["event"] == "alarm"]
    [(headers, body)] = receiver.posts
    posted = json.loads(body)["data"]
    assert (code, posted["kind"], posted["atHeight"]) == (1, "altered", 3)
    assert posted == {name: alarm[name] for name in posted}
    signature = signature_of(
        bytes(32), headers["webhook-id"], int(headers["webhook-timestamp"]), body
    )
    assert headers["webhook-signature"] == signature


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["not-a-url"], 2, "URL: expected an address"),
        (["http://127.0.0.1:9", "--silence", "soon"], 2, "duration"),
        (["http://127.0.0.1:9", "--interval", "0s"], 2, "duration"),
        (["http://127.0.0.1:9", "--webhook", "http://127.0.0.1:9"], 2, "--webhook-secret"),
        (
            ["http://127.0.0.1:9", "--webhook", "nope", "--webhook-secret", "-"],
            2,
            "--webhook: expected an address",
        ),
        (["http://127.0.0.1:9"] * 65, 2, "at most 64"),
        ([], 2, "URL"),
        (["http://127.0.0.1:9", "--state", "OFFICE"], 4, "monitor's directory"),
        (["http://127.0.0.1:9", "--state", "LATER"], 4, "monitor.json"),
        (["http://127.0.0.1:9", "--state", "BUSY"], 4, "another monitor"),
        (["http://127.0.0.1:9", "--state", "FOREIGN"], 4, "expected head"),
    ],
)
def test_what_cannot_be_done_is_refused_before_anything_is_asked(
    tmp_path: Path, capsys: Captured, words: list[str], code: int, said: str
) -> None:
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    for name in ("OFFICE", "LATER", "BUSY", "FOREIGN"):
        (tmp_path / name).mkdir()
    (tmp_path / "OFFICE/key.pem").touch()
    (tmp_path / "LATER/monitor.json").write_bytes(b'{"version":2,"offices":{}}')
    (tmp_path / "BUSY/monitor.json").write_bytes(b'{"version":1,"offices":{}}')
    shutil.copy(tmp_path / "BUSY/monitor.json", tmp_path / "FOREIGN")
    stored(tmp_path / "FOREIGN/data/ledger", MemoryStore()).close()
    if "FOREIGN" in words:
        other = replace(GENESIS, network_name="another network")
        (tmp_path / "genesis.json").write_bytes(encode_genesis(other))
    with (tmp_path / "BUSY/lock").open("w") as file:
        lock(file)
        named = [str(tmp_path / each) if (tmp_path / each).is_dir() else each for each in words]
        assert run(command(tmp_path, *named)) == code
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (document["ok"], document["exitCode"]) == (False, code)
    assert said in document["error"] + document["hint"]


@pytest.mark.parametrize("status", [401, 403])
def test_a_token_that_does_not_suffice_is_told_at_once(
    tmp_path: Path, node: WatchedNode, capsys: Captured, status: int
) -> None:
    node.lies["/status/evidence"] = lambda handler: send(handler, b'{"title": "no"}', status)
    code = run(command(tmp_path, node.url))
    document = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (code, document["url"]) == (4, node.url)
    assert "auditor" in document["hint"]


def test_what_a_node_says_cannot_reach_the_terminal(
    tmp_path: Path, node: WatchedNode, capsys: Captured
) -> None:
    node.said |= {"isReady": False, "waitingForBag": ["\x1b[2J\x07 all is well"]}
    trust = ("--trust", str(tmp_path / "genesis.json"), "--to", str(HEIGHT))
    assert run(["audit", "--follow", node.url, *trust]) == 0
    shown = capsys.readouterr()
    assert "cannot register now" in shown.err
    assert "\x1b" not in shown.out + shown.err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("60s", 60.0), ("2m", 120.0), ("250ms", 0.25), ("90", 90.0), ("1h", 3600.0)],
)
def test_durations_are_read_with_and_without_a_unit(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-1s", "1d", "1e9", "s", "\u0661s", "1 s"])
def test_other_durations_are_refused(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_duration(text)
