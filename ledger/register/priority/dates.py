"""The date by which the period of a second filing is judged: its own, or one that it keeps from a parent.

A division or continuation keeps its parent's date (Paris Convention Art. 4G, 35 USC 120), and a
national phase has the date of its PCT filing (PCT Art. 11(3)).
"""

from collections import deque
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from ledger.register.entries import Relation, Right
from ledger.register.filing import FilingRecord, RelatedRecord, decode_filing
from ledger.register.keys import filing_key
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.reader import RegisterReader
from ledger.register.verification import Period

_REMARKS: dict[Relation, str] = {
    "division": "KEEPS_PARENT_DATE",
    "continuation": "KEEPS_PARENT_DATE",
    "continuationInPart": "KEEPS_PARENT_DATE_IN_PART",
    "nationalPhase": "",
}
"""Relations by which a filing keeps a date. The longer remark says more: part of it keeps the date only."""
_DAY = attrgetter("day")
PARENTS_MAX = 16
"""Parents read for one answer: a chain that is longer counts as unknown."""


class FilingDate(NamedTuple):
    """A date that a filing has, or keeps from a parent."""

    day: date
    relation: Relation | None = None
    """None: its own."""
    parent: str = ""
    """Office and number of the parent, as given."""
    key: bytes = b""
    """The parent's fact key; empty where its number or office is not known."""
    is_original: bool = True
    """Not kept from a parent in its turn."""
    remark: str = ""
    """The reason code that tells how it keeps the date; none for a national phase, whose own date it is."""


class FilingDates(NamedTuple):
    """All dates that a filing has or keeps."""

    dates: tuple[FilingDate, ...]
    is_complete: bool
    """False: the date of a parent is neither registered nor given."""
    keys: tuple[bytes, ...] = ()
    """The facts read, present or absent."""


def find_dates(
    reader: RegisterReader, filed_on: date, related: tuple[RelatedRecord, ...], right: Right
) -> FilingDates:
    """Return the filing's own date and those of its parents: as registered, else as given.

    The own date of a national phase counts for nothing.
    """
    own = FilingDate(filed_on)
    if not related:
        return FilingDates((own,), is_complete=True)
    dates, keys, is_complete, read = [], dict[bytes, None](), True, 0
    waiting = deque([(own, related)])
    while waiting:
        filed, earlier = waiting.popleft()
        parents = [parent for parent in earlier if parent.relation in _REMARKS]
        if all(parent.relation != "nationalPhase" for parent in parents):
            dates.append(filed._replace(is_original=not parents))
        for parent in parents:
            key, record = _read(reader, parent, right)
            if key in keys:
                continue
            if read >= PARENTS_MAX:
                return FilingDates(tuple(dates), is_complete=False, keys=tuple(keys))
            read += 1
            if key:
                keys[key] = None
            day = parent.filing_date if record is None else record.filing_date
            if day is None:
                is_complete = False
                continue
            name = f"{parent.office} {parent.number}"
            remark = max(filed.remark, _REMARKS[parent.relation])
            kept = FilingDate(day, parent.relation, name, key, remark=remark)
            waiting.append((kept, () if record is None else record.related))
    return FilingDates(tuple(dates), is_complete, tuple(keys))


def _read(
    reader: RegisterReader, parent: RelatedRecord, right: Right
) -> tuple[bytes, FilingRecord | None]:
    """Return the parent's key and record; without a right stated, of the same right or a likely one.

    Without a match key there is nothing to look up: the key is empty.
    """
    if not parent.match_key:
        return b"", None
    rights = (right, *FIRST_RIGHTS[right]) if parent.right is None else (parent.right,)
    keys = [filing_key(parent.office, candidate, parent.match_key) for candidate in rights]
    for key in keys:
        data = reader.get(key)
        if data is not None:
            return key, decode_filing(data)
    return keys[0], None


def continues(filed: FilingDate, first: bytes) -> bool:
    """Return whether it is the date of a parent that is the first filing itself (its fact key; empty: not found)."""
    return bool(first) and filed.key == first and filed.relation not in {None, "nationalPhase"}


def judged_by(filing_dates: FilingDates, period: Period, first: bytes) -> FilingDate | None:
    """Return the date by which the period is judged; None where it hangs on an unknown one.

    A date inside the period decides, and so does a parent that is the first filing; else the earliest
    original one after it.
    """
    dates = filing_dates.dates
    own = next((filed for filed in dates if filed.relation is None), None)
    if own is not None and own.day <= period.last_date:
        return own
    for filed in dates:
        if continues(filed, first) or period.from_date < filed.day <= period.last_date:
            return filed
    if not filing_dates.is_complete or not dates:
        return None
    original = [filed for filed in dates if filed.is_original] or dates
    late = [filed for filed in original if filed.day > period.last_date]
    return min(late, key=_DAY) if late else max(original, key=_DAY)
