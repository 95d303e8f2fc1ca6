"""`ipregister blocks` and `offices`: the ledger and who keeps it."""

from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show, show_table
from node.cli.output import JsonOption, data, print_json

if TYPE_CHECKING:
    from node.client import Document


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
    with connect(url, home, token_file, "audit") as client:
        if height is None:
            found = client.get("/blocks", {"sort": "height:desc", "limit": limit})
        else:
            found = client.get(f"/blocks/{height}")
    if as_json:
        print_json(found)
    elif height is None:
        rows = [
            (header["height"], header["time"], header["entryCount"], header["hash"])
            for header in found["blocks"]
        ]
        show_table(("height", "time", "entries", "hash"), rows)
    else:
        _show_block(found)


def _show_block(block: "Document") -> None:
    show(block["header"])
    for submission in block["submissions"]:
        office, status = submission["ipOfficeCode"], submission["status"]
        data().print(f"\nsubmission of {office}, {status}, {submission['digest']}")
        rows = [
            (entry["index"], entry["status"], entry.get("subject", ""), entry.get("reasonCode", ""))
            for entry in submission["entries"]
        ]
        show_table(("entry", "result", "about", "codes"), rows)


def offices(
    *,
    code: Annotated[
        str | None, typer.Argument(help="One body of WIPO ST.3; without it, those of the network.")
    ] = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the offices of the network, or what a code means: rights, memberships, successors."""
    with connect(url, home, token_file) as client:
        found = client.get("/offices" if code is None else f"/offices/{code.upper()}")
    if as_json:
        print_json(found)
        return
    if code is not None:
        show(found)
        return
    rows = [
        (office["ipOfficeCode"], office["name"], ", ".join(office["rightBag"]), office["publicKey"])
        for office in found["offices"]
    ]
    show_table(("office", "name", "rights", "public key"), rows)
