import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from node.cli import run

Captured = pytest.CaptureFixture[str]
SHORT = """\
title = "short"
duration_s = 3
[offices]
codes = ["AU", "EP", "JP", "US"]
[workload]
filings_per_second = 10
[[faults]]
at_s = 1
kind = "crash"
offices = "primary"
"""
FILES = ["events.jsonl.gz", "manifest.json", "report.html", "summary.json"]


def in_json(capsys: Captured, *arguments: object) -> tuple[int, dict[str, Any]]:
    code = run([*map(str, arguments), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["ok"] is (code == 0)
    return code, document


def scenario(directory: Path, text: str = SHORT, name: str = "short.toml") -> Path:
    path = directory / name
    path.write_text(text)
    return path


def test_a_run_writes_four_files_and_says_what_came_of_it(tmp_path: Path, capsys: Captured) -> None:
    out = tmp_path / "run"
    code, document = in_json(capsys, "simulate", scenario(tmp_path), "--seed", 7, "--out", out)
    assert code == 0
    assert (document["seed"], document["offices"], document["broken"]) == (7, 4, [])
    assert document["directory"] == str(out)
    assert sorted(path.name for path in out.iterdir()) == FILES
    manifest = json.loads((out / "manifest.json").read_bytes())
    assert (manifest["scenario"], manifest["seed"]) == ("short", 7)
    assert manifest["configuration"]["settings"]["view_timeout_ms"] == 2_000
    assert sorted(manifest["files"]) == [name for name in FILES if name != "manifest.json"]
    lines = gzip.decompress((out / "events.jsonl.gz").read_bytes()).splitlines()
    assert {json.loads(line)["event"] for line in lines} >= {"sent", "stored", "disturbed"}
    assert not any(b'"delivered"' in line for line in lines)


def test_a_folder_that_holds_something_is_not_written_over(
    tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "mine.txt").touch()
    arguments = ("simulate", scenario(tmp_path), "--out", tmp_path / "run")
    assert in_json(capsys, *arguments)[0] == 5
    assert [path.name for path in (tmp_path / "run").iterdir()] == ["mine.txt"]


def test_a_broken_promise_gives_exit_code_1_and_a_report(tmp_path: Path, capsys: Captured) -> None:
    burst = "[[workload.bursts]]\nat_s = 3\nsubmissions = 3\n"
    text = SHORT.replace("[offices]", "settling_s = 0\n[offices]") + burst
    code, document = in_json(
        capsys, "simulate", "run", scenario(tmp_path, text), "--out", tmp_path / "run"
    )
    assert code == 1
    assert document["broken"] == ["After the faults everything becomes final everywhere"]
    assert "BROKEN" in (tmp_path / "run" / "report.html").read_text()


def test_a_malformed_scenario_is_refused_with_file_line_and_reason(
    tmp_path: Path, capsys: Captured
) -> None:
    path = scenario(tmp_path, SHORT.replace('"crash"', '"crsh"'))
    code, document = in_json(capsys, "simulate", path)
    assert (code, document["line"]) == (2, 9)
    assert document["error"].startswith(f"{path}, line 9: faults[0].kind: expected crash or ")
    assert document["error"].endswith(", got 'crsh'")
    assert "simulate --list" in document["hint"]
    assert run(["simulate", str(path)]) == 2
    assert "line 9: faults[0].kind" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["nowhere", "nowhere.toml", "."])
def test_what_is_neither_a_file_nor_a_shipped_scenario_is_refused(
    what: str, capsys: Captured
) -> None:
    code, document = in_json(capsys, "simulate", what)
    assert code == 2
    assert "no shipped scenario has the name" in document["error"]


def test_shipped_scenarios_are_listed(capsys: Captured) -> None:
    _, document = in_json(capsys, "simulate", "--list")
    assert document["scenarios"][-1] == {
        "name": "faults-190",
        "title": "190 offices around the world, under faults",
        "offices": 190,
    }
    assert len(document["scenarios"]) == 14
    assert run(["simulate", "list"]) == 0
    assert capsys.readouterr().out.startswith("name")


def test_one_seed_gives_one_report_byte_for_byte_whatever_the_hash_seed(tmp_path: Path) -> None:
    path = scenario(tmp_path)
    for hash_seed in ("0", "1"):
        subprocess.run(
            [sys.executable, "-m", "node.cli", "simulate", path, "--out", tmp_path / hash_seed,
             "--deliveries"],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            check=True,
            capture_output=True,
        )  # fmt: skip
    one, other = tmp_path / "0", tmp_path / "1"
    for name in ("events.jsonl.gz", "report.html", "summary.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    manifests = [json.loads((each / "manifest.json").read_bytes()) for each in (one, other)]
    for manifest in manifests:
        del manifest["wallSeconds"]
    assert manifests[0] == manifests[1]


def test_a_name_that_is_too_long_for_a_file_is_refused(capsys: Captured) -> None:
    code, document = in_json(capsys, "simulate", "a" * 300)
    assert code == 2
    assert "no shipped scenario has the name" in json.dumps(document)


# -- compare -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("runs")
    other = SHORT.replace("filings_per_second = 10", "filings_per_second = 30").replace(
        "= 1\n", "= 2\n"
    )
    for name, text in (("a", SHORT), ("b", other)):
        path = scenario(directory, text, f"{name}.toml")
        assert run(["simulate", str(path), "--out", str(directory / name)]) == 0
    return directory


def test_two_runs_stand_side_by_side_with_what_was_set_up_differently(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    page = tmp_path / "compare.html"
    _, document = in_json(capsys, "simulate", "compare", runs / "a", runs / "b", "--out", page)
    assert document["configuration"] == {
        "faults[0].at_s": {"one": "1.0", "other": "2.0"},
        "workload.filings_per_second": {"one": "10.0", "other": "30.0"},
    }
    figures = {row["name"]: row for row in document["figures"]}
    assert (figures["offices"]["one"], figures["offices"]["change"]) == ("4", "+0.0%")
    assert float(figures["filings a second"]["other"]) > float(figures["filings a second"]["one"])
    assert "faults[0].at_s" in page.read_text()
    assert "http" not in page.read_text().replace("http-equiv", "")


def test_a_run_beside_itself_has_no_differences(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    page = tmp_path / "compare.html"
    assert run(["simulate", "compare", str(runs / "a"), str(runs / "a"), "--out", str(page)]) == 0
    assert "Both were set up alike." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "content", "reason"),
    [
        ("manifest.json", None, "No such file or directory"),
        ("summary.json", None, "No such file or directory"),
        ("manifest.json", b"{", "manifest.json: expected 'ipregister simulation manifest 1'"),
        ("manifest.json", b"\xff", "manifest.json: expected 'ipregister simulation manifest 1'"),
        ("summary.json", b"{}", "summary.json: expected 'ipregister simulation summary 1'"),
    ],
)
def test_a_folder_that_is_no_run_is_refused(
    runs: Path, tmp_path: Path, *, capsys: Captured, file: str, content: bytes | None, reason: str
) -> None:
    copied = tmp_path / "copy"
    copied.mkdir()
    for name in FILES:
        (copied / name).write_bytes((runs / "a" / name).read_bytes())
    (copied / file).unlink()
    if content is not None:
        (copied / file).write_bytes(content)
    code, document = in_json(
        capsys, "simulate", "compare", runs / "a", copied, "--out", tmp_path / "x.html"
    )
    assert code == 2
    assert reason in document["error"]
    assert not (tmp_path / "x.html").exists()


def test_a_summary_that_is_not_of_its_manifest_is_refused(
    runs: Path, tmp_path: Path, capsys: Captured
) -> None:
    (tmp_path / "manifest.json").write_bytes((runs / "a" / "manifest.json").read_bytes())
    (tmp_path / "summary.json").write_bytes((runs / "b" / "summary.json").read_bytes())
    code, document = in_json(capsys, "simulate", "compare", tmp_path, runs / "b")
    assert code == 2
    assert "summary.json: expected SHA-256" in document["error"]


def test_the_worked_example_of_the_documentation_is_what_comes_out(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "simulations.md").read_text(encoding="utf-8")
    text = page.partition("```toml\n")[2].partition("```")[0]
    monkeypatch.chdir(tmp_path)
    for name, timeout_ms in (("two", 2_000), ("six", 6_000)):
        changed = text.replace("view_timeout_ms = 2000", f"view_timeout_ms = {timeout_ms}")
        scenario(tmp_path, changed, f"{name}.toml")
        assert run(["simulate", f"{name}.toml", "--out", name]) == 0
    capsys.readouterr()
    assert run(["simulate", "compare", "two", "six"]) == 0
    printed = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    written = page.partition("simulate compare two six\n")[2].partition("Only the key")[0]
    assert printed[:-1] == [line.strip() for line in written.splitlines() if line.strip()]
