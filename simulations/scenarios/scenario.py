"""What a simulation does, as a frozen value: offices, network, workload, faults. `scenario_text` reads it from TOML.

Times are virtual: `_s` seconds and `_ms` milliseconds since the start of the run.
"""

from typing import Annotated, Final, Literal, TypeAlias

import msgspec

from consensus.settings import ReplicaSettings
from simulations.geography import PATH_STRETCH, SEATS, LinkConditions

DURATION_S_MAX = 86_400
FAULTS_MAX = 1_000
BURSTS_MAX = 1_000
SEED_MAX = 2**63 - 1

Code = Annotated[str, msgspec.Meta(pattern=r"\A[A-Z]{2}\Z")]
Seconds = Annotated[float, msgspec.Meta(ge=0, le=DURATION_S_MAX)]
PositiveSeconds = Annotated[float, msgspec.Meta(gt=0, le=DURATION_S_MAX)]
Share = Annotated[float, msgspec.Meta(ge=0, lt=1)]
FilingsPerSubmission = Annotated[int, msgspec.Meta(ge=1, le=1_000)]

Whom: TypeAlias = (
    Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)]
    | Literal["primary", "all", "down"]
    | Annotated[int, msgspec.Meta(ge=1, le=len(SEATS))]
)
"""Offices by name; the primary at that moment; all; those that are down; or so many, drawn from the seed."""


class _Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the file: a key that it does not know is refused."""


class Offices(_Table, frozen=True):
    """Who takes part: the first `count` of `seats.csv`, or exactly these codes."""

    count: Annotated[int, msgspec.Meta(ge=1, le=len(SEATS))] | None = None
    codes: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)] | None = None


class NetworkTable(_Table, frozen=True):
    """The links; see `geography.LinkConditions`."""

    path_stretch: Annotated[float, msgspec.Meta(ge=1, le=10)] = PATH_STRETCH
    jitter: Annotated[float, msgspec.Meta(ge=0, le=10)] = 0.1
    loss: Share = 0.0
    duplication: Share = 0.0
    bandwidth_mbit: Annotated[float, msgspec.Meta(gt=0, le=1_000_000)] = 100.0

    def conditions(self) -> LinkConditions:
        """The same, as the network takes it."""
        return LinkConditions(*(getattr(self, name) for name in LinkConditions._fields))


class Burst(_Table, frozen=True):
    """Submissions that come all at once."""

    at_s: Seconds
    submissions: Annotated[int, msgspec.Meta(ge=1, le=10_000)]
    filings_per_submission: FilingsPerSubmission = 1
    offices: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)] | None = None
    """They share the burst in turn; none named: all."""


class Workload(_Table, frozen=True):
    """What clients file, at whose nodes. Submissions come independently of one another (a Poisson process)."""

    filings_per_second: Annotated[float, msgspec.Meta(ge=0, le=100_000)] = 10.0
    """Of the whole network."""
    filings_per_submission: FilingsPerSubmission = 1
    offices: Annotated[tuple[Code, ...], msgspec.Meta(min_length=1)] | None = None
    """Whose clients file; none named: all."""
    bursts: Annotated[tuple[Burst, ...], msgspec.Meta(max_length=BURSTS_MAX)] = ()


class Nodes(_Table, frozen=True):
    """How fast the nodes are."""

    frame_cost_us: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    """A node works so long on every frame that it receives (microseconds)."""


class _Fault(_Table, frozen=True, tag_field="kind"):
    """Something that happens at a virtual time."""

    at_s: Seconds


class Crash(_Fault, frozen=True, tag="crash"):
    """Stop nodes without a goodbye: what they did not sync is lost."""

    offices: Whom


class Restart(_Fault, frozen=True, tag="restart"):
    """Start nodes that are down, from what is durable."""

    offices: Whom = "down"


class Pause(_Fault, frozen=True, tag="pause"):
    """Let nodes stand still; what is sent to them waits."""

    offices: Whom


class Resume(_Fault, frozen=True, tag="resume"):
    """Let nodes that stand still go on."""

    offices: Whom = "all"


class Partition(_Fault, frozen=True, tag="partition"):
    """Cut these offices off from all others, in one direction or both. It replaces an earlier partition."""

    offices: Whom
    direction: Literal["both", "outgoing", "incoming"] = "both"


class Heal(_Fault, frozen=True, tag="heal"):
    """End the partition."""


class Slow(_Fault, frozen=True, tag="slow"):
    """Let everything that these offices send take longer; 0 ends it."""

    offices: Whom
    extra_ms: Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]


class ClockStep(_Fault, frozen=True, tag="clock-step"):
    """Set the time of day of nodes forward, or back where it is negative; their timers do not notice."""

    offices: Whom
    by_ms: Annotated[int, msgspec.Meta(ge=-(10**9), le=10**9)]


Fault: TypeAlias = Crash | Restart | Pause | Resume | Partition | Heal | Slow | ClockStep
FAULTS: Final = (Crash, Restart, Pause, Resume, Partition, Heal, Slow, ClockStep)
"""Every kind of fault."""


class Swarm(_Table, frozen=True):
    """Faults drawn from the seed while the workload lasts; at most f offices are disturbed at once.

    `..._every_s`: the mean time from one fault of the kind to the next; 0: none.
    """

    crash_every_s: Seconds = 0.0
    pause_every_s: Seconds = 0.0
    partition_every_s: Seconds = 0.0
    slow_every_s: Seconds = 0.0
    clock_step_every_s: Seconds = 0.0
    lasting_s: tuple[PositiveSeconds, PositiveSeconds] = (1.0, 5.0)
    """The least and the greatest time until a fault ends."""
    slow_ms: Annotated[int, msgspec.Meta(ge=1, le=3_600_000)] = 500
    clock_step_ms: Annotated[int, msgspec.Meta(ge=1, le=10**9)] = 3_000


class Scenario(_Table, frozen=True, kw_only=True):
    """A whole simulation, but for its seed."""

    title: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    duration_s: PositiveSeconds
    """Clients file, and faults strike, for so long. What a fault did is then undone."""
    settling_s: Seconds = 120.0
    """... and everything pending must be final everywhere within so long."""
    seed: Annotated[int, msgspec.Meta(ge=0, le=SEED_MAX)] = 1
    """Taken where the command names none."""
    offices: Offices
    network: NetworkTable = NetworkTable()
    nodes: Nodes = Nodes()
    workload: Workload = Workload()
    settings: ReplicaSettings = ReplicaSettings()
    faults: Annotated[tuple[Fault, ...], msgspec.Meta(max_length=FAULTS_MAX)] = ()
    swarm: Swarm = Swarm()

    def codes(self) -> tuple[str, ...]:
        """The offices that take part, sorted."""
        if self.offices.codes is not None:
            return tuple(sorted(self.offices.codes))
        return tuple(sorted(tuple(SEATS)[: self.offices.count]))
