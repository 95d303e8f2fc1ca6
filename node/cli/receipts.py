"""`ipregister receipt`: fetch a filing's receipt, and verify one, or state evidence, without asking any node."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import DateOption, NumberArgument, OfficeArgument, RightOption, day, filing_id
from node.cli.output import ExitCode, JsonOption, data, fail, print_json
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.printable import printable
from node.cli.standard_forms import is_standard_form, verify_standard_form
from node.verifier.moments import moment

if TYPE_CHECKING:
    from ledger.genesis import Genesis


class ReceiptForm(StrEnum):
    """In which form a receipt is written."""

    JSON = "json"
    COSE = "cose"


app = typer.Typer(no_args_is_help=True, help="Receipts: proofs that hold without trusting a node.")

_INPUT_BYTES_MAX: Final = 64 * 1024 * 1024
TrustOption = Annotated[
    Path, typer.Option("--trust", help="genesis.json of the network: all that is trusted.")
]


@app.command("get")
def get(
    *,
    office: OfficeArgument,
    number: NumberArgument,
    right: RightOption = "patent",
    filed: DateOption = None,
    form: Annotated[
        ReceiptForm,
        typer.Option(help="json: the register's own form; cose: a COSE statement (RFC 9942)."),
    ] = ReceiptForm.JSON,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write it.", show_default="stdout"),
    ] = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch the receipt of a filing: a file that anyone can verify."""
    import msgspec

    if form is ReceiptForm.COSE and output is None:
        fail(ExitCode.USAGE, "--form cose is not text", "name the file to write with --output")
    expect_free("--output", output, force=force)
    subject = filing_id(office, number, right, day(filed))
    with connect(url, home, token_file) as client:
        if form is ReceiptForm.COSE:
            content = client.download(f"/receipts/{subject}", "application/cose")
        else:
            receipt = client.get(f"/receipts/{subject}")
            content = msgspec.json.encode(receipt) + b"\n"
    if output is None and as_json:
        print_json({"receipt": receipt})
    elif output is None:
        text = msgspec.json.format(msgspec.json.encode(receipt), indent=2).decode()
        sys.stdout.write("".join(f"{printable(line)}\n" for line in text.split("\n")))
    else:
        with written_whole("--output", output) as file:
            file.write(content)
        if as_json:
            print_json({"filing": subject, "file": str(output)})
        else:
            data().print(f"receipt of {subject} written to {output}", markup=False)


@app.command("verify")
def verify(
    *,
    file: Annotated[Path, typer.Argument(help="A receipt, as `receipt get` writes it.")],
    trust: TrustOption,
    as_json: JsonOption = False,
) -> None:
    """Verify a receipt offline. Exit code 0: it proves the entry; 1: it does not."""
    from ledger.block import decode_header
    from ledger.errors import InvalidReceiptError, MalformedReceiptError
    from ledger.receipt import verify_receipt
    from ledger.receipt_json import decode_receipt

    genesis, content = read_trusted(trust), read_input(file)
    if is_standard_form(content):
        verify_standard_form(file, content, genesis, None, as_json=as_json)
        return
    try:
        receipt = decode_receipt(content)
        header = verify_receipt(receipt, genesis)
    except (MalformedReceiptError, InvalidReceiptError) as error:
        fail(
            ExitCode.NO,
            f"{file}: {error}",
            "it was changed, or belongs to another network: fetch it anew",
            {"check": "receipt", "file": str(file)},
        )
    outcome, state = receipt.outcome, receipt.state
    if as_json:
        print_json(
            {
                "status": outcome.status,
                "subject": outcome.subject,
                "office": receipt.office,
                "height": header.height,
                "index": receipt.index,
                "entry": receipt.entry.decode(),
                "blockTime": moment(header.time_ms),
                "stateHeight": None
                if state is None
                else decode_header(state.certified.header).height,
            }
        )
        return
    what = (
        ""
        if outcome.status != "rejected"
        else f" ([red]the register rejected it[/]: {outcome.reason})"
    )
    data().print(
        f"[green]VALID[/] {outcome.subject}, {outcome.status}{what}, declared by {receipt.office}"
    )
    data().print(
        f"entry {receipt.index} of block {header.height} of {moment(header.time_ms)}, "
        "signed by a quorum of the offices"
    )
    if state is not None:
        data().print(
            f"and in the register as of block {decode_header(state.certified.header).height}"
        )
    data().print(receipt.entry.decode(), markup=False)


@app.command("verify-state")
def verify_state(
    *,
    file: Annotated[Path, typer.Argument(help="State evidence: what `/state-evidence` answered.")],
    trust: TrustOption,
    as_json: JsonOption = False,
) -> None:
    """Verify state evidence offline: a fact is in the register, or is not. Exit code 0: it is proved; 1: it is not."""
    from ledger.errors import InvalidReceiptError, MalformedReceiptError
    from ledger.receipt import verify_state_evidence
    from ledger.receipt_json import decode_state_evidence

    genesis = read_trusted(trust)
    try:
        evidence = decode_state_evidence(read_input(file))
        header = verify_state_evidence(evidence, genesis)
    except (MalformedReceiptError, InvalidReceiptError) as error:
        fail(
            ExitCode.NO,
            f"{file}: {error}",
            "it was changed, or belongs to another network: fetch it anew",
            {"check": "stateEvidence", "file": str(file)},
        )
    key, is_present = evidence.key.decode(errors="backslashreplace"), evidence.value is not None
    if as_json:
        print_json(
            {
                "fact": key,
                "present": is_present,
                "height": header.height,
                "blockTime": moment(header.time_ms),
            }
        )
        return
    data().print(f"[green]VALID[/] {'present' if is_present else 'absent'}:", end=" ")
    data().print(key, markup=False)
    data().print(
        f"as of block {header.height} of {moment(header.time_ms)}, signed by a quorum of the offices"
    )


def read_trusted(trust: Path) -> "Genesis":
    """The genesis that the caller trusts.

    Raises:
        CommandError: it cannot be read, or is none (4).
    """
    from ledger.errors import MalformedGenesisError
    from ledger.genesis import load_genesis

    hint = "name the network's genesis.json"
    try:
        return load_genesis(_bounded(trust))
    except OSError as error:
        fail(ExitCode.CONFIGURATION, f"{trust}: {error.strerror}", hint)
    except (MalformedGenesisError, _TooLargeError) as error:
        fail(ExitCode.CONFIGURATION, f"{trust}: {error}", hint)


def read_input(file: Path) -> bytes:
    """The bytes of a file that the caller named, at most 64 MiB.

    Raises:
        CommandError: it cannot be read, or is larger.
    """
    hint = "name a file that can be read"
    try:
        return _bounded(file)
    except OSError as error:
        fail(ExitCode.USAGE, f"{file}: {error.strerror}", hint)
    except _TooLargeError as error:
        fail(ExitCode.USAGE, f"{file}: {error}", hint)


class _TooLargeError(Exception):
    """The file has more bytes than any that is read whole, or never ends."""


def _bounded(file: Path) -> bytes:
    with file.open("rb") as opened:
        content = opened.read(_INPUT_BYTES_MAX + 1)
    if len(content) > _INPUT_BYTES_MAX:
        raise _TooLargeError(f"expected at most {_INPUT_BYTES_MAX} bytes")
    return content
