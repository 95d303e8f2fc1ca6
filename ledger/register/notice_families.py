"""The families that notices are about, as an office sees them."""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator

from ledger.register.family_graph import FamilyGraph
from ledger.register.filing import parse_filing_id
from ledger.register.keys import PRIORITY_PREFIX
from ledger.register.linked_keys import linked_as
from ledger.register.reader import RegisterReader

MEMBERS_MAX = 1_000
"""Members of a family in which an office's own filing is looked for; nearest first, as families are answered."""


def walk(
    graph: FamilyGraph, start: bytes, members_max: int | None = MEMBERS_MAX
) -> Iterator[bytes]:
    """Yield the filings of the extended family from one of them, nearest first (register.md F2)."""
    first = graph.node(start)
    seen = {first}
    waiting = deque([first])
    while waiting:
        node = waiting.popleft()
        yield node
        for edge in (*graph.edges(node), *graph.claimants(node)):
            other = edge.earlier if edge.later == node else edge.later
            if other not in seen and (members_max is None or len(seen) < members_max):
                seen.add(other)
                waiting.append(other)


def office_of(node: bytes) -> str:
    """Return the office of a filing, given by its fact key."""
    return node[1:3].decode()


def claimed_among(register: RegisterReader, identifiers: Iterable[str]) -> set[str]:
    """Return those of the filings (given by their ids) to which a priority link leads.

    Filings of one office and right are held against the links in key order: those between two links cost no look-up.
    """
    registers: dict[str, list[str]] = {}
    for identifier in identifiers:
        kept_by, _, number = identifier.rpartition(".")
        registers.setdefault(kept_by, []).append(number)
    claimed = set()
    for kept_by, numbers in registers.items():
        numbers.sort()
        for linked in linked_as(parse_filing_id(f"{kept_by}.{numbers[0]}")):
            prefix = PRIORITY_PREFIX + linked[1:4]
            claimed |= {f"{kept_by}.{number}" for number in _linked(register, prefix, numbers)}
    return claimed


def _linked(register: RegisterReader, prefix: bytes, numbers: list[str]) -> Iterator[str]:
    """Yield those of the sorted numbers from which there is a link."""
    place = 0
    while place < len(numbers):
        after = prefix + numbers[place].encode()
        link = next((link for link, _ in register.scan(prefix, after=after, limit=1)), None)
        if link is None:
            return
        following = link[len(prefix) : link.index(b"\0")].decode()
        place = bisect_left(numbers, following, place)
        if place < len(numbers) and numbers[place] == following:
            yield following
            place += 1
