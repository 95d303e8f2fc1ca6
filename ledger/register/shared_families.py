"""The families that an office sees at one height, each read once for all entries of a block.

Many entries of one block may be about one family, such as a thousand second filings of one first filing. What is
answered is a matter of the filing alone: which entries were asked about before changes nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

from ledger.register.entitlement import Entitlement
from ledger.register.family_graph import FamilyGraph
from ledger.register.notice_families import MEMBERS_MAX, office_of, walk
from ledger.register.reader import RegisterReader

NODES_MAX = 10_000
"""Filings of which it is remembered to which family they belong."""
_ROOT_STEPS_MAX = 100


class _Family(NamedTuple):
    graph: FamilyGraph
    is_whole: bool
    """Whether it could be read to its end."""
    nearest: tuple[bytes, ...]
    """The first thousand members, from the root on."""
    has_own: bool
    members: frozenset[bytes]
    """The same, or all of a family that is whole."""
    others: frozenset[bytes]
    """Members of other offices that were registered before this height."""


class SharedFamilies:
    """Extended families as one office is entitled to see them (register.md N1, N5)."""

    def __init__(self, reader: RegisterReader, office: str) -> None:
        self.reader = reader
        self.office = office
        self.entitlement = Entitlement(reader, office)
        """What the office may see: looked up once for all entries of a block."""
        self._families: dict[bytes, _Family] = {}
        """By member, as far as they were asked about or found."""

    def walk(self, start: bytes) -> Iterable[bytes]:
        """Return the members nearest to a filing; of a family too large to be read, those nearest to its root."""
        family = self._family(start)
        return walk(family.graph, start) if family.is_whole else family.nearest

    def nearest_own(self, start: bytes) -> bytes | None:
        """Return the nearest filing of the office in the family; the filing itself, if it is the office's."""
        family = self._family(start)
        first = family.graph.node(start)
        if not family.has_own and office_of(first) != self.office:
            return None
        owned = (node for node in (first, *self.walk(start)) if office_of(node) == self.office)
        return next((node for node in owned if family.graph.member(node) is not None), None)

    def members(self, start: bytes) -> frozenset[bytes]:
        """Return the members of the family of a filing, of one too large to be read some."""
        return self._family(start).members

    def others(self, start: bytes) -> frozenset[bytes]:
        """Return the members of other offices that were registered before this height, of a large family some."""
        return self._family(start).others

    def are_joined(self, one: bytes, other: bytes) -> bool:
        """Return whether two filings are in one family; of a family too large to be read, near to its root."""
        family = self._family(one)
        return family is self._family(other) or family.graph.node(other) in family.members

    def _family(self, start: bytes) -> _Family:
        if start not in self._families:
            graph = self._graph()
            root = _root(graph, start)
            if root not in self._families:
                family = self._read(root, graph)
                # Where a limit cuts, what was read on the way to the root must not count.
                self._remember(family if family.is_whole else self._read(root, self._graph()))
            self._families[start] = self._families[root]
        return self._families[start]

    def _remember(self, family: _Family) -> None:
        if len(self._families) > NODES_MAX:
            self._families.clear()
        self._families.update(dict.fromkeys(family.nearest, family))

    def _read(self, root: bytes, graph: FamilyGraph) -> _Family:
        members = tuple(walk(graph, root, members_max=None))
        is_whole = not graph.is_cut
        if not is_whole:
            members = members[:MEMBERS_MAX]
        known = [node for node in members if graph.record(node) is not None]
        return _Family(
            graph,
            is_whole,
            members,
            any(office_of(node) == self.office for node in known),
            frozenset(members),
            frozenset(node for node in known if self._is_other(graph, node)),
        )

    def _is_other(self, graph: FamilyGraph, node: bytes) -> bool:
        record = graph.record(node)
        is_other = office_of(node) != self.office
        return is_other and record is not None and record.height < self.reader.height

    def _graph(self) -> FamilyGraph:
        return FamilyGraph(self.reader, asker=self.entitlement.for_one_question())


def _root(graph: FamilyGraph, start: bytes) -> bytes:
    """Return the filing to which the first claims and relations lead, by their keys: many have the same."""
    root = graph.node(start)
    for _ in range(_ROOT_STEPS_MAX):
        earlier = min((edge.earlier for edge in graph.edges(root)), default=root)
        if earlier >= root:
            return root
        root = earlier
    return root
