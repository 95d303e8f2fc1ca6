"""Patent families by the kinds of the WIPO Handbook's glossary, with what joins each member (register.md, section 7).

Found from one filing outwards, and bounded.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from ledger.register.entitlement import Entitlement
from ledger.register.entries import EventKind, Right
from ledger.register.family_graph import FamilyGraph
from ledger.register.family_joints import Joint, Joints
from ledger.register.family_kinds import (
    FamilyKind,
    FoundMembers,
    find_complex,
    find_domestic,
    find_extended,
    find_national,
    find_simple,
)
from ledger.register.filing import FilingRecord, SealedRecord, parse_filing_id
from ledger.register.keys import RIGHTS
from ledger.register.keys import filing_id as _id
from ledger.register.nodes import Record
from ledger.register.reader import RegisterReader

__all__ = [
    "JOINTS_MAX",
    "Family",
    "FamilyKind",
    "FamilyMember",
    "FamilyOfOrigin",
    "FiledAs",
    "Publication",
    "find_family",
]

JOINTS_MAX = 5_000
"""Claims and relations shown in one answer, beside the first of each member."""

_FIND = {
    "simple": find_simple,
    "extended": find_extended,
    "complex": find_complex,
    "national": find_national,
    "domestic": find_domestic,
}
_RULES: dict[FamilyKind, str] = {
    "simple": (
        "F1: equal sets of active priorities, without the filing's own number and its own PCT"
        " application; a filing without priorities has itself"
    ),
    "extended": (
        "F2: connected by active priority claims and by relations to earlier filings, directly or"
        " through other members"
    ),
    "complex": (
        "F5: all members share one active priority; a family for each priority of the filing"
    ),
    "national": (
        "F6: filings of one office that go back to one filing of that office by addition, division,"
        " continuation, continuation in part or domestic priority; a family for each such origin"
    ),
    "domestic": (
        "F7: the procedural publications of one office for the same originating applications:"
        " filings that hang together at the office and have equal priorities, which a division or"
        " continuation has from its parent"
    ),
}
_WITH_PUBLICATIONS: frozenset[FamilyKind] = frozenset({"national", "domestic"})
_PUBLICATIONS: frozenset[EventKind] = frozenset({"published", "granted", "registered"})


class Publication(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A stage of the procedure that was entered as an event."""

    event_category: EventKind
    event_date: date
    key_event_code: str | None = None
    height: int
    index: int


