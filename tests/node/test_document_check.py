"""What the doctor says of the documents in a home."""

from hashlib import sha256
from pathlib import Path

from crypto.signing import SigningKey
from node.reports.document_check import examine_documents
from node.reports.document_store import DocumentStore

CONTENT = b"%PDF-1.7 " + bytes(100_000)
GIBIBYTE = 2**30


def home(folder: Path) -> Path:
    """A store with one document; returns its file."""
    store = DocumentStore(folder, SigningKey(bytes(32)), GIBIBYTE)
    digest = sha256(CONTENT).hexdigest()
    writer = store.begin_deposit(digest, len(CONTENT))
    writer.write(CONTENT)
    store.keep_deposited(writer)
    return folder / "deposited" / digest


def test_a_home_without_documents_is_well(tmp_path: Path) -> None:
    assert examine_documents(tmp_path / "documents", GIBIBYTE) == ("none yet", ())


def test_whole_documents_are_well(tmp_path: Path) -> None:
    home(tmp_path)
    found = examine_documents(tmp_path, GIBIBYTE)
    assert found.told == "1 deposited, 0 of them damaged, 0 unfinished uploads, 0.0 of 1 GiB"
    assert found.fixes == ()


def test_one_that_is_cut_is_named(tmp_path: Path) -> None:
    path = home(tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    (fix,) = examine_documents(tmp_path, GIBIBYTE).fixes
    assert path.name in fix


def test_one_that_others_can_read_is_named(tmp_path: Path) -> None:
    path = home(tmp_path)
    path.chmod(0o644)
    (fix,) = examine_documents(tmp_path, GIBIBYTE).fixes
    assert "chmod 600" in fix


def test_a_store_that_is_nearly_full_says_so(tmp_path: Path) -> None:
    path = home(tmp_path)
    (fix,) = examine_documents(tmp_path, path.stat().st_size).fixes
    assert "storage_gibibytes_max" in fix
