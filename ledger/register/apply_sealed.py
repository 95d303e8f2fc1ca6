"""Enters a sealed filing (register.md S1)."""

from crypto.seal import is_sound
from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_filing import (
    bag_refusal,
    claim_record,
    claim_warnings,
    related_link,
    related_record,
)
from ledger.register.entries import SealedFiling
from ledger.register.filing import SealedRecord, decode_sealed, encode
from ledger.register.keys import linked_since, priority_link, sealed_count_key, sealed_key
from ledger.register.sealed import ANY_RIGHT
from ledger.register.sealed_claims import Named
from ledger.register.told_again import content

_COUNT_SIZE = 4


def apply_sealed(get: Get, office: str, filing: SealedFiling, position: Position) -> Applied:
    """Return the outcome of a sealed filing."""
    subject = f"{office}.sealed.{filing.claim_key}"
    claims, related = filing.priority_claim_bag, filing.related_filing_bag
    reason = bag_refusal(get, filing, subject, position.network_id)
    named: tuple[Named, ...] = (*claims, *related)
    if not reason and any(one.right is None and one.claim_key is None for one in named):
        reason = "CLAIM_RIGHT_MISSING"
    if not reason and not is_sound(filing.claim_key):
        reason = "CLAIM_KEY_UNSOUND"
    if reason:
        return rejected(reason, subject)
    warnings: list[str] = []
    record = SealedRecord(
        filing.commitment,
        position.height,
        position.index,
        tuple(claim_record(given, ANY_RIGHT, position, warnings) for given in claims),
        len(claims),
        tuple(related_record(given, ANY_RIGHT) for given in related),
    )
    key = sealed_key(office, filing.claim_key)
    data = get(key)
    if data is not None:
        return _apply_known(decode_sealed(data), record, subject)
    firsts = [claim_warnings(claim, key, ANY_RIGHT, None, warnings) for claim in record.claims]
    links = [priority_link(first, key) for first in firsts if first is not None]
    earlier = (related_link(named, ANY_RIGHT, key) for named in record.related)
    links += [link for link in earlier if link is not None]
    since = linked_since(position.height)
    return Applied(
        accepted(warnings, subject),
        ((key, encode(record)), count_sealed(get, office, 1)),
        tuple((link, since) for link in links),
    )


def _apply_known(known: SealedRecord, record: SealedRecord, subject: str) -> Applied:
    same = (
        known.commitment == record.commitment
        and list(map(content, known.claims[: known.claims_filed]))
        == list(map(content, record.claims))
        and list(map(content, known.related)) == list(map(content, record.related))
    )
    if not same:
        return rejected("CONTENT_CONFLICT", subject)
    return repeated(subject, known.height, known.index)


def count_sealed(get: Get, office: str, change: int) -> tuple[bytes, bytes]:
    """Return the fact of how many filings of an office are sealed, with one more or less (register.md S6)."""
    key = sealed_count_key(office)
    count = int.from_bytes(get(key) or b"", "big") + change
    return key, count.to_bytes(_COUNT_SIZE, "big")
