"""How every command speaks: data on stdout, talk on stderr, one form of failure.

With `--json` a command prints exactly one JSON object on stdout, also when it fails:
`{"ok": false, "exitCode": 4, "error": "...", "hint": "..."}`. Without it, people get text; colours
follow NO_COLOR and the terminal.
"""

import json
import sys
from collections.abc import Mapping
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from node.cli.printable import printable

if TYPE_CHECKING:
    from rich.console import Console

JsonValue = str | int | float | bool | None | Mapping[str, "JsonValue"] | list["JsonValue"]
"""What a JSON document is made of."""

HOME_VARIABLE = "IPREGISTER_HOME"

JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON object, also on failure.", show_default=False)
]
HomeOption = Annotated[
    Path,
    typer.Option(
        "--home",
        envvar=HOME_VARIABLE,
        help="The office's home directory, as written by 'ipregister network init'.",
        show_default="the current directory",
    ),
]


class ExitCode(IntEnum):
    """What a command's end means to the script that called it."""

    YES = 0
    NO = 1
    """It was checked, and the answer is no."""
    USAGE = 2
    UNDECIDABLE = 3
    """It could not be checked: a node or file was not there to ask."""
    CONFIGURATION = 4
    CONFLICT = 5
    """The register, or a file, already says something else."""
    INTERRUPTED = 130


class CommandError(Exception):
    """A command ends without success. Shown by `main`, as text or as JSON."""

    def __init__(
        self,
        exit_code: ExitCode,
        message: str,
        hint: str = "",
        details: Mapping[str, JsonValue] | None = None,
    ) -> None:
        super().__init__(message)
        self.exit_code = exit_code
        self.message = message
        self.hint = hint
        """What the reader can do about it; the command to type where there is one."""
        self.details: Mapping[str, JsonValue] = details or {}
        """Further members of the JSON object."""


def fail(
    exit_code: ExitCode,
    message: str,
    hint: str = "",
    details: Mapping[str, JsonValue] | None = None,
) -> NoReturn:
    """End the command with this exit code.

    Raises:
        CommandError: always.
    """
    raise CommandError(exit_code, message, hint, details)


def data() -> "Console":
    """The console for what was asked for: stdout."""
    from node.cli.safe_console import SafeConsole

    return SafeConsole(highlight=False, soft_wrap=True)


def talk() -> "Console":
    """The console for everything else: stderr. Progress bars go here; they show on terminals."""
    from node.cli.safe_console import SafeConsole

    return SafeConsole(stderr=True, highlight=False, soft_wrap=True)


def print_json(document: Mapping[str, JsonValue]) -> None:
    """One JSON object on stdout; `ok` leads, and is true unless the document says otherwise."""
    text = json.dumps({"ok": True, **document}, ensure_ascii=False)
    sys.stdout.write(printable(text) + "\n")
    sys.stdout.flush()


def show_failure(error: CommandError, *, as_json: bool) -> None:
    """Say what went wrong and what to do: one JSON object on stdout, or two lines on stderr."""
    if as_json:
        print_json(
            {
                "ok": False,
                "exitCode": int(error.exit_code),
                "error": error.message,
                "hint": error.hint,
                **error.details,
            }
        )
        return
    console = talk()
    first, *more = error.message.split("\n")
    console.print(f"[bold red]Error:[/] {_plain(first)}")
    for line in more:
        console.print(line, markup=False)
    if error.hint:
        console.print(f"[bold]Fix:[/] {_plain(error.hint)}")


def _plain(text: str) -> str:
    """The text with its square brackets kept: they are not markup."""
    from rich.markup import escape

    return escape(text)
