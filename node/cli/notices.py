"""`ipregister notices`: what concerns the office of a node, since a height, or as it happens."""

from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import AsOfOption
from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk

if TYPE_CHECKING:
    from node.client import Document, NodeClient

LISTENING = "listening"
"""How the line on stderr begins that tells that the node answers."""


def notices(
    *,
    since: Annotated[
        str,
        typer.Option(
            metavar="HEIGHT",
            help="Show notices of later blocks; or of after a notice, by its id.",
        ),
    ] = "0",
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on with what comes, until Ctrl-C.")
    ] = False,
    as_of: AsOfOption = None,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what concerns this office: its filings that were claimed, new family members, disputes.

    With --follow, a node that goes away is asked again, and nothing is missed. With --follow --json, one JSON object a
    line. The id of the last notice, given to --since, goes on behind it.
    """
    if follow and as_of is not None:
        hint = "leave one of them out: what comes is not there yet at an earlier height"
        fail(ExitCode.USAGE, "--as-of: expected no --follow beside it", hint)
    with connect(url, home, token_file) as client:
        if follow:
            _follow(client, since, as_json=as_json)
        else:
            _list(client, since, as_of, as_json=as_json)


def _list(client: "NodeClient", since: str, as_of: int | None, *, as_json: bool) -> None:
    from node.notice_reading import list_notices

    found: list[Document] = []
    place = since
    for page in list_notices(client, since, as_of):
        place = page["goOnFrom"]
        if as_json:
            found += page["notices"]
        for notice in () if as_json else page["notices"]:
            _show(notice)
    if as_json:
        print_json({"notices": [*found], "goOnFrom": place})
    else:
        talk().print(f"That is all up to {place}: --since {place} shows what follows.")


def _follow(client: "NodeClient", since: str, *, as_json: bool) -> None:
    from node.notice_reading import follow_notices

    is_connected = False

    def interrupted(reason: str) -> None:
        nonlocal is_connected
        is_connected = False
        talk().print(f"{reason}; trying again", markup=False)

    for place, notice in follow_notices(client, since, interrupted):
        if notice is None and not is_connected:
            is_connected = True
            talk().print(f"{LISTENING}; all up to {place} is told")
        elif notice is not None and as_json:
            print_json(notice)
        elif notice is not None:
            _show(notice)


def _show(notice: "Document") -> None:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(notice["timeMs"] / 1000, UTC)
    text = f"{notice['noticeId']}  {moment:%Y-%m-%d %H:%M:%S}Z  {notice['summaryText']}"
    data().print(text, markup=False)
    bag = notice.get("familyMemberBag")
    if bag:
        data().print("    " + ", ".join(bag), markup=False)
