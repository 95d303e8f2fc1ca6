"""The entries of an authority file: what the register holds of each filing of an office, and its exception code."""

from datetime import date
from typing import Final, Literal, NamedTuple

from ledger.register.entries import Right
from ledger.register.filing import EventRecord, FilingRecord, decode_filing
from ledger.register.keys import FILING_PREFIX, RIGHTS
from ledger.register.reader import RegisterReader

ExceptionCode = Literal["W"]
EXCEPTIONS: Final[dict[ExceptionCode, str]] = {
    "W": "withdrawn, abandoned or lapsed, and not published as far as the register knows"
}
"""Of those of WIPO ST.37 the one that an event in the register can tell."""

_ENDS: Final = frozenset({"withdrawn", "abandoned", "lapsed"})
_PUBLICATIONS: Final = frozenset({"published", "granted", "registered"})


class AuthorityEntry(NamedTuple):
    """One filing."""

    right: Right
    number: str
    """As the office gave it."""
    filing_date: date
    publication_date: date | None
    """The earliest that an event tells."""
    exception: ExceptionCode | None


class AuthorityPart(NamedTuple):
    """Entries that follow one another, and the key up to which there are no others; None: that was all."""

    entries: tuple[AuthorityEntry, ...]
    last_key: bytes | None


def read_part(
    reader: RegisterReader, today: RegisterReader, office: str, after: bytes, limit: int
) -> AuthorityPart:
    """The next entries of an office behind a key, in the order of right and number.

    So many filings of today are looked at, and those that the reader has are entries: a part of an early height may
    have few, or none, and takes no longer.
    """
    keys = [key for key, _ in today.scan(FILING_PREFIX + office.encode(), after, limit)]
    found = ((key, reader.get(key)) for key in keys)
    entries = tuple(_entry(key, decode_filing(value)) for key, value in found if value is not None)
    return AuthorityPart(entries, keys[-1] if keys else None)


def _entry(key: bytes, record: FilingRecord) -> AuthorityEntry:
    published = [each.event_date for each in record.events if each.category in _PUBLICATIONS]
    return AuthorityEntry(
        right=RIGHTS[chr(key[3])],
        number=record.number,
        filing_date=record.filing_date,
        publication_date=min(published, default=None),
        exception="W" if not published and _has_ended(record.events) else None,
    )


def _has_ended(events: tuple[EventRecord, ...]) -> bool:
    """Whether the last word is that nothing becomes of the filing: it may have been revived."""
    words = [each.category for each in events if each.category in {*_ENDS, "revived"}]
    return bool(words) and words[-1] in _ENDS
