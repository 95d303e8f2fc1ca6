"""The command line `ipregister`.

Every command imports what it needs when it runs, so that `--help` is quick. A command group is a
Typer application in a file of its own, added below; a single command is a function added by name.
"""

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from node.cli import config, network, token
from node.cli.client_commands import add_client_commands
from node.cli.doctor import doctor
from node.cli.help_texts import join_paragraphs
from node.cli.output import CommandError, ExitCode, show_failure
from node.cli.printable import printable
from node.cli.start import start
from node.cli.status import status

app = typer.Typer(
    name="ipregister",
    help="A register of application and priority numbers that IP offices run together.",
    epilog="Exit codes: 0 yes, 1 checked and the answer is no, 2 wrong usage,"
    " 3 could not be decided, 4 configuration, 5 conflict.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(is_wanted: bool) -> None:
    if is_wanted:
        from importlib.metadata import version

        sys.stdout.write(f"ipregister {version('ipregister')}\n")
        raise typer.Exit


@app.callback()
def ipregister(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_show_version,
            is_eager=True,
            help="Print the version and exit.",
            show_default=False,
        ),
    ] = False,
) -> None:
    """Give every command of the register a common root."""


app.add_typer(network.app, name="network")
app.command("start")(start)
app.command("status")(status)
app.command("doctor")(doctor)
app.add_typer(config.app, name="config")
app.add_typer(token.app, name="token")
add_client_commands(app)
join_paragraphs(app)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; failures have been shown."""
    as_json = "--json" in arguments
    try:
        ended = app(list(arguments), prog_name="ipregister", standalone_mode=not as_json)
    except CommandError as error:
        _tell(error, as_json=as_json)
        return int(error.exit_code)
    except typer.TyperException as error:  # raised with --json only: Typer shows it otherwise
        shown = CommandError(
            ExitCode(error.exit_code), error.format_message(), "see 'ipregister --help'"
        )
        _tell(shown, as_json=True)
        return error.exit_code
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(ExitCode.NO)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except Exception as error:
        sys.stderr.write("\n".join(map(printable, traceback.format_exc().split("\n"))))
        shown = _unforeseen(error)
        show_failure(shown, as_json=as_json)
        return int(shown.exit_code)
    return ended if isinstance(ended, int) else 0


def _tell(error: CommandError, *, as_json: bool, trace: str = "") -> None:
    """Show a failure, where it can be: on a full disk the exit code must tell alone."""
    with contextlib.suppress(OSError):
        sys.stderr.write("\n".join(map(printable, trace.split("\n"))))
        show_failure(error, as_json=as_json)


def _unforeseen(error: Exception) -> CommandError:
    """What no command was prepared for: a file that cannot be used, or a fault of this program."""
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        text = f"{place}{error.strerror or error}"
        return CommandError(ExitCode.CONFIGURATION, text, "see whether the file can be used")
    text = f"a fault of this program: {type(error).__name__}: {error}"
    return CommandError(ExitCode.UNDECIDABLE, text, "report it with the lines above")


def main() -> None:
    """Entry point of the console script."""
    code = run(sys.argv[1:])
    try:
        sys.stderr.flush()
    except OSError:  # Python would end with a code of its own (120) for what it could not write
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    sys.exit(code)
