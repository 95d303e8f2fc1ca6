"""Two runs side by side: their figures, what was set up differently, and their curves in one drawing."""

from collections.abc import Callable
from html import escape
from typing import Final, NamedTuple

from simulations.report.charts import Axis, Line, line_chart
from simulations.report.manifest import Run, configuration_differences
from simulations.report.page import document, table
from simulations.report.series import per_second
from simulations.report.summary import Summary


class Row(NamedTuple):
    """One figure of both runs."""

    name: str
    one: str
    other: str
    change: str
    """From the first to the second; empty where a share says nothing."""


_FIGURES: Final[tuple[tuple[str, Callable[[Summary], float | None]], ...]] = (
    ("offices", lambda each: len(each.offices)),
    ("filings a second", lambda each: each.filings_per_second),
    ("final filings", lambda each: each.final_filings),
    ("refused submissions", lambda each: each.refused_submissions),
    ("latency, median (ms)", lambda each: each.latency_ms.p50 if each.latency_ms else None),
    ("latency, 95 % (ms)", lambda each: each.latency_ms.p95 if each.latency_ms else None),
    ("latency, 99 % (ms)", lambda each: each.latency_ms.p99 if each.latency_ms else None),
    ("latency, longest (ms)", lambda each: each.latency_ms.max if each.latency_ms else None),
    ("blocks", lambda each: each.blocks),
    ("filings a block", lambda each: each.filings_per_block),
    ("time from block to block (ms)", lambda each: each.block_interval_ms),
    ("messages a filing", lambda each: each.messages_per_filing),
    ("messages", lambda each: sum(item.count for item in each.messages)),
    ("megabytes", lambda each: sum(item.bytes for item in each.messages) / 1_000_000),
    ("view changes", lambda each: each.view_changes),
    ("healed after (ms)", lambda each: each.healed_after_ms),
    ("broken promises", lambda each: sum(not verdict.is_kept for verdict in each.verdicts)),
)


def compared(one: Run, other: Run) -> tuple[Row, ...]:
    """Every figure of two runs."""
    return tuple(_row(name, of(one.summary), of(other.summary)) for name, of in _FIGURES)


def _row(name: str, one: float | None, other: float | None) -> Row:
    change = ""
    if one and other is not None:
        change = f"{(other - one) / one:+.1%}"
    return Row(name, _shown(one), _shown(other), change)


def _shown(value: float | None) -> str:
    if value is None:
        return "none"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def comparison_page(one: Run, other: Run) -> str:
    """The comparison as one HTML page that loads nothing."""
    head = (
        f"<h1>{escape(one.summary.title)} and {escape(other.summary.title)}</h1>\n"
        f"<p>{_named('A', one)}<br>{_named('B', other)}</p>\n"
    )
    figures = table("Figures", ("", "A", "B", "change"), compared(one, other), numbers_from=1)
    differences = [
        (path, *values) for path, values in configuration_differences(one, other).items()
    ]
    configuration = (
        table("Set up differently", ("key", "A", "B"), differences, numbers_from=9)
        if differences
        else "<p>Both were set up alike.</p>\n"
    )
    return document(
        "Two runs compared",
        head + figures + _latency(one, other) + _throughput(one, other) + configuration,
    )


def _named(letter: str, run: Run) -> str:
    manifest = run.manifest
    return (
        f"<b>{letter}</b>: {escape(run.name)}, scenario {escape(manifest.scenario)},"
        f" seed {manifest.seed}, commit {escape(manifest.commit)}"
    )


def _latency(one: Run, other: Run) -> str:
    lines = [
        Line(
            letter, tuple((float(wait), percent) for percent, wait in enumerate(latency.quantiles))
        )
        for letter, run in (("A", one), ("B", other))
        if (latency := run.summary.latency_ms) is not None
    ]
    if not lines:
        return "<p>Nothing became final in either.</p>\n"
    return line_chart(
        "Submissions that are final after so long",
        "For each share of the submissions, the time within which they are final.",
        Axis("latency (virtual ms)", max(x for line in lines for x, _ in line.points)),
        Axis("percent", 100),
        lines,
    )


def _throughput(one: Run, other: Run) -> str:
    lines = []
    for letter, run in (("A", one), ("B", other)):
        series = run.summary.series
        points = [
            (float(place * series.span_s), rate)
            for place, rate in enumerate(
                per_second(series.final, series.span_s, run.summary.ended_ms)
            )
        ]
        lines.append(Line(letter, tuple(points), is_step=True))
    return line_chart(
        "Final filings a second",
        "Both runs over their virtual time.",
        Axis("virtual time (s)", max(1.0, *(x for line in lines for x, _ in line.points))),
        Axis("filings / s", max(y for line in lines for _, y in line.points)),
        lines,
    )
