"""Standard forms: how long a node takes for a COSE receipt and for a signed answer, their size, their verification."""

import time
from collections.abc import Callable, Sequence
from functools import partial

from ledger.genesis import Genesis, load_genesis
from ledger.proof.cose.verifying import verify_statement
from ledger.proof.signed_answer import verify_signed_answer
from node.bench.filings import filing
from node.bench.load import LoadError
from node.bench.network_rounds import NetworkRounds
from node.bench.rounds import Sample, quantile, repeat
from node.client import NodeClient

_A_YEAR_LATER = "2027-03-03"


def measure_standard_forms(rounds: NetworkRounds) -> None:
    """Have receipts and answers made of filings of one block, and verify them."""
    node, batch = rounds.nodes[-1], rounds.sizes.batch
    numbers = rounds.numbers.take(node.office, batch)
    with node.client() as client:
        registered = client.post("/filings", [filing(number) for number in numbers])
        last = {"ipOfficeCode": node.office, **filing(numbers[-1])}
        client.post("/proofs/filing", last)  # waits for the block's certificate, as receipts do not
    rounds.registered += batch
    asked = registered["rows"][: rounds.sizes.alone]
    genesis = load_genesis((node.home / "genesis.json").read_bytes())
    identifiers = [row["subject"] for row in asked]
    received = partial(_receipts, rounds, identifiers, genesis)
    rounds.add("COSE receipt", repeat(rounds.sizes.rounds, received))
    answered = partial(_answers, rounds, numbers[: rounds.sizes.alone], genesis)
    rounds.add("signed answer (JWS)", repeat(rounds.sizes.rounds, answered))


def _receipts(rounds: NetworkRounds, identifiers: list[str], genesis: Genesis, _: int) -> Sample:
    def made(client: NodeClient, identifier: str) -> bytes:
        return client.download(f"/receipts/{identifier}", "application/cose")

    def is_true(file: bytes) -> bool:
        return verify_statement(file, genesis).is_certified

    return _measured(rounds, identifiers, made, is_true)


def _answers(rounds: NetworkRounds, numbers: list[str], genesis: Genesis, _: int) -> Sample:
    office = rounds.nodes[-1].office

    def made(client: NodeClient, number: str) -> bytes:
        first = {"ipOfficeCode": office, **filing(number)}
        second = {"ipOfficeCode": "EP", "right": "patent", "filingDate": _A_YEAR_LATER}
        question = {"first": first, "second": second}
        return client.print_document("/proofs/priority", "application/jose", question)

    def is_true(file: bytes) -> bool:
        return verify_signed_answer(file, genesis).outcome == "confirmed"

    return _measured(rounds, numbers, made, is_true)


def _measured(
    rounds: NetworkRounds,
    asked: Sequence[str],
    made: Callable[[NodeClient, str], bytes],
    is_true: Callable[[bytes], bool],
) -> Sample:
    """The time to each file, its size, and the processor time of this process to verify it.

    Raises:
        LoadError: a file does not say what was expected.
    """
    waits, files = [], []
    with rounds.nodes[-1].client() as client:
        for each in asked:
            started_at = time.perf_counter()
            files.append(made(client, each))
            waits.append((time.perf_counter() - started_at) * 1000)
    before = time.process_time()
    verdicts = [is_true(file) for file in files]
    used_ms = (time.process_time() - before) * 1000
    if not all(verdicts):
        raise LoadError(f"expected {len(files)} files that prove it, got {sum(verdicts)}")
    return Sample(
        {
            ("made, median", "ms"): quantile(sorted(waits), 0.5),
            ("size", "KB"): sum(map(len, files)) / len(files) / 1000,
            ("verified", "ms of processor"): used_ms / len(files),
        }
    )
