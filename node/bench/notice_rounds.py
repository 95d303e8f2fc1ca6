"""Notices: how soon the office of first filing is told of a claim, and what listeners cost a bulk load."""

import queue
import threading
import time
from typing import Final

import msgspec

from node.bench.filings import FILED, filing
from node.bench.register_rounds import RegisterRounds
from node.bench.rounds import Sample, quantile, repeat
from node.listener import Listener
from node.local import LocalNode
from node.notice_reading import SILENCE_S

WAIT_S: Final = 20.0
"""For one notice; far longer than it takes."""


def measure_notices(rounds: RegisterRounds) -> None:
    """Measure the way from a claim to the notice, and a bulk load with a listener at every node."""
    sizes = rounds.sizes
    rounds.add(
        "a claim, until the office of first filing is told",
        repeat(sizes.rounds, lambda _: _told(rounds)),
    )
    listeners = [Listener(node) for node in rounds.nodes]
    try:
        for listener in listeners:
            listener.start()
        work = f"bulk of {sizes.batch:,}, a listener at every node"
        rounds.add(work, repeat(sizes.rounds, rounds.bulk))
    finally:
        for listener in listeners:
            listener.stop()


def _told(rounds: RegisterRounds) -> Sample:
    """Register claims one after the other at one office, and take the time until another one is told."""
    first_node, second_node = rounds.nodes[0], rounds.nodes[1]
    amount = rounds.sizes.alone
    firsts = rounds.numbers.take(first_node.office, amount)
    seconds = rounds.numbers.take(second_node.office, amount)
    with first_node.client() as client:
        client.post("/filings", [filing(number) for number in firsts])
        place = str(client.get("/status")["height"])
    rounds.registered += 2 * amount
    arrivals: queue.Queue[float] = queue.Queue()
    thread = threading.Thread(
        target=_listen, args=(first_node, place, amount, arrivals), daemon=True
    )
    thread.start()
    delays = []
    with second_node.client() as client:
        for first, second in zip(firsts, seconds, strict=True):
            claim = {
                "ipOfficeCode": first_node.office,
                "applicationNumberText": first,
                "filingDate": FILED,
            }
            body = msgspec.json.encode({**filing(second), "priorityClaimBag": [claim]})
            sent_at = time.perf_counter()
            client.post("/filings", body)
            delays.append((arrivals.get(timeout=WAIT_S) - sent_at) * 1000)
    thread.join(WAIT_S)
    delays.sort()
    return Sample(
        {
            ("median", "ms"): quantile(delays, 0.5),
            ("99th percentile", "ms"): quantile(delays, 0.99),
        }
    )


def _listen(node: LocalNode, place: str, amount: int, arrivals: "queue.Queue[float]") -> None:
    """Put down the moment of each of so many notices."""
    told = 0
    with node.client() as client:
        for event in client.events("/notices/stream", place, SILENCE_S):
            if event.event == "notice":
                arrivals.put(time.perf_counter())
                told += 1
                if told == amount:
                    return
