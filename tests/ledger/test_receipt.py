"""Receipts and state evidence: what they show, and that nothing altered shows anything."""

from collections.abc import Callable

import pytest
from builders.ledgers import (
    GENESIS,
    KEYRING,
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

from ledger.block import decode_header, encode_header
from ledger.certified import CertifiedHeader
from ledger.errors import InvalidReceiptError, MalformedReceiptError, NotCertifiedError
from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.receipt import Receipt, StateEvidence, verify_receipt, verify_state_evidence
from ledger.receipt_json import (
    decode_receipt,
    decode_state_evidence,
    encode_receipt,
    encode_state_evidence,
)
from ledger.record_log import Location, MemoryLog
from ledger.register.filing import MalformedFilingIdError
from ledger.submission import Submission

FILING = "AU.patent.2013000004"  # in block 1 of a grown ledger, at index 1


def receipt_of(ledger: Ledger, filing_id: str = FILING) -> Receipt:
    receipt = ledger.receipt(filing_id)
    assert receipt is not None
    return receipt


def state_of(receipt: Receipt) -> StateEvidence:
    assert receipt.state is not None
    return receipt.state


def caught_up(ledger: Ledger) -> Ledger:
    """A ledger of the same blocks that holds the last certificate only."""
    other = opened()
    for height in range(1, ledger.height + 1):
        block = ledger.block(height)
        other.append(height, block.header.time_ms, submissions_of(height))
    other.attach_certificate(certified(other, other.height))
    assert other.head_hash == ledger.head_hash
    return other


def submissions_of(height: int) -> list[Submission]:
    return [submission(*map(filing, range(height * 3, height * 3 + 3)), nonce=height)]


def test_a_receipt_shows_the_filing_its_outcome_and_its_block() -> None:
    ledger = grown(opened(), 3)
    receipt = receipt_of(ledger)
    assert (receipt.office, receipt.index) == ("AU", 1)
    assert receipt.outcome.subject == FILING
    assert b'"applicationNumberText":"2013000004"' in receipt.entry
    assert verify_receipt(receipt, GENESIS) == ledger.header(1)
    assert verify_state_evidence(state_of(receipt), GENESIS) == ledger.header(3)


def test_every_entry_of_a_block_has_a_receipt() -> None:
    ledger = opened()
    ledger.append(
        1,
        START_MS,
        [
            submission(filing(1), filing(2)),
            submission(filing(1), filing(2)),
            submission(filing(3), office="EP"),
        ],
    )
    ledger.attach_certificate(certified(ledger, 1))
    receipts = [ledger.entry_receipt(1, index) for index in range(3)]
    assert [verify_receipt(receipt, GENESIS).height for receipt in receipts] == [1, 1, 1]
    assert [receipt.office for receipt in receipts] == ["AU", "AU", "EP"]
    with pytest.raises(IndexError, match="below 3, got 3"):
        ledger.entry_receipt(1, 3)


class CountedLog(MemoryLog):
    """A log that counts how often it is read."""

    count = 0

    def read(self, location: Location) -> bytes:
        self.count += 1
        return super().read(location)


def test_the_receipts_of_a_block_need_its_bytes_once() -> None:
    files, log = MemoryLedger(), CountedLog()
    files.blocks = log
    ledger = caught_up(grown(opened(files), 2))
    first = ledger.entry_receipt(1, 0)
    before = log.count
    assert ledger.entry_receipt(1, 0) == first
    assert ledger.entry_receipt(1, 2) != first
    assert log.count == before


def test_a_later_certificate_covers_every_block_before_it() -> None:
    for blocks in (2, 3, 4, 7, 8, 9):
        ledger = caught_up(grown(opened(), blocks))
        for height in range(1, blocks + 1):
            receipt = ledger.entry_receipt(height, 0)
            assert verify_receipt(receipt, GENESIS) == ledger.header(height)
            assert bool(receipt.certified.later_header) == (height < blocks)


def test_a_filing_that_is_not_there_has_no_receipt_but_evidence_of_absence() -> None:
    ledger = grown(opened(), 2)
    assert ledger.receipt("AU.patent.2013999999") is None
    with pytest.raises(MalformedFilingIdError):
        ledger.receipt("AU 2013999999")
    evidence = ledger.state_evidence(b"fAUP2013000099")
    assert evidence.value is None
    assert verify_state_evidence(evidence, GENESIS) == ledger.header(2)


def test_before_its_certificate_a_block_has_no_receipt() -> None:
    ledger = grown(opened(), 1)
    ledger.append(2, START_MS, [submission(filing(900))])
    with pytest.raises(NotCertifiedError, match=r"block 2 awaits .* height 1"):
        ledger.receipt("AU.patent.2013000900")
    with pytest.raises(NotCertifiedError):
        ledger.state_evidence(b"fAUP2013000900")
    earlier = receipt_of(ledger)
    assert earlier.state is None
    assert verify_receipt(earlier, GENESIS) == ledger.header(1)


def test_a_state_proof_taken_now_becomes_evidence_when_its_height_is_certified() -> None:
    ledger = grown(opened(), 1)
    key = b"fAUP2013000900"
    ledger.append(2, START_MS, [])
    height, proof = ledger.height, ledger.state_proof(key)
    ledger.append(3, START_MS, [submission(filing(900))])
    ledger.attach_certificate(certified(ledger, 3))
    evidence = StateEvidence(key, None, proof, ledger.certified_header(height))
    assert verify_state_evidence(evidence, GENESIS).height == 2


RECEIPT = receipt_of(grown(opened(), 3))
LATE = receipt_of(caught_up(grown(opened(), 3)))
OTHER = digest_of("other")


def on_certificate(change: Callable[[CertifiedHeader], CertifiedHeader]) -> Receipt:
    return replace(RECEIPT, certified=change(RECEIPT.certified))


def with_header(**members: object) -> Receipt:
    header = replace(decode_header(RECEIPT.certified.header), **members)
    encoded = encode_header(header)
    certificate = certificate_of(1, OTHER, network_id=KEYRING.network_id)
    return replace(RECEIPT, certified=CertifiedHeader(encoded, certificate))


@pytest.mark.parametrize(
    ("receipt", "message"),
    [
        (replace(RECEIPT, office="EP"), "entry 1"),
        (replace(RECEIPT, entry=RECEIPT.entry + b" "), "entry 1"),
        (replace(RECEIPT, outcome=replace(RECEIPT.outcome, status="rejected")), "entry 1"),
        (replace(RECEIPT, index=0), "entry 0"),
        (replace(RECEIPT, index=-1), "entry -1"),
        (replace(RECEIPT, path=RECEIPT.path[:-1]), "shorter"),
        (replace(RECEIPT, path=(*RECEIPT.path, OTHER)), "longer"),
        (replace(RECEIPT, certified=replace(RECEIPT.certified, header=b"x")), "header"),
        (with_header(entries_root=OTHER), "certificate: expected"),
        (with_header(network_id=OTHER), "network: expected"),
        (
            on_certificate(
                lambda each: replace(each, certificate=replace(each.certificate, signatures=()))
            ),
            "3 offices, got 0",
        ),
        (replace(LATE, certified=replace(LATE.certified, later_header=b"")), "certificate"),
        (replace(LATE, certified=replace(LATE.certified, history_path=())), "inclusion"),
        (replace(RECEIPT, state=replace(state_of(RECEIPT), value=b"x")), "another value"),
        (replace(RECEIPT, state=replace(state_of(RECEIPT), value=None)), "presence"),
        (replace(RECEIPT, state=replace(state_of(RECEIPT), key=b"fAUP1")), "state: expected"),
        (
            replace(
                RECEIPT, state=state_of(receipt_of(grown(opened(), 3), "AU.patent.2013000005"))
            ),
            "state: expected",
        ),
        (replace(RECEIPT, outcome=replace(RECEIPT.outcome, height=2**70)), "smaller numbers"),
    ],
)
def test_an_altered_receipt_shows_nothing(receipt: Receipt, message: str) -> None:
    with pytest.raises((InvalidReceiptError, MalformedReceiptError), match=message):
        verify_receipt(receipt, GENESIS)


def test_evidence_of_presence_is_none_of_absence() -> None:
    with pytest.raises(MalformedReceiptError, match="a value, or else a proof of absence"):
        verify_state_evidence(replace(state_of(RECEIPT), value=None), GENESIS)


def test_a_receipt_of_another_network_shows_nothing_here() -> None:
    with pytest.raises(InvalidReceiptError, match="network"):
        verify_receipt(RECEIPT, replace(GENESIS, network_name="another"))


def test_documents_go_there_and_back() -> None:
    for receipt in (RECEIPT, LATE, replace(RECEIPT, state=None)):
        assert decode_receipt(encode_receipt(receipt)) == receipt
    for evidence in (
        state_of(RECEIPT),
        grown(opened(), 2).state_evidence(b"fAUP2013000099"),
    ):
        assert decode_state_evidence(encode_state_evidence(evidence)) == evidence


@pytest.mark.parametrize(
    ("part", "other", "message"),
    [
        (b'{"', b"{", "receipt"),
        (b'"index":1', b'"index":"1"', "index"),
        (b'"index":1', b'"index":1,"more":2', "more"),
        (b'"entry":"', b'"entry":"=', "entry: expected unpadded base64url"),
        (b'"pathBag":["', b'"pathBag":["zz', "pathBag: expected hexadecimal"),
        (b'"blockHash":"', b'"blockHash":" ', "blockHash: expected lower-case"),
        (b'"status":"accepted"', b'"status":"approved"', "receipt"),
        (b'"proof":"', b'"proof":"AA', "proof"),
    ],
)
def test_what_is_no_receipt_is_malformed(part: bytes, other: bytes, message: str) -> None:
    document = encode_receipt(RECEIPT)
    assert part in document
    with pytest.raises(MalformedReceiptError, match=message):
        decode_receipt(document.replace(part, other, 1))


def test_no_altered_character_of_a_receipt_is_accepted() -> None:
    document = encode_receipt(replace(LATE, state=None))
    for place in range(0, len(document), 3):
        altered = bytearray(document)
        altered[place] ^= 2
        with pytest.raises((MalformedReceiptError, InvalidReceiptError)):
            verify_receipt(decode_receipt(bytes(altered)), GENESIS)
