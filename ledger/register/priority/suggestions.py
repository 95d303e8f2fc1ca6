"""Registered filings that may be meant by a number that is not found (register.md V6).

A slip of the pen changes one digit, swaps two, is a year off, loses a leading zero or glues a check
digit on. Only exact keys are looked up, so an answer costs some hundred reads at most, whatever the
register holds. Suggestions are guesses: nothing else in an answer rests on them.
"""

from collections.abc import Iterator
from datetime import date
from itertools import islice, pairwise
from typing import Final, NamedTuple

from ledger.register.filing import FilingRecord, decode_filing
from ledger.register.keys import RIGHT_LETTERS, RIGHTS, filing_id, filing_key
from ledger.register.numbers import normalise
from ledger.register.offices import may_register, office_code
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.priority.case import Case
from ledger.register.verification import Suggestion, SuggestionKind

SUGGESTIONS_MAX: Final = 5
LOOKUPS_MAX: Final = 400
"""Keys looked up for one answer."""
KEY_LENGTH_MAX: Final = 20
"""Characters of a match key that is varied; no office's numbers are longer."""

_WORDS: Final[dict[SuggestionKind, str]] = {  # the likelier slip first
    "digitsSwapped": "two neighbouring digits are swapped",
    "otherYear": "the year is one off",
    "oneDigitDiffers": "one digit differs",
    "digitAdded": "the number given has a digit more, such as a check digit glued on",
    "digitLost": "the number given has a digit less, such as a leading zero lost",
    "otherRight": "it is another right",
    "otherOffice": "it is at another office, as a PCT application and its receiving office",
}
_RANKS: Final = {kind: rank for rank, kind in enumerate(_WORDS)}
_DIGITS = "0123456789"
_YEAR_LENGTH = 4
_SERIAL_LENGTH = 6
_PREFIX_LENGTH = len(filing_key("WO", "patent", ""))


class _Candidate(NamedTuple):
    key: bytes
    kind: SuggestionKind


def suggest(case: Case) -> tuple[Suggestion, ...]:
    """Return the registered filings nearest to a number that was not found, the likelier first."""
    claimed = case.request.first.filing_date
    found: dict[bytes, tuple[SuggestionKind, FilingRecord]] = {}
    # Neither what was found with another date, nor the filing that claims.
    tried = {case.key, case.second_key}
    for candidate in islice(_candidates(case), LOOKUPS_MAX):
        if candidate.key in tried or len(candidate.key) <= _PREFIX_LENGTH:
            continue
        tried.add(candidate.key)
        data = case.reader.get(candidate.key)
        if data is not None:
            record = decode_filing(data)
            if case.found is None or record.filing_date == claimed:
                found[candidate.key] = candidate.kind, record

    def rank(key: bytes) -> tuple[bool, int, int, bytes]:
        kind, record = found[key]
        away = abs((record.filing_date - claimed).days) if claimed is not None else 0
        return away != 0, _RANKS[kind], away, key

    return tuple(
        _suggestion(key, *found[key], claimed) for key in sorted(found, key=rank)[:SUGGESTIONS_MAX]
    )


def _suggestion(
    key: bytes, kind: SuggestionKind, record: FilingRecord, claimed: date | None
) -> Suggestion:
    return Suggestion(
        filing_id=filing_id(key),
        ip_office_code=key[1:3].decode(),
        right=RIGHTS[chr(key[3])],
        application_number_text=record.canonical,
        filing_date=record.filing_date,
        difference=kind,
        because=_WORDS[kind],
        has_claimed_date=record.filing_date == claimed,
    )


def _candidates(case: Case) -> Iterator[_Candidate]:
    """Yield the keys to look up, the likelier slip first; some come more than once."""
    number, office = case.number, case.first_office
    if number is None or not number.match_key or not office:
        return
    match_key = number.match_key
    if case.is_connected and may_register(office, case.right):
        for varied, kind in _slips(case, match_key):
            yield _Candidate(filing_key(office, case.right, varied), kind)
    for right in RIGHT_LETTERS if case.is_connected else ():
        if right != case.right and may_register(office, right):
            yield _Candidate(filing_key(office, right, match_key), "otherRight")
    yield from _at_other_offices(case, match_key)


