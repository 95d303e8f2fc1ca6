"""`ipregister status`: where a node stands."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.output import ExitCode, JsonOption, data, print_json

if TYPE_CHECKING:
    from rich.console import RenderableType

WATCH_SECONDS = 1.0


def status(
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    watch: Annotated[bool, typer.Option("--watch", help="Show it anew every second.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show where a node stands; exit code 1 when it cannot register now."""
    if url is None and home is None:
        home = Path()
    with connect(url, home, token_file, "operate") as client:
        if watch:
            _watch(lambda: client.get("/status"), as_json=as_json)
        document = client.get("/status")
    if as_json:
        print_json({"ok": bool(document["isReady"]), **document})
    else:
        data().print(_table(document))
    if not document["isReady"]:
        raise typer.Exit(ExitCode.NO)


def _watch(ask: Any, *, as_json: bool) -> None:  # noqa: ANN401
    """Show the status every second, until Ctrl-C."""
    import time

    from rich.live import Live

    if as_json:
        while True:
            print_json(ask())
            time.sleep(WATCH_SECONDS)
    with Live(_table(ask()), console=data(), auto_refresh=False) as live:
        while True:
            time.sleep(WATCH_SECONDS)
            live.update(_table(ask()), refresh=True)


def _table(document: dict[str, Any]) -> "RenderableType":
    from rich.console import Group
    from rich.table import Table

    head = (
        f"{document['ipOfficeCode']} in {document['networkName']}: height {document['height']},"
        f" certified to {document['stableHeight']}; agreement needs {document['quorum']} of"
        f" {len(document['officeBag'])}"
    )
    waiting = [f"waiting: {reason}" for reason in document.get("waitingForBag", ())]
    details = document.get("details")
    if not details:
        return Group(head, *waiting)
    table = Table("OFFICE", "ROLE", "HEIGHT", "LAG", "LINK", "NOTE", box=None)
    rows = {document["ipOfficeCode"]: (str(document["height"]), "0", "this node", "")}
    for peer in details["peers"]:
        link = "up" if peer["isLinked"] else "down"
        trouble = str(peer.get("trouble", ""))
        rows[peer["ipOfficeCode"]] = (str(peer["height"]), str(peer["lag"]), link, trouble)
    for office, row in sorted(rows.items()):
        table.add_row(office, "primary" if office == details["primary"] else "backup", *row)
    view = f"view {details['view']}" + ("" if details["isViewActive"] else ", changing the primary")
    return Group(head, view, *waiting, table)
