"""The lines of an export: one form, read back whole; whatever is changed in them is found, and its line named."""

import contextlib
import gzip
import zlib
from itertools import pairwise

import pytest
from builders.exports import (
    FILE,
    audited,
    exported,
    headed,
    in_chunks,
    resealed,
    resealed_by,
    signatory,
)
from builders.ledgers import GENESIS, KEYRING, certified, grown, opened
from builders.offices import FOUR, certificate_of, key_of
from builders.vectors import vectors
from builders.whole_ledger import ENTRIES, stored
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from crypto import base64url
from crypto.certificate import encode_certificate
from crypto.signing import Purpose, bound_message
from ledger.audit import Finding, self_checked
from ledger.block import decode_block, encode_block
from ledger.export.auditing import audit_export
from ledger.export.compression import PIECE_BYTES_MAX, compressed, lines_in
from ledger.export.errors import InvalidExportError, UndecidableExportError
from ledger.export.lines import (
    LINE_BYTES_MAX,
    End,
    MalformedLineError,
    decode_block_line,
    decode_end,
    decode_head,
    encode_block_line,
    encode_end,
    encode_head,
    head_of,
    signed_digest,
)
from ledger.export.writing import ExportWriter, Signatory
from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore

BLOCKS = len(ENTRIES)
Lines = list[bytes]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    """A block for every kind of entry, all certified."""
    return stored(tmp_path_factory.mktemp("ledger"), MemoryStore())


@pytest.fixture
def lines(ledger: Ledger) -> Lines:
    return exported(ledger)


def finding(*chunks: bytes) -> Finding:
    found = audited(chunks).report.finding
    assert found is not None
    return found


# -- the form ------------------------------------------------------------------------------------


def test_an_export_is_audited_alone_and_says_what_the_ledger_says(
    ledger: Ledger, lines: Lines
) -> None:
    report, (piece,) = audited([b"".join(lines)])
    assert report.finding is None
    assert (report.height, report.head_hash) == (BLOCKS, ledger.head_hash)
    assert (report.entry_count, report.certificate_count) == (BLOCKS, BLOCKS)
    assert report.certified_height == BLOCKS
    assert (report.time_ms, report.notes) == (ledger.time_ms, ())
    assert (piece.line, piece.end.ip_office_code) == (BLOCKS + 2, "AU")


def test_the_vector_is_what_is_written() -> None:
    vector = vectors("export")
    ledger = grown(opened(), vector["blocks"], filings=1)
    assert b"".join(exported(ledger)).decode() == vector["signed"]
    assert b"".join(exported(ledger, signed=False)).decode() == vector["unsigned"]
    report, (piece,) = audited([vector["signed"].encode()])
    assert (report.finding, report.head_hash.hex()) == (None, vector["headHash"])
    assert signed_digest(piece.end).hex() == vector["signedDigest"]


def test_an_export_that_nobody_signed_is_right_and_that_is_told(ledger: Ledger) -> None:
    report, (piece,) = audited([b"".join(exported(ledger, signed=False))])
    assert (report.finding, report.height, piece.end.signature) == (None, BLOCKS, "")
    assert "no office signed" in report.notes[0]


@given(block=st.binary(min_size=1), certificate=st.none() | st.binary(min_size=1))
def test_a_block_line_has_one_form(block: bytes, certificate: bytes | None) -> None:
    line = encode_block_line(block, certificate)
    assert b"\n" not in line
    assert decode_block_line(line) == (block, certificate or b"")
    for other in (line.replace(b":", b": ", 1), line[:-1] + b',"height":1}', line + b" "):
        with pytest.raises(MalformedLineError):
            decode_block_line(other)


@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_line_in_its_one_form_or_malformed(data: bytes) -> None:
    with contextlib.suppress(MalformedLineError):
        assert encode_head(decode_head(data)) == data
    with contextlib.suppress(MalformedLineError):
        assert encode_end(decode_end(data)) == data
    with contextlib.suppress(MalformedLineError):
        assert encode_block_line(*decode_block_line(data)) == data


ends = st.builds(
    End,
    block_count=st.integers(0, 2**53),
    certificate_count=st.integers(0, 2**53),
    head_hash=st.binary(min_size=32, max_size=32).map(bytes.hex),
    content_digest=st.binary(min_size=32, max_size=32).map(bytes.hex),
    ip_office_code=st.sampled_from(["", "AU", "EP"]),
    signature=st.binary(max_size=64).map(base64url.encode),
)