def _slips(case: Case, match_key: str) -> Iterator[tuple[str, SuggestionKind]]:
    if len(match_key) > KEY_LENGTH_MAX:
        return
    ways: tuple[tuple[SuggestionKind, Iterator[str]], ...] = (
        ("digitsSwapped", _swapped(match_key)),
        ("otherYear", _of_other_years(case, match_key)),
        ("oneDigitDiffers", _changed(match_key)),
        ("digitAdded", _shortened(match_key)),
        ("digitLost", _lengthened(match_key)),
    )
    for kind, varied in ways:
        for key in varied:
            yield key, kind


def _swapped(key: str) -> Iterator[str]:
    for place, (left, right) in enumerate(pairwise(key)):
        if left != right and left in _DIGITS and right in _DIGITS:
            yield key[:place] + right + left + key[place + 2 :]


def _changed(key: str) -> Iterator[str]:
    for place, digit in enumerate(key):
        if digit in _DIGITS:
            for other in _DIGITS.replace(digit, ""):
                yield key[:place] + other + key[place + 1 :]


def _shortened(key: str) -> Iterator[str]:
    """Yield the number without one digit, the last one first, and without zeros before the serial number."""
    for place in range(len(key) - 1, -1, -1):
        if key[place] in _DIGITS and len(key) > 1:
            yield key[:place] + key[place + 1 :]
    for place in _serial_places(key):
        yield key[:place] + key[place:].lstrip("0")


def _lengthened(key: str) -> Iterator[str]:
    """Yield the number with a zero more, with some before the serial number, and with a digit at its end."""
    for place in range(len(key) + 1):
        yield f"{key[:place]}0{key[place:]}"
    for place in _serial_places(key):
        for zeros in ("00", "000"):
            yield key[:place] + zeros + key[place:]
    for digit in _DIGITS:
        yield key + digit


def _serial_places(key: str) -> tuple[int, int, int]:
    """Return where the serial number may begin: after the letters, and after a year of two or four digits."""
    letters = len(key) - len(key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    return letters, letters + 2, letters + 4


def _of_other_years(case: Case, match_key: str) -> Iterator[str]:
    """Yield the number with the year before and after, where the year claimed, or one beside it, stands in it."""
    claimed = case.request.first.filing_date
    if claimed is None:
        return
    letters = _serial_places(match_key)[0]
    for year in (claimed.year, claimed.year - 1, claimed.year + 1):
        for other in (year - 1, year + 1):
            place = match_key.find(f"{year:04}")
            if place >= 0:
                yield f"{match_key[:place]}{other:04}{match_key[place + 4 :]}"
            if match_key[letters:].startswith(f"{year % 100:02}"):
                yield f"{match_key[:letters]}{other % 100:02}{match_key[letters + 2 :]}"


def _at_other_offices(case: Case, match_key: str) -> Iterator[_Candidate]:
    """Yield the same number at WO for a receiving office's, and at the receiving office for WO's."""
    text, claimed = case.request.first.application_number_text, case.request.first.filing_date
    if case.first_office == "WO":
        office, serial = office_code(match_key[:2]), match_key[2:]
        if office in {"", "WO"}:
            return
        for right in FIRST_RIGHTS["patent"]:
            if may_register(office, right):
                own = normalise(office, right, serial, claimed).match_key or serial
                yield _Candidate(filing_key(office, right, own), "otherOffice")
                yield _Candidate(filing_key(office, right, serial), "otherOffice")
        return
    international = normalise("WO", "patent", f"PCT/{case.first_office}{text}", claimed).match_key
    if international:
        yield _Candidate(filing_key("WO", "patent", international), "otherOffice")
    if match_key[:_YEAR_LENGTH].isdigit():
        serial = match_key[_YEAR_LENGTH:].rjust(_SERIAL_LENGTH, "0")
        whole = f"{case.first_office}{match_key[:_YEAR_LENGTH]}{serial}"
        yield _Candidate(filing_key("WO", "patent", whole), "otherOffice")
