"""The events of a run as JSON lines, for software that is not ours."""

import json
from collections.abc import Callable
from functools import lru_cache

from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from crypto.digest import sha256
from node.journal_records import JournalRecord, StableRecord
from simulations.report.frames import kind_of
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Delivered,
    Event,
    Sent,
    Stored,
    Submitted,
)


class EventLines:
    """An observer that writes every event as one line (docs/simulations.md, "Raw events").

    Without `deliveries`, the arrivals of messages are left out: they are most of the lines.
    """

    def __init__(self, write: Callable[[bytes], object], *, deliveries: bool = True) -> None:
        self._write = write
        self._deliveries = deliveries
        self.count = 0

    def __call__(self, event: Event) -> None:
        """Write the next event."""
        if isinstance(event, Delivered) and not self._deliveries:
            return
        self.count += 1
        self._write(line_of(event))


def line_of(event: Event) -> bytes:
    """The event as a JSON object in one line; digests are hexadecimal, frames stand as kind, size and digest."""
    name = type(event).__name__
    match event:
        case Sent():
            fields = {"office": event.office, "to": event.to, **_frame(event.frame)}
        case Delivered():
            fields = {"from": event.sender, "office": event.office, **_frame(event.frame)}
        case Stored():
            fields = {"office": event.office, **_record(event.record)}
        case Submitted():
            fields = {"office": event.office, "digest": event.digest.hex()}
        case BlockExecuted():
            fields = {
                "office": event.office,
                "height": event.height,
                "blockHash": event.block_hash.hex(),
            }
        case Acknowledged():
            fields = {
                "office": event.office,
                "digest": event.executed.digest.hex(),
                "height": event.executed.height,
            }
        case _:
            fields = {_camel(key): value for key, value in event._asdict().items()}
    document = {"atMs": event.at_ms, "event": name[:1].lower() + name[1:], **fields}
    return json.dumps(document, separators=(",", ":")).encode() + b"\n"


@lru_cache(maxsize=8_192)
def _frame(frame: bytes) -> dict[str, object]:
    return {"kind": kind_of(frame), "bytes": len(frame), "frame": sha256(frame)[:8].hex()}


def _record(record: JournalRecord) -> dict[str, object]:
    match record:
        case AcceptedRecord(message):
            return {"record": "accepted", "view": message.view, "sequence": message.sequence}
        case PreparedRecord(certificate):
            return {
                "record": "prepared",
                "view": certificate.view,
                "sequence": certificate.sequence,
            }
        case ViewChangeRecord(message):
            return {"record": "left", "view": message.view}
        case NewViewRecord(message, _):
            return {"record": "entered", "view": message.view}
        case StableRecord(certificate):
            return {"record": "stable", "height": certificate.height}
    return {"record": "body"}


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