@given(end=ends)
def test_an_end_has_one_form_and_its_signature_is_not_in_what_is_signed(end: End) -> None:
    assert decode_end(encode_end(end)) == end
    assert signed_digest(end) == signed_digest(replace(end, signature="AAAA"))
    assert signed_digest(end) != signed_digest(replace(end, block_count=end.block_count + 1))


@given(first=st.integers(1, 2**50), count=st.integers(0, 1000))
def test_a_head_has_one_form(first: int, count: int) -> None:
    head = head_of(GENESIS, first, first + count)
    assert decode_head(encode_head(head)) == head


def test_a_writer_takes_all_blocks_before_the_end_and_no_line_that_is_too_long() -> None:
    writer = ExportWriter(GENESIS, 1, 2, None)
    writer.head()
    writer.block(b"block", None)
    with pytest.raises(ValueError, match="expected 2 blocks"):
        writer.end(bytes(32))
    with pytest.raises(ValueError, match="at most"):
        writer.block(bytes(LINE_BYTES_MAX), None)
    for first, last in ((0, 1), (2, 1)):
        with pytest.raises(ValueError, match="rising heights"):
            ExportWriter(GENESIS, first, last, None)


# -- compressed, and in pieces of any size ---------------------------------------------------------


@settings(max_examples=40)
@given(
    content=st.lists(st.binary(max_size=50).filter(lambda line: b"\n" not in line), max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=4),
    size=st.integers(1, 100),
)
def test_lines_are_the_same_in_any_members_and_chunks(
    content: Lines, cuts: list[int], size: int
) -> None:
    ended = [line + b"\n" for line in content]
    places = [0, *sorted(cuts), len(ended)]
    members = [compressed(b"".join(ended[start:stop])) for start, stop in pairwise(places)]
    files = [b"".join(members)]
    if not ended or not ended[0].startswith(b"\x1f\x8b"):
        files.append(b"".join(ended))
    for data in files:
        read = lines_in(FILE, in_chunks(data, size))
        if content:
            assert [(line.number, line.data) for line in read] == [*enumerate(content, 1)]
        else:
            with pytest.raises(InvalidExportError, match="nothing"):
                next(read)


@pytest.mark.parametrize("size", [1, 7, 100, 10**6])
def test_an_export_in_several_members_is_one(lines: Lines, size: int) -> None:
    data = compressed(b"".join(lines[:3])) + compressed(b"".join(lines[3:]))
    assert audited(in_chunks(data, size)).report.finding is None


