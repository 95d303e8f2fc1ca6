"""Sealed claims and relations: their form, the sealed filing that each leads to, and its proof (register.md S3)."""

from collections.abc import Iterable
from typing import NamedTuple, TypeAlias, TypeVar

import msgspec

from crypto.seal import PRIORITY, check_proof
from ledger.register.applied import Get
from ledger.register.entries import PriorityClaim, RelatedFiling, Right
from ledger.register.filing import ClaimRecord, DisputeRecord, RelatedRecord, decode_filing
from ledger.register.keys import filing_key, sealed_key
from ledger.register.offices import office_code

Named: TypeAlias = PriorityClaim | RelatedFiling


def is_sealed_claim(named: Named) -> bool:
    """Return whether the claim or relation is sealed, or half so."""
    return named.claim_key is not None or named.proof is not None


def unproved(get: Get, network_id: bytes, later_filing_id: str, made: Iterable[Named]) -> str:
    """Return why the sealed ones of these cannot be made by the filing with this id; empty if all can."""
    sealed = [named for named in made if is_sealed_claim(named)]
    if any(_is_malformed(named) or named.proof is None for named in sealed):
        return "SEALED_CLAIM_MALFORMED"
    if any(get(_first_filing(named)) is None for named in sealed):
        return "SEALED_FILING_NOT_FOUND"
    # A bag may hold one claim many times: its proof is checked once.
    proofs = dict.fromkeys(map(_proof, sealed))
    proved = (_is_proved(network_id, later_filing_id, proof) for proof in proofs)
    return "" if all(proved) else "CLAIM_NOT_PROVED"


def misnamed(named: Iterable[Named]) -> str:
    """Return why these do not name claims or relations that were made before; empty if they do."""
    wrong = any(
        one.proof is not None or _is_malformed(one) for one in named if is_sealed_claim(one)
    )
    return "SEALED_CLAIM_MALFORMED" if wrong else ""


_Told = TypeVar("_Told", bound=ClaimRecord | RelatedRecord | DisputeRecord)


class ToldAlike:
    """Tells what leads to one opened filing alike, by its claim key, whether it names that or the number.

    So a name means every claim to that filing (register.md S3). Only the claim keys that are named are looked for:
    where none is, the number says all.
    """

    def __init__(
        self, get: Get, right: Right, among: Iterable[ClaimRecord | RelatedRecord | DisputeRecord]
    ) -> None:
        """`right` is that of a first filing where none is stated; `among` are those that are compared."""
        self._get = get
        self._right = right
        self._claim_keys = {(one.office, one.claim_key) for one in among if one.claim_key}

    def __call__(self, named: _Told) -> _Told:
        """Return what names an opened filing by its number as if it named the claim key; else as it is."""
        if not self._claim_keys or not named.match_key:
            return named
        data = self._get(filing_key(named.office, named.right or self._right, named.match_key))
        if data is None:
            return named
        first = decode_filing(data)
        is_one_of_them = (named.office, first.claim_key) in self._claim_keys
        if not is_one_of_them or named.filing_date not in {None, first.filing_date}:
            return named
        nothing = {"number": "", "match_key": "", "right": None, "filing_date": None}
        return msgspec.structs.replace(named, claim_key=first.claim_key, **nothing)


def _is_malformed(named: Named) -> bool:
    """Return whether a sealed claim says what it must not, or not what it must: a known office and a claim key."""
    tells = named.application_number_text or named.filing_date or named.right
    return named.claim_key is None or bool(tells) or not office_code(named.ip_office_code)


def _first_filing(named: Named) -> bytes:
    return sealed_key(office_code(named.ip_office_code), named.claim_key or "")


class _Proof(NamedTuple):
    """What a sealed claim or relation has to show for it."""

    first_office: str
    claim_key: str
    role: str
    proof: str


def _proof(named: Named) -> _Proof:
    role = PRIORITY if isinstance(named, PriorityClaim) else named.relation
    return _Proof(office_code(named.ip_office_code), named.claim_key or "", role, named.proof or "")


def _is_proved(network_id: bytes, later_filing_id: str, shown: _Proof) -> bool:
    return check_proof(
        network_id,
        shown.first_office,
        shown.claim_key,
        role=shown.role,
        later_filing_id=later_filing_id,
        proof=shown.proof,
    )
