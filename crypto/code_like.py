"""Finds access codes where they do not belong, so that no answer repeats one."""

import re
from typing import Final

from crypto.access_code import BLANKS, CODE_CHARACTERS, is_access_code

_SLIPS: Final = 2
"""Characters that a mistyped code may have too few."""
_DIGITS_MIN: Final = 3
"""Words have none; of 1,000 mistyped codes 4 have fewer."""
CODE_LENGTH_MIN: Final = CODE_CHARACTERS - _SLIPS
"""Characters of the shortest text that may hold a code."""
_SEPARATORS: Final = str.maketrans("", "", BLANKS)
_CLAIM_KEY: Final = re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])", re.ASCII)
_PUBLIC: Final = re.compile(rf"{_CLAIM_KEY.pattern}|\b[0-9a-f]{{64}}\b", re.ASCII)
"""Claim keys and digests, which everybody may see."""
_HEXADECIMAL: Final = re.compile(r"[0-9A-Fa-f]+")
_RUN: Final = re.compile(rf"[^\W_]{{{CODE_LENGTH_MIN},}}")


def holds_code(text: str) -> bool:
    """Whether an access code may stand somewhere in a text, in any way of typing it, also with a slip or two."""
    if any(_has_code(token) for token in _CLAIM_KEY.findall(text)):
        return True
    rest = _PUBLIC.sub(".", text).translate(_SEPARATORS)
    return any(_has_digits(run) or _has_code(run) for run in _RUN.findall(rest))


def holds_whole_code(text: str) -> bool:
    """Whether an access code stands in a text, right to the last character: for texts in which words may stand.

    Keys that programs draw, such as a UUID, are no codes: of those hardly any has hexadecimal digits alone.
    """
    rest = _PUBLIC.sub(".", text).translate(_SEPARATORS)
    return any(
        _has_digits(run[place : place + CODE_CHARACTERS])
        and _has_code(run[place : place + CODE_CHARACTERS])
        for run in _RUN.findall(rest)
        if not _HEXADECIMAL.fullmatch(run)
        for place in range(len(run) - CODE_CHARACTERS + 1)
    )


def _has_code(token: str) -> bool:
    """Whether a code stands in it, right to the last character, in capitals or small letters."""
    run = token.translate(_SEPARATORS)
    windows = (
        run[place : place + CODE_CHARACTERS] for place in range(len(run) - CODE_CHARACTERS + 1)
    )
    return any(each in {each.upper(), each.lower()} and is_access_code(each) for each in windows)


def _has_digits(run: str) -> bool:
    """Whether as many digits stand together as in a code."""
    places = range(len(run) - CODE_LENGTH_MIN + 1)
    counts = (sum(map(str.isdigit, run[place : place + CODE_LENGTH_MIN])) for place in places)
    return any(count >= _DIGITS_MIN for count in counts)
