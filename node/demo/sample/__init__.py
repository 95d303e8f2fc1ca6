"""The sample of real filings that ships with the register; README.md here names the sources."""

from collections.abc import Iterator
from datetime import date
from importlib import resources
from typing import TypeVar

import msgspec

from ledger.register.entries import ClosedDays, Coverage, Filing
from ledger.register.verification import FirstFiling, SecondFiling

T = TypeVar("T")


class DemoClaim(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A claim to verify, and the answer that the register must give."""

    story: str
    asked_at: str
    """The office whose node is asked."""
    first: FirstFiling
    second: SecondFiling
    expected: str
    """The outcome, as in `confirmed`."""
    expected_last_day: date | None = None
    """The last day of the period, where the story is about it."""


def load_filings() -> dict[str, list[Filing]]:
    """Return the filings of each office, in order of their dates."""
    return _by_office("filings.jsonl", msgspec.json.Decoder(Filing))


def load_declarations() -> dict[str, list[Coverage | ClosedDays]]:
    """Return the coverage and closed days of each office."""
    return _by_office("declarations.jsonl", msgspec.json.Decoder(Coverage | ClosedDays))


def load_claims() -> list[DemoClaim]:
    """Return the claims of the story, in its order."""
    return [msgspec.json.decode(line, type=DemoClaim) for line in _lines("claims.jsonl")]


def _by_office(name: str, decoder: "msgspec.json.Decoder[T]") -> dict[str, list[T]]:
    entries: dict[str, list[T]] = {}
    for line in _lines(name):
        fields = msgspec.json.decode(line, type=dict[str, msgspec.Raw])
        office = msgspec.json.decode(fields.pop("ipOfficeCode"), type=str)
        entries.setdefault(office, []).append(decoder.decode(msgspec.json.encode(fields)))
    return entries


def _lines(name: str) -> Iterator[bytes]:
    file = resources.files(__name__).joinpath(name)
    return (line for line in file.read_bytes().splitlines() if line)
