"""What the entries of a block tell an office: notices about its filings and their families (register.md, section 12).

Pure, and computed from the ledger whenever somebody asks. So a notice can neither get lost nor change: it depends on
the block, on the register as it was after this block and after the one before, and on the office. An office is told
of a filing that it is entitled to see, and of no other.
"""

from collections.abc import Iterable

import msgspec

from ledger.register.entries import (
    Claim,
    ClaimAction,
    DisputeAction,
    Entry,
    EventKind,
    Filing,
    Opening,
    ReportCategory,
    SealedFiling,
)
from ledger.register.keys import filing_id
from ledger.register.notice_content import Content, EnteredEntry, NoticeCategory, Told
from ledger.register.notice_families import claimed_among
from ledger.register.notice_place import NoticePlace
from ledger.register.notice_rules import RULES
from ledger.register.reader import RegisterReader
from ledger.register.shared_families import SharedFamilies

__all__ = [
    "EnteredEntry",
    "Notice",
    "NoticeCategory",
    "given_claims",
    "notices_of",
    "possibly_concerning",
]


class Notice(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """What an office is told of one entry."""

    notice_id: str
    """`height.index.number`: block, entry in the block, and notice of that entry; the same for ever."""
    category: NoticeCategory
    summary_text: str
    """The notice in a sentence."""
    ip_office_code: str
    """The office that made the entry."""
    filing_id: str
    """The filing that the entry is about."""
    own_filing_id: str
    """The filing of the office that is told, because of which it concerns it: the nearest in the family."""
    event_category: EventKind | None = None
    claim_action: ClaimAction | None = None
    dispute_action: DisputeAction | None = None
    """Of a dispute, or of a withholding."""
    report_identifier: str | None = None
    report_category: ReportCategory | None = None
    family_member_bag: tuple[str, ...] = ()
    """`familyFound`, `memberOpened`: further members, nearest first; at most 20."""
    height: int
    time_ms: int
    """Of the block, Unix milliseconds."""


def possibly_concerning(
    register: RegisterReader, entries: Iterable[EnteredEntry]
) -> list[EnteredEntry]:
    """Return the entries of a block without those that concern nobody, for any office.

    Most filings of a bulk load are neither claims' sources nor their targets: they cost no walk. The register may be
    of the entries' height or of any later one, for links are never taken away.
    """
    entries = [entered for entered in entries if type(entered.entry) in RULES]
    bare = {entered.subject for entered in entries if _is_bare(entered.entry)}
    passed_over = bare - given_claims(entries) - claimed_among(register, bare)
    return [
        entered
        for entered in entries
        if entered.subject not in passed_over or not _is_bare(entered.entry)
    ]


def given_claims(entries: Iterable[EnteredEntry]) -> set[str]:
    """Return the filings to which other entries of the block may have given claims: no filing among them is bare."""
    return {
        f"{entered.office}.sealed.{entered.entry.claim_key}"
        if isinstance(entered.entry, Opening)
        else entered.subject
        for entered in entries
        if isinstance(entered.entry, (Claim, Opening))
    }


def _is_bare(entry: Entry) -> bool:
    """Return whether this is a filing that comes without claims and relations."""
    return isinstance(entry, (Filing, SealedFiling)) and not (
        entry.priority_claim_bag or entry.related_filing_bag
    )


def notices_of(
    entered: EnteredEntry, families: SharedFamilies, before: SharedFamilies
) -> tuple[Notice, ...]:
    """Return what the entry tells an office, by the families that it sees after the block and before it."""
    told = Told(entered, families, before)
    return tuple(
        _notice(told, number, content)
        for number, content in enumerate(RULES[type(entered.entry)](told))
    )


def _notice(told: Told, number: int, content: Content) -> Notice:
    height = told.reader.height
    return Notice(
        notice_id=str(NoticePlace(height, told.entered.index, number)),
        category=content.category,
        summary_text=content.text,
        ip_office_code=told.entered.office,
        filing_id=told.subject,
        own_filing_id=filing_id(content.own),
        height=height,
        time_ms=told.reader.time_ms,
        **content.further,
    )
