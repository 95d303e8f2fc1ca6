"""The keys of the facts about reports, and the public id of a report.

The facts of a filing's reports stand under its *file*: its home key (`sealed.home_key`), which is its fact key, or that
which it had while it was sealed. So a report keeps its id when the filing is opened.
"""

import re

from ledger.register.filing import (
    MalformedFilingIdError,
    parse_filing_id,
)
from ledger.register.keys import (
    ACCESS_PREFIX,
    FILING_PREFIX,
    REPORT_COUNT_PREFIX,
    REPORT_PREFIX,
    SEALED_LETTER,
    SEALED_PREFIX,
    WITHHOLDING_PREFIX,
    filing_id,
)

ID_LENGTH_MAX = 240
"""Characters of a report's id: more than any has."""
_END = re.compile(r"([A-Z]{2})\.([0-9a-f]{64})")


class MalformedReportIdError(ValueError):
    """A text is not the id of a report."""


def report_key(file: bytes, office: str, digest: str) -> bytes:
    """Return the key of the fact that an office deposited the document with this SHA-256."""
    return report_keys(file) + f"{office}.{digest}".encode()


def report_keys(file: bytes) -> bytes:
    """Return what the keys of all reports of a file begin with."""
    return REPORT_PREFIX + file[1:] + b"."


def reported_file(report: bytes) -> bytes:
    """Return the file in which a report (given by its fact key) stands."""
    rest = report[1:].split(b".")[0]
    prefix = SEALED_PREFIX if rest[2:3] == SEALED_LETTER.encode() else FILING_PREFIX
    return prefix + rest


def depositing_office(report: bytes) -> str:
    """Return the office that deposited a report (given by its fact key)."""
    return report.split(b".")[1].decode()


def report_digest(report: bytes) -> str:
    """Return the SHA-256 of a report's document, in hexadecimal."""
    return report.split(b".")[2].decode()


def report_count_key(file: bytes, office: str) -> bytes:
    """Return the key of the fact that says how many reports an office deposited in a file, in 4 bytes."""
    return REPORT_COUNT_PREFIX + file[1:] + b"." + office.encode()


def withholding_key(file: bytes, office: str) -> bytes:
    """Return the key of the fact that holds what an office withholds of a file."""
    return WITHHOLDING_PREFIX + file[1:] + b"." + office.encode()


def access_key(report: bytes, reading_office: str, access_identifier: str) -> bytes:
    """Return the key of the fact that an office was granted a report (given by its fact key)."""
    return access_keys(report) + f"{reading_office}.{access_identifier}".encode()


def access_keys(report: bytes) -> bytes:
    """Return what the keys of all accesses to a report begin with."""
    return ACCESS_PREFIX + report[1:] + b"."


def reading_office(access: bytes) -> str:
    """Return the office to which an access was granted."""
    return access.split(b".")[3].decode()


def report_id(report: bytes) -> str:
    """Return the public id of a report: those of its file, of the depositing office and of the document.

    Such as `AU.patent.2013287263.AU.9f86d081...`.
    """
    return f"{filing_id(reported_file(report))}.{depositing_office(report)}.{report_digest(report)}"


def parse_report_id(text: str) -> bytes:
    """Return the fact key of a report.

    Raises MalformedReportIdError.
    """
    expected = "expected filing.office.digest, such as AU.patent.2013287263.AU.9f86..., with 64 hexadecimal digits"
    parts = text.split(".", 3)
    end = _END.fullmatch(parts[-1])
    if len(text) > ID_LENGTH_MAX or end is None:
        raise MalformedReportIdError(f"{expected}, not {text[:ID_LENGTH_MAX]!r}")
    try:
        file = parse_filing_id(".".join(parts[:3]))
    except MalformedFilingIdError as error:
        raise MalformedReportIdError(f"{expected}: {error}") from None
    return report_key(file, end[1], end[2])
