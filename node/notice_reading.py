"""Reading the notices of a node: those that are there, and those that come, over any interruption."""

import time
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from node.client import Document, NodeClient, NodeUnreachableError, ProblemError
from node.questions import at_height

SILENCE_S: Final = 20.0
"""After so many seconds without a sign of life, four heartbeats, the connection is taken for broken."""
RECONNECT_S: Final = 1.0
_BUSY: Final = frozenset({502, 503, 504})


def list_notices(client: NodeClient, since: str, as_of: int | None = None) -> Iterator[Document]:
    """Yield pages of notices after a place, until the end of the ledger or a height: `notices` and `goOnFrom`.

    Raises:
        NodeUnreachableError: no answer.
        ProblemError: an answer is a problem.
    """
    return client.pages("/notices", {"since": since, "limit": 1000, **at_height(as_of)})


def follow_notices(
    client: NodeClient, since: str, on_interruption: Callable[[str], None]
) -> Iterator[tuple[str, Document | None]]:
    """Yield (place, notice) without end; no notice: nothing else came up to that place.

    A connection that breaks is made again, where the last one ended; `on_interruption` is told why.

    Raises:
        ProblemError: the node refuses.
    """
    place = since
    while True:
        reason = "the node ended the stream"
        try:
            for event in client.events("/notices/stream", place, SILENCE_S):
                place = event.id
                is_notice = event.event == "notice"
                yield place, msgspec.json.decode(event.data) if is_notice else None
        except NodeUnreachableError as error:
            reason = str(error)
        except ProblemError as error:
            if error.status not in _BUSY:
                raise
            reason = str(error)
        on_interruption(reason)
        time.sleep(RECONNECT_S)
