"""Charts as inline SVG, drawn here so that a report needs no other software: lines over an axis, and bars.

Every chart carries its title and a description for those who do not see it. Colours are those of Okabe and Ito, which
the colour-blind tell apart; lines also differ in their dashes, so that a black print can be read.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import Final, NamedTuple

WIDTH: Final = 860
HEIGHT: Final = 260
LEFT, RIGHT, TOP, BOTTOM = 62, 14, 14, 44
_PLOT_WIDTH: Final = WIDTH - LEFT - RIGHT
_PLOT_HEIGHT: Final = HEIGHT - TOP - BOTTOM
_TICKS: Final = 6
_STEPS: Final = (1.0, 2.0, 5.0, 10.0)
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
_WHOLE_MARKS_MAX: Final = 24
_FLAG: Final = (
    '<svg width="8" height="14" aria-hidden="true"><line class="mark" x1="1" x2="1" y1="0" y2="14"/>'
    '<path class="flag" d="M1 0l6 4l-6 4z"/></svg>'
)
DASHES: Final = ("", "6 3", "2 3", "8 3 2 3")


class Line(NamedTuple):
    """A line of a chart, and what the legend calls it."""

    name: str
    points: tuple[tuple[float, float], ...]
    is_step: bool = False
    """Whether the value stays until the next point."""


class Mark(NamedTuple):
    """Something that happened at one place of the horizontal axis."""

    at: float
    label: str


class Axis(NamedTuple):
    """An axis from 0 to `most`, with its name and unit."""

    name: str
    most: float
    is_whole: bool = False
    """Whether there is nothing between two whole numbers."""


def line_chart(
    title: str,
    description: str,
    horizontal: Axis,
    vertical: Axis,
    lines: Sequence[Line],
    *,
    marks: Sequence[Mark] = (),
) -> str:
    """Lines over a common axis; marks stand as thin vertical lines with their label as a tooltip."""
    parts = [_grid(horizontal, vertical), _marks(marks, horizontal)]
    for place, line in enumerate(lines):
        path = _path(line, horizontal, vertical)
        dash = f' stroke-dasharray="{DASHES[place % 4]}"' if DASHES[place % 4] else ""
        parts.append(
            f'<path class="line" d="{path}" stroke="{COLOURS[place % 4]}"{dash}>'
            f"<title>{escape(line.name)}</title></path>"
        )
    keys = "".join(key(line.name, place) for place, line in enumerate(lines))
    if marks:
        keys += f'<span class="key">{_FLAG} a fault, or its end</span>'
    return figure(title, description, "".join(parts), legend=keys)


def bar_chart(
    title: str,
    description: str,
    horizontal: Axis,
    vertical: Axis,
    bars: Sequence[tuple[float, float, float]],
    *,
    marks: Sequence[Mark] = (),
) -> str:
    """Bars (from, to, height) side by side; marks with their labels written above."""
    parts = [_grid(horizontal, vertical)]
    for begins, ends, height in bars:
        left, right = _x(begins, horizontal), _x(ends, horizontal)
        top = _y(height, vertical)
        parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{max(right - left - 0.6, 0.4):.1f}"'
            f' height="{TOP + _PLOT_HEIGHT - top:.1f}" fill="{COLOURS[0]}">'
            f"<title>{begins:g} to {ends:g}: {height:g}</title></rect>"
        )
    for place, mark in enumerate(marks):
        x, y = _x(mark.at, horizontal), TOP + 12 + 14 * place
        side, anchor = (4, "start") if x < LEFT + _PLOT_WIDTH * 0.8 else (-4, "end")
        parts.append(
            f'<line class="mark" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{TOP + _PLOT_HEIGHT}"/>'
            f'<text text-anchor="{anchor}" x="{x + side:.1f}" y="{y}">{escape(mark.label)}</text>'
        )
    return figure(title, description, "".join(parts))


def figure(
    title: str, description: str, body: str, *, height: int = HEIGHT, legend: str = ""
) -> str:
    """A drawing with its caption; the drawing is one image to a screen reader, told by the description."""
    return (
        f"<figure><figcaption><b>{escape(title)}</b>{legend}</figcaption>"
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(f"{title}. {description}", quote=True)}">{body}</svg></figure>\n'
    )


def key(name: str, place: int) -> str:
    """The entry of a legend for the line at this place."""
    return (
        f'<span class="key"><svg width="28" height="8" aria-hidden="true"><line x1="0" x2="28" y1="4"'
        f' y2="4" stroke="{COLOURS[place % 4]}" stroke-width="2.5"'
        f' stroke-dasharray="{DASHES[place % 4] or "none"}"/></svg> {escape(name)}</span>'
    )


def ticks(axis: Axis) -> tuple[float, ...]:
    """Round numbers from 0 to at least the axis's end, some six of them."""
    most = max(axis.most, 1.0) if axis.is_whole else axis.most
    if most <= 0:
        return (0.0, 1.0)
    raw = max(most / _TICKS, 1.0) if axis.is_whole else most / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * step for step in _STEPS if power * step >= raw * (1 - 1e-9))
    return tuple(step * number for number in range(math.ceil(most / step * (1 - 1e-9)) + 1))


