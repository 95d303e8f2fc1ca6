"""`ipregister audit --against`, and `ipregister audit blame`: one office's history beside those of others."""

import contextlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from node.cli.connection import connect
from node.cli.output import (
    CommandError,
    ExitCode,
    JsonOption,
    JsonValue,
    data,
    fail,
    print_json,
)
from node.cli.receipts import TrustOption, read_input, read_trusted

if TYPE_CHECKING:
    from ledger.genesis import Genesis
    from node.auditing.blame import Blamed, History
    from node.auditing.blame_files import BlamedByFiles
    from node.auditing.others import Comparison


def compare_with_others(
    read_own: Callable[[], "History"],
    genesis: "Genesis",
    others: list[str],
    token_files: list[Path],
    shown: dict[str, JsonValue],
    *,
    to: int | None,
) -> "list[Comparison]":
    """Hold an audited history, up to the height of the audit, against other offices' nodes.

    `shown` goes into every failure, and takes what was compared.

    Raises:
        CommandError: one has another block (1), or cannot be asked (2 to 4).
    """
    if not others:
        return []
    from node.auditing.blame import up_to
    from node.auditing.others import compare_with

    own = read_own() if to is None else up_to(read_own(), to)
    tokens = iter(token_files)
    comparisons = []
    for other in others:
        home = Path(other) if Path(other).is_dir() else None
        url, token_file = (None, None) if home else (other, next(tokens, None))
        try:
            with connect(url, home, token_file, "audit") as client:
                found = compare_with(client, own)
        except CommandError as error:
            fail(error.exit_code, error.message, error.hint, {**shown, **error.details})
        if found.found is not None and found.first_difference is not None:
            _fail_with_fork(own, found, genesis, shown)
        comparisons.append(found)
    shown["against"] = [
        {"url": each.url, "height": each.height, "comparedHeights": [*each.compared]}
        for each in comparisons
    ]
    return comparisons


def _fail_with_fork(
    own: "History", other: "Comparison", genesis: "Genesis", shown: dict[str, JsonValue]
) -> None:
    from node.auditing.blame import blame, blamed_document

    assert other.found is not None
    assert other.first_difference is not None
    height = other.first_difference
    ours, theirs = own.hashes[height - 1].hex(), other.found.hashes[height - 1].hex()
    blamed = blame([own, other.found], genesis.keyring())
    said = "".join(f"\n{each.office} {each.what}" for each in blamed)
    fail(
        ExitCode.NO,
        f"block {height}: here {ours}, at {other.url} {theirs}{said}",
        "take the ledger files of that office too, and 'ipregister audit blame' says who signed both",
        {
            **shown,
            "check": "against",
            "url": other.url,
            "atHeight": height,
            "expected": ours,
            "found": theirs,
            "blamed": [blamed_document(each) for each in blamed],
        },
    )


def blame(
    *,
    histories: Annotated[
        list[Path],
        typer.Argument(
            help="Offices' homes, copies of their ledger files or exports, COSE receipts and signed answers, and"
            " files with what GET /status/evidence answered; as many as you have."
        ),
    ],
    trust: TrustOption,
    as_json: JsonOption = False,
) -> None:
    """Name the offices that signed things which contradict each other.

    Exit code 0: nobody did; 1: these did, and their signatures prove it; 3: the histories part, or
    evidence was given, and no office's signatures prove anything.
    """
    from node.auditing import blame as blaming
    from node.auditing.blame_files import is_signed_file
    from node.auditing.exports import is_export

    genesis = read_trusted(trust)
    keyring = genesis.keyring()
    read = [_history_in(each, genesis) for each in histories if each.is_dir() or is_export(each)]
    blamed = blaming.blame(read, keyring)
    unproved = [f"{each.name}: {each.trouble}" for each in read if each.trouble]
    known = {each.name for each in read}
    given = {path: read_input(path) for path in histories if str(path) not in known}
    by_files, more = _blame_by_files(given, read, genesis)
    by_files = [each for each in by_files if each.office not in {one.office for one in blamed}]
    unproved += more
    for path, content in given.items():
        if not is_signed_file(content):
            try:
                evidence = blaming.read_evidence(content)
            except blaming.MalformedEvidenceError as error:
                hint = "save GET /status/evidence, or name an export"
                fail(ExitCode.USAGE, f"{path}: no evidence: {error}", hint)
            proved, more = blaming.blame_by_evidence(evidence, keyring)
            blamed += proved
            unproved += [f"{path}: {each}" for each in more]
    unproved += _unexplained_forks(read) if not blamed else []
    _end_blame(blamed, by_files, unproved, as_json=as_json)


