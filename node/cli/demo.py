"""`ipregister demo`: four offices on this machine, every step checked."""

import contextlib
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn

import typer

from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console

    from node.demo.collection_story import CollectionStory
    from node.demo.families_story import FamiliesStory
    from node.demo.story import Story
    from node.demo.tamper_story import TamperStory
    from node.demo.teller import Teller
    from node.local import LocalNetwork

StoryName = Literal["offices", "families", "tamper"]
OFFICES_MAX = 40
_ENDING = (signal.SIGTERM, signal.SIGINT, signal.SIGALRM)
_AGAIN_S = 1


def demo(
    told: Annotated[
        StoryName,
        typer.Argument(
            help="offices: register, verify, lose the primary. families: sealed filings before their publication."
            " tamper: a stored ledger forged in every way, and audited."
        ),
    ] = "offices",
    *,
    once: Annotated[
        bool, typer.Option("--once", help="End after the last step; exit code 0: all was true.")
    ] = False,
    directory: Annotated[
        Path | None, typer.Option(help="Where homes and ledgers go.", show_default="temporary")
    ] = None,
    collection: Annotated[
        Path | None,
        typer.Option(
            "--data",
            help="Register the rows of this JSON Lines file instead, each office its own (docs/tutorial.md).",
        ),
    ] = None,
    offices: Annotated[
        int, typer.Option(min=1, max=OFFICES_MAX, help="With --data: the offices with most rows.")
    ] = 12,
    as_json: JsonOption = False,
) -> None:
    """Run offices on this machine: register real filings, verify claims, kill the primary, recover.

    With 'families' three of four offices find a family before its publication, and read each other's reports.
    With 'tamper' a copy of a ledger is forged in one way after the other, and the audit names each place.

    Every step is checked. The network then runs on until Ctrl-C, or ends with --once.
    """
    from node.demo.teller import Teller

    if collection is not None and told != "offices":
        fail(ExitCode.USAGE, "--data is for the story of the offices", "leave out one of the two")
    teller = Teller(_console(as_json=as_json))
    kept = directory is not None or collection is not None
    for each in _ENDING:
        signal.signal(each, _leave)
    with (
        _place(directory, teller, kept=kept) as where,
        _telling(where, teller, told, collection, offices) as (network, story),
        _leaving_once(),
    ):
        story.tell()
        if not once:
            _stay(network, story.question, teller, kept=kept)
    if as_json:
        print_json({"steps": [*teller.told], **story.facts})
    elif once:
        data().print("\nEvery step was checked and true.")


@contextlib.contextmanager
def _place(directory: Path | None, teller: "Teller", *, kept: bool) -> Iterator[Path]:
    """Give the directory of the homes; a temporary one is deleted, unless a step failed in it.

    Raises:
        CommandError: a step failed.
    """
    from ledger.errors import LedgerError
    from node.client import NodeError
    from node.demo.checks import StepFailedError
    from node.processes import StartError

    where = (directory or Path(tempfile.mkdtemp(prefix="ipregister-demo-"))).resolve()
    failed = False
    try:
        with _leaving_once():
            yield where
    except (StepFailedError, StartError, NodeError, LedgerError, OSError) as error:
        failed = True
        step = teller.told[-1] if teller.told else "making the homes"
        fail(
            ExitCode.NO,
            f"the step '{step}' failed: {error}",
            f"the homes, with node.log in each, are kept in {where}",
            {"step": step, "directory": str(where)},
        )
    finally:
        if not kept and not failed:
            shutil.rmtree(where, ignore_errors=True)
        elif directory is None:
            with contextlib.suppress(OSError):  # it holds something
                where.rmdir()


@contextlib.contextmanager
def _telling(
    where: Path, teller: "Teller", told: StoryName, collection: Path | None, offices: int
) -> "Iterator[tuple[LocalNetwork, Story | CollectionStory | FamiliesStory | TamperStory]]":
    """Give a network with its story; all nodes are stopped at the end, whatever happens."""
    from node.demo import families_story, tamper_story
    from node.demo.story import OFFICES, Story
    from node.local import LocalNetwork
    from node.network import HomeExistsError

    try:
        if told == "families":
            with LocalNetwork(where, families_story.OFFICES, "families") as network:
                yield network, families_story.FamiliesStory(network, teller)
            return
        if told == "tamper":
            with LocalNetwork(where, tamper_story.OFFICES, "tampering") as network:
                yield network, tamper_story.TamperStory(network, teller)
            return
        if collection is None:
            with LocalNetwork(where, OFFICES, "demonstration") as network:
                yield network, Story(network, teller)
            return
        from node.collection import offices_with_most_rows, read_collection
        from node.demo.collection_story import CollectionStory, read_lines

        rows = list(read_collection(read_lines(collection)))
        chosen = offices_with_most_rows(rows, offices)
        with LocalNetwork(where, chosen, "collection") as network:
            yield network, CollectionStory(network, teller, rows)
    except HomeExistsError as error:
        fail(ExitCode.CONFLICT, str(error), "name another --directory")
    except FileNotFoundError as error:
        if collection is None or collection.exists():
            raise
        fail(ExitCode.USAGE, f"{collection}: {error.strerror}", "name a file that can be read")


def _stay(network: "LocalNetwork", question: str, teller: "Teller", *, kept: bool) -> None:
    """Say how to go on, and wait until Ctrl-C."""
    teller.step("The network runs on, until Ctrl-C")
    node = next(iter(network.nodes.values()))
    for each in network.nodes.values():
        teller.note(f"{each.office}  API {each.url}/api/v1  documentation {each.url}/docs")
    token = node.home / "tokens" / "administrator.token"
    fate = "kept" if kept else "deleted at the end; --directory keeps them"
    teller.note(f"Homes: {network.directory} ({fate})")
    teller.note(f"Token of {node.office}: {token}")
    teller.note(f'Try: curl -H "Authorization: Bearer $(cat {token})" {node.url}/api/v1/status')
    teller.note(f"Or:  ipregister {question} --home {node.home}")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    signal.sigwait(_ENDING)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def _console(*, as_json: bool) -> "Console":
    from node.cli.safe_console import SafeConsole

    return SafeConsole(quiet=as_json, highlight=False, soft_wrap=True)


def _leave(_signal: int, _frame: "FrameType | None") -> NoReturn:
    """End, so that the nodes are stopped; again after a second, lest it be lost.

    Python drops what is raised while a finalizer runs.
    """
    signal.alarm(_AGAIN_S)
    raise KeyboardInterrupt


@contextlib.contextmanager
def _leaving_once() -> Iterator[None]:
    """Once the end is heard, let nothing interrupt the clean-up."""
    try:
        yield
    except KeyboardInterrupt:
        signal.alarm(0)
        raise
