"""Proof files: how long a node takes to make one, how large it is, and how long its verification takes."""

import time
from functools import partial

import msgspec

from ledger.genesis import Genesis, load_genesis
from ledger.proof.verifying import verify_proof_file
from node.bench.filings import filing
from node.bench.load import LoadError
from node.bench.network_rounds import NetworkRounds
from node.bench.rounds import Sample, quantile, repeat

_PATH = "/proofs/priority"
_A_YEAR_LATER = "2027-03-03"
_ABSENT = "19/999,{:03d}"
_UNUSED = 1_000
"""Numbers of US that no other round reaches."""
_COVERED = {"right": "patent", "fromDate": "2000-01-01", "untilDate": "2026-03-31"}


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
    for what, asked, outcome in (
        ("a confirmed priority", numbers, "confirmed"),
        ("no such filing", absent, "noSuchFiling"),
    ):
        made = partial(_made, rounds, asked, outcome)
        rounds.add(f"proof file, {what}", repeat(rounds.sizes.rounds, made))


def _made(rounds: NetworkRounds, numbers: list[str], outcome: str, _: int) -> Sample:
    node = rounds.nodes[-1]
    genesis = load_genesis((node.home / "genesis.json").read_bytes())
    waits, files = [], []
    with node.client() as client:
        for number in numbers:
            first = {"ipOfficeCode": node.office, **filing(number)}
            second = {"ipOfficeCode": "EP", "right": "patent", "filingDate": _A_YEAR_LATER}
            started_at = time.perf_counter()
            document = client.post(_PATH, {"first": first, "second": second})
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
