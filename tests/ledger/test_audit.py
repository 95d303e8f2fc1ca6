from pathlib import Path

import pytest
from builders.ledgers import GENESIS, KEYRING, certified, digest_of, grown, opened
from builders.offices import certificate_of
from msgspec.structs import replace

from crypto.certificate import encode_certificate
from ledger.audit import AuditReport, audit
from ledger.block import encode_block
from ledger.files import FileLedger, LedgerFiles, MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.record_log import MemoryLog


def audited(files: LedgerFiles) -> AuditReport:
    return audit(GENESIS, files, MemoryStore(), lambda _done, _total: None)


def copied(files: LedgerFiles) -> MemoryLedger:
    copy = MemoryLedger()
    for _, record in files.blocks.records():
        copy.blocks.append(record)
    return copy


def test_a_ledger_as_it_was_written_has_no_finding() -> None:
    files = MemoryLedger()
    ledger = grown(opened(files), 4)
    ledger.append(5, ledger.time_ms, [])
    calls: list[tuple[int, int]] = []
    report = audit(GENESIS, files, MemoryStore(), lambda done, all_: calls.append((done, all_)))
    assert report == AuditReport(
        network_id=KEYRING.network_id,
        height=5,
        head_hash=ledger.head_hash,
        time_ms=ledger.time_ms,
        entry_count=12,
        certificate_count=4,
        certified_height=4,
        index_height=None,
        notes=(),
        finding=None,
    )
    assert calls[-1] == (files.blocks.size_bytes(),) * 2
    assert len(calls) == 5


def test_a_changed_block_is_the_finding_and_all_before_it_is_right() -> None:
    files = MemoryLedger()
    ledger = grown(opened(files), 4)
    forged = copied(files)
    block = ledger.block(3)
    forged.blocks = MemoryLedger().blocks
    for height in (1, 2):
        forged.blocks.append(ledger.block_bytes(height))
    forged.blocks.append(encode_block(replace(block, header=replace(block.header, time_ms=1))))
    report = audited(forged)
    assert (report.height, report.head_hash) == (2, ledger.block_hash(2))
    assert report.finding is not None
    assert (report.finding.file, report.finding.offset) == ("memory-1", 2)
    assert "block 3 with hash" in report.finding.expected
    assert report.certified_height == 0


def test_certificates_that_do_not_hold_are_findings() -> None:
    files = MemoryLedger()
    ledger = grown(opened(files), 2)
    network_id = KEYRING.network_id
    for certificate, message in (
        (certificate_of(2, digest_of("other"), network_id=network_id), "one of"),
        (certificate_of(2, ledger.block_hash(2), "AU", "EP", network_id=network_id), "got 2"),
        (certificate_of(2, ledger.block_hash(2), network_id=digest_of("other")), "signature"),
    ):
        copy = copied(files)
        copy.certificates.append(encode_certificate(certified(ledger, 1)))
        copy.certificates.append(encode_certificate(certificate))
        report = audited(copy)
        assert report.finding is not None
        assert report.finding.offset == 1
        assert message in report.finding.found
        assert (report.height, report.certified_height) == (2, 1)


def test_another_chain_without_the_offices_has_no_certificates() -> None:
    files = MemoryLedger()
    grown(opened(files), 2)
    report = audited(copied(files))
    assert (report.finding, report.height, report.certified_height) == (None, 2, 0)


@pytest.mark.parametrize("name", ["blocks-000001.log", "certificates-000001.log"])
def test_a_copy_is_audited_without_being_changed(tmp_path: Path, name: str) -> None:
    files = FileLedger(tmp_path, KEYRING.network_id)
    grown(Ledger(GENESIS, files, MemoryStore()), 3).close()
    torn = (tmp_path / name).read_bytes()[:-1]
    (tmp_path / name).write_bytes(torn)
    report = audited(FileLedger(tmp_path, KEYRING.network_id, read_only=True))
    assert (report.finding is None) == (name != "blocks-000001.log")
    assert "cut off" in report.notes[0] or "incomplete" in report.notes[0]
    assert (tmp_path / name).read_bytes() == torn


def test_damage_before_the_last_segment_is_a_finding(tmp_path: Path) -> None:
    files = FileLedger(tmp_path, KEYRING.network_id, segment_bytes_max=3_000)
    grown(Ledger(GENESIS, files, MemoryStore()), 6).close()
    first = tmp_path / "blocks-000001.log"
    right = first.read_bytes()
    first.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    files = FileLedger(tmp_path, KEYRING.network_id, segment_bytes_max=3_000, read_only=True)
    report = audited(files)
    assert report.finding is not None
    assert report.finding.file == str(first)
    assert 0 < report.height < 6


@pytest.mark.parametrize("name", ["blocks-000001.log", "certificates-000001.log"])
def test_damage_in_a_last_segment_is_a_finding_and_all_before_it_is_right(
    tmp_path: Path, name: str
) -> None:
    files = FileLedger(tmp_path, KEYRING.network_id)
    ledger = grown(Ledger(GENESIS, files, MemoryStore()), 3)
    head_hash = ledger.head_hash
    ledger.close()
    damaged = tmp_path / name
    right = damaged.read_bytes()
    damaged.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    report = audited(FileLedger(tmp_path, KEYRING.network_id, read_only=True))
    assert report.finding is not None
    assert report.finding.file == str(damaged)
    if name.startswith("blocks"):
        assert (report.height, report.certified_height) == (2, 0)
    else:
        assert (report.height, report.head_hash, report.certified_height) == (3, head_hash, 2)


def test_a_ledger_cut_short_is_found_by_its_certificates() -> None:
    """A clean cut leaves a chain that is right as far as it goes; what a quorum signed shows that it went on."""
    files = MemoryLedger()
    grown(opened(files), 6)
    assert isinstance(files.blocks, MemoryLog)
    del files.blocks._records[3:]
    finding = audited(files).finding
    assert finding is not None
    assert finding.expected == "block 4, which a quorum certified here"
    assert finding.found == "blocks up to 3 only: the block files were cut short"
