"""A run over time: what happened in each span of whole seconds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from simulations.report.measures import Measures
from simulations.report.result import Result

BINS_MAX: Final = 120
"""Spans of time that the series have at most; each is a whole number of seconds."""


class Part(msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """A part of the summary's document."""


class Series(Part, frozen=True):
    """What happened in each span of time, from the start of the run."""

    span_s: int
    filed: tuple[int, ...]
    """Filings that nodes took."""
    final: tuple[int, ...]
    """Filings of which the entry node said that they are final."""
    height: tuple[int, ...]
    """The greatest height of any office at the end of the span."""
    lowest_height: tuple[int, ...]
    """The least."""
    view: tuple[int, ...]
    """The greatest view that an office is active in."""


def per_second(amounts: Sequence[int], span_s: int, ended_ms: int) -> list[float]:
    """What happened in each span, for each second of it; the last span is as long as the run went on in it."""
    last_s = ended_ms / 1_000 - (len(amounts) - 1) * span_s
    lengths = [*[span_s] * (len(amounts) - 1), last_s]
    return [
        amount / length if length > 0 else 0.0
        for amount, length in zip(amounts, lengths, strict=True)
    ]


def series_of(result: Result) -> Series:
    """What happened in each span of time."""
    measures = result.measures
    span_s = max(1, -(-result.ended_ms // (BINS_MAX * 1_000)))
    spans = max(1, -(-result.ended_ms // (span_s * 1_000)))
    filed: Counter[int] = Counter()
    final: Counter[int] = Counter()
    for digest, entry in measures.entered.items():
        filed[_span_of(entry.at_ms, span_s, spans)] += entry.filings
        if digest in measures.final_ms:
            final[_span_of(measures.final_ms[digest], span_s, spans)] += entry.filings
    highest, lowest = _heights(result, span_s, spans)
    return Series(
        span_s=span_s,
        filed=_dense(filed, spans),
        final=_dense(final, spans),
        height=highest,
        lowest_height=lowest,
        view=_views(measures, span_s, spans),
    )


def _span_of(at_ms: int, span_s: int, spans: int) -> int:
    return min(at_ms // (span_s * 1_000), spans - 1)


def _dense(counts: Mapping[int, int], spans: int) -> tuple[int, ...]:
    return tuple(counts.get(span, 0) for span in range(spans))


def _heights(result: Result, span_s: int, spans: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The greatest and the least height of the offices at the end of each span."""
    heights = dict.fromkeys(result.offices, 0)
    ends: list[tuple[int, int]] = [(0, 0)] * spans
    reached = 0
    for at_ms, office, height in result.measures.executed:
        span = _span_of(at_ms, span_s, spans)
        for passed in range(reached, span):
            ends[passed] = (max(heights.values()), min(heights.values()))
        reached = span
        heights[office] = max(heights[office], height)
    for passed in range(reached, spans):
        ends[passed] = (max(heights.values()), min(heights.values()))
    return tuple(most for most, _ in ends), tuple(least for _, least in ends)


def _views(measures: Measures, span_s: int, spans: int) -> tuple[int, ...]:
    """The greatest view that an office was active in until the end of each span."""
    greatest: Counter[int] = Counter()
    for move in measures.view_moves:
        if move.is_active:
            span = _span_of(move.at_ms, span_s, spans)
            greatest[span] = max(greatest[span], move.view)
    views, view = [], 0
    for span in range(spans):
        view = max(view, greatest[span])
        views.append(view)
    return tuple(views)
