"""Which filing the second one is: its office, right and record, as its number and the register have them."""

from typing import NamedTuple

from ledger.register.entries import Right
from ledger.register.filing import FilingRecord
from ledger.register.keys import filing_key
from ledger.register.nodes import load_open
from ledger.register.numbers import Number, is_provisional, normalise, read_earlier
from ledger.register.numbers.number import YEAR_DIFFERS_FROM_DATE
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.register.verification import SecondFiling


class Second(NamedTuple):
    """The second filing."""

    office: str
    """Empty where ST.3 knows no such code. WO for a PCT filing, though its receiving office was named."""
    right: Right
    """As its number names it, else as the question says."""
    match_key: str = ""
    """Empty where no number is given."""
    key: bytes = b""
    """Its fact key; empty where office or number is not given."""
    record: FilingRecord | None = None
    """None: not registered."""
    keys: tuple[bytes, ...] = ()
    """The facts read, present or absent."""
    is_provisional: bool = False
    """Whether its number, without a doubt, is of a provisional application (35 USC 111(b))."""


def find_second(reader: RegisterReader, asked: SecondFiling) -> Second:
    """Return the second filing.

    A PCT filing may be named by its receiving office (N12), unless that office itself has registered
    a filing under that number; and a number may name another right than the question (N13).
    """
    office, text = office_code(asked.ip_office_code), asked.application_number_text
    if not office or not text:
        return Second(office, asked.right)
    kept_under, number = read_earlier(office, asked.right, text, asked.filing_date)
    keys: tuple[bytes, ...] = ()
    if kept_under != office:
        own = normalise(office, asked.right, text, asked.filing_date)
        found = _look_up(reader, office, own)
        if found.record is not None:
            return found
        keys = found.keys
    found = _look_up(reader, kept_under, number)
    return found._replace(keys=keys + found.keys)


def _look_up(reader: RegisterReader, office: str, number: Number) -> Second:
    right, match_key = number.right, number.match_key
    if not match_key:
        return Second(office, right)
    key = filing_key(office, right, match_key)
    record = load_open(reader, key)
    provisional = _is_provisional(office, number, is_found=record is not None)
    return Second(office, right, match_key, key, record, (key,), provisional)


def _is_provisional(office: str, number: Number, *, is_found: bool) -> bool:
    """Return whether every reading of the number is of a provisional application; of one found, the one found."""
    if not is_provisional(office, number.right, number.match_key):
        return False
    others = (is_provisional(office, number.right, key) for key in number.alternatives)
    return is_found or (YEAR_DIFFERS_FROM_DATE not in number.warnings and all(others))
