"""Offices, their coverage and closed days as JSON. Names follow WIPO ST.96 and ST.97."""

from datetime import date
from typing import Literal

import msgspec

from ledger.register.calendar import WEEKDAYS
from ledger.register.entries import ClosedDay, Right, Weekday
from ledger.register.filing import ClosedDaysRecord


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    pass


class CoverageInterval(_Document, frozen=True, kw_only=True):
    """The office's register is complete here for filings of these dates, both included."""

    right: Right
    from_date: date
    until_date: date
    height: int
    index: int


class CoverageDocument(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """For which dates of filing an office's register is complete here."""

    ip_office_code: str
    coverage_bag: tuple[CoverageInterval, ...]


class ClosedDaysOfYear(_Document, frozen=True, kw_only=True):
    """The declared closed days of one year."""

    year: int
    closed_day_bag: tuple[ClosedDay, ...]
    weekly_rest_day_bag: tuple[Weekday, ...] | None = None
    """Absent: not declared, Saturday and Sunday are assumed."""
    height: int
    index: int


class ClosedDaysDocument(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """On which days an office cannot receive filings."""

    ip_office_code: str
    closed_days_bag: tuple[ClosedDaysOfYear, ...]


class MembershipDocument(_Document, frozen=True, kw_only=True):
    """Whether a state or organisation is in a union whose members give priority to each other's filings."""

    union: Literal["paris", "wto", "upov"]
    """Paris Convention Art. 4A(1); TRIPS Art. 2(1); for plant varieties UPOV 1991 Art. 11(1)."""
    is_member: bool | None = None
    """Absent: not known."""
    since: date | None = None
    """Absent: not recorded."""


class OfficeDocument(_Document, frozen=True, kw_only=True):
    """A body of WIPO ST.3."""

    ip_office_code: str
    name: str
    category: Literal["state", "organisation", "former", "unknown"]
    right_bag: tuple[Right, ...] = ()
    """What may be registered under its code."""
    gives_priority_right: bool | None = None
    """Whether a filing made there today gives a right of priority; absent: the table does not know."""
    membership_bag: tuple[MembershipDocument, ...] = ()
    priority_taken_bag: tuple[MembershipDocument, ...] = ()
    """Organisations: whose members' priority may be claimed there, and since when; states take their own unions'."""
    earlier: Literal["predecessor", "agreements"] | None = None
    """What may have given priority before it was a member: then the answer is unknown, not no."""
    successor_bag: tuple[str, ...] = ()
    """Former codes: who took the place, as far as known. Their filings keep their priority."""
    until: date | None = None
    """Former codes: the last day, where it is sure."""
    note: str = ""
    table_version: str
    """Of WIPO ST.3, as this register has it."""
    is_connected: bool
    """Whether it has a node in this network."""
    public_key: str = ""
    """Ed25519, unpadded base64url, as in the genesis."""


class OfficePage(_Document, frozen=True, kw_only=True, omit_defaults=False):
    """The offices of this network."""

    offices: tuple[OfficeDocument, ...]


def closed_days_document(year: int, record: ClosedDaysRecord) -> ClosedDaysOfYear:
    """A closed-days fact as JSON."""
    rest_days = record.weekly_rest_days
    return ClosedDaysOfYear(
        year=year,
        closed_day_bag=tuple(
            ClosedDay(date=each.day, name=each.name, filing_place=each.filing_place)
            for each in record.days
        ),
        weekly_rest_day_bag=None
        if rest_days is None
        else tuple(WEEKDAYS[day] for day in rest_days),
        height=record.height,
        index=record.index,
    )