class FamilyMember(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A filing of the family."""

    filing_id: str
    ip_office_code: str
    right: Right | None = None
    """None: a sealed filing tells none, like its number and date. Where they stand, they are from the own file of the
    office that answers."""
    is_registered: bool
    """False: known only because others claim it."""
    is_sealed: bool = False
    """Registered, but not published: only offices of its family are told of it."""
    application_number_text: str = ""
    filing_date: date | None = None
    joint_bag: tuple[Joint, ...] = ()
    """Its claims and relations that lead to other members, or to the priorities shared; without any, the one of another
    member that leads to it."""
    publication_bag: tuple[Publication, ...] = ()
    """National and domestic families: what was published, granted or registered."""


class FiledAs(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of a filing: by the register, or of a sealed one by the own file of an office of its family."""

    right: Right
    application_number_text: str
    """The office's canonical form."""
    filing_date: date


class FamilyOfOrigin(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The complex or national family by the name of one originating application."""

    originating_filing_id: str
    filing_id_bag: tuple[str, ...]
    """In the order of the members."""


class Family(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """A family as it is at one height."""

    kind: FamilyKind
    rule: str
    """What makes a filing a member, with its number in docs/register.md."""
    filing_id: str
    """The filing asked about."""
    priorities: tuple[str, ...] = ()
    """Simple and domestic: the originating applications that all members have. Complex: those of the filing."""
    members: tuple[FamilyMember, ...]
    """In order of filing date; members without one last."""
    family_bag: tuple[FamilyOfOrigin, ...] = ()
    """Complex and national: the members sorted into one family for each originating application."""
    is_complete: bool
    """False: a limit cut the answer."""
    without_disputed: bool = False
    """True: as if the claims and relations that an office disputes were not made."""
    disputed_by: tuple[str, ...] = ()
    """`withoutDisputed`: the offices whose disputes count; none: all of them."""
    left_out_bag: tuple[Joint, ...] = ()
    """`withoutDisputed`: the disputed claims and relations that were met and left out."""
    height: int
    time_ms: int


def _nothing(_filing_id: str) -> FiledAs | None:
    return None


def find_family(
    reader: RegisterReader,
    filing_id: str,
    kind: FamilyKind,
    *,
    viewer: str = "",
    known: Callable[[str], FiledAs | None] = _nothing,
    without_disputed: bool = False,
    disputed_by: frozenset[str] = frozenset(),
) -> Family:
    """Return the family of a filing, which need not be registered itself.

    `viewer` is the register's code of the office that asks: of sealed filings the answer has those that it may see
    (register.md F13), and not a hint of others. `known` tells what that office knows of one, by its id.

    With `without_disputed` claims and relations that an office disputes join nothing; with `disputed_by` only
    the disputes of these offices count.

    Raises MalformedFilingIdError.
    """
    graph = FamilyGraph(
        reader,
        asker=Entitlement(reader, viewer).for_one_question(),
        without_disputed=without_disputed,
        disputed_by=disputed_by,
    )
    start = graph.node(parse_filing_id(filing_id))
    found = _FIND[kind](graph, start)
    joints = Joints(graph, found, JOINTS_MAX)
    told = {node: _told(node, graph.member(node), known) for node in found.members}
    order = sorted(told, key=lambda node: (_date_of(told[node]), _id(node)))
    members = tuple(_member(node, graph.member(node), told[node], joints, kind) for node in order)
    ends = found.members.keys() | found.priorities
    left_out = joints.of(edge for edge in graph.left_out if ends & {edge.later, edge.earlier})
    return Family(
        kind=kind,
        rule=_RULES[kind],
        filing_id=_id(start),
        priorities=tuple(sorted(map(_id, found.priorities))),
        members=members,
        family_bag=_families(found, order),
        is_complete=not (found.is_cut or graph.is_cut or joints.is_cut),
        without_disputed=without_disputed,
        disputed_by=tuple(sorted(disputed_by)) if without_disputed else (),
        left_out_bag=left_out,
        height=reader.height,
        time_ms=reader.time_ms,
    )


def _told(
    node: bytes, record: Record | None, known: Callable[[str], FiledAs | None]
) -> FiledAs | None:
    """Return right, number and date of a member: as registered, of a sealed one as its office knows them."""
    if isinstance(record, FilingRecord):
        return FiledAs(
            right=RIGHTS[chr(node[3])],
            application_number_text=record.canonical,
            filing_date=record.filing_date,
        )
    return None if record is None else known(_id(node))


def _date_of(told: FiledAs | None) -> date:
    return date.max if told is None else told.filing_date


def _member(
    node: bytes, record: Record | None, told: FiledAs | None, joints: Joints, kind: FamilyKind
) -> FamilyMember:
    return FamilyMember(
        filing_id=_id(node),
        ip_office_code=node[1:3].decode(),
        right=RIGHTS.get(chr(node[3])) if told is None else told.right,
        is_registered=record is not None,
        is_sealed=isinstance(record, SealedRecord),
        application_number_text="" if told is None else told.application_number_text,
        filing_date=None if told is None else told.filing_date,
        joint_bag=joints.of_member(node),
        publication_bag=_publications(record) if kind in _WITH_PUBLICATIONS else (),
    )


def _publications(record: Record | None) -> tuple[Publication, ...]:
    return tuple(
        Publication(
            event_category=event.category,
            event_date=event.event_date,
            key_event_code=event.key_event_code,
            height=event.height,
            index=event.index,
        )
        for event in (() if record is None else record.events)
        if event.category in _PUBLICATIONS
    )


def _families(found: FoundMembers, order: list[bytes]) -> tuple[FamilyOfOrigin, ...]:
    return tuple(
        FamilyOfOrigin(
            originating_filing_id=_id(origin),
            filing_id_bag=tuple(_id(node) for node in order if node in nodes),
        )
        for origin, nodes in sorted(found.families.items())
    )
