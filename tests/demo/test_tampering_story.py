"""End to end: the ledger of a real network, forged in every way, and audited by the demonstration."""

import json
import os
import subprocess
import sys
from pathlib import Path

from node.auditing.tamperings import TAMPERINGS

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}


def test_every_forgery_of_a_stored_ledger_is_found_and_named(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "node.cli", "demo", "tamper", "--json", "--once"],
        cwd=tmp_path,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    document = json.loads(finished.stdout)
    assert document["ok"]
    assert len(document["steps"]) == 6
    assert document["filesForged"] == len(TAMPERINGS)
    assert document["indexForged"] >= 9
