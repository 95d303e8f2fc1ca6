"""The text form of a transcript: comments, and stanzas of commands with the trace that is expected below each.

    # What is shown, for people.

    submit a at AU
    run 100
    ----
        10  AU          sent to all: submission a
        ...

A stanza ends with an empty line. Everything between its line of four hyphens and that empty line is the trace.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

RULE: Final = "----"
"""Between commands and trace."""
CONNECTORS: Final = frozenset({"at", "from", "to", "of", "for", "within", "with", "as", "by"})
"""Words of a command that take the next word."""


class TranscriptError(Exception):
    """A transcript that cannot be read or carried out: the message names the line and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line


class Command(NamedTuple):
    """One line: a verb, plain words, words behind connectors, and `key=value` options."""

    line: int
    verb: str
    words: tuple[str, ...]
    named: dict[str, str]
    options: dict[str, str]

    def error(self, reason: str) -> TranscriptError:
        """What is wrong with this line."""
        return TranscriptError(self.line, reason)

    def number(self, text: str, most: int = 10**9, least: int = 0) -> int:
        """A whole number that stands in this line.

        Raises:
            TranscriptError: it is none, or out of range.
        """
        if not text.removeprefix("-").isdecimal() or not least <= int(text) <= most:
            raise self.error(f"expected a whole number from {least} to {most}, got {text!r}")
        return int(text)


class Stanza(NamedTuple):
    """Commands, and the trace below them."""

    commands: tuple[Command, ...]
    source: tuple[str, ...]
    """The lines of the commands as they stand."""
    trace: tuple[str, ...]


class Comment(NamedTuple):
    """Lines that begin with a number sign, as they stand."""

    source: tuple[str, ...]


def parse(text: str) -> tuple[Comment | Stanza, ...]:
    """The parts of a transcript.

    Raises:
        TranscriptError: it does not begin with a comment, or a line is malformed.
    """
    parts = tuple(_part(first, lines) for first, lines in _paragraphs(text))
    if not parts or not isinstance(parts[0], Comment):
        raise TranscriptError(1, "expected a comment that says what is shown")
    return parts


def written(parts: tuple[Comment | Stanza, ...]) -> str:
    """The text of these parts."""
    paragraphs = (
        part.source if isinstance(part, Comment) else (*part.source, RULE, *part.trace)
        for part in parts
    )
    return "\n\n".join("\n".join(lines) for lines in paragraphs) + "\n"


def _paragraphs(text: str) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, lines) of what stands between empty lines."""
    lines: list[str] = []
    for number, line in enumerate((*text.split("\n"), ""), 1):
        if line.strip():
            lines.append(line.rstrip())
        elif lines:
            yield number - len(lines), lines
            lines = []


def _part(first: int, lines: list[str]) -> Comment | Stanza:
    if all(line.startswith("#") for line in lines):
        return Comment(tuple(lines))
    rule = lines.index(RULE) if RULE in lines else len(lines)
    if rule == 0:
        raise TranscriptError(first, "expected a command above the line of hyphens")
    commands = tuple(_command(first + place, lines[place]) for place in range(rule))
    return Stanza(commands, tuple(lines[:rule]), tuple(lines[rule + 1 :]))


def _command(line: int, text: str) -> Command:
    verb, *rest = text.split()
    if not verb.isalpha():
        raise TranscriptError(line, f"expected a command, got {verb!r}")
    words: list[str] = []
    named: dict[str, str] = {}
    options: dict[str, str] = {}
    waiting = iter(rest)
    for word in waiting:
        if word in CONNECTORS:
            value = next(waiting, None)
            if value is None or word in named:
                raise TranscriptError(line, f"expected one word behind one {word!r}")
            named[word] = value
        elif "=" in word:
            key, _, value = word.partition("=")
            if not key or not value or key in options:
                raise TranscriptError(line, f"expected key=value once for each key, got {word!r}")
            options[key] = value
        else:
            words.append(word)
    return Command(line, verb, tuple(words), named, options)
