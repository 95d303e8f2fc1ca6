"""`ipregister export authority-file`: every number that an office registered, and the check of such a file."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, Literal, NoReturn

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.options import AsOfOption, office_named
from node.cli.output import ExitCode, JsonOption, data, fail, print_json, talk
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.receipts import TrustOption, read_trusted

if TYPE_CHECKING:
    from api.authority.definition import AuthorityDefinition, AuthorityFileError
    from node.client import NodeClient

FormatName = Literal["xml", "csv"]
MEDIA_TYPES = {"xml": "application/xml", "csv": "text/csv"}
DEFINITION_SUFFIX = ".definition.json"
CHUNK_BYTES = 256 * 1024


def authority_file(
    *,
    office: Annotated[
        str, typer.Option(help="ST.3 code of the office whose numbers are listed, such as US.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help=f"The file. Its definition goes to FILE{DEFINITION_SUFFIX}."
        ),
    ],
    form: Annotated[FormatName, typer.Option("--format", help="XML or CSV.")] = "xml",
    as_of: AsOfOption = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every number that an office registered, after WIPO ST.37: a file that shows where numbers are missing.

    Beside it stands its definition: counts, dates, SHA-256, and the signature of the office whose node was asked.
    """
    code, beside = office_named(office), _beside(output)
    for path in (output, beside):
        expect_free("-o", path, force=force)
    with connect(url, home, token_file) as client:
        height = int(client.get("/status")["height"]) if as_of is None else as_of
        resource = f"/offices/{code}/authority-file"
        with written_whole("-o", output) as file, written_whole("-o", beside) as definition_file:
            told = _fetch(client, resource, form, height, file)
            media_type = MEDIA_TYPES[form]
            definition = client.get(
                f"{resource}/definition", {"asOf": height, "mediaType": media_type}
            )
            _expect_whole(definition, told)
            definition_file.write(_encoded(definition))
    if as_json:
        print_json({"file": str(output), "definition": definition})
    else:
        count = definition["coverage"]["entryCount"]
        talk().print(f"{count:,} numbers of {code} at height {height}", markup=False)
        talk().print(f"definition: {beside}", markup=False)


def check_authority_file(
    *,
    file: Annotated[Path, typer.Argument(help="A file of 'ipregister export authority-file'.")],
    trust: TrustOption,
    definition: Annotated[
        Path | None, typer.Option(help="Its definition.", show_default=f"FILE{DEFINITION_SUFFIX}")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check that an authority file is the one that an office of the network signed for.

    Exit code 0: it is; 1: it is another one, was changed, or nobody of the network signed for it; 3: the definition is
    of a later version.
    """
    from api.authority.definition import (
        AuthorityFileError,
        NewerDefinitionError,
        decode_definition,
        expect_same_file,
        verify_definition,
    )

    genesis = read_trusted(trust)
    beside = definition or _beside(file)
    digest, size = _digest_of(file)
    try:
        found = decode_definition(_read(beside))
        signer = verify_definition(found, genesis.keyring())
    except NewerDefinitionError as error:
        hint = "use a later version of this program"
        fail(ExitCode.UNDECIDABLE, f"{beside}: {error}", hint, {"file": str(beside)})
    except AuthorityFileError as error:
        _refuse(beside, error)
    try:
        expect_same_file(found, digest, size)
    except AuthorityFileError as error:
        _refuse(file, error)
    _show(found, signer, as_json=as_json)


def _beside(file: Path) -> Path:
    return file.with_name(file.name + DEFINITION_SUFFIX)


def _fetch(
    client: "NodeClient", path: str, form: FormatName, height: int, file: BinaryIO
) -> tuple[str, int]:
    """Copy the file from the node as it comes; its SHA-256 and size."""
    from hashlib import sha256

    from node.cli.progress import progress_bar

    digest, size = sha256(), 0
    headers = {"Accept": MEDIA_TYPES[form]}
    with (
        client.stream(f"{path}?asOf={height}", headers) as answer,
        progress_bar("Bytes", None) as advance,
    ):
        for chunk in answer.iter_bytes(CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    return digest.hexdigest(), size


def _expect_whole(definition: dict[str, Any], told: tuple[str, int]) -> None:
    """Return when what came is what the node signs for.

    Raises:
        CommandError: it is not (3).
    """
    if (definition["digest"], definition["byteCount"]) != told:
        hint = "repeat the command; if it happens again, tell the administrator of the node"
        fail(ExitCode.UNDECIDABLE, "the node signs for another file than it sent", hint)


def _encoded(definition: dict[str, Any]) -> bytes:
    """The definition as the node wrote it: sorted and without spaces."""
    import msgspec

    return msgspec.json.encode(definition, order="sorted")


def _digest_of(file: Path) -> tuple[str, int]:
    from hashlib import file_digest

    try:
        with file.open("rb") as opened:
            return file_digest(opened, "sha256").hexdigest(), file.stat().st_size
    except OSError as error:
        fail(ExitCode.USAGE, f"{file}: {error.strerror}", "name a file that can be read")


def _read(file: Path) -> bytes:
    from api.authority.definition import DEFINITION_BYTES_MAX

    try:
        with file.open("rb") as opened:
            return opened.read(DEFINITION_BYTES_MAX + 1)
    except OSError as error:
        hint = "name the definition with --definition: it was written beside the file"
        fail(ExitCode.USAGE, f"{file}: {error.strerror}", hint)


def _refuse(file: Path, error: "AuthorityFileError") -> NoReturn:
    hint = "do not rely on this file; have a new one made with 'ipregister export authority-file'"
    fail(ExitCode.NO, f"{file}: {error}", hint, {"file": str(file)})


def _show(definition: "AuthorityDefinition", signer: str, *, as_json: bool) -> None:
    from api.authority.definition import encode_definition
    from node.cli.documents import show

    document = json.loads(encode_definition(definition))
    if as_json:
        print_json({"signedBy": signer, **document})
        return
    covered = definition.coverage.entry_count
    text = f"{covered:,} numbers of {definition.ip_office_code} at height {definition.height}"
    data().print(f"{text}, signed by {signer}", markup=False)
    show(document["coverage"])
