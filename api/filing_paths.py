"""Filings named in a path."""

from typing import Annotated

from fastapi import Path

from api.answers import height_headers
from api.explain import FieldError
from api.problems import ProblemError
from ledger.register.filing import (
    FilingRecord,
    MalformedFilingIdError,
    decode_filing,
    parse_filing_id,
)
from ledger.register.keys import filing_id, is_sealed
from ledger.register.reader import RegisterReader
from ledger.register.sealed import known_as

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

    Raises:
        ProblemError: 400, as `filing_key_of`; 404, the register does not hold it, or it is sealed.
    """
    key = known_as(reader.get, filing_key_of(identifier))
    value = None if is_sealed(key) else reader.get(key)
    if value is None:
        detail = f"{filing_id(key)} is not in the register at height {reader.height}."
        raise ProblemError("not-found", detail, headers=height_headers(reader))
    return key, decode_filing(value)
