"""What is awaited of the offices, whose matter it is, and what is said when it does not come."""

from collections.abc import Sequence
from typing import Final

from node.auditing.monitor.alarms import Fault
from node.auditing.monitor.watched import WatchedOffice

ANSWER: Final = "answer"
BLOCKS: Final = "blocks"
PROGRESS: Final = "progress"
EVIDENCE: Final = "evidence"
ENTRIES: Final = "entries"
"""What is awaited: an answer; the blocks that an office says are certified; that it comes as far as the others; what it
holds against others; and of an office, or of the network, a certified block while entries wait."""
NETWORK: Final = ""
OVER: Final = {
    BLOCKS: "gives its blocks again",
    PROGRESS: "has come as far as the others",
    ENTRIES: "blocks come again, or nothing waits any more",
}
"""What is noted when it came."""
_AWAITED: Final = {ANSWER: "an answer", EVIDENCE: "an answer about evidence"}


def is_of_network(offices: Sequence[WatchedOffice], faults: int) -> bool:
    """Whether it is the network that makes no blocks, and not an office that is cut off, or lies, while entries wait.

    It is when more than f offices say that entries wait: one of them is honest; when more than f are not ready: the
    others may be no quorum; and when no more than f are ready and say that nothing waits: all of them may lie.
    """
    waiting = {each.code for each in offices if each.waits}
    away = {each.code or each.url for each in offices if not each.is_ready}
    idle = {each.code for each in offices if each.is_ready} - waiting
    return len(waiting) > faults or len(away) > faults or len(idle) <= faults


def silence_of_network(offices: Sequence[WatchedOffice], limit_s: float, height: int) -> Fault:
    """Entries wait, and no block came after the one of this height."""
    waiting = ", ".join(each.code for each in offices if each.waits)
    expected = f"block {height + 1} within {limit_s:g} s"
    return Fault("silence", expected, f"none, though entries wait at {waiting}")


def silence_of_office(office: WatchedOffice, matter: str, limit_s: float, height: int) -> Fault:
    """An office did not bring what is awaited of it; other offices have blocks up to this height."""
    within = f"within {limit_s:g} s"
    because = f": {office.trouble}" if office.trouble else ""
    if matter in _AWAITED:
        return Fault("silence", f"{_AWAITED[matter]} {within}", f"none{because}")
    assert office.said is not None
    last = office.said.certified_height
    if matter == BLOCKS:
        expected = f"block {office.follower.compared_height + 1} of {last}, certified, {within}"
        return Fault("silence", expected, f"none that holds{because}")
    if matter == ENTRIES:
        expected = f"block {height + 1} {within}, for it says that entries wait"
        return Fault("silence", expected, "none; offices that are ready say that nothing waits")
    expected = f"blocks up to {height} {within}, which other offices have"
    return Fault("silence", expected, f"blocks up to {last} only")
