"""Finds the sealed filing that a number, a date and an access code unlock together (register.md V8).

Which of the three is wrong where none answers, nobody can tell: each wrong one gives another key.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, TypeVar

import msgspec

from crypto.access_code import AccessCodeError, parse_access_code
from crypto.seal import Seal, seal
from ledger.register.entries import Right
from ledger.register.filing import (
    ClaimRecord,
    FilingRecord,
    RelatedRecord,
    SealedRecord,
    decode_sealed,
)
from ledger.register.keys import RIGHT_LETTERS, sealed_key
from ledger.register.nodes import find_node, with_told
from ledger.register.numbers import Number, read_earlier
from ledger.register.offices import may_register
from ledger.register.periods import FIRST_RIGHTS
from ledger.register.reader import RegisterReader
from ledger.register.view import with_code

NO_ANSWER = "no sealed filing answers to this number, date and code"
USUAL_MISTAKES = "the usual mistakes are B and 8, O and 0, two digits changed, and another day than that of filing"

_Named = TypeVar("_Named", bound=ClaimRecord | RelatedRecord)


class Unlocked(NamedTuple):
    """The filing that answers."""

    key: bytes
    """The fact key of the sealed filing, or of what it was opened as."""
    office: str
    claim_key: str
    number: Number
    """With the match key of the reading that was meant."""
    record: FilingRecord
    """As if it were open: what the question told is true."""
    seal: Seal | None = None
    """With which claims are proved; None: the code is not at hand."""

    @property
    def sealed_as(self) -> bytes:
        """The fact key under which it was sealed."""
        return sealed_key(self.office, self.claim_key)

    def tell(self, named: _Named) -> _Named:
        """Return a claim or relation to this filing with number, date and right; any other one as it is."""
        if (named.office, named.claim_key) != (self.office, self.claim_key):
            return named
        return msgspec.structs.replace(
            named,
            number=self.number.canonical,
            match_key=self.number.match_key,
            right=self.number.right,
            filing_date=self.record.filing_date,
        )


def readings(
    office: str, text: str, filing_date: date | None, stated: Right | None, second: Right
) -> Iterator[tuple[str, Number]]:
    """Yield office and number as of every right that the first filing may have: as stated, then the likelier first.

    Applicants seldom name the right, and an office may state another one than was sealed. `second` is the right of
    the filing that claims.
    """
    for right in dict.fromkeys(
        (stated or FIRST_RIGHTS[second][0], *FIRST_RIGHTS[second], *RIGHT_LETTERS)
    ):
        read_as, number = read_earlier(office, right, text, filing_date)
        if number.match_key and may_register(read_as, number.right):
            yield read_as, number


def unlock(
    reader: RegisterReader,
    read: Iterable[tuple[str, Number]],
    filing_date: date,
    access_code: str,
) -> tuple[Unlocked | None, tuple[bytes, ...]]:
    """Return what answers to one of the readings of a number, and the facts that were read."""
    try:
        code = parse_access_code(access_code)
    except AccessCodeError:
        return None, ()
    keys = dict[bytes, None]()
    for office, number in read:
        for match_key in (number.match_key, *number.alternatives):
            tried = seal(reader.network_id, office, number.right, match_key, filing_date, code=code)
            key = sealed_key(office, tried.claim_key)
            keys[key] = None
            seen = with_code(reader, key)
            data = seen.get(key)
            # The same key under another commitment is a filing that can never be opened as this one.
            if data is None or decode_sealed(data).commitment != tried.commitment:
                continue
            canonical = number.canonical if match_key == number.match_key else match_key
            meant = msgspec.structs.replace(number, match_key=match_key, canonical=canonical)
            return as_unlocked(seen, key, meant, filing_date, tried), tuple(keys)
    return None, tuple(keys)


def as_unlocked(
    reader: RegisterReader,
    sealed: bytes,
    number: Number,
    filing_date: date,
    made: Seal | None = None,
) -> Unlocked:
    """Return the filing that was sealed under this fact key, and has this number and date."""
    key, record = find_node(reader, sealed)
    assert record is not None, "it was found"
    office, claim_key = sealed[1:3].decode(), sealed[4:].decode()
    if isinstance(record, SealedRecord):
        record = _as_open(record, number, filing_date, claim_key)
    return Unlocked(key, office, claim_key, number, with_told(reader, record), made)


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
