"""Signature checks of an audit in several processes, which work some blocks ahead of the one that executes."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Final

from crypto.keyring import Keyring
from ledger.audit import Record, SignatureChecks, self_checked, signatures_are_right
from ledger.genesis import Genesis

BYTES_AHEAD_MAX: Final = 32 * 1024 * 1024
"""Of blocks that wait to be executed."""
BYTES_TOGETHER: Final = 256 * 1024
"""Of blocks that go to another process at once: what it costs to send them is then little."""
RECORDS_AHEAD_MAX: Final = 8_192
"""Blocks that wait, however small: what stands beside each takes memory, too."""
RECORDS_TOGETHER: Final = 1_024
"""Blocks that go to another process at once, however small."""
_Waiting = deque[tuple[list[Record], "Future[list[bool]]"]]


BYTES_WORTH_ANOTHER: Final = 16 * 1024 * 1024
"""Of block files, from which on other processes do more than it takes to start them."""


def processes_for(size: int) -> int:
    """How many processes best audit block files of so many bytes on this machine."""
    return processes_here() if size >= BYTES_WORTH_ANOTHER else 1


def processes_here() -> int:
    """How many processes can work at once on this machine."""
    affinity = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def signature_checks(genesis: Genesis, processes: int) -> Iterator[SignatureChecks]:
    """Checks by so many processes, of which this one is the one that executes: with one, it does all itself."""
    if processes == 1:
        yield self_checked
        return
    pool = ProcessPoolExecutor(
        processes - 1, mp_context=get_context("spawn"), initializer=_begin, initargs=(genesis,)
    )
    try:
        yield lambda records: _checked(records, lambda part: _submitted(pool, part))
    finally:
        pool.shutdown(cancel_futures=True)


def _checked(
    records: Iterable[Record], submit: "Callable[[list[bytes]], Future[list[bool]]]"
) -> Iterator[tuple[Record, bool]]:
    waiting: _Waiting = deque()
    ahead = records_ahead = 0
    try:
        for part in _together(records):
            waiting.append((part, submit([record for _, record in part])))
            ahead += _size(part)
            records_ahead += len(part)
            while ahead > BYTES_AHEAD_MAX or records_ahead > RECORDS_AHEAD_MAX:
                ahead -= _size(waiting[0][0])
                records_ahead -= len(waiting[0][0])
                yield from _taken(waiting)
    except Exception:  # damage of a record: those before it come first
        while waiting:
            yield from _taken(waiting)
        raise
    while waiting:
        yield from _taken(waiting)


def _taken(waiting: _Waiting) -> Iterator[tuple[Record, bool]]:
    part, results = waiting.popleft()
    try:
        right = results.result()
    except (
        BrokenExecutor
    ):  # a process was ended, for want of memory perhaps: the audit looks itself
        right = [False] * len(part)
    yield from zip(part, right, strict=True)


def _submitted(pool: Executor, part: list[bytes]) -> "Future[list[bool]]":
    try:
        return pool.submit(_check, part)
    except BrokenExecutor:
        unchecked: Future[list[bool]] = Future()
        unchecked.set_result([False] * len(part))
        return unchecked


def _together(records: Iterable[Record]) -> Iterator[list[Record]]:
    part: list[Record] = []
    size = 0
    try:
        for each in records:
            part.append(each)
            size += len(each[1])
            if size >= BYTES_TOGETHER or len(part) >= RECORDS_TOGETHER:
                yield part
                part, size = [], 0
    except Exception:
        if part:
            yield part
        raise
    if part:
        yield part


def _size(part: list[Record]) -> int:
    return sum(len(record) for _, record in part)


_keyring: Keyring
"""Of a process that checks."""


def _begin(genesis: Genesis) -> None:
    global _keyring  # noqa: PLW0603 - a process of a pool has no other place for what it begins with
    _keyring = genesis.keyring()


def _check(records: list[bytes]) -> list[bool]:
    return [signatures_are_right(record, _keyring) for record in records]
