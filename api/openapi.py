"""`python -m api.openapi FILE` writes the OpenAPI description; no node is needed."""

import msgspec

from api.app import describe
from node.generated_file import named_file


def main() -> None:
    """Write the description to the file that the command line names."""
    text = msgspec.json.format(msgspec.json.encode(describe(), order="deterministic"), indent=1)
    named_file("Writes the OpenAPI description of the API.").write_bytes(text + b"\n")


if __name__ == "__main__":
    main()
