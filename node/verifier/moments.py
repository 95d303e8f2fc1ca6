"""How moments are shown on the command line, and by the verifier alone."""

from datetime import UTC, datetime


def moment(time_ms: int) -> str:
    """Unix milliseconds as ISO 8601, in UTC."""
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
