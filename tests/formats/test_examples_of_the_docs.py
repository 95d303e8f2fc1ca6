"""The examples of docs/formats.md can be imported as they stand there."""

import re
from pathlib import Path

import pytest

from api.formats import read_rows
from api.formats.claims import read_claims
from api.formats.row import ClaimRow, Row

TEXT = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
BLOCKS = re.findall(r"```(csv|json)\n(.*?)```", TEXT, re.DOTALL)


@pytest.mark.parametrize(("kind", "example"), BLOCKS)
def test_an_example_is_read_without_faults(kind: str, example: str) -> None:
    body = example.encode()
    media_type = {"csv": "text/csv", "json": "application/jsonl"}[kind]
    if kind == "json" and example.startswith("["):
        media_type = "application/json"
    is_of_claims = '"action"' in example or ",action," in example
    rows: list[Row | ClaimRow] = []
    rows.extend(read_claims(media_type, body) if is_of_claims else read_rows(media_type, body))
    assert rows
    assert [row.errors for row in rows] == [()] * len(rows)
