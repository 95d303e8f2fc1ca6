"""Enters that a sealed filing is opened, at its publication (register.md S5)."""

from typing import NamedTuple

import msgspec

from crypto.seal import check_opening
from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.apply_filing import (
    ASSUMED_RIGHT,
    bag_refusal,
    claim_record,
    claim_warnings,
    entry_refusal,
    entry_warnings,
    related_link,
    related_record,
)
from ledger.register.apply_sealed import count_sealed
from ledger.register.entries import CLAIMS_MAX, TEXT_LENGTH_MAX, Opening
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_filing,
    decode_sealed,
    encode,
)
from ledger.register.keys import (
    filing_id,
    filing_key,
    history_link,
    linked_since,
    priority_link,
    sealed_key,
)
from ledger.register.numbers import normalise
from ledger.register.numbers.number import Number
from ledger.register.offices import office_code
from ledger.register.told_again import ToldBefore


def apply_opening(get: Get, office: str, opening: Opening, position: Position) -> Applied:
    """Return the outcome of an opening: what it says is checked against the commitment."""
    key = sealed_key(office, opening.claim_key)
    subject = filing_id(key)
    data = get(key)
    if data is None:
        return rejected("SEALED_FILING_NOT_FOUND", subject)
    sealed = decode_sealed(data)
    text, filed = opening.application_number_text, opening.filing_date
    if len(text) > TEXT_LENGTH_MAX:
        return rejected("NUMBER_TOO_LONG", subject)
    number = normalise(office, opening.right, text, filed)
    reason = entry_refusal(office, opening, number.right, number.match_key)
    if reason:
        return rejected(reason, subject)
    if not check_opening(
        sealed.commitment,
        opening.blinding,
        office=office,
        right=number.right,
        match_key=number.match_key,
        filing_date=filed,
    ):
        return rejected("OPENING_FALSE", subject)
    opened_key = filing_key(office, number.right, number.match_key)
    reason = bag_refusal(get, opening, filing_id(opened_key), position.network_id)
    if reason:
        return rejected(reason, subject)
    return _opened(get, office, opening, _Opened(key, sealed, opened_key, number, position))


class _Opened(NamedTuple):
    """A sealed filing, and what it is opened as."""

    sealed_key: bytes
    sealed: SealedRecord
    key: bytes
    number: Number
    position: Position


def _opened(get: Get, office: str, opening: Opening, opened: _Opened) -> Applied:
    sealed, key, position = opened.sealed, opened.key, opened.position
    warnings = entry_warnings(opening, opened.number, position)
    record = _record(get, opening, opened, warnings)
    subject, known = filing_id(key), get(key)
    if sealed.opened_as:
        if known is None or not _is_same(get, decode_filing(known), opening, opened):
            return rejected("ALREADY_OPENED", subject)
        return repeated(subject, sealed.opened_height, sealed.opened_index)
    if known is not None:
        return rejected("NUMBER_ALREADY_REGISTERED", subject)
    if len(record.claims) > CLAIMS_MAX or len(record.related) > CLAIMS_MAX:
        return rejected("TOO_MANY_CLAIMS", subject)
    place = {"opened_height": position.height, "opened_index": position.index}
    marked = msgspec.structs.replace(sealed, opened_as=key, **place)
    facts = (
        (key, encode(record)),
        (opened.sealed_key, encode(marked)),
        count_sealed(get, office, -1),
    )
    history = (history_link(opened.sealed_key, position.height, position.index), b"")
    links = _priority_links(record, opened, warnings)
    return Applied(accepted(warnings, subject), facts, (*links, history))


def _record(get: Get, opening: Opening, opened: _Opened, warnings: list[str]) -> FilingRecord:
    """Return the filing with all that was told of it while it was sealed; what is told again counts once."""
    sealed, position, told = opened.sealed, opened.position, _told_before(get, opened)
    new = tuple(claim for claim in _made(opening, opened, warnings) if not told.holds(claim))
    named = (earlier for earlier in _named(opening, opened) if not told.holds(earlier))
    filed = sealed.claims_filed
    return FilingRecord(
        opening.application_number_text,
        opened.number.canonical,
        opening.filing_date,
        position.height,
        position.index,
        office_code(opening.receiving_office_code or ""),
        (*sealed.claims[:filed], *new, *sealed.claims[filed:]),
        filed + len(new),
        (*sealed.related, *named),
        sealed.events,
        opening.claim_key,
    )


def _told_before(get: Get, opened: _Opened) -> ToldBefore:
    """Return the relations, and the claims that stood when the filing was opened: others can be made anew."""
    standing = (claim for claim in opened.sealed.claims if claim.status in ACTIVE)
    right = ASSUMED_RIGHT[opened.number.right]
    return ToldBefore(get, right, (*standing, *opened.sealed.related))


def _made(opening: Opening, opened: _Opened, warnings: list[str]) -> list[ClaimRecord]:
    right, position = opened.number.right, opened.position
    return [claim_record(given, right, position, warnings) for given in opening.priority_claim_bag]


def _named(opening: Opening, opened: _Opened) -> list[RelatedRecord]:
    return [related_record(given, opened.number.right) for given in opening.related_filing_bag]


def _is_same(get: Get, known: FilingRecord, opening: Opening, opened: _Opened) -> bool:
    """Return whether the opening that made the filing said what this one says."""
    place = (known.height, known.index)
    added = (claim for claim in known.claims if (claim.height, claim.index) == place)
    added_related = known.related[len(opened.sealed.related) :]
    said: list[ClaimRecord | RelatedRecord] = [*_made(opening, opened, [])]
    said += _named(opening, opened)
    is_receiving_office = known.receiving_office == office_code(opening.receiving_office_code or "")
    told = _told_before(get, opened)
    return is_receiving_office and told.is_same((*added, *added_related), said)


def _priority_links(
    record: FilingRecord, opened: _Opened, warnings: list[str]
) -> list[tuple[bytes, bytes]]:
    """Return the links from first filings that were not told before; adds what the dates of all claims warn of."""
    key, right, home = opened.key, opened.number.right, opened.sealed_key
    before = len(opened.sealed.related)
    links = [related_link(named, right, key, home=home) for named in record.related[before:]]
    for claim in record.claims:
        if claim.status in ACTIVE:
            first = claim_warnings(claim, key, right, record.filing_date, warnings, home=home)
            is_new = (claim.height, claim.index) == (record.height, record.index)
            links.append(priority_link(first, key) if is_new and first is not None else None)
    since = linked_since(record.height)
    return [(link, since) for link in links if link is not None]
