"""Every command that a document shows exists, with the options that it shows."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup

from node.cli import app
from node.cli.default_command import DefaultGroup

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = re.compile(r"^(?:    |\$ |)+(ipregister [^\n]*)$", re.MULTILINE)
MAKE = re.compile(r"^(?:    |\$ )*make ([a-z]+)", re.MULTILINE)


def commands() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        if document.exists():
            for line in SHOWN.findall(document.read_text(encoding="utf-8")):
                yield document.name, line


@pytest.mark.parametrize(("document", "line"), list(commands()))
def test_a_command_that_a_document_shows_exists(document: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command = typer.main.get_command(app)
    while isinstance(command, TyperGroup) and words and words[0] != "--help":
        if isinstance(command, DefaultGroup):
            words = command.with_command(words)
        if words[0].startswith("-"):
            break
        name = words.pop(0)
        assert name in command.commands, f"{document}: {line}"
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    known |= {option for parameter in command.params for option in parameter.secondary_opts}
    shown = {word.partition("=")[0] for word in words if re.fullmatch(r"-{1,2}[a-z].*", word)}
    assert shown - {"--help"} <= known, f"{document}: {line}"


def test_every_make_target_that_a_document_shows_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for document in DOCUMENTS:
        if document.exists():
            shown = set(MAKE.findall(document.read_text(encoding="utf-8")))
            assert shown <= targets, document.name


def test_every_test_that_a_document_names_exists() -> None:
    """With dots at its end, a name is the beginning of one."""
    files = (ROOT / "tests").rglob("test_*.py")
    texts = {path.stem: path.read_text(encoding="utf-8") for path in files}
    known = {name for text in texts.values() for name in re.findall(r"def (test_\w+)", text)}
    shown = [
        (document.name, *found)
        for document in DOCUMENTS
        for found in re.findall(r"`(test_\w+?)_?(\.\.\.)?`", document.read_text(encoding="utf-8"))
    ]
    assert shown
    for document, name, dots in shown:
        is_there = name in known or name in texts
        is_there |= bool(dots) and any(each.startswith(name) for each in known)
        assert is_there, f"{document}: {name}"
