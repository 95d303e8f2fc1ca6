"""`ipregister export ledger`, and `ipregister audit` of what it wrote, with their exit codes."""

import gzip
import json
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from builders.exports import exported as lines_of
from builders.exports import resealed, resealed_by, signatory
from builders.ledgers import GENESIS
from builders.office_homes import home_of_au
from builders.offices import key_of
from builders.whole_ledger import ENTRIES, stored

from crypto.digest import sha256
from ledger.export.compression import compressed
from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.auditing.tampering import Target, flip_byte, fork, rewrite
from node.auditing.tamperings import TAMPERINGS, Tampering
from node.cli import run
from node.keystore import write_key

Captured = pytest.CaptureFixture[str]
BLOCKS = len(ENTRIES)
SIGNED_ALL_THE_SAME = {
    "a certificate with 2f signatures",  # in the middle: the audit of the export names it
    "a certificate left out",
    "a certificate file cut within its last certificate",  # it ends a block earlier
}
"""What leaves the blocks as a quorum signed them."""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A copy of an office's data, without its key."""
    home = tmp_path / "home"
    stored(home / "data/ledger", MemoryStore()).close()
    (home / "genesis.json").write_bytes(encode_genesis(GENESIS))
    return home


def told(capsys: Captured, *arguments: object) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run([*map(str, arguments), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert (document["ok"], document.get("exitCode", 0)) == (code == 0, code)
    return code, document


def exported(capsys: Captured, home: Path, name: str, *more: object) -> Path:
    file = home.parent / name
    code, document = told(capsys, "export", "ledger", "--files", home, "-o", file, *more)
    assert code == 0, document
    return file


def audited(capsys: Captured, home: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    return told(capsys, "audit", *arguments, "--trust", home / "genesis.json")


# -- writing -----------------------------------------------------------------------------------------


def test_ledger_files_without_a_key_give_an_export_that_nobody_signed(
    home: Path, capsys: Captured
) -> None:
    file = home.parent / "ledger.jsonl.gz"
    code, document = told(capsys, "export", "ledger", "--files", home, "-o", file)
    assert (code, document["signedBy"]) == (0, None)
    heights = (document["fromHeight"], document["toHeight"], document["certificateCount"])
    assert heights == (1, BLOCKS, BLOCKS)
    content = gzip.decompress(file.read_bytes())
    assert content == b"".join(lines_of(stored(home / "again", MemoryStore()), signed=False))
    code, document = audited(capsys, home, file)
    assert (code, document["height"], document["pieces"][0]["signedBy"]) == (0, BLOCKS, None)
    assert "no office signed" in document["notes"][0]


def test_a_home_with_its_key_signs_and_the_audit_names_who(home: Path, capsys: Captured) -> None:
    write_key(home / "key.pem", sha256(b"EP"))
    for directory in (home, home / "data", home / "data/ledger"):
        file = exported(capsys, directory, "signed.jsonl.gz", "--force")
        code, document = audited(capsys, home, file)
        assert (code, document["pieces"][0]["signedBy"], document["notes"]) == (0, "EP", [])


def test_a_key_of_no_office_of_the_network_signs_nothing(home: Path, capsys: Captured) -> None:
    write_key(home / "key.pem", bytes(32))
    code, document = told(capsys, "export", "ledger", "--files", home, "-o", home / "x")
    assert (code, "no office of this network" in document["error"]) == (4, True)
    assert not (home / "x").exists()


def test_a_copy_of_the_files_alone_needs_the_genesis_and_nobody_signs_for_it(
    home: Path, capsys: Captured
) -> None:
    write_key(home / "key.pem", sha256(b"EP"))
    shutil.copytree(home / "data/ledger", home / "copy")  # beside a key that is not for it
    asked = ("export", "ledger", "--files", home / "copy", "-o", home.parent / "x")
    assert told(capsys, *asked)[0] == 4
    code, document = told(capsys, *asked, "--trust", home / "genesis.json")
    assert (code, document["signedBy"]) == (0, None)


def test_a_later_part_is_audited_behind_an_earlier_one(home: Path, capsys: Captured) -> None:
    first, second = (
        exported(capsys, home, "first", "--to", 5),
        exported(capsys, home, "second", "--from", 6),
    )
    assert audited(capsys, home, first)[1]["height"] == 5
    code, document = audited(capsys, home, second)
    assert (code, document["line"], document["file"]) == (1, 1, str(second))
    code, document = audited(capsys, home, first, second, "--processes", 2)
    assert (code, document["height"], len(document["pieces"])) == (0, BLOCKS, 2)
    code, document = audited(capsys, home, second, first)
    assert (code, document["file"]) == (1, str(second))
    together = home.parent / "together"
    together.write_bytes(first.read_bytes() + second.read_bytes())
    assert audited(capsys, home, together)[1]["height"] == BLOCKS


def test_blocks_that_are_not_there_are_not_exported(home: Path, capsys: Captured) -> None:
    asked = ("export", "ledger", "--files", home, "-o", home / "x")
    assert told(capsys, *asked, "--to", BLOCKS + 1)[0] == 3
    assert told(capsys, *asked, "--from", BLOCKS + 1)[0] == 2


@pytest.mark.parametrize("kept", [0, 4])
def test_no_office_signs_for_blocks_that_no_quorum_signed(
    home: Path, capsys: Captured, kept: int
) -> None:
    write_key(home / "key.pem", sha256(b"EP"))
    rewrite(Target(home / "data/ledger", GENESIS, {}), "certificates", lambda all_: all_[:kept])
    asked = ("export", "ledger", "--files", home, "-o", home / "x", "--force")
    code, document = told(capsys, *asked, "--to", 5)
    assert (code, "expected a certificate" in document["error"]) == (3, True)
    assert not (home / "x").exists()
    code, document = told(capsys, *asked)
    assert (code, document.get("toHeight")) == ((0, kept) if kept else (3, None))
    assert told(capsys, *asked, "--to", 3)[0] == (0 if kept else 3)


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.name)
def test_no_office_signs_for_tampered_files(
    home: Path, capsys: Captured, tampering: Tampering
) -> None:
    """What stands in an export is what a quorum signed, or nothing is exported."""
    write_key(home / "key.pem", sha256(b"EP"))
    whole = gzip.decompress(exported(capsys, home, "whole").read_bytes()).splitlines()
    bribed = {office: key_of(office) for office in ("AU", "EP")}
    tampering.do(Target(home / "data/ledger", GENESIS, bribed))
    code, _ = told(capsys, "export", "ledger", "--files", home, "-o", home / "x")
    if code == 0:
        assert tampering.name in SIGNED_ALL_THE_SAME
        lines = gzip.decompress((home / "x").read_bytes()).splitlines()[1:-1]
        assert [json.loads(line)["block"] for line in lines] == [
            json.loads(line)["block"] for line in whole[1 : 1 + len(lines)]
        ]
    else:
        assert (code in {1, 3}, (home / "x").exists()) == (True, False)


def test_an_export_that_ends_between_two_certificates_is_held_against_the_later_one(
    home: Path, capsys: Captured
) -> None:
    write_key(home / "key.pem", sha256(b"EP"))
    target = Target(home / "data/ledger", GENESIS, {})
    rewrite(target, "certificates", lambda all_: all_[:2] + all_[5:])
    assert exported(capsys, home, "file", "--to", 4).exists()
    forged = Target(home / "data/ledger", GENESIS, {"AU": key_of("AU"), "EP": key_of("EP")})
    rewrite(forged, "certificates", lambda all_: all_[:2])
    fork(forged)
    code, _ = told(capsys, "export", "ledger", "--files", home, "-o", home / "x", "--to", 4)
    assert (code, (home / "x").exists()) == (1, False)


@pytest.mark.parametrize("name", ["blocks", "certificates"])
def test_damaged_ledger_files_give_no_export(home: Path, capsys: Captured, name: str) -> None:
    flip_byte(home / f"data/ledger/{name}-000001.log", 100)
    code, document = told(capsys, "export", "ledger", "--files", home, "-o", home / "x")
    assert (code, f"{name}-000001.log" in document["error"]) == (1, True)
    assert not list(home.glob("*x*"))


def test_blocks_that_are_exchanged_give_no_export(home: Path, capsys: Captured) -> None:
    target = Target(home / "data/ledger", GENESIS, {})
    rewrite(target, "blocks", lambda records: [records[1], records[0], *records[2:]])
    code, document = told(capsys, "export", "ledger", "--files", home, "-o", home / "x")
    assert (code, "expected block 1, found block 2" in document["error"]) == (1, True)


def test_a_file_is_not_written_over_and_nothing_else_stands_in_an_export(
    home: Path, capsys: Captured
) -> None:
    exported(capsys, home, "file")
    asked = ("export", "ledger", "--files", home)
    assert told(capsys, *asked, "-o", home.parent / "file")[0] == 5
    assert told(capsys, *asked)[0] == 2
    assert told(capsys, "export", "ledger", "--files", home / "nowhere", "-o", home / "x")[0] == 2
    code, document = told(
        capsys, *asked[:3], home.parent, "-o", home / "x", "--trust", home / "genesis.json"
    )
    assert (code, "expected ledger files" in document["error"]) == (2, True)


# -- auditing ----------------------------------------------------------------------------------------


def test_an_audit_in_several_processes_says_the_same(home: Path, capsys: Captured) -> None:
    lines = gzip.decompress(exported(capsys, home, "file").read_bytes()).split(b"\n")
    bad = home.parent / "bad"
    bad.write_bytes(b"\n".join([*lines[:7], lines[6], *lines[8:]]))
    answers = [audited(capsys, home, bad, "--processes", count) for count in (1, 2)]
    assert answers[0] == answers[1]
    code, document = answers[0]
    assert (code, document["check"], document["line"], document["atHeight"]) == (1, "audit", 8, 7)
    assert (document["offset"], document["height"]) == (None, 6)
    run(["audit", str(bad), "--trust", str(home / "genesis.json")])
    assert "line 8, block 7" in capsys.readouterr().err


def test_what_is_no_export_is_told_with_an_exit_code_and_no_traceback(
    home: Path, capsys: Captured
) -> None:
    file = home.parent / "file"
    for content, code in (
        (b"", 1),
        (b"hello", 1),
        (b"\x1f\x8b", 1),
        (gzip.compress(b"hello\n"), 1),
        (b'{"format":"ipregister-export","version":9}\n', 3),
        (bytes(1000), 1),
    ):
        file.write_bytes(content)
        found, document = audited(capsys, home, file)
        assert (found, str(file) in document["error"]) == (code, True), content
    assert audited(capsys, home, home.parent / "nowhere")[0] == 2
    assert audited(capsys, home, file, home)[0] == 2
    assert audited(capsys, home, home, home)[0] == 2


def test_an_export_of_another_network_is_foreign(home: Path, capsys: Captured) -> None:
    other = home_of_au(home.parent / "other")
    file = exported(capsys, home, "file")
    code, document = told(capsys, "audit", file, "--trust", other.path / "genesis.json")
    assert (code, document["line"], "which is trusted" in document["expected"]) == (1, 1, True)


def test_a_height_that_an_export_does_not_have_is_undecidable(home: Path, capsys: Captured) -> None:
    file = exported(capsys, home, "file")
    assert audited(capsys, home, file, "--to", 4)[1]["height"] == 4
    code, document = audited(capsys, home, file, "--to", 99)
    assert (code, document["check"]) == (3, "height")


def test_blame_names_who_signed_both_sides_of_a_fork_that_an_export_shows(
    home: Path, capsys: Captured
) -> None:
    file = exported(capsys, home, "file")
    offices = {office: key_of(office) for office in ("AU", "EP", "JP")}
    fork(Target(home / "data/ledger", GENESIS, offices))
    forked = exported(capsys, home, "forked")
    assert audited(capsys, home, forked)[0] == 0
    trust = ("--trust", home / "genesis.json")
    for other in (home, forked):
        code, document = told(capsys, "audit", "blame", file, other, *trust)
        assert code == 1
        assert [each["ipOfficeCode"] for each in document["blamed"]] == ["AU", "EP", "JP"]


# -- from a node that does not keep its word ----------------------------------------------------------


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address of a server with this handler."""
    server = HTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class QuietHandler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        pass


def test_blocks_above_the_height_of_an_audit_are_not_compared(home: Path, capsys: Captured) -> None:
    """The other office has others there, which nobody audited here."""
    ledger = stored(home / "again", MemoryStore())
    hashes = [ledger.block_hash(height).hex() for height in range(1, 5)]
    hashes += ["00" * 32] * (BLOCKS - 4)

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            is_found = "certificate" not in self.path
            answer: dict[str, object] = {"height": BLOCKS}
            if "cursor" in query:
                answer = {"blocks": [{"hash": hashes[int(query["cursor"][0])]}]}
            body = json.dumps(answer).encode()
            self.send_response(200 if is_found else 404)
            self.send_header("X-Request-ID", "1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    file = exported(capsys, home, "file")
    with served(Handler) as url:
        for copy in (file, home):
            asked = (copy, "--against", url)
            code, document = audited(capsys, home, *asked, "--to", 4)
            assert (code, document["against"][0]["comparedHeights"][-1]) == (0, 4)
            code, document = audited(capsys, home, *asked)
            assert (code, document["check"], document["atHeight"]) == (1, "against", 5)


@contextmanager
def answering(body: bytes, height: int | None = None, *, breaks_off: bool = False) -> Iterator[str]:
    """The address of a server that sends these bytes as an export to a height; it can promise more."""

    class Handler(QuietHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("X-Request-ID", "1")
            self.send_header("Content-Length", str(len(body) + breaks_off))
            if height is not None:
                self.send_header("Register-Height", str(height))
            self.end_headers()
            self.wfile.write(body)

    with served(Handler) as url:
        yield url


@pytest.mark.parametrize("part", [0, 0.5, 1])
def test_a_download_that_breaks_off_or_is_not_whole_leaves_no_file(
    home: Path, capsys: Captured, part: float
) -> None:
    whole = compressed(b"".join(lines_of(stored(home / "again", MemoryStore()))))
    file = home.parent / "download"
    with answering(whole[: int(len(whole) * part)], BLOCKS, breaks_off=True) as url:
        code, document = told(capsys, "export", "ledger", "--url", url, "-o", file)
    assert (code, bool(document["error"])) == (3, True)
    assert not list(home.parent.glob("*download*"))


def downloaded(
    capsys: Captured, home: Path, lines: list[bytes], height: int | None, *more: object
) -> tuple[int, str]:
    """The exit code and the words of a download of these lines; a refused one leaves no file."""
    file = home.parent / "download"
    with answering(compressed(b"".join(lines)), height) as url:
        asked = ("export", "ledger", "--url", url, "-o", file, "--force", *more)
        code, document = told(capsys, *asked)
    assert file.exists() == (code == 0)
    file.unlink(missing_ok=True)
    return code, document.get("error", "")


def test_a_download_that_is_another_one_than_was_asked_for_leaves_no_file(
    home: Path, capsys: Captured
) -> None:
    ledger = stored(home / "again", MemoryStore())
    whole, short = lines_of(ledger), lines_of(ledger, last=5)
    assert downloaded(capsys, home, whole, BLOCKS) == (0, "")
    assert downloaded(capsys, home, short, 5, "--to", 5) == (0, "")
    refused = [
        (short, BLOCKS, ("--to", BLOCKS), f"expected an export up to block {BLOCKS}"),
        (short, BLOCKS, (), f"expected an export up to block {BLOCKS}"),
        (whole, None, (), "Register-Height"),
        (whole, BLOCKS, ("--to", 5), "expected an export up to block 5"),
        (lines_of(ledger, 2), BLOCKS, (), "from block 1 on"),
        ([*short, *lines_of(ledger, 6)], BLOCKS, (), "one more line"),
        (lines_of(ledger, signed=False), BLOCKS, (), "expected a signed export"),
        (resealed_by(signatory(), resealed(whole[:-1])), BLOCKS, (), "the hash of the last block"),
    ]
    for lines, height, more, words in refused:
        code, error = downloaded(capsys, home, lines, height, *more)
        assert (code, words in error) == (3, True), (words, error)


def test_a_download_of_another_network_than_the_trusted_one_leaves_no_file(
    home: Path, capsys: Captured
) -> None:
    lines = lines_of(stored(home / "again", MemoryStore()))
    other = home_of_au(home.parent / "other").path / "genesis.json"
    code, error = downloaded(capsys, home, lines, BLOCKS, "--trust", other)
    assert (code, "which is trusted" in error) == (3, True)
    assert downloaded(capsys, home, lines, BLOCKS, "--trust", home / "genesis.json") == (0, "")


def test_the_node_of_a_home_is_held_to_the_genesis_of_that_home(
    home: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = compressed(b"".join(lines_of(stored(home / "again", MemoryStore()))))
    own = home_of_au(home.parent / "own")
    with answering(lines, BLOCKS) as url:
        monkeypatch.setenv("IPREGISTER_API__PORT", url.rpartition(":")[2])
        asked = ("export", "ledger", "--home", own.path, "-o", home.parent / "download")
        code, document = told(capsys, *asked)
    assert (code, "which is trusted" in document["error"]) == (3, True)
