"""`ipregister lookup`: what the register holds about a filing."""

from typing import TYPE_CHECKING

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.documents import show, show_table
from node.cli.options import (
    AsOfOption,
    DateOption,
    LinearizableOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
    filing_id,
)
from node.cli.output import JsonOption, data, print_json

if TYPE_CHECKING:
    from node.client import Document


def lookup(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what the register holds about a filing, and the entries that made it so."""
    subject = filing_id(office, number, right, day(filed))
    from node.questions import at_height

    with connect(url, home, token_file) as client:
        filing = client.get(f"/filings/{subject}", at_height(as_of, linearizable=linearizable))
        history = client.get(f"/filings/{subject}/history", at_height(as_of))["items"]
    if as_json:
        print_json({**filing, "history": history})
        return
    show(filing)
    data().print("history:")
    show_table(("height", "index", "time", "office", "entry"), map(_history_row, history))
    if as_of is not None:
        data().print(f"as of height {as_of}")


def _history_row(item: "Document") -> tuple[str, str, str, str, str]:
    entry = item["entry"]
    kind, what = entry["entryCategory"], entry.get("eventCategory") or entry.get("action", "")
    place = str(item["height"]), str(item["index"]), item["blockTime"]
    return (*place, item["ipOfficeCode"], f"{kind} {what}".strip())
