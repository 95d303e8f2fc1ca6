"""`ipregister restore`: a home's ledger made anew from an export, and what its node may do then."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer.main
from builders.office_homes import export_of, home_of_au, ledger_of

from consensus.settings import ReplicaSettings
from node.cli import app, run
from node.config import ConfigurationError
from node.home import Home
from node.journal_format import CorruptJournalError
from node.locks import lock
from node.rejoining import WHEN_TO_REJOIN
from node.stores import examine_stores, open_stores

ROOT = Path(__file__).parents[2]
Captured = pytest.CaptureFixture[str]


@pytest.fixture
def home(tmp_path: Path, capsys: Captured) -> Home:
    """A home whose data are lost."""
    home = home_of_au(tmp_path)
    (home.data_path / ".new").unlink()
    capsys.readouterr()
    return home


def restored(capsys: Captured, home: Home, *arguments: object) -> tuple[int, dict[str, Any]]:
    code = run(["restore", *map(str, arguments), "--home", str(home.path), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (document["ok"], document.get("exitCode", 0)) == (code == 0, code)
    return code, document


def left_in(home: Home) -> set[str]:
    return {path.name for path in home.data_path.iterdir()}


def test_a_lost_ledger_is_made_anew_and_its_node_starts_only_to_rejoin(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    export = export_of(home, tmp_path / "export.jsonl.gz")
    code, document = restored(capsys, home, export)
    assert (code, document["height"], document["certifiedHeight"]) == (0, 5, 5)
    assert "--rejoin-empty" in document["next"]
    assert left_in(home) == {"ledger", "index", ".restored"}
    with pytest.raises(ConfigurationError, match="nobody here remembers"), open_stores(home):
        pass
    with pytest.raises(ConfigurationError, match="nobody here remembers"):
        examine_stores(home)
    expected = ledger_of(home, 5, lambda _: True)
    with open_stores(home, rejoin_empty=True) as stores:
        assert (stores.ledger.height, stores.ledger.head_hash) == (5, expected.head_hash)
        assert [stores.ledger.certificate(height) for height in range(1, 6)] == [
            expected.certificate(height) for height in range(1, 6)
        ]
        assert stores.ledger.notes == []  # the index is the one that a node would have
    assert left_in(home) == {"ledger", "index", "journal"}
    with open_stores(home) as stores:
        assert stores.ledger.height == 5
    with pytest.raises(ConfigurationError, match="empty folder"):
        open_stores(home, rejoin_empty=True).__enter__()


def test_a_restored_home_is_audited_with_its_index(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    assert restored(capsys, home, export_of(home, tmp_path / "export.jsonl.gz"))[0] == 0
    trust = str(home.path / "genesis.json")
    assert run(["audit", str(home.path), "--trust", trust, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["height"], document["indexHeight"], document["notes"]) == (5, 5, [])


def test_pieces_are_restored_one_behind_the_other(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    first = export_of(home, tmp_path / "first", blocks=3)
    second = export_of(home, tmp_path / "second", first=4, blocks=6)
    assert restored(capsys, home, second, first)[0] == 1
    assert restored(capsys, home, first, second)[1]["height"] == 6


@pytest.mark.parametrize("processes", [1, 2])
def test_damage_leaves_the_home_as_it_was(
    home: Home, tmp_path: Path, capsys: Captured, processes: int
) -> None:
    export = export_of(home, tmp_path / "export.jsonl.gz")
    lines = gzip.decompress(export.read_bytes()).split(b"\n")
    lines[3] = lines[2]
    export.write_bytes(b"\n".join(lines))
    code, document = restored(capsys, home, export, "--processes", processes)
    assert (code, document["atHeight"], document["line"]) == (1, 3, 4)
    assert left_in(home) == set()
    with pytest.raises(ConfigurationError, match="found none"), open_stores(home):
        pass


def test_a_last_block_that_no_quorum_signed_is_not_restored(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    """The node would sign for it, on one office's word."""
    export = export_of(home, tmp_path / "export", is_certified=lambda height: height != 5)
    code, document = restored(capsys, home, export)
    assert (code, document["check"], left_in(home)) == (3, "certificate", set())
    assert restored(capsys, home, export, "--to", "9")[0] == 3
    assert left_in(home) == set()
    assert restored(capsys, home, export, "--to", "4")[1]["height"] == 4


def test_what_is_there_is_never_written_over(home: Home, tmp_path: Path, capsys: Captured) -> None:
    export = export_of(home, tmp_path / "export")
    journal = home.data_path / "journal"
    journal.write_bytes(b"votes")
    code, document = restored(capsys, home, export)
    assert (code, left_in(home)) == (5, {"journal"})
    assert "under another name" in document["hint"]
    journal.unlink()
    assert restored(capsys, home, export)[0] == 0
    for other in (("--to", 3), (), (export_of(home, tmp_path / "longer", blocks=7, first=6),)):
        assert restored(capsys, home, export, *other)[0] == 5
    with open_stores(home, rejoin_empty=True) as stores:
        assert stores.ledger.height == 5
    assert restored(capsys, home, export)[0] == 5


@pytest.mark.parametrize(("in_the_way", "left"), [("ledger", set()), ("index", {"ledger"})])
def test_a_move_that_fails_leaves_the_home_as_it_was_or_the_whole_ledger(
    home: Home, tmp_path: Path, capsys: Captured, in_the_way: str, left: set[str]
) -> None:
    export = export_of(home, tmp_path / "export")
    obstacle = home.data_path / in_the_way
    obstacle.write_bytes(b"a file where a folder belongs")
    code, document = restored(capsys, home, export)
    assert code == 3
    assert left_in(home) == {in_the_way} | left | ({".restored"} if left else set())
    assert ("as it was" in document["hint"]) == (not left)
    obstacle.unlink()
    if not left:
        assert restored(capsys, home, export)[0] == 0
    with open_stores(home, rejoin_empty=True) as stores:
        assert stores.ledger.height == 5


