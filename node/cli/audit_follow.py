"""`ipregister audit --follow`: each new block of several offices checked as it comes, with an alarm if one is wrong."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from node.cli.connection import TOKEN_VARIABLE, address_and_token, expect_address
from node.cli.output import ExitCode, JsonOption, fail
from node.cli.receipts import TrustOption, read_input, read_trusted

FOLLOW: Final = "--follow"
NODES_MAX: Final = 64
"""That one monitor watches: each can make it hold the blocks of one window."""
_DURATION: Final = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,3})?)(ms|s|m|h|)")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0}


def read_duration(text: str) -> float:
    """Seconds of a duration such as 60s, 2m or 60.

    Raises:
        typer.BadParameter: it is none.
    """
    found = _DURATION.fullmatch(text)
    if found is None or not float(found[1]):
        raise typer.BadParameter(f"expected a duration such as 60s or 2m, got {text!r}")
    return float(found[1]) * _UNITS[found[2]]


def follow(
    *,
    nodes: Annotated[
        list[str],
        typer.Argument(
            metavar="URL...",
            help="Nodes of offices: their URLs, or homes on this machine. The more, the better.",
        ),
    ],
    trust: TrustOption,
    state: Annotated[
        Path | None,
        typer.Option(
            help="A directory for the monitor's own copy of the ledger, so that a restart goes on there.",
            show_default="none: all is checked from block 1",
        ),
    ] = None,
    token_file: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file with an auditor's token for each URL, in their order; else IPREGISTER_TOKEN.",
        ),
    ] = None,
    silence: Annotated[
        float,
        typer.Option(
            parser=read_duration,
            metavar="DURATION",
            help="After how long without what is awaited there is an alarm.",
        ),
    ] = "60s",  # type: ignore[assignment]  # Typer parses it
    interval: Annotated[
        float,
        typer.Option(parser=read_duration, metavar="DURATION", help="Between two looks at a node."),
    ] = "2s",  # type: ignore[assignment]
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Go on after an alarm.")] = False,
    to: Annotated[
        int | None,
        typer.Option(
            min=1, help="End when all nodes have this block, and it is right.", show_default="never"
        ),
    ] = None,
    webhook: Annotated[
        str | None, typer.Option(metavar="URL", help="Post each alarm there, as signed JSON.")
    ] = None,
    webhook_secret: Annotated[
        Path | None,
        typer.Option(help="A file with the secret by which posts are signed: whsec_ and base64."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check each new block as it comes, and raise an alarm when something is not right.

    Only the genesis is trusted. Each block of each node is checked or compared byte by byte; so are
    heads, certificates and evidence. Ends at the first alarm: exit code 1: something is wrong; 3: it
    could not be checked, such as a node that is silent. With --json one JSON object a line.
    'ipregister audit --follow URL' is short for 'ipregister audit follow URL'.
    """
    from node.cli.follow_telling import Teller
    from node.cli.follow_work import Following, run_monitor

    genesis = read_trusted(trust)
    if len(nodes) > NODES_MAX:
        fail(ExitCode.USAGE, f"expected at most {NODES_MAX} nodes, got {len(nodes)}")
    named = _named(nodes, token_file or [])
    hook = _hook(webhook, webhook_secret)
    teller = Teller(as_json=as_json, keep_going=keep_going)
    run_monitor(genesis, Following(named, state, silence, interval, to, hook), teller)
    teller.end()


def _named(nodes: list[str], token_files: list[Path]) -> dict[str, str | None]:
    """URL -> token of each node."""
    from node.client import MalformedTokenError, NodeClient

    tokens = iter(token_files)
    named: dict[str, str | None] = {}
    for node in nodes:
        home = Path(node) if Path(node).is_dir() else None
        url = None if home else expect_address(node, "URL")
        token_file = None if home else next(tokens, None)
        address, token = address_and_token(url, home, token_file, "audit")
        try:
            NodeClient(address, token).close()
        except MalformedTokenError as error:
            hint = "a token is what 'ipregister token create' printed, and nothing else"
            fail(ExitCode.CONFIGURATION, f"{token_file or TOKEN_VARIABLE}: {error}", hint)
        named[address.rstrip("/")] = token
    return named


def _hook(url: str | None, secret_file: Path | None) -> tuple[str, bytes] | None:
    """Where alarms are posted, and the secret."""
    from node.auditing.monitor.webhook import MalformedSecretError, read_secret

    if url is None and secret_file is None:
        return None
    hint = 'make one with: echo "whsec_$(openssl rand -base64 32)" > webhook.secret'
    if url is None or secret_file is None:
        fail(ExitCode.USAGE, "expected --webhook and --webhook-secret together", hint)
    address = expect_address(url, "--webhook")
    try:
        return address, read_secret(read_input(secret_file).decode())
    except (MalformedSecretError, UnicodeDecodeError) as error:
        fail(
            ExitCode.CONFIGURATION, f"{secret_file}: expected a secret of a webhook: {error}", hint
        )
