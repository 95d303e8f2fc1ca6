"""The command line of the small programs that write one generated file each: `python -m PROGRAM FILE`."""

from argparse import ArgumentParser
from pathlib import Path


def named_file(description: str) -> Path:
    """The file that the command line names; without one, or with --help, the program ends with its usage."""
    parser = ArgumentParser(description=description)
    parser.add_argument("file", type=Path, help="the file to write")
    return Path(parser.parse_args().file)
