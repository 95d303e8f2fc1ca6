"""What claims and relations say, and whether they say again what was told before (register.md R3, S5)."""

from collections.abc import Iterable
from datetime import date
from typing import TypeAlias

from ledger.register.applied import Get
from ledger.register.disputes import relation_of
from ledger.register.entries import Relation, Right
from ledger.register.filing import ClaimRecord, RelatedRecord
from ledger.register.sealed_claims import ToldAlike

Content: TypeAlias = tuple[Relation | None, str, str, date | None, Right | None, str]


def content(named: ClaimRecord | RelatedRecord) -> Content:
    """Return what a claim or relation says, and which relation it is; without a key, the number as given."""
    number = named.match_key or named.number
    return relation_of(named), named.office, number, named.filing_date, named.right, named.claim_key


class ToldBefore:
    """Claims and relations that a filing has, and what says the same of it.

    While it was sealed they had to state their right (S1). The number of a first filing that was sealed then may be
    known by now.
    """

    def __init__(
        self, get: Get, right: Right, known: tuple[ClaimRecord | RelatedRecord, ...]
    ) -> None:
        """`right` is that of a first filing where none is stated."""
        self._right = right
        self._alike = ToldAlike(get, right, known)
        self._contents = frozenset(map(self.content, known))

    def content(self, named: ClaimRecord | RelatedRecord) -> Content:
        """Return what it says, with the right that is assumed, and of what leads to a known one as that one does."""
        relation, office, number, filing_date, right, claim_key = content(self._alike(named))
        return relation, office, number, filing_date, right or self._right, claim_key

    def holds(self, named: ClaimRecord | RelatedRecord) -> bool:
        """Return whether this was told before."""
        return self.content(named) in self._contents

    def is_same(
        self,
        added: Iterable[ClaimRecord | RelatedRecord],
        said: Iterable[ClaimRecord | RelatedRecord],
    ) -> bool:
        """Return whether what is said now is what was said when that was added to what had been told."""
        new, again = frozenset(map(self.content, added)), frozenset(map(self.content, said))
        return new <= again <= self._contents | new
