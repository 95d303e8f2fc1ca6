"""Bytes in 41 letters: base45 (RFC 9285) without the letters that a copied text loses or that separate its parts.

Three letters for two bytes, the lowest digit first, as in base45, and two for a single last one. 41 letters are enough,
for 41 ** 3 >= 2 ** 16: the blank, `-`, `/` and `:` are left out.
"""

from typing import Final

_LETTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+."
_BASE: Final = len(_LETTERS)
_DIGITS: Final = {letter: digit for digit, letter in enumerate(_LETTERS)}


def encode_base41(data: bytes) -> str:
    """The letters of these bytes."""
    return "".join(_letters(data[at : at + 2]) for at in range(0, len(data), 2))


def decode_base41(text: str) -> bytes:
    """The bytes of these letters.

    Raises:
        ValueError: they are not what `encode_base41` writes.
    """
    return b"".join(_bytes(text[at : at + 3]) for at in range(0, len(text), 3))


def _letters(data: bytes) -> str:
    rest, letters = int.from_bytes(data), ""
    for _ in range(len(data) + 1):
        rest, digit = divmod(rest, _BASE)
        letters += _LETTERS[digit]
    return letters


def _bytes(letters: str) -> bytes:
    if len(letters) == 1:
        raise ValueError("expected two or three letters, got one")
    value = 0
    for letter in reversed(letters):
        if letter not in _DIGITS:
            raise ValueError(f"expected one of {_LETTERS}, got {letter!r}")
        value = value * _BASE + _DIGITS[letter]
    size = len(letters) - 1
    if value >= 256**size:
        raise ValueError(f"expected letters of {size} bytes, got {letters}")
    return value.to_bytes(size)
