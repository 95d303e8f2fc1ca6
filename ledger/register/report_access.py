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


def judge_reading(reader: RegisterReader, office: str, report: bytes) -> Reading:
    """Return whether an office may read a report (given by its fact key).

    The depositing office may. Another one may if it has a registered filing in the extended family of the filing that
    the report is about, of sealed members by proofs only, unless the report is withheld.
    """
    if depositing_office(report) == office:
        return Reading(True, "depositingOffice")
    entitlement = Entitlement(reader, office)
    member = entitlement.access_through(reported_file(report))
    if member is None:
        return Reading(False, "familyTooLarge" if entitlement.is_cut else "notInFamily")
    withheld = withheld_by(reader, report)
    if withheld is not None:
        by, withholding = withheld
        return Reading(False, "withheld", filing_id(member), withholding, by)
    return Reading(True, "filingOfSameFamily", filing_id(member))


def knows_of(reader: RegisterReader, office: str, report: bytes) -> bool:
    """Return whether an office may know of a report: all may of one on an open filing, its family on a sealed one."""
    return depositing_office(report) == office or Entitlement(reader, office).sees(
        filing_of(reader, report)
    )
