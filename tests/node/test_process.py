"""Real processes: a node starts, registers, ends on SIGTERM and loses nothing; what is wrong is named."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from builders.ports import free_base_port

from node.cli import run

ROOT = Path(__file__).parents[2]
FILING = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
}
Process = subprocess.Popen[str]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a network of one office, at free ports."""
    arguments = ["network", "init", "--offices", "AU", "--output", str(tmp_path), "--base-port"]
    assert run([*arguments, str(free_base_port(1))]) == 0
    return tmp_path / "au"


def command(home: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "node.cli", "start", "--home", str(home), "--json", *options]


@contextmanager
def started(home: Path, *options: str) -> Iterator[tuple[Process, str]]:
    """A node's process and address, once it says that it is up."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command(home, *options),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)["url"]
    finally:
        process.kill()
        process.communicate()


def start_and_fail(home: Path, *options: str, **environment: str) -> tuple[int, dict[str, Any]]:
    ended = subprocess.run(
        command(home, *options),
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
    )
    document: dict[str, Any] = json.loads(ended.stdout)
    assert document["exitCode"] == ended.returncode
    return ended.returncode, document


def client(home: Path, url: str, role: str = "clerk") -> httpx.Client:
    token = (home / "tokens" / f"{role}.token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=30)


def stop(process: Process) -> tuple[int, str]:
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_a_node_registers_ends_gracefully_and_keeps_what_it_has(home: Path) -> None:
    with started(home) as (process, url), client(home, url) as http:
        assert http.get("/readyz").json() == {"ready": True, "reasons": []}
        first = http.post("/api/v1/filings", json=FILING)
        assert first.status_code == 201
        event = ["event", "AU", FILING["applicationNumberText"], "publishd", "2015-01-29"]
        assert run([*event, "--home", str(home)]) == 2
        code, err = stop(process)
        assert code == 0, err
        assert f"node of AU is up at height 0: API at {url}" in err
        assert "node of AU has stopped" in err
    with started(home) as (process, url), client(home, url) as http:
        again = http.post("/api/v1/filings", json=FILING)
        assert again.status_code == 200
        assert again.json()["blockHash"] == first.json()["blockHash"]
        assert stop(process)[0] == 0


def test_status_and_doctor_find_a_running_node_well(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with started(home) as (_, url):
        capsys.readouterr()
        assert run(["status", "--home", str(home), "--json"]) == 0
        status = json.loads(capsys.readouterr().out)
        assert (status["ipOfficeCode"], status["isReady"]) == ("AU", True)
        assert run(["status", "--url", url, "--token-file", str(home / "tokens/clerk.token")]) == 0
        assert capsys.readouterr().out.startswith("AU in IP register: height 0")
        assert run(["doctor", "--home", str(home)]) == 0


def test_a_lookup_shows_the_history_of_a_filing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with started(home) as (_, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        at = ["AU", FILING["applicationNumberText"]]
        assert run(["event", *at, "published", "2015-01-29", "--home", str(home)]) == 0
        capsys.readouterr()
        assert run(["lookup", *at, "--home", str(home), "--json"]) == 0
        history = json.loads(capsys.readouterr().out)["history"]
        assert [item["entry"]["entryCategory"] for item in history] == ["filing", "event"]
        assert run(["lookup", *at, "--home", str(home)]) == 0
        assert "event published" in capsys.readouterr().out


def test_claims_are_entered_and_asked_for_at_any_height_on_the_command_line(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # PCT Rules 26bis.1, 26bis.3, 90bis.3; register.md R6, R7, R12, R14
    subject = ["AU", FILING["applicationNumberText"]]
    claimed = [*subject, "US", "61/610,420", "2012-03-13"]

    def answer(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = run([*arguments, "--home", str(home), "--json"])
        return code, json.loads(capsys.readouterr().out)

    def enter(action: str, *options: str) -> tuple[int, str]:
        code, told = answer("claim", action, *claimed, "--decided-on", "2013-06-03", *options)
        return code, told.get("status", "") or told["error"]

    with started(home) as (_, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        capsys.readouterr()
        assert enter("add") == (0, "accepted")
        assert enter("refuse-restoration", "--decided-by", "us") == (0, "accepted")
        assert enter("restore", "--criterion", "unintentional") == (0, "accepted")
        assert enter("correct", "--to-number", "61/610,421") == (0, "accepted")
        assert enter("restore", "--criterion", "unintentional") == (0, "repeated")
        code, error = enter("withdraw")
        assert (code, "CLAIM_NOT_FOUND" in error) == (1, True)
        code, error = enter("add", "--decided-by", "ZZ")
        assert (code, "the ST.3 code of an office that takes filings" in error) == (1, True)
        _, told = answer("claim", "withdraw", *claimed, "--decided-on", "2013-06-04")
        assert "ipregister lookup" in told["hint"]
        elsewhere = ("claim", "withdraw", "EP", "10167109.7", *claimed[2:])
        code, told = answer(*elsewhere, "--decided-on", "2013-06-04")
        assert (code, "at its own node" in told["hint"]) == (4, True)
        assert enter("correct")[0] == 2

        def statuses(*options: str) -> list[str]:
            _, told = answer("lookup", *subject, *options)
            return [claim["status"] for claim in told.get("priorityClaimBag", ())]

        assert statuses() == ["corrected", "claimed"]
        expected: list[list[str]] = [[], ["claimed"], ["restorationRefused"], ["restored"]]
        assert [statuses("--as-of", str(height)) for height in (1, 2, 3, 4)] == expected
        code, told = answer("lookup", *subject, "--as-of", "99")
        assert (code, "a height from 0 to" in told["error"]) == (2, True)
        assert answer("lookup", *subject, "--as-of", "0")[0] == 1
        corrected = [*subject, "US", "61/610,421", "2012-03-13", "--reason", "a digit is wrong"]
        code, told = answer("dispute", *corrected, "--relation", "division")
        assert (code, "of which the filing is a division" in told["error"]) == (1, True)
        assert answer("dispute", *corrected)[0] == 0
        by_us = answer("family", *subject, "--without-disputed", "--disputed-by", "US,ep")[1]
        assert (by_us["disputedBy"], "leftOutBag" in by_us) == (["EP", "US"], False)
        assert len(answer("family", *subject, "--without-disputed")[1]["leftOutBag"]) == 1
        for arguments in (["coverage", "AU"], ["closed-days", "show", "AU"], ["family", *subject]):
            assert answer(*arguments, "--as-of", "1")[0] == 0
        verified = ["US", "61/610,420", "2012-03-13", "--at", "EP", "--on", "2013-03-13"]
        for arguments in (
            ["lookup", *subject],
            ["family", *subject],
            ["verify", *verified],
            ["verify-filing", *subject],
            ["coverage", "AU"],
            ["closed-days", "show", "AU"],
        ):
            assert answer(*arguments, "--linearizable") == answer(*arguments)
        assert run(["claim", "withdraw", *claimed[:3], "61/610,421", "2012-03-13"]) == 2


def test_a_killed_node_keeps_what_it_acknowledged(home: Path) -> None:
    with started(home) as (process, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        process.kill()
    with started(home) as (_, url), client(home, url) as http:
        assert http.get("/api/v1/filings/AU.patent.2013287263").status_code == 200


def test_a_stop_tells_who_still_waits_to_come_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPREGISTER_TIMEOUTS__STOP_SECONDS", "0.5")
    arguments = ["network", "init", "--offices", "AU,EP", "--output", str(tmp_path)]
    assert run([*arguments, "--base-port", str(free_base_port(2))]) == 0
    home = tmp_path / "au"
    with started(home) as (process, url), client(home, url) as http, ThreadPoolExecutor() as pool:
        waiting = pool.submit(http.post, "/api/v1/filings", json=FILING)
        with client(home, url, "administrator") as asking:
            while not asking.get("/api/v1/status").json()["details"]["waitingEntries"]:
                assert not waiting.done()
        code, err = stop(process)
        answer = waiting.result()
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/stopping")
        assert answer.headers["Retry-After"]
        assert code == 0, err


def test_a_second_node_on_a_home_is_refused(home: Path) -> None:
    with started(home) as (process, _):
        code, document = start_and_fail(home)
        assert code == 5
        assert f"(process {process.pid})" in document["error"]


def test_a_taken_port_is_named(home: Path) -> None:
    with started(home) as (_, url):
        port = url.rpartition(":")[2]
        run(["network", "init", "--offices", "AU", "--output", str(home.parent / "other")])
        code, document = start_and_fail(home.parent / "other" / "au", IPREGISTER_API__PORT=port)
    assert code == 4
    assert document["problems"][0]["key"] == "api.port"


def test_a_damaged_ledger_file_is_named_and_never_accepted(home: Path) -> None:
    with started(home) as (process, url), client(home, url) as http:
        for number in range(3):
            filing = {**FILING, "applicationNumberText": f"201328726{number}"}
            assert http.post("/api/v1/filings", json=filing).status_code in {200, 201}
        stop(process)
    path = home / "data" / "ledger" / "blocks-000001.log"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    code, document = start_and_fail(home)
    assert code == 1
    assert "blocks-000001.log" in document["error"]
    assert str(home / "data") in document["hint"]


def test_an_emptied_data_folder_starts_only_to_rejoin(home: Path) -> None:
    with started(home) as (process, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        stop(process)
    (home / "data").rename(home / "damaged")
    code, document = start_and_fail(home)
    assert code == 4
    assert "--rejoin-empty" in document["hint"]
    with started(home, "--rejoin-empty") as (process, _):
        stop(process)
    code, document = start_and_fail(home, "--rejoin-empty")
    assert (code, document["problems"][0]["key"]) == (4, str(home / "data"))
    with started(home) as (process, _):
        stop(process)


@pytest.mark.parametrize("content", [None, b""])
def test_a_node_without_its_journal_does_not_start(home: Path, content: bytes | None) -> None:
    with started(home) as (process, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        stop(process)
    journal = home / "data" / "journal"
    journal.unlink()
    if content is not None:
        journal.write_bytes(content)
    code, document = start_and_fail(home)
    assert code == 1
    assert str(journal) in document["error"]
    assert "--rejoin-empty" in document["hint"]


def test_a_lost_index_is_rebuilt_from_the_ledger_files(home: Path) -> None:
    with started(home) as (process, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        stop(process)
    config = home / "config.toml"
    config.write_text(config.read_text().replace('index = "auto"', 'index = "sqlite"'))
    with started(home) as (_, url), client(home, url) as http:
        assert http.get("/api/v1/filings/AU.patent.2013287263").status_code == 200


@pytest.mark.parametrize("kind", ["leveldb", "sqlite"])
def test_a_damaged_index_is_kept_and_made_anew(
    home: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kind == "leveldb":
        pytest.importorskip("plyvel")
    monkeypatch.setenv("IPREGISTER_STORAGE__INDEX", kind)
    with started(home) as (process, url), client(home, url) as http:
        assert http.post("/api/v1/filings", json=FILING).status_code == 201
        stop(process)
    data = home / "data"
    for path in data.glob("index/**/*"):
        if path.suffix in {".sqlite", ".log", ".ldb"} or path.name.startswith("MANIFEST"):
            path.write_bytes(b"damaged " * 500)
    with started(home) as (process, url), client(home, url) as http:
        assert http.get("/api/v1/filings/AU.patent.2013287263").status_code == 200
        _, err = stop(process)
    assert str(data / "index.damaged-1") in err
    assert (data / "index.damaged-1").is_dir()


def test_a_cut_table_of_the_index_is_damage_and_no_trouble_with_the_disk(home: Path) -> None:
    pytest.importorskip("plyvel")
    for _ in range(2):  # the second start makes a table of the first one's log
        with started(home) as (process, url), client(home, url) as http:
            assert http.post("/api/v1/filings", json=FILING).status_code in {200, 201}
            stop(process)
    tables = sorted((home / "data" / "index").rglob("*.ldb"))
    for table in tables:
        table.write_bytes(table.read_bytes()[: table.stat().st_size // 2])
    assert tables
    with started(home) as (process, url), client(home, url) as http:
        assert http.get("/api/v1/filings/AU.patent.2013287263").status_code == 200
        _, err = stop(process)
    assert str(home / "data" / "index.damaged-1") in err


def test_closed_days_are_drafted_reviewed_declared_and_named_in_the_answers(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Paris Convention Art. 4C(3); register.md P7, P8, O4
    def told(*arguments: str) -> tuple[int, dict[str, Any]]:
        capsys.readouterr()
        code = run([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    path = tmp_path / "au-2009.json"
    at_home = ("--home", str(home))
    with started(home) as (process, _):
        assert told("closed-days", "draft", "AU", "2009", "--output", str(path))[0] == 0
        assert told("closed-days", "declare", str(path), *at_home)[0] == 2
        drafted = path.read_text(encoding="utf-8")
        path.write_text(drafted.replace('"isReviewed": false', '"isReviewed": true'))
        code, receipt = told("closed-days", "declare", str(path), *at_home)
        assert (code, receipt["subject"]) == (0, "AU.closedDays.2009")
        code, shown = told("closed-days", "show", "AU", *at_home)
        declared = shown["closedDaysBag"][0]
        assert {"date": "2009-03-09", "name": "Canberra Day"} in declared["closedDayBag"]
        assert declared["weeklyRestDayBag"] == ["saturday", "sunday"]
        question = ("verify-priority", "JP", "2008-058101", "2008-03-07", "--at", "AU")
        answer = told(*question, "--on", "2009-03-10", *at_home)[1]
        assert [each.get("name") for each in answer["period"]["closedDays"]] == [
            "Saturday",
            "Sunday",
            "Canberra Day",
        ]
        assert {each["basis"] for each in answer["period"]["closedDays"]} == {"declared"}
        capsys.readouterr()
        run([*question, "--on", "2009-03-10", *at_home])
        assert "2009-03-09 (Canberra Day, declared)" in capsys.readouterr().out
        code, former = told("offices", "SU", *at_home)
        assert (code, former["successorBag"]) == (0, ["RU"])
        code, private = told("offices", "QM", *at_home)
        assert code == 1
        assert "private use" in private["error"]
        assert stop(process)[0] == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_an_exit_code_tells_the_truth_though_nothing_can_be_said(tmp_path: Path) -> None:
    """A log on a disk that is full: exit code 1, or Python's own 120, would tell systemd something else."""
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "node.cli", "start", "--home", str(tmp_path)],
            stderr=full,
            check=False,
            cwd=ROOT,
            timeout=60,
        )
    assert ended.returncode == 4
