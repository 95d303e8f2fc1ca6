"""A ledger: blocks, what is executed, restarts and repairs."""

from collections.abc import Callable
from pathlib import Path

import pytest
from builders.ledgers import (
    GENESIS,
    KEYRING,
    MINUTE_MS,
    START_MS,
    certified,
    digest_of,
    filing,
    grown,
    opened,
    submission,
)
from builders.offices import certificate_of
from msgspec.structs import replace

from crypto.certificate import CheckpointCertificate, encode_certificate
from crypto.digest import NO_DIGEST
from crypto.merkle import EMPTY_ROOT, leaf_hash, root
from ledger.block import Block, encode_block, entry_leaf
from ledger.errors import CorruptIndexError, CorruptLedgerError, InvalidBlockError
from ledger.execution import VALIDITY_WINDOW_MS_MAX
from ledger.files import FileLedger, MemoryLedger
from ledger.index import DURABLE_KEY
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.record_log import Location, MemoryLog
from ledger.register.entries import (
    Claim,
    ClosedDay,
    ClosedDays,
    Coverage,
    Dispute,
    Entry,
    Event,
    FilingReference,
    PriorityClaim,
)
from ledger.register.filing import load_filing
from ledger.sqlite import SqliteStore
from ledger.submission import Submission

HUGE = START_MS + 100 * MINUTE_MS


def statuses(block: Block) -> list[str]:
    return [submission.status for submission in block.submissions]


def outcomes(block: Block) -> list[str]:
    return [outcome.status for each in block.submissions for outcome in each.outcomes]


def add(ledger: Ledger, *submissions: Submission, time_ms: int = START_MS) -> Block:
    return ledger.append(ledger.height + 1, time_ms, submissions)


def state(ledger: Ledger) -> tuple[int, bytes, int, bytes]:
    return ledger.height, ledger.head_hash, ledger.time_ms, ledger.state_proof(b"x").path[-1]


def test_a_new_ledger_holds_nothing() -> None:
    ledger = opened()
    assert (ledger.height, ledger.head_hash, ledger.time_ms) == (0, NO_DIGEST, 0)
    assert ledger.latest_certificate() is None
    assert ledger.notes == []
    for height in (-1, 0, 1):
        with pytest.raises(LookupError, match=f"1 to 0, got {height}"):
            ledger.header(height)


def test_a_block_carries_its_submissions_with_their_outcomes() -> None:
    ledger = opened()
    first = submission(filing(1), filing(2))
    block = add(ledger, first, submission(filing(1), office="EP"))
    header = block.header
    assert (header.height, header.time_ms, header.entry_count) == (1, START_MS, 3)
    assert (header.network_id, header.previous_hash) == (KEYRING.network_id, NO_DIGEST)
    assert header.history_root == EMPTY_ROOT
    assert block.submissions[0].data == first.data
    assert outcomes(block) == ["accepted"] * 3
    assert [outcome.subject for outcome in block.submissions[0].outcomes] == [
        "AU.patent.2013000001",
        "AU.patent.2013000002",
    ]
    assert (ledger.height, ledger.head_hash, ledger.time_ms) == (1, block.hash, START_MS)
    assert ledger.block(1) == block
    assert ledger.header(1) == header
    assert ledger.block_hash(1) == block.hash


def test_the_entries_root_covers_every_entry_with_its_outcome() -> None:
    ledger = opened()
    one, two = submission(filing(1)), submission(filing(2), office="EP")
    block = add(ledger, one, two)
    leaves = [
        leaf_hash(entry_leaf(each.office, each.raw_entries[0], executed.outcomes[0]))
        for each, executed in zip((one, two), block.submissions, strict=True)
    ]
    assert block.header.entries_root == root(leaves)


def test_headers_form_a_chain_with_a_history() -> None:
    ledger = grown(opened(), 5)
    hashes = [ledger.block_hash(height) for height in range(1, 6)]
    for height in range(2, 6):
        header = ledger.header(height)
        assert header.previous_hash == hashes[height - 2]
        assert header.history_root == root([leaf_hash(each) for each in hashes[: height - 1]])


def test_an_empty_block_changes_the_height_only() -> None:
    ledger = grown(opened(), 1)
    before = ledger.header(1).state_root
    block = add(ledger, time_ms=START_MS + 9)
    assert (block.submissions, block.header.entry_count) == ((), 0)
    assert (block.header.entries_root, block.header.state_root) == (EMPTY_ROOT, before)
    assert ledger.height == 2


