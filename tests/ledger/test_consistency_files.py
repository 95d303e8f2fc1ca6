"""Consistency proofs between any two heights: the ledger only grew (RFC 9162, 2.1.4)."""

from itertools import combinations

import pytest
from builders.ledgers import GENESIS, certified, filing, grown, opened, submission
from builders.vectors import DIRECTORY
from msgspec.structs import replace

from ledger.errors import NotCertifiedError
from ledger.proof.consistency import encode_consistency, verify_consistency_file
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.making import make_consistency

LEDGER = grown(opened(), 9)
PROOF = make_consistency(LEDGER, 3, 8)
FILE = encode_consistency(PROOF)


def test_any_two_heights_are_shown_to_be_one_history() -> None:
    for earlier, later in combinations(range(1, 10), 2):
        document = make_consistency(LEDGER, earlier, later)
        verdict = verify_consistency_file(encode_consistency(document), GENESIS)
        assert (verdict.earlier_height, verdict.later_height) == (earlier, later)
        assert verdict.earlier_hash == LEDGER.block_hash(earlier).hex()
        assert verdict.later_hash == LEDGER.block_hash(later).hex()
        assert verdict.signer_bag == ("AU", "EP", "JP")


def test_a_height_without_a_certificate_of_its_own_is_covered_by_a_later_one() -> None:
    ledger = opened()
    for height in range(1, 6):
        ledger.append(height, 1, [submission(filing(height), nonce=height)])
    with pytest.raises(NotCertifiedError, match="block 4"):
        make_consistency(ledger, 2, 4)
    ledger.attach_certificate(certified(ledger, 5))
    document = make_consistency(ledger, 2, 4)
    assert document.later is not None
    verdict = verify_consistency_file(encode_consistency(document), GENESIS)
    assert verdict.later_hash == ledger.block_hash(4).hex()


@pytest.mark.parametrize(("earlier", "later"), [(0, 3), (3, 3), (4, 3)])
def test_only_rising_heights_can_be_asked_for(earlier: int, later: int) -> None:
    with pytest.raises(IndexError):
        make_consistency(LEDGER, earlier, later)


def test_the_block_of_another_history_is_not_in_this_one() -> None:
    forked = grown(opened(), 2)
    grown(forked, 7, filings=2)
    foreign = make_consistency(forked, 3, 8)
    with pytest.raises(InvalidProofFileError, match=r"^consistency: "):
        verify_consistency_file(
            encode_consistency(replace(PROOF, earlier_header=foreign.earlier_header)), GENESIS
        )


def test_no_altered_byte_is_accepted() -> None:
    for place in range(len(FILE)):
        altered = bytearray(FILE)
        altered[place] ^= 1
        with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
            verify_consistency_file(bytes(altered), GENESIS)


@pytest.mark.parametrize("length", [0, 1, 40, len(FILE) // 2, len(FILE) - 1])
def test_a_truncated_file_is_damaged(length: int) -> None:
    with pytest.raises(InvalidProofFileError, match=r"^form: "):
        verify_consistency_file(FILE[:length], GENESIS)


def test_a_file_of_another_network_proves_nothing_here() -> None:
    with pytest.raises(InvalidProofFileError, match=r"^genesis: expected a block of network"):
        verify_consistency_file(FILE, replace(GENESIS, network_name="another"))


def test_a_file_that_is_too_new_is_undecided() -> None:
    with pytest.raises(UndecidableProofFileError, match="expected version 1, got 2"):
        verify_consistency_file(FILE.replace(b'"version":1', b'"version":2'), GENESIS)


def test_the_bytes_of_a_file_are_the_known_ones() -> None:
    assert (DIRECTORY / "proof_consistency.json").read_bytes().rstrip(b"\n") == FILE