def test_what_a_restore_that_was_cut_off_left_is_gone_when_the_node_has_rejoined(
    home: Home,
) -> None:
    (home.data_path / ".restoring/ledger").mkdir(parents=True)
    with open_stores(home, rejoin_empty=True):
        pass
    assert ".restoring" not in left_in(home)


def test_when_an_office_may_vote_again_is_told_in_the_same_words_everywhere(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    assert f"{ReplicaSettings().watermark_range} blocks" in WHEN_TO_REJOIN
    told = [restored(capsys, home, export_of(home, tmp_path / "export"))[1]["next"]]
    assert run(["start", "--home", str(home.path), "--json"]) == 4
    told.append(capsys.readouterr().out)
    (home.data_path / ".restored").unlink()
    shutil.rmtree(home.data_path / "ledger")
    assert run(["start", "--home", str(home.path), "--json"]) == 4
    told.append(capsys.readouterr().out)
    told.append((home.path / "README.md").read_text())
    told += [(ROOT / "docs" / name).read_text() for name in ("export.md", "operations.md")]
    start = typer.main.get_command(app).commands["start"]  # type: ignore[attr-defined]
    told += [each.help for each in start.params if each.name == "rejoin_empty"]
    assert [WHEN_TO_REJOIN in " ".join(text.split()) for text in told] == [True] * 7


def test_a_home_that_a_node_runs_on_is_left_alone(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    export = export_of(home, tmp_path / "export")
    with (home.path / "lock").open("w") as file:
        lock(file)
        assert restored(capsys, home, export)[0] == 5
    assert left_in(home) == set()


def test_what_an_interrupted_restore_left_is_no_obstacle(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    export = export_of(home, tmp_path / "export")
    (home.data_path / ".restoring/ledger").mkdir(parents=True)
    (home.data_path / ".restoring/ledger/blocks-000001.log").write_bytes(b"half")
    assert restored(capsys, home, export)[0] == 0
    assert left_in(home) == {"ledger", "index", ".restored"}


@pytest.mark.parametrize("lost", ["ledger", "index"])
def test_a_power_cut_between_the_moves_leaves_a_home_that_can_still_rejoin_or_be_restored(
    home: Home, tmp_path: Path, capsys: Captured, lost: str
) -> None:
    export = export_of(home, tmp_path / "export")
    assert restored(capsys, home, export)[0] == 0
    (home.data_path / lost).rename(tmp_path / "lost")
    with pytest.raises(ConfigurationError), open_stores(home):
        pass
    if lost == "ledger":
        assert restored(capsys, home, export)[0] == 0
    with open_stores(home, rejoin_empty=True) as stores:
        assert stores.ledger.height == 5


def test_a_ledger_without_a_journal_that_no_export_gave_does_not_start(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    assert restored(capsys, home, export_of(home, tmp_path / "export"))[0] == 0
    (home.data_path / ".restored").unlink()
    with pytest.raises(CorruptJournalError, match="no longer knows"), open_stores(home):
        pass


def test_bad_files_are_named(home: Home, tmp_path: Path, capsys: Captured) -> None:
    code, document = restored(capsys, home, tmp_path / "nothing")
    assert (code, str(tmp_path / "nothing") in document["error"]) == (2, True)
    (tmp_path / "later").write_bytes(b'{"format":"ipregister-export","version":2}\n')
    code, document = restored(capsys, home, tmp_path / "later")
    assert (code, document["check"]) == (3, "version")
    elsewhere = home_of_au(tmp_path / "elsewhere")
    capsys.readouterr()
    code, document = restored(capsys, home, export_of(elsewhere, tmp_path / "foreign"))
    assert (code, "which is trusted" in document["expected"]) == (1, True)


def test_certificates_of_a_restored_home_are_the_ones_of_the_export(
    home: Home, tmp_path: Path, capsys: Captured
) -> None:
    only = export_of(home, tmp_path / "export", is_certified=lambda height: height in {2, 5})
    assert restored(capsys, home, only)[1]["certificateCount"] == 2
    with open_stores(home, rejoin_empty=True) as stores:
        found = stores.ledger.latest_certificate()
        assert found is not None
        assert (found.height, stores.ledger.certificate(1)) == (5, None)


def test_a_home_that_was_never_started_is_restored_as_well(
    tmp_path: Path, capsys: Captured
) -> None:
    """Its key may have been in use elsewhere: it rejoins like any other."""
    new = home_of_au(tmp_path)
    assert left_in(new) == {".new"}
    capsys.readouterr()
    assert restored(capsys, new, export_of(new, tmp_path / "export"))[0] == 0
    assert left_in(new) == {"ledger", "index", ".restored"}
    with pytest.raises(ConfigurationError, match="nobody here remembers"), open_stores(new):
        pass


@pytest.mark.parametrize(("kind", "room"), [("sqlite", 9_000), ("auto", 1_000)])
def test_a_disk_without_room_leaves_the_home_as_it_was(
    home: Home, tmp_path: Path, kind: str, room: int
) -> None:
    """No file may grow beyond so many bytes: of the ledger, or of the index."""
    resource = pytest.importorskip("resource")
    export = export_of(home, tmp_path / "export", blocks=40)
    ended = subprocess.run(
        [sys.executable, "-m", "node.cli", "restore", export, "--home", home.path, "--json"],
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, "IPREGISTER_STORAGE__INDEX": kind, "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )
    assert (ended.returncode, left_in(home)) == (3, set()), ended.stderr
    assert "the disk is full" in json.loads(ended.stdout)["hint"]
