"""The graph of filings: an edge for every active priority claim and every relation to an earlier filing.

A node is a filing's fact key, whether or not the filing is in the register. Read from one node at a
time, so that a family costs what it has members, not what the register has filings.
"""

from typing import Literal, NamedTuple

from ledger.register.apply_filing import ASSUMED_RIGHT, is_self
from ledger.register.disputes import is_disputed, load_disputes
from ledger.register.entries import Relation, Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    decode_filing,
)
from ledger.register.keys import (
    RIGHT_LETTERS,
    RIGHTS,
    claiming_filing,
    filing_key,
    priority_links,
)
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.reader import RegisterReader

CLAIMANTS_MAX = 5_000
"""Filings read that claim one first filing."""
READS_MAX = 20_000
"""Filings and links read for one answer: about a tenth of a second."""


class Edge(NamedTuple):
    """A claim or relation by which a later filing leads to an earlier one."""

    later: bytes
    earlier: bytes
    relation: Relation | Literal["priority"]
    named: ClaimRecord | RelatedRecord
    """How the later filing names the earlier one."""


class FamilyGraph:
    """Reads nodes and edges of the register at one height, each filing once."""

    def __init__(
        self,
        reader: RegisterReader,
        *,
        without_disputed: bool = False,
        disputed_by: frozenset[str] = frozenset(),
    ) -> None:
        self._reader = reader
        self._without_disputed = without_disputed
        self._disputed_by = disputed_by
        """The offices whose disputes count; none: all of them."""
        self._records: dict[bytes, FilingRecord | None] = {}
        self._edges: dict[bytes, tuple[Edge, ...]] = {}
        self._reads_left = READS_MAX
        self.is_cut = False
        """Whether a limit left something out."""
        self.left_out: list[Edge] = []
        """The disputed edges that were met, where the graph is to be without them."""

    def record(self, node: bytes) -> FilingRecord | None:
        """Return the filing, or None where it is known only from claims to it, or too much was read."""
        if node not in self._records:
            if self._reads_left <= 0:
                self.is_cut = True
                return None
            self._reads_left -= 1
        return self.member(node)

    def member(self, node: bytes) -> FilingRecord | None:
        """Return the filing, however much was read: an answer says of each member whether it is registered."""
        if node not in self._records:
            data = self._reader.get(node)
            self._records[node] = None if data is None else decode_filing(data)
        return self._records[node]

    def edges(self, node: bytes) -> tuple[Edge, ...]:
        """Return what the filing claims and continues; its own number and inactive claims drop out."""
        if node not in self._edges:
            self._edges[node] = self._read_edges(node)
        return self._edges[node]

    def claimants(self, node: bytes) -> list[Edge]:
        """Return the edges that lead to this filing, in key order."""
        found: dict[bytes, None] = {}
        count = min(CLAIMANTS_MAX, max(0, self._reads_left))
        for linked in linked_as(node):
            prefix = priority_links(linked)
            for link, _ in self._reader.scan(prefix, limit=count + 1):
                found[claiming_filing(link)] = None
        self._reads_left -= len(found)
        if len(found) > count:
            self.is_cut = True
        later = sorted(found)[:count]
        return [edge for key in later for edge in self.edges(key) if edge.earlier == node]

    def priorities(self, node: bytes) -> frozenset[bytes]:
        """Return the filing's active priorities, by which simple families compare (register.md F1).

        The filing's own PCT application is no priority; a filing without priorities has itself.
        """
        claimed, own_pct = self._claimed(node)
        if not claimed and own_pct is not None:
            claimed, _ = self._claimed(own_pct)
            return claimed or frozenset({own_pct})
        return claimed or frozenset({node})

    def _claimed(self, node: bytes) -> tuple[frozenset[bytes], bytes | None]:
        """Return the priorities without the own PCT application, and that application."""
        record = self.record(node)
        edges = self.edges(node)
        own_pct = next((edge.earlier for edge in edges if edge.relation == "nationalPhase"), None)
        if own_pct is None and record is not None:
            own_pct = self._same_day_pct(node, record, edges)
        claimed = frozenset(
            edge.earlier
            for edge in edges
            if edge.relation == "priority" and edge.earlier != own_pct
        )
        return claimed, own_pct

    def _same_day_pct(
        self, node: bytes, record: FilingRecord, edges: tuple[Edge, ...]
    ) -> bytes | None:
        """Return the PCT application claimed with the filing's own date: its national phase."""
        if node[1:3] == b"WO":
            return None
        for claim in record.claims:
            if claim.office != "WO" or claim.status not in ACTIVE or not claim.match_key:
                continue
            earlier = filing_key("WO", claim.right or "patent", claim.match_key)
            first = self.record(earlier)
            filed = first.filing_date if first is not None else claim.filing_date
            if filed == record.filing_date and any(edge.earlier == earlier for edge in edges):
                return earlier
        return None

    def _read_edges(self, node: bytes) -> tuple[Edge, ...]:
        record = self.record(node)
        if record is None:
            return ()
        right = RIGHTS[chr(node[3])]
        edges: dict[Edge, None] = {}
        for related in record.related:
            if related.match_key and not is_self(related, node):
                earlier = self._resolve(related, right)
                edges[Edge(node, earlier, related.relation, related)] = None
        for claim in record.claims:
            if claim.status in ACTIVE and claim.match_key and not is_self(claim, node):
                edges[Edge(node, self._resolve(claim, right), "priority", claim)] = None
        return self._undisputed(tuple(edges)) if self._without_disputed else tuple(edges)

    def _undisputed(self, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        """Return the edges of one filing that no office disputes; the others are put aside."""
        if not edges:
            return ()
        self._reads_left -= 1
        disputes = [
            dispute
            for office, dispute in load_disputes(self._reader, edges[0].later)
            if not self._disputed_by or office in self._disputed_by
        ]
        disputed = [
            edge for edge in edges if any(is_disputed(edge.named, dispute) for dispute in disputes)
        ]
        self.left_out += disputed
        return tuple(edge for edge in edges if edge not in disputed)

    def _resolve(self, named: ClaimRecord | RelatedRecord, right: Right) -> bytes:
        """Return the node that a claim names.

        Under the right it states, unless nothing is registered there, and a filing of the date named under
        another one. Without a right the one registered with that date, else the first that is registered
        (register.md V1, F3).
        """
        stated = filing_key(named.office, named.right or ASSUMED_RIGHT[right], named.match_key)
        if named.right is not None and self.record(stated) is not None:
            return stated
        found = b""
        for candidate in FIRST_RIGHTS[right]:
            key = filing_key(named.office, candidate, named.match_key)
            record = self.record(key)
            if record is not None and record.filing_date == named.filing_date:
                return key
            if record is not None and named.right is None:
                found = found or key
        return found or stated


_LINKED_AS: dict[str, str] = {
    RIGHT_LETTERS[first]: "".join(
        sorted(
            {
                RIGHT_LETTERS[other]
                for rights in FIRST_RIGHTS.values()
                if first in rights
                for other in rights
            }
        )
    )
    for first in RIGHT_LETTERS
}
"""By the letter of a first filing's right, those under which claims to it may be linked.

A claim that names no right is linked as to a patent or design, and may mean a utility model; one that
states a right may mean another one whose priority the same filing may claim.
"""


def linked_as(node: bytes) -> tuple[bytes, ...]:
    """Return the keys under which claims to this filing may be linked."""
    return tuple(node[:3] + letter.encode() + node[4:] for letter in _LINKED_AS[chr(node[3])])
