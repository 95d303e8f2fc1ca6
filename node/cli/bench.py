"""`ipregister bench`: the register beside PostgreSQL and etcd, on this machine."""

import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from types import FrameType


def bench(
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small amounts: shows that all works; no figures.")
    ] = False,
    peers: Annotated[
        bool, typer.Option(help="Measure PostgreSQL and etcd too, where installed.")
    ] = True,
    directory: Annotated[
        Path | None,
        typer.Option(help="The disk to measure on.", show_default="the temporary directory"),
    ] = None,
    output: Annotated[Path, typer.Option(help="The results as JSON.")] = Path("out/bench.json"),
    as_json: JsonOption = False,
) -> None:
    """Measure the register and its peers: real processes, durable, signatures checked.

    After every round each filing must be at every node. A full run takes some ten minutes.
    """
    import msgspec

    from node.bench.load import LoadError
    from node.bench.run import run_benchmark
    from node.bench.sizes import FULL, QUICK
    from node.client import NodeError
    from node.processes import StartError

    signal.signal(signal.SIGTERM, _leave)
    sizes = QUICK if quick else FULL
    console = talk() if as_json else data()
    try:
        machine, report = run_benchmark(console, output, sizes, peers=peers, parent=directory)
    except (LoadError, StartError, NodeError, OSError) as error:
        fail(ExitCode.NO, str(error), "nothing was measured to the end; no results were written")
    if as_json:
        results = {"machine": machine, "figures": report.figures, "absent": report.absent}
        print_json({**msgspec.to_builtins(results), "file": str(output)})
    else:
        data().print(f"Results: {output}")


def _leave(_signal: int, _frame: "FrameType | None") -> NoReturn:
    """End as Ctrl-C does, so that the servers are stopped."""
    raise KeyboardInterrupt
