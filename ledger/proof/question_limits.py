"""What a question in a proof file may hold: texts as long as the register takes them, and no access code.

Whoever asks chooses these texts, and they come back in the answer and on the certificate. Longer ones can be no number
of a filing, and would say something else in their place.
"""

from typing import Final

import msgspec

from ledger.register.entries import CLAIMS_MAX, TEXT_LENGTH_MAX

_CODE: Final = "accessCode"


def fault_in(question: msgspec.Struct) -> str | None:
    """What was expected of the question, where it does not hold it."""
    return _fault(msgspec.to_builtins(question))


def _fault(value: object) -> str | None:
    if isinstance(value, str):
        too_long = f"expected at most {TEXT_LENGTH_MAX} letters in a text of the question"
        return f"{too_long}, got {len(value)}" if len(value) > TEXT_LENGTH_MAX else None
    if isinstance(value, dict):
        if _CODE in value:
            return "expected no access code in the question"
        return next(filter(None, map(_fault, value.values())), None)
    if isinstance(value, list | tuple):
        if len(value) > CLAIMS_MAX:
            return f"expected at most {CLAIMS_MAX} of a kind in the question, got {len(value)}"
        return next(filter(None, map(_fault, value)), None)
    return None
