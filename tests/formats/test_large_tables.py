"""Tables that are larger than memory should be: rows wait in a file, and the table is the same."""

import tracemalloc
from collections.abc import Iterator
from datetime import date

import pytest

from api.formats import CSV, ListedFiling, read_rows, table_writing
from api.formats.csv_filings import write_filings
from ledger.register.entries import Filing, PriorityClaim

ROWS = 10_000


def listed(count: int) -> Iterator[ListedFiling]:
    """Filings of which only the last one has two claims."""
    claim = PriorityClaim(
        ip_office_code="US", application_number_text="61610420", filing_date=date(2012, 3, 13)
    )
    for serial in range(count):
        bag = (claim,) * (2 if serial == count - 1 else 1)
        number = f"2013{serial:06}"
        filed = date(2013, 3, 12)
        filing = Filing(
            right="patent",
            application_number_text=number,
            filing_date=filed,
            priority_claim_bag=bag,
        )
        yield ListedFiling("AU", filing)


def test_rows_that_wait_in_a_file_make_the_same_table(monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = b"".join(write_filings(listed(2_500)))
    monkeypatch.setattr(table_writing, "MEMORY_BYTES_MAX", 1)
    assert b"".join(write_filings(listed(2_500))) == in_memory
    header, *lines = in_memory.splitlines()
    assert header.endswith(b"priority2FilingDate")
    assert (len(lines), lines[0].count(b",")) == (2_500, header.count(b","))
    assert len(list(read_rows(CSV, in_memory))) == 2_500


def test_memory_does_not_grow_with_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_writing, "MEMORY_BYTES_MAX", 64 * 1024)
    tracemalloc.start()
    try:
        size = sum(map(len, write_filings(listed(ROWS))))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 500_000
    assert peak < size, "the rows as dictionaries take more than ten times as much"
