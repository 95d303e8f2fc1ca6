"""Who belongs to a family, kind by kind (WIPO Handbook, glossary; register.md F1 to F7).

Each walks the graph from one filing, in an order that is the same at every node, and stops at the limits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from ledger.register.family_graph import Edge, FamilyGraph

FamilyKind = Literal["simple", "extended", "complex", "national", "domestic"]

MEMBERS_MAX = 1_000
"""Members of a family in one answer."""
VISITS_MAX = 50_000
"""Filings visited to find the originating applications of a domestic family's candidates."""
_ADDS = frozenset({"addition", "continuationInPart"})
_CONTINUES = frozenset({"division", "continuation"}) | _ADDS

Members = dict[bytes, "Edge | None"]
"""Fact keys of filings, each with the edge by which it was found; None for those that the search began with."""


class FoundMembers(NamedTuple):
    """The members of a family."""

    members: Members
    priorities: frozenset[bytes] = frozenset()
    """Simple and domestic: what all members have. Complex: what the filing has."""
    families: Mapping[bytes, Members] = MappingProxyType({})
    """Complex and national: the members by originating application."""
    is_cut: bool = False
    """Whether a limit on members left some out."""


def find_simple(graph: "FamilyGraph", start: bytes) -> FoundMembers:
    """Return the filings with equal sets of active priorities (F1, the rule of DOCDB)."""
    priorities = graph.priorities(start)
    members, is_cut = _claiming(
        graph, start, priorities, lambda node: graph.priorities(node) == priorities
    )
    return FoundMembers(members, priorities, is_cut=is_cut)


def find_complex(graph: "FamilyGraph", start: bytes) -> FoundMembers:
    """Return, for each priority of the filing, the filings that have it among theirs (F5)."""
    priorities = graph.priorities(start)
    families: dict[bytes, Members] = {}
    members: Members = {start: None}
    is_cut = False
    for priority in sorted(priorities):
        family, was_cut = _claiming(graph, start, {priority}, partial(_has, graph, priority))
        families[priority] = family
        is_cut |= _join(members, family) or was_cut
    _keep(families, members)
    return FoundMembers(members, priorities, families, is_cut)


def find_extended(graph: "FamilyGraph", start: bytes) -> FoundMembers:
    """Return everything that hangs together with the filing, nearest first (F2, the rule of INPADOC)."""
    members, is_cut = _connected(graph, start, lambda _: True)
    return FoundMembers(members, is_cut=is_cut)


def find_national(graph: "FamilyGraph", start: bytes) -> FoundMembers:
    """Return, for each origin of the filing at its own office, the filings of that office that go back to it (F6)."""
    families: dict[bytes, Members] = {}
    members: Members = {start: None}
    is_cut = False
    for origin in _origins(graph, start):
        family, was_cut = _descendants(graph, origin)
        family[start] = None
        families[origin] = family
        is_cut |= _join(members, family) or was_cut
    _keep(families, members)
    return FoundMembers(members, families=families, is_cut=is_cut)


def find_domestic(graph: "FamilyGraph", start: bytes) -> FoundMembers:
    """Return what hangs together at the filing's office and has the same originating applications (F7)."""
    linked, is_cut = _connected(graph, start, _is_domestic)
    origins = _Originating(graph)
    priorities = origins.of(start)
    members = {node: edge for node, edge in linked.items() if origins.of(node) == priorities}
    return FoundMembers(members, priorities, is_cut=is_cut or origins.is_cut)


def _connected(
    graph: "FamilyGraph", start: bytes, joins: "Callable[[Edge], bool]"
) -> tuple[Members, bool]:
    """Return everything that edges which join connect with the start, nearest first; and whether some were left out."""
    members: Members = {start: None}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for edge in (*graph.edges(node), *graph.claimants(node)):
            other = edge.earlier if edge.later == node else edge.later
            if other in members or not joins(edge):
                continue
            if len(members) >= MEMBERS_MAX:
                return members, True
            members[other] = edge
            waiting.append(other)
    return members, False


def _has(graph: "FamilyGraph", priority: bytes, node: bytes) -> bool:
    return priority in graph.priorities(node)