def test_time_never_goes_back() -> None:
    ledger = opened()
    add(ledger, time_ms=START_MS)
    assert add(ledger, time_ms=START_MS - 1).header.time_ms == START_MS
    assert add(ledger, time_ms=START_MS + 1).header.time_ms == START_MS + 1


def test_a_height_out_of_order_is_refused() -> None:
    ledger = grown(opened(), 1)
    for height in (0, 1, 3):
        with pytest.raises(ValueError, match=f"expected height 2, got {height}"):
            ledger.append(height, START_MS, [])


def test_two_ledgers_of_the_same_decisions_are_equal() -> None:
    one, two = grown(opened(), 4), grown(opened(), 4)
    assert state(one) == state(two)
    assert [one.block_bytes(h) for h in range(1, 5)] == [two.block_bytes(h) for h in range(1, 5)]


def test_the_reader_sees_the_head() -> None:
    ledger = opened()
    reader = ledger.reader
    assert (reader.height, reader.offices) == (0, ("AU", "EP", "JP", "US"))
    add(ledger, submission(filing(1)))
    assert (reader.height, reader.time_ms) == (1, START_MS)
    record = load_filing(reader, "AU.patent.2013000001")
    assert record is not None
    assert (record.height, record.index, record.filing_date) == (1, 0, filing(1).filing_date)
    assert load_filing(reader, "AU.patent.2013000002") is None


def test_the_reader_scans_behind_a_key() -> None:
    ledger = opened()
    add(ledger, submission(*map(filing, range(5))))
    reader = ledger.reader
    every = [key for key, _ in reader.scan(b"fAUP")]
    assert every == [b"fAUP201300000%d" % serial for serial in range(5)]
    assert [key for key, _ in reader.scan(b"fAUP", after=every[1])] == every[2:]
    assert [key for key, _ in reader.scan(b"fAUP", after=every[1], limit=2)] == every[2:4]
    assert list(reader.scan(b"fEPP")) == []


# What is executed, and once


def test_entries_see_those_before_them_in_the_block() -> None:
    ledger = opened()
    block = add(
        ledger,
        submission(filing(1), filing(1)),
        submission(filing(1), nonce=1),
        submission(replace(filing(1), filing_date=filing(1).filing_date.replace(day=9)), nonce=2),
    )
    assert outcomes(block) == ["accepted", "repeated", "repeated", "rejected"]


def test_a_rejected_entry_leaves_no_trace() -> None:
    ledger = opened()
    add(ledger, submission(filing(1)))
    before = ledger.header(1).state_root
    other_date = replace(filing(1), filing_date=filing(1).filing_date.replace(day=9))
    block = add(ledger, submission(other_date, nonce=1))
    assert outcomes(block) == ["rejected"]
    assert block.header.state_root == before


def test_a_submission_is_executed_once_while_it_is_valid() -> None:
    ledger = opened()
    once = submission(filing(1))
    assert statuses(add(ledger, once, once)) == ["executed", "duplicate"]
    assert ledger.executed_height(once.digest) == 1
    assert statuses(add(ledger, once, time_ms=once.valid_until_ms)) == ["duplicate"]
    late = add(ledger, once, time_ms=once.valid_until_ms + 1)
    assert statuses(late) == ["expired"]
    assert late.header.entry_count == 0
    assert ledger.executed_height(once.digest) is None


def test_a_submission_valid_for_too_long_is_not_executed_until_it_is_near() -> None:
    ledger = opened()
    ahead = submission(filing(1), valid_until_ms=START_MS + VALIDITY_WINDOW_MS_MAX + 1)
    assert statuses(add(ledger, ahead)) == ["tooFarAhead"]
    assert statuses(add(ledger, ahead, time_ms=START_MS + 1)) == ["executed"]


def test_what_is_remembered_is_forgotten_with_its_validity_and_survives_a_restart() -> None:
    files, index = MemoryLedger(), MemoryStore()
    ledger = opened(files, index)
    first = submission(filing(1), valid_until_ms=START_MS + 10)
    second = submission(filing(2), valid_until_ms=START_MS + 20)
    add(ledger, first, second)
    assert len(list(index.scan(b"!x", b"!y"))) == 2
    add(ledger, time_ms=START_MS + 11)
    assert len(list(index.scan(b"!x", b"!y"))) == 1
    again = opened(files, index)
    assert again.executed_height(second.digest) == 1
    assert statuses(add(again, second, time_ms=START_MS + 20)) == ["duplicate"]
    add(again, time_ms=START_MS + 21)
    assert list(index.scan(b"!x", b"!y")) == []


