"""Writes docs/numbers.md: the forms of every office whose numbers have a rule, made by the rules themselves."""

from collections.abc import Iterator
from datetime import date
from typing import get_args

from ledger.register.entries import Right
from ledger.register.number_forms import NumberForms, number_forms
from ledger.register.numbers import EXACT_OFFICES, format_hint
from ledger.register.offices import office_name
from node.generated_file import named_file

_TITLE = """# Application numbers, office by office

Every usual form of one application meets in one match key, which alone is compared ([register.md](register.md),
section 2). The table is made by `make docs` from the rules in `ledger/register/numbers/offices/`;
`ipregister number OFFICE NUMBER` shows the forms of any number. DOCDB and epodoc append a year to some numbers
that bear none: it is the filing date's, as the examples assume. An empty cell: the form is not determined, or not
known to us.

| office | right | printed | match key | DOCDB | epodoc | ST.13 |
|---|---|---|---|---|---|---|
"""
_YEARS = range(2026, 1949, -1)


def number_table() -> str:
    """Return the page."""
    return _TITLE + "".join(f"{row}\n" for row in _rows())


def _rows() -> Iterator[str]:
    for office in sorted(EXACT_OFFICES):
        for right in get_args(Right):
            hint = format_hint(office, right)
            if hint and office != "IB":
                forms = _in_its_year(office, right, hint)
                cells = (
                    f"{office} {office_name(office)}",
                    right,
                    forms.canonical_text,
                    forms.match_key,
                    forms.docdb,
                    forms.epodoc,
                    forms.st13_application_number,
                )
                yield "| " + " | ".join(cells) + " |"


def _in_its_year(office: str, right: Right, hint: str) -> NumberForms:
    """Return the forms with a filing date in the latest year that raises no doubt."""
    dated = (number_forms(office, right, hint, date(year, 6, 15)) for year in _YEARS)
    undated = number_forms(office, right, hint, None)
    return next((forms for forms in dated if not forms.warnings), undated)


def main() -> None:
    """Write the page to the file that the command line names."""
    page = named_file("Writes the table of the forms of application numbers.")
    page.write_text(number_table(), encoding="utf-8")


if __name__ == "__main__":
    main()
