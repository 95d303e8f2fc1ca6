"""What each kind of entry tells an office (register.md, section 9).

A rule looks at one entry for one office, and states what is to be said, in order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

from ledger.register.entries import (
    Claim,
    ClaimAction,
    Dispute,
    Entry,
    Event,
    Filing,
    Opening,
    SealedFiling,
)
from ledger.register.family_graph import Edge
from ledger.register.filing import ClaimRecord
from ledger.register.keys import filing_id, sealed_key
from ledger.register.notice_families import (
    graph_seen_by,
    members_of,
    nearest_own,
    office_of,
    walk,
)
from ledger.register.reader import RegisterReader

NoticeCategory = Literal[
    "filingClaimed",
    "familyMember",
    "familyFound",
    "memberOpened",
    "memberEvent",
    "claimChanged",
    "claimDisputed",
]
"""`filingClaimed`: another filing claims the priority of the office's own one, or continues it. `familyMember`: a
filing came into the family of an own one. `familyFound`: an own filing came into a family with further members.
`memberOpened`: a sealed member was opened. `memberEvent`: a member was published, withdrawn and so on. `claimChanged`:
a claim of a member was added, corrected, withdrawn or decided about. `claimDisputed`: an office disputes a claim of an
own filing or of a member, or takes that back."""

MEMBERS_TOLD_MAX = 20
"""Members named in one notice."""


class EnteredEntry(NamedTuple):
    """An entry that was accepted, as it stands in its block."""

    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks an entry for
    office: str
    """That made it."""
    entry: Entry
    subject: str
    """What its outcome names: the id of the filing that it is about."""


class Content(NamedTuple):
    """What a notice says, beside its place and the filing that its entry is about."""

    category: NoticeCategory
    own: bytes
    text: str
    further: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Told:
    """One entry and one office."""

    entered: EnteredEntry
    office: str
    reader: RegisterReader
    before: RegisterReader
    key: bytes
    """The fact key of the filing that the entry is about."""

    @property
    def is_own(self) -> bool:
        """Whether the office made the entry itself."""
        return self.entered.office == self.office

    @property
    def subject(self) -> str:
        """The id of the filing that the entry is about."""
        return self.entered.subject

    @cached_property
    def nearest_own(self) -> bytes | None:
        """The nearest filing of the office in the family, as it is now."""
        return nearest_own(self.reader, self.key, self.office)

    def nearest_own_before(self, key: bytes) -> bytes | None:
        """The same before this block, of a filing that may have had another key."""
        return nearest_own(self.before, key, self.office)

    @cached_property
    def made_now(self) -> tuple[Edge, ...]:
        """The claims and relations of the filing that came with this entry."""
        place = self.reader.height, self.entered.index
        with_relations = isinstance(self.entered.entry, (Filing, SealedFiling, Opening))
        return tuple(
            edge
            for edge in graph_seen_by(self.reader, self.office).edges(self.key)
            if (
                (edge.named.height, edge.named.index) == place
                if isinstance(edge.named, ClaimRecord)
                else with_relations
            )
        )


# -- what each kind of entry tells ---------------------------------------------------------------


def _of_filing(told: Told) -> Sequence[Content]:
    """A filing, open or sealed, was entered."""
    return _family_found(told, ()) if told.is_own else _claimed(told) or _appeared(told)


def _of_opening(told: Told) -> Sequence[Content]:
    """A sealed filing became known, and may bring claims that were not told before."""
    sealed = sealed_key(told.entered.office, told.entered.entry.claim_key or "")  # type: ignore[union-attr]
    if told.is_own:
        return (
            _family_found(told, members_of(told.before, sealed, told.office))
            if told.made_now
            else ()
        )
    own = told.nearest_own_before(sealed)
    if own is None:
        return _claimed(told) or _appeared(told)
    text = (
        f"{told.entered.office} opened {filing_id(sealed)}, a member of the family of your"
        f" {filing_id(own)}: it is {told.subject}."
    )
    return [Content("memberOpened", own, text), *_claimed(told)]


def _of_event(told: Told) -> Sequence[Content]:
    event = told.entered.entry
    assert isinstance(event, Event)
    own = None if told.is_own else told.nearest_own
    if own is None:
        return ()
    text = (
        f"{told.subject}, a member of the family of your {filing_id(own)},"
        f" was {event.event_category} on {event.event_date}."
    )
    return [Content("memberEvent", own, text, {"event_category": event.event_category})]


def _of_claim(told: Told) -> Sequence[Content]:
    """A claim was added, corrected, withdrawn or decided about; it may have joined a family, or left one."""
    change = told.entered.entry
    assert isinstance(change, Claim)
    if told.is_own:
        is_new = change.action in {"add", "correct"}
        return _family_found(told, members_of(told.before, told.key, told.office)) if is_new else ()
    claimed = _claimed(told)
    before = told.nearest_own_before(told.key)
    own = told.nearest_own or before
    if own is None or (before is None and claimed):
        return claimed
    if before is None:
        return _appeared(told)
    text = (
        f"A priority claim of {told.subject}, a member of the family of your {filing_id(own)},"
        f" was {_CLAIM_CHANGES[change.action]}."
    )
    return [*claimed, Content("claimChanged", own, text, {"claim_action": change.action})]


def _of_dispute(told: Told) -> Sequence[Content]:
    dispute = told.entered.entry
    assert isinstance(dispute, Dispute)
    own = None if told.is_own else told.nearest_own
    if own is None:
        return ()
    whose = "your" if own == told.key else f"the member {told.subject} of the family of your"
    what = "a priority claim" if dispute.relation is None else f"a {dispute.relation}"
    does = "disputes" if dispute.action == "raise" else "takes back its dispute of"
    text = f"{told.entered.office} {does} {what} of {whose} {filing_id(own)}."
    return [Content("claimDisputed", own, text, {"dispute_action": dispute.action})]


_CLAIM_CHANGES: dict[ClaimAction, str] = {
    "add": "added",
    "correct": "corrected",
    "withdraw": "withdrawn",
    "restore": "restored",
    "refuseRestoration": "not restored",
}
Rule: TypeAlias = Callable[[Told], Sequence[Content]]
RULES: dict[type, Rule] = {
    Filing: _of_filing,
    SealedFiling: _of_filing,
    Opening: _of_opening,
    Event: _of_event,
    Claim: _of_claim,
    Dispute: _of_dispute,
}
"""By the kind of entry. The others concern no family."""


def _claimed(told: Told) -> list[Content]:
    """Return that own filings are claimed or continued by what this entry says."""
    found = []
    graph = graph_seen_by(told.reader, told.office)
    for edge in told.made_now:
        own = edge.earlier
        if office_of(own) != told.office or graph.record(own) is None:
            continue
        how = "claims its priority" if edge.relation == "priority" else f"is its {edge.relation}"
        text = f"Your filing {filing_id(own)} was claimed at {told.entered.office}: {told.subject} {how}."
        found.append(Content("filingClaimed", own, text))
    return list({content.own: content for content in found}.values())


def _appeared(told: Told) -> list[Content]:
    """Return that the filing is in the family of an own one now."""
    own = told.nearest_own
    if own is None:
        return []
    text = (
        f"{told.subject} appeared at {told.entered.office}, in the family of your {filing_id(own)}."
    )
    return [Content("familyMember", own, text)]


def _family_found(told: Told, known: Iterable[bytes]) -> list[Content]:
    """Return which members of other offices an own filing found, beside those that it names itself.

    Those of the same block are left out: each is told by its own entry.
    """
    graph = graph_seen_by(told.reader, told.office)
    passed_over = {edge.earlier for edge in graph.edges(told.key)}.union(known)
    found = []
    for node in walk(graph, told.key):
        record = None if office_of(node) == told.office else graph.record(node)
        if record is not None and record.height < told.reader.height and node not in passed_over:
            found.append(node)
    if not found:
        return []
    bag = tuple(map(filing_id, found[:MEMBERS_TOLD_MAX]))
    offices = ", ".join(sorted({office_of(node) for node in found}))
    members = (
        "a further family member" if len(found) == 1 else f"{len(found)} further family members"
    )
    text = f"Your filing {told.subject} has {members}, at {offices}."
    return [Content("familyFound", told.key, text, {"family_member_bag": bag})]
