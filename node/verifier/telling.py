"""What a person is told of a verified proof file, in lines of text."""

from ledger.genesis import Genesis
from ledger.proof.consistency import ConsistencyVerdict
from ledger.proof.verifying import Verdict
from node.verifier.moments import moment


def verdict_lines(verdict: Verdict, genesis: Genesis) -> list[str]:
    """What is proved, by whom, and what is only a node's word."""
    said = f"{verdict.outcome}: {verdict.summary}"
    facts, entries = (
        _count(verdict.fact_count, "fact", "facts"),
        _count(verdict.entry_count, "entry", "entries"),
    )
    word = () if verdict.is_recomputed else (f"not proved: the node says {said}",)
    signers = ", ".join(verdict.signer_bag)
    return [
        f"VALID {said}" if verdict.is_recomputed else f"FACTS VALID {facts}, but no outcome",
        *word,
        f"as of block {verdict.height} of {moment(verdict.time_ms)}, by {facts} and {entries}",
        (
            f"signed by {signers} ({len(verdict.signer_bag)} of {len(genesis.offices)} offices)"
            f" at block {verdict.checkpoint_height}; made by the node of {verdict.attested_by}"
        ),
        *(f"only that node's word: {word}" for word in verdict.node_word_bag),
    ]


def consistency_lines(verdict: ConsistencyVerdict) -> list[str]:
    """That the ledger only grew, between which two blocks, and who signed."""
    return [
        f"VALID the ledger only grew from block {verdict.earlier_height} to {verdict.later_height}",
        f"block {verdict.earlier_height}: {verdict.earlier_hash}",
        (
            f"block {verdict.later_height}: {verdict.later_hash} of {moment(verdict.later_time_ms)},"
            f" signed by {', '.join(verdict.signer_bag)}"
        ),
    ]


def _count(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
