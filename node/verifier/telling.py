"""What a person is told of a verified proof file, in lines of text."""

from datetime import UTC, datetime

from ledger.genesis import Genesis
from ledger.proof.consistency import ConsistencyVerdict
from ledger.proof.verifying import Verdict


def verdict_lines(verdict: Verdict, genesis: Genesis) -> list[str]:
    """What is proved, by whom, and what is only a node's word."""
    mark = "VALID" if verdict.is_recomputed else "FACTS VALID"
    signers = ", ".join(verdict.signer_bag)
    return [
        f"{mark} {verdict.outcome}: {verdict.summary}",
        (
            f"as of block {verdict.height} of {_moment(verdict.time_ms)},"
            f" by {verdict.fact_count} facts and {verdict.entry_count} entries"
        ),
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
            f"block {verdict.later_height}: {verdict.later_hash} of {_moment(verdict.later_time_ms)},"
            f" signed by {', '.join(verdict.signer_bag)}"
        ),
    ]


def _moment(time_ms: int) -> str:
    return datetime.fromtimestamp(time_ms / 1000, UTC).isoformat(timespec="milliseconds")