def test_a_status_is_part_of_the_hash() -> None:
    once = submission(filing(1))
    executed, expired = opened(), opened()
    assert (
        add(executed, once).header.submissions_digest
        != add(expired, once, time_ms=HUGE).header.submissions_digest
    )


# Certified blocks of others


def test_a_block_with_another_hash_than_expected_changes_nothing() -> None:
    files, index = MemoryLedger(), MemoryStore()
    ledger = grown(opened(files, index), 1)
    before, pairs = state(ledger), list(index.scan())
    with pytest.raises(InvalidBlockError, match="block 2: expected"):
        ledger.append(2, START_MS, [submission(filing(50))], expected_hash=digest_of("other"))
    assert (state(ledger), list(index.scan())) == (before, pairs)
    assert len(list(files.blocks.records())) == 1
    twin = grown(opened(), 2)
    right = submission(*map(filing, range(6, 9)), nonce=2)
    ledger.append(2, START_MS + 2, [right], expected_hash=twin.head_hash)
    assert state(ledger) == state(twin)


def test_certificates_are_kept_once_a_height() -> None:
    ledger = grown(opened(), 3)
    first = ledger.certificate(2)
    network_id = KEYRING.network_id
    ledger.attach_certificate(
        certificate_of(2, ledger.block_hash(2), "EP", "JP", "US", network_id=network_id)
    )
    assert ledger.certificate(2) == first == certified(ledger, 2)
    assert ledger.latest_certificate() == certified(ledger, 3)
    assert ledger.certificate(9) is None


def test_a_certificate_of_another_block_is_an_alarm() -> None:
    ledger = grown(opened(), 1)
    with pytest.raises(InvalidBlockError, match="block 1: certified is"):
        ledger.attach_certificate(certificate_of(1, digest_of("other")))
    with pytest.raises(LookupError):
        ledger.attach_certificate(certificate_of(2, digest_of("other")))


# Restart and repair


def everything(index: MemoryStore) -> list[tuple[bytes, bytes]]:
    """What follows from the files: all but how far they are durable."""
    return [(key, value) for key, value in index.scan() if key != DURABLE_KEY]


def copied(files: MemoryLedger) -> MemoryLedger:
    copy = MemoryLedger()
    for _, record in files.blocks.records():
        copy.blocks.append(record)
    return copy


def filled(blocks: int = 5) -> tuple[Ledger, MemoryLedger, MemoryStore]:
    files, index = MemoryLedger(), MemoryStore()
    return grown(opened(files, index), blocks), files, index


def test_opening_a_ledger_whose_index_is_current_replays_nothing() -> None:
    ledger, files, index = filled()
    calls: list[tuple[int, int]] = []
    before = everything(index)
    again = Ledger(GENESIS, files, index, progress=lambda done, total: calls.append((done, total)))
    assert (calls, again.notes, everything(index)) == ([], [], before)
    assert state(again) == state(ledger)
    assert state(grown(again, 1)) == state(filled(6)[0])


def test_a_lost_index_is_rebuilt_with_progress() -> None:
    ledger, files, index = filled()
    calls: list[tuple[int, int]] = []
    fresh = MemoryStore()
    again = Ledger(GENESIS, files, fresh, progress=lambda done, total: calls.append((done, total)))
    total = files.blocks.size_bytes()
    assert len(calls) == 5
    assert calls[-1] == (total, total)
    assert again.notes == ["blocks 1 to 5 were executed into the index"]
    assert state(again) == state(ledger)
    assert again.latest_certificate() == ledger.latest_certificate()
    assert everything(fresh) == everything(index)


def test_an_index_that_is_behind_takes_the_missing_blocks() -> None:
    ledger, files, index = filled(2)
    behind = MemoryStore()
    behind.write(everything(index))
    grown(ledger, 3)
    again = opened(files, behind)
    assert again.notes == ["blocks 3 to 5 were executed into the index"]
    assert everything(behind) == everything(index)


