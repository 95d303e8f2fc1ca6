"""Notices: how soon the office of first filing is told of a claim, and what listeners cost a bulk load."""

import queue
import threading
import time
from functools import partial
from typing import Final

import msgspec

from ledger.register.entries import Filing, PriorityClaim
from node.bench.filings import FILED, entry, filing
from node.bench.load import LoadError, Stream
from node.bench.machine import processor_us
from node.bench.network_rounds import port_of
from node.bench.register_rounds import RegisterRounds
from node.bench.rounds import Sample, quantile, repeat
from node.bench.signed import signed_requests
from node.listener import Listener
from node.local import LocalNode
from node.notice_reading import SILENCE_S, list_notices

WAIT_S: Final = 20.0
"""For one notice; far longer than it takes."""


def measure_notices(rounds: RegisterRounds) -> None:
    """Measure the way from a claim to the notice, and a bulk load with a listener at every node."""
    sizes = rounds.sizes
    rounds.add(
        "a claim, until the office of first filing is told",
        repeat(sizes.rounds, partial(_told, rounds)),
    )
    for what, is_claimed in (("filings without claims", False), ("claims to own filings", True)):
        looked_at = partial(_looked_at, rounds, is_claimed)
        rounds.add(f"notices of a bulk load, {what}", repeat(sizes.rounds, looked_at))
    listeners = [Listener(node) for node in rounds.nodes]
    try:
        for listener in listeners:
            listener.start()
        work = f"bulk of {sizes.batch:,}, a listener at every node"
        rounds.add(work, repeat(sizes.rounds, rounds.bulk))
    finally:
        for listener in listeners:
            listener.stop()


def _looked_at(rounds: RegisterRounds, is_claimed: bool, _: int) -> Sample:
    """Load filings of one office in bulk, and then have another one told of all of them at once."""
    first_node, second_node = rounds.nodes[0], rounds.nodes[1]
    size = rounds.sizes.batch
    amount = max(rounds.sizes.notices // size, 1) * size
    filings = [entry(number) for number in rounds.numbers.take(second_node.office, amount)]
    if is_claimed:
        firsts = [entry(number) for number in rounds.numbers.take(first_node.office, amount)]
        _bring(rounds, first_node, firsts)
        filings = [
            _claiming(later, first_node.office, first)
            for later, first in zip(filings, firsts, strict=True)
        ]
    with first_node.client() as client:
        place = str(client.get("/status")["height"])
        _bring(rounds, second_node, filings)
        before, started_at = processor_us(first_node.pid), time.perf_counter()
        pages = [len(page["notices"]) for page in list_notices(client, place)]
        seconds = time.perf_counter() - started_at
    used = processor_us(first_node.pid) - before
    expected = amount if is_claimed else 0
    if sum(pages) != expected:
        raise LoadError(f"expected {expected} notices, got {sum(pages)}")
    return Sample({("filings", "1/s"): amount / seconds, ("processor", "µs/filing"): used / amount})


def _bring(rounds: RegisterRounds, node: LocalNode, filings: list[Filing]) -> None:
    requests = tuple(signed_requests(node, filings, rounds.sizes.batch))
    stream = Stream(port=port_of(node), connections=2, requests=requests)
    rounds.bring([stream], len(filings), rounds.nodes)


def _claiming(later: Filing, office: str, first: Filing) -> Filing:
    claim = PriorityClaim(
        ip_office_code=office,
        application_number_text=first.application_number_text,
        filing_date=first.filing_date,
    )
    return msgspec.structs.replace(later, priority_claim_bag=(claim,))


def _told(rounds: RegisterRounds, _: int) -> Sample:
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
