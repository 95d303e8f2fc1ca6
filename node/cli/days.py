"""Dates on the command line: one form, named in the help and in the error."""

from datetime import datetime

import typer

DAY_FORM = "YYYY-MM-DD"


def read_day(text: str) -> datetime:
    """The day that is written so, at midnight.

    Raises:
        typer.BadParameter: it is none.
    """
    try:
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - a day, of no time zone
    except ValueError:
        raise typer.BadParameter(f"expected a date as {DAY_FORM}, got {text}") from None
