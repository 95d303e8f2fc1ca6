"""Whose closed days count for a filing: its office's, for a PCT filing the receiving office's.

Paris Convention Art. 4C(3); PCT Rules 2.4(b), 80.5.
"""

import re
from typing import NamedTuple

from ledger.register.entries import Right
from ledger.register.filing import FilingRecord
from ledger.register.offices import office_code
from ledger.register.periods import FIRST_RIGHTS

_PCT_KEY = re.compile(r"(?!WO)[A-Z]{2}[0-9]{10}")
"""Receiving office, year and serial number; the International Bureau as receiving office is IB."""


class CalendarOffice(NamedTuple):
    """The office whose closed days count."""

    office: str
    """Empty: not known."""
    doubt: str = ""
    """The reason code that tells why it may be another one."""


def calendar_office(
    office: str,
    right: Right,
    match_key: str,
    record: FilingRecord | None,
    asked: str | None = None,
) -> CalendarOffice:
    """Return whose closed days count for a filing of this office and right with this match key.

    The receiving office of a PCT filing is the one registered, else the one that the question names
    (`asked`), else the number's.
    """
    if office != "WO" or right not in FIRST_RIGHTS["patent"]:
        return CalendarOffice(office)
    in_number = match_key[:2] if _PCT_KEY.fullmatch(match_key) else ""
    registered = "" if record is None else record.receiving_office
    candidates = (registered, office_code(asked or ""), office_code(in_number))
    told = [candidate for candidate in candidates if candidate]
    if not told:
        return CalendarOffice("WO", "RECEIVING_OFFICE_UNKNOWN")
    differs = len(set(told)) > 1
    return CalendarOffice(told[0], "RECEIVING_OFFICE_DIFFERS" if differs else "")
