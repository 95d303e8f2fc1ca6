"""Filings as a table (CSV): one row each, their claims and the filings that they continue in numbered columns."""

from collections.abc import Iterable, Iterator
from typing import Final

from api.formats.columns import Group, Layout
from api.formats.row import ListedFiling, Row
from api.formats.table import read_table
from api.formats.table_writing import write_table
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling

LAYOUT: Final = Layout(
    Filing,
    Group("priority", "priorityClaimBag", PriorityClaim, is_bag=True),
    Group("related", "relatedFilingBag", RelatedFiling, is_bag=True),
)


def read_filings(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of a table.

    Raises:
        MalformedBulkError: the first line does not name the columns, or there are too many lines.
            Raised by this call, never by the iterator that it returns.
    """
    rows = read_table(body, LAYOUT, rows_max)
    return (
        Row(number, filing, errors, office, (), is_of_table=True)
        for number, filing, errors, office, _ in rows
    )


def write_filings(filings: Iterable[ListedFiling]) -> Iterator[bytes]:
    """A table in UTF-8."""
    return write_table(LAYOUT, filings)
