"""Whatever a forger changes in a stored ledger is found, and named (docs/audit.md)."""

from pathlib import Path

import pytest
from builders.ledgers import GENESIS, KEYRING
from builders.offices import key_of
from builders.whole_ledger import ENTRIES, stored
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.audit import AuditReport, StoredIndex, audit
from ledger.errors import CorruptLedgerError
from ledger.files import FileLedger
from ledger.memory import MemoryStore
from ledger.register.keys import FACT_PREFIXES
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore
from node.auditing.tampering import Target, flip_value, kinds_in, rewrite
from node.auditing.tamperings import TAMPERINGS, Tampering

BRIBED = {office: key_of(office) for office in ("AU", "EP")}


def audited(files: Path, index: KeyValueStore | None = None) -> AuditReport:
    opened = FileLedger(files, KEYRING.network_id, read_only=True)
    stored_index = StoredIndex("index", index) if index else None
    return audit(GENESIS, opened, MemoryStore(), lambda _done, _all: None, index=stored_index)


def place_found(files: Path, index: KeyValueStore) -> tuple[str, int | None, str]:
    """(file, height, what was expected and found)."""
    try:
        finding = audited(files, index).finding
    except CorruptLedgerError as error:
        return Path(error.file).name, error.height, str(error)
    assert finding is not None
    return Path(finding.file).name, finding.height, f"{finding.expected}: {finding.found}"


def test_a_ledger_with_every_kind_of_entry_is_right_with_its_index(tmp_path: Path) -> None:
    index = SqliteStore(tmp_path / "index.sqlite")
    stored(tmp_path / "ledger", index)
    report = audited(tmp_path / "ledger", index)
    assert (report.finding, report.height, report.index_height) == (None, *2 * (len(ENTRIES),))
    assert report.notes == ()


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.name)
def test_every_tampering_with_the_files_is_found_and_named(
    tmp_path: Path, tampering: Tampering
) -> None:
    index = MemoryStore()
    stored(tmp_path, index).close()
    tampering.do(Target(tmp_path, GENESIS, BRIBED))
    file, height, text = place_found(tmp_path, index)
    assert file.startswith(tampering.file)
    assert tampering.found in text
    assert tampering.height in {None, height}


def test_one_byte_in_each_kind_of_the_index_is_found_and_the_key_named(tmp_path: Path) -> None:
    index = MemoryStore()
    stored(tmp_path, index)
    kinds = kinds_in(index)
    known = {key[:1] for key in kinds.values()}
    assert known == {prefix[:1] for prefix in FACT_PREFIXES} | {b"!", b"h", b"k", b"p", b"v"}
    for name, key in kinds.items():
        right = index.get(key) or b""
        flip_value(index, key)
        finding = audited(tmp_path, index).finding
        assert finding is not None, name
        assert (finding.file, finding.key) == ("index", key), name
        index.write([(key, right)])
    assert audited(tmp_path, index).finding is None


def test_a_pair_that_is_missing_or_added_in_the_index_is_found(tmp_path: Path) -> None:
    index = MemoryStore()
    stored(tmp_path, index)
    for key in kinds_in(index).values():
        right = index.get(key) or b""
        index.write((), [key])
        report = audited(tmp_path, index)
        if key in {b"!a", b"!d"}:  # without them the index says itself that it is to be made anew
            assert (report.finding is None) == (key == b"!d")
        else:
            assert report.finding is not None
            assert report.finding.key in {key, b"!e", b"!c" + bytes(7) + b"\1"}
        index.write([(key, right), (key + b"x", b"added")])
        assert audited(tmp_path, index).finding is not None
        index.write((), [key + b"x"])


@settings(max_examples=60)
@given(data=st.data())
def test_any_byte_of_the_ledger_files_is_found(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = tmp_path_factory.mktemp("ledger")
    stored(files, MemoryStore()).close()
    path = data.draw(st.sampled_from(sorted(files.iterdir())))
    content = bytearray(path.read_bytes())
    offset = data.draw(st.integers(0, len(content) - 1))
    content[offset] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    assert path.name == place_found(files, MemoryStore())[0]


def test_an_index_that_is_behind_the_files_is_compared_at_its_own_height(tmp_path: Path) -> None:
    index = MemoryStore()
    ledger = stored(tmp_path, MemoryStore())
    ledger.close()
    opened = FileLedger(tmp_path, KEYRING.network_id, read_only=True)
    audit(GENESIS, opened, index, lambda _done, _all: None, to=4)
    report = audited(tmp_path, index)
    assert (report.finding, report.height, report.index_height) == (None, len(ENTRIES), 4)
    assert report.notes == ("index is at block 4: the next start goes on there",)
    flip_value(index, next(iter(kinds_in(index).values())))
    assert audited(tmp_path, index).finding is not None


def test_an_index_that_is_ahead_of_the_files_tells_of_blocks_that_were_cut_off(
    tmp_path: Path,
) -> None:
    index = MemoryStore()
    stored(tmp_path, index).close()
    for name in ("blocks", "certificates"):
        rewrite(Target(tmp_path, GENESIS, BRIBED), name, lambda records: records[:3])
    finding = audited(tmp_path, index).finding
    assert finding is not None
    assert (finding.file, finding.height) == ("index", len(ENTRIES))
