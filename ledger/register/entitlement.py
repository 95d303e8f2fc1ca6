"""Which sealed filings an office may see, and which family gives it access to a report (register.md F13, F14).

Only what was proved with an access code counts, for anybody can claim an open filing. Pure, and the same whatever was
asked about before: it is a matter of the office and the sealed filing alone.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.filing import parse_filing_id
from ledger.register.keys import filing_id, is_sealed, sealed_key
from ledger.register.reader import RegisterReader
from ledger.register.sealed import known_as

CONNECTED_MAX = 200_000
"""Sealed filings of which it is remembered what they are connected with."""
CLUSTER_READS_MAX = 5_000
"""Filings and links read to find all that proofs connect with a sealed filing: about 2,000 filings, 50 ms."""
UNSEEN_READS_MAX = 20_000
"""Of those for one question, for clusters of which the office sees nothing."""


class _Cluster(NamedTuple):
    """Filings that proofs connect: all of them are in the same one, whichever of them is looked at first."""

    own: bytes | None
    """The asking office's first filing in it, in key order."""
    is_whole: bool
    """Whether it could be read to its end."""
    reads: int


class Entitlement:
    """What an office may see at one height; each filing is looked at once."""

    def __init__(self, reader: RegisterReader, office: str) -> None:
        self._reader = reader
        self.office = office
        """The register's code; empty: nobody's, who sees no sealed filing."""
        self._own = office.encode()
        self._clusters: dict[bytes, _Cluster] = {}
        """By each filing in it that was reached."""
        self._claiming: dict[bytes, bytes | None] = {}
        """By filing the office's own one that claims it by a proof."""
        self._was_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether a limit ended the search of `access_through` in what the office sees."""
        return self._was_cut

    def sees(self, filing: bytes) -> bool:
        """Return whether the office sees this filing (given by its fact key): all see what is open, or was opened."""
        if not is_sealed(filing):
            return True
        node = known_as(self._reader.get, filing)
        return not is_sealed(node) or self._is_connected(node)

    def hides(self, office: str, claim_key: str | None) -> bool:
        """Return whether a claim or relation names a sealed filing that the asking office does not see.

        What was opened all see. So does everybody a claim that names an open filing: it has no claim key.
        """
        return bool(claim_key) and not self.sees(sealed_key(office, claim_key or ""))

    def for_one_question(self) -> "Question":
        """Return the office as it asks a question that may meet many filings which it does not see."""
        return Question(self)

    def near(self, sealed: bytes) -> bytes | None:
        """Return the office's own filing next to a sealed one, or beside it under the same first filing, by proofs.

        It is found at a bounded cost, whatever else is connected with them.
        """
        if not self._own:
            return None
        graph = FamilyGraph(self._reader)
        if self._is_own(graph, sealed):
            return sealed
        firsts = [edge.earlier for edge in graph.edges(sealed) if edge.is_proved]
        own = next((first for first in firsts if self._is_own(graph, first)), None)
        claiming = (self._own_claiming(each) for each in (sealed, *firsts))
        return own or next((each for each in claiming if each is not None), None)

    def known_cluster(self, sealed: bytes) -> _Cluster | None:
        """Return what proofs connect with a sealed filing if that was found whole: what is near is in it, too."""
        known = self._clusters.get(sealed)
        return known if known is not None and known.is_whole else None

    def cluster(self, sealed: bytes) -> _Cluster:
        """Return what proofs connect with a sealed filing.

        Each filing is looked at once, however many are asked about: what a search reached is of the same cluster.
        """
        if sealed not in self._clusters:
            if len(self._clusters) > CONNECTED_MAX:
                self._clusters.clear()
            graph = FamilyGraph(self._reader, reads_max=CLUSTER_READS_MAX)
            reached, too_large = self._reach(graph, sealed)
            owned = [node for node in reached if self._is_own(graph, node)]
            found = _Cluster(min(owned, default=None), is_whole=True, reads=graph.reads)
            self._clusters.update(dict.fromkeys(reached, too_large or found))
        return self._clusters[sealed]

    def access_through(
        self, filing: bytes, joins: Callable[[Edge], bool] = lambda _: True
    ) -> bytes | None:
        """Return the office's own filing through which it may read the reports on a filing, if any gives that.

        A filing in the same extended family does. With a sealed filing only proofs connect; with an open one also
        what open filings say of each other, for everybody can see and dispute that, where `joins` lets it count.
        Looked at first is what is near: most are found so, in families of any size.
        """
        node = known_as(self._reader.get, filing)
        if is_sealed(node):
            return self.near(node) or self._own_in_cluster(node)
        seen = FamilyGraph(self._reader, asker=self.for_one_question())
        own = self._near_open(seen, node, joins)
        if own is None:

            def joining(node: bytes) -> list[Edge]:
                edges = (*seen.edges(node), *seen.claimants(node))
                return [edge for edge in edges if _may_join(edge) and joins(edge)]

            own = next((each for each in _reached(node, joining) if self._is_own(seen, each)), None)
        self._was_cut |= seen.is_cut
        return own

    def may_have_access_nearby(self, filing: bytes) -> bool:
        """Return whether an own filing is so near that it is found at a bounded cost, were all edges to count."""
        node = known_as(self._reader.get, filing)
        if is_sealed(node):
            return self.near(node) is not None
        seen = FamilyGraph(self._reader, asker=self.for_one_question())
        return self._near_open(seen, node, lambda _: True) is not None

    def _near_open(
        self, seen: FamilyGraph, node: bytes, joins: Callable[[Edge], bool]
    ) -> bytes | None:
        """Return the own filing that claims an open one, that it claims, or that claims what it claims."""
        if not self._own or self._is_own(seen, node):
            return node if self._own else None

        def counted(edges: Iterable[Edge]) -> list[Edge]:
            return [edge for edge in edges if _may_join(edge) and joins(edge)]

        claimed = counted(seen.edges(node))
        near = [edge.earlier for edge in claimed]
        near += [edge.later for edge in counted(seen.claimants_of(node, self.office))]
        for first in [edge.earlier for edge in claimed]:
            near += [edge.later for edge in counted(seen.claimants_of(first, self.office))]
        return next((each for each in near if self._is_own(seen, each)), None)

    def _is_connected(self, sealed: bytes) -> bool:
        known = self.known_cluster(sealed)
        if known is not None:
            return known.own is not None
        return self.near(sealed) is not None or self._own_in_cluster(sealed) is not None

    def _own_in_cluster(self, sealed: bytes) -> bytes | None:
        return self.cluster(sealed).own if self._own else None

    def _reach(self, graph: FamilyGraph, start: bytes) -> tuple[set[bytes], _Cluster | None]:
        """Return the filings that proofs connect, and their cluster if that is known to be too large."""

        def proved(node: bytes) -> list[Edge]:
            claimed = [edge for edge in graph.edges(node) if edge.is_proved]
            return claimed + graph.claimants(node, proved_only=True)

        reached: set[bytes] = set()
        for node in _reached(start, proved):
            reached.add(node)
            known = self._clusters.get(node)
            if known is not None:
                return reached, known
            if graph.is_cut:
                break
        too_large = _Cluster(None, is_whole=False, reads=CLUSTER_READS_MAX)
        return reached, too_large if graph.is_cut else None

    def _own_claiming(self, first: bytes) -> bytes | None:
        if first not in self._claiming:
            if len(self._claiming) > CONNECTED_MAX:
                self._claiming.clear()
            edges = FamilyGraph(self._reader).claimants_of(first, self.office)
            self._claiming[first] = next((one.later for one in edges if one.is_proved), None)
        return self._claiming[first]

    def _is_own(self, graph: FamilyGraph, node: bytes) -> bool:
        return node[1:3] == self._own and graph.record(node) is not None


class Question:
    """An office that asks one question: what it may not see has a share of the work of its own.

    It uses up none of the limits of the answer. When that share is used up, the office sees of sealed filings those
    near to its own. The same whatever the entitlement was asked about before.
    """

    def __init__(self, entitlement: Entitlement) -> None:
        self._entitlement = entitlement
        self.office = entitlement.office
        self._reads_left = UNSEEN_READS_MAX
        self._met: list[_Cluster] = []
        """Those of which nothing is seen, each counted once: too many to be met would be too many to be read."""

    def sees(self, sealed: bytes) -> bool:
        """Return whether the office sees a sealed filing (given by its fact key) that was not opened."""
        if not self.office:
            return False
        cluster = self._entitlement.known_cluster(sealed) if self._reads_left > 0 else None
        if cluster is None:
            if self._entitlement.near(sealed) is not None:
                return True
            if self._reads_left <= 0:
                return False
            cluster = self._entitlement.cluster(sealed)
        if cluster.own is None and not self._has_met(cluster):
            self._met.append(cluster)
            self._reads_left -= cluster.reads
        return cluster.own is not None

    def _has_met(self, cluster: _Cluster) -> bool:
        return cluster.is_whole and any(cluster is met for met in self._met)


def _reached(start: bytes, joining: Callable[[bytes], list[Edge]]) -> Iterable[bytes]:
    """Yield what the joining edges reach from a filing, nearest first."""
    seen = {start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        yield node
        for edge in joining(node):
            other = _other_end(edge, node)
            if other not in seen:
                seen.add(other)
                waiting.append(other)


def _other_end(edge: Edge, node: bytes) -> bytes:
    return edge.earlier if edge.later == node else edge.later


def _may_join(edge: Edge) -> bool:
    """Return whether all who see the filings see this edge, or who made it proved it."""
    return edge.is_proved or not (is_sealed(edge.later) or is_sealed(edge.earlier))


def find_access(reader: RegisterReader, office: str, identifier: str) -> str | None:
    """Return the id of the office's filing through which it may read the reports on a filing; None: it may not.

    Raises MalformedFilingIdError.
    """
    own = Entitlement(reader, office).access_through(parse_filing_id(identifier))
    return None if own is None else filing_id(own)
