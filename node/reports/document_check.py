"""Looks over the documents in a home, without reading them through: what is there, damaged, open to others."""

import stat
from pathlib import Path
from typing import Final, NamedTuple

from node.reports.document_errors import DamagedDocumentError
from node.reports.document_file import announced_size, file_size

_NAMED_MAX: Final = 3
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_NEARLY_FULL: Final = 0.9


class ExaminedDocuments(NamedTuple):
    """What was found."""

    told: str
    fixes: tuple[str, ...]
    """Empty: all is well."""


def examine_documents(directory: Path, bytes_max: int) -> ExaminedDocuments:
    """Look at the documents of a home; changes nothing.

    Raises:
        OSError: a folder cannot be read.
    """
    if not directory.exists():
        return ExaminedDocuments("none yet", ())
    deposited = sorted(
        path for path in (directory / "deposited").glob("*") if path.suffix != ".part"
    )
    files = [path for path in directory.rglob("*") if path.is_file()]
    used = sum(path.stat().st_size for path in files)
    unfinished = sum(1 for _ in (directory / "uploads").glob("*.state"))
    damaged = [path.name for path in deposited if not _is_whole(path)]
    open_to_others = [path.name for path in files if path.stat().st_mode & _OTHERS]
    fixes = []
    if damaged:
        fixes.append(f"bring back from the backup, or deposit again: {_some(damaged)}")
    if open_to_others:
        fixes.append(f"keep from others (chmod 600): {_some(open_to_others)}")
    if used > _NEARLY_FULL * bytes_max:
        fixes.append("raise documents.storage_gibibytes_max, and see that the disk has room")
    told = (
        f"{len(deposited)} deposited, {len(damaged)} of them damaged, {unfinished} unfinished uploads,"
        f" {used / 2**30:.1f} of {bytes_max / 2**30:.0f} GiB"
    )
    return ExaminedDocuments(told, tuple(fixes))


def _is_whole(path: Path) -> bool:
    """Whether the file has a head, and the size that this announces."""
    try:
        return path.stat().st_size == file_size(announced_size(path))
    except DamagedDocumentError:
        return False


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED_MAX} more" if len(names) > _NAMED_MAX else ""
    return ", ".join(names[:_NAMED_MAX]) + more