def test_an_index_that_a_power_cut_left_ahead_is_rebuilt() -> None:
    earlier, files, index = filled(3)
    cut = copied(files)
    cut.certificates = files.certificates
    before = everything(index)
    for time_ms in (START_MS + 4, START_MS + 5):
        earlier.append(earlier.height + 1, time_ms, [submission(filing(50))], durable=False)
    again = opened(cut, index)
    assert "ahead" in again.notes[0]
    assert again.height == 3
    assert everything(index) == before


@pytest.mark.parametrize("kept", [0, 3])
def test_files_that_lack_what_was_durable_are_not_opened(kept: int) -> None:
    ledger, files, index = filled(5)
    shorter = MemoryLedger()
    for _, record in list(files.blocks.records())[:kept]:
        shorter.blocks.append(record)
    before = everything(index)
    with pytest.raises(CorruptLedgerError, match=r"block 5, which was synced"):
        opened(shorter, index)
    assert everything(index) == before
    assert state(opened(files, index)) == state(ledger)
    assert opened(shorter, MemoryStore()).height == kept


def test_an_index_of_another_chain_is_rebuilt() -> None:
    _, _, other = filled(3)
    files, index = MemoryLedger(), MemoryStore()
    ledger = opened(files, index)
    for height in (1, 2, 3):
        add(ledger, submission(filing(900 + height), nonce=height))
    again = opened(files, other)
    assert "block 3 is another one there" in again.notes[0]
    assert everything(other) == everything(index)


def test_an_index_of_another_network_is_rebuilt() -> None:
    _, _, index = filled(3)
    other = replace(GENESIS, network_name="another")
    again = Ledger(other, MemoryLedger(), index)
    assert "of network" in again.notes[0]
    assert (again.height, list(index.scan())) == (0, [])


@pytest.mark.parametrize("prefix", [b"!a", b"!b", b"!h", b"!s"])
def test_a_damaged_index_is_rebuilt(prefix: bytes) -> None:
    ledger, files, index = filled()
    before = everything(index)
    key, value = list(index.scan(prefix, prefix + b"\xff"))[-1]
    for damage in ([(key, value[:-1] + bytes([value[-1] ^ 1]))], [(key, value[:-1])], []):
        index.write(damage, [] if damage else [key])
        again = opened(files, index)
        assert "rebuilt" in again.notes[0]
        assert state(again) == state(ledger)
        assert everything(index) == before


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record.replace(b"2013-05-06", b"2013-05-07"),  # another filing date
        lambda record: record.replace(b"2013-05-06", b"2013-05-\xff6"),
        lambda record: record[:-1],
    ],
)
def test_a_damaged_fact_stops_the_block_that_would_change_it_and_is_rebuilt(
    damage: Callable[[bytes], bytes],
) -> None:
    _, files, index = filled()
    key, reference = b"fAUP2013000006", "2013000006"
    event = Event(
        filing=FilingReference(right="patent", application_number_text=reference),
        event_category="granted",
        event_date=filing(1).filing_date,
    )
    record = index.get(key)
    assert record is not None
    index.write([(key, damage(record))])
    again = opened(files, index)
    with pytest.raises(CorruptIndexError, match="rebuilt"):
        add(again, submission(event))
    assert again.height == 5
    twin, mended = opened(copied(files)), opened(files, index)
    assert "rebuilt" in mended.notes[0]
    assert add(mended, submission(event)) == add(twin, submission(event))


def test_a_lost_fact_stops_the_block_that_would_make_it_again() -> None:
    _, files, index = filled()
    index.write([], [b"fAUP2013000006"])
    with pytest.raises(CorruptIndexError, match="rebuilt"):
        add(opened(files, index), submission(filing(6), nonce=9))


def test_an_interrupted_rebuild_is_begun_again() -> None:
    ledger, files, index = filled()
    before = everything(index)
    index.write([], [b"!a", *(key for key, _ in before[:10])])
    again = opened(files, index)
    assert "does not say" in again.notes[0]
    assert (state(again), everything(index)) == (state(ledger), before)


