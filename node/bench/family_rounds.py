"""Families on a ledger that has grown: what one question about a family of thirty costs the node."""

from functools import partial
from typing import Final

from node.bench.filings import FILED, filing
from node.bench.load import LoadError, Stream, encode_request, run_load
from node.bench.machine import processor_us
from node.bench.network_rounds import NetworkRounds, port_of
from node.bench.peer_rounds import latencies
from node.bench.rounds import Sample, repeat
from node.client import Document
from node.local import LocalNode

MEMBERS: Final = 30
KINDS: Final = ("simple", "extended")


def measure_families(rounds: NetworkRounds) -> None:
    """Measure a family of open filings and one of sealed ones, at the ledger as it is.

    Raises:
        LoadError: an answer is not the whole family.
    """
    for what, path in (("open", "/filings"), ("sealed", "/sealed-filings")):
        first = _enter_family(rounds, path)
        for kind in KINDS:
            work = f"{kind} family of {MEMBERS}, {what}, with {rounds.registered:,} filings"
            rounds.add(work, repeat(rounds.sizes.rounds, partial(_asked, rounds, first, kind)))


def _enter_family(rounds: NetworkRounds, path: str) -> str:
    """Register a first filing and 29 that claim it, by turns at all offices; return the id of the first."""
    office = rounds.nodes[0].office
    (number,) = rounds.numbers.take(office, 1)
    with rounds.nodes[0].client() as client:
        answer = client.post(path, filing(number))
    claim: Document = {
        "ipOfficeCode": office,
        "applicationNumberText": number,
        "filingDate": FILED,
    }
    if "accessCode" in answer:
        claim["accessCode"] = answer["accessCode"]
    for place in range(MEMBERS - 1):
        node = rounds.nodes[place % len(rounds.nodes)]
        (later,) = rounds.numbers.take(node.office, 1)
        with node.client() as client:
            client.post(path, {**filing(later), "priorityClaimBag": [claim]})
    rounds.registered += MEMBERS
    rounds.network.wait_agreed()
    return str(answer.get("filingId") or answer["subject"])


def _asked(rounds: NetworkRounds, first: str, kind: str, _: int) -> Sample:
    """Ask one question after the other at a node whose office is in the family."""
    node = rounds.nodes[1]
    _expect_whole(node, first, kind)
    path = f"/api/v1/families/{first}?kind={kind}"
    request = encode_request(path, method="GET", token=node.token)
    amount = rounds.sizes.alone
    before = processor_us(node.pid)
    load = run_load(Stream(port=port_of(node), connections=1, requests=(request,) * amount))
    used = processor_us(node.pid) - before
    if load.refused:
        raise LoadError(f"{load.refused} questions were refused: {load.first_refusal}")
    return Sample({**latencies(load), ("processor", "µs/question"): used / amount})


def _expect_whole(node: LocalNode, first: str, kind: str) -> None:
    """Return when the answer holds all members.

    Raises:
        LoadError: it does not.
    """
    with node.client() as client:
        members = client.get(f"/families/{first}", {"kind": kind})["members"]
    found = sum(member["isRegistered"] for member in members)
    if found != MEMBERS:
        raise LoadError(f"expected {MEMBERS} members in the {kind} family of {first}, got {found}")
