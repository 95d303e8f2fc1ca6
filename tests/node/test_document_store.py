"""Documents at rest: encrypted, whole or not at all, continued after interruptions."""

import os
import secrets
from hashlib import sha256
from pathlib import Path

import pytest
from builders.vectors import vectors
from hypothesis import given
from hypothesis import strategies as st

from crypto.signing import SigningKey
from node.reports.document_errors import AlteredDocumentError, DamagedDocumentError
from node.reports.document_file import (
    CHUNK_SIZE,
    TAG_SIZE,
    DocumentReader,
    DocumentWriter,
    file_size,
)
from node.reports.document_store import (
    FETCHED_SECONDS,
    PART_SECONDS,
    DocumentStore,
    StoreFullError,
)

KEY = bytes(range(32))
OFFICE_KEY = SigningKey(bytes(32))
SIZES = st.sampled_from(
    (1, 2, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 2 * CHUNK_SIZE, 3 * CHUNK_SIZE + 5)
)
CONTENT = bytes(number * 7 % 251 for number in range(3 * CHUNK_SIZE + 5))


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def written(path: Path, content: bytes) -> Path:
    writer = DocumentWriter(path, KEY, digest(content), len(content))
    writer.write(content)
    writer.finish()
    return path


def read(path: Path, start: int = 0, key: bytes = KEY) -> bytes:
    with DocumentReader(path, key) as document:
        return b"".join(document.parts(start))


@given(SIZES, st.integers(1, 3 * CHUNK_SIZE), st.integers(0, 3 * CHUNK_SIZE + 4))
def test_what_was_written_in_any_parts_is_read_from_any_byte_on(
    tmp_path_factory: pytest.TempPathFactory, size: int, part: int, start: int
) -> None:
    path = tmp_path_factory.mktemp("document") / "document"
    content = CONTENT[:size]
    writer = DocumentWriter(path, KEY, digest(content), size)
    for place in range(0, size, part):
        writer.write(content[place : place + part])
    writer.finish()
    assert path.stat().st_size == file_size(size)
    assert read(path, min(start, size - 1)) == content[min(start, size - 1) :]


@given(SIZES, st.integers(0, 3 * CHUNK_SIZE), st.integers(0, 200))
def test_what_was_interrupted_anywhere_is_continued(
    tmp_path_factory: pytest.TempPathFactory, size: int, came: int, lost: int
) -> None:
    path = tmp_path_factory.mktemp("document") / "document"
    content = CONTENT[:size]
    writer = DocumentWriter(path, KEY, digest(content), size)
    writer.write(content[:came])
    writer.close()
    os.truncate(path, max(path.stat().st_size - lost, 0))
    again = DocumentWriter(path, KEY, digest(content), size)
    assert again.received % CHUNK_SIZE == 0
    assert again.received <= came
    again.write(content[again.received :])
    again.finish()
    assert read(path) == content


def test_a_whole_chunk_that_came_is_not_asked_for_again(tmp_path: Path) -> None:
    writer = DocumentWriter(tmp_path / "document", KEY, digest(CONTENT), len(CONTENT))
    writer.write(CONTENT[: 2 * CHUNK_SIZE + 9])
    writer.close()
    again = DocumentWriter(tmp_path / "document", KEY, digest(CONTENT), len(CONTENT))
    assert again.received == 2 * CHUNK_SIZE
    again.close()
    other = DocumentWriter(tmp_path / "document", KEY, digest(b"other"), 5)
    assert other.received == 0
    other.close()


@pytest.mark.parametrize("place", [0, 9, 15, 30, 60, 88, 1_000, -1])
def test_a_changed_byte_is_found(tmp_path: Path, place: int) -> None:
    path = written(tmp_path / "document", CONTENT)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(DamagedDocumentError):
        read(path)


def test_chunks_cannot_be_left_out_swapped_or_read_under_another_key(tmp_path: Path) -> None:
    path = written(tmp_path / "document", CONTENT)
    data, sealed = path.read_bytes(), CHUNK_SIZE + TAG_SIZE
    head, first, second = data[:88], data[88:][:sealed], data[88 + sealed :][:sealed]
    rest = data[88 + 2 * sealed :]
    for changed in (head + second + first + rest, head + first + rest, data[:-1], head):
        path.write_bytes(changed)
        with pytest.raises(DamagedDocumentError):
            read(path)
    path.write_bytes(data)
    with pytest.raises(DamagedDocumentError):
        read(path, key=bytes(32))
    assert read(path) == CONTENT


def test_the_file_tells_nothing_of_the_document(tmp_path: Path) -> None:
    content = b"not before the publication " * 5_000
    data = written(tmp_path / "first", content).read_bytes()
    assert b"publication" not in data
    assert (tmp_path / "first").stat().st_mode & 0o777 == 0o600
    again = written(tmp_path / "again", content).read_bytes()
    assert again[88:] != data[88:]


@pytest.mark.parametrize("came", [b"another", b"short", b"longer than it", b""])
def test_what_is_not_the_document_that_was_announced_is_refused_with_both_hashes(
    tmp_path: Path, came: bytes
) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    writer = store.begin_deposit(digest(b"promise"), 7)
    with pytest.raises(AlteredDocumentError) as refusal:
        put(store, writer, came)
    assert refusal.value.expected == digest(b"promise")
    assert refusal.value.received == digest(came)
    assert not store.holds(digest(b"promise"))
    assert list((tmp_path / "deposited").iterdir()) == []
    assert store.used_bytes() == 0