def test_what_a_few_bytes_inflate_to_is_never_held_as_a_whole() -> None:
    """A bomb: 64 MiB without a line feed, in 64 KiB. It ends at the limit of a line."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    assert len(bomb) < 100_000
    found = finding(bomb)
    assert (found.line, found.expected) == (1, f"a line of at most {LINE_BYTES_MAX} bytes")
    assert [len(line.data) for line in lines_in(FILE, [b"x" * LINE_BYTES_MAX + b"\n"])] == [
        LINE_BYTES_MAX
    ]


def test_a_line_that_is_too_long_is_refused_though_it_ends() -> None:
    with pytest.raises(InvalidExportError, match="a longer one"):
        list(lines_in(FILE, [b"x" * (LINE_BYTES_MAX + 1) + b"\n"]))


def test_content_larger_than_a_piece_in_one_chunk_is_inflated_to_its_end() -> None:
    content = b"line\n" * PIECE_BYTES_MAX
    assert sum(1 for _ in lines_in(FILE, [gzip.compress(content)])) == PIECE_BYTES_MAX


def test_gzip_that_is_cut_off_or_goes_on_with_something_else_is_named(lines: Lines) -> None:
    data = compressed(b"".join(lines))
    for bad in (data[:-1], data[: len(data) // 2], data[:5], data + b"\0", data + b"more"):
        found = finding(bad)
        assert found.expected == "whole gzip data", found
    assert finding(data[:-1]).line == BLOCKS + 3


# -- bad input -------------------------------------------------------------------------------------


def test_what_is_no_export_is_named() -> None:
    for content in (
        b"",
        b"\n",
        b"hello\n",
        b"[]\n",
        b"{}\n",
        b"\xff\xfe\n",
        b"[" * 100_000 + b"\n",
    ):
        assert finding(content).expected == "the head of an ipregister-export"
    other = b'{"format":"ipregister-proof","version":1}\n'
    assert "ipregister-proof" in finding(other).found


def test_an_export_of_a_later_version_cannot_be_judged(lines: Lines) -> None:
    later = lines[0].replace(b'"version":1', b'"version":2')
    with pytest.raises(UndecidableExportError, match="version 2"):
        audited([later, *lines[1:]])


def test_an_export_of_another_network_is_foreign(lines: Lines) -> None:
    genesis = replace(GENESIS, network_name="another")
    report = audit_export(genesis, lines_in(FILE, lines), MemoryStore(), checks=self_checked).report
    assert report.finding is not None
    assert (report.finding.line, report.height) == (1, 0)
    assert report.finding.expected == f"network {genesis.network_id().hex()}, which is trusted"


def test_a_head_whose_parts_contradict_one_another_is_refused(lines: Lines) -> None:
    network_id = KEYRING.network_id.hex().encode()
    for old, new in (
        (network_id, b"0" * 64),
        (b'"fromHeight":1', b'"fromHeight":2'),
        (b'"toHeight":12', b'"toHeight":0'),
        (b'"toHeight":12', b'"toHeight":1e1'),
        (b'"code":"AU"', b'"code":"ZZ"'),
        (b'{"format"', b'{ "format"'),
        (b'"version":1', b'"version":1,"version":1'),
    ):
        changed = lines[0].replace(old, new, 1)
        assert changed != lines[0]
        assert finding(changed, *lines[1:]).line == 1


def test_an_export_that_is_cut_off_anywhere_is_named_with_the_block_that_lacks(
    lines: Lines,
) -> None:
    for count in range(1, len(lines)):
        report = audited(lines[:count]).report
        assert report.finding is not None
        assert (report.height, report.finding.line) == (count - 1, count + 1)
        assert report.finding.height == (count if count <= BLOCKS else None)
        assert "cut off" in report.finding.found
    assert "cut off" in finding(*lines[:3], lines[3][:-5]).found


@settings(max_examples=150)
@given(data=st.data())
def test_any_byte_of_an_export_is_found(ledger: Ledger, data: st.DataObject) -> None:
    content = bytearray(b"".join(exported(ledger)))
    offset = data.draw(st.integers(0, len(content) - 1))
    content[offset] ^= data.draw(st.integers(1, 255))
    line = bytes(content[:offset]).count(b"\n") + 1
    try:
        place: int | None = finding(bytes(content)).line
    except UndecidableExportError as error:
        place = error.line
    assert place in {line, line + 1, BLOCKS + 2}  # at the latest the digest


@settings(max_examples=60)
@given(data=st.data())
def test_any_byte_of_a_compressed_export_is_found_or_means_nothing(
    ledger: Ledger, data: st.DataObject
) -> None:
    """The head of a gzip member has a time and a system, which nobody reads."""
    content = bytearray(compressed(b"".join(exported(ledger))))
    offset = data.draw(st.integers(10, len(content) - 1))
    content[offset] ^= data.draw(st.integers(1, 255))
    assert audited([bytes(content)]).report.finding is not None


# -- attacks: each forger makes counts and digest anew; the office's key is out of reach ---------------


def test_a_forger_who_makes_the_end_anew_lacks_the_signature(lines: Lines) -> None:
    """Counts and digest are right; the signature is of what was exported."""
    fewer = [lines[0].replace(b'"toHeight":12', b'"toHeight":11'), *lines[1:12]]
    end = decode_end(lines[-1][:-1])
    head_hash = decode_block(decode_block_line(lines[11][:-1])[0]).hash.hex()
    kept = resealed(fewer, head_hash=head_hash, ip_office_code="AU", signature=end.signature)
    found = finding(*kept)
    assert (found.line, found.expected) == (13, "the signature of AU for the whole export")
    report, _ = audited(resealed(fewer, head_hash=head_hash))
    assert (report.finding, report.height) == (None, 11)
    assert "no office signed that this is all" in report.notes[0]


@pytest.mark.parametrize("purpose", ["proof", "checkpoint", "commit"])
def test_a_signature_for_another_purpose_is_none(lines: Lines, purpose: Purpose) -> None:
    def sign(digest: bytes) -> bytes:
        return key_of("AU").sign(bound_message(purpose, KEYRING.network_id, digest))

    assert finding(*resealed_by(Signatory("AU", sign), lines)).line == BLOCKS + 2


def test_a_signature_of_another_office_is_none(lines: Lines) -> None:
    for office in ("EP", "ZZ", ""):
        named = Signatory(office, signatory("AU").sign)
        assert finding(*resealed_by(named, lines)).line == BLOCKS + 2
    unsigned = resealed(lines[:-1], head_hash=headed(lines), ip_office_code="AU")
    assert "signature" in finding(*unsigned).expected


def test_an_end_that_says_something_else_is_named(lines: Lines) -> None:
    head_hash = headed(lines)
    assert audited(resealed(lines[:-1], head_hash=head_hash)).report.finding is None
    for changed in (
        {"block_count": 11},
        {"certificate_count": 11},
        {"content_digest": "0" * 64},
        {"head_hash": "0" * 64},
    ):
        assert finding(*resealed(lines[:-1], **{"head_hash": head_hash, **changed})).line == 14


def test_a_block_left_out_or_exchanged_is_named(lines: Lines) -> None:
    head = lines[0].replace(b'"toHeight":12', b'"toHeight":11')
    left_out = [head, *lines[1:5], *lines[6:13]]
    exchanged = [*lines[:5], lines[6], lines[5], *lines[7:13]]
    twice = [*lines[:6], lines[5], *lines[7:13]]
    for forged, line in ((left_out, 6), (exchanged, 6), (twice, 7)):
        found = finding(*resealed(forged, head_hash=headed(lines)))
        assert (found.line, found.height) == (line, line - 1)
        assert "another " in found.found
        report = audited(resealed(forged, head_hash=headed(lines))).report
        assert report.height == line - 2


def test_more_or_fewer_lines_than_the_head_says_are_named(lines: Lines) -> None:
    assert finding(*lines[:13], lines[12], lines[13]).expected == "the end line"
    assert finding(*lines[:12], lines[13]).expected == "block 12 of 12"


def with_block(lines: Lines, height: int, record: bytes) -> Lines:
    certificate = decode_block_line(lines[height][:-1])[1]
    changed = encode_block_line(record, certificate) + b"\n"
    return resealed([*lines[:height], changed, *lines[height + 1 : -1]], head_hash=headed(lines))


def test_a_changed_block_is_named_by_line_block_and_entry(lines: Lines) -> None:
    record = decode_block_line(lines[3][:-1])[0]
    block = decode_block(record)
    refused = replace(block.submissions[0].outcomes[0], status="rejected", reason="NUMBER_CONFLICT")
    submission = replace(block.submissions[0], outcomes=(refused,))
    found = finding(*with_block(lines, 3, encode_block(replace(block, submissions=(submission,)))))
    assert (found.line, found.height, found.entry) == (4, 3, 0)
    assert "outcome of an entry" in found.found
    for bad in (record[:-1], b"\xc0"):
        found = finding(*with_block(lines, 3, bad))
        assert (found.line, found.height) == (4, 3)
    later = replace(block, header=replace(block.header, time_ms=block.header.time_ms + 1))
    found = finding(*with_block(lines, 3, encode_block(later)))
    assert (found.line, "one of block 3" in found.found) == (4, True)  # its certificate


def with_certificate(lines: Lines, height: int, certificate: bytes) -> Lines:
    record = decode_block_line(lines[height][:-1])[0]
    changed = encode_block_line(record, certificate) + b"\n"
    return resealed([*lines[:height], changed, *lines[height + 1 : -1]], head_hash=headed(lines))


def test_a_certificate_that_does_not_hold_is_named(ledger: Ledger, lines: Lines) -> None:
    block_hash, network_id = ledger.block_hash(5), KEYRING.network_id
    for certificate, said in (
        (certificate_of(5, block_hash, "AU", "EP", network_id=network_id), "got 2"),
        (certificate_of(5, bytes(32), network_id=network_id), "one of block 5"),
        (certified(ledger, 4), "one of block 4"),
        (certificate_of(5, block_hash, network_id=bytes(32)), "signature"),
    ):
        found = finding(*with_certificate(lines, 5, encode_certificate(certificate)))
        assert (found.line, found.height, said in found.found) == (6, 5, True)
    assert finding(*with_certificate(lines, 5, b"\xc0")).line == 6


def test_a_certificate_is_no_longer_than_all_offices_make_it(ledger: Ledger, lines: Lines) -> None:
    """Else a reader that works ahead would hold megabytes beside blocks of a few bytes."""
    whole = certificate_of(5, ledger.block_hash(5), *FOUR, network_id=KEYRING.network_id)
    assert audited(with_certificate(lines, 5, encode_certificate(whole))).report.finding is None
    found = finding(*with_certificate(lines, 5, bytes(1_000)))
    assert (found.line, found.expected) == (6, "a certificate of at most 384 bytes")


def test_a_certificate_left_out_lies_below_a_later_one_and_only_the_last_is_missed(
    lines: Lines,
) -> None:
    """Another office may have it, so that this one lacks it is no fault."""
    report = audited(with_certificate(lines, 5, b"")).report
    assert (report.finding, report.certificate_count, report.certified_height) == (None, 11, 12)
    report = audited(with_certificate(lines, 12, b"")).report
    assert (report.finding, report.height, report.certified_height) == (None, 12, 11)


def test_a_fork_that_2f_offices_signed_is_named_at_its_certificate(ledger: Ledger) -> None:
    fork = Ledger(GENESIS, MemoryLedger(), MemoryStore())
    grown(fork, 2)
    block = fork.append(3, fork.time_ms + 1, [])
    network_id = KEYRING.network_id
    fork.attach_certificate(certificate_of(3, block.hash, "AU", "EP", network_id=network_id))
    found = finding(*exported(fork))
    assert (found.line, found.height) == (4, 3)
    assert "expected signatures of 3 offices" in found.found


# -- pieces ----------------------------------------------------------------------------------------


def test_a_later_export_goes_on_from_an_earlier_one(ledger: Ledger) -> None:
    first, second, third = exported(ledger, 1, 5), exported(ledger, 6, 6), exported(ledger, 7)
    report, pieces = audited([*first, *second, *third])
    assert (report.finding, report.height, report.head_hash) == (None, BLOCKS, ledger.head_hash)
    assert [(each.line, each.head.from_height) for each in pieces] == [(7, 1), (10, 6), (18, 7)]


def test_pieces_that_do_not_join_are_named(ledger: Ledger) -> None:
    first, second, third = exported(ledger, 1, 5), exported(ledger, 6, 6), exported(ledger, 7)
    for wrong, line in (
        (second, 1),
        ([*first, *third], 8),
        ([*first, *first], 8),
        ([*first, *exported(ledger, 5, 6)], 8),
    ):
        found = finding(*wrong)
        assert (found.line, "expected an export from" in f"expected {found.expected}") == (
            line,
            True,
        )
    other = grown(opened(), 6)
    found = finding(*first, *exported(other, 6))
    assert (found.line, found.height) == (9, 6)
    assert "another" in found.found


def test_the_end_of_a_piece_is_looked_at_before_what_is_wrong_behind_it(ledger: Ledger) -> None:
    first = exported(ledger, 1, 5)
    forged = resealed(first[:-1], head_hash="0" * 64)
    assert finding(*forged, b"nothing\n").line == 7


def test_an_export_is_read_up_to_a_height_and_nothing_is_said_of_the_rest(lines: Lines) -> None:
    report, pieces = audited([*lines[:7], b"anything\n"], to=5)
    assert (report.finding, report.height, report.certified_height) == (None, 5, 5)
    assert (pieces, report.notes) == ((), ("the export was read up to block 5 only",))


def test_the_end_is_looked_at_where_it_belongs_to_the_last_block_that_is_asked_for(
    ledger: Ledger, lines: Lines
) -> None:
    report, pieces = audited([*lines, b"anything\n"], to=BLOCKS)
    assert (report.finding, report.notes, len(pieces)) == (None, (), 1)
    report, pieces = audited([*exported(ledger, 1, 5), *exported(ledger, 6)], to=5)
    assert (report.finding, report.height, len(pieces)) == (None, 5, 1)
    forged = resealed(lines[:-1], head_hash="0" * 64)
    assert audited(forged, to=BLOCKS - 1).report.finding is None
    found = audited(forged, to=BLOCKS).report.finding
    assert found is not None
    assert found.line == BLOCKS + 2


# -- kept in ledger files ----------------------------------------------------------------------------


def test_what_was_found_right_stands_in_ledger_files_and_nothing_else(lines: Lines) -> None:
    files, index = MemoryLedger(), MemoryStore()
    forged = [*lines[:6], lines[5], *lines[7:]]
    read = lines_in(FILE, forged)
    report = audit_export(GENESIS, read, index, checks=self_checked, into=files).report
    assert report.finding is not None
    records = [record for _, record in files.blocks.records()]
    assert records == [decode_block_line(line[:-1])[0] for line in lines[1:6]]
    assert len(list(files.certificates.records())) == 5


def test_an_index_made_on_the_way_is_the_one_of_the_ledger(ledger: Ledger, lines: Lines) -> None:
    files, index = MemoryLedger(), MemoryStore()
    audit_export(GENESIS, lines_in(FILE, lines), index, checks=self_checked, into=files)
    made, rebuilt = Ledger(GENESIS, files, index), Ledger(GENESIS, files, MemoryStore())
    assert (made.head_hash, made.notes) == (ledger.head_hash, [])
    assert [*index.scan()] == [*rebuilt._index.scan()]
