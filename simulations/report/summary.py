"""The figures of a run, as one JSON document: what `summary.json` holds, what the page shows, what `compare` reads."""

from collections.abc import Sequence
from typing import Final

from simulations.report.measures import Measures
from simulations.report.result import Result
from simulations.report.series import Part, Series, series_of

FORMAT: Final = "ipregister simulation summary 1"
QUANTILES: Final = 100


class Latency(Part, frozen=True):
    """From the submission at its entry node to the word that it is final there, in virtual milliseconds."""

    p50: int
    p95: int
    p99: int
    max: int
    quantiles: tuple[int, ...]
    """Of 0, 1, 2 ... 100 percent of the submissions."""


class OfficePart(Part, frozen=True):
    """What one office's clients did and saw."""

    office: str
    filings: int
    p50: int | None
    """Median latency of its submissions, in virtual milliseconds; None: none became final."""


class MessageKind(Part, frozen=True):
    """One kind of message; every receiver of a message counts."""

    kind: str
    count: int
    bytes: int
    per_block: float
    bytes_per_block: float
    predicted_per_block: float | None
    """From the number of offices alone, while nothing fails; None: depends on what fails."""


class VerdictPart(Part, frozen=True):
    """What an oracle says."""

    promise: str
    is_kept: bool
    detail: str


class Summary(Part, frozen=True):
    """The figures of one run. Times are virtual, unless the name says otherwise."""

    format: str
    title: str
    seed: int
    offices: tuple[str, ...]
    faulty_at_most: int
    """f."""
    quorum: int
    is_right: bool
    duration_ms: int
    """The workload and the faults."""
    ended_ms: int
    healed_after_ms: int | None
    submissions: int
    refused_submissions: int
    final_submissions: int
    filings: int
    final_filings: int
    filings_per_second: float
    """Final ones, over the duration of the workload; those that became final later are not counted."""
    blocks: int
    filings_per_block: float
    block_interval_ms: float
    latency_ms: Latency | None
    """None: nothing became final."""
    by_office: tuple[OfficePart, ...]
    messages: tuple[MessageKind, ...]
    messages_per_filing: float
    view_changes: int
    """Views that some office left for, beyond the first."""
    dropped: dict[str, int]
    fired: dict[str, int]
    verdicts: tuple[VerdictPart, ...]
    series: Series


def summarise(result: Result) -> Summary:
    """The figures of a run."""
    measures, scenario = result.measures, result.scenario
    offices = len(result.offices)
    faulty = (offices - 1) // 3
    duration_ms = round(scenario.duration_s * 1_000)
    blocks = max((height for _, _, height in measures.executed), default=0)
    final = measures.final_ms
    final_filings = sum(measures.entered[digest].filings for digest in final)
    in_time = sum(
        measures.entered[digest].filings for digest, at in final.items() if at <= duration_ms
    )
    return Summary(
        format=FORMAT,
        title=scenario.title,
        seed=result.seed,
        offices=result.offices,
        faulty_at_most=faulty,
        quorum=(offices + faulty) // 2 + 1,
        is_right=result.is_right,
        duration_ms=duration_ms,
        ended_ms=result.ended_ms,
        healed_after_ms=result.healed_after_ms,
        submissions=len(measures.entered),
        refused_submissions=result.refused,
        final_submissions=len(final),
        filings=sum(entry.filings for entry in measures.entered.values()),
        final_filings=final_filings,
        filings_per_second=round(in_time / scenario.duration_s, 3),
        blocks=blocks,
        filings_per_block=_ratio(final_filings, blocks),
        block_interval_ms=_block_interval_ms(measures),
        latency_ms=_latency(measures),
        by_office=_by_office(measures),
        messages=_messages(result, blocks),
        messages_per_filing=_ratio(measures.messages.total(), final_filings),
        view_changes=max((move.view for move in measures.view_moves), default=0),
        dropped=dict(sorted(measures.dropped.items())),
        fired=dict(sorted(result.fired.items())),
        verdicts=tuple(VerdictPart(**verdict._asdict()) for verdict in result.verdicts),
        series=series_of(result),
    )


def _ratio(amount: float, parts: int) -> float:
    return round(amount / parts, 3) if parts else 0.0


def _block_interval_ms(measures: Measures) -> float:
    """The mean time from the first execution of one height to that of the next."""
    first: dict[int, int] = {}
    for at_ms, _, height in measures.executed:
        first.setdefault(height, at_ms)
    return _ratio(max(first.values()) - min(first.values()), len(first) - 1) if first else 0.0


def latencies_ms(measures: Measures) -> list[int]:
    """How long each final submission took, sorted."""
    return sorted(at - measures.entered[digest].at_ms for digest, at in measures.final_ms.items())


def _by_office(measures: Measures) -> tuple[OfficePart, ...]:
    filings = dict.fromkeys(measures.offices, 0)
    waits: dict[str, list[int]] = {office: [] for office in measures.offices}
    for digest, entry in measures.entered.items():
        filings[entry.office] += entry.filings
        if digest in measures.final_ms:
            waits[entry.office].append(measures.final_ms[digest] - entry.at_ms)
    return tuple(
        OfficePart(
            office=office,
            filings=filings[office],
            p50=_quantile(sorted(waits[office]), 50) if waits[office] else None,
        )
        for office in measures.offices
    )


def _latency(measures: Measures) -> Latency | None:
    taken = latencies_ms(measures)
    if not taken:
        return None
    quantiles = tuple(_quantile(taken, percent) for percent in range(QUANTILES + 1))
    return Latency(
        p50=quantiles[50],
        p95=quantiles[95],
        p99=quantiles[99],
        max=taken[-1],
        quantiles=quantiles,
    )


def _quantile(ordered: Sequence[int], percent: int) -> int:
    """The least value that so many percent do not exceed (nearest rank)."""
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def _messages(result: Result, blocks: int) -> tuple[MessageKind, ...]:
    measures = result.measures
    predicted = predicted_per_block(result, blocks)
    return tuple(
        MessageKind(
            kind=kind,
            count=count,
            bytes=measures.message_bytes[kind],
            per_block=_ratio(count, blocks),
            bytes_per_block=_ratio(measures.message_bytes[kind], blocks),
            predicted_per_block=predicted.get(kind),
        )
        for kind, count in sorted(measures.messages.items(), key=lambda item: (-item[1], item[0]))
    )


def predicted_per_block(result: Result, blocks: int) -> dict[str, float]:
    """Messages for each block as the protocol demands them of n offices of which none fails.

    Each submission goes to the n - 1 others, as does the pre-prepare; n - 1 backups send a prepare, all n a commit and
    a checkpoint, to n - 1 others each; and in every heartbeat each tells each where it stands.
    """
    n = len(result.offices)
    if not blocks:
        return {}
    submissions = len(result.measures.entered) / blocks
    heartbeats = result.ended_ms / result.scenario.settings.heartbeat_ms / blocks
    return {
        "submission": round(submissions * (n - 1), 3),
        "pre-prepare": float(n - 1),
        "prepare": float((n - 1) ** 2),
        "commit": float(n * (n - 1)),
        "checkpoint": float(n * (n - 1)),
        "status": round(heartbeats * n * (n - 1), 3),
    }