def _blame_by_files(
    given: Mapping[Path, bytes], histories: "list[History]", genesis: "Genesis"
) -> "tuple[list[BlamedByFiles], list[str]]":
    """Those whom signed files prove to be at fault, and the files that prove nothing, and why."""
    from ledger.proof.errors import ProofFileError
    from node.auditing.blame_files import blame_by_files, facts_in, facts_of, is_signed_file

    facts, unproved = [], []
    for path, content in given.items():
        if is_signed_file(content):
            try:
                facts += facts_in(str(path), content, genesis)
            except ProofFileError as error:
                unproved.append(f"{path}: {error}")
    heights = {fact.height for fact in facts}
    return blame_by_files([*facts, *facts_of(histories, genesis.keyring(), heights)]), unproved


def _end_blame(
    blamed: "list[Blamed]",
    by_files: "list[BlamedByFiles]",
    unproved: list[str],
    *,
    as_json: bool,
) -> None:
    from node.auditing.blame import blamed_document
    from node.auditing.blame_files import blamed_by_files_document

    is_blamed = bool(blamed or by_files)
    code = ExitCode.NO if is_blamed else ExitCode.UNDECIDABLE if unproved else ExitCode.YES
    if as_json:
        documents: list[JsonValue] = [blamed_document(each) for each in blamed]
        documents += [blamed_by_files_document(each) for each in by_files]
        found: dict[str, JsonValue] = {"blamed": documents, "unproved": [*unproved]}
        print_json({"ok": code == ExitCode.YES, "exitCode": int(code), **found})
    else:
        found_guilty = [(each.office, each.what) for each in blamed]
        found_guilty += [(each.office, each.what) for each in by_files]
        for office, what in found_guilty:
            data().print(f"{office} {what}", markup=False)
        for text in unproved:
            data().print(f"note: {text}", markup=False)
        if code == ExitCode.YES:
            data().print("[green]OK[/]  nobody signed two things that contradict each other")
    raise typer.Exit(int(code))


def _unexplained_forks(histories: "list[History]") -> list[str]:
    from itertools import combinations

    from node.auditing.blame import first_fork

    return [
        f"{one.name} and {other.name} part at block {fork}, and no office signed both sides:"
        " one of them is not the offices' word"
        for one, other in combinations(histories, 2)
        if (fork := first_fork(one, other))
    ]


def _history_in(path: Path, genesis: "Genesis") -> "History":
    from node.auditing.exports import read_exported_history

    if path.is_file():
        return read_exported_history(str(path), [path], genesis)
    return history_of(str(path), _files_in(path), genesis)


def _files_in(directory: Path) -> Path:
    from node.auditing.copies import find_copy

    found = find_copy(directory)
    if found is None:
        fail(ExitCode.USAGE, f"{directory}: expected ledger files, found none", "name a home")
    return found.files


def history_of(name: str, directory: Path, genesis: "Genesis") -> "History":
    """The history in ledger files, as far as it can be read.

    Raises:
        CommandError: they are not this network's (1).
    """
    from ledger.errors import CorruptLedgerError
    from ledger.files import FileLedger
    from node.auditing.blame import read_history

    try:
        files = FileLedger(directory, genesis.network_id(), read_only=True)
    except CorruptLedgerError as error:
        fail(ExitCode.NO, str(error), "name a copy of this network's ledger")
    with contextlib.closing(files):
        return read_history(name, files)
