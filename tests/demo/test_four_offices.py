"""End to end: four real nodes, real filings, the primary killed, everything checked by the
demonstration."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from node.processes import wait_until

ROOT = Path(__file__).parents[2]
DEMO = [sys.executable, "-m", "node.cli", "demo", "--json"]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def processes_below(directory: Path) -> list[str]:
    """Command lines of running processes that name the directory."""
    lines = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(directory) in line and f"/{os.getpid()}/" not in str(entry):
            lines.append(line)
    return lines


def test_four_offices_register_verify_lose_their_primary_and_recover(tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    finished = subprocess.run(
        [*DEMO, "--once", "--directory", str(homes)],
        cwd=tmp_path,  # it works from any directory
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    document = json.loads(finished.stdout)
    assert document["ok"]
    assert len(document["steps"]) == 9
    assert document["killed"] in {"AU", "EP", "JP", "US"}
    assert (homes / "au" / "genesis.json").read_bytes() == (
        homes / "us" / "genesis.json"
    ).read_bytes()
    assert processes_below(homes) == []


def test_no_node_outlives_a_demonstration_that_is_told_to_end(tmp_path: Path) -> None:
    homes = tmp_path / "homes"
    demo = subprocess.Popen(
        [*DEMO, "--directory", str(homes)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        wait_until(lambda: processes_below(homes / "us") != [], "a node is there", 60)
        demo.send_signal(signal.SIGTERM)
        assert demo.wait(60) == 130
    finally:
        demo.kill()
        demo.communicate()
    assert processes_below(homes) == []


def test_a_directory_that_is_used_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ep").mkdir()
    finished = subprocess.run(
        [*DEMO, "--once", "--directory", str(tmp_path)],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 5
    assert not json.loads(finished.stdout)["ok"]
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["ep"]