def deposited(store: DocumentStore, content: bytes) -> None:
    put(store, store.begin_deposit(digest(content), len(content)), content)


def put(store: DocumentStore, writer: DocumentWriter, content: bytes) -> None:
    try:
        writer.write(content)
    except AlteredDocumentError:
        store.discard(writer)
        raise
    store.keep_deposited(writer)


def test_the_store_keeps_what_it_has_room_for(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 2 * file_size(100))
    deposited(store, b"a" * 100)
    first = store.begin_deposit(digest(b"b" * 100), 100)
    with pytest.raises(StoreFullError):
        store.begin_deposit(digest(b"c"), 1)
    store.discard(first)
    deposited(store, b"b" * 100)
    assert store.used_bytes() == 2 * file_size(100)
    store.withdraw(digest(b"b" * 100))
    assert store.used_bytes() == file_size(100)


def test_a_restart_keeps_what_was_kept_and_forgets_deposits_under_way(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    deposited(store, b"kept")
    store.begin_deposit(digest(b"under way"), 9).close()
    partly = store.begin_fetch("AU.report", digest(CONTENT), len(CONTENT))
    partly.write(CONTENT[: CHUNK_SIZE + 5])
    store.interrupt(partly)
    again = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    assert [path.name for path in (tmp_path / "deposited").iterdir()] == [digest(b"kept")]
    with again.read_deposited(digest(b"kept")) as document:
        assert b"".join(document.parts()) == b"kept"
    continued = again.begin_fetch("AU.report", digest(CONTENT), len(CONTENT))
    assert continued.received == CHUNK_SIZE + 5
    again.interrupt(continued)


def fetched(store: DocumentStore, folder: Path, content: bytes) -> Path:
    """The file of a document that came as that of `AU.report`."""
    writer = store.begin_fetch("AU.report", digest(content), len(content))
    writer.write(content)
    store.keep_fetched(writer)
    return folder / "fetched" / digest(b"AU.report")


def test_a_document_that_came_for_one_report_is_not_that_of_another(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    fetched(store, tmp_path, CONTENT)
    assert store.read_fetched("EP.report", digest(CONTENT)) is None
    assert store.read_fetched("AU.report", digest(b"another document")) is None


@pytest.mark.parametrize("place", [0, 90, -1])
def test_a_damaged_copy_is_removed_when_that_is_found_and_fetched_again(
    tmp_path: Path, place: int
) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    path = fetched(store, tmp_path, CONTENT)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    damaged = store.read_fetched("AU.report", digest(CONTENT))
    if damaged is not None:  # its head is as it was
        with damaged, pytest.raises(DamagedDocumentError):
            b"".join(damaged.parts())
        assert not path.exists()
    assert store.read_fetched("AU.report", digest(CONTENT)) is None
    fetched(store, tmp_path, CONTENT)
    healed = store.read_fetched("AU.report", digest(CONTENT))
    assert healed is not None
    with healed:
        assert b"".join(healed.parts()) == CONTENT


def test_a_copy_that_is_forgotten_while_it_is_opened_leaves_no_empty_file(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    path = fetched(store, tmp_path, CONTENT)
    reader = store.read_fetched("AU.report", digest(CONTENT))
    assert reader is not None
    with reader:
        path.unlink()
        reader.touch()
        assert b"".join(reader.parts()) == CONTENT
    assert not path.exists()


def test_documents_of_other_offices_are_forgotten_in_time(tmp_path: Path) -> None:
    store = DocumentStore(tmp_path, OFFICE_KEY, 10**6)
    whole = fetched(store, tmp_path, b"read")
    partly = store.begin_fetch("AU.report", digest(CONTENT), len(CONTENT))
    store.interrupt(partly)
    found = store.read_fetched("AU.report", digest(b"read"))
    assert found is not None
    found.close()
    part = partly.path
    for path, seconds in ((whole, FETCHED_SECONDS), (part, PART_SECONDS)):
        then = path.stat().st_mtime - seconds - 10
        os.utime(path, (then, then))
    assert store.read_fetched("AU.report", digest(b"read")) is None
    assert not part.exists()


def test_the_key_of_the_store_is_not_that_of_the_office(tmp_path: Path) -> None:
    assert OFFICE_KEY.derive(b"one") != OFFICE_KEY.derive(b"another")
    assert len(OFFICE_KEY.derive(b"one")) == 32
    assert OFFICE_KEY.derive(b"one") != SigningKey(b"\1" * 32).derive(b"one")


def test_documents_are_kept_as_the_known_answers_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = vectors("report_documents")
    office_key = SigningKey(bytes.fromhex(known["seed"]))
    store_key = office_key.derive(b"ipregister/documents/v1")
    assert store_key.hex() == known["storeKey"]
    path = tmp_path / "document"
    path.write_bytes(bytes.fromhex(known["small"]["file"]))
    assert read(path, key=store_key) == bytes.fromhex(known["small"]["content"])
    content = bytes(number * number % 251 for number in range(known["large"]["size"]))
    assert digest(content) == known["large"]["digest"]
    salt = bytes.fromhex(known["salt"])
    monkeypatch.setattr(secrets, "token_bytes", lambda _: salt)
    writer = DocumentWriter(tmp_path / "large", store_key, digest(content), len(content))
    writer.write(content)
    writer.finish()
    written = (tmp_path / "large").read_bytes()
    assert (len(written), digest(written)) == (
        known["large"]["fileSize"],
        known["large"]["fileDigest"],
    )
