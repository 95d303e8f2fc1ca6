"""Which sealed filings an office may see, and which family gives it access to a report (register.md F13, F14).

Only what was proved with an access code counts, for anybody can claim an open filing. Pure, and the same
whatever filing was asked about: it is a matter of the office and the sealed filing alone.
"""

from collections import deque
from collections.abc import Callable

from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.filing import parse_filing_id
from ledger.register.keys import filing_id, is_sealed, sealed_key
from ledger.register.reader import RegisterReader
from ledger.register.sealed import known_as

CONNECTED_MAX = 200_000
"""Sealed filings of which it is remembered what they are connected with."""


class Entitlement:
    """What an office may see at one height; each filing is looked at once."""

    def __init__(self, reader: RegisterReader, office: str) -> None:
        self._reader = reader
        self._own = office.encode()
        """The register's code of the office; empty: nobody's, who sees no sealed filing."""
        self._connected: dict[bytes, bytes | None] = {}
        """By sealed filing the own one that proofs connect it with."""
        self._was_cut = False

    @property
    def is_cut(self) -> bool:
        """Whether a limit ended the search for a connection."""
        return self._was_cut

    def sees(self, filing: bytes) -> bool:
        """Return whether the office sees this filing (given by its fact key): all see what is open, or was opened."""
        if not is_sealed(filing):
            return True
        node = known_as(self._reader.get, filing)
        return not is_sealed(node) or self.connecting(node) is not None

    def hides(self, office: str, claim_key: str | None) -> bool:
        """Return whether a claim or relation names a sealed filing that the asking office does not see.

        What was opened all see. So does everybody a claim that names an open filing: it has no claim key.
        """
        return bool(claim_key) and not self.sees(sealed_key(office, claim_key or ""))

    def connecting(self, sealed: bytes) -> bytes | None:
        """Return the office's own filing that proved claims and relations connect with a sealed one, if any does.

        They may lead through other members, whose offices have proved theirs, too. What is connected with one is so
        with all that the search reached: of a cluster of any size each is looked at once, however many are asked about.
        """
        if sealed not in self._connected:
            graph = FamilyGraph(
                self._reader
            )  # with limits of its own, whatever was asked about before

            def proved(node: bytes) -> list[Edge]:
                claimed = [edge for edge in graph.edges(node) if edge.is_proved]
                return claimed + graph.claimants(node, proved_only=True)

            reached, own = self._search(graph, sealed, proved)
            self._was_cut |= graph.is_cut
            if len(self._connected) > CONNECTED_MAX:
                self._connected.clear()
            self._connected.update(dict.fromkeys(reached, own))
        return self._connected[sealed]

    def access_through(
        self, filing: bytes, joins: Callable[[Edge], bool] = lambda _: True
    ) -> bytes | None:
        """Return the office's own filing through which it may read the reports on a filing, if any gives that.

        A filing in the same extended family does. With a sealed filing only proofs connect; with an open one also
        what open filings say of each other, for everybody can see and dispute that, where `joins` lets it count.
        Looked at first are the own filings that claim the filing, or that it claims: most are found so.
        """
        node = known_as(self._reader.get, filing)
        if is_sealed(node):
            return self.connecting(node)
        seen = FamilyGraph(self._reader, sees=self.sees)

        def joining(node: bytes) -> list[Edge]:
            edges = (*seen.edges(node), *seen.claimants(node))
            return [edge for edge in edges if _may_join(edge) and joins(edge)]

        near = (*seen.edges(node), *seen.claimants_of(node, self._own.decode()))
        if node[1:3] != self._own and seen.record(node) is not None:
            for edge in near:
                other = edge.earlier if edge.later == node else edge.later
                is_own = other[1:3] == self._own and seen.record(other) is not None
                if is_own and _may_join(edge) and joins(edge):
                    return other
        own = self._search(seen, node, joining)[1]
        self._was_cut |= seen.is_cut
        return own

    def _search(
        self, graph: FamilyGraph, start: bytes, joining: Callable[[bytes], list[Edge]]
    ) -> tuple[set[bytes], bytes | None]:
        """Return what the joining edges reach from the start, up to the first filing of the office, and that filing."""
        reached = {start}
        waiting = deque([start])
        while waiting:
            node = waiting.popleft()
            if node[1:3] == self._own and graph.record(node) is not None:
                return reached, node
            for edge in joining(node):
                other = edge.earlier if edge.later == node else edge.later
                if other not in reached:
                    reached.add(other)
                    waiting.append(other)
        return reached, None


def _may_join(edge: Edge) -> bool:
    """Return whether all who see the filings see this edge, or who made it proved it."""
    return edge.is_proved or not (is_sealed(edge.later) or is_sealed(edge.earlier))


def find_access(reader: RegisterReader, office: str, identifier: str) -> str | None:
    """Return the id of the office's filing through which it may read the reports on a filing; None: it may not.

    Raises MalformedFilingIdError.
    """
    own = Entitlement(reader, office).access_through(parse_filing_id(identifier))
    return None if own is None else filing_id(own)
