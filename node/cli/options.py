"""Arguments and options that several commands share, and what they name."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.register.entries import Right
from node.cli.days import DAY_FORM, read_day
from node.cli.output import ExitCode, fail, talk

if TYPE_CHECKING:
    from node.client import Document


OfficeArgument = Annotated[str, typer.Argument(help="ST.3 code of the office, such as US.")]
NumberArgument = Annotated[str, typer.Argument(help="Application number in any usual form.")]
RightOption = Annotated[Right, typer.Option(help="The right that was applied for.")]
DateOption = Annotated[
    datetime | None,
    typer.Option(
        "--date",
        parser=read_day,
        metavar=DAY_FORM,
        help="Filing date, where the form of the number needs the year.",
    ),
]
AsOfOption = Annotated[
    int | None,
    typer.Option(
        "--as-of",
        min=0,
        metavar="HEIGHT",
        help="Answer as the register was after the block of this height.",
        show_default="the last one",
    ),
]
LinearizableOption = Annotated[
    bool,
    typer.Option(
        "--linearizable",
        help="Let the node ask the other offices first: it then knows all that any of them had made final.",
    ),
]
FirstOfficeArgument = Annotated[
    str, typer.Argument(help="Office of the first filing, as the claim names it.")
]
FirstNumberArgument = Annotated[
    str, typer.Argument(help="Its number, as the claim names it; '' where it names none.")
]
FirstDateArgument = Annotated[
    datetime | None,
    typer.Argument(parser=read_day, metavar=DAY_FORM, help="Its date, as the claim names it."),
]
FirstRightOption = Annotated[
    Right | None, typer.Option(help="The right of the first filing, where the claim says so.")
]


def day(moment: datetime | None) -> date | None:
    """The date of an option."""
    return None if moment is None else moment.date()


def claim_named(office: str, number: str, filed: date | None, right: Right | None) -> "Document":
    """The priority claim to a first filing, without what the caller did not name."""
    members = {
        "ipOfficeCode": office.upper(),
        "applicationNumberText": number,
        "filingDate": filed,
        "right": right,
    }
    return {name: value for name, value in members.items() if value}


def office_named(office: str) -> str:
    """The code under which the register keeps the filings of an office, former ones included.

    Raises:
        CommandError: it is the code of no office.
    """
    from ledger.register.offices import OFFICES, is_office, office_code

    code = office_code(office)
    if not is_office(code) and (code not in OFFICES or OFFICES[code].kind != "former"):
        hint = "'ipregister offices CODE' tells what a code means"
        fail(
            ExitCode.USAGE, f"expected the ST.3 code of an office, such as US, got {office!r}", hint
        )
    return code


def filing_id(office: str, number: str, right: Right, filed: date | None) -> str:
    """The id by which the API knows the filing, from its number in any usual form, or that id itself.

    A sealed filing has no other name. Tells the reader where the number can be read otherwise too.

    Raises:
        CommandError: the code is no office's, or there is no digit or letter in the number.
    """
    from ledger.register.filing import MalformedFilingIdError, parse_filing_id
    from ledger.register.number_forms import number_forms

    if number.startswith(f"{office.upper()}."):
        try:
            parse_filing_id(number)
        except MalformedFilingIdError as error:
            fail(
                ExitCode.USAGE,
                str(error),
                "'ipregister sealed list' has the ids of your office's sealed filings",
            )
        return number
    forms = number_forms(office_named(office), right, number, filed)
    if not forms.filing_id:
        hint = "give it as the office prints it, such as " + forms.format_hint
        expected = "expected an application number with letters or digits"
        fail(ExitCode.USAGE, f"{expected}, got {number!r}", hint if forms.format_hint else "")
    if forms.alternatives and filed is None:
        others = ", ".join(forms.alternatives)
        told = f"{number} is read as {forms.match_key}; it may also be {others}"
        talk().print(f"{told}: --date tells which", markup=False)
    return forms.filing_id
