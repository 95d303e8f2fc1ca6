"""The files that commands write: none is lost by a slip, none stands there half written."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from node.cli.output import ExitCode, fail

ForceOption = Annotated[
    bool,
    typer.Option("--force", help="Write over a file that exists already.", show_default=False),
]


def expect_free(option: str, path: Path | None, *, force: bool) -> None:
    """Return when it can be written there and nothing is lost: no file has the name, or it is to be written over.

    What is no regular file, such as a pipe, keeps nothing that could be lost.

    Raises:
        CommandError: a file of this name exists (5), or there is no such folder (2).
    """
    if path is not None and not path.parent.is_dir():
        hint = "make the folder first, or name another file"
        fail(ExitCode.USAGE, f"{option} {path}: expected a folder {path.parent}, found none", hint)
    if path is not None and not force and path.is_file():
        fail(ExitCode.CONFLICT, f"{option} {path} exists", "name another file, or add --force")


@contextlib.contextmanager
def written_whole(option: str, path: Path, *, is_private: bool = False) -> Iterator[BinaryIO]:
    """A file that has its name only once it is whole; written straight into what is no regular file.

    A symbolic link stays: what it points to is written. A private file can be read by its owner only.

    Raises:
        CommandError: it cannot be written (2).
    """
    is_straight = path.exists() and not path.is_file()
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with path.open("wb") if is_straight else _new_file(part, is_private=is_private) as file:
            yield file
        if not is_straight:
            part.replace(target)
    except OSError as error:  # those of the network come as errors of the client
        hint = "name a file that can be written"
        fail(ExitCode.USAGE, f"{option} {path}: {error.strerror}", hint)
    finally:
        with contextlib.suppress(OSError):  # What is wrong with the place was told above.
            part.unlink()


def _new_file(path: Path, *, is_private: bool) -> BinaryIO:
    mode = 0o600 if is_private else 0o666  # less what the umask takes
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb")
