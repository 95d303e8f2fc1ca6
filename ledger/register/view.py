"""The register as one office sees it: as if the sealed filings of which it may know nothing were not there.

Every answer is read from here, so that what an office may not see is cut in one place (register.md S7). Blocks and
proofs are read from the register itself: without a part of it they would prove nothing.
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import TypeVar

import msgspec

from ledger.register.entitlement import Entitlement
from ledger.register.filing import (
    ClaimRecord,
    DisputeRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_disputes,
    decode_filing,
    decode_sealed,
    encode,
    may_hold_claim_key,
)
from ledger.register.keys import DISPUTE_PREFIX, FILING_PREFIX, SEALED_PREFIX, is_sealed, sealed_key
from ledger.register.reader import RegisterReader

_CUT = (FILING_PREFIX, SEALED_PREFIX, DISPUTE_PREFIX)
_Record = TypeVar("_Record", FilingRecord, SealedRecord)


class RegisterView:
    """A RegisterReader for the questions of one office.

    What it may see is looked up once: a view of the last block is for one question.
    """

    def __init__(
        self,
        register: RegisterReader,
        office: str,
        entitlement_at: Callable[[int], Entitlement] | None = None,
        unlocked: frozenset[bytes] = frozenset(),
    ) -> None:
        """`entitlement_at` tells by height what the office may see, where that is remembered for many questions."""
        self.register = register
        """With all that the ledger holds."""
        self._get = register.get
        self.office = office
        """The register's code of the office; empty: nobody's, who sees no sealed filing."""
        self._entitlement_at = entitlement_at
        self._unlocked = unlocked
        """Sealed filings (by their fact keys) whose access codes were shown."""

    @property
    def height(self) -> int:
        """The last block it knows."""
        return self.register.height

    @property
    def time_ms(self) -> int:
        """The time of that block, in Unix milliseconds."""
        return self.register.time_ms

    @property
    def network_id(self) -> bytes:
        """The network, to which seals and proofs are bound."""
        return self.register.network_id

    @property
    def offices(self) -> tuple[str, ...]:
        """The offices connected, as the genesis names them."""
        return self.register.offices

    def get(self, key: bytes) -> bytes | None:
        """Return the value of a fact or link as the office sees it, or None."""
        value = self._get(key)
        # Most records name nothing sealed: this is the hot path of reads.
        if value is None or not may_hold_claim_key(value):
            return value
        return self._seen(key, value) if key.startswith(_CUT) else value

    def owns(self, key: bytes) -> bool:
        """Return whether a fact is about a filing of the office: it sees all that it entered itself, undone or not."""
        return key[1:3] == self.office.encode()

    def scan(
        self, prefix: bytes, after: bytes = b"", limit: int | None = None
    ) -> Iterator[tuple[bytes, bytes]]:
        """Return keys and values in key order: those that begin with `prefix` and come after `after`.

        A link may lead to a sealed filing that the office does not see: for `get` it is not there.
        """
        if not prefix.startswith(_CUT):
            return self.register.scan(prefix, after, limit)
        return islice(self._facts(prefix, after), limit)

    def sees(self, filing: bytes) -> bool:
        """Return whether the office sees this filing (given by its fact key)."""
        return filing in self._unlocked or self._entitlement.sees(filing)

    def hides(self, office: str, claim_key: str | None) -> bool:
        """Return whether a claim or relation names a sealed filing that the office does not see."""
        return bool(claim_key) and not self.sees(sealed_key(office, claim_key or ""))

    def unlocked(self, sealed: bytes) -> "RegisterView":
        """Return the view of an office that has the access code of this sealed filing: it sees that one, too.

        And the claims of open filings to it, for the applicant gave the code to have them judged.
        """
        unlocked = self._unlocked | {sealed}
        return RegisterView(self.register, self.office, self._entitlement_at, unlocked)

    @cached_property
    def _entitlement(self) -> Entitlement:
        if self._entitlement_at is not None:
            return self._entitlement_at(self.register.height)
        return Entitlement(self.register, self.office)

    def _facts(self, prefix: bytes, after: bytes) -> Iterator[tuple[bytes, bytes]]:
        for key, value in self.register.scan(prefix, after):
            seen = self._seen(key, value) if may_hold_claim_key(value) else value
            if seen is not None:
                yield key, seen

    def _seen(self, key: bytes, value: bytes) -> bytes | None:
        if self.owns(key):
            return value
        if is_sealed(key):
            return self._cut(value, decode_sealed(value)) if self.sees(key) else None
        if key.startswith(DISPUTE_PREFIX):
            disputes = decode_disputes(value)
            shown = tuple(dispute for dispute in disputes if not self._hides(dispute))
            return value if shown == disputes else encode(shown) if shown else None
        return self._cut(value, decode_filing(value))

    def _cut(self, value: bytes, record: _Record) -> bytes:
        """Return the value of a filing without the claims and relations to what the office does not see."""
        hidden = [claim for claim in record.claims if self._hides(claim)]
        related = tuple(each for each in record.related if not self._hides(each))
        if not hidden and len(related) == len(record.related):
            return value
        filed = record.claims[: record.claims_filed]
        return encode(
            msgspec.structs.replace(
                record,
                claims=_without(record.claims, hidden),
                claims_filed=len(_without(filed, hidden)),
                related=related,
            )
        )

    def _hides(self, named: ClaimRecord | RelatedRecord | DisputeRecord) -> bool:
        return self.hides(named.office, named.claim_key)


def _without(claims: tuple[ClaimRecord, ...], hidden: list[ClaimRecord]) -> tuple[ClaimRecord, ...]:
    """Return the claims that are not hidden. What was corrected into a hidden one was withdrawn, for all to be seen."""
    made = {(claim.height, claim.index) for claim in hidden}
    return tuple(
        _withdrawn(claim) if claim.status == "corrected" and claim.changed_at in made else claim
        for claim in claims
        if claim not in hidden
    )


def _withdrawn(claim: ClaimRecord) -> ClaimRecord:
    *before, last = claim.changes
    change = msgspec.structs.replace(last, status="withdrawn")
    return msgspec.structs.replace(claim, changes=(*before, change))


def with_code(reader: RegisterReader, sealed: bytes) -> RegisterReader:
    """Return what whoever has the access code of a sealed filing (given by its fact key) may read."""
    return reader.unlocked(sealed) if isinstance(reader, RegisterView) else reader
