"""What an authority file covers: counted while it is written."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from api.authority.entries import AuthorityEntry, ExceptionCode
from ledger.register.entries import Right
from ledger.register.filing import decode_coverage
from ledger.register.keys import RIGHT_LETTERS, coverage_key, sealed_count_key
from ledger.register.reader import RegisterReader


class _Part(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    rename="camel",
    omit_defaults=True,
    forbid_unknown_fields=True,
):
    pass


class RightCoverage(_Part, frozen=True, kw_only=True):
    """The entries of one right."""

    right: Right
    entry_count: int
    earliest_filing_date: date
    latest_filing_date: date


class ExceptionCoverage(_Part, frozen=True, kw_only=True):
    """The entries with one exception code."""

    exception_code: ExceptionCode
    entry_count: int


class DeclaredCoverage(_Part, frozen=True, kw_only=True):
    """The office declared that the register has all its filings of these dates, both included."""

    right: Right
    from_date: date
    until_date: date


class AuthorityCoverage(_Part, frozen=True, kw_only=True):
    """What a whole file covers."""

    entry_count: int
    right_bag: tuple[RightCoverage, ...] = ()
    exception_bag: tuple[ExceptionCoverage, ...] = ()
    sealed_count: int = 0
    """Filings of the office that are sealed at this height: they have no number yet, and stand in no list."""
    declared_bag: tuple[DeclaredCoverage, ...] = ()


class CoverageCount:
    """Counts the entries of a file as they are written."""

    def __init__(self) -> None:
        self._rights: Counter[Right] = Counter()
        self._exceptions: Counter[ExceptionCode] = Counter()
        self._dates: dict[Right, tuple[date, date]] = {}

    def add(self, entries: Iterable[AuthorityEntry]) -> None:
        """Count these too."""
        for entry in entries:
            right, filed = entry.right, entry.filing_date
            self._rights[right] += 1
            first, last = self._dates.get(right, (filed, filed))
            self._dates[right] = min(first, filed), max(last, filed)
            if entry.exception:
                self._exceptions[entry.exception] += 1

    def coverage(self, reader: RegisterReader, office: str) -> AuthorityCoverage:
        """What was counted, with what the register says of the office at the same height."""
        sealed = reader.get(sealed_count_key(office))
        return AuthorityCoverage(
            entry_count=self._rights.total(),
            right_bag=tuple(
                RightCoverage(
                    right=right,
                    entry_count=self._rights[right],
                    earliest_filing_date=self._dates[right][0],
                    latest_filing_date=self._dates[right][1],
                )
                for right in RIGHT_LETTERS
                if right in self._rights
            ),
            exception_bag=tuple(
                ExceptionCoverage(exception_code=code, entry_count=count)
                for code, count in sorted(self._exceptions.items())
            ),
            sealed_count=int.from_bytes(sealed or b"", "big"),
            declared_bag=tuple(_declared(reader, office)),
        )


def _declared(reader: RegisterReader, office: str) -> Iterable[DeclaredCoverage]:
    for right in RIGHT_LETTERS:
        value = reader.get(coverage_key(office, right))
        for each in decode_coverage(value) if value else ():
            yield DeclaredCoverage(
                right=right, from_date=each.from_date, until_date=each.until_date
            )
