"""Tiny builders for sealed filings, their openings and the claims to them."""

from builders.offices import NETWORK
from register_builders import day

from crypto.access_code import AccessCode
from crypto.digest import sha256
from crypto.seal import PRIORITY, Seal, seal
from ledger.register.entries import (
    FilingReference,
    Opening,
    PriorityClaim,
    RelatedFiling,
    Relation,
    Right,
    SealedFiling,
)
from ledger.register.numbers import normalise


def code_of(word: str) -> AccessCode:
    return AccessCode(sha256(word.encode())[:16])


def seal_of(
    office: str, number: str, filed: str, *, right: Right = "patent", code: str = "code"
) -> Seal:
    """As the office of first filing makes it, and whoever knows number, date and code."""
    read = normalise(office, right, number, day(filed))
    return seal(NETWORK, office, read.right, read.match_key, day(filed), code=code_of(code))


def sealed(
    seal: Seal, *claims: PriorityClaim, related: tuple[RelatedFiling, ...] = ()
) -> SealedFiling:
    return SealedFiling(
        claim_key=seal.claim_key,
        commitment=seal.commitment,
        priority_claim_bag=claims,
        related_filing_bag=related,
    )


def sealed_id(seal: Seal) -> str:
    return f"{seal.office}.sealed.{seal.claim_key}"


def opening(
    seal: Seal, number: str, filed: str, *claims: PriorityClaim, right: Right = "patent"
) -> Opening:
    return Opening(
        claim_key=seal.claim_key,
        blinding=seal.blinding,
        right=right,
        application_number_text=number,
        filing_date=day(filed),
        priority_claim_bag=claims,
    )


def proved(first: Seal, later: str) -> PriorityClaim:
    """The sealed claim that the filing with this id makes."""
    return PriorityClaim(
        ip_office_code=first.office,
        claim_key=first.claim_key,
        proof=first.prove(PRIORITY, later),
    )


def named(first: Seal) -> PriorityClaim:
    """What points at a sealed claim that was made."""
    return PriorityClaim(ip_office_code=first.office, claim_key=first.claim_key)


def related(first: Seal, later: str, relation: Relation) -> RelatedFiling:
    return RelatedFiling(
        relation=relation,
        ip_office_code=first.office,
        claim_key=first.claim_key,
        proof=first.prove(relation, later),
    )


def reference(seal: Seal) -> FilingReference:
    return FilingReference(claim_key=seal.claim_key)
