"""What joins a member to its family, and what is doubtful about it: one mistyped number can merge two families."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from ledger.register.apply_filing import ASSUMED_RIGHT
from ledger.register.disputes import Disputes, is_disputed, load_disputes
from ledger.register.entries import Relation, Right
from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.family_kinds import FoundMembers
from ledger.register.filing import ClaimRecord, ClaimStatus, FilingRecord
from ledger.register.keys import RIGHT_LETTERS, RIGHTS
from ledger.register.keys import filing_id as _id
from ledger.register.numbers import read_earlier
from ledger.register.numbers.number import FORM_AMBIGUOUS, RIGHT_DIFFERS, SERIES_DERIVED
from ledger.register.reader import RegisterReader

DISPUTED = "DISPUTED"
"""An office disputes it."""
FIRST_FILING_NOT_REGISTERED = "FIRST_FILING_NOT_REGISTERED"
"""Nobody has confirmed that there is such a filing."""
_SETTLED_BY_DATE = frozenset({FORM_AMBIGUOUS, SERIES_DERIVED})


class JointDispute(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An office doubts that the claim leads to this filing; it has not taken that back."""

    disputing_office_code: str
    reason_text: str
    decision_date: date
    height: int
    index: int


class Joint(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The claim or relation that joins a member."""

    later_filing_id: str
    earlier_filing_id: str
    relation: Relation | Literal["priority"]
    ip_office_code: str
    """As the later filing names the earlier one, like all down to its date."""
    application_number_text: str
    right: Right | None = None
    filing_date: date | None = None
    status: ClaimStatus | None = None
    """Of a claim; a relation has none."""
    height: int
    """Where it was made."""
    index: int
    warning_codes: tuple[str, ...] = ()
    """What is doubtful about it (docs/register.md F4)."""
    dispute_bag: tuple[JointDispute, ...] = ()


class Joints:
    """Tells of edges what they rest on; of each filing its disputes are read once."""

    def __init__(
        self, graph: FamilyGraph, reader: RegisterReader, found: FoundMembers, count_max: int
    ) -> None:
        self._graph = graph
        self._reader = reader
        self._members = found.members
        self._shown = found.priorities
        self._left = count_max
        self._disputes: dict[bytes, Disputes] = {}
        self.is_cut = False
        """Whether a limit left some out."""

    def of_member(self, node: bytes) -> tuple[Joint, ...]:
        """Return what joins a member: its own claims and relations within the family, else that of another one."""
        own = [edge for edge in self._graph.edges(node) if self._is_inside(edge)]
        by = self._members[node]
        if not own and by is not None:
            own = [by]
        return tuple(map(self._joint, own[:1])) + self.of(own[1:])

    def of(self, edges: Iterable[Edge]) -> tuple[Joint, ...]:
        """Return what edges rest on, as many as the limit leaves."""
        edges = tuple(edges)
        taken = edges[: self._left]
        self._left -= len(taken)
        self.is_cut |= len(taken) < len(edges)
        return tuple(map(self._joint, taken))

    def _is_inside(self, edge: Edge) -> bool:
        return edge.earlier in self._members or edge.earlier in self._shown

    def _joint(self, edge: Edge) -> Joint:
        named = edge.named
        later = self._graph.member(edge.later)
        disputes = tuple(
            JointDispute(
                disputing_office_code=office,
                reason_text=dispute.reason,
                decision_date=dispute.decided_on,
                height=dispute.height,
                index=dispute.index,
            )
            for office, dispute in self._disputes_of(edge.later)
            if is_disputed(named, dispute)
        )
        made = named if isinstance(named, ClaimRecord) else later
        return Joint(
            later_filing_id=_id(edge.later),
            earlier_filing_id=_id(edge.earlier),
            relation=edge.relation,
            ip_office_code=named.office,
            application_number_text=named.number,
            right=named.right,
            filing_date=named.filing_date,
            status=named.status if isinstance(named, ClaimRecord) else None,
            height=0 if made is None else made.height,
            index=0 if made is None else made.index,
            warning_codes=tuple(
                dict.fromkeys(
                    (
                        *_doubts(edge, later, self._graph.member(edge.earlier)),
                        *((DISPUTED,) if disputes else ()),
                    )
                )
            ),
            dispute_bag=disputes,
        )

    def _disputes_of(self, node: bytes) -> Disputes:
        if node not in self._disputes:
            self._disputes[node] = load_disputes(self._reader, node)
        return self._disputes[node]


def _doubts(
    edge: Edge, later: FilingRecord | None, earlier: FilingRecord | None
) -> tuple[str, ...]:
    """Return what is doubtful about a claim or relation, without disputes."""
    named = edge.named
    right = named.right or ASSUMED_RIGHT[RIGHTS[chr(edge.later[3])]]
    _, number = read_earlier(named.office, right, named.number, named.filing_date)
    doubts = number.warnings
    filed = named.filing_date
    if named.right is not None and edge.earlier[3:4] != RIGHT_LETTERS[named.right].encode():
        doubts += (RIGHT_DIFFERS,)
    if earlier is None:
        doubts += (FIRST_FILING_NOT_REGISTERED,)
    elif filed == earlier.filing_date:
        doubts = tuple(code for code in doubts if code not in _SETTLED_BY_DATE)
    elif filed is not None:
        doubts += ("DATE_MISMATCH",)
    if filed is None:
        doubts += ("MISSING_DATE",)
    known = earlier.filing_date if earlier is not None else filed
    if known is not None and later is not None and known > later.filing_date:
        doubts += ("BEFORE_PRIORITY",)
    return doubts
