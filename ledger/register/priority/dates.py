"""The dates that a second filing has: its own, and those that it keeps from its parents.

A division or continuation keeps its parent's date (Paris Convention Art. 4G, 35 USC 120), and a
national phase has the date of its PCT filing (PCT Art. 11(3)).
"""

from collections import deque
from datetime import date
from typing import NamedTuple

from ledger.register.entries import Relation, Right
from ledger.register.filing import FilingRecord, RelatedRecord
from ledger.register.keys import filing_key
from ledger.register.nodes import load_open
from ledger.register.offices import office_code
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.priority.calendar_office import CalendarOffice, calendar_office
from ledger.register.priority.unlock import Unlocked
from ledger.register.reader import RegisterReader

_REMARKS: dict[Relation, str] = {
    "division": "KEEPS_PARENT_DATE",
    "continuation": "KEEPS_PARENT_DATE",
    "continuationInPart": "KEEPS_PARENT_DATE_IN_PART",
    "nationalPhase": "",
}
"""Relations by which a filing keeps a date. The longer remark says more: part of it keeps the date only."""
INHERITING: frozenset[Relation] = frozenset({"division", "nationalPhase"})
"""Relations by which a filing has its parent's date and claims, and no others.

Paris Convention Art. 4G, EPC Art. 76(1); PCT Art. 8, 11(3).
"""
PARENTS_MAX = 16
"""Parents read for one answer: a chain that is longer counts as unknown."""


class Ancestor(NamedTuple):
    """A filing whose date another one keeps, itself or through others."""

    relation: Relation
    """Of the filing before it in the chain to this one."""
    office: str
    number: str
    """As given."""
    key: bytes
    """Its fact key; empty where its number or office is not known."""
    record: FilingRecord | None
    """None: not registered."""

    @property
    def name(self) -> str:
        """Office and number."""
        return f"{self.office} {self.number}"

    @property
    def has_claims_of_parent(self) -> bool:
        """Whether it divides another filing in its turn, or is a national phase."""
        related = () if self.record is None else self.record.related
        return any(parent.relation in INHERITING for parent in related)


class FilingDate(NamedTuple):
    """A date that a filing has, or keeps from an ancestor."""

    day: date
    calendar: CalendarOffice
    """Whose closed days count for it."""
    ancestors: tuple[Ancestor, ...] = ()
    """From the parent to the filing whose date it is; none: its own."""
    is_original: bool = True
    """Not kept from a parent in its turn."""
    remark: str = ""
    """The reason code that tells how it keeps the date; none for a national phase, whose own date it is."""

    @property
    def is_own(self) -> bool:
        """Whether no other filing's."""
        return not self.ancestors

    @property
    def is_inherited(self) -> bool:
        """Whether the filing has this date by divisions and as a national phase only: with the parents' claims."""
        return bool(self.ancestors) and all(each.relation in INHERITING for each in self.ancestors)

    @property
    def is_of_pct(self) -> bool:
        """Whether it is a PCT filing's, whose national phase the filing is, or a division of that."""
        return self.is_inherited and self.ancestors[-1].office == "WO"

    def continues(self, first: bytes) -> bool:
        """Return whether it is the date of a parent that is the first filing itself.

        The first filing is given by its fact key, which is empty where it is not found.
        """
        if not first or self.is_own:
            return False
        last = self.ancestors[-1]
        return last.key == first and last.relation != "nationalPhase"


class FilingDates(NamedTuple):
    """All dates that a filing has or keeps."""

    own: FilingDate
    dates: tuple[FilingDate, ...]
    """Those that count: not the own one of a division or national phase."""
    calendar: CalendarOffice
    """Whose closed days count where no date is known."""
    is_complete: bool = True
    """False: the date of a parent is neither registered nor given."""
    is_own_latest: bool = True
    """Whether no parent can have a later date; a national phase may state any date as its own."""
    keys: tuple[bytes, ...] = ()
    """The facts read, present or absent."""


def find_dates(
    reader: RegisterReader,
    own: FilingDate,
    related: tuple[RelatedRecord, ...],
    right: Right,
    unlocked: tuple[Unlocked, ...] = (),
) -> FilingDates:
    """Return the filing's own date and those of its parents, and of theirs: as registered, else as given.

    Of sealed filings only those are known that an access code unlocked.
    """
    dates, keys, is_complete, read = [], dict[bytes, None](), True, 0
    calendar, is_own_latest = own.calendar, True
    waiting = deque([(own, related)])
    while waiting:
        filed, earlier = waiting.popleft()
        parents = [_told(parent, unlocked) for parent in earlier if parent.relation in _REMARKS]
        if all(parent.relation not in INHERITING for parent in parents):
            dates.append(filed._replace(is_original=not parents))
        for parent in parents:
            key, record = _read(reader, parent, right, unlocked)
            if key in keys:
                continue
            if read >= PARENTS_MAX:
                is_complete = False
                waiting.clear()
                break
            read += 1
            if key:
                keys[key] = None
            kept = _kept(filed, parent, key, record, right)
            if filed.is_own and parent.relation == "nationalPhase":
                calendar, is_own_latest = kept.calendar, False
            if record is None and parent.filing_date is None:
                is_complete = False
            else:
                waiting.append((kept, () if record is None else record.related))
    return FilingDates(own, tuple(dates), calendar, is_complete, is_own_latest, tuple(keys))


def _kept(
    filed: FilingDate,
    parent: RelatedRecord,
    key: bytes,
    record: FilingRecord | None,
    right: Right,
) -> FilingDate:
    """Return the date that a filing keeps from its parent; where it is not known, the day is of no account."""
    day = parent.filing_date if record is None else record.filing_date
    calendar = filed.calendar
    if office_code(parent.office):
        calendar = calendar_office(parent.office, right, parent.match_key, record)
    ancestor = Ancestor(parent.relation, parent.office, parent.number, key, record)
    return FilingDate(
        day or filed.day,
        calendar,
        (*filed.ancestors, ancestor),
        remark=max(filed.remark, _REMARKS[parent.relation]),
    )


def _told(parent: RelatedRecord, unlocked: tuple[Unlocked, ...]) -> RelatedRecord:
    for found in unlocked:
        parent = found.tell(parent)
    return parent


def _read(
    reader: RegisterReader, parent: RelatedRecord, right: Right, unlocked: tuple[Unlocked, ...]
) -> tuple[bytes, FilingRecord | None]:
    """Return the parent's key and record; without a right stated, of the same right or a likely one.

    Without a match key there is nothing to look up: the key is empty.
    """
    for found in unlocked:
        if (parent.office, parent.claim_key) == (found.office, found.claim_key):
            return found.key, found.record
    if not parent.match_key:
        return b"", None
    rights = (right, *FIRST_RIGHTS[right]) if parent.right is None else (parent.right,)
    keys = [filing_key(parent.office, candidate, parent.match_key) for candidate in rights]
    for key in keys:
        record = load_open(reader, key)
        if record is not None:
            return key, record
    return keys[0], None
