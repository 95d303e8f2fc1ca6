"""Access codes: what an office of first filing prints on the receipt of a sealed filing, for the applicant to hand on.

128 bits, shown as 26 characters of Crockford's base32 (no I, L, O, U) and a check character, in groups of four. The
check character finds every single wrong character and every two that changed places.
"""

from typing import Final

ACCESS_CODE_SIZE: Final = 16  # bytes
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Each character stands for its place, 0 to 31."""
_LENGTH: Final = 26  # characters of 5 bits; the first two bits are 0
CODE_CHARACTERS: Final = _LENGTH + 1
"""Letters and digits of a code as it is printed, with the check character."""
_GROUP: Final = 4
BLANKS: Final = " \t\n\r\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"
"""Blanks and hyphens, also those that word processors put in their place."""
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict.fromkeys(BLANKS, ""))
_USUAL_MISTAKES: Final = (
    "the usual mistakes are B for 8, S for 5, Z for 2, and U, which is in no code, for V"
)


class AccessCodeError(ValueError):
    """A text is not an access code. Its message never holds any of the text."""


class AccessCode:
    """A secret of 16 bytes. Only `printed` shows it."""

    __slots__ = ("secret",)

    def __init__(self, secret: bytes) -> None:
        if len(secret) != ACCESS_CODE_SIZE:
            raise AccessCodeError(
                f"access code: expected {ACCESS_CODE_SIZE} random bytes, got {len(secret)}"
            )
        self.secret = secret

    @property
    def printed(self) -> str:
        """The code as the receipt shows it, such as `1J6G-KZPN-...-X5`."""
        number = int.from_bytes(self.secret, "big")
        values = [number >> 5 * place & 31 for place in range(_LENGTH - 1, -1, -1)]
        text = "".join(ALPHABET[value] for value in (*values, _check(values)))
        return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))

    def __repr__(self) -> str:
        return "AccessCode(secret)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccessCode) and other.secret == self.secret

    def __hash__(self) -> int:
        return hash(self.secret)


def parse_access_code(text: str) -> AccessCode:
    """Return the code that a person typed: case, blanks and hyphens do not count, O is 0, I and L are 1.

    Raises:
        AccessCodeError: no code is written like this; says what was expected and what came, but nothing of the text.
    """
    typed = text.translate(_READ_AS).upper().translate(_READ_AS)
    if len(typed) != CODE_CHARACTERS:
        raise AccessCodeError(
            f"access code: expected {CODE_CHARACTERS} letters and digits, got {len(typed)}"
        )
    values = [ALPHABET.find(character) for character in typed]
    if -1 in values:
        raise AccessCodeError(
            f"access code: character {values.index(-1) + 1} is in no code (not counting blanks"
            f" and hyphens); {_USUAL_MISTAKES}"
        )
    if _check(values):
        raise AccessCodeError(
            f"access code: its last character does not fit the others, so one is mistyped;"
            f" {_USUAL_MISTAKES}"
        )
    number = 0
    for value in values[:-1]:
        number = number << 5 | value
    if number >> 8 * ACCESS_CODE_SIZE:
        raise AccessCodeError("access code: expected a first character from 0 to 7")
    return AccessCode(number.to_bytes(ACCESS_CODE_SIZE, "big"))


def is_access_code(text: str) -> bool:
    """Return whether a text is written as an access code is, with a check character that fits."""
    if len(text) < CODE_CHARACTERS:
        return False
    try:
        parse_access_code(text)
    except AccessCodeError:
        return False
    return True


def _check(values: list[int]) -> int:
    """The check value of these; 0 for values that end with it.

    They are the coefficients of a polynomial over GF(32) (modulo x^5 + x^2 + 1), taken at x and times x. The powers
    of x differ for up to 31 places, so that no single change and no exchange of two values keeps the sum.
    """
    total = 0
    for value in values:
        total = _times_x(total ^ value)
    return total


def _times_x(element: int) -> int:
    return element << 1 ^ (0b100101 if element & 0b10000 else 0)
