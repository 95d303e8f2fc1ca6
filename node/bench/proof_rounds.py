"""Proof files: how long a node takes to make one, how large it is, and how long its verification takes."""

import time
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import msgspec

from ledger.genesis import Genesis, load_genesis
from ledger.proof.verifying import verify_proof_file
from node.bench.filings import filing
from node.bench.load import LoadError
from node.bench.network_rounds import NetworkRounds
from node.bench.rounds import Sample, quantile, repeat

CLAIMS_OF_ONE = 10
"""In the proof of all claims of a filing."""
_SECOND = {"ipOfficeCode": "EP", "right": "patent", "filingDate": "2027-03-03"}
"""A year later."""
_ABSENT = "19/999,{:03d}"
_UNUSED = 1_000
"""Numbers of US that no other round reaches."""
_COVERED = {"right": "patent", "fromDate": "2000-01-01", "untilDate": "2026-03-31"}


class Question(NamedTuple):
    """Where a proof is asked for, and the body."""

    path: str
    body: Mapping[str, object]


def measure_proofs(rounds: NetworkRounds) -> None:
    """Have proof files made of claims to filings that are there, and to filings that are not, and verify them."""
    amount = min(rounds.sizes.alone, _UNUSED)
    node = rounds.nodes[-1]
    numbers = rounds.numbers.take(node.office, amount)
    with node.client() as client:
        client.post("/filings", [filing(number) for number in numbers])
        client.post(f"/offices/{node.office}/coverage", _COVERED)
    rounds.registered += amount + 1  # with the coverage
    absent = [_ABSENT.format(place) for place in range(amount)]
    together = [numbers[place : place + CLAIMS_OF_ONE] for place in range(0, amount, CLAIMS_OF_ONE)]
    for what, questions, outcome in (
        ("a confirmed priority", [_claim(node.office, each) for each in numbers], "confirmed"),
        ("no such filing", [_claim(node.office, each) for each in absent], "noSuchFiling"),
        (
            f"{CLAIMS_OF_ONE} claims of a filing",
            [_claims(node.office, each) for each in together if len(each) == CLAIMS_OF_ONE],
            "allConfirmed",
        ),
    ):
        if questions:
            made = partial(_made, rounds, questions, outcome)
            rounds.add(f"proof file, {what}", repeat(rounds.sizes.rounds, made))


def _claim(office: str, number: str) -> Question:
    first = {"ipOfficeCode": office, **filing(number)}
    return Question("/proofs/priority", {"first": first, "second": _SECOND})


def _claims(office: str, numbers: list[str]) -> Question:
    bag = [{"ipOfficeCode": office, **filing(number)} for number in numbers]
    body = {"second": _SECOND, "priorityClaimBag": bag}
    return Question("/proofs/filing-verification", body)


def _made(rounds: NetworkRounds, questions: list[Question], outcome: str, _: int) -> Sample:
    node = rounds.nodes[-1]
    genesis = load_genesis((node.home / "genesis.json").read_bytes())
    waits, files = [], []
    with node.client() as client:
        for path, body in questions:
            started_at = time.perf_counter()
            document = client.post(path, body)
            waits.append((time.perf_counter() - started_at) * 1000)
            files.append(msgspec.json.encode(document, order="sorted"))
    return Sample(
        {
            ("made, median", "ms"): quantile(sorted(waits), 0.5),
            ("size", "KB"): sum(map(len, files)) / len(files) / 1000,
            ("verified", "ms of processor"): _verified_ms(files, genesis, outcome) / len(files),
        }
    )


def _verified_ms(files: list[bytes], genesis: Genesis, outcome: str) -> float:
    """The processor time of this process for verifying all of them.

    Raises:
        LoadError: one has another outcome, or it is not computed anew.
    """
    before = time.process_time()
    verdicts = [verify_proof_file(file, genesis) for file in files]
    used_ms = (time.process_time() - before) * 1000
    if {(each.outcome, each.is_recomputed) for each in verdicts} != {(outcome, True)}:
        raise LoadError(f"expected {outcome} of every proof file, got {verdicts[0].outcome}")
    return used_ms
