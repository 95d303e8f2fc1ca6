"""Writes an authority file, part by part, as XML or CSV; what was written is counted and hashed on the way."""

import csv
import io
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final

import msgspec

from api.authority.coverage import AuthorityCoverage, CoverageCount
from api.authority.definition import AuthorityDefinition, MediaType
from api.authority.entries import EXCEPTIONS, AuthorityEntry
from api.formats.spreadsheets import printable, with_apostrophe
from api.moments import moment_text
from ledger.register.reader import RegisterReader

NAMESPACE: Final = "urn:ipregister:authority-file:1"
COLUMNS: Final = (
    "ipOfficeCode",
    "applicationNumberText",
    "right",
    "filingDate",
    "publicationDate",
    "exceptionCode",
)
MEDIA_TYPES: Final[tuple[MediaType, ...]] = ("application/xml", "text/csv")
"""The first is the one that is answered to who wants any."""


class AuthorityFileWriter:
    """One authority file: `head`, then any number of `part`, then `tail`, then its `definition`."""

    def __init__(self, reader: RegisterReader, office: str, media_type: MediaType) -> None:
        """A file about an office (the register's code), at the height of a reader that does not move."""
        self._reader = reader
        self._office = office
        self._media_type: MediaType = media_type
        self._count = CoverageCount()
        self._digest = sha256()
        self._size = 0

    def head(self) -> bytes:
        """How the file begins."""
        if self._media_type == "text/csv":
            return self._written(",".join(COLUMNS) + "\n")
        attributes = _attributes(
            xmlns=NAMESPACE,
            formatVersion=1,
            ipOfficeCode=self._office,
            updateCategory="Full",
            contentCategory="Complete",
            networkIdentifier=self._reader.network_id.hex(),
            registerHeight=self._reader.height,
            registerTime=_time(self._reader),
        )
        codes = "".join(
            f"<ExceptionCodeDefinition{_attributes(exceptionCode=code)}>{escape(text)}</ExceptionCodeDefinition>\n"
            for code, text in EXCEPTIONS.items()
        )
        declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return self._written(f"{declaration}<AuthorityFile{attributes}>\n{codes}")

    def part(self, entries: Iterable[AuthorityEntry]) -> bytes:
        """The next entries."""
        entries = tuple(entries)
        self._count.add(entries)
        if self._media_type == "text/csv":
            return self._written(_lines(self._office, entries))
        return self._written("".join(map(_element, entries)))

    def tail(self) -> bytes:
        """How the file ends: in XML with what it covers."""
        if self._media_type == "text/csv":
            return self._written("")
        coverage = self._count.coverage(self._reader, self._office)
        return self._written(f"{_coverage(coverage)}</AuthorityFile>\n")

    def definition(self) -> AuthorityDefinition:
        """What was written, not yet signed."""
        return AuthorityDefinition(
            format="ipregister-authority-file",
            version=1,
            ip_office_code=self._office,
            network_id=self._reader.network_id.hex(),
            height=self._reader.height,
            block_time=_time(self._reader),
            update_category="Full",
            content_category="Complete",
            media_type=self._media_type,
            byte_count=self._size,
            digest=self._digest.hexdigest(),
            coverage=self._count.coverage(self._reader, self._office),
        )

    def _written(self, text: str) -> bytes:
        data = text.encode()
        self._digest.update(data)
        self._size += len(data)
        return data


def _time(reader: RegisterReader) -> str | None:
    return moment_text(reader.time_ms) if reader.height else None


def _lines(office: str, entries: Iterable[AuthorityEntry]) -> str:
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    for entry in entries:
        number = with_apostrophe(printable(entry.number.strip()))
        dates = entry.filing_date, entry.publication_date or ""
        writer.writerow((office, number, entry.right, *dates, entry.exception or ""))
    return lines.getvalue()


def _element(entry: AuthorityEntry) -> str:
    texts = {
        "ApplicationNumberText": printable(entry.number.strip()),
        "Right": entry.right,
        "FilingDate": entry.filing_date,
        "PublicationDate": entry.publication_date,
        "ExceptionCode": entry.exception,
    }
    inner = "".join(
        f"<{name}>{escape(str(text), quote=False)}</{name}>"
        for name, text in texts.items()
        if text is not None
    )
    return f"<AuthorityFileEntry>{inner}</AuthorityFileEntry>\n"


def _coverage(coverage: AuthorityCoverage) -> str:
    """The element of what is covered: the members of the definition, as attributes."""
    bags = {
        "RightCoverage": coverage.right_bag,
        "ExceptionCoverage": coverage.exception_bag,
        "DeclaredCoverage": coverage.declared_bag,
    }
    inner = "".join(
        f"<{name}{_attributes(**msgspec.to_builtins(each))}/>\n"
        for name, bag in bags.items()
        for each in bag
    )
    counts = _attributes(entryCount=coverage.entry_count, sealedCount=coverage.sealed_count)
    return f"<DataCoverage{counts}>\n{inner}</DataCoverage>\n"


def _attributes(**texts: object) -> str:
    """Attributes of an element, those that are None left out."""
    return "".join(
        f' {name}="{escape(str(text))}"' for name, text in texts.items() if text is not None
    )
