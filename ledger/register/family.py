"""Patent families, each member with the claim that joins it (WIPO Handbook, glossary; register.md F1, F2).

A simple family has equal sets of active priorities, an extended one hangs together by claims and
relations. Found from one filing outwards, and bounded.
"""

from collections import deque
from datetime import date
from typing import Literal

import msgspec

from ledger.register.entries import Relation, Right
from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.filing import parse_filing_id
from ledger.register.keys import RIGHTS
from ledger.register.keys import filing_id as _id
from ledger.register.reader import RegisterReader

FamilyKind = Literal["simple", "extended"]
MEMBERS_MAX = 1_000
"""Members of a family in one answer."""

_RULES: dict[FamilyKind, str] = {
    "simple": (
        "equal sets of active priorities, without the filing's own number and its own PCT"
        " application; a filing without priorities has itself"
    ),
    "extended": (
        "connected by active priority claims and by relations to earlier filings, directly or"
        " through other members"
    ),
}


class Joint(msgspec.Struct, frozen=True, rename="camel"):
    """The claim or relation that joins a member."""

    later_filing_id: str
    earlier_filing_id: str
    relation: Relation | Literal["priority"]


class FamilyMember(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A filing of the family."""

    filing_id: str
    ip_office_code: str
    right: Right
    is_registered: bool
    """False: known only because others claim it."""
    application_number_text: str = ""
    filing_date: date | None = None
    joined_by: Joint | None = None
    """None for the filing asked about, and for a first filing that is a priority of itself."""


class Family(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A family as it is at one height."""

    kind: FamilyKind
    rule: str
    filing_id: str
    """The filing asked about."""
    priorities: tuple[str, ...] = ()
    """Simple: the priorities that all members share."""
    members: tuple[FamilyMember, ...]
    """In order of filing date; members without one last."""
    is_complete: bool
    """False: a limit cut the answer."""
    height: int
    time_ms: int


def find_family(reader: RegisterReader, filing_id: str, kind: FamilyKind) -> Family:
    """Return the family of a filing, which need not be registered itself.

    Raises MalformedFilingIdError.
    """
    start = parse_filing_id(filing_id)
    graph = FamilyGraph(reader)
    joints, is_complete = (_simple if kind == "simple" else _extended)(graph, start)
    members = [_member(graph, node, joint) for node, joint in joints.items()]
    members.sort(key=lambda member: (member.filing_date or date.max, member.filing_id))
    return Family(
        kind=kind,
        rule=_RULES[kind],
        filing_id=_id(start),
        priorities=tuple(sorted(map(_id, graph.priorities(start)))) if kind == "simple" else (),
        members=tuple(members),
        is_complete=is_complete and not graph.is_cut,
        height=reader.height,
        time_ms=reader.time_ms,
    )


_Joints = dict[bytes, Edge | None]


def _simple(graph: FamilyGraph, start: bytes) -> tuple[_Joints, bool]:
    """Return the members with equal priorities: among the priorities, and those that claim them.

    Claimants of members are looked at too: a national phase may name its PCT application only.
    """
    priorities = graph.priorities(start)
    joints: _Joints = {start: None}
    waiting = deque(sorted(priorities))
    seen = set(priorities)
    for node in sorted(priorities):
        if node not in joints and graph.priorities(node) == priorities:
            joints[node] = None
    while waiting:
        for edge in graph.claimants(waiting.popleft()):
            node = edge.later
            if node in seen or graph.priorities(node) != priorities:
                continue
            if len(joints) >= MEMBERS_MAX:
                return joints, False
            seen.add(node)
            joints.setdefault(node, edge)
            waiting.append(node)
    return joints, True


def _extended(graph: FamilyGraph, start: bytes) -> tuple[_Joints, bool]:
    """Return everything that hangs together with the filing, nearest first."""
    joints: _Joints = {start: None}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for edge in (*graph.edges(node), *graph.claimants(node)):
            other = edge.earlier if edge.later == node else edge.later
            if other in joints:
                continue
            if len(joints) >= MEMBERS_MAX:
                return joints, False
            joints[other] = edge
            waiting.append(other)
    return joints, True


def _member(graph: FamilyGraph, node: bytes, joint: Edge | None) -> FamilyMember:
    record = graph.member(node)
    joined_by = None
    if joint is not None:
        joined_by = Joint(_id(joint.later), _id(joint.earlier), joint.relation)
    return FamilyMember(
        filing_id=_id(node),
        ip_office_code=node[1:3].decode(),
        right=RIGHTS[chr(node[3])],
        is_registered=record is not None,
        application_number_text="" if record is None else record.canonical,
        filing_date=None if record is None else record.filing_date,
        joined_by=joined_by,
    )
