"""Known answers for byte formats, in tests/vectors."""

from pathlib import Path
from typing import Any

import msgspec

DIRECTORY = Path(__file__).parent.parent / "vectors"


def vectors(name: str) -> Any:  # noqa: ANN401 - each file has a form of its own
    return msgspec.json.decode((DIRECTORY / f"{name}.json").read_bytes())


def unhex(texts: list[str]) -> tuple[bytes, ...]:
    return tuple(map(bytes.fromhex, texts))
