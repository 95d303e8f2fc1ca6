"""The offices that paths name."""

from typing import Annotated

from fastapi import Path

from api.problems import ProblemError
from ledger.register.offices import is_private_use, office_code

OfficeCode = Annotated[str, Path(max_length=2, description="ST.3 code.", examples=["AU"])]


def known_office_code(given: str) -> str:
    """The code under which the register keeps an office.

    Raises:
        ProblemError: 404, WIPO ST.3 has no such code.
    """
    code = office_code(given)
    if is_private_use(given):
        raise ProblemError(
            "not-found", f"WIPO ST.3 leaves {given!r} to private use: it is no office's code."
        )
    if not code:
        raise ProblemError("not-found", f"WIPO ST.3 has no code {given!r}.")
    return code
