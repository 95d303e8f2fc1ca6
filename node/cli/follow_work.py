"""What `ipregister audit --follow` does, once it is clear what is wanted."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from ledger.errors import CorruptLedgerError
from ledger.genesis import Genesis
from node.auditing.monitor.answers import NoAnswerError, OfficeAnswers
from node.auditing.monitor.monitor import Monitor, Telling
from node.auditing.monitor.own_copy import DamagedIndexError, StateError, open_own_copy
from node.auditing.monitor.patience import Patience
from node.auditing.monitor.run import ended_by_signals, watch
from node.auditing.monitor.webhook import Webhook
from node.cli.connection import TOKEN_VARIABLE
from node.cli.follow_telling import Teller
from node.cli.output import ExitCode, fail
from node.config import ConfigurationError
from node.home import HomeInUseError
from node.stores import INDEX_ERRORS

REPORT_S: Final = 60.0
"""At most so often the height is told, where there are new blocks."""
ANSWER_S_MAX: Final = 30.0
"""In which a whole answer of a node must be here; with a shorter silence, in that time."""
FIRST_ANSWER_S: Final = 5.0
"""For so long the start waits to hear that a token does not suffice."""
_NOT_ALLOWED: Final = (401, 403)


class Following(NamedTuple):
    """What is to be followed, and how."""

    nodes: Mapping[str, str | None]
    """URL -> token."""
    state: Path | None
    silence_s: float
    interval_s: float
    to: int | None
    webhook: tuple[str, bytes] | None
    """URL and secret."""


def run_monitor(genesis: Genesis, wanted: Following, teller: Teller) -> None:
    """Follow the nodes until the teller says that it is enough.

    Raises:
        CommandError: a token does not suffice, or the own copy cannot be used (4).
    """
    with _faults_of_the_copy(wanted.state):
        asyncio.run(_follow(genesis, wanted, teller))


@contextlib.contextmanager
def _faults_of_the_copy(state: Path | None) -> Iterator[None]:
    """What is wrong with the monitor's own files ends the command properly."""
    try:
        yield
    except HomeInUseError:
        message = f"{state}: another monitor works with it"
        fail(ExitCode.CONFIGURATION, message, "name another directory with --state")
    except (
        StateError,
        ConfigurationError,
        CorruptLedgerError,
        *INDEX_ERRORS,
        OSError,
    ) as error:
        hint = "name another directory with --state; all is then checked from block 1"
        fail(ExitCode.CONFIGURATION, str(error), hint if state else "")


async def _follow(genesis: Genesis, wanted: Following, teller: Teller) -> None:
    """Follow the nodes; once more when the index of the own copy turns out to be damaged, for it is made anew."""
    try:
        await _follow_by_copy(genesis, wanted, teller)
    except DamagedIndexError as error:
        teller.note("", f"{error}; it is made anew")
        await _follow_by_copy(genesis, wanted, teller)


async def _follow_by_copy(genesis: Genesis, wanted: Following, teller: Teller) -> None:
    answer_s = min(max(wanted.silence_s, 1.0), ANSWER_S_MAX)
    telling = Telling(teller.alarm, teller.note)
    async with contextlib.AsyncExitStack() as opened:
        opened.enter_context(ended_by_signals(teller.stop))
        copy = opened.enter_context(open_own_copy(wanted.state, genesis))
        offices = {
            url: OfficeAnswers(url, token, answer_s=answer_s) for url, token in wanted.nodes.items()
        }
        for each in offices.values():
            opened.push_async_callback(each.close)
        for note in (*copy.notes, *copy.ledger.notes):
            teller.note("", note)
        await _expect_allowed(offices)
        monitor = Monitor(copy, offices, telling, Patience(wanted.silence_s), time.monotonic)
        count = f"{len(offices)} node{'' if len(offices) == 1 else 's'}"
        teller.note("", f"following {count} from block {copy.ledger.height + 1:,} on")
        async with _posting(teller, wanted.webhook), _reporting(teller, monitor):
            await watch(monitor, teller.stop, interval_s=wanted.interval_s, to=wanted.to)


async def _expect_allowed(offices: dict[str, OfficeAnswers]) -> None:
    """Return unless a node that answers does not let this token see what a monitor needs."""

    async def ask(office: OfficeAnswers) -> None:
        try:
            await office.evidence()
        except NoAnswerError as error:
            if error.status in _NOT_ALLOWED:
                hint = f"give an auditor's token of this node with --token-file or {TOKEN_VARIABLE}"
                fail(ExitCode.CONFIGURATION, f"{office.url}: {error}", hint, {"url": office.url})

    with contextlib.suppress(TimeoutError):  # one that hangs is watched like any other
        async with asyncio.timeout(FIRST_ANSWER_S):
            await asyncio.gather(*map(ask, offices.values()))


@contextlib.asynccontextmanager
async def _posting(teller: Teller, hook: tuple[str, bytes] | None) -> AsyncIterator[None]:
    """Posts the alarms of the block, and what is left of them at its end."""
    if hook is None:
        yield
        return
    teller.webhook = Webhook(*hook, lambda text: teller.note("", text))
    async with teller.webhook.running():
        yield
        await teller.webhook.drain()


@contextlib.asynccontextmanager
async def _reporting(teller: Teller, monitor: Monitor) -> AsyncIterator[None]:
    """Tells the height once all nodes were compared, then now and then, and at the end."""

    async def report() -> None:
        told = (-1, -1)
        while True:
            await asyncio.sleep(1)
            reached = (monitor.copy.ledger.height, monitor.compared_height())
            is_told = reached in {told, (0, 0)}
            if not is_told and (reached[0] == reached[1] or told[0] >= 0):
                told = reached
                teller.checked(monitor)
                await asyncio.sleep(REPORT_S - 1)

    task = asyncio.create_task(report())
    try:
        yield
    finally:
        task.cancel()
        teller.checked(monitor)
