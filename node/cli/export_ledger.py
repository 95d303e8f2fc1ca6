"""`ipregister export ledger`: the whole ledger as one file, from a node, or from ledger files without one."""

import contextlib
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, NamedTuple

import typer

from node.cli.connection import NodeHomeOption, TokenFileOption, UrlOption, connect
from node.cli.output import ExitCode, JsonOption, fail, print_json, talk
from node.cli.output_files import ForceOption, expect_free, written_whole
from node.cli.progress import bytes_progress
from node.cli.receipts import read_trusted

if TYPE_CHECKING:
    from ledger.export.reading import ReadEnd
    from ledger.export.writing import Signatory
    from ledger.genesis import Genesis
    from node.client import NodeClient
    from node.exporting.checking import Wanted


_HEIGHT_HEADER: Final = "Register-Height"
_AGAIN: Final = "nothing was kept of it: repeat the command, or ask another node"


class _Range(NamedTuple):
    """The blocks that are wanted."""

    first: int
    last: int | None
    """None: the last one that a quorum signed."""


def ledger(
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", help="The file: JSON Lines, gzip.", show_default="standard output"
        ),
    ] = None,
    from_height: Annotated[
        int, typer.Option("--from", min=1, help="The first block. From 1 it is audited alone.")
    ] = 1,
    to_height: Annotated[
        int | None,
        typer.Option(
            "--to", min=1, help="The last block.", show_default="the last one that a quorum signed"
        ),
    ] = None,
    files: Annotated[
        Path | None,
        typer.Option(
            help="Read ledger files in place of asking a node: an office's home, or a copy of its data."
            " With key.pem beside them the export is signed.",
            show_default=False,
        ),
    ] = None,
    trust: Annotated[
        Path | None,
        typer.Option(
            help="The network's genesis.json, which the export must have. Without it, that of --home or --files.",
            show_default=False,
        ),
    ] = None,
    force: ForceOption = False,
    url: UrlOption = None,
    home: NodeHomeOption = None,
    token_file: TokenFileOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write every block and certificate, without gaps, to one file that can be audited alone.

    'ipregister audit FILE --trust genesis.json' checks it, and 'ipregister restore FILE' makes the data of
    a lost node from it. Asking a node takes an auditor's token; its office signs that the export is whole.
    """
    if as_json and output is None:
        fail(ExitCode.USAGE, "--json: standard output holds the export", "name a file with -o")
    if output is None and sys.stdout.isatty():
        fail(ExitCode.USAGE, "the export is no text for a terminal", "name a file with -o")
    from node.home import GENESIS_FILE

    expect_free("-o", output, force=force)
    wanted = _Range(from_height, to_height)
    with _opened(output) as file:
        if files is not None:
            end = _from_files(files, trust, wanted, file)
        else:
            with connect(url, home, token_file, "audit") as client:
                own = home / GENESIS_FILE if home is not None and url is None else None
                end = _from_node(client, trust or own, wanted, file)
    _tell(end, output, as_json=as_json)


@contextlib.contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    if output is not None:
        with written_whole("-o", output) as file:
            yield file
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()


def _from_node(
    client: "NodeClient", trust: Path | None, wanted: _Range, file: BinaryIO
) -> "ReadEnd":
    """Have a node write the export, and return its end.

    Raises:
        CommandError: it is not whole, not the one that was asked for, or not signed (3).
    """
    from node.cli.progress import progress_bar
    from node.exporting.checking import Wanted
    from node.exporting.files import CHUNK_BYTES

    genesis = read_trusted(trust) if trust else None
    query = f"from={wanted.first}" + (f"&to={wanted.last}" if wanted.last else "")
    path, headers = f"/ledger/export?{query}", {"Accept": "application/gzip"}
    with client.stream(path, headers) as answer, progress_bar("Exporting", None) as advance:
        last = wanted.last or _announced(answer.headers, client.url)
        chunks = _copied(answer.iter_raw(CHUNK_BYTES), file, advance)
        end = _checked(chunks, client.url, Wanted(wanted.first, last, genesis))
    if not end.end.ip_office_code:
        fail(ExitCode.UNDECIDABLE, f"{client.url}: expected a signed export, found none", _AGAIN)
    return end


def _announced(headers: "Mapping[str, str]", url: str) -> int:
    """The last block of the export that a node is about to send."""
    text = headers.get(_HEIGHT_HEADER, "")
    if not (text.isascii() and text.isdecimal()):
        message = f"{url}: expected a height in {_HEIGHT_HEADER}, got {text[:40]!r}"
        fail(ExitCode.UNDECIDABLE, message, _AGAIN)
    return int(text)


def _from_files(directory: Path, trust: Path | None, wanted: _Range, file: BinaryIO) -> "ReadEnd":
    """Write the export of ledger files, and return its end.

    Raises:
        CommandError: there are none, they are damaged (1), or do not hold what is wanted (2, 3).
    """
    from ledger.errors import CorruptLedgerError
    from ledger.files import FileLedger
    from node.auditing.copies import find_copy
    from node.exporting.checking import Wanted
    from node.exporting.from_files import NothingToExportError, export_files, read_certified
    from node.home import GENESIS_FILE

    copy = find_copy(directory)
    if copy is None:
        hint = "name an office's home, or a copy of its data/ledger"
        fail(ExitCode.USAGE, f"{directory}: expected ledger files, found none", hint)
    home = _home_of(copy.files)
    genesis = read_trusted(trust or home / GENESIS_FILE)
    try:
        opened = FileLedger(copy.files, genesis.network_id(), read_only=True)
        with (
            contextlib.closing(opened),
            bytes_progress("Exporting", opened.blocks.size_bytes()) as progress,
        ):
            certified = read_certified(opened)
            last = wanted.last or certified.last
            _expect_range(wanted.first, last)
            chunks = export_files(
                opened,
                genesis,
                certified,
                from_height=wanted.first,
                to_height=last,
                signatory=_signatory(home, genesis),
                progress=progress,
            )
            copied = _copied(chunks, file, lambda _: None)
            return _checked(copied, str(copy.files), Wanted(wanted.first, last, genesis))
    except CorruptLedgerError as error:
        fail(ExitCode.NO, str(error), "'ipregister audit' says what of it is right")
    except NothingToExportError as error:
        hint = "without --to it ends where a quorum signed; 'ipregister audit' says what is right"
        fail(ExitCode.UNDECIDABLE, str(error), hint)


def _home_of(files: Path) -> Path:
    """The home that ledger files lie in; of a bare copy its own folder: no other folder's key signs for it."""
    from node.home import DATA_DIRECTORY
    from node.stores import LEDGER_DIRECTORY

    there = files.resolve()
    is_in_home = there.parts[-2:] == (DATA_DIRECTORY, LEDGER_DIRECTORY)
    return there.parents[1] if is_in_home else there