def _grid(horizontal: Axis, vertical: Axis) -> str:
    parts = []
    for value in ticks(vertical):
        y = _y(value, vertical)
        parts.append(
            f'<line class="grid" x1="{LEFT}" x2="{LEFT + _PLOT_WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" text-anchor="end" x="{LEFT - 6}" y="{y + 4:.1f}">{_shown(value)}</text>'
        )
    bottom = TOP + _PLOT_HEIGHT
    for value in ticks(horizontal):
        if value <= horizontal.most * 1.0001:
            x = _x(value, horizontal)
            parts.append(
                f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}"/>'
                f'<text class="tick" text-anchor="middle" x="{x:.1f}" y="{bottom + 17}">{_shown(value)}</text>'
            )
    middle = TOP + _PLOT_HEIGHT / 2
    parts.append(
        f'<line class="axis" x1="{LEFT}" x2="{LEFT + _PLOT_WIDTH}" y1="{bottom}" y2="{bottom}"/>'
        f'<text text-anchor="middle" x="{LEFT + _PLOT_WIDTH / 2:g}" y="{HEIGHT - 8}">{escape(horizontal.name)}</text>'
        f'<text text-anchor="middle" transform="translate(14 {middle:g}) rotate(-90)">{escape(vertical.name)}</text>'
    )
    return "".join(parts)


def _marks(marks: Sequence[Mark], horizontal: Axis) -> str:
    """A flag for each; where there are few, with a line down to the axis."""
    ends = TOP + (_PLOT_HEIGHT if len(marks) <= _WHOLE_MARKS_MAX else 10)
    parts = []
    for mark in marks:
        x = _x(mark.at, horizontal)
        parts.append(
            f'<g><title>{escape(mark.label)}</title><line class="mark" x1="{x:.1f}" x2="{x:.1f}"'
            f' y1="{TOP}" y2="{ends}"/><path class="flag" d="M{x:.1f} {TOP}l5 4l-5 4z"/></g>'
        )
    return "".join(parts)


def _path(line: Line, horizontal: Axis, vertical: Axis) -> str:
    parts: list[str] = []
    for x, y in line.points:
        across, down = _x(x, horizontal), _y(y, vertical)
        if parts and line.is_step:
            parts.append(f"H{across:.1f}V{down:.1f}")
        else:
            parts.append(f"{'L' if parts else 'M'}{across:.1f} {down:.1f}")
    return "".join(parts)


def _x(value: float, axis: Axis) -> float:
    return LEFT + _PLOT_WIDTH * (value / axis.most if axis.most else 0.0)


def _y(value: float, axis: Axis) -> float:
    return TOP + _PLOT_HEIGHT * (1 - value / ticks(axis)[-1])


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"
