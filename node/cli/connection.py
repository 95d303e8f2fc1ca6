"""Which node a command asks, and as whom: the options `--url`, `--home` and `--token-file`.

A token never stands on the command line, where the shell's history and other users would see it: it
comes from a file, from IPREGISTER_TOKEN, or from the home of an office on this machine.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.output import HOME_VARIABLE, ExitCode, fail

if TYPE_CHECKING:
    from node.client import NodeClient, ProblemError

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
        help="The home of an office on this machine: its node and its token are used.",
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
def connect(url: str | None, home: Path | None, token_file: Path | None) -> Iterator["NodeClient"]:
    """Give a client of the node, and end the command properly when the node fails it.

    Raises:
        CommandError: no node is named (4), it does not answer (3), or its answer is a problem.
    """
    from node.client import NodeClient, NodeUnreachableError, ProblemError

    address = url or _address_of(home)
    token = _token(token_file, home)
    with NodeClient(address, token) as client:
        try:
            yield client
        except NodeUnreachableError as error:
            start = f"ipregister start --home {home}" if home else "ipregister start --home HOME"
            fail(
                ExitCode.UNDECIDABLE,
                str(error),
                f"start the node with '{start}', or name another with --url",
                {"url": error.url},
            )
        except ProblemError as error:
            _fail_with(error)


def _fail_with(error: "ProblemError") -> None:
    fail(_exit_code(error.status), str(error), _hint(error.status), {"problem": error.document})


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
    403: "use a token of a role that may do this, at the node of the office that speaks",
    503: "the node is busy or behind: repeat the command in a moment; repeating is safe",
    504: "the offices have not decided yet: repeat the command; repeating is safe",
}


def _hint(status: int) -> str:
    return _HINTS.get(status, "")


def _address_of(home: Path | None) -> str:
    if home is None:
        fail(
            ExitCode.CONFIGURATION,
            "no node is named",
            f"give --url or {URL_VARIABLE}, or --home (or {HOME_VARIABLE}) of an office here",
        )
    from node.local import api_url_of

    return api_url_of(home)


def _token(token_file: Path | None, home: Path | None) -> str | None:
    if token_file is not None:
        try:
            return token_file.read_text().strip()
        except OSError as error:
            reason = error.strerror or "it cannot be read"
            fail(ExitCode.CONFIGURATION, f"{token_file}: {reason}", "name a readable token file")
    given = os.environ.get(TOKEN_VARIABLE)
    if given or home is None:
        return given
    from node.local import token_of

    return token_of(home)
