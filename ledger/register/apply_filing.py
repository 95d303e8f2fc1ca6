"""Enters a filing: the register's most frequent work, written plainly for speed."""

from collections.abc import Callable
from datetime import date

from ledger.register.applied import Applied, Get, Position, accepted, rejected, repeated
from ledger.register.entries import (
    CLAIMS_MAX,
    TEXT_LENGTH_MAX,
    Filing,
    Opening,
    PriorityClaim,
    RelatedFiling,
    Right,
    SealedFiling,
)
from ledger.register.filing import (
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    decode_filing,
    encode,
)
from ledger.register.keys import (
    RIGHT_LETTERS,
    filing_key,
    linked_since,
    priority_link,
    sealed_key,
)
from ledger.register.numbers import normalise, read_earlier
from ledger.register.numbers.number import RIGHT_DIFFERS, Number
from ledger.register.offices import is_private_use, may_register, office_code
from ledger.register.sealed_claims import Named, unproved
from ledger.register.text import trim
from ledger.register.told_again import Content, ToldBefore, content

ASSUMED_RIGHT: dict[Right, Right] = {
    "patent": "patent",
    "utilityModel": "patent",
    "design": "design",
    "trademark": "trademark",
    "plantVariety": "plantVariety",
}
"""The right of a first filing whose claim names none, by the right of the claiming filing.

Only for reading the number and for the link; families and verification look at the others too.
"""


def apply_filing(get: Get, office: str, filing: Filing, position: Position) -> Applied:
    """Return the outcome of a filing (register.md R1 to R4)."""
    right = filing.right
    text = filing.application_number_text
    if len(text) > TEXT_LENGTH_MAX:
        return rejected("NUMBER_TOO_LONG", f"{office}.{right}")
    number = normalise(office, right, text, filing.filing_date)
    right, match_key = number.right, number.match_key
    subject = f"{office}.{right}.{match_key}"
    reason = entry_refusal(office, filing, right, match_key)
    if not reason and (filing.priority_claim_bag or filing.related_filing_bag):
        reason = bag_refusal(get, filing, subject, position.network_id)
    if reason:
        return rejected(reason, subject)
    key = filing_key(office, right, match_key)
    known = get(key)
    if known is not None:
        return _apply_known(get, decode_filing(known), filing, right, subject)

    height, index = position.height, position.index
    warnings = entry_warnings(filing, number, position)
    claims: list[ClaimRecord] = []
    links: list[tuple[bytes, bytes]] = []
    for given in filing.priority_claim_bag:
        claim = claim_record(given, right, position, warnings)
        claims.append(claim)
        first = claim_warnings(claim, key, right, filing.filing_date, warnings)
        if first is not None:
            links.append((priority_link(first, key), linked_since(height)))
    related: tuple[RelatedRecord, ...] = ()
    if filing.related_filing_bag:
        related = tuple(related_record(given, right) for given in filing.related_filing_bag)
        earlier = (related_link(record, right, key) for record in related)
        links.extend((link, linked_since(height)) for link in earlier if link is not None)
    record = FilingRecord(
        text,
        number.canonical,
        filing.filing_date,
        height,
        index,
        "" if filing.receiving_office_code is None else office_code(filing.receiving_office_code),
        tuple(claims),
        len(claims),
        related,
    )
    return Applied(accepted(warnings, subject), ((key, encode(record)),), tuple(links))


def entry_refusal(office: str, filing: Filing | Opening, right: Right, match_key: str) -> str:
    """Return why the filing, of the right that its number names, cannot be entered; empty if it can."""
    if not may_register(office, filing.right) or not may_register(office, right):
        return "RIGHT_NOT_REGISTRABLE"
    if not match_key:
        return "NUMBER_MISSING"
    if filing.receiving_office_code is not None or office == "WO":
        return _receiving_office_refusal(office, filing)
    return ""


def _receiving_office_refusal(office: str, filing: Filing | Opening) -> str:
    """Return why the receiving office is wrong: a PCT filing has one, and no other has."""
    receiving_office = filing.receiving_office_code
    if office != "WO" or filing.right != "patent":
        return "" if receiving_office is None else "RECEIVING_OFFICE_UNEXPECTED"
    if receiving_office is None:
        return "RECEIVING_OFFICE_MISSING"
    if office_code(receiving_office):
        return ""
    is_private = is_private_use(receiving_office)
    return "RECEIVING_OFFICE_PRIVATE" if is_private else "RECEIVING_OFFICE_UNKNOWN"


def bag_refusal(
    get: Get, filing: Filing | SealedFiling | Opening, filing_id: str, network_id: bytes
) -> str:
    """Return why the claims and relations of the filing with this id cannot be entered; empty if they can."""
    claims, related = filing.priority_claim_bag, filing.related_filing_bag
    if len(claims) > CLAIMS_MAX or len(related) > CLAIMS_MAX:
        return "TOO_MANY_CLAIMS"
    texts = [claim.application_number_text for claim in claims]
    texts += [earlier.application_number_text for earlier in related]
    texts += [claim.ip_office_code for claim in claims]
    texts += [earlier.ip_office_code for earlier in related]
    if any(len(text) > TEXT_LENGTH_MAX for text in texts):
        return "NUMBER_TOO_LONG"
    named: tuple[Named, ...] = (*claims, *related)
    if all([one.claim_key is None and one.proof is None for one in named]):  # noqa: C419 - hot, and quicker so
        return ""
    return unproved(get, network_id, filing_id, named)


def entry_warnings(filing: Filing | Opening, number: Number, position: Position) -> list[str]:
    """Return what is doubtful about a filing that can be entered, beside its claims."""
    warnings = list(number.warnings)
    if filing.filing_date.toordinal() > position.day + 1:
        warnings.append("FILING_DATE_IN_FUTURE")
    receiving_office = filing.receiving_office_code
    if receiving_office is not None and (
        office_code(number.match_key[:2]) != office_code(receiving_office)
    ):
        warnings.append("RECEIVING_OFFICE_DIFFERS")
    return warnings


