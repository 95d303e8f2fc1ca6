"""Which open claims give access to reports: the disputed ones do not, and before publication the confirmed ones alone.

Anybody can enter a claim to an open filing. Those who answer for the reports are told of it by a notice, and can
dispute it (register.md D6).
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from ledger.register.disputes import is_disputed
from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.filing import ClaimRecord, FilingRecord, decode_disputes
from ledger.register.keys import disputes_key
from ledger.register.nodes import find_node
from ledger.register.reader import RegisterReader
from ledger.register.report_keys import depositing_office, reported_file
from ledger.register.sealed import home_key

OBJECTION_DAYS: Final = 7
"""For so long an open claim to an unpublished filing must stand undisputed before it gives access."""
OBJECTION_MS: Final = OBJECTION_DAYS * 86_400_000
TimeOf: TypeAlias = Callable[[int], int]
"""The time of the block of a height, Unix milliseconds."""
_PUBLISHING: Final = frozenset({"published", "granted", "registered"})
_EPOCH: Final = 719_163
"""The ordinal of 1970-01-01."""
_MS_A_DAY: Final = 86_400_000


class OpenClaims:
    """The open claims and relations that may join an office to the filing that a report is about."""

    def __init__(self, reader: RegisterReader, report: bytes) -> None:
        self._reader = reader
        self._graph = FamilyGraph(reader)
        file = reported_file(report)
        self._answering: Final = {depositing_office(report), file[1:3].decode()}
        """The offices that answer for the report: it is theirs, or on their filing."""
        _, record = find_node(reader, file)
        self.is_published: Final = _is_published(record, reader.time_ms)

    def is_undisputed(self, edge: Edge) -> bool:
        """Return whether neither an office that answers for the report, nor that of the earlier filing, disputes it.

        What was proved stands: only who has the access code could claim it.
        """
        record = self._graph.member(edge.later)
        if edge.is_proved or record is None:
            return True
        home = home_key(edge.later, record)
        for office in sorted(self._answering | {edge.earlier[1:3].decode()}):
            data = self._reader.get(disputes_key(home, office))
            disputes = () if data is None else decode_disputes(data)
            if any(is_disputed(edge.named, dispute) for dispute in disputes):
                return False
        return True

    def is_confirmed(self, edge: Edge, time_of: TimeOf) -> bool:
        """Return whether an undisputed claim or relation gives access before the filing is published.

        One that was proved does, one inside an office, and one by an office that answers for the report. Another one
        does when it names a registered filing by its date, and has stood in the open for seven days.
        """
        by, to = edge.later[1:3].decode(), edge.earlier[1:3].decode()
        if edge.is_proved or by == to or by in self._answering:
            return True
        later, earlier = self._graph.member(edge.later), self._graph.member(edge.earlier)
        if not (isinstance(earlier, FilingRecord) and isinstance(later, FilingRecord)):
            return False
        if edge.named.filing_date != earlier.filing_date:
            return False
        made = edge.named.height if isinstance(edge.named, ClaimRecord) else later.height
        # Inside a sealed filing nobody saw it before the opening, where the filing's record begins.
        return time_of(max(made, later.height)) + OBJECTION_MS <= self._reader.time_ms


def _is_published(record: object, time_ms: int) -> bool:
    """Return whether a filing was opened, or has a publication, grant or registration that is not to come."""
    if not isinstance(record, FilingRecord):
        return False
    today = _EPOCH + time_ms // _MS_A_DAY
    return bool(record.claim_key) or any(
        event.category in _PUBLISHING and event.event_date.toordinal() <= today
        for event in record.events
    )
