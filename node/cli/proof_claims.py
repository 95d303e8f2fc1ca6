"""`ipregister proof make claims`: all claims of one filing, verified together and proved in one file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import (
    DateOption,
    NumberArgument,
    OfficeArgument,
    RightOption,
    day,
    filing_id,
)
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.output_files import ForceOption, written_whole
from node.cli.proof_forms import (
    FormOption,
    OutputOption,
    ProofForm,
    asked,
    subject_in,
    target_of,
)
from node.cli.verify import CLAIM_FORM, read_claim

if TYPE_CHECKING:
    from ledger.register.verification import FilingQuestion
    from node.client import Document, NodeClient


def make_claims(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    claims: Annotated[
        list[str] | None,
        typer.Option(
            "--claim",
            help=f"A claim to verify, as {CLAIM_FORM}; again for each; needs --date. Without any: all"
            " that the filing makes in the register.",
        ),
    ] = None,
    form: FormOption = ProofForm.PROOF,
    output: OutputOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the claims of one filing together, and write the proof of what the register says to each.

    A claim to a filing that is not published is proved on its own: 'ipregister proof make priority --sealed'.
    """
    if claims and filed is None:
        fail(ExitCode.USAGE, "claims are named without the date of the filing", "add --date DATE")
    target = target_of(output, form, force=force)
    named = tuple(map(read_claim, claims or ()))
    with connect(url, home, token_file) as client:
        if named and filed is not None:
            from ledger.register.verification import FilingQuestion, SecondFiling

            second = SecondFiling(
                ip_office_code=office.upper(),
                filing_date=filed.date(),
                right=right,
                application_number_text=number,
            )
            question = FilingQuestion(second=second, priority_claim_bag=named)
        else:
            question = _about(client, filing_id(office, number, right, day(filed)))
        content = asked(client, "/proofs/filing-verification", question, form)
    _write(target, content, form, as_json=as_json)


def _about(client: "NodeClient", subject: str) -> "FilingQuestion":
    """The question about all claims that a registered filing makes and that stand."""
    import msgspec

    from ledger.register.verification import FilingQuestion, SecondFiling

    filing = client.get(f"/filings/{subject}")
    members = {
        "ipOfficeCode": filing["ipOfficeCode"],
        "filingDate": filing["filingDate"],
        "right": filing["right"],
        "applicationNumberText": filing["canonicalNumber"],
        "receivingOfficeCode": filing.get("receivingOfficeCode") or None,
    }
    return FilingQuestion(second=msgspec.convert(members, SecondFiling))


def _write(output: Path, content: bytes, form: ProofForm, *, as_json: bool) -> None:
    import msgspec

    from ledger.register.verification import FilingVerification

    with written_whole("--output", output) as file:
        file.write(content)
    # A node of a later version may say more than this one knows.
    answer = msgspec.convert(subject_in(content, form)["answer"], FilingVerification)
    if as_json:
        told: Document = {"outcome": answer.outcome, "summary": answer.summary}
        print_json({"file": str(output), "bytes": len(content), **told})
        return
    data().print(f"{answer.outcome}: {answer.summary}", markup=False)
    for claim in answer.claims:
        first = claim.first
        name = f"{first.ip_office_code} {first.application_number_text}".strip()
        data().print(f"  {claim.number}. {name}: {claim.verification.outcome}", markup=False)
    data().print(f"{output}: {len(content)} bytes", markup=False)
