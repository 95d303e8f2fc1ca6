"""The register as one office sees it: open filings without what they claim and continue of sealed ones unseen.

Whoever judges by it, such as the verification of priorities, needs to know nothing of what is hidden (register.md S7).
"""

from collections.abc import Iterator

import msgspec

from ledger.register.entitlement import Entitlement
from ledger.register.filing import ClaimRecord, RelatedRecord, decode_filing, encode
from ledger.register.keys import FILING_PREFIX
from ledger.register.reader import RegisterReader

_CLAIM_KEY_HEAD = b"\xd9\x2b"
"""What stands in a record before a text of 43 bytes (MessagePack, str 8): a record without it names no claim key."""


class OfficeView:
    """A register, read by one office. Facts about sealed filings are as they are: to read one takes its claim key."""

    def __init__(
        self,
        register: RegisterReader,
        entitlement: Entitlement,
        unlocked: frozenset[str] = frozenset(),
    ) -> None:
        """`entitlement` is the office's at this height; of the `unlocked` claim keys it has shown the access codes."""
        self._register = register
        self._entitlement = entitlement
        self._unlocked = unlocked
        self.height = register.height
        self.time_ms = register.time_ms
        self.network_id = register.network_id
        self.offices = register.offices

    def get(self, key: bytes) -> bytes | None:
        """Return the fact, without what is hidden, or the link as it is."""
        value = self._register.get(key)
        return value if value is None else self._seen(key, value)

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return facts without what is hidden, and links as they are."""
        for key, value in self._register.scan(prefix, after, limit):
            yield key, self._seen(key, value)

    def _seen(self, key: bytes, value: bytes) -> bytes:
        if not key.startswith(FILING_PREFIX) or _CLAIM_KEY_HEAD not in value:
            return value
        record = decode_filing(value)
        claims = tuple(claim for claim in record.claims if not self._hides(claim))
        related = tuple(one for one in record.related if not self._hides(one))
        if (len(claims), len(related)) == (len(record.claims), len(record.related)):
            return value
        filed = record.claims[: record.claims_filed]
        count = sum(not self._hides(claim) for claim in filed)
        shown = msgspec.structs.replace(record, claims=claims, claims_filed=count, related=related)
        return encode(shown)

    def _hides(self, named: ClaimRecord | RelatedRecord) -> bool:
        is_told = not named.claim_key or named.claim_key in self._unlocked
        return not is_told and self._entitlement.hides(named.office, named.claim_key)
