"""Periods of real filings, with the calendars that `ipregister closed-days draft` drafts."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from register_builders import MappingReader

from ledger.register.entries import ClosedDays, Right
from ledger.register.offices import is_paris_only, office_code, priority_right
from ledger.register.periods import PERIOD_MONTHS, compute_period
from node.closed_days_draft import NoDraftError, draft_closed_days

DATA = Path(__file__).parents[2].parent / "shared" / "data"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="the collection of real filings is not beside the project"
)


RIGHTS_OF_DATA: dict[str, Right] = {"utility_model": "utilityModel"}


def day_of(text: str | None) -> date | None:
    """A date of the data, which have some that are none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def rows(name: str) -> Iterator[dict[str, Any]]:
    with (DATA / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def declare_drafts(reader: MappingReader, office: str, years: range) -> None:
    for year in years:
        try:
            drafted = draft_closed_days(office, year)
        except NoDraftError:
            continue
        entry = ClosedDays(
            year=year,
            closed_day_bag=drafted.closed_day_bag,
            weekly_rest_day_bag=drafted.weekly_rest_day_bag,
        )
        assert reader.apply(office, entry).status in {"accepted", "repeated"}


def zone(row: dict[str, Any]) -> str:
    """Where the filing lies: in time, restorable or outside, with the drafted calendar of its office."""
    office = row["docdb"][:2] if row["office"] == "WO" else row["office"]
    filed = date.fromisoformat(row["filing_date"])
    first = date.fromisoformat(row["priority"]["date"])
    reader = MappingReader()
    declare_drafts(reader, office, range(filed.year - 1, filed.year + 2))
    right = RIGHTS_OF_DATA.get(row["right"], row["right"])
    months = PERIOD_MONTHS[right, right]
    period, _ = compute_period(reader, first, months, office)
    if filed <= first:
        return "not later"
    if filed <= period.last_date:
        return "in time"
    return "restorable" if filed <= period.restorable_until else "late"


def test_public_holidays_explain_the_real_filings_that_look_a_few_days_late() -> None:
    # Paris Convention Art. 4C(3), PCT Rule 80.5; P4, P5, P8
    counted = Counter((row["category"], zone(row)) for row in rows("edge-cases.jsonl"))
    assert {zone for category, zone in counted if category.startswith("in time")} == {"in time"}
    assert {zone for category, zone in counted if "1-10 days" in category} == {"in time"}
    assert {zone for category, zone in counted if "up to 2 months" in category} == {"restorable"}
    assert {zone for category, zone in counted if category == "same day"} == {"not later"}


def test_only_one_real_claim_is_to_an_office_that_gave_no_priority_then() -> None:
    # O5, O6: an Indian first filing before India's accession, at the EPO (G 2/02, G 3/02)
    denied = []
    for row in rows("real-filings.jsonl"):
        for claimed in row.get("priorities", ()):
            filed, on = day_of(row.get("filing_date")), day_of(claimed.get("date"))
            if filed is None or on is None:
                continue
            paris_only = is_paris_only(row["office"], filed)
            code = office_code(claimed["office"])
            if priority_right(code, "patent", on, is_paris_only=paris_only) is False:
                denied.append((claimed["office"], claimed["date"], row["office"], str(filed)))
    assert denied == [("IN", "1998-09-14", "EP", "1999-09-10")]
