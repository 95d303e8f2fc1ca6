import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from node.journal import FileJournal, check_journal
from node.journal_format import CorruptJournalError


@contextmanager
def opened(path: Path) -> Iterator[FileJournal]:
    journal = FileJournal(path)
    try:
        yield journal
    finally:
        journal.close()


def journal_with(path: Path, *records: bytes) -> bytes:
    with opened(path) as journal:
        for record in records:
            journal.append(record)
    return path.read_bytes()


def test_a_journal_torn_at_any_byte_of_its_last_record_opens_without_it(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    whole = journal_with(path, b"first", b"second record")
    start = len(journal_with(tmp_path / "other", b"first"))
    for end in range(start + 1, len(whole)):
        path.write_bytes(whole[:end])
        with opened(path) as journal:
            assert list(journal.records()) == [b"first"], end
            assert len(journal.notes) == 1
            journal.append(b"third")
            journal.sync()
            assert list(journal.records()) == [b"first", b"third"]


def test_zeros_in_place_of_the_last_record_are_a_torn_tail(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    start = len(journal_with(path, b"first"))
    whole = journal_with(path, os.urandom(100) + b"end of record")
    for zeros_from in (start, start + 12, start + 50):
        path.write_bytes(whole[:zeros_from] + bytes(len(whole) - zeros_from))
        with opened(path) as journal:
            assert list(journal.records()) == [b"first"], zeros_from


@pytest.mark.parametrize("before", range(440, 475))
def test_a_last_record_that_ends_with_a_sector_reads_as_torn_wherever_that_is(
    before: int, tmp_path: Path
) -> None:
    """A power cut leaves whole sectors: of the last one perhaps a few zero bytes, or half of a record's head."""
    path = tmp_path / "journal"
    start = len(journal_with(path, os.urandom(before)))
    whole = journal_with(path, os.urandom(555) + b"end of record")
    for zeros_from in range(start + -start % 512, len(whole), 512):
        path.write_bytes(whole[:zeros_from] + bytes(len(whole) - zeros_from))
        with opened(path) as journal:
            assert [len(record) for record in journal.records()] == [before], zeros_from


def test_what_an_earlier_process_wrote_is_synced_before_anything_rests_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed leaves records in the system's cache: read, relied on, and gone with the power."""
    path = tmp_path / "journal"
    journal_with(path, b"first")
    synced: list[int] = []
    fdatasync = os.fdatasync

    def counted(descriptor: int) -> None:
        synced.append(os.fstat(descriptor).st_ino)
        fdatasync(descriptor)

    monkeypatch.setattr(os, "fdatasync", counted)
    with opened(path) as journal:
        assert list(journal.records()) == [b"first"]
        journal.sync()
        assert synced == [path.stat().st_ino]
        journal.sync()
        assert len(synced) == 1


def test_one_flipped_bit_anywhere_stops_the_start_or_changes_nothing(tmp_path: Path) -> None:
    """A wrong length must not pass for a torn tail: that would forget every vote behind it."""
    path = tmp_path / "journal"
    records = [b"first", b"second", b"third"]
    whole = journal_with(path, *records)
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0x10
        path.write_bytes(bytes(damaged))
        with pytest.raises(CorruptJournalError, match="is damaged"):
            FileJournal(path)
        assert path.read_bytes() == bytes(damaged), "a refused journal is left as it is"


def test_a_flipped_bit_before_a_torn_tail_is_damage_too(tmp_path: Path) -> None:
    """Else one bit in an old record would take every synced promise behind it."""
    path = tmp_path / "journal"
    whole = journal_with(path, b"first", b"second", b"third" * 300)
    for place in range(len(whole) - 1_500):
        damaged = bytearray(whole) + bytes(2_048)
        damaged[place] ^= 0x10
        path.write_bytes(bytes(damaged))
        with pytest.raises(CorruptJournalError, match="is damaged"):
            FileJournal(path)


def test_a_rewritten_journal_holds_only_the_new_records(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal_with(path, *(os.urandom(100) for _ in range(50)))
    with opened(path) as journal:
        assert len(list(journal.records())) == 50
        journal.rewrite([b"a", b"b"])
        journal.append(b"c")
    with opened(path) as journal:
        assert list(journal.records()) == [b"a", b"b", b"c"]


@pytest.mark.parametrize("content", [b"", bytes(40), b"something else"])
def test_a_file_that_does_not_begin_as_a_journal_is_damaged(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    with opened(path) as journal:
        journal.append(b"first")
        journal.rewrite(())
    with opened(path) as journal:
        assert list(journal.records()) == []
    path.write_bytes(content)
    with pytest.raises(CorruptJournalError, match="is damaged: expected a journal"):
        FileJournal(path)


def test_a_power_cut_at_any_byte_leaves_what_was_synced_and_a_beginning_of_the_rest(
    tmp_path: Path,
) -> None:
    path = tmp_path / "journal"
    records = [b"synced", b"one", b"\0" * 30, b"another record", b"x"]
    whole = journal_with(path, *records)
    synced = len(journal_with(tmp_path / "other", records[0]))
    for end in range(synced, len(whole) + 1):
        path.write_bytes(whole[:end])
        with opened(path) as journal:
            kept = list(journal.records())
            assert kept == records[: len(kept)], end
            assert records[0] in kept
            for record in records[len(kept) :]:
                journal.append(record)
        assert path.read_bytes() == whole


@pytest.mark.parametrize("stop", range(4))
def test_a_rewrite_that_stops_before_its_end_leaves_the_old_journal(
    stop: int, tmp_path: Path
) -> None:
    path = tmp_path / "journal"
    whole = journal_with(path, b"old", b"records")

    def records() -> Iterator[bytes]:
        yield from (b"new", b"x" * 20_000, b"ones")[:stop]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        FileJournal(path).rewrite(records())
    assert path.read_bytes() == whole
    assert path.with_suffix(".new").exists()
    with opened(path) as journal:
        assert list(journal.records()) == [b"old", b"records"]
        journal.rewrite([b"third"])
    assert (list(tmp_path.iterdir()), check_journal(path)) == ([path], 1)


def test_what_a_rewrite_left_aside_changes_nothing_wherever_it_stopped(tmp_path: Path) -> None:
    path, aside = tmp_path / "journal", tmp_path / "journal.new"
    old, new = journal_with(path, b"old"), journal_with(tmp_path / "other", b"new", b"records")
    for end in range(len(new) + 1):  # before the rename
        path.write_bytes(old)
        aside.write_bytes(new[:end])
        with opened(path) as journal:
            assert list(journal.records()) == [b"old"]
            journal.rewrite([b"new", b"records"])
        assert (path.read_bytes(), aside.exists()) == (new, False)
        aside.write_bytes(new[:end])
        path.unlink()  # before the rename of the very first journal
        with opened(path) as journal:
            assert list(journal.records()) == []
