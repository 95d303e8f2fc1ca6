"""`ipregister blocks`, `offices` and `audit`: the ledger itself."""

from typing import Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show
from node.cli.output import JsonOption, print_json


def blocks(
    *,
    height: Annotated[
        int | None, typer.Argument(min=1, help="One block; without it, the newest ones.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many of the newest.")] = 20,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show blocks: the newest headers, or one block with its entries and results."""
    with connect(url, home, token_file) as client:
        if height is None:
            found = client.get("/blocks", {"sort": "height:desc", "limit": limit})
        else:
            found = client.get(f"/blocks/{height}")
    if as_json:
        print_json(found)
    else:
        show(found)


def offices(
    *,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the offices of the network."""
    with connect(url, home, token_file) as client:
        found = client.get("/offices")
    if as_json:
        print_json(found)
    else:
        show(found)
