"""What every audit prints, as text or as one JSON object, and the exit code with which it ends."""

from typing import TYPE_CHECKING

import typer

from node.cli.output import ExitCode, JsonValue, data, fail, print_json

if TYPE_CHECKING:
    from ledger.audit import AuditReport, Finding
    from node.auditing.others import Comparison

_UNUSABLE = "this copy is not to be used"
_MAKE_ANEW = "the ledger files are not at fault: delete the index, and the next start makes it anew"


def expect_right(report: "AuditReport", to: int | None, shown: dict[str, JsonValue]) -> None:
    """Return when all is right that was checked, up to the height that was asked for.

    Raises:
        CommandError: it is not (1), or the copy ends before that height (3).
    """
    if report.finding is not None:
        _fail_with(report, report.finding, shown)
    if to is not None and report.height < to:
        message = f"expected a block {to}, found blocks up to {report.height}, which are right"
        fail(ExitCode.UNDECIDABLE, message, "take a newer copy", {"check": "height", **shown})


def end(
    report: "AuditReport",
    shown: dict[str, JsonValue],
    comparisons: "list[Comparison]",
    *,
    as_json: bool,
) -> None:
    """Say that all is right, and end with the exit code that says whether a quorum signed all of it."""
    certified = report.certified_height == report.height
    code = ExitCode.YES if certified else ExitCode.UNDECIDABLE
    if as_json:
        check = {} if certified else {"check": "certificate"}
        print_json({"ok": certified, "exitCode": int(code), **check, **shown})
    else:
        _show(report, certified=certified)
        for each in comparisons:
            data().print(
                f"the same as at {each.url} (block {each.height:,}), compared at {len(each.compared)} heights",
                markup=False,
            )
    raise typer.Exit(int(code))


def report_document(report: "AuditReport") -> dict[str, JsonValue]:
    """The members of the JSON object that every audit prints."""
    return {
        "networkId": report.network_id.hex(),
        "height": report.height,
        "headHash": report.head_hash.hex(),
        "entryCount": report.entry_count,
        "certificateCount": report.certificate_count,
        "certifiedHeight": report.certified_height,
        "indexHeight": report.index_height,
        "notes": [*report.notes],
    }


def _fail_with(report: "AuditReport", finding: "Finding", shown: dict[str, JsonValue]) -> None:
    place = f", byte {finding.offset}" if finding.offset is not None else ""
    if finding.line is not None:
        place = f", line {finding.line}"
    if finding.height is not None:
        place += f", block {finding.height}"
    if finding.entry is not None:
        place += f", entry {finding.entry}"
    is_index = finding.offset is finding.line is None
    fail(
        ExitCode.NO,
        f"{finding.file}{place}: expected {finding.expected}, found {finding.found}",
        _MAKE_ANEW if is_index else f"{_right_before(report.height)}; {_UNUSABLE}",
        {**shown, **finding_document(finding)},
    )


def _right_before(height: int) -> str:
    return (
        f"everything up to block {height} is right" if height else "nothing of it was found right"
    )


def finding_document(finding: "Finding") -> dict[str, JsonValue]:
    """The members of the JSON object that name the place (docs/audit.md)."""
    return {
        "check": "index" if finding.offset is finding.line is None else "audit",
        "file": finding.file,
        "offset": finding.offset,
        "line": finding.line,
        "atHeight": finding.height,
        "entry": finding.entry,
        "key": None if finding.key is None else finding.key.hex(),
        "expected": finding.expected,
        "found": finding.found,
    }


def _show(report: "AuditReport", *, certified: bool) -> None:
    word = "[green]OK[/]" if certified else "[yellow]NOT CERTIFIED TO THE END[/]"
    data().print(
        f"{word}  {report.height:,} blocks, {report.entry_count:,} entries,"
        f" {report.certificate_count:,} certificates"
    )
    data().print(
        f"head {report.head_hash.hex()}, certified up to block {report.certified_height:,}"
    )
    if report.index_height is not None:
        data().print(f"index the same as the one made anew, at block {report.index_height:,}")
    for note in report.notes:
        data().print(f"note: {note}", markup=False)
