"""Times of the ledger as text: one form for headers and documents."""

from datetime import datetime, timedelta
from typing import Annotated, Final

import msgspec

Moment = Annotated[str, msgspec.Meta(extra_json_schema={"format": "date-time"})]
"""ISO 8601 in UTC, with milliseconds."""
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - all are in UTC, and the text says so


def moment_text(unix_ms: int) -> Moment:
    """A time of the ledger, exactly, such as `2026-11-21T08:00:00.000Z`."""
    moment = _EPOCH + timedelta(milliseconds=unix_ms)
    return f"{moment.isoformat(timespec='milliseconds')}Z"


def moment_words(unix_ms: int) -> str:
    """The same for people, such as `2026-11-21 08:00:00.000 UTC`."""
    moment = _EPOCH + timedelta(milliseconds=unix_ms)
    return f"{moment.isoformat(sep=' ', timespec='milliseconds')} UTC"
