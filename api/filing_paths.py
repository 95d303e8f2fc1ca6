"""Filings named in a path."""

from typing import Annotated, NamedTuple

from fastapi import Path

from api.answers import height_headers
from api.explain import FieldError
from api.problems import ProblemError
from ledger.register.entitlement import Entitlement
from ledger.register.entries import FilingReference
from ledger.register.filing import (
    FilingRecord,
    MalformedFilingIdError,
    decode_filing,
    parse_filing_id,
)
from ledger.register.keys import RIGHTS, filing_id, is_sealed
from ledger.register.nodes import find_node
from ledger.register.reader import RegisterReader
from ledger.register.sealed import known_as, resolved

FilingId = Annotated[
    str,
    Path(
        max_length=100,
        description="office.right.matchKey",
        examples=["AU.patent.2013287263"],
    ),
]


def filing_key_of(identifier: str, field: str = "filing") -> bytes:
    """The key of the filing with this id.

    Raises:
        ProblemError: 400, it does not have the form of an id.
    """
    try:
        return parse_filing_id(identifier)
    except MalformedFilingIdError:
        expected = "office.right.matchKey, such as AU.patent.2013287263"
        fault = FieldError(field, expected, identifier[:80])
        raise ProblemError("invalid-parameter", errors=(fault,)) from None


def load_existing(reader: RegisterReader, identifier: str) -> tuple[bytes, FilingRecord]:
    """The key and the record of the filing with this id; of an opened one with its id while it was sealed, too.

    Its sealed claims and relations have number, date and right of what was opened.

    Raises:
        ProblemError: 400, as `filing_key_of`; 404, the register does not hold it, or it is sealed.
    """
    key = known_as(reader.get, filing_key_of(identifier))
    value = None if is_sealed(key) else reader.get(key)
    if value is None:
        detail = f"{filing_id(key)} is not in the register at height {reader.height}."
        raise ProblemError("not-found", detail, headers=height_headers(reader))
    return key, resolved(reader.get, decode_filing(value))


class NamedFiling(NamedTuple):
    """A filing, open or sealed, that this node's office may know of."""

    key: bytes
    identifier: str
    office: str | None
    """Whose it is; none: this node's office's."""
    reference: FilingReference
    """What points at it in an entry."""


def load_known(reader: RegisterReader, office: str, identifier: str) -> NamedFiling:
    """The filing with this id, of which `office` may know; an opened one by either of its ids.

    Raises:
        ProblemError: 400, as `filing_key_of`; 404, the register does not hold it, or it is sealed from the office.
    """
    key, record = find_node(reader, filing_key_of(identifier))
    if record is None or not Entitlement(reader, office).sees(key):
        detail = f"{identifier} is not in the register at height {reader.height}."
        raise ProblemError("not-found", detail, headers=height_headers(reader))
    if isinstance(record, FilingRecord):
        reference = FilingReference(
            right=RIGHTS[chr(key[3])],
            application_number_text=record.number,
            filing_date=record.filing_date,
        )
    else:
        reference = FilingReference(claim_key=key[4:].decode())
    owner = key[1:3].decode()
    return NamedFiling(key, filing_id(key), None if owner == office else owner, reference)
