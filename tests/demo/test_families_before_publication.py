"""End to end: a family of sealed filings over four real nodes, everything checked by the demonstration."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from node.demo.clerks import Refusal
from node.demo.family_words import mistyped, short, without_id

ROOT = Path(__file__).parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
DEMO = [sys.executable, "-m", "node.cli", "demo", "families"]


def test_three_offices_find_their_family_before_publication_and_the_fourth_nothing(
    tmp_path: Path,
) -> None:
    homes = tmp_path / "homes"
    finished = subprocess.run(
        [*DEMO, "--json", "--once", "--directory", str(homes)],
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
    assert len(document["steps"]) == 13
    assert document["slowestNoticeSeconds"] < 1
    told = {
        office: [
            json.loads(line)
            for line in (homes / office / "notices.log").read_text().splitlines()
            if line.startswith("{")
        ]
        for office in ("au", "de", "kr", "us")
    }
    assert {office: len(notices) for office, notices in told.items()} == {
        "au": 8,
        "de": 5,
        "kr": 7,
        "us": 0,
    }
    for notices in told.values():
        places = [tuple(map(int, notice["noticeId"].split("."))) for notice in notices]
        assert places == sorted(set(places))


def test_the_stories_are_two_and_a_collection_is_for_the_first(tmp_path: Path) -> None:
    finished = subprocess.run(
        [*DEMO, "--json", "--data", str(tmp_path / "rows.jsonl")],
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 2
    assert "--data" in json.loads(finished.stdout)["error"]


@pytest.mark.parametrize("code", ["3QGQ-CA92", "0QFN-7A6F"])
def test_a_mistyped_code_is_another_one(code: str) -> None:
    assert mistyped(code) != code
    assert mistyped(code)[1:] == code[1:]


def test_ids_are_cut_for_people_and_for_comparison() -> None:
    key = "AU.sealed.4VCfNDetjiW43PAV1upQpaCXISTbgWDb7UVJnb_P6wc"
    assert short(f"your {key}.") == "your AU.sealed.4VCfND…."
    assert short(f"{key}.DE.{'ab' * 32} x") == "AU.sealed.4VCfND….DE.ababab… x"
    assert short("AU.patent.2025900417") == "AU.patent.2025900417"
    refusal = Refusal(404, "not-found", f"{key} is not registered")
    assert without_id(key, refusal).detail == "... is not registered"
