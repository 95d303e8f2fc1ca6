"""WIPO ST.3 codes: what body a code means, and what filings there are worth.

Which rights it may register here, and whether its filings give a right of priority, and since when. The
table is data with a version (`st3.json`). It is never resolved through ISO 3166-1, where EA, EU and
others mean something else.
"""

from datetime import date
from importlib.resources import files
from typing import Literal, NamedTuple

import msgspec

from ledger.register.entries import Right
from ledger.register.text import trim

Kind = Literal["state", "organisation", "former"]
Earlier = Literal["predecessor", "agreements"]
"""What may have given priority before a state joined: a predecessor's membership, or other agreements."""
EPC_2000 = date(2007, 12, 13)
"""From then on the EPO takes the priority of WTO members (EPC Art. 87(1)(b))."""
NO_BEFORE = date(1980, 1, 1)
"""Of earlier filings the table never says no: it knows nothing of colonies and of the agreements of that time.

Nor does it say yes of them where the day of a membership is not recorded.
"""


class Membership(NamedTuple):
    """Whether a state or organisation is in a union, and since when."""

    is_member: bool | None
    """None: not known."""
    since: date | None = None
    """None: the day is not recorded."""


class Unions(NamedTuple):
    """What there is to say of each union."""

    paris: Membership
    wto: Membership
    upov: Membership


class Office(NamedTuple):
    """One ST.3 code."""

    code: str
    name: str
    kind: Kind
    rights: frozenset[Right]
    """What it may register in this register; empty for bodies that take no filings."""
    unions: Unions
    """Its own memberships."""
    takes_treaty_filings: bool | None
    """Organisations: whether a filing there is worth a national one (Paris Convention Art. 4A(2)); None: not known."""
    takes: Unions
    """The unions whose members' priority may be claimed there: its own; of organisations those in their law."""
    earlier: Earlier | None
    successors: tuple[str, ...]
    """Former codes: who took the place, as far as known."""
    until: date | None
    """Former codes: the last day, where it is sure."""
    note: str


class _Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    rights: str | None = None
    paris: str = ""
    wto: str = ""
    upov: str = ""
    treaty: bool | None = None
    takes: dict[str, str] | None = None
    earlier: Earlier | None = None
    successors: tuple[str, ...] = ()
    until: date | None = None
    note: str = ""


class _Table(msgspec.Struct, frozen=True, rename="camel"):
    version: str
    about: tuple[str, ...]
    private_use: str
    states: dict[str, _Row]
    organisations: dict[str, _Row]
    former: dict[str, _Row]


_RIGHT_LETTERS: dict[str, Right] = {
    "P": "patent",
    "U": "utilityModel",
    "D": "design",
    "T": "trademark",
    "V": "plantVariety",
}
_TABLE = msgspec.json.decode((files(__package__) / "st3.json").read_bytes(), type=_Table)
VERSION = _TABLE.version


def _membership(text: str) -> Membership:
    """Return what a cell of the table says: a date, `yes`, `no` or nothing."""
    if text in {"yes", "no", ""}:
        return Membership({"yes": True, "no": False}.get(text))
    return Membership(is_member=True, since=date.fromisoformat(text))


def _office(code: str, kind: Kind, row: _Row) -> Office:
    letters = row.rights
    if letters is None:
        letters = "".join(_RIGHT_LETTERS) if kind == "state" else ""
    unions = Unions(_membership(row.paris), _membership(row.wto), _membership(row.upov))
    takes = unions
    if kind == "organisation":
        cells = row.takes or {}
        takes = Unions(*(_membership(cells.get(union, "")) for union in Unions._fields))
    return Office(
        code,
        row.name,
        kind,
        frozenset(_RIGHT_LETTERS[letter] for letter in letters),
        unions,
        row.treaty,
        takes,
        row.earlier,
        row.successors,
        row.until,
        row.note,
    )


_KINDS: tuple[tuple[Kind, dict[str, _Row]], ...] = (
    ("state", _TABLE.states),
    ("organisation", _TABLE.organisations),
    ("former", _TABLE.former),
)
OFFICES: dict[str, Office] = {
    code: _office(code, kind, row) for kind, rows in _KINDS for code, row in rows.items()
}
"""Every code by itself, former ones included; codes for private use (AA, QM to QY, XA to XM, ZZ ...) are not in it."""

