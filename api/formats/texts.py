"""What every form asks of a text and of a filing's claims, whatever it is written in."""

import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from api.explain import ERRORS_MAX, FieldError, received
from ledger.register.entries import CLAIMS_MAX, Filing

BLANKS: Final = " \t\r\n"
"""Trimmed around every value, in every form."""

_DEPTH_MAX: Final = 6
"""No document of a filing is deeper; what is gets refused for its fields."""
_BYTE_ESCAPES: Final = range(0xDC80, 0xDD00)
"""What `surrogateescape` makes of bytes that are no UTF-8."""


def odd_character(text: str) -> str:
    """The first character that does not print, and its place from 1; empty where all do."""
    if text.isprintable():
        return ""
    place, character = next(
        (place, each) for place, each in enumerate(text, 1) if not each.isprintable()
    )
    code = ord(character)
    if code in _BYTE_ESCAPES:
        byte = bytes((code - 0xDC00,))
        meant = byte.decode("windows-1252", "replace")
        return f"character {place}: the byte 0x{byte.hex().upper()} (in Windows-1252: {meant})"
    name = unicodedata.name(character, "a control character" if code < ord(" ") else "")
    return f"character {place}: U+{code:04X} {name}".rstrip()


def tidy(value: dict[str, Any]) -> list[FieldError]:
    """Trim the texts of a JSON document, in place; the faults of those that do not print."""
    faults: list[FieldError] = []
    for fault in _tidy(value, "", 0):
        faults.append(fault)
        if len(faults) == ERRORS_MAX:
            break
    return faults


def _tidy(value: dict[Any, Any] | list[Any], path: str, depth: int) -> Iterator[FieldError]:
    for name, each in value.items() if isinstance(value, dict) else enumerate(value):
        place = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}".lstrip(".")
        if isinstance(each, str):
            value[name] = text = each.strip(BLANKS)
            if odd := odd_character(text):
                came = received(place.rpartition(".")[2], text)
                yield FieldError(place[:80], "a printable text", f"{came}, {odd}")
        elif isinstance(each, dict | list) and depth < _DEPTH_MAX:
            yield from _tidy(each, place, depth + 1)


def has_faulty_claims(filing: Filing) -> bool:
    """Whether the filing has too many claims, or one with neither office nor number nor date."""
    claims = filing.priority_claim_bag
    if len(claims) > CLAIMS_MAX:
        return True
    return any(
        not (claim.application_number_text or claim.ip_office_code or claim.filing_date)
        for claim in claims
    )


def claim_faults(filing: Filing) -> tuple[FieldError, ...]:
    """What is wrong with the claims of a filing: one that says nothing, or too many of them."""
    claims = filing.priority_claim_bag
    if len(claims) > CLAIMS_MAX:
        return (too_many_claims(),)
    empty = [
        FieldError(f"priorityClaimBag[{place}]", "an office, a number or a date", "none of them")
        for place, claim in enumerate(claims)
        if not (claim.application_number_text or claim.ip_office_code or claim.filing_date)
    ]
    return tuple(empty[:ERRORS_MAX])


def too_many_claims() -> FieldError:
    """What is wrong with a filing that is not read to its end."""
    return FieldError("priorityClaimBag", f"at most {CLAIMS_MAX} claims", "more")
