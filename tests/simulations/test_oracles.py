"""The oracles themselves: each notices what breaks its promise, and nothing else."""

from typing import Any

import pytest

from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.oracles import Chain
from simulations.run import await_quiet, next_submission
from simulations.trace import Acknowledged, Event

OFFICES = ("AU", "EP", "JP", "US")


def told_in(cluster: Cluster) -> list[Acknowledged]:
    """What clients are told from now on."""
    told: list[Acknowledged] = []

    def listen(event: Event) -> None:
        if isinstance(event, Acknowledged):
            told.append(event)

    cluster.observers.append(listen)
    return told


@pytest.mark.parametrize(
    "lie",
    [
        {"status": "duplicate"},
        {"outcomes": ()},
        {"first_index": 1},
        {"time_ms": 1},
        {"digest": bytes(32)},
        {"block_hash": bytes(32)},
        {"height": 7},
    ],
    ids=lambda lie: next(iter(lie)),
)
def test_what_a_node_tells_its_client_is_what_the_block_says_in_every_part(
    lie: dict[str, Any],
) -> None:
    cluster = Cluster(OFFICES)
    chain, told = Chain(cluster), told_in(cluster)
    cluster.observers.append(chain)
    assert cluster.submit(next_submission(cluster, "EP", 1, filings=2), "EP")
    await_quiet(cluster)
    event = next(event for event in told if event.office == "EP")
    assert len(event.executed.outcomes) == 2
    chain(event)
    with pytest.raises(BrokenPromiseError, match=r"told a client|acknowledged a block"):
        chain(event._replace(executed=event.executed._replace(**lie)))


def test_every_second_filing_of_an_office_claims_the_priority_of_the_one_before() -> None:
    cluster = Cluster(OFFICES)
    filings = [
        entry
        for nonce in range(1, 5)
        for office in OFFICES
        for entry in next_submission(cluster, office, nonce, filings=1).entries
    ]
    numbers = [int(entry.application_number_text) for entry in filings]  # type: ignore[union-attr]
    claims = [entry.priority_claim_bag for entry in filings]  # type: ignore[union-attr]
    assert numbers[::4] == list(range(numbers[0], numbers[0] + 4))
    assert [len(bag) for bag in claims[::4]] == [0, 1, 0, 1]
    assert claims[4][0].filing_date == filings[0].filing_date  # type: ignore[union-attr]