_REGISTRABLE = {code: office.rights for code, office in OFFICES.items()}
_NO_RIGHTS: frozenset[Right] = frozenset()
_SAME_BODY = {"IB": "WO"}
_CODES = {code: _SAME_BODY.get(code, code) for code in OFFICES}
_PRIVATE_USE = frozenset(
    span[0] + chr(letter)
    for span in _TABLE.private_use.split()
    for letter in range(ord(span[1]), ord(span[-1]) + 1)
)


def office_code(text: str) -> str:
    """Return the register's code for a code as given, empty where ST.3 knows none.

    IB and WO are one body, which is WO here.
    """
    known = _CODES.get(text)
    if (
        known is None and text.isascii()
    ):  # Beyond ASCII upper case depends on the interpreter's tables.
        known = _CODES.get(trim(text).upper())
    return known or ""


def is_private_use(text: str) -> bool:
    """Return whether ST.3 leaves the code to everybody's own use: it then means no office to others."""
    return text.isascii() and trim(text).upper() in _PRIVATE_USE


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


def priority_right(
    code: str, right: Right, on: date | None = None, *, is_paris_only: bool = False
) -> bool | None:
    """Return whether a filing there on that day gave a right of priority; None where the table does not know.

    By the Paris Convention Art. 4A(1), by TRIPS Art. 2(1) for members of the WTO, or by Art. 4A(2) for
    filings under a treaty; for plant varieties by UPOV 1991 Art. 11(1). Without a day: today.
    `is_paris_only`: for a second office that took no priority of WTO members or by other agreements, as
    the EPO under the EPC of 1973 (its Art. 87(1), decisions G 2/02 and G 3/02).
    """
    office = OFFICES.get(code)
    if office is None:
        return None
    if right == "plantVariety":
        unions = [office.unions.upov]
    elif office.takes_treaty_filings is not None:
        return office.takes_treaty_filings
    else:
        unions = list(office.unions[: 1 if is_paris_only else 2])
    answers = [was_member(union, on) for union in unions]
    if True in answers:
        return True
    may_be_by_other_means = (on is not None and on < NO_BEFORE) or (
        office.earlier == "predecessor" or (office.earlier == "agreements" and not is_paris_only)
    )
    return None if None in answers or may_be_by_other_means else False


def is_paris_only(office: str, on: date) -> bool:
    """Return whether an office took, for a filing of that day, no other priority than that of the Paris Union."""
    return office == "EP" and on < EPC_2000


def was_member(union: Membership, on: date | None) -> bool | None:
    """Return whether it was in the union on that day; None where the table does not know. Without a day: today."""
    if on is None or union.is_member is not True:
        return union.is_member
    if union.since is None:
        return True if on >= NO_BEFORE else None
    return on >= union.since


def has_ceased(code: str, on: date | None) -> bool:
    """Return whether nothing was filed any more under a former code on that day, where its last day is sure."""
    office = OFFICES.get(code)
    return office is not None and office.until is not None and on is not None and on > office.until


def membership_in_words(code: str, right: Right) -> str:
    """Return what the table knows of a body's memberships, for an examiner to read."""
    office = OFFICES[code]
    known = [
        _in_words(name, union)
        for name, union in _named(right, office.unions)
        if union.is_member is not None
    ]
    until = [f"until {office.until}"] if office.until is not None else []
    return ", ".join([office.name, *until, *known])


def takes_in_words(code: str, right: Right) -> str:
    """Return what the table knows of the priority that a filing there may claim, for an examiner to read."""
    office = OFFICES[code]
    if office.kind != "organisation":
        return membership_in_words(code, right)
    known = [
        f"of {name} since {union.since}" if union.since else f"of {name}"
        for name, union in _named(right, office.takes)
        if union.is_member
    ]
    return f"{office.name}, which takes the priority {', '.join(known) or 'of no union known'}"


def _named(right: Right, unions: Unions) -> list[tuple[str, Membership]]:
    """Return the unions that count for a right, each with its name."""
    if right == "plantVariety":
        return [("UPOV", unions.upov)]
    return [("the Paris Union", unions.paris), ("the WTO", unions.wto)]


def _in_words(name: str, union: Membership) -> str:
    if not union.is_member:
        return f"not in {name}"
    return f"in {name} since {union.since}" if union.since else f"in {name}"
