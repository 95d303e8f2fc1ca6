"""Finds the sealed filing that a number, a date and an access code unlock together (register.md V8).

Which of the three is wrong where none answers, nobody can tell: each wrong one gives another key.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec

from crypto.access_code import AccessCodeError, parse_access_code
from crypto.seal import Seal, seal
from ledger.register.filing import FilingRecord, SealedRecord
from ledger.register.keys import sealed_key
from ledger.register.nodes import Record, find_node, with_told
from ledger.register.numbers import Number
from ledger.register.reader import RegisterReader

NO_ANSWER = "no sealed filing answers to this number, date and code"
USUAL_MISTAKES = "the usual mistakes are B and 8, O and 0, two digits changed, and another day than that of filing"


class Unlocked(NamedTuple):
    """The filing that answers."""

    key: bytes
    """The fact key of the sealed filing, or of what it was opened as."""
    number: Number
    match_key: str
    """The reading of the number that was meant."""
    record: FilingRecord
    """As if it were open: what the question told is true."""


def unlock(
    reader: RegisterReader,
    office: str,
    numbers: Iterable[Number],
    filing_date: date,
    access_code: str,
) -> tuple[Unlocked | None, tuple[bytes, ...]]:
    """Return what answers to a reading of the number under a right that it may have, and the facts that were read."""
    try:
        code = parse_access_code(access_code)
    except AccessCodeError:
        return None, ()
    keys: list[bytes] = []
    for number in numbers:
        for match_key in (number.match_key, *number.alternatives):
            tried = seal(reader.network_id, office, number.right, match_key, filing_date, code=code)
            keys.append(sealed_key(office, tried.claim_key))
            key, record = find_node(reader, keys[-1])
            if record is None or not _is_committed(record, tried):
                continue
            if not isinstance(record, FilingRecord):
                canonical = number.canonical if match_key == number.match_key else match_key
                told = msgspec.structs.replace(number, canonical=canonical)
                record = _as_open(record, told, filing_date, tried.claim_key)
            found = with_told(reader, record)
            return Unlocked(key, number, match_key, found), tuple(keys)
    return None, tuple(keys)


def _is_committed(record: Record, tried: Seal) -> bool:
    """Return whether the office committed itself to this very filing; what it opened was checked then."""
    return isinstance(record, FilingRecord) or record.commitment == tried.commitment


def _as_open(
    sealed: SealedRecord, number: Number, filing_date: date, claim_key: str
) -> FilingRecord:
    return FilingRecord(
        number.as_given,
        number.canonical,
        filing_date,
        sealed.height,
        sealed.index,
        "",
        sealed.claims,
        sealed.claims_filed,
        sealed.related,
        sealed.events,
        claim_key,
    )
