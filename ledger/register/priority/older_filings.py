"""Older filings that a first filing names itself: then it may not be the first (Paris Convention Art. 4C(4)).

A PCT filing that claims a regular United States filing, whose provisional was first, has no priority
from it when the provisional is older than twelve months (EPC Art. 87(4), T 1222/11).
"""

from collections import deque
from datetime import date
from typing import NamedTuple

from ledger.register.entries import Right
from ledger.register.filing import (
    ACTIVE,
    ClaimRecord,
    EventRecord,
    FilingRecord,
    RelatedRecord,
)
from ledger.register.keys import claiming_filing, filing_key, priority_links
from ledger.register.linked_keys import linked_as
from ledger.register.nodes import find_node, keys_of, load_open
from ledger.register.periods import FIRST_RIGHTS, PERIOD_MONTHS, compute_period
from ledger.register.priority.case import Case

OLDER_MAX = 16
"""Older filings looked at for one answer."""
CLAIMANTS_MAX = 32
"""Filings that claim or continue an older one, looked at for whether it has served as the basis of a claim."""
_ENDS_OR_REVIVES = frozenset({"withdrawn", "abandoned", "refused", "revived"})


class Older(NamedTuple):
    """A filing that the first one claims or continues, itself or through another."""

    relation: str
    """`priority`, or the relation."""
    office: str
    number: str
    match_key: str
    right: Right | None
    day: date | None
    """As registered, else as named."""
    named_by: str
    """The filing that names it, where that is not the first one itself."""
    key: bytes = b""
    """Its fact key; empty: not registered."""
    record: FilingRecord | None = None

    @property
    def name(self) -> str:
        """Office and number."""
        return f"{self.office} {self.number}"


def find_older(case: Case) -> tuple[Older, ...]:
    """Return the older filings that the first filing names, and those that these name, as registered.

    One that is known to be no older is left out: an own PCT application has the same date.
    """
    first = case.found
    if first is None or not (first.claims or first.related):
        return ()
    seen = {case.key}
    found: list[Older] = []
    waiting = deque([(first, "")])
    while waiting and len(found) < OLDER_MAX:
        record, name = waiting.popleft()
        for named in _named(record):
            older = _look_up(case, named, name)
            place = older.key or older.name.encode("utf-8", "replace")
            if place in seen or _is_self(case, older):
                continue
            seen.add(place)
            if older.day is not None and older.day >= first.filing_date:
                continue
            found.append(older)
            if older.record is not None:
                waiting.append((older.record, older.name))
    return tuple(found[:OLDER_MAX])


def _named(record: FilingRecord) -> list[tuple[str, ClaimRecord | RelatedRecord]]:
    claims: list[tuple[str, ClaimRecord | RelatedRecord]] = [
        ("priority", claim) for claim in record.claims if claim.status in ACTIVE
    ]
    return claims + [(related.relation, related) for related in record.related]


def _is_self(case: Case, older: Older) -> bool:
    own = case.number.match_key if case.number is not None else ""
    return (older.office, older.match_key) == (case.first_office, own)


def _look_up(case: Case, named: tuple[str, ClaimRecord | RelatedRecord], by: str) -> Older:
    relation, given = named
    older = Older(
        relation, given.office, given.number, given.match_key, given.right, given.filing_date, by
    )
    if not given.match_key:
        return older
    for right in (given.right,) if given.right is not None else FIRST_RIGHTS[case.right]:
        key = filing_key(given.office, right, given.match_key)
        record = load_open(case.reader, key)
        case.keys.append(key)
        if record is not None:
            day = record.filing_date
            return older._replace(key=key, record=record, right=right, day=day)
    return older


def describe(case: Case, older: Older) -> str:
    """Return what the register knows of an older filing: what it is, and whether it is still in its period."""
    dated = f" of {older.day}" if older.day is not None else ""
    by = f", named by {older.named_by}" if older.named_by else ""
    parts = [f"{older.relation} of {older.name}{dated}{by}"]
    if older.record is None:
        parts.append("not registered")
    parts += [_in_period(case, older), _claimed_too(case, older), _exception(case, older)]
    return " - ".join(part for part in parts if part)


def _in_period(case: Case, older: Older) -> str:
    months = PERIOD_MONTHS.get((older.right or case.right, case.second_right))
    if older.day is None or months is None or case.period is None or case.filed is None:
        return ""
    office = case.period.calendar_office
    period, keys = compute_period(case.reader, older.day, months, office)
    case.keys.extend(keys)
    if case.filed.day <= period.last_date:
        return f"its period runs until {period.last_date}: it can give priority itself"
    return (
        f"its period of {months} months ended on {period.last_date}, before the second filing:"
        " for what it disclosed already there is no priority (EPC Art. 87(4); T 1222/11)"
    )


def _claimed_too(case: Case, older: Older) -> str:
    claims = case.second.claims if case.second is not None else ()
    is_claimed = any(
        claim.status in ACTIVE
        and older.match_key
        and (claim.office, claim.match_key) == (older.office, older.match_key)
        for claim in claims
    )
    return "the second filing claims it, too" if is_claimed else ""


def _exception(case: Case, older: Older) -> str:
    """Return what is known of the exception of Art. 4C(4), where nothing shows that it cannot apply.

    The older one must be of the same country, and gone, unpublished, without rights outstanding and never claimed when
    the first was filed. An addition alone names an older one without having its date: what a division, a continuation
    or a national phase names has left the rights that these live on, and a claim has made it the basis of a priority.
    """
    first = case.found
    if older.relation != "addition" or older.named_by or older.office != case.first_office:
        return ""
    if older.record is None or first is None:
        return ""
    before = [event for event in older.record.events if event.event_date <= first.filing_date]
    if any(event.category == "published" for event in before):
        return ""
    ends = [event for event in before if event.category in _ENDS_OR_REVIVES]
    # Of two on one day the one entered later counts.
    last = max(reversed(ends), key=lambda event: event.event_date, default=None)
    if last is None or last.category == "revived" or _has_served(case, older, first):
        return ""
    return (
        f"{_event(last)}, before the first filing: Art. 4C(4) may let that one count as the first"
    )


def _has_served(case: Case, older: Older, first: FilingRecord) -> bool:
    """Return whether any filing not later than the first one claimed or continued the older one, or may have."""
    if any(
        (each.office, each.match_key) == (older.office, older.match_key) for each in first.claims
    ):
        return True
    named_as = keys_of(older.key, older.record)
    for linked in (each for key in named_as for each in linked_as(key)):
        links = list(case.reader.scan(priority_links(linked), limit=CLAIMANTS_MAX + 1))
        if len(links) > CLAIMANTS_MAX:
            return True
        for link, _ in links:
            key, record = find_node(case.reader, claiming_filing(link))
            # A sealed one tells no date, and nobody is to learn here that it is there (register.md F13).
            if not isinstance(record, FilingRecord) or key == case.key:
                continue
            if record.filing_date <= first.filing_date:
                return True
    return False


def _event(event: EventRecord) -> str:
    return f"{event.category} on {event.event_date}"


def events_in_words(events: tuple[EventRecord, ...]) -> str:
    """Return what became of a filing."""
    return ", ".join(map(_event, events))
