"""What the clients of a network saw, checked against what a register may show (Herlihy & Wing 1990).

The register only grows, and every answer names the height that it was given at. So no search for an order of the
operations is needed: the heights are the order. A filing stands at one place, is shown at every height from there
on and at none below, and no operation shows a lower height than one that had ended before it began, where that
was promised. Nothing here knows how the nodes work: it judges simulated and real networks alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Literal, NamedTuple, TypeAlias

Consistency = Literal["local", "linearizable"]


class Place(NamedTuple):
    """Where a filing stands in the register."""

    height: int
    entry: int
    """Which entry of the block it is, from 0."""


class Registered(NamedTuple):
    """A client asked a node to register a filing. Each try is an operation of its own, whatever came of it."""

    client: str
    node: str
    filing: str
    """By which the register knows it."""
    invoked_at: int
    """On one monotonic clock for all clients, in any unit; as all times here."""
    completed_at: int | None
    """None: no answer came. The filing may be registered at any time, or never."""
    receipt: Place | None
    """None: the answer was not one that says where the filing stands."""


class Read(NamedTuple):
    """A client read one filing at a node, and was answered. A read that was refused tells nothing."""

    client: str
    node: str
    """A node that lost its disk comes back under another name: it may begin anew."""
    filing: str
    consistency: Consistency
    min_height: int
    """The height that the client asked for at the least; 0 for any."""
    invoked_at: int
    completed_at: int
    height: int
    """The height that the answer names."""
    found: Place | None
    """Where the filing stands; none when the register does not hold it at this height."""


Operation: TypeAlias = Registered | Read


class Promise(StrEnum):
    """What the register promises its clients."""

    NOTHING_LOST = "a filing is shown at every height from its place on"
    NOTHING_EARLY = "a filing is shown at no height below its place"
    ONE_PLACE = "a filing has one place, whoever asks wherever"
    ONE_FILING = "a place holds one filing"
    NOTHING_INVENTED = "a filing that is shown was sent by a client"
    PAST_IS_CLOSED = "a filing gets no place at a height that was shown before it was sent"
    HEIGHT_ASKED_FOR = "an answer is at least of the height that was asked for"
    NODE_NEVER_FALLS = "a node never shows a lower height than it did"
    NEVER_STALE = "a linearizable read shows at least the height that any answer before it showed"


class Violation(NamedTuple):
    """A promise that was broken, and the operations that show it."""

    promise: Promise
    text: str
    operations: tuple[Operation, ...]


def violations(history: Iterable[Operation]) -> tuple[Violation, ...]:
    """Every promise that the operations, in any order, show to be broken; empty when all were kept.

    All attempts to register that could have reached a node must be in the history, those without an answer too.
    """
    operations = sorted(history, key=_began)
    places = _places(operations)
    return (
        *_moved(operations, places),
        *_shared(places),
        *_wrongly_shown(operations, places),
        *_untimely(operations, places),
        *_behind(operations),
    )


class _Known(NamedTuple):
    """The highest height that any answer up to a moment had shown, and the operation that showed it."""

    height: int
    shown_by: Operation


class _Knowledge:
    """What was known when: the answers in order of their ends."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        shown = [
            (operation.completed_at, height, operation)
            for operation in operations
            if operation.completed_at is not None
            and (height := _height_shown(operation)) is not None
        ]
        shown.sort(key=lambda item: item[0])
        self._ends: list[int] = []
        self._known: list[_Known] = []
        for ended_at, height, operation in shown:
            if not self._known or height > self._known[-1].height:
                self._ends.append(ended_at)
                self._known.append(_Known(height, operation))

    def before(self, moment: int) -> _Known | None:
        """The highest height that an answer had shown before this moment."""
        count = bisect_left(self._ends, moment)
        return self._known[count - 1] if count else None


def _began(operation: Operation) -> int:
    return operation.invoked_at


def _place_shown(operation: Operation) -> Place | None:
    return operation.receipt if isinstance(operation, Registered) else operation.found


def _height_shown(operation: Operation) -> int | None:
    """A height that the node held when it answered."""
    if isinstance(operation, Read):
        return operation.height
    return None if operation.receipt is None else operation.receipt.height


