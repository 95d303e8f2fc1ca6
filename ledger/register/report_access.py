"""Who may read a report: a judgement on the ledger alone, which anybody can make again (register.md D4)."""

from typing import Literal, NamedTuple

from ledger.register.family_graph import FamilyGraph
from ledger.register.family_kinds import find_extended
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
    the report is about, unless the report is withheld.
    """
    if depositing_office(report) == office:
        return Reading(True, "depositingOffice")
    withheld = withheld_by(reader, report)
    filing = filing_of(reader, reported_file(report))
    member, is_whole = _own_member(reader, office, filing)
    if member is None:
        return Reading(False, "notInFamily" if is_whole else "familyTooLarge")
    if withheld is not None:
        by, withholding = withheld
        return Reading(False, "withheld", filing_id(member), withholding, by)
    return Reading(True, "filingOfSameFamily", filing_id(member))


def _own_member(reader: RegisterReader, office: str, filing: bytes) -> tuple[bytes | None, bool]:
    """Return the office's nearest registered filing in the extended family, and whether that was found whole."""
    graph = FamilyGraph(reader)
    found = find_extended(graph, filing)
    code = office.encode()
    own = (node for node in found.members if node[1:3] == code and graph.member(node) is not None)
    return next(own, None), not (found.is_cut or graph.is_cut)
