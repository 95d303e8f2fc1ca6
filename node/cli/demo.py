"""`ipregister demo`: four offices on this machine, every step checked."""

import contextlib
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from types import FrameType

    from rich.console import Console

    from node.demo.collection_story import CollectionStory
    from node.demo.story import Story
    from node.demo.teller import Teller
    from node.local import LocalNetwork

OFFICES_MAX = 40


def demo(
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

    Every step is checked. The network then runs on until Ctrl-C, or ends with --once.
    """
    from node.demo.checks import StepFailedError
    from node.demo.teller import Teller
    from node.processes import StartError

    signal.signal(signal.SIGTERM, _leave)
    kept = directory is not None
    where = (directory or Path(tempfile.mkdtemp(prefix="ipregister-demo-"))).resolve()
    teller = Teller(_console(as_json=as_json))
    try:
        with _telling(where, teller, collection, offices) as (network, story):
            story.tell()
            if not once:
                _stay(network, teller, kept=kept)
    except (StepFailedError, StartError) as error:
        step = teller.told[-1] if teller.told else "the start"
        fail(
            ExitCode.NO,
            f"the step '{step}' failed: {error}",
            f"the homes, with node.log in each, are kept in {where}",
            {"step": step, "directory": str(where)},
        )
    if not kept and collection is None:
        network.remove()
    if as_json:
        print_json({"steps": [*teller.told], **story.facts})
    elif once:
        data().print("\nEvery step was checked and true.")


@contextlib.contextmanager
def _telling(
    where: Path, teller: "Teller", collection: Path | None, offices: int
) -> "Iterator[tuple[LocalNetwork, Story | CollectionStory]]":
    """Give a network with its story; all nodes are stopped at the end, whatever happens."""
    from node.demo.story import OFFICES, Story
    from node.local import LocalNetwork
    from node.network import HomeExistsError

    try:
        if collection is None:
            with LocalNetwork(where, OFFICES, "demonstration") as network:
                yield network, Story(network, teller)
            return
        from node.demo.collection import offices_with_most_rows, read_collection
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


def _stay(network: "LocalNetwork", teller: "Teller", *, kept: bool) -> None:
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
    teller.note(f"Or:  ipregister lookup US 11/964,952 --date 2007-12-27 --home {node.home}")
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()


def _console(*, as_json: bool) -> "Console":
    from rich.console import Console

    return Console(quiet=as_json, highlight=False, soft_wrap=True)


def _leave(_signal: int, _frame: "FrameType | None") -> NoReturn:
    """End as Ctrl-C does, so that the nodes are stopped."""
    raise KeyboardInterrupt
