"""The sentence at the head of a certificate: the register's answer, in which who asked may not write."""

import re
from typing import Final

_OFFICE: Final = re.compile(r"[A-Za-z]{2}")
_NUMBER_LENGTH_MAX: Final = 32
_LETTERS_MAX: Final = 6
"""Letters in a number that is printed in the sentence: `PCT/US2013/030123` has five, and words have more."""


def headline(summary: str, office: str, number: str) -> str:
    """The summary; where the office and number asked about are not like such, it names them as what was asked about.

    They stand in a row of their own, as asked.
    """
    if _is_plain(office, number):
        return summary
    name = f"{office} {number}"
    if number and name in summary:
        return summary.replace(name, "The filing that was asked about", 1)
    return "The answer to what was asked, as told below."


def _is_plain(office: str, number: str) -> bool:
    letters = sum(each.isalpha() for each in number)
    is_number = len(number) <= _NUMBER_LENGTH_MAX and letters <= _LETTERS_MAX
    return is_number and (not office or _OFFICE.fullmatch(office) is not None)
