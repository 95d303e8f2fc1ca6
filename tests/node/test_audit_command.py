"""`ipregister audit` on a copy of an office's data, with its exit codes."""

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from builders.ledgers import GENESIS
from builders.ports import free_base_port
from builders.whole_ledger import ENTRIES, stored
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit import Record
from ledger.files import FileLedger
from ledger.genesis import encode_genesis
from ledger.record_log import Location
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore
from node.auditing.others import first_difference, heights_to_compare
from node.auditing.processes import RECORDS_AHEAD_MAX, RECORDS_TOGETHER, signature_checks
from node.auditing.tampering import Target, flip_byte, flip_value, kinds_in, rewrite
from node.cli import run
from node.locks import lock

Captured = pytest.CaptureFixture[str]


def opened_index(data: Path, kind: str) -> KeyValueStore:
    if kind == "index.sqlite":
        return SqliteStore(data / "index" / kind)
    pytest.importorskip("plyvel")
    from ledger.leveldb import LevelStore  # noqa: PLC0415 - not on every machine

    return LevelStore(data / "index" / kind)


def copy_with(home: Path, kind: str) -> Path:
    stored(home / "data/ledger", opened_index(home / "data", kind)).close()
    (home / "genesis.json").write_bytes(encode_genesis(GENESIS))
    return home


@pytest.fixture(params=["index.sqlite", "leveldb"])
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return copy_with(tmp_path, request.param)


def audited(capsys: Captured, home: Path, *more: str) -> tuple[int, dict[str, Any]]:
    code = run(["audit", str(home), "--trust", str(home / "genesis.json"), "--json", *more])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["ok"] is (code == 0)
    assert document["exitCode"] == code
    return code, document


def test_a_home_is_right_with_its_index_and_stays_as_it_is(home: Path, capsys: Captured) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for processes in ("1", "2"):
        code, document = audited(capsys, home, "--processes", processes)
        assert (code, document["height"], document["indexHeight"]) == (0, *2 * (len(ENTRIES),))
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before
    assert run(["audit", "ledger", str(home), "--trust", str(home / "genesis.json")]) == 0
    assert "index the same as the one made anew" in capsys.readouterr().out


def test_an_audit_up_to_a_height_says_nothing_of_what_follows(home: Path, capsys: Captured) -> None:
    target = Target(home / "data/ledger", GENESIS, {})
    rewrite(target, "blocks", lambda records: [*records[:5], *records[6:]])
    code, document = audited(capsys, home, "--to", "5")
    assert (code, document["height"], document["indexHeight"]) == (0, 5, None)
    code, document = audited(capsys, home, "--to", "6", "--processes", "2")
    assert (code, document["atHeight"], document["check"]) == (1, 6, "audit")
    assert (document["file"], document["height"]) == (
        str(home / "data/ledger/blocks-000001.log"),
        5,
    )


def test_a_height_that_the_copy_does_not_have_is_undecidable(home: Path, capsys: Captured) -> None:
    code, document = audited(capsys, home, "--to", "99")
    assert (code, document["check"]) == (3, "height")


def test_a_changed_value_of_the_index_is_named(home: Path, capsys: Captured) -> None:
    kind = next((home / "data/index").iterdir()).name
    index = opened_index(home / "data", kind)
    key = next(each for each in kinds_in(index).values() if each.startswith(b"fAU"))
    flip_value(index, key)
    index.close()
    code, document = audited(capsys, home)
    assert (code, document["check"], document["key"]) == (1, "index", key.hex())
    assert "the fact fAUP2012900001" in document["expected"]
    assert audited(capsys, home, "--files-only")[0] == 0


def test_damage_of_the_files_of_an_index_is_found(home: Path, capsys: Captured) -> None:
    """Whatever file of it; where a byte means nothing (a name, free space), the values are still right."""
    files = [path for path in (home / "data/index").rglob("*") if path.is_file()]
    largest = max(files, key=lambda path: path.stat().st_size)
    flip_byte(largest, largest.stat().st_size // 2)
    code, document = audited(capsys, home)
    assert (code, document["check"]) == (1, "index")


def test_an_index_that_a_node_holds_is_not_compared_and_that_is_said(
    home: Path, capsys: Captured
) -> None:
    with (home / "lock").open("w") as file:
        lock(file)
        code, document = audited(capsys, home)
        assert (code, document["check"], document["indexHeight"]) == (3, "index", None)
        assert "--files-only" in document["hint"]
        assert audited(capsys, home, "--files-only")[0] == 0


def test_a_damaged_head_of_a_file_fails_with_its_place(home: Path, capsys: Captured) -> None:
    flip_byte(home / "data/ledger/blocks-000001.log", 3)
    code, document = audited(capsys, home)
    assert (code, document["check"], document["offset"]) == (1, "audit", 0)


def test_a_folder_without_a_ledger_is_wrong_usage(tmp_path: Path, capsys: Captured) -> None:
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    assert audited(capsys, tmp_path)[0] == 2


def test_another_office_that_cannot_be_asked_is_undecidable_and_the_result_is_still_told(
    home: Path, capsys: Captured
) -> None:
    port = free_base_port(1)
    code, document = audited(capsys, home, "--against", f"http://127.0.0.1:{port}")
    assert (code, document["height"]) == (3, len(ENTRIES))
    assert document["url"] == f"http://127.0.0.1:{port}"


@given(common=st.integers(1, 70), fork=st.integers(1, 80))
def test_the_first_block_that_another_office_has_otherwise_is_found(common: int, fork: int) -> None:
    own = [bytes([height]) for height in range(1, 71)]
    heights = heights_to_compare(common)
    assert (heights[0], heights[-1]) == (1, common)
    assert len(heights) <= common.bit_length() + 1
    found = first_difference(own, lambda height: bytes([height + 100 * (height >= fork)]), common)
    assert found == (fork if fork <= common else None)


def test_an_audit_goes_on_alone_when_its_other_processes_are_ended(home: Path) -> None:
    files = FileLedger(home / "data/ledger", GENESIS.network_id(), read_only=True)
    records = list(files.blocks.records())
    with signature_checks(GENESIS, 2) as checks:
        assert list(checks(records)) == [(record, True) for record in records]
        children = multiprocessing.active_children()
        assert len(children) == 1
        children[0].kill()
        children[0].join()
        assert list(checks(records)) == [(record, False) for record in records]


def test_an_audit_works_only_so_far_ahead_however_small_the_blocks_are() -> None:
    read = 0

    def records() -> Iterator[Record]:
        nonlocal read
        for number in range(4 * RECORDS_AHEAD_MAX):
            read += 1
            yield Location(1, number, 1), b"x"

    with signature_checks(GENESIS, 2) as checks:
        checked = checks(records())
        assert next(checked) == ((Location(1, 0, 1), b"x"), False)
        assert read <= RECORDS_AHEAD_MAX + RECORDS_TOGETHER
        assert sum(1 for _ in checked) == 4 * RECORDS_AHEAD_MAX - 1


def test_a_last_block_without_a_certificate_is_undecidable_where_no_index_knows_of_one(
    home: Path, capsys: Captured
) -> None:
    target = Target(home / "data/ledger", GENESIS, {})
    rewrite(target, "certificates", lambda records: records[:-1])
    assert audited(capsys, home)[0] == 1
    code, document = audited(capsys, home, "--files-only")
    assert (code, document["check"]) == (3, "certificate")
    assert document["certifiedHeight"] == document["height"] - 1
