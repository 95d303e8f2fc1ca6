"""The report of a run as one HTML page: nothing is loaded from anywhere, and it can be printed."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

from simulations.report.charts import Axis, Line, Mark, bar_chart, line_chart
from simulations.report.conversation import first_view_change, sequence_diagram
from simulations.report.measures import Measures
from simulations.report.result import Result
from simulations.report.series import per_second
from simulations.report.summary import Summary, latencies_ms
from simulations.report.world import world_map

BARS: Final = 48
"""Of the latency histogram."""
TIMELINE_OPEN_MAX: Final = 40
"""Up to so many faults are listed without being asked for."""
STYLE: Final = """
:root{color-scheme:light}
body{font:16px/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff;max-width:900px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .3rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}
p{margin:.4rem 0 .8rem}.note{color:#444;font-size:.9rem}
.verdict{display:inline-block;padding:.15rem .7rem;border-radius:4px;font-weight:600;border:2px solid}
.kept{color:#00573f;border-color:#00573f}.broken{color:#a30d00;border-color:#a30d00}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(180px,1fr));gap:.7rem;margin:1.2rem 0;padding:0}
.figures div{border:1px solid #d5d9de;border-radius:6px;padding:.6rem .8rem}
.figures dt{font-size:.82rem;color:#444}.figures dd{margin:0;font-size:1.3rem;font-weight:600}
table{border-collapse:collapse;width:100%;font-size:.9rem}caption{text-align:left;font-weight:600;padding-bottom:.3rem}
th,td{padding:.3rem .6rem;border-bottom:1px solid #d5d9de;text-align:left;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}thead th{border-bottom:2px solid #888}
figure{margin:1rem 0 .4rem}figcaption{font-size:.95rem}.key{margin-left:1.1rem;font-size:.85rem;white-space:nowrap}
svg.chart{width:100%;height:auto;font:12px system-ui,sans-serif}
.grid{stroke:#e3e6ea}.axis{stroke:#888}.tick{fill:#444;font-size:11px}
.mark{stroke:#555;stroke-width:1;stroke-dasharray:1 3}.flag{fill:#555}
.line{fill:none;stroke-width:1.8}.office{font-weight:600;font-size:14px}
.said{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:3px}
pre{background:#f4f7fa;padding:.8rem;font-size:.8rem;white-space:pre-wrap}
@media print{body{margin:0;max-width:none;font-size:11pt}section,figure,tr{break-inside:avoid}}
"""


def page(result: Result, summary: Summary, origin: Mapping[str, str], configuration: object) -> str:
    """The page.

    `origin` tells which program made it (commit and version), `configuration` is the whole scenario.
    """
    marks = fault_marks(result.measures)
    body = "".join(
        (
            _head(summary, origin),
            _figures(summary),
            _section("Promises", _verdicts(summary)),
            _section("Throughput", _throughput(summary, marks)),
            _section("Latency", _latency(result.measures, summary)),
            _section("Heights and views", _heights(result.measures, summary, marks)),
            _section("View change", _view_change(result.measures)),
            _section("Messages", _messages(summary)),
            _section("Faults", _faults(result.measures, summary)),
            _section("Offices", world_map(summary.by_office)),
            _configuration(configuration),
        )
    )
    return document(summary.title, body)


def document(title: str, body: str) -> str:
    """A whole HTML document that may load nothing."""
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>\n"
        f"{body}</main></body></html>\n"
    )


def table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers_from: int
) -> str:
    """A table; the columns from this place on are numbers."""

    def cells(row: Sequence[str], tag: str) -> str:
        return "".join(
            f"<{tag}{' class=n' if place >= numbers_from else ''}"
            f"{' scope=col' if tag == 'th' else ''}>{escape(cell)}</{tag}>"
            for place, cell in enumerate(row)
        )

    body = "".join(f"<tr>{cells(row, 'td')}</tr>\n" for row in rows)
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{cells(columns, 'th')}</tr></thead>"
        f"<tbody>\n{body}</tbody></table>\n"
    )


def fault_marks(measures: Measures) -> tuple[Mark, ...]:
    """The faults, in virtual seconds; those of one kind at one moment are one mark."""
    struck: dict[tuple[int, str], list[str]] = {}
    for event in measures.disturbed:
        if event.at_ms or event.kind != "restart":  # At 0 every node starts.
            struck.setdefault((event.at_ms, event.kind), []).extend(event.offices)
    return tuple(
        Mark(at_ms / 1_000, f"{at_ms / 1_000:.1f} s: {kind} {_some(offices)}".rstrip())
        for (at_ms, kind), offices in struck.items()
    )


def _some(offices: Sequence[str]) -> str:
    return " ".join(offices) if len(offices) <= 8 else f"of {len(offices)} offices"  # noqa: PLR2004


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>\n{body}</section>\n"


def _head(summary: Summary, origin: Mapping[str, str]) -> str:
    word, kind = ("every promise kept", "kept") if summary.is_right else ("broken", "broken")
    made = ", ".join(f"{name} {value}" for name, value in origin.items())
    return (
        f"<h1>{escape(summary.title)}</h1>\n"
        f"<p>{len(summary.offices)} offices, of which {summary.faulty_at_most} may be faulty; a"
        f" quorum is {summary.quorum}. Seed {summary.seed}, {escape(made)}. All times are virtual.</p>\n"
        f'<p class="verdict {kind}">{word}</p>\n'
    )


def _figures(summary: Summary) -> str:
    latency = summary.latency_ms
    shown = {
        "filings a second": f"{summary.filings_per_second:,.1f}",
        "final filings": f"{summary.final_filings:,} of {summary.filings:,}",
        "latency, median": f"{latency.p50:,} ms" if latency else "none",
        "latency, 99 %": f"{latency.p99:,} ms" if latency else "none",
        "blocks": f"{summary.blocks:,}",
        "messages a filing": f"{summary.messages_per_filing:,.1f}",
        "view changes": f"{summary.view_changes:,}",
        "healed after": "not in time"
        if summary.healed_after_ms is None
        else f"{summary.healed_after_ms:,} ms",
    }
    items = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in shown.items())
    return f'<dl class="figures">{items}</dl>\n'


def _verdicts(summary: Summary) -> str:
    rows = [
        (verdict.promise, "kept" if verdict.is_kept else "BROKEN", verdict.detail)
        for verdict in summary.verdicts
    ]
    return table("What the oracles found", ("promise", "verdict", "detail"), rows, numbers_from=9)


def _throughput(summary: Summary, marks: Sequence[Mark]) -> str:
    series = summary.series
    span = series.span_s
    lines = [
        Line(name, _steps(per_second(amounts, span, summary.ended_ms), span), is_step=True)
        for name, amounts in (("final", series.final), ("handed in", series.filed))
    ]
    most = max((y for line in lines for _, y in line.points), default=0)
    return line_chart(
        "Filings a second",
        f"In spans of {span} s. Final: the entry node has told its client.",
        Axis("virtual time (s)", len(series.final) * span),
        Axis("filings / s", most),
        lines,
        marks=marks,
    )


def _steps(values: Sequence[float], span_s: int) -> tuple[tuple[float, float], ...]:
    points = [(place * span_s, value) for place, value in enumerate(values)]
    return (*points, (len(values) * span_s, values[-1])) if points else ()


def _latency(measures: Measures, summary: Summary) -> str:
    waits, latency = latencies_ms(measures), summary.latency_ms
    if latency is None:
        return "<p>Nothing became final.</p>\n"
    width = max(1, -(-latency.max // BARS))
    counts = Counter(wait // width for wait in waits)
    bars = [
        (float(place * width), float((place + 1) * width), float(count))
        for place, count in sorted(counts.items())
    ]
    marks = [
        Mark(latency.p50, f"50 %: {latency.p50:,} ms"),
        Mark(latency.p95, f"95 %: {latency.p95:,} ms"),
        Mark(latency.p99, f"99 %: {latency.p99:,} ms"),
    ]
    return bar_chart(
        "From the submission at its entry node until it is final there",
        f"{len(waits):,} submissions; bars of {width} ms; the longest took {latency.max:,} ms.",
        Axis("latency (virtual ms)", float((latency.max // width + 1) * width)),
        Axis("submissions", max(counts.values()), is_whole=True),
        bars,
        marks=marks,
    )


def _heights(measures: Measures, summary: Summary, marks: Sequence[Mark]) -> str:
    ends_s = summary.ended_ms / 1_000
    highest, lowest = _height_lines(measures)
    active = [(0.0, 0.0)]
    for move in measures.view_moves:
        if move.is_active and move.view > active[-1][1]:
            active.append((move.at_ms / 1_000, move.view))
    heights = line_chart(
        "Heights of the offices",
        "The office that is ahead, and the one that is most behind.",
        Axis("virtual time (s)", ends_s),
        Axis("height", summary.blocks, is_whole=True),
        [
            Line("ahead", (*highest, (ends_s, highest[-1][1])), is_step=True),
            Line("most behind", (*lowest, (ends_s, lowest[-1][1])), is_step=True),
        ],
        marks=marks,
    )
    views = line_chart(
        "Views",
        "The greatest view that an office is active in.",
        Axis("virtual time (s)", ends_s),
        Axis("view", active[-1][1], is_whole=True),
        [Line("view", (*active, (ends_s, active[-1][1])), is_step=True)],
        marks=marks,
    )
    return heights + views


def _height_lines(
    measures: Measures,
) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """(second, height) whenever the greatest, and whenever the least height of the offices grew."""
    heights = dict.fromkeys(measures.offices, 0)
    highest, lowest = [(0.0, 0.0)], [(0.0, 0.0)]
    for at_ms, office, height in measures.executed:
        was, heights[office] = heights[office], max(heights[office], height)
        if height > highest[-1][1]:
            highest.append((at_ms / 1_000, height))
        if was == lowest[-1][1] and (least := min(heights.values())) > was:
            lowest.append((at_ms / 1_000, least))
    return highest, lowest


def _view_change(measures: Measures) -> str:
    change = first_view_change(measures)
    if change is None:
        return "<p>No view change happened.</p>\n"
    return sequence_diagram(measures, change)


def _messages(summary: Summary) -> str:
    rows = [
        (
            item.kind,
            f"{item.count:,}",
            f"{item.per_block:,.1f}",
            "" if item.predicted_per_block is None else f"{item.predicted_per_block:,.1f}",
            f"{item.bytes_per_block:,.0f}",
            f"{item.bytes / 1_000_000:,.2f}",
        )
        for item in summary.messages
    ]
    columns = ("kind", "messages", "a block", "predicted", "bytes a block", "MB in all")
    note = (
        '<p class="note">Each receiver of a message counts. Predicted, while nothing fails, with n'
        " offices: each submission to n - 1, pre-prepare n - 1, prepare (n - 1)², commit and"
        " checkpoint n(n - 1), status n(n - 1) in a heartbeat.</p>\n"
    )
    caption = f"Messages and bytes, {summary.messages_per_filing:,.1f} messages a filing"
    return table(caption, columns, rows, numbers_from=1) + note


def _faults(measures: Measures, summary: Summary) -> str:
    if not any(summary.fired.values()) and not summary.dropped:
        return "<p>None struck.</p>\n"
    fired = [(kind, f"{times:,}") for kind, times in summary.fired.items() if times]
    dropped = [
        (f"message to an office that is {why}", f"{times:,}")
        for why, times in summary.dropped.items()
        if why != "lost"  # Told above, by what lost it.
    ]
    counts = table("How often each struck", ("kind", "times"), fired + dropped, numbers_from=1)
    marks = fault_marks(measures)
    timeline = "".join(f"<li>{escape(mark.label)}</li>" for mark in marks)
    is_open = " open" if len(marks) <= TIMELINE_OPEN_MAX else ""
    return (
        f"{counts}<details{is_open}><summary>In order ({len(marks)})</summary>"
        f"<ol>{timeline}</ol></details>\n"
    )


def _configuration(configuration: object) -> str:
    text = json.dumps(configuration, indent=1, ensure_ascii=False)
    return _section(
        "Configuration",
        f"<details><summary>The whole scenario</summary><pre>{escape(text)}</pre></details>\n",
    )
