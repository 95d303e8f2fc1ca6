"""What a monitor raises an alarm about, and how it is told (docs/monitor.md)."""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final, Literal, NamedTuple

from node.auditing.blame import Blamed, blamed_document

Kind = Literal[
    "fork",
    "altered",
    "signature",
    "execution",
    "certificate",
    "contradiction",
    "evidence",
    "heightWentBack",
    "foreign",
    "clock",
    "silence",
]
UNDECIDED: Final[frozenset[Kind]] = frozenset({"silence", "clock"})
"""Nothing is shown to be wrong: it could only not be checked."""
_KEEP: Final = (
    "keep --state, and ask the office for its ledger files: 'ipregister audit' names the place"
)
ADVICE: Final[Mapping[Kind, str]] = {
    "fork": (
        "take the ledger files of this office and of another: 'ipregister audit blame' names who signed both;"
        " until then trust neither"
    ),
    "altered": _KEEP,
    "signature": _KEEP,
    "execution": f"{_KEEP}; if a quorum certified it, compare the versions of the software first",
    "certificate": _KEEP,
    "contradiction": "ask that office whether two nodes run with its key; 'blamed' is the evidence",
    "evidence": "save GET /status/evidence of this node, and ask the office that runs it",
    "heightWentBack": "ask the office whether it restored its node; if not, its record was cut",
    "foreign": "name another URL, or the genesis of that network",
    "clock": "set this machine's clock; if it is right, ask the offices for theirs",
    "silence": "ask whoever runs the node; 'ipregister status' there tells what it waits for",
}
"""What to do about each."""
TOLD_MAX: Final = 20
"""Alarms of one kind that are told of one node in a run: each node has its own, so that a liar mutes itself only."""


class Fault(NamedTuple):
    """What is wrong with something that an office answered."""

    kind: Kind
    expected: str
    found: str
    height: int | None = None
    entry: int | None = None
    """The entry of that block, from 0, where it is about one."""
    blamed: tuple[Blamed, ...] = ()
    """The offices whose own signatures contradict each other."""


class Alarm(NamedTuple):
    """A fault, and the node that showed it."""

    url: str
    """Empty: it is about the network."""
    office: str
    """As the node calls itself; empty before it said so."""
    fault: Fault
    is_routine: bool = False
    """A network lives with it: one office of several is away, for example."""


class AlarmBook:
    """Which alarms were told: each once, until what it is about has passed.

    Invariant: what one node shows never keeps an alarm about another, or of another kind, from being told.
    """

    def __init__(self) -> None:
        self._told: set[tuple[Kind, str, object]] = set()
        self._counts: Counter[tuple[Kind, str]] = Counter()

    def enter(self, alarm: Alarm, matter: object = None) -> bool:
        """Whether this is to be told: it is new. Without a matter an alarm is about its height."""
        kind, url = alarm.fault.kind, alarm.url
        key = (kind, url, alarm.fault.height if matter is None else matter)
        if key in self._told or self.is_full(kind, url):
            return False
        self._told.add(key)
        self._counts[kind, url] += 1
        return True

    def is_full(self, kind: Kind, url: str) -> bool:
        """Whether no further alarms of this kind are told of this node.

        Never of silence, which takes its time to come again, or of the network, which has one alarm an office at most.
        """
        return bool(url) and kind != "silence" and self._counts[kind, url] >= TOLD_MAX

    def pass_over(self, kind: Kind, url: str, matter: object) -> bool:
        """Whether this alarm was told; it would be told again."""
        key = (kind, url, matter)
        was_told = key in self._told
        self._told.discard(key)
        return was_told


def alarm_text(alarm: Alarm) -> str:
    """The alarm in one sentence."""
    fault = alarm.fault
    place = f" at {alarm.url}" if alarm.url else ""
    place += f" ({alarm.office})" if alarm.office else ""
    place += f", block {fault.height}" if fault.height is not None else ""
    place += f", entry {fault.entry}" if fault.entry is not None else ""
    said = "".join(f"; {each.office} {each.what}" for each in fault.blamed)
    return f"{fault.kind}{place}: expected {fault.expected}, found {fault.found}{said}"


def alarm_document(alarm: Alarm) -> dict[str, Any]:
    """The alarm as JSON (docs/monitor.md)."""
    fault = alarm.fault
    return {
        "kind": fault.kind,
        "url": alarm.url or None,
        "ipOfficeCode": alarm.office or None,
        "atHeight": fault.height,
        "entry": fault.entry,
        "expected": fault.expected,
        "found": fault.found,
        "isDecided": fault.kind not in UNDECIDED,
        "isRoutine": alarm.is_routine,
        "blamed": [blamed_document(each) for each in fault.blamed],
        "summaryText": alarm_text(alarm),
        "adviceText": ADVICE[fault.kind],
    }
