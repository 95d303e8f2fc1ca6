"""The graph of filings: an edge for every active priority claim and every relation to an earlier filing.

A node is a filing's fact key, whether or not the filing is in the register, and whether it is open or
sealed. Read from one node at a time, so that a family costs what it has members, not what the register
has filings.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Literal, NamedTuple, Protocol

from ledger.register.apply_filing import ASSUMED_RIGHT, is_self
from ledger.register.claiming_filings import (
    all_claiming,
    claiming_as_met_by,
    claiming_of_office,
)
from ledger.register.disputes import Disputes, is_disputed, load_disputes
from ledger.register.entries import Relation, Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    decode_sealed,
)
from ledger.register.keys import (
    RIGHTS,
    filing_key,
    is_sealed,
    sealed_key,
)
from ledger.register.linked_keys import linked_as
from ledger.register.nodes import Record, find_node, keys_of
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.reader import RegisterReader
from ledger.register.sealed import known_as
from ledger.register.sealed_claims import ToldAlike

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

    @property
    def is_proved(self) -> bool:
        """Whether it was made with the access code of the earlier filing."""
        return bool(self.named.claim_key)


class Asker(Protocol):
    """Who asks, and sees some of the sealed filings only."""

    @property
    def office(self) -> str:
        """The register's code; empty: nobody's."""
        ...

    def sees(self, filing: bytes, /) -> bool:
        """Return whether it sees a sealed filing (given by its fact key) that was not opened."""
        ...


class FamilyGraph:
    """Reads nodes and edges of the register at one height, each filing once."""

    def __init__(
        self,
        reader: RegisterReader,
        *,
        asker: Asker | None = None,
        without_disputed: bool = False,
        disputed_by: frozenset[str] = frozenset(),
        reads_max: int | None = None,
    ) -> None:
        self._reader = reader
        self._asker = asker
        """None: whoever sees everything. What another one does not see is as if it were not registered, and counts
        against no limit."""
        self._without_disputed = without_disputed
        self._disputed_by = disputed_by
        """The offices whose disputes count; none: all of them."""
        self._nodes: dict[bytes, bytes] = {}
        """By fact key."""
        self._records: dict[bytes, Record | None] = {}
        self._seen: set[bytes] = set()
        """Fact keys of sealed filings that the asker sees."""
        self._edges: dict[bytes, tuple[Edge, ...]] = {}
        self._claimants: dict[tuple[bytes, bool], list[Edge]] = {}
        self._disputes: dict[bytes, Disputes] = {}
        self._reads_max = READS_MAX if reads_max is None else reads_max
        self._reads_left = self._reads_max
        self.is_cut = False
        """Whether a limit left something out."""
        self.left_out: list[Edge] = []
        """The disputed edges that were met, where the graph is to be without them."""

    @property
    def reads(self) -> int:
        """Filings and links that were read and count against the limit."""
        return self._reads_max - self._reads_left

    def node(self, key: bytes) -> bytes:
        """Return the node that a fact key leads to: of a sealed filing what it was opened as."""
        if is_sealed(key):
            self.record(key)
        return self._nodes.get(key, key)

    def record(self, node: bytes) -> Record | None:
        """Return the filing, or None where it is known only from claims to it, or too much was read."""
        if node not in self._records and not self._is_hidden(node):
            if self._reads_left <= 0:
                self.is_cut = True
                return None
            self._reads_left -= 1
        return self.member(node)

    def member(self, node: bytes) -> Record | None:
        """Return the filing, however much was read: an answer says of each member whether it is registered."""
        if node not in self._records:
            found, record = (node, None) if self._is_hidden(node) else find_node(self._reader, node)
            self._nodes[node] = found
            self._records[node] = self._records[found] = record
        return self._records[node]

    def _is_hidden(self, node: bytes) -> bool:
        if self._asker is None or not is_sealed(node) or node in self._seen:
            return False
        known = known_as(self._reader.get, node)
        if not is_sealed(known) or self._asker.sees(known):
            self._seen.add(node)
            return False
        self._nodes[node], self._records[node] = node, None
        return True

    def disputes(self, node: bytes) -> Disputes:
        """Return the disputes about a filing, those taken back included."""
        if node not in self._disputes:
            self._disputes[node] = load_disputes(self._reader, node)
        return self._disputes[node]

    def disputes_of(self, edge: Edge) -> Disputes:
        """Return the disputes of a claim or relation that stand; one made by key and by number is disputed as one."""
        disputes = self.disputes(edge.later)
        if not disputes:
            return ()
        right = assumed_right(edge.named, edge.later)
        among = (edge.named, *(dispute for _, dispute in disputes))
        alike = ToldAlike(self._reader.get, right, among)
        named = alike(edge.named)
        return tuple(one for one in disputes if is_disputed(named, alike(one[1])))

    def made_at(self, edge: Edge) -> tuple[int, int]:
        """Return the height and index at which a claim or relation was entered."""
        if isinstance(edge.named, ClaimRecord):
            return edge.named.height, edge.named.index
        record = self.member(edge.later)
        for key in keys_of(edge.later, record)[1:]:
            data = self._reader.get(key)
            before = None if data is None else decode_sealed(data)
            if before is not None and edge.named in before.related:
                return before.height, before.index
        return (0, 0) if record is None else (record.height, record.index)

    def edges(self, node: bytes) -> tuple[Edge, ...]:
        """Return what the filing claims and continues; its own number and inactive claims drop out."""
        if node not in self._edges:
            self._edges[node] = self._read_edges(node)
        return self._edges[node]

    def claimants(self, node: bytes, *, proved_only: bool = False) -> list[Edge]:
        """Return the edges that lead to this filing, in key order; on request only the sealed claims and relations."""
        asked = node, proved_only
        if asked not in self._claimants:
            self._claimants[asked] = self._read_claimants(node, proved_only=proved_only)
        return self._claimants[asked]

    def claimants_of(self, node: bytes, office: str) -> list[Edge]:
        """Return the edges by which filings of one office lead to this filing, in key order, without reading others."""
        found = {
            claiming
            for key in keys_of(node, self.record(node))
            for linked in linked_as(key)
            for claiming in claiming_of_office(self._reader, linked, office)
        }
        later = dict.fromkeys(self.node(key) for key in sorted(found))
        return [edge for key in later for edge in self.edges(key) if edge.earlier == node]

    def _read_claimants(self, node: bytes, *, proved_only: bool) -> list[Edge]:
        found: dict[bytes, None] = {}
        count = min(CLAIMANTS_MAX, max(0, self._reads_left))
        for key in keys_of(node, self.record(node)):
            if proved_only and not is_sealed(key):
                continue
            for linked in linked_as(key):
                found |= dict.fromkeys(islice(self._linked(linked), count + 1))
        self._reads_left -= len(found)
        if len(found) > count:
            self.is_cut = True
        later = dict.fromkeys(self.node(key) for key in sorted(found)[:count])
        return [
            edge
            for key in later
            for edge in self.edges(key)
            if edge.earlier == node and (edge.is_proved or not proved_only)
        ]

    def _linked(self, first: bytes) -> Iterator[bytes]:
        """Return the filings linked to a first one under this key, as the asker sees them: sealed claims are proved."""
        if self._asker is None or is_sealed(first):
            return all_claiming(self._reader, first)
        met = claiming_as_met_by(self._reader, first, self._asker.office)
        return (claiming for claiming in met if not self._is_hidden(claiming))

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
        if own_pct is None and isinstance(record, FilingRecord):
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
        """Return the PCT application claimed with the filing's own date: its national phase.

        Sealed filings tell no date: theirs must be told as a relation (register.md F12).
        """
        if node[1:3] == b"WO":
            return None
        for edge in edges:
            if edge.relation != "priority" or edge.earlier[1:3] != b"WO":
                continue
            first = self.record(edge.earlier)
            filed = first.filing_date if isinstance(first, FilingRecord) else edge.named.filing_date
            if filed == record.filing_date:
                return edge.earlier
        return None

    def _read_edges(self, node: bytes) -> tuple[Edge, ...]:
        record = self.record(node)
        if record is None:
            return ()
        edges: dict[Edge, None] = {}
        for related in record.related:
            earlier = self._resolve(related, node)
            if earlier is not None:
                edges[Edge(node, earlier, related.relation, related)] = None
        for claim in record.claims:
            earlier = self._resolve(claim, node) if claim.status in ACTIVE else None
            if earlier is not None:
                edges[Edge(node, earlier, "priority", claim)] = None
        return self._undisputed(tuple(edges)) if self._without_disputed else tuple(edges)

    def _undisputed(self, edges: tuple[Edge, ...]) -> tuple[Edge, ...]:
        """Return the edges of one filing that no office disputes; the others are put aside."""
        if not edges:
            return ()
        self._reads_left -= 1
        disputed = [
            edge
            for edge in edges
            if any(
                not self._disputed_by or office in self._disputed_by
                for office, _ in self.disputes_of(edge)
            )
        ]
        self.left_out += disputed
        return tuple(edge for edge in edges if edge not in disputed)

    def _resolve(self, named: ClaimRecord | RelatedRecord, node: bytes) -> bytes | None:
        """Return the node that a claim of a filing names; None: it leads to no other one.

        A sealed claim leads to what the asker sees only. Under the right that a claim states, unless nothing is
        registered there, and a filing of the date named under another one. Without a right the one registered with
        that date, else the first that is registered (register.md V1, F3).
        """
        if named.claim_key:
            first = self.node(sealed_key(named.office, named.claim_key))
            return None if first == node or self.record(first) is None else first
        if not named.match_key or is_self(named, node):
            return None
        assumed = assumed_right(named, node)
        stated = filing_key(named.office, assumed, named.match_key)
        if named.right is not None and self.record(stated) is not None:
            return stated
        found = b""
        for candidate in FIRST_RIGHTS[assumed if is_sealed(node) else RIGHTS[chr(node[3])]]:
            key = filing_key(named.office, candidate, named.match_key)
            record = self.record(key)
            if isinstance(record, FilingRecord) and record.filing_date == named.filing_date:
                return key
            if record is not None and named.right is None:
                found = found or key
        return found or stated


def assumed_right(named: ClaimRecord | RelatedRecord, later: bytes) -> Right:
    """Return the right of the first filing: as the claim states it, else by that of the filing that makes it.

    A sealed filing tells no right of its own, so its claims state theirs (register.md S1).
    """
    if named.right is not None or is_sealed(later):
        return named.right or "patent"
    return ASSUMED_RIGHT[RIGHTS[chr(later[3])]]
