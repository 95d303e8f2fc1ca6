"""Whether clients were told anything that the ledger, or the order in which it happened, does not bear out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from processes.operations import ACKNOWLEDGED, Operation
from simulations import history


class Registered(NamedTuple):
    """A filing as the ledger has it."""

    date: str
    height: int
    entry: int
    block_hash: str


def add_block(ledger: dict[str, list[Registered]], document: Mapping[str, Any]) -> None:
    """Add to a ledger, by the id of the filing, every acceptance of one in the document of a block."""
    header = document["header"]
    for submission in document["submissions"]:
        for item in submission["entries"]:
            if item["status"] == "accepted":
                place = Registered(
                    item["entry"]["filingDate"], header["height"], item["index"], header["hash"]
                )
                ledger.setdefault(item["subject"], []).append(place)


def faults_in(
    operations: Sequence[Operation], ledger: Mapping[str, Sequence[Registered]]
) -> list[str]:
    """Everything in a history of clients that must not be there; empty when all is well."""
    faults = [f"accepted twice: {filing}: {at}" for filing, at in ledger.items() if len(at) > 1]
    first = {filing: places[0] for filing, places in ledger.items()}
    for operation in operations:
        faults += [f"{fault}: {operation}" for fault in _belied_by(first, operation)]
    promised = history.violations(map(_as_history, filter(_tells, operations)))
    return faults + [f"{each.promise.name}: {each.text}: {each.operations}" for each in promised]


def _belied_by(first: Mapping[str, Registered], operation: Operation) -> Iterator[str]:
    """What one answer says otherwise than the ledger."""
    registered = first.get(operation.filing)
    if operation.outcome in ACKNOWLEDGED:
        told = Registered(operation.date, operation.height, operation.entry, operation.block_hash)
        if registered is None:
            yield "lost acknowledgement"
        elif told != registered:
            yield f"receipt differs from {registered}"
    elif operation.outcome == "conflict":
        if registered is None or registered.date == operation.date:
            yield f"refused for a conflict that there is not ({registered})"
    elif operation.outcome == "found":
        told_of_read = (operation.date, operation.height, operation.entry)
        if registered is None or told_of_read != registered[:3]:
            yield f"read differs from {registered}"


def _tells(operation: Operation) -> bool:
    """Whether a history needs it: every try to register, and every read that was answered."""
    return operation.action == "register" or operation.outcome in {"found", "absent"}


def _as_history(operation: Operation) -> history.Operation:
    place = history.Place(operation.height, operation.entry)
    if operation.action == "register":
        is_told = operation.outcome in ACKNOWLEDGED
        return history.Registered(
            client=operation.client,
            node=operation.node,
            filing=operation.filing,
            invoked_at=operation.invoked_at,
            completed_at=operation.ended_at if is_told else None,
            receipt=place if is_told else None,
        )
    return history.Read(
        client=operation.client,
        node=operation.node,
        filing=operation.filing,
        consistency="linearizable" if operation.action == "readLinearizable" else "local",
        min_height=0,
        invoked_at=operation.invoked_at,
        completed_at=operation.ended_at,
        height=operation.held_at,
        found=place if operation.outcome == "found" else None,
    )
