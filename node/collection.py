"""Filings as collections of patent data write them, one JSON object a line, turned into entries.

Fields of a row: `office` (ST.3), `right`, `number`, `filing_date`, `receiving_office` (PCT only),
`publications`, each with a `date`, and `priorities`, each with `office`, `number`, `date` and, where the
source says so, `self` (its own number), `active` ("NO": not a priority in law), `linkage` (DOCDB: 1
continuation, 2 division, 3 continuation in part, W own PCT application) and `relation` (the wording of the
office). DOCDB's numbers (`docdb`) are kept beside the entry. Whatever else a row holds is ignored.

A row without what a filing needs is a fault with the row's number; odd facts, such as a priority
dated after the filing, are remarks: the register takes them as declared, and a verification says
so.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Relation, Right

RIGHTS: dict[str, Right] = {
    "patent": "patent",
    "utility_model": "utilityModel",
    "utilityModel": "utilityModel",
    "design": "design",
    "trademark": "trademark",
    "plant_variety": "plantVariety",
    "plantVariety": "plantVariety",
}
_LINKAGE: dict[str, Relation] = {
    "1": "continuation",
    "2": "division",
    "3": "continuationInPart",
    "W": "nationalPhase",
}
_WORDING: dict[str, Relation] = {
    "This application is a Continuation of": "continuation",
    "This application is a Continuation in part of": "continuationInPart",
    "This application is a Division of": "division",
    "This application is National Stage Entry of": "nationalPhase",
}


class CollectionRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the collection: an entry of `office`, or the fault that keeps it from that."""

    line: int
    office: str = ""
    filing: Filing | None = None
    fault: str = ""
    remarks: tuple[str, ...] = ()
    docdb: str = ""
    """DOCDB's number, which the entry lacks; empty where the row has none."""
    published: date | None = None
    """When it was first published; None: the row does not say."""
    priorities: tuple["StatedPriority", ...] = ()
    """As the row states them."""


class StatedPriority(msgspec.Struct, frozen=True, rename={"is_self": "self"}):
    """A priority as a row states it."""

    office: str = ""
    number: str = ""
    original: str = ""
    docdb: str | None = None
    epodoc: str | None = None
    date: str = ""
    is_self: bool = False
    active: str = "YES"
    linkage: str = ""
    relation: str = ""

    @property
    def best_number(self) -> str:
        """The number by which an entry claims it; empty where the row has only DOCDB's."""
        return self.number or self.original or self.epodoc or ""


class _Publication(msgspec.Struct):
    date: str = ""


class _Row(msgspec.Struct):
    office: str
    right: str
    number: str
    filing_date: str = ""
    docdb: str | None = None
    epodoc: str | None = None
    receiving_office: str | None = None
    priorities: tuple[StatedPriority, ...] = ()
    publications: tuple[_Publication, ...] = ()


def read_collection(lines: Iterable[bytes]) -> Iterator[CollectionRow]:
    """Yield one row for each line, in order; no line is left out."""
    for number, line in enumerate(lines, 1):
        yield _read_row(number, line)


def offices_with_most_rows(rows: Iterable[CollectionRow], count: int) -> tuple[str, ...]:
    """Return the codes of the offices with most rows, most first; ties in alphabetical order."""
    rows_of = Counter(row.office for row in rows if row.office)
    return tuple(sorted(rows_of, key=lambda code: (-rows_of[code], code))[:count])


def _read_row(line: int, text: bytes) -> CollectionRow:
    try:
        row = msgspec.json.decode(text, type=_Row)
    except msgspec.MsgspecError as error:
        return CollectionRow(line=line, office=_office_of(text), fault=str(error))
    right = RIGHTS.get(row.right)
    if right is None:
        return CollectionRow(line=line, office=row.office, fault=f"unknown right {row.right!r}")
    if not row.number:
        return CollectionRow(line=line, office=row.office, fault="no application number")
    filed = _date(row.filing_date)
    if filed is None:
        found = repr(row.filing_date) if row.filing_date else "none"
        fault = f"{row.number}: expected a filing date, found {found}"
        return CollectionRow(line=line, office=row.office, fault=fault)
    return _to_filing(line, row, right, filed)


def _to_filing(line: int, row: _Row, right: Right, filed: date) -> CollectionRow:
    claims = []
    related = []
    remarks = []
    for priority in row.priorities:
        relation = _relation(priority)
        if _is_self(priority, row):
            continue
        if relation is None and priority.active == "NO":
            continue
        number = priority.best_number
        when = _date(priority.date)
        if relation is not None and number:
            related.append(_related(relation, priority, number, when))
        if relation is None or (relation != "nationalPhase" and priority.active == "YES"):
            claims.append(_claim(priority, number, when))
            if when is not None and when > filed:
                remarks.append(f"{row.number}, filed {filed}, claims a priority of {when}")
    filing = Filing(
        right=right,
        application_number_text=row.number,
        filing_date=filed,
        receiving_office_code=row.receiving_office,
        priority_claim_bag=tuple(claims),
        related_filing_bag=tuple(related),
    )
    return CollectionRow(
        line=line,
        office=row.office,
        filing=filing,
        remarks=tuple(remarks),
        docdb=row.docdb or "",
        published=min(filter(None, (_date(each.date) for each in row.publications)), default=None),
        priorities=row.priorities,
    )


def _is_self(priority: StatedPriority, row: _Row) -> bool:
    same_number = priority.office == row.office and priority.number == row.number
    same_docdb = priority.docdb is not None and priority.docdb == row.docdb
    same_epodoc = priority.epodoc is not None and priority.epodoc == row.epodoc
    return priority.is_self or same_number or same_docdb or same_epodoc


def _relation(priority: StatedPriority) -> Relation | None:
    return _LINKAGE.get(priority.linkage) or _WORDING.get(priority.relation)


def _claim(priority: StatedPriority, number: str, when: date | None) -> PriorityClaim:
    return PriorityClaim(
        ip_office_code=priority.office, application_number_text=number, filing_date=when
    )


def _related(
    relation: Relation, priority: StatedPriority, number: str, when: date | None
) -> RelatedFiling:
    return RelatedFiling(
        relation=relation,
        ip_office_code=priority.office,
        application_number_text=number,
        filing_date=when,
    )


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _office_of(text: bytes) -> str:
    """Return the office of a faulty row, so that it is counted with its own."""
    try:
        office = json.loads(text).get("office", "")
    except (ValueError, AttributeError):
        return ""
    return office if isinstance(office, str) else ""
