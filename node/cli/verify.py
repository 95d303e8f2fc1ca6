"""`ipregister verify-priority` and `verify-filing`: one priority claim, or all of a filing."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from ledger.register.entries import Right
from node.cli.access_codes import CodeFileOption, with_codes
from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.days import DAY_FORM, read_day
from node.cli.documents import show_table
from node.cli.options import (
    AsOfOption,
    DateOption,
    LinearizableOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json

if TYPE_CHECKING:
    from ledger.register.verification import FilingVerification, FirstFiling, Period, Verification

CLAIM_FORM = "OFFICE:NUMBER:DATE, such as US:61/610,420:2012-03-13, and :RIGHT where it differs"


def is_in_order(outcome: str) -> bool:
    """Whether the priority is given, or none is needed."""
    from ledger.register.verification import GIVES_PRIORITY, NEEDS_NOTHING

    return outcome in GIVES_PRIORITY | NEEDS_NOTHING


def exit_code_of(outcome: str) -> ExitCode:
    """Yes, no or undecidable."""
    if is_in_order(outcome):
        return ExitCode.YES
    return ExitCode.UNDECIDABLE if outcome == "undetermined" else ExitCode.NO


def worst_exit_code(outcomes: Iterable[str]) -> ExitCode:
    """No before undecidable before yes."""
    codes = {exit_code_of(outcome) for outcome in outcomes}
    return next(
        (code for code in (ExitCode.NO, ExitCode.UNDECIDABLE) if code in codes), ExitCode.YES
    )


def verify_priority(
    *,
    office: Annotated[str, typer.Argument(help="Office of first filing, such as US.")],
    number: NumberArgument,
    filed: Annotated[
        datetime, typer.Argument(parser=read_day, metavar=DAY_FORM, help="Its filing date.")
    ],
    second_office: Annotated[str, typer.Option("--at", help="Office of the second filing.")],
    second_date: Annotated[
        datetime,
        typer.Option("--on", parser=read_day, metavar=DAY_FORM, help="Date of the second filing."),
    ],
    second_number: Annotated[
        str | None,
        typer.Option("--as", help="Number of the second filing: the state of its claim counts."),
    ] = None,
    right: RightOption = "patent",
    second_right: Annotated[
        Right | None, typer.Option(help="The right of the second filing, where it differs.")
    ] = None,
    is_sealed: Annotated[
        bool,
        typer.Option(
            "--sealed", help="The first filing is not published: its access code is asked for."
        ),
    ] = False,
    codes: CodeFileOption = None,
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify a priority claim: the first filing is there, and the second is in time.

    Exit code 0: confirmed, or no priority is needed (nationalPhase); 1: it is not in order; 3: the
    register cannot tell.
    """
    from ledger.register.verification import FirstFiling, SecondFiling
    from node.questions import verify_claim

    first = FirstFiling(
        ip_office_code=office.upper(),
        application_number_text=number,
        filing_date=filed.date(),
        right=right,
    )
    if is_sealed or codes is not None:
        (first,) = _with_codes((first,), codes)
    second = SecondFiling(
        ip_office_code=second_office.upper(),
        filing_date=second_date.date(),
        right=second_right or right,
        application_number_text=second_number,
    )
    with connect(url, home, token_file) as client:
        answer = verify_claim(client, first, second, as_of, linearizable=linearizable)
    code = exit_code_of(answer.outcome)
    if as_json:
        import msgspec

        document = msgspec.to_builtins(answer)
        print_json({"ok": code == ExitCode.YES, "exitCode": int(code), **document})
    else:
        _show_verification(answer)
    raise typer.Exit(int(code))


def _show_verification(answer: "Verification") -> None:
    from rich.markup import escape

    colour = "green" if is_in_order(answer.outcome) else "yellow"
    data().print(f"[bold {colour}]{answer.outcome}[/]: {escape(answer.summary)}")
    if answer.remedy:
        data().print(f"what can be done: {answer.remedy}", markup=False)
    if answer.first_filing is not None:
        found = answer.first_filing
        data().print(f"found: {found.filing_id}, filed {found.filing_date}", markup=False)
    if answer.period is not None:
        data().print(_last_day(answer.period), markup=False)
    rows = [
        (check.number, check.name, check.result, ", ".join(check.reasons), check.legal_basis)
        for check in answer.checks
    ]
    show_table(("", "check", "result", "reason", "legal basis"), rows)
    for check in answer.checks:
        if check.came and (check.reason or check.result == "examiner"):
            expected = f" (expected: {check.expected})" if check.expected else ""
            data().print(f"{check.number}: {check.came}{expected}", markup=False)
    _show_suggestions(answer)
    data().print(f"as of height {answer.height}")


def _show_suggestions(answer: "Verification") -> None:
    for near in answer.suggestions:
        same = ", the date claimed" if near.has_claimed_date else ""
        data().print(
            f"perhaps: {near.ip_office_code} {near.application_number_text} ({near.right}),"
            f" filed {near.filing_date}{same}: {near.because}",
            markup=False,
        )


