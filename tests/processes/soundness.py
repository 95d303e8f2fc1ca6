"""What must hold after any faults: all ledgers are one, and no client was told anything that it does not bear out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from processes.operations import ACKNOWLEDGED, Operation


class Registered(NamedTuple):
    """A filing as the ledger has it."""

    date: str
    height: int
    index: int
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
    """Everything in a history of clients that the ledger, or the order in which it happened, belies."""
    faults = [f"accepted twice: {filing}: {at}" for filing, at in ledger.items() if len(at) > 1]
    first = {filing: places[0] for filing, places in ledger.items()}
    for operation in operations:
        faults += [f"{fault}: {operation}" for fault in _belied_by(first, operation)]
    return [*faults, *_untimely(operations)]


def _belied_by(first: Mapping[str, Registered], operation: Operation) -> Iterable[str]:
    """What one answer says otherwise than the ledger."""
    registered = first.get(operation.filing)
    if operation.outcome in ACKNOWLEDGED:
        told = Registered(operation.date, operation.height, operation.index, operation.block_hash)
        if registered is None:
            yield "lost acknowledgement"
        elif told != registered:
            yield f"receipt differs from {registered}"
    elif operation.outcome == "conflict":
        if registered is None or registered.date == operation.date:
            yield f"refused for a conflict that there is not ({registered})"
    elif operation.outcome == "found":
        told_of_read = (operation.date, operation.height, operation.index)
        if registered is None or told_of_read != registered[:3]:
            yield f"read differs from {registered}"


def _untimely(operations: Sequence[Operation]) -> Iterable[str]:
    """What was answered too early or too late, by the real time of the clients."""
    begun: dict[str, float] = {}
    known: dict[str, float] = {}
    known_at: dict[tuple[str, str], float] = {}
    for operation in operations:
        filing, node = operation.filing, (operation.filing, operation.office)
        if operation.action == "register":
            begun[filing] = min(begun.get(filing, operation.invoked_at), operation.invoked_at)
        if operation.outcome in ACKNOWLEDGED or operation.outcome in {"found", "conflict"}:
            known[filing] = min(known.get(filing, operation.ended_at), operation.ended_at)
            known_at[node] = min(known_at.get(node, operation.ended_at), operation.ended_at)
    never = float("inf")
    for operation in operations:
        filing, node = operation.filing, (operation.filing, operation.office)
        if operation.outcome == "found" and begun.get(filing, never) > operation.ended_at:
            yield f"found before anyone registered it: {operation}"
        if operation.outcome != "absent":
            continue
        if known_at.get(node, never) < operation.invoked_at:
            yield f"the node forgot what it had told: {operation}"
        if (
            operation.action == "readLinearizable"
            and known.get(filing, never) < operation.invoked_at
        ):
            yield f"stale linearizable read: {operation}"
