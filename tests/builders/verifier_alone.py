"""A folder that has the verifier of proof files and nothing else of the program, as on an examiner's machine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from builders.ledgers import GENESIS
from ledger.genesis import encode_genesis

_ROOT = Path(__file__).parents[2]


def verifier_in(folder: Path) -> None:
    """Copy the verifier and the genesis document there."""
    for name in ("crypto", "ledger/proof", "ledger/register"):
        shutil.copytree(_ROOT / name, folder / name, ignore=shutil.ignore_patterns("*.pyc"))
    for name in ("__init__", "block", "errors", "genesis"):
        shutil.copy(_ROOT / "ledger" / f"{name}.py", folder / "ledger")
    (folder / "ledger" / "proof" / "making.py").unlink()
    (folder / "genesis.json").write_bytes(encode_genesis(GENESIS))


def snippet_of(document: str) -> str:
    """The one piece of Python that a document of docs/ shows."""
    text = (_ROOT / "docs" / document).read_text()
    (snippet,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    return str(snippet)


def run_there(folder: Path, snippet: str) -> str:
    """What the snippet prints in that folder."""
    alone = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    run = subprocess.run(
        [sys.executable, "-P", "-c", snippet],
        cwd=folder, env=alone, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return run.stdout
