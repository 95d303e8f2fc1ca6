"""What examines the histories of clients finds what it is to find."""

from typing import Any, Final

import pytest

from processes.operations import Operation
from processes.soundness import Registered, add_block, faults_in

FILING: Final = "AU.patent.2013000001"
LEDGER: Final = {FILING: [Registered("2013-03-12", 7, 0, "ab")]}


def registered(**changes: Any) -> Operation:  # noqa: ANN401 - any field
    accepted = Operation(
        client="AU0",
        action="register",
        office="AU",
        node="AU",
        filing=FILING,
        date="2013-03-12",
        invoked_at=10,
        ended_at=20,
        outcome="accepted",
        held_at=7,
        height=7,
        block_hash="ab",
    )
    return accepted._replace(**changes)


def read(**changes: Any) -> Operation:  # noqa: ANN401 - any field
    found = registered()._replace(
        client="EP0",
        action="read",
        office="EP",
        node="EP",
        invoked_at=30,
        ended_at=40,
        outcome="found",
        block_hash="",
    )
    return found._replace(**changes)


def test_a_history_without_faults_has_none() -> None:
    again = registered(client="AU1", outcome="repeated", invoked_at=50, ended_at=60)
    lost = registered(outcome="ConnectError", invoked_at=5, ended_at=6, held_at=0, height=0)
    early = read(outcome="absent", date="", held_at=6, height=0, invoked_at=1, ended_at=2)
    assert faults_in([lost, registered(), again, read(), early], LEDGER) == []


@pytest.mark.parametrize(
    ("fault", "operations", "ledger"),
    [
        ("lost acknowledgement", [registered()], {}),
        ("accepted twice", [registered()], {FILING: LEDGER[FILING] * 2}),
        ("receipt differs", [registered(block_hash="cd")], LEDGER),
        ("receipt differs", [registered(outcome="repeated", date="2013-03-13")], LEDGER),
        ("refused for a conflict", [registered(), registered(outcome="conflict")], LEDGER),
        ("read differs", [registered(), read(date="2013-03-13")], LEDGER),
        ("ONE_PLACE", [registered(), read(height=6)], LEDGER),
        ("NOTHING_INVENTED", [read()], LEDGER),
        ("NOTHING_LOST", [registered(), read(outcome="absent", held_at=9, height=0)], LEDGER),
        (
            "NODE_NEVER_FALLS",
            [registered(), read(outcome="absent", held_at=3, height=0, node="AU")],
            LEDGER,
        ),
        (
            "NEVER_STALE",
            [
                registered(),
                read(outcome="absent", held_at=3, height=0, action="readLinearizable"),
            ],
            LEDGER,
        ),
    ],
)
def test_each_fault_is_found(
    fault: str, operations: list[Operation], ledger: dict[str, list[Registered]]
) -> None:
    found = faults_in(operations, ledger)
    assert found
    assert any(each.startswith(fault) for each in found), found


def test_a_ledger_is_gathered_from_the_documents_of_blocks() -> None:
    entry = {"entryCategory": "filing", "filingDate": "2013-03-12"}
    rejected = {"index": 1, "entry": entry, "status": "rejected", "subject": "AU.patent.2"}
    accepted = {"index": 0, "entry": entry, "status": "accepted", "subject": FILING}
    ledger: dict[str, list[Registered]] = {}
    add_block(
        ledger,
        {
            "header": {"height": 7, "hash": "ab"},
            "submissions": [{"entries": [accepted, rejected]}, {"entries": []}],
        },
    )
    assert ledger == LEDGER
