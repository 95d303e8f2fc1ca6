"""The first view change of a run as a sequence diagram: who said what to whom, from the fault to the new view."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final, NamedTuple

from simulations.report.charts import COLOURS, WIDTH, figure
from simulations.report.measures import Measures, Spoken
from simulations.trace import ViewMoved

LANES_MAX: Final = 6
"""Offices that are drawn; of the others the message counts."""
_LANE_TOP: Final = 54
_LANE_BOTTOM: Final = 22
_SIDE: Final = 96
_HEIGHT: Final = 560
_BEFORE_MS: Final = 50
_COLOUR_OF: Final = {
    "view-change": COLOURS[1],
    "new-view": COLOURS[0],
    "fetch-view-changes": COLOURS[3],
}


class ViewChange(NamedTuple):
    """A view change that happened."""

    view: int
    primary: str
    began_ms: int
    """The first office left for the view."""
    ended_ms: int
    """A quorum is active in it."""


def first_view_change(measures: Measures) -> ViewChange | None:
    """The first view that some office left for and a quorum came to; none where there was none."""
    offices = measures.offices
    quorum = (len(offices) + (len(offices) - 1) // 3) // 2 + 1
    began: dict[int, int] = {}
    active: dict[int, set[str]] = {}
    for move in measures.view_moves:
        if move.view == 0:
            continue
        if not move.is_active:
            began.setdefault(move.view, move.at_ms)
            continue
        active.setdefault(move.view, set()).add(move.office)
        if len(active[move.view]) == quorum:
            primary = offices[move.view % len(offices)]
            start_ms = began.get(move.view, move.at_ms)
            return ViewChange(move.view, primary, start_ms, move.at_ms)
    return None


def sequence_diagram(measures: Measures, change: ViewChange) -> str:
    """The view change as an SVG figure: time runs down, each office has a lane."""
    begins_ms = change.began_ms - _BEFORE_MS
    ends_ms = change.ended_ms + _BEFORE_MS
    lanes = _lanes(measures, change)
    drawing = _Drawing(lanes, begins_ms, ends_ms)
    spoken = [
        each
        for each in measures.conversation
        if begins_ms <= each.sent_ms and each.arrived_ms <= ends_ms
    ]
    shown = [each for each in spoken if {each.sender, each.receiver} <= set(lanes)]
    moves = [move for move in measures.view_moves if begins_ms <= move.at_ms <= ends_ms]
    took_ms = change.ended_ms - change.began_ms
    description = (
        f"{change.primary} is the new primary. From the first office that left until a quorum was"
        f" in view {change.view}: {took_ms:,} ms. {len(shown):,} of {len(spoken):,} messages are drawn."
    )
    body = drawing.lanes(_roles(measures, change)) + drawing.messages(shown) + drawing.moves(moves)
    legend = "".join(
        f'<span class="key"><svg width="22" height="8" aria-hidden="true"><line x1="0" x2="22" y1="4"'
        f' y2="4" stroke="{colour}" stroke-width="2.5"/></svg> {kind}</span>'
        for kind, colour in _COLOUR_OF.items()
    )
    title = f"View change to view {change.view}"
    drawn = figure(title, description, body, height=_HEIGHT, legend=legend)
    return f'{drawn}<p class="note">{escape(description)}</p>\n'


def _lanes(measures: Measures, change: ViewChange) -> tuple[str, ...]:
    """The old primary, the new one, and some others, in the order of the offices."""
    offices = measures.offices
    old = offices[(change.view - 1) % len(offices)]
    chosen = [old, change.primary]
    chosen += [office for office in offices if office not in chosen][: LANES_MAX - len(chosen)]
    return tuple(office for office in offices if office in chosen)


def _roles(measures: Measures, change: ViewChange) -> dict[str, str]:
    """What to write below an office: which primary it is, and whether it is down when the change begins."""
    down: set[str] = set()
    for event in measures.disturbed:
        if event.at_ms <= change.began_ms and event.kind == "crash":
            down.update(event.offices)
        elif event.at_ms <= change.began_ms and event.kind == "restart":
            down.difference_update(event.offices)
    old = measures.offices[(change.view - 1) % len(measures.offices)]
    roles = {old: "primary before", change.primary: "new primary"}
    for office in sorted(down):
        roles[office] = ", ".join(filter(None, (roles.get(office), "down")))
    return roles


class _Drawing:
    """Where lanes and moments are on the paper."""

    def __init__(self, lanes: Sequence[str], begins_ms: int, ends_ms: int) -> None:
        self._begins_ms = begins_ms
        self._ends_ms = ends_ms
        step = (WIDTH - 2 * _SIDE) / max(1, len(lanes) - 1)
        self._x = {office: _SIDE + place * step for place, office in enumerate(lanes)}

    def _y(self, at_ms: int) -> float:
        share = (at_ms - self._begins_ms) / (self._ends_ms - self._begins_ms)
        return _LANE_TOP + share * (_HEIGHT - _LANE_TOP - _LANE_BOTTOM)

    def lanes(self, roles: Mapping[str, str]) -> str:
        """A line for each office, with what it is, and the times at the left."""
        parts = [
            f'<text class="office" text-anchor="middle" x="{x:.1f}" y="18">{escape(office)}</text>'
            f'<text class="tick" text-anchor="middle" x="{x:.1f}" y="33">{roles.get(office, "")}</text>'
            f'<line class="axis" x1="{x:.1f}" x2="{x:.1f}" y1="40" y2="{_HEIGHT - _LANE_BOTTOM}"/>'
            for office, x in self._x.items()
        ]
        for fifth in range(6):
            at_ms = self._begins_ms + (self._ends_ms - self._begins_ms) * fifth // 5
            parts.append(
                f'<text class="tick" x="4" y="{self._y(at_ms) + 4:.1f}">{at_ms / 1_000:.2f} s</text>'
            )
        return "".join(parts)

    def messages(self, spoken: Sequence[Spoken]) -> str:
        """An arrow for each message, from when it was sent to when it arrived."""
        return "".join(self._arrow(each) for each in spoken)

    def _arrow(self, each: Spoken) -> str:
        x1, x2 = self._x[each.sender], self._x[each.receiver]
        y1, y2 = self._y(each.sent_ms), self._y(each.arrived_ms)
        colour = _COLOUR_OF[each.kind]
        back = -7 if x2 > x1 else 7
        label = (
            f"{each.kind} {each.sender} to {each.receiver}, {each.sent_ms} to {each.arrived_ms} ms"
        )
        return (
            f'<g stroke="{colour}" fill="{colour}"><title>{escape(label)}</title>'
            f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke-width="1.3"/>'
            f'<path stroke="none" d="M{x2:.1f} {y2:.1f}l{back} -3.5v7z"/></g>'
        )

    def moves(self, moves: Sequence[ViewMoved]) -> str:
        """What the offices on the paper did: they left for a view, or they are in it."""
        parts = []
        for move in moves:
            if move.office not in self._x:
                continue
            x, y = self._x[move.office], self._y(move.at_ms)
            what = f"in view {move.view}" if move.is_active else f"leaves for {move.view}"
            fill = COLOURS[2] if move.is_active else "#ffffff"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{fill}" stroke="#222222"/>'
                f'<text class="said" x="{x + 8:.1f}" y="{y + 4:.1f}">{what}</text>'
            )
        return "".join(parts)
