"""The repository's first level, which its readers know, and nothing beside it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FIRST_LEVEL = {
    ".ci", ".gitignore", "LICENSE", "Makefile", "README.md", "api", "consensus", "crypto", "docs", "ledger", "node",
    "pyproject.toml", "requirements-dev.txt", "requirements.txt", "simulations", "tests",
}  # fmt: skip


def test_nothing_else_is_kept_on_the_first_level() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} <= FIRST_LEVEL


@pytest.mark.parametrize(
    "program", ["api.openapi", "node.proof_schema", "node.evaluation.number_table"]
)
def test_a_program_that_writes_a_file_writes_none_named_help(program: str, tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", program, "--help"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout.startswith("usage:")
    assert list(tmp_path.iterdir()) == []
