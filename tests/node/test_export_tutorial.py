"""The Python of docs/export.md, which needs nothing of this program, does what it says."""

import gzip
from pathlib import Path

import pytest
from builders.exports import exported
from builders.whole_ledger import ENTRIES, stored

from ledger.memory import MemoryStore

DOCUMENT = (Path(__file__).parents[2] / "docs/export.md").read_text()
PROGRAM = DOCUMENT.partition("```python\n")[2].partition("```")[0]


@pytest.mark.parametrize("first", [1, 5])
def test_the_program_reads_an_export_and_tells_its_head(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], first: int
) -> None:
    ledger = stored(tmp_path / "ledger", MemoryStore())
    (tmp_path / "export").write_bytes(gzip.compress(b"".join(exported(ledger, first))))
    exec(PROGRAM, {"export_file": tmp_path / "export"})
    assert capsys.readouterr().out == f"{len(ENTRIES)} {ledger.head_hash.hex()}\n"


def test_the_program_fails_where_a_block_is_exchanged_or_the_digest_is_wrong(
    tmp_path: Path,
) -> None:
    lines = exported(stored(tmp_path / "ledger", MemoryStore()))
    exchanged = [*lines[:3], lines[4], lines[3], *lines[5:]]
    without_certificate = [*lines[:3], lines[3].partition(b',"c')[0] + b"}\n", *lines[4:]]
    for forged, said in ((exchanged, "block 3"), (without_certificate, "digest")):
        (tmp_path / "export").write_bytes(gzip.compress(b"".join(forged)))
        with pytest.raises(AssertionError, match=said):
            exec(PROGRAM, {"export_file": tmp_path / "export"})


def test_the_program_reads_exports_that_are_joined_to_one_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = stored(tmp_path / "ledger", MemoryStore())
    pieces = [exported(ledger, last=5), exported(ledger, 6)]
    joined = b"".join(gzip.compress(b"".join(piece)) for piece in pieces)
    (tmp_path / "export").write_bytes(joined)
    exec(PROGRAM, {"export_file": tmp_path / "export"})
    assert capsys.readouterr().out == f"{len(ENTRIES)} {ledger.head_hash.hex()}\n"


def test_the_program_fails_on_pieces_that_do_not_join_and_on_one_that_is_cut_off(
    tmp_path: Path,
) -> None:
    ledger = stored(tmp_path / "ledger", MemoryStore())
    first, third = exported(ledger, last=5), exported(ledger, 7)
    for forged, said in (
        ([*first, *third], "a gap"),
        ([*first, *first], "a gap"),
        (first[:-1], "cut off"),
        ([*first, *exported(ledger, 6)[:-1]], "cut off"),
        ([first[0].replace(b'"networkId":"', b'"networkId":"0'), *first[1:]], "block 1"),
    ):
        (tmp_path / "export").write_bytes(gzip.compress(b"".join(forged)))
        with pytest.raises(AssertionError, match=said):
            exec(PROGRAM, {"export_file": tmp_path / "export"})
