"""The log files: what is written is read, and no damage is passed over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from builders.ledgers import digest_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger import segments
from ledger.errors import CorruptLedgerError
from ledger.record_log import Location, MemoryLog, RecordLog
from ledger.segments import SegmentLog

NETWORK = digest_of("network")
RECORDS = [b"first", b"second record", b"\0" * 20, b"last"]
HEAD, RECORD_HEAD = 52, 12


def log_in(directory: Path, *, limit: int = 1 << 20, read_only: bool = False) -> SegmentLog:
    return SegmentLog(directory, "blocks", NETWORK, segment_bytes_max=limit, read_only=read_only)


def filled(directory: Path, *, limit: int = 1 << 20) -> list[Path]:
    """A directory with the records in it; its segment files."""
    log = log_in(directory, limit=limit)
    for record in RECORDS:
        log.append(record)
    log.sync()
    log.close()
    return sorted(directory.iterdir())


def content(log: RecordLog) -> list[bytes]:
    return [record for _, record in log.records()]


@pytest.fixture(params=["memory", "files"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RecordLog]:
    opened: RecordLog = MemoryLog() if request.param == "memory" else log_in(tmp_path, limit=90)
    yield opened
    opened.close()


def test_records_come_back_in_order_and_by_location(log: RecordLog) -> None:
    locations = [log.append(record) for record in RECORDS]
    log.sync()
    assert list(log.records()) == list(zip(locations, RECORDS, strict=True))
    assert [log.read(location) for location in locations] == RECORDS
    for count, location in enumerate(locations, 1):
        assert [record for _, record in log.records(location)] == RECORDS[count:]
    assert log.size_bytes(locations[-1]) == 0
    assert log.size_bytes() > log.size_bytes(locations[0]) > log.size_bytes(locations[1]) > 0


def test_a_location_where_nothing_is_is_an_error(log: RecordLog) -> None:
    location = log.append(b"record")
    for wrong in (
        location._replace(offset=location.offset + 1_000),
        location._replace(segment=2),
        location._replace(segment=0),
        location._replace(offset=-1),
    ):
        with pytest.raises(CorruptLedgerError):
            log.read(wrong)


def test_a_log_without_a_record_leaves_no_file(tmp_path: Path) -> None:
    log = log_in(tmp_path / "ledger")
    log.sync()
    log.close()
    assert (content(log), (tmp_path / "ledger").exists()) == ([], False)


def test_the_bytes_of_a_segment_are_the_known_ones(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    assert path.name == "blocks-000001.log"
    head, body = path.read_bytes()[:HEAD], path.read_bytes()[HEAD:]
    assert head[:16] == b"ipregldg" + b"\0\0\0\1" + b"\0\0\0\1"
    assert head[16:48] == NETWORK
    assert body[:4] + body[RECORD_HEAD : RECORD_HEAD + 5] == b"\0\0\0\5first"
    # CRC-32 of the length, then of the content, as zlib and gzip have it.
    assert body[4:12].hex() == "512e2b93" + "9271ee57"


def test_a_record_that_does_not_fit_begins_a_segment(tmp_path: Path) -> None:
    limit = HEAD + 2 * RECORD_HEAD + len(RECORDS[0]) + len(RECORDS[1])
    paths = filled(tmp_path, limit=limit)
    assert [path.name for path in paths] == [f"blocks-00000{number}.log" for number in (1, 2, 3)]
    assert paths[0].stat().st_size == limit
    assert content(log_in(tmp_path, limit=limit)) == RECORDS


@pytest.mark.parametrize(("limit", "message"), [(1 << 20, "which has room"), (90, "at most 90")])
def test_a_record_in_another_segment_than_it_belongs_is_an_error(
    tmp_path: Path, limit: int, message: str
) -> None:
    filled(tmp_path, limit=120)
    with pytest.raises(CorruptLedgerError, match=message):
        content(log_in(tmp_path, limit=limit))


def test_a_segment_without_a_record_takes_the_next_one_whatever_its_length(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    head = path.read_bytes()[:HEAD]
    path.write_bytes(head)
    log = log_in(tmp_path, limit=60)
    log.append(RECORDS[1])
    log.close()
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_a_record_longer_than_a_segment_gets_its_own(tmp_path: Path) -> None:
    assert len(filled(tmp_path, limit=10)) == len(RECORDS)
    assert content(log_in(tmp_path, limit=10)) == RECORDS


@given(st.lists(st.binary(min_size=1, max_size=40), min_size=1), st.data())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_restarts_leave_no_trace_in_the_files(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], data: st.DataObject
) -> None:
    once, often = tmp_path_factory.mktemp("once"), tmp_path_factory.mktemp("often")
    straight, restarted = log_in(once, limit=150), log_in(often, limit=150)
    for record in records:
        straight.append(record)
        if data.draw(st.booleans()):
            restarted.close()
            restarted = log_in(often, limit=150)
        restarted.append(record)
    straight.close()
    restarted.close()
    assert [(p.name, p.read_bytes()) for p in sorted(once.iterdir())] == [
        (p.name, p.read_bytes()) for p in sorted(often.iterdir())
    ]


def test_no_flipped_byte_is_passed_over(tmp_path: Path) -> None:
    paths = filled(tmp_path, limit=90)
    assert len(paths) == 4
    for path in paths:
        right = path.read_bytes()
        for place in range(len(right)):
            path.write_bytes(right[:place] + bytes([right[place] ^ 1]) + right[place + 1 :])
            with pytest.raises(CorruptLedgerError) as caught:
                content(log_in(tmp_path, limit=90))
            assert caught.value.file == str(path)
            assert caught.value.offset <= place
        path.write_bytes(right)
    assert content(log_in(tmp_path, limit=90)) == RECORDS


def test_a_flipped_byte_is_found_by_reading_the_record_alone(tmp_path: Path) -> None:
    paths = filled(tmp_path, limit=90)
    log = log_in(tmp_path, limit=90)
    (location, _), *_ = log.records()
    right = paths[0].read_bytes()
    for place in range(location.offset, location.offset + RECORD_HEAD + location.size):
        paths[0].write_bytes(right[:place] + bytes([right[place] ^ 1]) + right[place + 1 :])
        with pytest.raises(CorruptLedgerError, match=r"blocks-000001\.log: at offset 52"):
            log.read(location)


def test_a_last_record_that_is_not_complete_is_cut_off_and_noted(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    right = path.read_bytes()
    end = len(right) - len(RECORDS[-1]) - RECORD_HEAD
    for size in range(end + 1, len(right)):
        path.write_bytes(right[:size])
        log = log_in(tmp_path)
        assert content(log) == RECORDS[:-1]
        assert f"cut off {size - end} bytes at offset {end}" in log.notes[0]
        assert path.read_bytes() == right[:end]
        log.append(RECORDS[-1])
        log.close()
        assert path.read_bytes() == right


def test_a_segment_whose_head_is_not_complete_is_removed_and_noted(tmp_path: Path) -> None:
    paths = filled(tmp_path, limit=90)
    right = paths[-1].read_bytes()
    for size in range(HEAD):
        paths[-1].write_bytes(right[:size])
        log = log_in(tmp_path, limit=90)
        assert content(log) == RECORDS[:-1]
        assert "head was not complete" in log.notes[0]
        log.append(RECORDS[-1])
        log.close()
        assert paths[-1].read_bytes() == right


def test_zeros_behind_the_last_record_are_cut_off_and_noted(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    right = path.read_bytes()
    for count in (1, 11, 12, 13, 5_000):
        path.write_bytes(right + bytes(count))
        log = log_in(tmp_path)
        assert content(log) == RECORDS
        assert f"cut off {count} bytes" in log.notes[0]
        assert path.read_bytes() == right


def test_a_last_record_with_zeros_for_a_sector_is_cut_off_and_noted(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for record in (b"x" * 700, b"y" * 1_500):
        log.append(record)
    log.close()
    (path,) = tmp_path.iterdir()
    right, end = path.read_bytes(), HEAD + RECORD_HEAD + 700
    for start, stop in ((1_024, 1_536), (2_048, len(right)), (1_024, len(right))):
        path.write_bytes(right[:start] + bytes(stop - start) + right[stop:])
        assert content(log_in(tmp_path, read_only=True)) == [b"x" * 700]
        log = log_in(tmp_path)
        assert content(log) == [b"x" * 700]
        assert "zeros inside" in log.notes[0]
        assert path.read_bytes() == right[:end]


@pytest.mark.parametrize("before", range(512 - HEAD - RECORD_HEAD - 14, 512 - HEAD - RECORD_HEAD))
def test_a_last_record_of_which_half_the_head_is_zeros_is_cut_off(
    before: int, tmp_path: Path
) -> None:
    log = log_in(tmp_path)
    for record in (b"x" * before, b"y" * 700):
        log.append(record)
    log.close()
    (path,) = tmp_path.iterdir()
    right = path.read_bytes()
    path.write_bytes(right[:512] + bytes(len(right) - 512))
    assert content(log_in(tmp_path)) == [b"x" * before]


def test_what_an_earlier_process_wrote_is_synced_before_anything_rests_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = log_in(tmp_path)
    log.append(b"x")
    log.close()
    synced: list[int] = []
    monkeypatch.setattr(segments, "_fdatasync", synced.append)
    log = log_in(tmp_path)
    log.sync()
    assert len(synced) == 1
    log.sync()
    assert len(synced) == 1
    log.close()


def test_zeros_in_a_record_before_the_last_are_an_error(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    for record in (b"x" * 1_500, b"y"):
        log.append(record)
    log.close()
    (path,) = tmp_path.iterdir()
    right = path.read_bytes()
    path.write_bytes(right[:512] + bytes(512) + right[1_024:])
    with pytest.raises(CorruptLedgerError, match="at offset 52"):
        log_in(tmp_path)


@pytest.mark.parametrize("place", [52, 70], ids=["length", "content"])
def test_damage_before_a_torn_tail_is_an_error(tmp_path: Path, place: int) -> None:
    log = log_in(tmp_path)
    for record in (b"x" * 1_500, b"y" * 1_500):
        log.append(record)
    log.close()
    (path,) = tmp_path.iterdir()
    damaged = bytearray(path.read_bytes()) + bytes(2_048)
    damaged[place] ^= 1
    path.write_bytes(bytes(damaged))
    with pytest.raises(CorruptLedgerError, match="at offset 52"):
        log_in(tmp_path)


def test_an_incomplete_record_before_the_last_segment_is_an_error(tmp_path: Path) -> None:
    first, *_ = filled(tmp_path, limit=90)
    first.write_bytes(first.read_bytes()[:-1])
    with pytest.raises(CorruptLedgerError, match=r"000001\.log"):
        content(log_in(tmp_path, limit=90))


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    first, *_ = filled(tmp_path, limit=90)
    first.unlink()
    with pytest.raises(CorruptLedgerError, match="expected segment 1"):
        log_in(tmp_path, limit=90)


def test_the_files_of_another_network_are_named(tmp_path: Path) -> None:
    filled(tmp_path)
    with pytest.raises(CorruptLedgerError, match="expected head"):
        SegmentLog(tmp_path, "blocks", digest_of("another network"))


def test_read_only_nothing_is_changed(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    torn = path.read_bytes()[:-1]
    path.write_bytes(torn)
    log = log_in(tmp_path, read_only=True)
    assert content(log) == RECORDS[:-1]
    assert len(log.notes) == 1
    assert path.read_bytes() == torn
    with pytest.raises(OSError, match="closed to writing"):
        log.append(b"more")


def test_after_a_failed_write_nothing_more_is_written(tmp_path: Path) -> None:
    (path,) = filled(tmp_path)
    log = log_in(tmp_path)
    path.chmod(0o400)
    path.unlink()
    path.mkdir()  # opening it for writing fails
    with pytest.raises(IsADirectoryError):
        log.append(b"more")
    path.rmdir()
    with pytest.raises(OSError, match="closed to writing"):
        log.append(b"more")


def test_an_empty_record_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="expected a record of 1"):
        log_in(tmp_path).append(b"")


def test_locations_are_plain_places(tmp_path: Path) -> None:
    log = log_in(tmp_path)
    assert [log.append(record) for record in RECORDS[:2]] == [
        Location(1, HEAD, 5),
        Location(1, HEAD + RECORD_HEAD + 5, 13),
    ]
    log.close()


@pytest.mark.parametrize("synced", [0, 1, 2])
def test_a_power_cut_at_any_byte_leaves_what_was_synced_and_a_beginning_of_the_rest(
    synced: int, tmp_path: Path
) -> None:
    """A new segment begins with a sync of the one before: so only the last can be torn, and it may be missing."""
    limit = HEAD + 3 * RECORD_HEAD + sum(map(len, RECORDS[:3]))
    whole = {path: path.read_bytes() for path in filled(tmp_path, limit=limit)}
    first, last = whole
    ends = [
        HEAD + sum(RECORD_HEAD + len(record) for record in RECORDS[:count]) for count in range(4)
    ]
    states = [(end, None) for end in range(ends[synced], ends[3] + 1)]
    for in_first, in_last in [*states, *((ends[3], end) for end in range(len(whole[last]) + 1))]:
        first.write_bytes(whole[first][:in_first])
        last.unlink(missing_ok=True)
        if in_last is not None:
            last.write_bytes(whole[last][:in_last])
        log = log_in(tmp_path, limit=limit)
        kept = content(log)
        assert kept == RECORDS[: len(kept)], (in_first, in_last)
        assert len(kept) >= synced
        for record in RECORDS[len(kept) :]:
            log.append(record)
        log.close()
        assert {path: path.read_bytes() for path in sorted(tmp_path.iterdir())} == whole