def test_a_record_that_executes_to_another_block_is_corrupt() -> None:
    ledger, files, _ = filled(2)
    forged = MemoryLedger()
    right = ledger.block(2)
    forged.blocks.append(ledger.block_bytes(1))
    wrong_outcome = replace(right.submissions[0].outcomes[0], status="rejected")
    wrong = replace(right.submissions[0], outcomes=(wrong_outcome,))
    for block in (
        replace(right, header=replace(right.header, state_root=digest_of("other"))),
        replace(right, header=replace(right.header, height=3)),
        replace(right, submissions=()),
        replace(right, submissions=(wrong,)),
    ):
        log = MemoryLedger()
        log.blocks.append(ledger.block_bytes(1))
        log.blocks.append(encode_block(block))
        with pytest.raises(CorruptLedgerError, match="block 2 with hash"):
            opened(log)
    forged.blocks.append(b"no block")
    with pytest.raises(CorruptLedgerError, match="block 2, found block"):
        opened(forged)
    assert opened(files).height == 2


def test_a_submission_that_its_office_did_not_sign_is_found_in_a_rebuild() -> None:
    ledger, _, _ = filled(1)
    block = ledger.block(1)
    data = block.submissions[0].data
    forged = replace(block, submissions=(replace(block.submissions[0], data=data[:-9] + b"A" * 9),))
    log = MemoryLedger()
    log.blocks.append(encode_block(forged))
    with pytest.raises(CorruptLedgerError, match="signature"):
        opened(log)


def test_a_certificate_record_that_is_none_is_corrupt() -> None:
    ledger, files, _ = filled(1)
    for record in (b"no certificate", encode_certificate(certificate_of(1, digest_of("other")))):
        log = MemoryLedger()
        log.blocks.append(ledger.block_bytes(1))
        log.certificates.append(record)
        with pytest.raises(CorruptLedgerError, match="certificate"):
            opened(log)
    assert opened(files).latest_certificate() == ledger.latest_certificate()


def test_a_certificate_of_no_block_is_noted() -> None:
    for height in (0, -1):
        log = MemoryLedger()
        log.certificates.append(encode_certificate(CheckpointCertificate(height, NO_DIGEST, ())))
        assert opened(log).notes == [f"the certificate of height {height} has no block"]


@pytest.mark.parametrize("kept", [0, 3, 5])
def test_certificates_that_the_files_lost_are_forgotten_and_can_come_again(kept: int) -> None:
    ledger, files, index = filled()
    shorter = MemoryLedger()
    shorter.blocks = files.blocks
    for _, record in list(files.certificates.records())[:kept]:
        shorter.certificates.append(record)
    again = opened(shorter, index)
    assert [("indexed anew" in note) for note in again.notes] == [True] * (kept < 5)
    expected = certified(ledger, kept) if kept else None
    assert again.latest_certificate() == expected
    again.attach_certificate(certified(ledger, 5))
    assert again.certificate(5) == opened(shorter, index).latest_certificate()


@pytest.mark.parametrize("key", [b"!e", b"!c" + (5).to_bytes(8, "big")])
def test_a_damaged_place_of_the_last_certificate_is_mended(key: bytes) -> None:
    ledger, files, index = filled()
    right = index.get(key)
    assert right is not None
    for damage in (b"", b"\xc0", right[:-1], b"\x93\x01\x7f\x01"):
        index.write([(key, damage)])
        again = opened(files, index)
        assert again.latest_certificate() == ledger.latest_certificate()
        assert index.get(key) == right


class DurableLog(MemoryLog):
    """A log that knows what a power cut would leave."""

    durable = 0

    def sync(self) -> None:
        self.durable = len(self._records)


def test_blocks_and_certificates_are_made_durable_apart() -> None:
    files = MemoryLedger()
    files.blocks, files.certificates = blocks, certificates = DurableLog(), DurableLog()
    ledger = opened(files)
    ledger.append(1, START_MS, [], durable=False)
    ledger.attach_certificate(certified(ledger, 1))
    assert (blocks.durable, certificates.durable) == (0, 0)
    ledger.sync()
    assert (blocks.durable, certificates.durable) == (1, 0)
    ledger.sync_certificates()
    assert (blocks.durable, certificates.durable) == (1, 1)


def test_a_certificate_whose_block_is_not_there_yet_is_noted() -> None:
    ledger, files, _ = filled(2)
    log = MemoryLedger()
    log.blocks.append(ledger.block_bytes(1))
    for _, record in files.certificates.records():
        log.certificates.append(record)
    again = opened(log)
    assert again.notes[-1] == "the certificate of height 2 has no block"
    assert again.latest_certificate() == certified(again, 1)


