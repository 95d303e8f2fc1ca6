"""What the warnings of an accepted filing mean: the field, what was expected there, and what came."""

from collections.abc import Iterator
from typing import Final

from api.explain import FieldError, quote
from ledger.register.applied import Position
from ledger.register.apply_filing import claim_record, claim_warnings
from ledger.register.entries import Filing, PriorityClaim, Right
from ledger.register.filing import parse_filing_id
from ledger.register.keys import RIGHTS
from ledger.register.numbers import format_hint, normalise
from ledger.register.numbers.number import FORMAT_UNUSUAL
from ledger.register.offices import office_code
from ledger.register.outcome import Outcome

ZEROS_MAX: Final = 4
"""Leading zeros that a number may have lost in a spreadsheet and still be known."""

_NUMBER: Final = "applicationNumberText"
_WARNINGS: Final[dict[str, tuple[str, str]]] = {
    "CHECK_DIGIT_WRONG": (_NUMBER, "a check digit that fits the number"),
    "FORM_AMBIGUOUS": (_NUMBER, "a form that can be read in one way only"),
    "NUMBER_MISSING": (_NUMBER, "a number with letters or digits"),
    "PCT_NAMED_BY_RECEIVING_OFFICE": ("ipOfficeCode", "WO for an international application"),
    "PUBLICATION_NUMBER": (_NUMBER, "the number of an application, not of a publication"),
    "RIGHT_DIFFERS": ("right", "the right that the number names"),
    "SERIES_DERIVED": (_NUMBER, "a number with its series code, such as 13/797,521"),
    "YEAR_DIFFERS_FROM_DATE": ("filingDate", "a date in the year of the number"),
    "FILING_DATE_IN_FUTURE": ("filingDate", "a date that has come"),
    "RECEIVING_OFFICE_DIFFERS": ("receivingOfficeCode", "the office that the number names"),
    "OFFICE_MISSING": ("ipOfficeCode", "the office of first filing"),
    "OFFICE_UNKNOWN": ("ipOfficeCode", "an office code of WIPO Standard ST.3"),
    "OFFICE_PRIVATE": ("ipOfficeCode", "an office, not a code for private use"),
    "DATE_MISSING": ("filingDate", "the date of the first filing"),
    "AFTER_FILING": ("filingDate", "a date before that of the filing"),
    "SAME_DAY": ("filingDate", "a date before that of the filing"),
    "SELF": (_NUMBER, "another filing than the one that makes the claim"),
}
"""By code, without `PRIORITY_` where it is of a claim: field, and what was expected."""
_PRIORITY: Final = "PRIORITY_"
_FIELDS: Final = {
    _NUMBER: "application_number_text",
    "filingDate": "filing_date",
    "ipOfficeCode": "ip_office_code",
    "receivingOfficeCode": "receiving_office_code",
    "right": "right",
}


def remarks(
    office: str, filing: Filing, outcome: Outcome, *, is_of_table: bool
) -> tuple[FieldError, ...]:
    """What the warnings of an accepted filing of this office mean, in the order of its fields.

    Leading zeros are offered for numbers of a table only: nothing else loses them.
    """
    codes = [code for code in outcome.warnings if not code.startswith(_PRIORITY)]
    found = [
        _remark(code, "", filing, _hint(office, filing.right, filing, is_of_table=is_of_table))
        for code in codes
    ]
    if len(codes) < len(outcome.warnings):
        key = parse_filing_id(outcome.subject)
        right = RIGHTS[chr(key[3])]
        for place, claim in enumerate(filing.priority_claim_bag):
            path = f"priorityClaimBag[{place}]"
            found += _claim_remarks(claim, path, filing, key, right, is_of_table=is_of_table)
    return tuple(found)


def _claim_remarks(
    claim: PriorityClaim,
    path: str,
    filing: Filing,
    key: bytes,
    right: Right,
    *,
    is_of_table: bool,
) -> Iterator[FieldError]:
    codes: list[str] = []
    record = claim_record(claim, right, Position(0, 0, 0), codes)
    claim_warnings(record, key, right, filing.filing_date, codes)
    hint = _hint(
        office_code(claim.ip_office_code), claim.right or right, claim, is_of_table=is_of_table
    )
    for code in dict.fromkeys(codes):
        yield _remark(code.removeprefix(_PRIORITY), f"{path}.", claim, hint)


def _remark(code: str, prefix: str, record: Filing | PriorityClaim, hint: str) -> FieldError:
    if code == FORMAT_UNUSUAL:
        field, expected = _NUMBER, hint or "a form that numbers of this office have"
    else:
        field, expected = _WARNINGS.get(code, ("", f"no {code} (docs/register.md, section 8)"))
    value = getattr(record, _FIELDS.get(field, ""), None)
    return FieldError(prefix + field, expected, "nothing" if value in ("", None) else quote(value))


def _hint(office: str, right: Right, named: Filing | PriorityClaim, *, is_of_table: bool) -> str:
    """What the number should look like: with the zeros that it seems to have lost, or as others of its office."""
    text = named.application_number_text
    if not office or not text:
        return ""
    if is_of_table and text.isascii() and text.isdecimal():
        for zeros in range(1, ZEROS_MAX + 1):
            longer = "0" * zeros + text
            number = normalise(office, right, longer, named.filing_date)
            if FORMAT_UNUSUAL not in number.warnings:
                return f"{longer}, if a spreadsheet took leading zeros away"
    hint = format_hint(office, right)
    return f"a form such as {hint}" if hint else ""
