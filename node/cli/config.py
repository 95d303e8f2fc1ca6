"""`ipregister config show`: the settings of a node, and where each came from."""

import os
from pathlib import Path
from typing import Annotated

import typer

from node.cli.homes import fail_with_problems
from node.cli.output import HomeOption, JsonOption, data, print_json

app = typer.Typer(help="The node's configuration.", no_args_is_help=True)


@app.callback()
def config() -> None:
    """Keep `show` a command of its own, though it is the only one."""


@app.command("show")
def show(
    home: HomeOption = Path(),
    origin: Annotated[
        bool, typer.Option("--origin", help="Also show where each value came from.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every key with its value; all of them have been checked."""
    from node.config import ConfigurationError, settings_with_origin

    try:
        settings = settings_with_origin(home.resolve(), os.environ)
    except ConfigurationError as error:
        fail_with_problems(error)
    if as_json:
        print_json(
            {
                "settings": [
                    {"key": each.key, "value": _json(each.value), "origin": each.origin}
                    for each in settings
                ]
            }
        )
        return
    from rich.table import Table

    table = Table(*(["KEY", "VALUE", "ORIGIN"] if origin else ["KEY", "VALUE"]), box=None)
    for each in settings:
        row = [each.key, str(_json(each.value)), each.origin]
        table.add_row(*(row if origin else row[:2]))
    data().print(table)


def _json(value: object) -> str | int | float | bool | None:
    """The value as JSON holds it; a list as its text."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
