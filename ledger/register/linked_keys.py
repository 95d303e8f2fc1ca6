"""Under which keys the claims to a first filing may be linked."""

from ledger.register.keys import RIGHT_LETTERS, SEALED_LETTER
from ledger.register.periods import FIRST_RIGHTS

_LINKED_AS: dict[str, str] = {
    RIGHT_LETTERS[first]: "".join(
        sorted(
            {
                RIGHT_LETTERS[other]
                for rights in FIRST_RIGHTS.values()
                if first in rights
                for other in rights
            }
        )
    )
    for first in RIGHT_LETTERS
} | {SEALED_LETTER: SEALED_LETTER}
"""By the letter of a first filing's right, those under which claims to it may be linked.

A claim that names no right is linked as to a patent or design, and may mean a utility model; one that
states a right may mean another one whose priority the same filing may claim.
"""


def linked_as(key: bytes) -> tuple[bytes, ...]:
    """Return the keys under which claims to the filing with this fact key may be linked."""
    return tuple(key[:3] + letter.encode() + key[4:] for letter in _LINKED_AS[chr(key[3])])
