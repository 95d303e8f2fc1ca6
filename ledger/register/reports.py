"""Reads the reports on a filing, what is withheld of them, and who was granted a reading."""

from typing import NamedTuple

from ledger.register.applied import Get
from ledger.register.reader import RegisterReader
from ledger.register.report_keys import (
    access_keys,
    depositing_office,
    reading_office,
    report_digest,
    report_keys,
    reported_file,
    withholding_key,
)
from ledger.register.report_records import (
    AccessRecord,
    ReportRecord,
    WithholdingRecord,
    decode_access,
    decode_report,
    decode_withholdings,
)
from ledger.register.sealed import home_of, known_as

ACCESSES_MAX = 2_000
"""Readings shown of one report."""


class DepositedReport(NamedTuple):
    """A report with its fact key, in which file, depositing office and SHA-256 stand."""

    key: bytes
    record: ReportRecord


def load_reports(reader: RegisterReader, filing: bytes) -> tuple[DepositedReport, ...]:
    """Return the reports on a filing (given by its fact key), the oldest first."""
    file = home_of(reader.get, filing)
    found = (
        DepositedReport(key, decode_report(value)) for key, value in reader.scan(report_keys(file))
    )
    return tuple(sorted(found, key=lambda one: (one.record.height, one.record.index)))


def filing_of(reader: RegisterReader, report: bytes) -> bytes:
    """Return the fact key of the filing that a report is about, as it is known now: of an opened one the open one's."""
    return known_as(reader.get, reported_file(report))


def load_report(reader: RegisterReader, key: bytes) -> DepositedReport | None:
    """Return the report with this fact key, or None."""
    data = reader.get(key)
    return None if data is None else DepositedReport(key, decode_report(data))


def load_withholdings(get: Get, report: bytes) -> tuple[tuple[str, WithholdingRecord], ...]:
    """Return (office, withholding) of all that was ever withheld of a report, the oldest first (register.md D4)."""
    file, deposited = reported_file(report), depositing_office(report)
    found = []
    for office in sorted({deposited, file[1:3].decode()}):
        data = get(withholding_key(file, office))
        scopes = {"", report_digest(report)} if office == deposited else {""}
        known = () if data is None else decode_withholdings(data)
        found += [(office, one) for one in known if one.digest in scopes]
    return tuple(sorted(found, key=lambda one: (one[1].height, one[1].index)))


def withheld_by(get: Get, report: bytes) -> tuple[str, WithholdingRecord] | None:
    """Return (office, withholding) that keeps a report from the other offices, or None."""
    standing = (one for one in load_withholdings(get, report) if one[1].withdrawn_on is None)
    return next(standing, None)


class GrantedReading(NamedTuple):
    """A reading that was granted, with its fact key."""

    key: bytes
    record: AccessRecord

    @property
    def office(self) -> str:
        """The reading office."""
        return reading_office(self.key)


def load_accesses(reader: RegisterReader, report: bytes) -> tuple[GrantedReading, ...]:
    """Return the readings of a report that were granted, the oldest first; of very many not all."""
    found = [
        GrantedReading(key, decode_access(value))
        for key, value in reader.scan(access_keys(report), limit=ACCESSES_MAX)
    ]
    return tuple(sorted(found, key=lambda one: (one.record.height, one.record.index)))


def load_accesses_of(
    reader: RegisterReader, report: bytes, office: str
) -> tuple[AccessRecord, ...]:
    """Return the readings of a report that one office was granted, in no order; of very many not all."""
    prefix = access_keys(report) + f"{office}.".encode()
    return tuple(decode_access(value) for _, value in reader.scan(prefix, limit=ACCESSES_MAX))
