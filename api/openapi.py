"""`python -m api.openapi FILE` writes the OpenAPI description; no node is needed."""

import sys
from pathlib import Path

import msgspec

from api.app import describe


def main() -> None:
    """Write the description to the file that the command line names."""
    if len(sys.argv) != 2:  # noqa: PLR2004 - the program and one file
        raise SystemExit("usage: python -m api.openapi FILE")
    text = msgspec.json.format(msgspec.json.encode(describe(), order="deterministic"), indent=1)
    Path(sys.argv[1]).write_bytes(text + b"\n")


if __name__ == "__main__":
    main()
