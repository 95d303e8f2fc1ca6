"""The part of a European patent in one state, which bears the European application's number: 19702186.8.

DOCDB keeps it apart from the state's own numbers by the kind T: DK.19702186.T. Spain and others write
E or EP in front. Germany gives numbers of its own.
"""

from ledger.register.numbers.form import Form, Parts, form
from ledger.register.numbers.offices.european import check_digit

KIND = "T"
_YEARS = (1978, 2077)
FORMS = (
    form(
        r"(?:EP?/?)?(?P<yy>[0-9]{2})(?P<serial>[0-9]{6})(?:/?(?P<check>[0-9]))?/?(?P<series>T)",
        years=_YEARS,
        right="patent",
    ),
    form(
        r"(?P<yy>[0-9]{2})(?P<serial>[0-9]{6})/(?P<check>[0-9])",
        years=_YEARS,
        right="patent",
        series=KIND,
    ),
    form(
        r"EP?/?(?P<yy>[0-9]{2})(?P<serial>[0-9]{6})(?:/?(?P<check>[0-9]))?",
        years=_YEARS,
        right="patent",
        series=KIND,
    ),
)
"""With E, EP, T, or the check digit behind a point."""


def bare(*, unless: str) -> Form:
    """Return the form of eight digits alone, unless the pattern fits them: then they are a number of the state's."""
    return form(
        rf"(?!{unless})(?P<yy>[0-9]{{2}})(?P<serial>[0-9]{{6}})",
        years=_YEARS,
        right="patent",
        rights=("patent",),
        series=KIND,
    )


NEVER = "$"
"""No number of the state has eight digits."""


def digits(parts: Parts) -> str:
    """Return the eight digits of the European number, as in DOCDB and epodoc."""
    return f"{parts.yy}{parts.serial:06}"


def canonical(parts: Parts) -> str:
    """Return the European number with its check digit."""
    return f"{digits(parts)}.{check_digit(digits(parts))}"


def key(parts: Parts) -> str:
    """Return the match key, which no number of the state itself has."""
    return f"{KIND}{digits(parts)}"


def check(parts: Parts) -> str:
    """Return the European check digit; empty for a number of the state itself."""
    return check_digit(digits(parts)) if parts.series == KIND else ""
