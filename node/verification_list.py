"""Asks a node about many priority claims, in chunks, so that progress shows and no request is long."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from ledger.register.verification import PriorityRequest
from node.client import Document, NodeClient
from node.questions import at_height

CHUNK_SIZE = 500
_JSON_LINES = "application/jsonl"


class NumberedQuestion(NamedTuple):
    """A row of a file that can be asked about."""

    number: int
    question: PriorityRequest


def verify_rows(
    client: NodeClient,
    rows: Sequence[NumberedQuestion],
    as_of: int | None = None,
    progress: Callable[[int], None] = lambda _: None,
    *,
    linearizable: bool = False,
) -> Iterator[Document]:
    """Yield the node's report on every row, with the row's number in the file.

    `progress` hears how many more are answered.

    Raises:
        NodeUnreachableError: no answer.
        ProblemError: the node refuses to answer.
    """
    remaining, height = iter(rows), at_height(as_of, linearizable=linearizable)
    while chunk := list(islice(remaining, CHUNK_SIZE)):
        body = b"\n".join(msgspec.json.encode(row.question) for row in chunk)
        report = client.post("/priority-verifications", body, _JSON_LINES, parameters=height)
        for row, found in zip(chunk, report["rows"], strict=True):
            yield {**found, "row": row.number}
        progress(len(chunk))