def verify_filing(
    *,
    office: OfficeArgument,
    number: NumberArgument = "",
    right: RightOption = "patent",
    filed: DateOption = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            help=f"A claim to verify, as {CLAIM_FORM}; again for each. Without any: all that the"
            " register has.",
        ),
    ] = None,
    sealed_claims: Annotated[
        list[str] | None,
        typer.Option(
            "--sealed-claim",
            help="A claim to a filing that is not published, in the same form; its access code is asked for.",
        ),
    ] = None,
    codes: CodeFileOption = None,
    as_of: AsOfOption = None,
    linearizable: LinearizableOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the priority claims of one filing together: which stand, and which date they give.

    A filing that is not registered needs --date and its claims; its number may be left out.

    Exit code 0: all are confirmed; 1: one is not in order; 3: the register cannot tell of one.
    """
    import msgspec

    from ledger.register.verification import FilingQuestion, FilingVerification, SecondFiling
    from node.questions import at_height

    named = tuple(read_claim(text) for text in claims or ())
    named += _with_codes(tuple(read_claim(text) for text in sealed_claims or ()), codes)
    if named and filed is None:
        fail(ExitCode.USAGE, "claims are named without the date of the filing", "add --date DATE")
    if not named and not number:
        fail(ExitCode.USAGE, "neither a number nor a claim is named", "give a number, or --claim")
    height = at_height(as_of, linearizable=linearizable)
    with connect(url, home, token_file) as client:
        if named and filed is not None:
            second = SecondFiling(
                ip_office_code=office.upper(),
                filing_date=filed.date(),
                right=right,
                application_number_text=number or None,
            )
            question = FilingQuestion(second=second, priority_claim_bag=named)
            answer = client.post("/filing-verifications", question, parameters=height)
        else:
            subject = filing_id(office, number, right, day(filed))
            answer = client.get(f"/filings/{subject}/priority-verification", height)
    # A node of a later version may say more than this one knows.
    verification = msgspec.convert(answer, FilingVerification)
    code = worst_exit_code(claim.verification.outcome for claim in verification.claims)
    if as_json:
        document = msgspec.to_builtins(verification)
        print_json({"ok": code == ExitCode.YES, "exitCode": int(code), **document})
    else:
        _show_filing(verification)
    raise typer.Exit(int(code))


def _with_codes(firsts: "tuple[FirstFiling, ...]", codes: Path | None) -> "tuple[FirstFiling, ...]":
    """The first filings, each with its access code."""
    import msgspec

    from ledger.register.verification import FirstFiling

    claims = [msgspec.to_builtins(first) for first in firsts]
    return tuple(msgspec.convert(claim, FirstFiling) for claim in with_codes(claims, codes))


def read_claim(text: str) -> "FirstFiling":
    """The claim that an option names.

    Raises:
        CommandError: it does not have the form.
    """
    from ledger.register.verification import FirstFiling

    office, number, filed, right, *more = [*map(str.strip, text.split(":")), "", "", "", ""]
    try:
        filing_date = date.fromisoformat(filed) if filed else None
        named = next(known for known in ("", *get_args(Right)) if known == right)
    except (ValueError, StopIteration):
        more = [text]
    if any(more) or ":" not in text:
        fail(ExitCode.USAGE, f"expected a claim as {CLAIM_FORM}; got {text!r}")
    return FirstFiling(
        ip_office_code=office.upper(),
        application_number_text=number,
        filing_date=filing_date,
        right=named or None,
    )


def _show_filing(answer: "FilingVerification") -> None:
    name = answer.filing_id or f"{answer.ip_office_code}, not registered"
    data().print(f"{name}, filed {answer.filing_date}: {answer.summary}", markup=False)
    rows = [
        (
            claim.number,
            f"{claim.first.ip_office_code} {claim.first.application_number_text}",
            claim.first.filing_date or "",
            claim.verification.outcome,
            ", ".join(claim.verification.reasons),
            claim.verification.remedy,
        )
        for claim in answer.claims
    ]
    show_table(("", "first filing", "date", "outcome", "reasons", "what can be done"), rows)
    for finding in answer.findings:
        about = " and ".join(f"claim {number}" for number in finding.claims)
        data().print(f"{finding.reason} ({about}): {finding.came}", markup=False)
    for claim in answer.claims:
        _show_suggestions(claim.verification)
    data().print(f"as of height {answer.height}")


def _last_day(period: "Period") -> str:
    """The last day of the period, and on whose closed days it rests."""
    from ledger.register.periods import closed_in_words

    office = period.calendar_office
    text = f"last day of the period: {period.last_date}; closed days of {office}: {period.calendar}"
    return f"{text}; passed over: {closed_in_words(period)}" if period.closed_days else text
