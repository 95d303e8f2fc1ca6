"""Which letters a printed document can show, and how it names those that it cannot."""

import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Final

_JOINERS: Final = "\u200c\u200d"
"""Format characters that belong to the spelling of Persian and of Indian languages."""
_MARKS_MAX: Final = 3
"""Combining marks on one letter: more are piled up over what stands above it."""
_ABOVE_MAX: Final = 2
"""Of these, marks that stand above it: a third one reaches into the line above."""
_ABOVE: Final = 230
"""Their combining class."""
_OVERLAY: Final = 1
"""The combining class of marks that strike a letter through."""
_CONTROLS: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})
"""Categories that show nothing, or that change what stands beside them."""
_BLANKS: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that fonts have, and that show nothing: Default_Ignorable_Code_Point of Unicode."""


def folder() -> Path:
    """The folder of the fonts (made by `font_subsets`)."""
    return Path(__file__).with_name("fonts")


def shown(content: object) -> object:
    """The content with every letter that has no font, or that works unseen, as `[U+202E]`."""
    return _with_texts(content, lambda text: _unpiled(_named_where(is_shown)(text)))


def in_ascii(content: object) -> object:
    """The content with every letter beyond ASCII as `[U+00E9]`."""
    return _with_texts(content, _named_where(lambda letter: " " <= letter <= "~"))


@cache
def is_shown(letter: str) -> bool:
    """Whether one of the fonts has the letter, and it is no control and strikes none through."""
    category = unicodedata.category(letter)
    if (category in _CONTROLS and letter not in _JOINERS) or letter in _BLANKS:
        return False
    if category == "Me" or unicodedata.combining(letter) == _OVERLAY:
        return False
    firsts, lasts = _coverage()
    at = bisect_right(firsts, ord(letter)) - 1
    return at >= 0 and ord(letter) <= lasts[at]


@cache
def _coverage() -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and last characters of the ranges that the fonts cover, in their order."""
    lines = (folder() / "coverage.txt").read_text(encoding="ascii").split()
    pairs = [line.partition("-") for line in lines]
    firsts = tuple(int(first, 16) for first, _, _ in pairs)
    return firsts, tuple(int(last, 16) for _, _, last in pairs)


def _named_where(is_left: Callable[[str], bool]) -> Callable[[str], str]:
    def named(text: str) -> str:
        return "".join(each if is_left(each) else f"[U+{ord(each):04X}]" for each in text)

    return named


def _unpiled(text: str) -> str:
    """The text with at most three marks on a letter, two of them above it, and the further ones as `[U+0300]`."""
    letters, marks, above = [], 0, 0
    for each in text:
        is_mark = unicodedata.category(each).startswith("M")
        marks = marks + 1 if is_mark else 0
        above = above + (unicodedata.combining(each) == _ABOVE) if is_mark else 0
        fits = marks <= _MARKS_MAX and above <= _ABOVE_MAX
        letters.append(each if fits else f"[U+{ord(each):04X}]")
    return "".join(letters)


def _with_texts(content: object, change: Callable[[str], str]) -> object:
    """The content with every text in it changed."""
    if isinstance(content, str):
        return change(content)
    if isinstance(content, Mapping):
        return {name: _with_texts(value, change) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_with_texts(value, change) for value in content]
    return content
