"""`ipregister simulate`: a whole network of production engines on this machine, in virtual time, with a report."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.default_command import DefaultGroup
from node.cli.output import ExitCode, JsonOption, JsonValue, data, fail, print_json

if TYPE_CHECKING:
    from simulations.report.manifest import Run
    from simulations.report.summary import Summary
    from simulations.scenarios.scenario import Scenario


class ScenarioGroup(DefaultGroup):
    """Takes what is none of its commands for a scenario: `simulate steady-4` is `simulate run steady-4`."""

    default = "run"

    def with_command(self, args: list[str]) -> list[str]:
        """The arguments with the command that they mean in front."""
        if args[:1] == ["--list"]:
            return ["list", *args[1:]]
        return super().with_command(args)


app = typer.Typer(
    cls=ScenarioGroup,
    no_args_is_help=True,
    help="Simulate networks of up to 225 offices in virtual time, and write a report for researchers."
    "\n\n'ipregister simulate steady-4' runs a shipped scenario, 'ipregister simulate my.toml --seed 7' your own."
    " The nodes are the production engine; network, disks and clocks are simulated. One seed gives one run,"
    " to the byte. docs/simulations.md tells the form of the files.",
    epilog="Exit codes: 0 every promise was kept, 1 one was broken, 2 a scenario or folder that is none.",
)


@app.command("run")
def run(
    *,
    scenario: Annotated[
        str,
        typer.Argument(help="A TOML file, or the name of a shipped scenario (see --list)."),
    ],
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=2**63 - 1, help="Of all that is drawn.", show_default="the scenario's"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="A new folder for the report.", show_default="out/SCENARIO-seed-N"),
    ] = None,
    deliveries: Annotated[
        bool,
        typer.Option(
            help="Also write every arrival of a message to the raw events: they are most of them."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Run a scenario and write its report: report.html, summary.json, events.jsonl.gz, manifest.json.

    The word run may be left out. A broken promise is reported, too, and gives exit code 1.
    """
    from node.cli.simulation_folder import write_run

    chosen, name = _read_scenario(scenario)
    number = chosen.seed if seed is None else seed
    folder = out if out is not None else Path("out") / f"{name}-seed-{number}"
    summary = write_run(chosen, name, number, folder, deliveries=deliveries)
    if as_json:
        shown = _headline(summary)
        print_json({"ok": summary.is_right, "directory": str(folder), **shown})
    else:
        _show(summary)
        data().print(f"Report: {folder / 'report.html'}")
    raise typer.Exit(int(ExitCode.YES if summary.is_right else ExitCode.NO))


@app.command("compare")
def compare(
    *,
    run_a: Annotated[Path, typer.Argument(help="The folder of a run.", show_default=False)],
    run_b: Annotated[Path, typer.Argument(help="The folder of another.", show_default=False)],
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("compare.html"),
    as_json: JsonOption = False,
) -> None:
    """Set two runs side by side: a table here, and a page with their curves.

    It says which keys of the configuration differ.
    """
    from node.cli.documents import show_table
    from node.cli.output_files import written_whole
    from node.cli.simulation_folder import read_folder
    from simulations.report.comparison import compared, comparison_page
    from simulations.report.manifest import configuration_differences

    one, other = read_folder(run_a), read_folder(run_b)
    rows, differences = compared(one, other), configuration_differences(one, other)
    with written_whole("--out", out) as file:
        file.write(comparison_page(one, other).encode())
    if as_json:
        _print_comparison(one, other, out)
        return
    show_table(("", "A", "B", "change"), rows)
    data().print("")
    if differences:
        show_table(
            ("set up differently", "A", "B"),
            ((path, *values) for path, values in differences.items()),
        )
    else:
        data().print("Both were set up alike.")
    data().print(f"Page: {out}")


@app.command("list")
def list_scenarios(*, as_json: JsonOption = False) -> None:
    """List the shipped scenarios. Also: simulate --list."""
    from node.cli.documents import show_table
    from simulations.scenarios.shipped import shipped_scenarios

    scenarios = shipped_scenarios()
    if as_json:
        listed: list[JsonValue] = [
            {"name": name, "title": each.title, "offices": len(each.codes())}
            for name, each in scenarios.items()
        ]
        print_json({"scenarios": listed})
        return
    show_table(
        ("name", "offices", "virtual seconds", "title"),
        (
            (name, len(each.codes()), f"{each.duration_s:g}", each.title)
            for name, each in scenarios.items()
        ),
    )


def _read_scenario(text: str) -> "tuple[Scenario, str]":
    """The scenario of a file, or the shipped one of this name; and what to call it."""
    from simulations.scenarios.scenario_text import SIZE_MAX, MalformedScenarioError, read_scenario
    from simulations.scenarios.shipped import shipped_names, shipped_text

    hint = "see 'ipregister simulate --list', and docs/simulations.md for the form of a scenario"
    path = Path(text)
    try:
        if not path.is_file() and text in shipped_names():
            return read_scenario(shipped_text(text)), text
        with path.open("rb") as file:
            content = file.read(SIZE_MAX + 1)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem)
        return read_scenario(content), name
    except MalformedScenarioError as error:
        fail(ExitCode.USAGE, f"{path}, {error}", hint, {"line": error.line, "reason": error.reason})
    except OSError as error:
        fail(
            ExitCode.USAGE, f"{path}: {error.strerror}, and no shipped scenario has the name", hint
        )


def _headline(summary: "Summary") -> dict[str, JsonValue]:
    latency = summary.latency_ms
    return {
        "seed": summary.seed,
        "offices": len(summary.offices),
        "filingsPerSecond": summary.filings_per_second,
        "finalFilings": summary.final_filings,
        "latencyMs": {"p50": latency.p50, "p95": latency.p95, "p99": latency.p99}
        if latency
        else None,
        "blocks": summary.blocks,
        "viewChanges": summary.view_changes,
        "healedAfterMs": summary.healed_after_ms,
        "broken": [each.promise for each in summary.verdicts if not each.is_kept],
    }


def _show(summary: "Summary") -> None:
    word = "[green]OK[/]" if summary.is_right else "[red]BROKEN[/]"
    latency = summary.latency_ms
    waited = f"{latency.p50:,} ms median, {latency.p99:,} ms at 99 %" if latency else "none"
    data().print(
        f"{word}  {len(summary.offices)} offices, seed {summary.seed}: {summary.blocks:,} blocks,"
        f" {summary.final_filings:,} of {summary.filings:,} filings final"
    )
    data().print(
        f"{summary.filings_per_second:,.1f} filings a second, latency {waited},"
        f" {summary.view_changes} view changes (virtual time)"
    )
    for verdict in summary.verdicts:
        if not verdict.is_kept:
            data().print(f"broken: {verdict.promise}: {verdict.detail}", markup=False)


def _print_comparison(one: "Run", other: "Run", out: Path) -> None:
    from simulations.report.comparison import compared
    from simulations.report.manifest import configuration_differences

    figures: list[JsonValue] = [row._asdict() for row in compared(one, other)]
    differences: dict[str, JsonValue] = {
        path: {"one": first, "other": second}
        for path, (first, second) in configuration_differences(one, other).items()
    }
    print_json({"figures": figures, "configuration": differences, "page": str(out)})
