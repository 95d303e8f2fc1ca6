"""The rule for numbers of which no office rule is known: upper-case letters and digits, none lost.

Two numbers meet in one key only if they differ in nothing but separators; two forms of one number may
fail to meet.
"""

import re
import unicodedata

from ledger.register.entries import Right
from ledger.register.numbers.number import (
    FORMAT_UNUSUAL,
    NUMBER_MISSING,
    RIGHT_DIFFERS,
    Number,
)

_SEPARATORS = re.compile(r"[^A-Z0-9]+")
_DOCDB = re.compile(r"[A-Z]{2}\.(.+)\.([APUF])")
"""DOCDB writes office, number and kind."""
_KINDS: dict[str, Right] = {"A": "patent", "P": "patent", "U": "utilityModel", "F": "design"}


_FROZEN = unicodedata.ucd_3_2_0
"""Unicode 3.2 for ever: an interpreter's own tables change with its version, and keys must not differ between nodes."""


_EXPANSION_MAX = 4
"""Signs that stand for whole sentences are no part of a number: a text that grows more is taken as it is."""


def fold(text: str) -> str:
    """Return the text in upper case, with compatibility forms resolved (NFKC) and the digits of all scripts plain."""
    if text.isascii():
        return text.upper()
    resolved = _FROZEN.normalize("NFKC", text)
    if len(resolved) > _EXPANSION_MAX * len(text):
        resolved = text
    return "".join(map(_plain, resolved))


def compact(office: str, folded: str) -> str:
    """Return the letters and digits of a folded text without the office's own code in front.

    A letter outside ASCII becomes its code point, so that it still distinguishes.
    """
    key = _SEPARATORS.sub("", folded) if folded.isascii() else "".join(map(_spell, folded))
    while office and key.startswith(office) and len(key) > len(office):
        key = key[len(office) :]
    return key


def mark(office: str, folded: str) -> str:
    """Return letters and digits of a folded text, every run of other characters one slash.

    The office's own code in front is left out. A letter outside ASCII becomes its code point, so that
    it still distinguishes.
    """
    if not folded.isascii():
        folded = "".join(_spell(character) or "/" for character in folded)
    marked = _SEPARATORS.sub("/", folded).strip("/")
    while marked.startswith(office) and len(marked) > len(office):
        marked = marked[len(office) :].lstrip("/")
    return marked


def read(office: str, right: Right, text: str) -> Number:
    """Return the number by the lenient rule (register.md N7)."""
    folded = fold(text)
    if folded[2:3] == "." and folded.startswith(office) and (match := _DOCDB.fullmatch(folded)):
        return _read_docdb(office, right, text, match)
    key = compact(office, folded)
    return Number(text, key, key, right, () if key else (NUMBER_MISSING,))


def _read_docdb(office: str, right: Right, text: str, match: re.Match[str]) -> Number:
    """Return the number under the right that DOCDB's kind names: the same digits with A and U are two filings."""
    key = compact(office, match[1])
    named = _KINDS[match[2]]
    warnings = [] if named == right else [RIGHT_DIFFERS]
    if not key:
        warnings.append(NUMBER_MISSING)
    return Number(text, key, key, named, tuple(warnings))


def unusual(right: Right, text: str, key: str, *doubts: str) -> Number:
    """Return a number that an office rule could not read, with its compact form as key."""
    return Number(text, key, key, right, (FORMAT_UNUSUAL if key else NUMBER_MISSING, *doubts))


def _plain(character: str) -> str:
    if character.isascii():
        return character.upper()
    digit = _FROZEN.decimal(character, None)
    return character if digit is None else str(digit)


def _spell(character: str) -> str:
    if character.isascii():
        return character if character.isalnum() else ""
    category = _FROZEN.category(character)
    # What Unicode 3.2 does not know yet (Cn) still distinguishes.
    is_separator = category[0] in "PSZC" and category != "Cn"
    return "" if is_separator else f"U{ord(character):04X}"
