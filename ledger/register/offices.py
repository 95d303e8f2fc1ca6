"""WIPO ST.3 codes: what body a code means, and what filings there are worth.

Which rights it may register here, and whether its filings give a right of priority. The table is
data with a version (`st3.json`). It is never resolved through ISO 3166-1, where EA, EU and others
mean something else.
"""

from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

from ledger.register.entries import Right

Kind = Literal["state", "organisation", "former"]
PrioritySource = Literal["paris", "wto", "treaty", "none", "unknown"]


class Office(NamedTuple):
    """One ST.3 code."""

    code: str
    name: str
    kind: Kind
    rights: frozenset[Right]
    """What it may register in this register; empty for bodies that take no filings."""
    priority_source: PrioritySource


class _Table(msgspec.Struct, frozen=True):
    version: str
    columns: str
    states: dict[str, tuple[str, str, PrioritySource]]
    organisations: dict[str, tuple[str, str, PrioritySource]]
    former: dict[str, tuple[str, str, PrioritySource]]


_RIGHT_LETTERS: dict[str, Right] = {
    "P": "patent",
    "U": "utilityModel",
    "D": "design",
    "T": "trademark",
    "V": "plantVariety",
}
_TABLE = msgspec.json.decode((files(__package__) / "st3.json").read_bytes(), type=_Table)
VERSION = _TABLE.version

_KINDS: tuple[tuple[Kind, dict[str, tuple[str, str, PrioritySource]]], ...] = (
    ("state", _TABLE.states),
    ("organisation", _TABLE.organisations),
    ("former", _TABLE.former),
)
OFFICES: dict[str, Office] = {
    code: Office(code, name, kind, frozenset(_RIGHT_LETTERS[letter] for letter in letters), source)
    for kind, rows in _KINDS
    for code, (name, letters, source) in rows.items()
}
"""Every code by itself, former ones included; codes for private use (AA, QM to QY, XA to XM, ZZ ...) are not in it."""

_REGISTRABLE = {code: office.rights for code, office in OFFICES.items()}
_NO_RIGHTS: frozenset[Right] = frozenset()
_SAME_BODY = {"IB": "WO"}
_CODES = {code: _SAME_BODY.get(code, code) for code in OFFICES}


def office_code(text: str) -> str:
    """Return the register's code for a code as given, empty where ST.3 knows none.

    IB and WO are one body, which is WO here.
    """
    known = _CODES.get(text)
    if (
        known is None and text.isascii()
    ):  # Beyond ASCII upper case depends on the interpreter's tables.
        known = _CODES.get(text.strip().upper())
    return known or ""


def office_name(code: str) -> str:
    """Return the name of the body, or the code itself where ST.3 knows none."""
    office = OFFICES.get(code)
    return office.name if office else code


def is_office(code: str) -> bool:
    """Return whether filings can be made under this code today."""
    return code in ("IB", "WO") or bool(_REGISTRABLE.get(code, _NO_RIGHTS))


def may_register(code: str, right: Right) -> bool:
    """Return whether the body may enter filings of this right; former codes and readers (XN, XV) may enter none."""
    return right in _REGISTRABLE.get(code, _NO_RIGHTS)


def has_priority_right(code: str) -> bool | None:
    """Return whether a filing there gives a right of priority; None where this table does not know.

    By the Paris Convention Art. 4A(1), by TRIPS Art. 2(1) for members of the WTO, or by Art. 4A(2)
    for filings under a treaty.
    """
    office = OFFICES.get(code)
    if office is None or office.priority_source == "unknown":
        return None
    return office.priority_source != "none"
