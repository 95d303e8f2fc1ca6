"""The families of real filings are those that patent databases state, wherever the rule is said to give them.

The data lie outside the repository; without them there is nothing to compare.
"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from register_builders import MappingReader

from ledger.register.entries import Filing, PriorityClaim, Right
from ledger.register.family import FamilyKind, find_family

DATA = Path(__file__).parents[2].parent / "shared" / "data"
KINDS: dict[str, FamilyKind] = {"simple": "simple", "inpadoc": "extended"}
RIGHTS: dict[str, Right] = {"utility_model": "utilityModel"}
OWN_NUMBER_AS_PRIORITY = {"AU.1986052376.D"}
"""It lists its own number (as `AU.1986052376.A`) as a priority. F1 drops that, the database that states its families
did not: there it has a priority more than the others."""

pytestmark = pytest.mark.skipif(
    not (DATA / "family-truth.jsonl").exists(), reason="no real families beside the repository"
)


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def filing_of(row: dict[str, Any]) -> Filing:
    claims = tuple(
        PriorityClaim(
            ip_office_code=claimed["office"],
            application_number_text=claimed.get("number", ""),
            filing_date=date.fromisoformat(claimed["date"]) if claimed.get("date") else None,
        )
        for claimed in row.get("priorities", ())
        if claimed.get("active") != "NO"
    )
    return Filing(
        right=RIGHTS.get(row["right"], row["right"]),
        application_number_text=row["number"],
        filing_date=date.fromisoformat(row["filing_date"]),
        receiving_office_code=row.get("receiving_office"),
        priority_claim_bag=claims,
    )


@cache
def real_register() -> tuple[MappingReader, dict[str, str]]:
    """All real filings that have a date, in one register; and their ids by DOCDB number."""
    reader, ids = MappingReader(), {}
    for row in rows("real-filings.jsonl"):
        if not row.get("filing_date"):
            continue
        outcome = reader.apply(row["office"], filing_of(row))
        if outcome.status != "rejected" and row.get("docdb"):
            ids[row["docdb"]] = outcome.subject
    return reader, ids


def stated_families() -> tuple[list[tuple[FamilyKind, frozenset[str]]], set[str]]:
    """Those that the rule is said to reproduce; and all filings of which families are stated."""
    stated = rows("family-truth.jsonl")
    families = [
        (KINDS[one["kind"]], frozenset(one["members"]))
        for one in stated
        if one["rule_reproduces_it"]
    ]
    return families, {member for one in stated for member in one["members"]}


def test_real_families_are_those_that_databases_state() -> None:
    # register.md F1, F2. Of filings that no database was asked about, nothing is stated: they do not count.
    reader, ids = real_register()
    numbers = {identifier: number for number, identifier in ids.items()}
    stated, spoken_of = stated_families()
    different = []
    for kind, members in stated:
        for asked in sorted(members):
            found = find_family(reader, ids[asked], kind)
            assert found.is_complete
            registered = {numbers[one.filing_id] for one in found.members if one.is_registered}
            if registered & spoken_of != members:
                different.append((kind, asked, (registered & spoken_of) ^ members))
    assert {asked for _, asked, _ in different} == {"AU.1927085003.W", "EP.86900035.A"}
    assert all(
        (kind, others) == ("simple", OWN_NUMBER_AS_PRIORITY) for kind, _, others in different
    )
    assert len(stated) == 309
