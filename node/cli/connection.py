"""Which node a command asks, and as whom: the options `--url`, `--home` and `--token-file`.

A token never stands on the command line, where the shell's history and other users would see it: it
comes from a file, from IPREGISTER_TOKEN, or from the home of an office on this machine. The home's
token goes to the home's own node only: whoever answers at another address would have it.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from node.cli.output import HOME_VARIABLE, ExitCode, fail

if TYPE_CHECKING:
    from node.client import NodeClient, NodeUnreachableError, ProblemError
    from node.local import Need

URL_VARIABLE = "IPREGISTER_URL"
TOKEN_VARIABLE = "IPREGISTER_TOKEN"  # noqa: S105 - the name of a variable

UrlOption = Annotated[
    str | None,
    typer.Option(
        "--url",
        envvar=URL_VARIABLE,
        help="The node's address, such as http://127.0.0.1:8080.",
        show_default="that of the home",
    ),
]
NodeHomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar=HOME_VARIABLE,
        help="The home of an office on this machine: its node is asked, with its token.",
        show_default=False,
    ),
]
TokenFileOption = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        help=f"A file that holds the token; else {TOKEN_VARIABLE}, else the home's.",
        show_default=False,
    ),
]


@contextlib.contextmanager
def connect(
    url: str | None, home: Path | None, token_file: Path | None, need: "Need" = "read"
) -> Iterator["NodeClient"]:
    """Give a client of the node, and end the command properly when the node fails it.

    `need` is what the token is for, where it is taken from the home.

    Raises:
        CommandError: the address is none (2), no node or token is named (4), the node does not answer
            (3), or its answer is a problem.
    """
    from node.client import MalformedTokenError, NodeClient, NodeUnreachableError, ProblemError

    address, token = address_and_token(url, home, token_file, need)
    try:
        opened = NodeClient(address, token)
    except MalformedTokenError as error:
        source = str(token_file) if token_file else TOKEN_VARIABLE
        hint = "a token is what 'ipregister token create' printed, and nothing else"
        fail(ExitCode.CONFIGURATION, f"{source}: {error}", hint)
    with opened as client:
        try:
            yield client
        except NodeUnreachableError as error:
            fail(ExitCode.UNDECIDABLE, str(error), _way_to_a_node(error, home), {"url": error.url})
        except ProblemError as error:
            _fail_with(error)


def address_and_token(
    url: str | None, home: Path | None, token_file: Path | None, need: "Need" = "read"
) -> tuple[str, str | None]:
    """The address of a node, and the token for it where one is named.

    Raises:
        CommandError: the address is none (2), or no node is named, or the token is that of another one (4).
    """
    address = _address(url, home)
    token = _given_token(token_file)
    if token is None and home is not None:
        token = _token_of_home(home, address, need)
    return address, token


def _way_to_a_node(error: "NodeUnreachableError", home: Path | None) -> str:
    from node.client import NotANodeError

    if isinstance(error, NotANodeError):
        return "name the address of a node's API with --url; the other offices' port is another one"
    start = f"ipregister start --home {home}" if home else "ipregister start --home HOME"
    return f"start the node with '{start}', or name another with --url"


def _fail_with(error: "ProblemError") -> None:
    code = _exit_code(error.status)
    if error.document.get("type") == "/problems/invalid-fields":
        code = ExitCode.USAGE  # a word on the command line that the API does not know
    if error.document.get("type") in _ANSWERED_NO:
        code = ExitCode.NO
    hint = _HINTS_OF_REASONS.get(error.reason_code) or _hint(error.status)
    fail(code, str(error), hint, {"problem": error.document})


_ANSWERED_NO = frozenset({"/problems/report-not-readable", "/problems/document-altered"})
"""Problems that are answers: it was looked at, and is not so."""
_EXIT_CODES = {
    400: ExitCode.USAGE,
    401: ExitCode.CONFIGURATION,
    403: ExitCode.CONFIGURATION,
    404: ExitCode.NO,
    409: ExitCode.CONFLICT,
    413: ExitCode.USAGE,
    422: ExitCode.NO,
}


def _exit_code(status: int) -> ExitCode:
    return _EXIT_CODES.get(status, ExitCode.UNDECIDABLE)


_HINTS = {
    401: f"give a token of this node with --token-file, {TOKEN_VARIABLE} or --home",
    404: "'ipregister number OFFICE NUMBER' shows how a number is read; a sealed filing of your office goes by its id,"
    " which 'ipregister sealed list' has, until it is opened",
    403: "use a token of a role that may do this, at the node of the office that speaks",
    503: "the node is busy or behind: repeat the command in a moment; repeating is safe",
    504: "the offices have not decided yet: repeat the command; repeating is safe",
}

_HINTS_OF_REASONS = {
    "CLAIM_NOT_FOUND": "'ipregister lookup OFFICE NUMBER' shows the claims of a filing as they stand",
    "DISPUTE_NOT_FOUND": "'ipregister lookup OFFICE NUMBER' shows the disputes about a filing",
    "DEPOSITING_OFFICE_UNREACHABLE": "repeat the command in a while: what came already is kept",
    "CLAIM_NOT_CONFIRMED": "'ipregister family OFFICE NUMBER --kind extended' shows the claim, its date and who"
    " disputes it; ask again when it has stood for seven days, or when the filing is published",
    "NOT_IN_FAMILY": "'ipregister family OFFICE NUMBER --kind extended' shows who belongs to the family",
    "REPORT_WITHHELD": "ask that office; 'ipregister report history REPORT' shows what it withholds",
    "OTHER_OFFICE": (
        "an office enters what becomes of its own filings at its own node: name that node with --url or --home;"
        " 'ipregister dispute' says that you doubt another office's claim"
    ),
    "NUMBER_IS_SEALED": "'ipregister sealed open NUMBER' opens it at its publication",
    "FILING_WITHDRAWN": "if it was published all the same: 'ipregister sealed open ID --although-withdrawn'",
    "ACCESS_CODE_MISPLACED": "put the application number there; an access code goes where it is asked for",
    "NO_SEALED_FILING": (
        "compare number, date and code with the receipt: usual mistakes are B for 8, O for 0, S for 5, Z for 2, U for"
        " V, and day and month exchanged"
    ),
    "RIGHT_NOT_REGISTRABLE": "'ipregister offices CODE' shows the rights that an office registers",
}
"""By the reason code of the problem: what to do next on the command line."""


def _hint(status: int) -> str:
    return _HINTS.get(status, "")


def _address(url: str | None, home: Path | None) -> str:
    return _address_of(home) if url is None else expect_address(url)


def expect_address(url: str, option: str = "--url") -> str:
    """The address, if it is one.

    Raises:
        CommandError: it is none (2); the option by which it was given is named.
    """
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        fail(
            ExitCode.USAGE,
            f"{option}: expected an address such as http://127.0.0.1:9700, got {url}",
            f"write http://{url}" if "://" not in url else "correct the address",
        )
    return url


def _address_of(home: Path | None) -> str:
    if home is None:
        fail(
            ExitCode.CONFIGURATION,
            "no node is named",
            f"give --url or {URL_VARIABLE}, or --home (or {HOME_VARIABLE}) of an office here",
        )
    from node.cli.homes import fail_with_problems
    from node.config import ConfigurationError
    from node.local import api_url_of

    try:
        return api_url_of(home)
    except ConfigurationError as error:
        fail_with_problems(error)


def _given_token(token_file: Path | None) -> str | None:
    """The token that the caller named."""
    if token_file is None:
        return os.environ.get(TOKEN_VARIABLE) or None
    try:
        return token_file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = "expected text, found other bytes"
        if isinstance(error, OSError):
            reason = error.strerror or "it cannot be read"
        fail(ExitCode.CONFIGURATION, f"{token_file}: {reason}", "name a readable token file")


def _token_of_home(home: Path, address: str, need: "Need") -> str | None:
    """The token of the home, for the home's own node."""
    from node.local import token_of

    own = _address_of(home)
    if _place(address) != _place(own):
        fail(
            ExitCode.CONFIGURATION,
            f"the tokens of {home} are for its own node at {own}, not for {address}",
            f"give a token of that node with --token-file or {TOKEN_VARIABLE}",
        )
    return token_of(home, need)


def _place(url: str) -> tuple[str, str, int]:
    """What tells one node from another; all names of this machine itself are one."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_here = host in {"localhost", "127.0.0.1", "::1"}
    return parts.scheme, "localhost" if is_here else host, parts.port or 0
