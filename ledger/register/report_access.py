"""Who may read a report: a judgement on the ledger alone, which anybody can make again (register.md D4)."""

from typing import Literal, NamedTuple

from ledger.register.entitlement import Entitlement
from ledger.register.keys import filing_id
from ledger.register.reader import RegisterReader
from ledger.register.report_keys import depositing_office, reported_file
from ledger.register.report_records import WithholdingRecord
from ledger.register.reports import filing_of, withheld_by

ReadingReason = Literal[
    "depositingOffice", "filingOfSameFamily", "notInFamily", "familyTooLarge", "withheld"
]


class Reading(NamedTuple):
    """Whether an office may read a report, and why."""

    is_granted: bool
    reason: ReadingReason
    member: str = ""
    """`filingOfSameFamily`: the id of the office's own filing, by which it belongs to the family."""
    withholding: WithholdingRecord | None = None
    """`withheld`: what withholds the report."""
    withholding_office: str = ""


class Readings:
    """What one office may read at one height; each family is looked at once."""

    def __init__(self, reader: RegisterReader, office: str) -> None:
        self._reader = reader
        self._office = office
        self._entitlement = Entitlement(reader, office)
        self._members: dict[bytes, bytes | None] = {}
        """By file the office's own filing in the family, if any."""

    def judge(self, report: bytes) -> Reading:
        """Return whether the office may read a report (given by its fact key).

        The depositing office may. Another one may if it has a registered filing in the extended family of the filing
        that the report is about, of sealed members by proofs only, unless the report is withheld.
        """
        if depositing_office(report) == self._office:
            return Reading(True, "depositingOffice")
        file = reported_file(report)
        if file not in self._members:
            self._members[file] = self._entitlement.access_through(file)
        member = self._members[file]
        if member is None:
            return Reading(False, "familyTooLarge" if self._entitlement.is_cut else "notInFamily")
        withheld = withheld_by(self._reader.get, report)
        if withheld is not None:
            by, withholding = withheld
            return Reading(False, "withheld", filing_id(member), withholding, by)
        return Reading(True, "filingOfSameFamily", filing_id(member))

    def knows_of(self, report: bytes) -> bool:
        """Return whether the office may know of a report.

        All may of one on an open filing, of one on a sealed filing those of its family.
        """
        is_own = depositing_office(report) == self._office
        return is_own or self._entitlement.sees(filing_of(self._reader, report))


def judge_reading(reader: RegisterReader, office: str, report: bytes) -> Reading:
    """Return whether an office may read a report (given by its fact key), as `Readings`."""
    return Readings(reader, office).judge(report)


def knows_of(reader: RegisterReader, office: str, report: bytes) -> bool:
    """Return whether an office may know of a report (given by its fact key), as `Readings`."""
    return Readings(reader, office).knows_of(report)
