"""What joins a member to its family, and what is doubtful about it: one mistyped number can merge two families."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from ledger.register.entries import Relation, Right
from ledger.register.family_graph import Edge, FamilyGraph, assumed_right
from ledger.register.family_kinds import FoundMembers
from ledger.register.filing import ClaimRecord, ClaimStatus, FilingRecord
from ledger.register.keys import RIGHT_LETTERS
from ledger.register.keys import filing_id as _id
from ledger.register.nodes import Record
from ledger.register.numbers import read_earlier
from ledger.register.numbers.number import FORM_AMBIGUOUS, RIGHT_DIFFERS, SERIES_DERIVED

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
    application_number_text: str = ""
    claim_key: str = ""
    """Of a sealed claim or relation: it was proved with the access code, and has no number, date and right."""
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
    """Tells of edges what they rest on."""

    def __init__(self, graph: FamilyGraph, found: FoundMembers, count_max: int) -> None:
        self._graph = graph
        self._members = found.members
        self._shown = found.priorities
        self._left = count_max
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
        height, index = self._graph.made_at(edge)
        disputes = tuple(
            JointDispute(
                disputing_office_code=office,
                reason_text=dispute.reason,
                decision_date=dispute.decided_on,
                height=dispute.height,
                index=dispute.index,
            )
            for office, dispute in self._graph.disputes_of(edge)
        )
        return Joint(
            later_filing_id=_id(edge.later),
            earlier_filing_id=_id(edge.earlier),
            relation=edge.relation,
            ip_office_code=named.office,
            application_number_text=named.number,
            claim_key=named.claim_key,
            right=named.right,
            filing_date=named.filing_date,
            status=named.status if isinstance(named, ClaimRecord) else None,
            height=height,
            index=index,
            warning_codes=tuple(
                dict.fromkeys(
                    (
                        *self._doubts(edge),
                        *((DISPUTED,) if disputes else ()),
                    )
                )
            ),
            dispute_bag=disputes,
        )

    def _doubts(self, edge: Edge) -> tuple[str, ...]:
        """Return what is doubtful about a claim or relation, without disputes."""
        later, earlier = self._graph.member(edge.later), self._graph.member(edge.earlier)
        doubts = () if edge.named.claim_key else _doubts_of_open(edge, earlier)
        known = edge.named.filing_date if earlier is None else _filed(earlier)
        filed = _filed(later)
        if known is not None and filed is not None and known > filed:
            doubts += ("BEFORE_PRIORITY",)
        return doubts


def _filed(record: Record | None) -> date | None:
    return record.filing_date if isinstance(record, FilingRecord) else None


def _doubts_of_open(edge: Edge, earlier: Record | None) -> tuple[str, ...]:
    """Return what is doubtful about the number and date of a claim that was not proved."""
    named = edge.named
    right = assumed_right(named, edge.later)
    _, number = read_earlier(named.office, right, named.number, named.filing_date)
    doubts = number.warnings
    if named.right is not None and edge.earlier[3:4] != RIGHT_LETTERS[named.right].encode():
        doubts += (RIGHT_DIFFERS,)
    if earlier is None:
        doubts += (FIRST_FILING_NOT_REGISTERED,)
    elif named.filing_date == _filed(earlier):
        doubts = tuple(code for code in doubts if code not in _SETTLED_BY_DATE)
    elif named.filing_date is not None:
        doubts += ("DATE_MISMATCH",)
    return doubts if named.filing_date is not None else (*doubts, "MISSING_DATE")