def test_block_files_are_the_same_on_all_nodes(tmp_path: Path) -> None:
    contents = []
    for name, store in (("one", MemoryStore()), ("two", SqliteStore(tmp_path / "index.db"))):
        files = FileLedger(tmp_path / name, KEYRING.network_id, segment_bytes_max=4_000)
        ledger = grown(Ledger(GENESIS, files, store), 6)
        if name == "two":
            ledger.attach_certificate(certified(ledger, 1))
        ledger.close()
        paths = sorted((tmp_path / name).glob("blocks-*.log"))
        contents.append([(path.name, path.read_bytes()) for path in paths])
    assert contents[0] == contents[1]
    assert len(contents[0]) > 1


def test_a_ledger_on_disk_goes_on_after_every_restart(tmp_path: Path) -> None:
    twin = opened()
    for _ in range(4):
        files = FileLedger(tmp_path, KEYRING.network_id, segment_bytes_max=4_000)
        store = SqliteStore(tmp_path / "index.db")
        ledger = Ledger(GENESIS, files, store)
        assert ledger.notes == []
        assert state(grown(ledger, 2)) == state(grown(twin, 2))
        ledger.close()


def test_a_torn_last_block_is_cut_off_and_can_come_again(tmp_path: Path) -> None:
    def open_ledger() -> Ledger:
        return Ledger(GENESIS, FileLedger(tmp_path, KEYRING.network_id), MemoryStore())

    ledger = grown(open_ledger(), 3)
    ledger.close()
    path = tmp_path / "blocks-000001.log"
    right = path.read_bytes()
    path.write_bytes(right[:-1])
    again = open_ledger()
    assert "cut off" in again.notes[0]
    assert again.height == 2
    assert grown(again, 1).height == 3
    assert path.read_bytes() == right
    again.close()


def test_a_damaged_block_in_the_middle_stops_the_opening(tmp_path: Path) -> None:
    files = FileLedger(tmp_path, KEYRING.network_id)
    grown(Ledger(GENESIS, files, MemoryStore()), 3).close()
    path = tmp_path / "blocks-000001.log"
    right = path.read_bytes()
    path.write_bytes(right[:300] + bytes([right[300] ^ 1]) + right[301:])
    with pytest.raises(CorruptLedgerError, match=r"blocks-000001\.log: at offset 52"):
        FileLedger(tmp_path, KEYRING.network_id)


class FullDisk(MemoryLog):
    """A log whose disk is full from its second record on."""

    def append(self, record: bytes) -> Location:
        if self.size_bytes():
            raise OSError("no space left")
        return super().append(record)


def test_after_a_failed_write_the_ledger_takes_no_more() -> None:
    files = MemoryLedger()
    files.blocks = FullDisk()
    ledger = grown(opened(files), 1)
    before = state(ledger)
    with pytest.raises(OSError, match="no space left"):
        add(ledger, submission(filing(50)))
    with pytest.raises(OSError, match="opened again"):
        add(ledger, submission(filing(50)))
    assert state(ledger) == before


def test_every_kind_of_entry_is_executed_without_an_error() -> None:
    day = filing(1).filing_date
    reference = FilingReference(right="patent", application_number_text="2013000001")
    entries: list[Entry] = [
        filing(1),
        Event(filing=reference, event_category="published", event_date=day),
        Claim(filing=reference, action="add", claim=PriorityClaim(), decision_date=day),
        Dispute(
            claiming_office_code="AU",
            filing=reference,
            action="raise",
            claim=PriorityClaim(),
            reason_text="no number",
            decision_date=day,
        ),
        Coverage(right="patent", from_date=day, until_date=day),
        ClosedDays(year=2013, closed_day_bag=(ClosedDay(date=day),)),
    ]
    ledger, files, index = filled(1)
    block = add(ledger, submission(*entries))
    assert block.header.entry_count == len(entries)
    assert state(opened(files, index)) == state(opened(files)) == state(ledger)


def test_an_index_ahead_of_the_certificates_file_forgets_what_the_file_lacks() -> None:
    files, index = MemoryLedger(), MemoryStore()
    ledger = grown(opened(files, index), 3)
    for height in (1, 2, 3):
        ledger.attach_certificate(certified(ledger, height))
    assert isinstance(files.certificates, MemoryLog)
    del files.certificates._records[1:]
    again = opened(files, index)
    assert [again.certificate(height) is not None for height in (1, 2, 3)] == [True, False, False]
    again.attach_certificate(certified(again, 3))
    assert again.latest_certificate() == certified(again, 3)
