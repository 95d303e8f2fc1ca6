"""What the printed number of an international application says of itself."""

import re
from typing import Final

from ledger.register.entries import Right
from ledger.register.offices import office_code

_PCT_NUMBER: Final = re.compile(r"PCT/([A-Z]{2})[0-9]{2,4}/[0-9]{5,6}")
"""The number that the receiving office gives (PCT Administrative Instructions, section 307)."""


def named_receiving_office(office: str, right: Right, number: str) -> str | None:
    """The receiving office that the number of a PCT application names; None for all others."""
    if office_code(office) != "WO" or right != "patent":
        return None
    printed = _PCT_NUMBER.fullmatch(number.strip())
    return printed[1] if printed else None
