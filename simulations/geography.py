"""Where the offices are, how long a message takes between them, and a network made of that.

The one-way delay is the great-circle distance over the speed of light in fibre, times `path_stretch`, and a constant.
Bozkurt et al. 2018 ("Dissecting Latency in the Internet's Fiber Infrastructure") give 2.1 as the rule of thumb for the
stretch; Katz-Bassett et al. 2006 place hosts by 4/9 of the speed of light in vacuum, which is a stretch of 1.5. The
default lies between them. It is a model: no route was measured.
"""

import csv
import math
import random
from collections import Counter
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

EARTH_RADIUS_KM: Final = 6_371.0
FIBRE_KM_PER_MS: Final = 200.0
"""Light in fibre: about two thirds of its speed in vacuum."""
PATH_STRETCH: Final = 1.8
"""A route is so much longer than the great circle, and its equipment takes time."""
CONSTANT_MS: Final = 2.0
"""Of every way, however short: access networks and the two machines."""


class Seat(NamedTuple):
    """The city where an office is, in degrees north and east."""

    city: str
    latitude: float
    longitude: float


def _read_seats() -> dict[str, Seat]:
    lines = (files(__package__) / "seats.csv").read_text(encoding="utf-8").splitlines()
    return {
        row["code"]: Seat(row["city"], float(row["latitude"]), float(row["longitude"]))
        for row in csv.DictReader(lines)
    }


SEATS: Final = _read_seats()
"""By ST.3 code. Large offices and those of all continents come first, so that a few of them are a world in small."""


def distance_km(one: Seat, other: Seat) -> float:
    """The great-circle distance (haversine formula, on a sphere)."""
    north_1, east_1, north_2, east_2 = map(
        math.radians, (one.latitude, one.longitude, other.latitude, other.longitude)
    )
    half_chord = (
        math.sin((north_2 - north_1) / 2) ** 2
        + math.cos(north_1) * math.cos(north_2) * math.sin((east_2 - east_1) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half_chord)))


@cache
def one_way_us(sender: str, receiver: str, path_stretch: float = PATH_STRETCH) -> int:
    """How long a message is under way between two offices, in microseconds, without jitter and queues.

    Whole numbers, so that the last bit of a platform's sine cannot reach a run.
    """
    fibre_ms = distance_km(SEATS[sender], SEATS[receiver]) / FIBRE_KM_PER_MS
    return 100 * round(10 * (fibre_ms * path_stretch + CONSTANT_MS))


class LinkConditions(NamedTuple):
    """How good the links are. Probabilities are per frame and receiver."""

    path_stretch: float = PATH_STRETCH
    jitter: float = 0.1
    """A way takes up to this share longer than its distance says, drawn evenly: later frames overtake earlier ones."""
    loss: float = 0.0
    duplication: float = 0.0
    bandwidth_mbit: float = 100.0
    """Of each office's uplink, in Mbit/s: all its frames go through it one after the other, one copy a receiver."""


class GeographicNetwork:
    """A network of the shape of `network.SeededNetwork`, with real distances and an uplink for each office.

    One seed gives one sequence of fates.
    """

    def __init__(self, seed: int, conditions: LinkConditions) -> None:
        self.conditions = conditions
        self.severed: frozenset[tuple[str, str]] = frozenset()
        """(sender, receiver) pairs that nothing passes; one direction each."""
        self.fired: Counter[str] = Counter(lost=0, repeated=0, severed=0)
        self.slowed_ms: dict[str, int] = {}
        """What every frame of an office takes in addition."""
        self.clock: Callable[[], int] = _the_beginning
        """The virtual time in milliseconds; the cluster's."""
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret
        self._uplink_free_us: dict[str, float] = {}

    def fates(self, sender: str, receiver: str, size: int) -> tuple[int, ...]:
        """After how many milliseconds each copy of a frame of this size (bytes) arrives; empty when it never does."""
        conditions, draw = self.conditions, self._random.random
        if (sender, receiver) in self.severed:
            self.fired["severed"] += 1
            return ()
        queued_us = self._queue(sender, size)
        if conditions.loss and draw() < conditions.loss:
            self.fired["lost"] += 1
            return ()
        way_us = one_way_us(sender, receiver, conditions.path_stretch)
        fixed_us = queued_us + 1_000 * self.slowed_ms.get(sender, 0)
        first = math.ceil((fixed_us + way_us * (1 + conditions.jitter * draw())) / 1_000)
        if not conditions.duplication or draw() >= conditions.duplication:
            return (first,)
        self.fired["repeated"] += 1
        return (first, math.ceil((fixed_us + way_us * (1 + conditions.jitter * draw())) / 1_000))

    def _queue(self, sender: str, size: int) -> float:
        """How long until the last bit of the frame is on the line, in microseconds; the uplink is busy until then."""
        now_us = self.clock() * 1_000
        begins_us = max(now_us, self._uplink_free_us.get(sender, 0))
        ends_us = begins_us + 8 * size / self.conditions.bandwidth_mbit
        self._uplink_free_us[sender] = ends_us
        return ends_us - now_us


def _the_beginning() -> int:
    return 0
