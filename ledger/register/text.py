"""White space as ASCII knows it: what Python strips from other text changes with its version (decision 7)."""

WHITE_SPACE = " \t\n\r\f\v"
_NONE = str.maketrans("", "", WHITE_SPACE)


def trim(text: str) -> str:
    """Return the text without white space at its ends."""
    return text.strip(WHITE_SPACE)


def without_spaces(text: str) -> str:
    """Return the text without any white space."""
    return text.translate(_NONE)