def _claiming(
    graph: "FamilyGraph",
    start: bytes,
    priorities: Iterable[bytes],
    belongs: Callable[[bytes], bool],
) -> tuple[Members, bool]:
    """Return who belongs of the start, of the priorities, and of those that claim them; and whether some were left out.

    Claimants of members are looked at too: a national phase may name its PCT application only.
    """
    members: Members = {start: None}
    waiting = deque(sorted(priorities))
    seen = set(waiting)
    for node in waiting:
        if belongs(node):
            members[node] = None
    while waiting:
        for edge in graph.claimants(waiting.popleft()):
            node = edge.later
            if node in seen or not belongs(node):
                continue
            if node not in members and len(members) >= MEMBERS_MAX:
                return members, True
            seen.add(node)
            members.setdefault(node, edge)
            waiting.append(node)
    return members, False


def _origins(graph: "FamilyGraph", start: bytes) -> list[bytes]:
    """Return the filings of the same office that this one goes back to, and that go back to none themselves."""
    seen = {start}
    waiting = [start]
    origins = set()
    while waiting:
        node = waiting.pop()
        earlier = {edge.earlier for edge in graph.edges(node) if _is_domestic(edge)}
        if not earlier:
            origins.add(node)
        waiting.extend(sorted(earlier - seen))
        seen |= earlier
    # Filings that name each other in a circle have no first one: the first by name stands for it.
    return sorted(origins) or [min(seen)]


def _descendants(graph: "FamilyGraph", origin: bytes) -> tuple[Members, bool]:
    """Return the origin and the filings of its office that go back to it; and whether some were left out."""
    members: Members = {origin: None}
    waiting = deque([origin])
    while waiting:
        for edge in graph.claimants(waiting.popleft()):
            if edge.later in members or not _is_domestic(edge):
                continue
            if len(members) >= MEMBERS_MAX:
                return members, True
            members[edge.later] = edge
            waiting.append(edge.later)
    return members, False


def _is_domestic(edge: "Edge") -> bool:
    return edge.later[1:3] == edge.earlier[1:3]


def _join(members: Members, family: Members) -> bool:
    """Add a family to all members; return whether some did not fit."""
    for node, edge in family.items():
        if node not in members:
            if len(members) >= MEMBERS_MAX:
                return True
            members[node] = edge
    return False


def _keep(families: dict[bytes, Members], members: Members) -> None:
    """Take out of each family whom the limit on all members left out."""
    for origin, family in families.items():
        families[origin] = {node: edge for node, edge in family.items() if node in members}


class _Originating:
    """The originating applications of filings of one office: their priorities, with those of what they continue."""

    def __init__(self, graph: "FamilyGraph") -> None:
        self._graph = graph
        self._visits_left = VISITS_MAX
        self.is_cut = False
        """Whether a limit left something out."""

    def of(self, node: bytes) -> frozenset[bytes]:
        """Return the priorities of the filing and of all that it continues (Paris Art. 4G, 35 USC 120), without these.

        What adds matter of its own (an addition, a continuation in part) originates it.
        """
        continued = self._continued(node)
        found: set[bytes] = set()
        for each in continued:
            edges = self._graph.edges(each)
            priorities = self._graph.priorities(each)
            is_first = priorities == {each} and not any(map(_continues, edges))
            if is_first or any(edge.relation in _ADDS for edge in edges):
                found.add(each)
            found |= priorities - continued
        # Filings that continue each other in a circle have no first one, as in `_origins`.
        return frozenset(found or {min(continued)})

    def _continued(self, node: bytes) -> set[bytes]:
        """Return the filing and all filings of its office that it continues, directly or through others."""
        seen = {node}
        waiting = [node]
        while waiting:
            if self._visits_left <= 0:
                self.is_cut = True
                break
            self._visits_left -= 1
            for edge in self._graph.edges(waiting.pop()):
                if edge.earlier not in seen and _continues(edge):
                    seen.add(edge.earlier)
                    waiting.append(edge.earlier)
        return seen


def _continues(edge: "Edge") -> bool:
    return edge.relation in _CONTINUES and _is_domestic(edge)
