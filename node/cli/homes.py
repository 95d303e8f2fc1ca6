"""Reading an office's home for a command, with its problems shown in full."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from node.cli.output import ExitCode, fail

if TYPE_CHECKING:
    from node.config import ConfigurationError
    from node.home import Home


def read_home_or_fail(path: Path) -> "Home":
    """The home, read and checked.

    Raises:
        CommandError: it is not in order (4); names every problem and its fix.
    """
    from node.config import ConfigurationError
    from node.home import read_home

    try:
        return read_home(path.resolve(), os.environ)
    except ConfigurationError as error:
        fail_with_problems(error)


def fail_with_problems(error: "ConfigurationError") -> NoReturn:
    """End the command with everything that is wrong with a configuration.

    Raises:
        CommandError: always (4).
    """
    problems = error.problems
    lines = [f"{problem}\n  fix: {problem.fix}" for problem in problems]
    if len(problems) == 1:
        text, hint = str(problems[0]), problems[0].fix
    else:
        text = f"{len(problems)} problems:\n" + "\n".join(lines)
        hint = "correct them all, then try again"
    fail(
        ExitCode.CONFIGURATION,
        text,
        hint,
        {
            "problems": [
                {"key": each.key, "message": each.message, "fix": each.fix} for each in problems
            ]
        },
    )