def _expect_range(first: int, last: int) -> None:
    if not last:
        hint = "let the node run until a quorum has signed, or name the last block with --to"
        fail(ExitCode.UNDECIDABLE, "no certificate covers any block here", hint)
    if first > last:
        message = f"--from: expected a block up to {last}, got {first}"
        fail(ExitCode.USAGE, message, "there is nothing new to export yet")


def _signatory(home: Path, genesis: "Genesis") -> "Signatory | None":
    """The office whose key lies in the home, if it does.

    Raises:
        CommandError: what lies there is no key of an office of the network (4).
    """
    from node.cli.homes import fail_with_problems
    from node.config import ConfigurationError
    from node.exporting.from_files import signatory_of
    from node.keystore import KEY_FILE, read_key

    path = home / KEY_FILE
    if not path.exists():
        return None
    try:
        signatory = signatory_of(read_key(path), genesis)
    except ConfigurationError as error:
        fail_with_problems(error)
    if signatory is None:
        hint = "remove the key from the copy, or name this network's genesis with --trust"
        fail(ExitCode.CONFIGURATION, f"{path}: it is the key of no office of this network", hint)
    return signatory


def _copied(
    chunks: Iterable[bytes], file: BinaryIO, advance: Callable[[int], None]
) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        advance(len(chunk))
        yield chunk


def _checked(chunks: Iterable[bytes], name: str, wanted: "Wanted") -> "ReadEnd":
    """The end of what was written: nothing is kept that is not whole, and what was asked for.

    Raises:
        CommandError: it is not (3).
    """
    from ledger.export.errors import ExportError
    from node.exporting.checking import read_wanted

    try:
        return read_wanted(name, chunks, wanted)
    except ExportError as error:
        fail(ExitCode.UNDECIDABLE, str(error), _AGAIN)


def _tell(read: "ReadEnd", output: Path | None, *, as_json: bool) -> None:
    head, end = read.head, read.end
    if as_json:
        print_json(
            {
                "file": str(output),
                "fromHeight": head.from_height,
                "toHeight": head.to_height,
                "blockCount": end.block_count,
                "certificateCount": end.certificate_count,
                "headHash": end.head_hash,
                "contentDigest": end.content_digest,
                "signedBy": end.ip_office_code or None,
            }
        )
        return
    word = f"signed by {end.ip_office_code}" if end.ip_office_code else "signed by no office"
    talk().print(f"blocks {head.from_height:,} to {head.to_height:,}, {word}", markup=False)
    talk().print(f"head {end.head_hash}")
    talk().print("note: not audited yet: 'ipregister audit' executes every block")
    if not end.ip_office_code:
        talk().print(
            "note: no key lies beside the ledger files; each block is the offices' word all the same"
        )
    if head.from_height > 1:
        talk().print(f"note: it is audited behind an export up to block {head.from_height - 1:,}")
