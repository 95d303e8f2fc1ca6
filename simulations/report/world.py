"""The offices of a run on a map of the earth, each with what its clients waited."""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final

from simulations.geography import SEATS
from simulations.report.charts import WIDTH, figure
from simulations.report.summary import OfficePart

_HEIGHT: Final = 400
_TOP_LATITUDE: Final = 75.0
_BOTTOM_LATITUDE: Final = -58.0
_SHADES: Final = ("#9ecae1", "#4292c6", "#08519c", "#08306b")
_NOBODY: Final = "#ffffff"
_SIDES: Final = ((7, 4), (-22, 4), (-7, -8), (-7, 17), (7, -8), (7, 17), (-22, -8), (-22, 17))
_LABEL: Final = (17, 11)  # pixels that a code takes
_NAMED_MAX: Final = 40
"""Up to so many offices have their code written beside them."""


def world_map(offices: Sequence[OfficePart]) -> str:
    """Each office at its place; the darker, the longer its clients waited (median)."""
    waits = sorted(office.p50 for office in offices if office.p50 is not None)
    limits = [waits[len(waits) * quarter // 4] for quarter in (1, 2, 3)] if waits else []
    parts = [_graticule()]
    labels: list[tuple[float, float]] = []
    for office in sorted(offices, key=lambda each: (each.p50 or 0, each.office)):
        seat = SEATS[office.office]
        x, y = _place(seat.latitude, seat.longitude)
        shade = _NOBODY if office.p50 is None else _SHADES[sum(office.p50 > at for at in limits)]
        waited = "no client" if office.p50 is None else f"median {office.p50:,} ms"
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{shade}" stroke="#08306b">'
            f"<title>{escape(f'{office.office} {seat.city}: {waited}')}</title></circle>"
        )
        if len(offices) <= _NAMED_MAX:
            parts.append(_label(office.office, x, y, labels))
    if waits:
        steps = [waits[0], *limits, waits[-1]]
        shown = ", ".join(f"{low:,} to {high:,} ms" for low, high in pairwise(steps))
        description = (
            f"The darker, the longer its clients waited for finality, by quarters: {shown}"
        )
    else:
        description = "Nothing became final"
    drawing = figure("Where the offices are", description, "".join(parts), height=_HEIGHT)
    return f'{drawing}<p class="note">{escape(description)}.</p>\n'


def _label(text: str, x: float, y: float, labels: list[tuple[float, float]]) -> str:
    """The text beside its point, where no earlier label stands; `labels` are their places."""
    for across, down in _SIDES:
        place = (x + across, y + down)
        if all(abs(place[0] - a) >= _LABEL[0] or abs(place[1] - b) >= _LABEL[1] for a, b in labels):
            break
    labels.append(place)
    return f'<text class="tick" x="{place[0]:.1f}" y="{place[1]:.1f}">{escape(text)}</text>'


def _graticule() -> str:
    parts = [f'<rect width="{WIDTH}" height="{_HEIGHT}" fill="#f4f7fa"/>']
    for longitude in range(-150, 180, 30):
        x, _ = _place(0, longitude)
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{_HEIGHT}"/>')
    for latitude in (-30, 0, 30, 60):
        _, y = _place(latitude, 0)
        kind = "grid" if latitude else "axis"
        parts.append(f'<line class="{kind}" x1="0" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}"/>')
    return "".join(parts)


def _place(latitude: float, longitude: float) -> tuple[float, float]:
    """Where a place is on the paper (equirectangular)."""
    x = (longitude + 180) / 360 * WIDTH
    y = (_TOP_LATITUDE - latitude) / (_TOP_LATITUDE - _BOTTOM_LATITUDE) * _HEIGHT
    return x, y
