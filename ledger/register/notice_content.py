"""What a notice is made from: an entry and an office, and what is to be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from ledger.register.entries import Entry, PriorityClaim, RelatedFiling, Report
from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.filing import parse_filing_id
from ledger.register.keys import filing_id
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.register.report_keys import parse_report_id, reported_file
from ledger.register.reports import filing_of
from ledger.register.shared_families import SharedFamilies

NoticeCategory = Literal[
    "filingClaimed",
    "familyMember",
    "familyFound",
    "memberOpened",
    "memberEvent",
    "claimChanged",
    "claimDisputed",
    "reportDeposited",
    "reportWithheld",
]
"""`filingClaimed`: another filing claims the priority of the office's own one, or continues it. `familyMember`: a
filing came into the family of an own one. `familyFound`: an own filing came into a family with further members.
`memberOpened`: a sealed member was opened. `memberEvent`: a member was published, withdrawn and so on. `claimChanged`:
a claim of a member was added, corrected, withdrawn or decided about. `claimDisputed`: an office disputes a claim of an
own filing or of a member, or takes that back. `reportDeposited`: a report on a member, which the office may read.
`reportWithheld`: reports on a member are withheld, or no longer."""


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
    """One entry and what one office sees."""

    entered: EnteredEntry
    families: SharedFamilies
    """As the office sees them now."""
    families_before: SharedFamilies
    """As it saw them before this block."""

    @property
    def office(self) -> str:
        """The office that is told."""
        return self.families.office

    @property
    def reader(self) -> RegisterReader:
        """The register now."""
        return self.families.reader

    @cached_property
    def key(self) -> bytes:
        """The fact key of the filing that the entry is about."""
        if isinstance(self.entered.entry, Report):
            file = reported_file(parse_report_id(self.entered.subject))
            return filing_of(self.reader, file)
        return parse_filing_id(self.entered.subject)

    @property
    def is_own(self) -> bool:
        """Whether the office made the entry itself."""
        return self.entered.office == self.office

    @property
    def subject(self) -> str:
        """The id of the filing that the entry is about."""
        return filing_id(self.key)

    @cached_property
    def graph(self) -> FamilyGraph:
        """What the office sees now of the filing that the entry is about, and of those next to it."""
        return FamilyGraph(self.reader, asker=self.families.entitlement.for_one_question())

    def hides(self, named: PriorityClaim | RelatedFiling | None) -> bool:
        """Whether the office does not see the sealed filing that a claim or relation names."""
        return named is not None and self.families.entitlement.hides(*_named(named))

    def hid(self, named: PriorityClaim | RelatedFiling | None) -> bool:
        """Whether it did not see it before this block."""
        return named is not None and self.families_before.entitlement.hides(*_named(named))

    @cached_property
    def nearest_own(self) -> bytes | None:
        """The nearest filing of the office in the family, as it is now."""
        return self.families.nearest_own(self.key)

    @property
    def may_have_access(self) -> bool:
        """Whether the office may read reports on the filing, as far as families that are read once tell (N5)."""
        is_near = self.families.entitlement.may_have_access_nearby
        return self.nearest_own is not None or is_near(self.key)

    def nearest_own_before(self, key: bytes) -> bytes | None:
        """The same before this block, of a filing that may have had another key."""
        return self.families_before.nearest_own(key)

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The claims and relations of the filing."""
        return self.graph.edges(self.graph.node(self.key))

    @cached_property
    def made_now(self) -> tuple[Edge, ...]:
        """Those of them that came with this entry."""
        place = self.reader.height, self.entered.index
        return tuple(edge for edge in self.edges if self.graph.made_at(edge) == place)


def _named(named: PriorityClaim | RelatedFiling) -> tuple[str, str | None]:
    return office_code(named.ip_office_code), named.claim_key
