"""The filings that claim or continue a first one, by the links that lead from it.

Links are never taken away: whether a filing still claims is told by the filing itself.
"""

from collections.abc import Iterator

from ledger.register.keys import (
    FILING_PREFIX,
    SEALED_PREFIX,
    claiming_filing,
    is_sealed,
    priority_links,
)
from ledger.register.reader import RegisterReader

OF_OFFICE_MAX = 100
"""Filings of one office looked at that claim one first filing under one of its keys: where its own are asked for, and
where they are sealed and named an open first filing by its number."""


def all_claiming(reader: RegisterReader, first: bytes) -> Iterator[bytes]:
    """Yield the fact keys of all filings linked to a first one under this key, in key order."""
    return (claiming_filing(link) for link, _ in reader.scan(priority_links(first)))


def claiming_of_office(reader: RegisterReader, first: bytes, office: str) -> Iterator[bytes]:
    """Yield those of one office, open ones first, without reading others."""
    for prefix in (FILING_PREFIX, SEALED_PREFIX):
        links = priority_links(first) + prefix + office.encode()
        for link, _ in reader.scan(links, limit=OF_OFFICE_MAX):
            yield claiming_filing(link)


def claiming_as_met_by(reader: RegisterReader, first: bytes, office: str) -> Iterator[bytes]:
    """Yield all of them, in key order, but of other offices' sealed ones the first hundred of each.

    Any number of sealed filings that an office does not see can name an open filing by its number.
    """
    links, after = priority_links(first), b""
    is_more = True
    while is_more:
        is_more, count, kept_by = False, 0, b""
        for link, _ in reader.scan(links, after):
            claiming = claiming_filing(link)
            if is_sealed(claiming) and claiming[1:3] != office.encode():
                count = count + 1 if claiming[:3] == kept_by else 1
                kept_by = claiming[:3]
                if count > OF_OFFICE_MAX:
                    is_more, after = True, links + kept_by + b"\xff"
                    break
            yield claiming