def _places(operations: Iterable[Operation]) -> dict[str, tuple[Place, Operation]]:
    """Where each filing stands, by the first operation that showed it."""
    found: dict[str, tuple[Place, Operation]] = {}
    for operation in operations:
        place = _place_shown(operation)
        if place is not None:
            found.setdefault(operation.filing, (place, operation))
    return found


def _moved(
    operations: Iterable[Operation], places: dict[str, tuple[Place, Operation]]
) -> Iterator[Violation]:
    for operation in operations:
        place = _place_shown(operation)
        if place is None or place == places[operation.filing][0]:
            continue
        first, shown_by = places[operation.filing]
        text = f"{operation.filing} stands at {_text(first)} and at {_text(place)}"
        yield Violation(Promise.ONE_PLACE, text, (shown_by, operation))


def _shared(places: dict[str, tuple[Place, Operation]]) -> Iterator[Violation]:
    holders: dict[Place, Operation] = {}
    for filing, (place, operation) in places.items():
        holder = holders.setdefault(place, operation)
        if holder is not operation:
            text = f"{holder.filing} and {filing} both stand at {_text(place)}"
            yield Violation(Promise.ONE_FILING, text, (holder, operation))


def _wrongly_shown(
    operations: Iterable[Operation], places: dict[str, tuple[Place, Operation]]
) -> Iterator[Violation]:
    for operation in operations:
        if not isinstance(operation, Read) or operation.filing not in places:
            continue
        place, shown_by = places[operation.filing]
        if operation.found is None and operation.height >= place.height:
            text = (
                f"{operation.node} does not show {operation.filing} at height {operation.height};"
                f" it stands at {_text(place)}"
            )
            yield Violation(Promise.NOTHING_LOST, text, (shown_by, operation))
        elif operation.found is not None and operation.height < operation.found.height:
            text = (
                f"{operation.node} shows {operation.filing} of {_text(operation.found)}"
                f" at height {operation.height}"
            )
            yield Violation(Promise.NOTHING_EARLY, text, (operation,))


def _untimely(
    operations: Sequence[Operation], places: dict[str, tuple[Place, Operation]]
) -> Iterator[Violation]:
    """Filings that nobody had sent when they were shown, or that stand where the register was closed by then."""
    knowledge = _Knowledge(operations)
    first_sent: dict[str, Registered] = {}
    for operation in operations:
        if isinstance(operation, Registered):
            first_sent.setdefault(operation.filing, operation)
    for filing, (place, shown_by) in places.items():
        sent = first_sent.get(filing)
        if sent is None:
            text = f"{filing} stands at {_text(place)}, and no client sent it"
            yield Violation(Promise.NOTHING_INVENTED, text, (shown_by,))
            continue
        known = knowledge.before(sent.invoked_at)
        if known is not None and known.height >= place.height:
            text = f"{filing} stands at {_text(place)}; height {known.height} was shown before it was sent"
            yield Violation(Promise.PAST_IS_CLOSED, text, (known.shown_by, sent, shown_by))


def _behind(operations: Sequence[Operation]) -> Iterator[Violation]:
    """Reads of a lower height than was promised."""
    by_anyone = _Knowledge(operations)
    nodes = sorted({operation.node for operation in operations})
    by_node = {
        node: _Knowledge(operation for operation in operations if operation.node == node)
        for node in nodes
    }
    for read in operations:
        if not isinstance(read, Read):
            continue
        if read.height < read.min_height:
            text = f"{read.node} answers at height {read.height}, asked for {read.min_height}"
            yield Violation(Promise.HEIGHT_ASKED_FOR, text, (read,))
        known = by_node[read.node].before(read.invoked_at)
        if known is not None and read.height < known.height:
            text = f"{read.node} answers at height {read.height}, after {known.height}"
            yield Violation(Promise.NODE_NEVER_FALLS, text, (known.shown_by, read))
        known = by_anyone.before(read.invoked_at)
        if read.consistency == "linearizable" and known is not None and read.height < known.height:
            text = (
                f"{read.node} answers at height {read.height};"
                f" {known.shown_by.node} had answered at {known.height}"
            )
            yield Violation(Promise.NEVER_STALE, text, (known.shown_by, read))


def _text(place: Place) -> str:
    return f"{place.height}/{place.entry}"
