"""In which form a node's answer is written: with all its proofs, or alone and signed (docs/standard-forms.md)."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.output_files import expect_free

if TYPE_CHECKING:
    from node.client import Document, NodeClient

OutputOption = Annotated[
    Path | None,
    typer.Option(
        "--output", "-o", help="The file to write.", show_default="proof.json or answer.jws"
    ),
]


class ProofForm(StrEnum):
    """In which form an answer is written."""

    PROOF = "proof"
    JWS = "jws"


FormOption = Annotated[
    ProofForm,
    typer.Option(
        help="proof: with all proofs; jws: the answer alone, signed by the node's office."
    ),
]


def target_of(output: Path | None, form: ProofForm, *, force: bool) -> Path:
    """The file to write.

    Raises:
        CommandError: it exists (5).
    """
    target = output or Path("answer.jws" if form is ProofForm.JWS else "proof.json")
    expect_free("--output", target, force=force)
    return target


def asked(client: "NodeClient", path: str, question: object, form: ProofForm) -> bytes:
    """The file as the node makes it, with a line end.

    Raises:
        NodeUnreachableError, ProblemError: as `NodeClient.post`.
    """
    media_type = "application/jose" if form is ProofForm.JWS else "application/json"
    return client.print_document(path, media_type, question) + b"\n"


def subject_in(content: bytes, form: ProofForm) -> "Document":
    """What was asked and answered, as a file of the node tells it; empty of a consistency file."""
    import msgspec

    from crypto import base64url

    body = content
    if form is ProofForm.JWS:
        body = base64url.decode(content.split(b".")[1].decode())
    document: Document = msgspec.json.decode(body)
    subject: Document = document.get("subject", {})
    return subject
