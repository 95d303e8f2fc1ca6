"""`ipregister report` against real nodes: deposit, list, fetch, withhold, history, with their exit codes."""

import asyncio
import json
import secrets
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders.report_offices import (
    PUBLICATION,
    ReportOffice,
    hex_digest,
    report_offices,
    same_height,
)

from ledger.register.entries import Filing, PriorityClaim
from node.cli import run

CONTENT = b"%PDF-" + secrets.token_bytes(300_000)


def filing(number: str, filed: date, *claims: PriorityClaim) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=filed,
        priority_claim_bag=claims,
    )


class Commands:
    """The command line of one office."""

    def __init__(self, office: ReportOffice, capsys: pytest.CaptureFixture[str]) -> None:
        self._office = office
        self._capsys = capsys

    async def __call__(self, *words: str) -> tuple[int, dict[str, Any]]:
        home = ("--home", str(self._office.home.path), "--json")
        code = await asyncio.to_thread(run, ["report", *words, *home])
        return code, json.loads(self._capsys.readouterr().out)


async def test_the_clerk_deposits_and_the_examiner_of_the_family_fetches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with report_offices(tmp_path / "network", "AU", "EP", "US") as offices:
        au, ep, us = (Commands(offices[code], capsys) for code in ("AU", "EP", "US"))
        first = filing("2012900001", date(2012, 3, 13))
        claim = PriorityClaim(
            ip_office_code="AU",
            application_number_text="2012900001",
            filing_date=date(2012, 3, 13),
        )
        await offices["AU"].enter(first, PUBLICATION)
        await offices["EP"].enter(filing("12811111", date(2013, 3, 11), claim))
        document = tmp_path / "report.pdf"
        document.write_bytes(CONTENT)
        described = ("--category", "searchReport", "--dated", "2012-09-01", "--language", "en")
        code, receipt = await au("deposit", str(document), "AU", "2012900001", *described)
        report = f"AU.patent.2012900001.AU.{hex_digest(CONTENT)}"
        assert (code, receipt["status"], receipt["subject"]) == (0, "accepted", report)
        code, receipt = await au("deposit", str(document), "AU.patent.2012900001", *described)
        assert (code, receipt["status"]) == (0, "repeated")
        await same_height(offices.values())

        code, listed = await ep("list", "AU", "2012900001")
        assert (code, [one["reportId"] for one in listed["reports"]]) == (0, [report])
        fetched = tmp_path / "fetched.pdf"
        # As a command leaves it that was interrupted.
        part = fetched.with_name(f".fetched.pdf.{hex_digest(CONTENT)[:16]}.part")
        part.write_bytes(CONTENT[:100_000])
        code, told = await ep("fetch", report, "--output", str(fetched))
        assert (code, told["sha256"]) == (0, hex_digest(CONTENT))
        assert fetched.read_bytes() == CONTENT
        assert not part.exists()
        assert (await ep("fetch", report, "--output", str(fetched)))[0] == 5
        # A part that is another's is found by its hash.
        part.write_bytes(b"x" * 100_000)
        code, told = await ep("fetch", report, "--output", str(fetched), "--force")
        assert (code, told["expected"]) == (1, hex_digest(CONTENT))
        assert told["received"] == hex_digest(b"x" * 100_000 + CONTENT[100_000:])
        assert fetched.read_bytes() == CONTENT

        code, refused = await us("fetch", report, "--output", str(tmp_path / "none.pdf"))
        assert (code, refused["problem"]["reasonCode"]) == (1, "NOT_IN_FAMILY")
        assert "report history" not in refused["hint"]
        assert "family" in refused["hint"]

        why = ("--ground", "nationalLaw", "--reason", "PatG s. 31", "--decided-on", "2012-10-01")
        assert (await au("withhold", "AU", "2012900001"))[0] == 2
        assert (await au("withhold", "AU", "2012900001", *why))[0] == 0
        ended = ("--end", "--decided-on", "2012-11-01")
        assert (await au("withhold", "AU", "2012900001", *ended))[0] == 0
        await same_height(offices.values())
        code, told = await us("history", report)
        (withheld,) = told["report"]["withholdingBag"]
        assert (code, withheld["withdrawnOn"]) == (0, "2012-11-01")
        assert [one["readingOfficeCode"] for one in told["accessBag"]] == ["EP"]

        await offices["AU"].stop()
        for folder in offices["EP"].home.documents_path.iterdir():
            for kept in folder.iterdir():
                kept.unlink()
        code, missed = await ep("fetch", report, "--output", str(tmp_path / "none.pdf"))
        assert code == 3
        assert "not reachable, try again" in missed["error"]
        assert hex_digest(CONTENT) in missed["error"]
