"""How much work sealed claims can make of a block: each distinct proof in a bag is checked once (register.md S3)."""

import msgspec
import pytest
from msgspec.structs import replace
from register_builders import MappingReader, filing
from sealed_builders import proved, related, seal_of, sealed

from consensus.settings import ReplicaSettings
from crypto.seal import check_proof
from ledger.register import sealed_claims
from ledger.register.entries import CLAIMS_MAX
from ledger.submission import SUBMISSION_BYTES_MAX

FIRST = seal_of("AU", "2026900123", "2026-03-12")
OTHER = seal_of("AU", "2026900124", "2026-03-12")
LATER = "JP.patent.2026123456"


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The proofs that the register checks, in order; it checks them as ever."""
    proofs: list[str] = []

    def counting(
        network_id: bytes, first_office: str, claim_key: str, *, role: str, later_filing_id: str,
        proof: str,
    ) -> bool:  # fmt: skip
        proofs.append(proof)
        return check_proof(
            network_id, first_office, claim_key, role=role, later_filing_id=later_filing_id,
            proof=proof,
        )  # fmt: skip

    monkeypatch.setattr(sealed_claims, "check_proof", counting)
    return proofs


def register() -> MappingReader:
    reader = MappingReader()
    for made in (FIRST, OTHER):
        assert reader.apply("AU", sealed(made)).status == "accepted"
    return reader


def test_a_proof_that_a_bag_repeats_is_checked_once(checked: list[str]) -> None:
    claim = proved(FIRST, LATER)
    relation = related(FIRST, LATER, "division")
    other = replace(claim, ip_office_code="au")
    bag = (*[claim, other] * (CLAIMS_MAX // 2 - 1), proved(OTHER, LATER))
    entry = replace(
        filing("2026-123456", "2026-10-01", *bag), related_filing_bag=(relation,) * CLAIMS_MAX
    )
    assert register().apply("JP", entry).status == "accepted"
    assert checked == [claim.proof, proved(OTHER, LATER).proof, relation.proof]


@pytest.mark.parametrize("at", [0, 100, 199])
def test_one_bad_proof_among_many_good_ones_is_found(checked: list[str], at: int) -> None:
    bag = [proved(FIRST, LATER)] * CLAIMS_MAX
    bag[at] = replace(bag[at], proof=proved(OTHER, LATER).proof)
    outcome = register().apply("JP", filing("2026-123456", "2026-10-01", *bag))
    assert outcome.reason == "CLAIM_NOT_PROVED"
    assert len(checked) <= 2


def test_a_good_proof_does_not_prove_a_relation(checked: list[str]) -> None:
    claim = proved(FIRST, LATER)
    relation = replace(related(FIRST, LATER, "division"), proof=claim.proof)
    entry = replace(filing("2026-123456", "2026-10-01", claim), related_filing_bag=(relation,))
    assert register().apply("JP", entry).reason == "CLAIM_NOT_PROVED"
    assert len(checked) == 2


def test_the_bytes_of_a_block_limit_the_proofs_in_it() -> None:
    # The figures of register.md S3: entries are base64 in a submission.
    smallest = len(msgspec.json.encode(proved(FIRST, LATER)))
    assert ReplicaSettings().block_bytes * 3 // 4 // smallest < 4_500
    assert SUBMISSION_BYTES_MAX * 3 // 4 // smallest < 6_750
