"""What the node says on stderr: lines for people, or one JSON object each for machines. Never a token or a key."""

import json
import logging
from datetime import UTC, datetime
from typing import Final, Literal

from node.clock import read_clocks

_TEXT: Final = "%(asctime)s %(levelname)-8s %(message)s"


class JsonFormatter(logging.Formatter):
    """One JSON object on a line."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON: time, level, logger, message, and the trace of an exception."""
        document = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            document["exception"] = self.formatException(record.exc_info)
        return json.dumps(document, ensure_ascii=False)


class BoundedLog:
    """A log for what strangers can cause: so many lines in a while, then only how many there were."""

    def __init__(
        self, logger: logging.Logger, *, lines_max: int = 20, period_ms: int = 10_000
    ) -> None:
        self._logger = logger
        self._lines_max = lines_max
        self._period_ms = period_ms
        self._began_ms = 0
        self._lines = 0

    def write(self, level: int, text: str, *arguments: object) -> None:
        """Log a line, unless there were enough."""
        now_ms = read_clocks().monotonic_ms
        if now_ms - self._began_ms >= self._period_ms:
            if self._lines > self._lines_max:
                left_out = self._lines - self._lines_max
                self._logger.log(level, "%d more such lines were left out", left_out)
            self._began_ms, self._lines = now_ms, 0
        self._lines += 1
        if self._lines <= self._lines_max:
            self._logger.log(level, text, *arguments)


def configure_logging(level: str, form: Literal["text", "json"]) -> None:
    """Send all logs of this process to stderr in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if form == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("ipregister").setLevel(level.upper())
