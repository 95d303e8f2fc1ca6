"""Texts that other offices will read: what may stand in them."""

import unicodedata

_FROZEN = unicodedata.ucd_3_2_0
_REFUSED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})
"""Controls, formats, halves of pairs, ends of lines and paragraphs, private use."""


def is_printable(text: str) -> bool:
    """Return whether the text has no character that steers a terminal or turns what stands beside it.

    By the tables of Unicode 3.2, alike on every interpreter; what they do not know is printable.
    """
    return not any(_FROZEN.category(character) in _REFUSED for character in text)
