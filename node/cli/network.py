"""`ipregister network init`: the homes of a new network."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from node.plan import OfficePlan

app = typer.Typer(help="Networks of offices.", no_args_is_help=True)


@app.callback()
def network() -> None:
    """Keep `init` a command of its own, though it is the only one."""


@app.command("init")
def init(  # noqa: PLR0917 - Typer reads options from parameters
    offices: Annotated[
        str, typer.Option("--offices", help="ST.3 codes, such as AU,EP,JP,US.", show_default=False)
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Directory that gets a home for each office.")
    ],
    base_port: Annotated[
        int, typer.Option("--base-port", help="The first office's port; ten for each office.")
    ] = 9700,
    host: Annotated[
        list[str] | None,
        typer.Option(
            "--host",
            help="Where the offices are reached, or CODE=HOST for one of them; may come again.",
            show_default="127.0.0.1",
        ),
    ] = None,
    api_host: Annotated[
        str,
        typer.Option(
            "--api-host",
            help="Where the APIs listen. They speak no TLS: see docs/operations.md before you change it.",
        ),
    ] = "127.0.0.1",
    name: Annotated[str, typer.Option("--name", help="What people call it.")] = "IP register",
    index: Annotated[
        Literal["auto", "leveldb", "sqlite"], typer.Option("--index", help="Kind of index.")
    ] = "auto",
    as_json: JsonOption = False,
) -> None:
    """Make a network: for each office a home with its key, the genesis, configuration and tokens."""
    from node.network import HomeExistsError, write_network
    from node.plan import NetworkPlanError, is_loopback, plan_offices

    codes = [code.strip() for code in offices.split(",") if code.strip()]
    default_host, hosts = _hosts(host or [])
    try:
        plans = plan_offices(
            codes, base_port=base_port, hosts=hosts, default_host=default_host, api_host=api_host
        )
        homes = write_network(output, plans, name=name, index=index)
    except NetworkPlanError as error:
        fail(ExitCode.USAGE, str(error), "see 'ipregister network init --help'")
    except HomeExistsError as error:
        fail(ExitCode.CONFLICT, str(error), "choose another --output; homes are never overwritten")
    except OSError as error:
        fail(
            ExitCode.CONFIGURATION, f"{error.filename}: {error.strerror}", "choose another --output"
        )
    _warn(plans, is_exposed=not is_loopback(api_host))
    _show(plans, homes, name, as_json=as_json)


def _warn(plans: "Sequence[OfficePlan]", *, is_exposed: bool) -> None:
    if is_exposed:
        talk().print(
            "[bold yellow]Note:[/] the APIs can be reached from other machines without TLS: whoever is on the way"
            " reads the tokens. Put a reverse proxy with TLS before them (docs/operations.md).",
        )
    if _faults(plans) == 0:
        talk().print(
            f"[bold yellow]Note:[/] a network of {len(plans)} stands no fault at all; four or more"
            " offices stand one.",
        )


def _show(
    plans: "Sequence[OfficePlan]", homes: "Mapping[str, Path]", name: str, *, as_json: bool
) -> None:
    if as_json:
        print_json(
            {
                "network": name,
                "faults": _faults(plans),
                "offices": [
                    {
                        "code": plan.code,
                        "home": str(homes[plan.code]),
                        "api": plan.api_url,
                        "peer": plan.peer_url,
                    }
                    for plan in plans
                ],
            }
        )
        return
    for plan in plans:
        data().print(f"{plan.code}  {homes[plan.code]}  {plan.api_url}")
    first = homes[plans[0].code]
    talk().print(
        f"Start each office with 'ipregister start --home {first}' and so on; {first}/README.md says more."
    )


def _faults(plans: "Sequence[OfficePlan]") -> int:
    """How many of these offices may fail."""
    return (len(plans) - 1) // 3


def _hosts(given: list[str]) -> tuple[str, dict[str, str]]:
    """(the host of all offices, those of single ones)."""
    single = dict(value.split("=", 1) for value in given if "=" in value)
    plain = [value for value in given if "=" not in value]
    return (plain[-1] if plain else "127.0.0.1"), single
