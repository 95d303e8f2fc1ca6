"""Rights of priority of real filings: where the periods of `ipregister evaluate` do not look."""

import json
from datetime import date
from pathlib import Path

from ledger.register.offices import is_paris_only, office_code, priority_right


def day_of(text: str | None) -> date | None:
    """A date of the data, which have some that are none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def test_only_one_real_claim_is_to_an_office_that_gave_no_priority_then(shared_data: Path) -> None:
    # O5, O6: an Indian first filing before India's accession, at the EPO (G 2/02, G 3/02)
    denied = []
    for line in (shared_data / "real-filings.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for claimed in row.get("priorities", ()):
            filed, on = day_of(row.get("filing_date")), day_of(claimed.get("date"))
            if filed is None or on is None:
                continue
            paris_only = is_paris_only(row["office"], filed)
            code = office_code(claimed["office"])
            if priority_right(code, "patent", on, is_paris_only=paris_only) is False:
                denied.append((claimed["office"], claimed["date"], row["office"], str(filed)))
    assert denied == [("IN", "1998-09-14", "EP", "1999-09-10")]
