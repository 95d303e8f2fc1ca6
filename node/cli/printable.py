"""What is printed, with escapes for what would steer the terminal: other offices may have put it there."""

import unicodedata

_ESCAPED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp", "Co"})
"""Categories of characters that steer a terminal, turn the direction of a line, or show nothing."""


def printable(text: str) -> str:
    r"""The text with visible escapes such as `\u001b` for what would steer the terminal; the same value in JSON.

    Everything that a command prints goes through here: other offices may have put anything into it.
    """
    if text.isprintable():  # True of no character of these categories, line ends included.
        return text
    return "".join(
        _escape(each) if unicodedata.category(each) in _ESCAPED else each for each in text
    )


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[place : place + 4]}" for place in range(0, len(units), 4))
