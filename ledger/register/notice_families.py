"""The families that notices are about, as an office sees them."""

from collections import deque
from collections.abc import Iterable, Iterator

from ledger.register.family_graph import FamilyGraph, linked_as
from ledger.register.keys import PRIORITY_PREFIX, priority_links
from ledger.register.reader import RegisterReader

MEMBERS_MAX = 1_000
"""Members of a family in which an office's own filing is looked for; nearest first, as families are answered."""


def graph_seen_by(reader: RegisterReader, office: str) -> FamilyGraph:  # noqa: ARG001 - no sealed filing is read yet
    """Return the graph of what the office is entitled to see."""
    return FamilyGraph(reader)


def nearest_own(reader: RegisterReader, start: bytes, office: str) -> bytes | None:
    """Return the nearest filing of the office in the extended family; the filing itself, if it is the office's."""
    graph = graph_seen_by(reader, office)
    owned = (node for node in walk(graph, start) if office_of(node) == office)
    return next((node for node in owned if graph.record(node) is not None), None)


def members_of(reader: RegisterReader, start: bytes, office: str) -> list[bytes]:
    """Return all members of the extended family that the office sees, nearest first."""
    return list(walk(graph_seen_by(reader, office), start))


def walk(graph: FamilyGraph, start: bytes) -> Iterator[bytes]:
    """Yield the filings of the extended family from one of them, nearest first (register.md F2)."""
    seen = {start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        yield node
        for edge in (*graph.edges(node), *graph.claimants(node)):
            other = edge.earlier if edge.later == node else edge.later
            if other not in seen and len(seen) < MEMBERS_MAX:
                seen.add(other)
                waiting.append(other)


def office_of(node: bytes) -> str:
    """Return the office of a filing, given by its fact key."""
    return node[1:3].decode()


def claimed_among(register: RegisterReader, filings: Iterable[bytes]) -> set[bytes]:
    """Return those of the filings to which a priority link leads.

    It goes through filings and links together, in key order: filings between two links cost no look-up.
    """
    by_prefix: dict[bytes, list[tuple[bytes, bytes]]] = {}
    for filing in filings:
        for linked in linked_as(filing):
            by_prefix.setdefault(linked[1:4], []).append((priority_links(linked), filing))
    claimed = set()
    for prefix, wanted in by_prefix.items():
        following: bytes | None = b""
        for links, filing in sorted(wanted):
            if following is not None and following < links:
                pairs = register.scan(PRIORITY_PREFIX + prefix, after=links, limit=1)
                following = next((link for link, _ in pairs), None)
            if following is None:
                break
            if following.startswith(links):
                claimed.add(filing)
    return claimed
