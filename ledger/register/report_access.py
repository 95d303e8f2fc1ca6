"""Who may read a report: a judgement on the ledger alone, which anybody can make again (register.md D4)."""

from typing import Literal, NamedTuple

from ledger.register.confirmed_claims import OpenClaims, TimeOf
from ledger.register.entitlement import Entitlement
from ledger.register.family_graph import Edge
from ledger.register.keys import filing_id
from ledger.register.reader import RegisterReader
from ledger.register.report_keys import depositing_office, reported_file
from ledger.register.report_records import WithholdingRecord
from ledger.register.reports import filing_of, withheld_by

ReadingReason = Literal[
    "depositingOffice",
    "filingOfSameFamily",
    "notInFamily",
    "familyTooLarge",
    "withheld",
    "claimNotConfirmed",
]


class Reading(NamedTuple):
    """Whether an office may read a report, and why."""

    is_granted: bool
    reason: ReadingReason
    member: str = ""
    """The id of the office's own filing, by which it belongs to the family; empty: there is none, or none is needed."""
    withholding: WithholdingRecord | None = None
    """`withheld`: what withholds the report."""
    withholding_office: str = ""


class Readings:
    """What one office may read at one height; each family is looked at once."""

    def __init__(self, reader: RegisterReader, office: str, time_of: TimeOf) -> None:
        self._reader = reader
        self._office = office
        self._time_of = time_of
        self._entitlement = Entitlement(reader, office)
        self._members: dict[tuple[bytes, str, bool], bytes | None] = {}
        """The office's own filing in the family, if any: by file, depositing office, and by confirmed claims alone."""
        self._claims: dict[tuple[bytes, str], OpenClaims] = {}

    def judge(self, report: bytes) -> Reading:
        """Return whether the office may read a report (given by its fact key).

        The depositing office may. Another one may if it has a registered filing in the extended family of the filing
        that the report is about, of sealed members by proofs only, unless the report is withheld. Before that filing
        is published, open claims must be confirmed (register.md D4, D6).
        """
        reading = self.by_family(report)
        if reading.reason != "filingOfSameFamily" or self._open_claims(report).is_published:
            return reading
        member = self._member(report, confirmed=True)
        if member is None:
            return Reading(False, "claimNotConfirmed", reading.member)
        return Reading(True, "filingOfSameFamily", filing_id(member))

    def by_family(self, report: bytes) -> Reading:
        """Return the same, as if all open claims that nobody disputes were confirmed: who is told of a report."""
        if depositing_office(report) == self._office:
            return Reading(True, "depositingOffice")
        member = self._member(report, confirmed=False)
        if member is None:
            return Reading(False, "familyTooLarge" if self._entitlement.is_cut else "notInFamily")
        withheld = withheld_by(self._reader.get, report)
        if withheld is not None:
            by, withholding = withheld
            return Reading(False, "withheld", filing_id(member), withholding, by)
        return Reading(True, "filingOfSameFamily", filing_id(member))

    def _member(self, report: bytes, *, confirmed: bool) -> bytes | None:
        file = reported_file(report)
        asked = file, depositing_office(report), confirmed
        if asked not in self._members:
            claims = self._open_claims(report)

            def joins(edge: Edge) -> bool:
                is_counted = not confirmed or claims.is_confirmed(edge, self._time_of)
                return is_counted and claims.is_undisputed(edge)

            self._members[asked] = self._entitlement.access_through(file, joins)
        return self._members[asked]

    def _open_claims(self, report: bytes) -> OpenClaims:
        asked = reported_file(report), depositing_office(report)
        if asked not in self._claims:
            self._claims[asked] = OpenClaims(self._reader, report)
        return self._claims[asked]


def judge_reading(reader: RegisterReader, office: str, report: bytes, time_of: TimeOf) -> Reading:
    """Return whether an office may read a report (given by its fact key), as `Readings`."""
    return Readings(reader, office, time_of).judge(report)


def knows_of(reader: RegisterReader, office: str, report: bytes) -> bool:
    """Return whether an office may know of a report (given by its fact key).

    All may of one on an open filing, of one on a sealed filing those of its family.
    """
    is_own = depositing_office(report) == office
    return is_own or Entitlement(reader, office).sees(filing_of(reader, report))


def family_reading(reader: RegisterReader, office: str, report: bytes) -> Reading:
    """Return whether an office may read a report, or may when its claim is confirmed, as `Readings.by_family`."""
    return Readings(reader, office, lambda _: 0).by_family(report)