def _apply_known(
    get: Get, record: FilingRecord, filing: Filing, right: Right, subject: str
) -> Applied:
    """Return what a number that is in the register already gets: content counts, not its form."""
    if record.filing_date != filing.filing_date:
        return rejected("DATE_CONFLICT", subject)
    position = Position(0, 0, 0)
    claims = [claim_record(given, right, position, []) for given in filing.priority_claim_bag]
    related = [related_record(given, right) for given in filing.related_filing_bag]
    known = record.claims[: record.claims_filed]
    told: tuple[ClaimRecord | RelatedRecord, ...] = (*known, *record.related)
    says: Callable[[ClaimRecord | RelatedRecord], Content] = content
    if record.claim_key or any(one.claim_key for one in told):
        says = ToldBefore(get, ASSUMED_RIGHT[right], told).content
    same = (
        record.receiving_office == office_code(filing.receiving_office_code or "")
        and list(map(says, known)) == list(map(says, claims))
        and list(map(says, record.related)) == list(map(says, related))
    )
    if not same:
        return rejected("CONTENT_CONFLICT", subject)
    return repeated(subject, record.height, record.index)


def claim_record(
    given: PriorityClaim, right: Right, position: Position, warnings: list[str]
) -> ClaimRecord:
    """Return the record of a claim made by a filing of this right; adds what its number warns of."""
    office = office_code(given.ip_office_code)
    text = given.application_number_text
    match_key, named = "", given.right
    if given.claim_key is not None:
        height, index = position.height, position.index
        return ClaimRecord(office, "", "", None, None, height, index, claim_key=given.claim_key)
    if not office:
        office = given.ip_office_code
        warnings.append(_doubt_of_office(office))
    else:
        assumed = given.right or ASSUMED_RIGHT[right]
        office, number = read_earlier(office, assumed, text, given.filing_date)
        match_key = number.match_key
        if number.right != assumed:
            named = number.right
        if number.warnings:
            doubts = (code for code in number.warnings if code != RIGHT_DIFFERS or given.right)
            warnings.extend(f"PRIORITY_{code}" for code in doubts)
    return ClaimRecord(
        office, text, match_key, named, given.filing_date, position.height, position.index
    )


def _doubt_of_office(given: str) -> str:
    """Return the warning for a code that ST.3 does not know, or that it leaves to everybody's own use."""
    if not trim(given):
        return "PRIORITY_OFFICE_MISSING"
    return "PRIORITY_OFFICE_PRIVATE" if is_private_use(given) else "PRIORITY_OFFICE_UNKNOWN"


def claim_warnings(
    claim: ClaimRecord,
    key: bytes,
    right: Right,
    filing_date: date | None,
    warnings: list[str],
    *,
    home: bytes = b"",
) -> bytes | None:
    """Return the fact key of the first filing, None where the claim does not lead to another one.

    Adds what is doubtful about the claim, beside its number, for the filing with this key, and that while it was
    sealed (`home`). A sealed one has no date.
    """
    if claim.filing_date is None:
        if claim.claim_key:
            return _sealed_first(claim, (key, home), warnings)
        warnings.append("PRIORITY_DATE_MISSING")
    elif filing_date is not None and claim.filing_date >= filing_date:
        if is_self(claim, key):
            warnings.append("PRIORITY_SELF")
            return None
        later = claim.filing_date > filing_date
        warnings.append("PRIORITY_AFTER_FILING" if later else "PRIORITY_SAME_DAY")
    if not claim.match_key or is_self(claim, key):
        return None
    return filing_key(claim.office, claim.right or ASSUMED_RIGHT[right], claim.match_key)


def _sealed_first(
    claim: ClaimRecord, own: tuple[bytes, bytes], warnings: list[str]
) -> bytes | None:
    first = sealed_key(claim.office, claim.claim_key)
    if first in own:
        warnings.append("PRIORITY_SELF")
        return None
    return first


def is_self(claim: ClaimRecord | RelatedRecord, key: bytes) -> bool:
    """Return whether a claim names the very filing (with this fact key) that makes it."""
    office_and_right = key[1:4].decode()
    return (
        claim.office == office_and_right[:2]
        and claim.match_key == key[4:].decode()
        and (claim.right is None or RIGHT_LETTERS[claim.right] == office_and_right[2])
    )


def related_record(given: RelatedFiling, right: Right) -> RelatedRecord:
    """Return the record of an earlier filing that a filing of this right names."""
    office = office_code(given.ip_office_code)
    match_key, named = "", given.right
    if office and given.claim_key is None:
        assumed = given.right or ASSUMED_RIGHT[right]
        text = given.application_number_text
        office, number = read_earlier(office, assumed, text, given.filing_date)
        match_key = number.match_key
        if number.right != assumed:
            named = number.right
    return RelatedRecord(
        given.relation,
        office or given.ip_office_code,
        given.application_number_text,
        match_key,
        named,
        given.filing_date,
        given.claim_key or "",
    )


def related_link(
    related: RelatedRecord, right: Right, key: bytes, *, home: bytes = b""
) -> bytes | None:
    """Return the link to the filing with this key from the earlier one that it names, if there is another."""
    if related.claim_key:
        earlier_key = sealed_key(related.office, related.claim_key)
        return None if earlier_key in {key, home} else priority_link(earlier_key, key)
    if not related.match_key or is_self(related, key):
        return None
    earlier = related.right or ASSUMED_RIGHT[right]
    return priority_link(filing_key(related.office, earlier, related.match_key), key)
