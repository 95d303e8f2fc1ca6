"""One contract for every key-value store."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ledger.memory import MemoryStore
from ledger.sqlite import SqliteStore
from ledger.store import KeyValueStore, prefix_end


def open_memory(_: Path) -> KeyValueStore:
    return MemoryStore()


def open_sqlite(directory: Path) -> KeyValueStore:
    return SqliteStore(directory / "index.db")


def open_leveldb(directory: Path) -> KeyValueStore:
    from ledger.leveldb import LevelStore  # noqa: PLC0415 - its wheel is not for every platform

    return LevelStore(directory / "index")


HAS_LEVELDB = importlib.util.find_spec("plyvel") is not None
DURABLE = [open_sqlite, open_leveldb] if HAS_LEVELDB else [open_sqlite]


@pytest.fixture(params=[open_memory, *DURABLE])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KeyValueStore]:
    opened = request.param(tmp_path)
    yield opened
    opened.close()


def pairs(*numbers: int) -> list[tuple[bytes, bytes]]:
    return [(b"k%02d" % number, b"v%d" % number) for number in numbers]


def test_what_was_put_is_found_until_it_is_deleted(store: KeyValueStore) -> None:
    assert store.get(b"k01") is None
    store.write(pairs(1, 2))
    assert (store.get(b"k01"), store.get(b"k02")) == (b"v1", b"v2")
    store.write([(b"k01", b"changed")], [b"k02", b"never there"])
    assert (store.get(b"k01"), store.get(b"k02")) == (b"changed", None)


def test_empty_values_and_bytes_of_every_kind_are_kept(store: KeyValueStore) -> None:
    every = bytes(range(256))
    store.write([(b"empty", b""), (every, every)])
    assert (store.get(b"empty"), store.get(every)) == (b"", every)


def test_a_key_that_is_put_and_deleted_is_deleted(store: KeyValueStore) -> None:
    store.write(pairs(1), [b"k01"])
    assert store.get(b"k01") is None


def test_the_last_of_two_values_of_a_key_counts(store: KeyValueStore) -> None:
    store.write([(b"k", b"first"), (b"k", b"last")])
    assert store.get(b"k") == b"last"


def test_a_write_takes_iterators(store: KeyValueStore) -> None:
    store.write(iter(pairs(1, 2)), iter([b"k02"]))
    assert list(store.scan()) == pairs(1)


def test_a_scan_goes_from_start_to_before_stop_in_order(store: KeyValueStore) -> None:
    store.write(pairs(3, 1, 2, 5, 4))
    assert list(store.scan()) == pairs(1, 2, 3, 4, 5)
    assert list(store.scan(b"k02", b"k04")) == pairs(2, 3)
    assert list(store.scan(b"k03")) == pairs(3, 4, 5)
    assert list(store.scan(stop=b"k03")) == pairs(1, 2)
    assert list(store.scan(b"k02", b"k05", reverse=True)) == pairs(4, 3, 2)
    assert list(store.scan(reverse=True, limit=2)) == pairs(5, 4)
    assert list(store.scan(limit=2)) == pairs(1, 2)
    assert list(store.scan(limit=0)) == []
    assert list(store.scan(b"k04", b"k02")) == []


def test_keys_are_ordered_as_bytes(store: KeyValueStore) -> None:
    keys = [b"\0", b"\0\0", b"A", b"a", b"\x7f", b"\x80", b"\xff", b"\xff\xff"]
    store.write([(key, b"") for key in reversed(keys)])
    assert [key for key, _ in store.scan()] == keys


def test_a_long_scan_gives_each_key_once(store: KeyValueStore) -> None:
    every = [(b"%05d" % number, b"") for number in range(2_500)]
    store.write(every)
    assert list(store.scan()) == every
    assert list(store.scan(reverse=True)) == every[::-1]
    assert list(store.scan(limit=1_500)) == every[:1_500]
    assert list(store.scan(b"00100", b"02400")) == every[100:2_400]


def test_a_scan_lives_through_a_write(store: KeyValueStore) -> None:
    every = [(b"%05d" % number, b"") for number in range(2_500)]
    store.write(every)
    scan = store.scan()
    first = next(scan)
    store.write([(b"00000x", b""), (b"99999", b"")], [b"02000"])
    seen = [first[0], *(key for key, _ in scan)]
    assert seen == sorted(set(seen))
    # Only the keys that the write touched may be there or not.
    untouched = {key for key, _ in every} - {b"02000"}
    assert untouched <= set(seen) <= untouched | {b"02000", b"00000x", b"99999"}


@given(
    st.lists(
        st.tuples(
            st.dictionaries(st.binary(min_size=1, max_size=2), st.binary(max_size=3), max_size=5),
            st.lists(st.binary(min_size=1, max_size=2), max_size=3),
        ),
        max_size=6,
    ),
    st.binary(max_size=2),
    st.none() | st.binary(max_size=2),
)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([({b"a": b""}, [])], b"a", None)  # the only key is the start
def test_a_store_is_a_sorted_dict(
    store: KeyValueStore,
    writes: list[tuple[dict[bytes, bytes], list[bytes]]],
    start: bytes,
    stop: bytes | None,
) -> None:
    store.write([], [key for key, _ in store.scan()])
    model: dict[bytes, bytes] = {}
    for puts, deletes in writes:
        store.write(puts.items(), deletes)
        model |= puts
        for key in deletes:
            model.pop(key, None)
    expected = sorted(
        (key, value)
        for key, value in model.items()
        if start <= key and (stop is None or key < stop)
    )
    assert list(store.scan(start, stop)) == expected
    assert list(store.scan(start, stop, reverse=True)) == expected[::-1]


@pytest.mark.parametrize("reopen", DURABLE)
def test_a_store_on_disk_keeps_its_content(
    reopen: Callable[[Path], KeyValueStore], tmp_path: Path
) -> None:
    store = reopen(tmp_path)
    store.write(pairs(1, 2))
    store.close()
    again = reopen(tmp_path)
    assert list(again.scan()) == pairs(1, 2)
    again.close()


@pytest.mark.parametrize("reopen", DURABLE)
def test_a_store_that_cannot_be_opened_is_named(
    reopen: Callable[[Path], KeyValueStore], tmp_path: Path
) -> None:
    (tmp_path / "index").write_bytes(b"no directory")
    (tmp_path / "index.db").write_bytes(b"no database" * 1_000)
    with pytest.raises(OSError, match="index"):
        reopen(tmp_path)


def test_the_end_of_a_prefix() -> None:
    assert [prefix_end(prefix) for prefix in (b"a", b"a\xff", b"\xff", b"")] == [
        b"b",
        b"b",
        None,
        None,
    ]


@pytest.mark.skipif(not HAS_LEVELDB, reason="there is no LevelDB here")
def test_a_leveldb_with_a_damaged_log_is_not_opened_without_what_the_log_held(
    tmp_path: Path,
) -> None:
    """By default LevelDB leaves a damaged piece of its log out, and takes what stands behind it."""
    store = open_leveldb(tmp_path)
    for number in range(4):
        store.write([(b"key %d" % number, bytes(40_000))])
    store.close()
    log = max((tmp_path / "index").glob("*.log"))
    content = bytearray(log.read_bytes())
    content[50_000] ^= 1
    log.write_bytes(content)
    with pytest.raises(OSError, match="index"):
        open_leveldb(tmp_path)
