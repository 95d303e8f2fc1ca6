"""The rule for numbers of which no office rule is known: upper-case letters and digits, and nothing lost.

Two different numbers never meet in one key here; two forms of one number may fail to meet.
"""

import re
import unicodedata

from ledger.register.entries import Right
from ledger.register.numbers.number import FORMAT_UNUSUAL, NUMBER_MISSING, Number

_SEPARATORS = re.compile(r"[^A-Z0-9]+")
_DOCDB = re.compile(r"[A-Z]{2}\.(.+)\.([APUF])")
"""DOCDB writes office, number and kind: A patent, P provisional, U utility model, F design."""


def fold(text: str) -> str:
    """Return the text in upper case with compatibility forms resolved: full-width digits become plain (NFKC)."""
    return (text if text.isascii() else unicodedata.normalize("NFKC", text)).upper()


def compact(office: str, folded: str) -> str:
    """Return the letters and digits of a folded text without the office's own code in front.

    A letter outside ASCII becomes its code point, so that it still distinguishes.
    """
    key = _SEPARATORS.sub("", folded) if folded.isascii() else "".join(map(_spell, folded))
    while key.startswith(office) and len(key) > len(office):
        key = key[len(office) :]
    return key


def read(office: str, right: Right, text: str) -> Number:
    """Return the number by the lenient rule (register.md N7)."""
    folded = fold(text)
    if folded[2:3] == "." and folded.startswith(office) and (match := _DOCDB.fullmatch(folded)):
        folded = match[1]
    key = compact(office, folded)
    return Number(text, key, key, right, () if key else (NUMBER_MISSING,))


def unusual(right: Right, text: str, key: str) -> Number:
    """Return a number that an office rule could not read, with its compact form as key."""
    return Number(text, key, key, right, (FORMAT_UNUSUAL if key else NUMBER_MISSING,))


def _spell(character: str) -> str:
    if not character.isalnum():
        return ""
    return character if character.isascii() else f"U{ord(character):04X}"
