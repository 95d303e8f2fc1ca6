"""Why the register rejected an entry about reports, told as a field (docs/register.md, section D)."""

from collections.abc import Callable, Mapping
from typing import Final

from api.explain import FieldError, quote
from ledger.register.apply_report import INTERNATIONAL, OF_INTERNATIONAL_AUTHORITIES, REPORTS_MAX
from ledger.register.apply_withholding import WITHHOLDINGS_MAX
from ledger.register.entries import Entry, Report, ReportAccess, Withholding
from ledger.register.filing import FilingRecord

_Explain = Callable[[Entry, FilingRecord | None], FieldError]


def _report(field: str, expected: str) -> _Explain:
    """What is wrong with one field of an entry about reports, by its name in the documents."""
    attribute = "".join(f"_{one.lower()}" if one.isupper() else one for one in field)

    def explain(entry: Entry, _: FilingRecord | None) -> FieldError:
        about_reports = isinstance(entry, Report | Withholding | ReportAccess)
        given = getattr(entry, attribute, None) if about_reports else None
        return FieldError(field, expected, "nothing" if given is None else quote(given))

    return explain


def _unknown_report(entry: Entry, _: FilingRecord | None) -> FieldError:
    if isinstance(entry, ReportAccess):
        return FieldError("reportIdentifier", "the id of a report", quote(entry.report_identifier))
    digest = entry.document_digest if isinstance(entry, Withholding) else None
    expected = "the SHA-256 of a report that your office deposited on this filing"
    return FieldError("documentDigest", expected, quote(digest))


REPORT_REASONS: Final[Mapping[str, _Explain]] = {
    "LEGAL_GROUND_MISSING": _report("legalGround", "why the law lets your office withhold it"),
    "READING_OFFICE_UNFIT": _report(
        "readingOfficeCode", "the code of an office other than the one that deposited the report"
    ),
    "REPORT_CATEGORY_UNFIT": _report(
        "reportCategory",
        f"on a filing of {INTERNATIONAL}, from another office:"
        f" {', '.join(sorted(OF_INTERNATIONAL_AUTHORITIES))}",
    ),
    "REPORT_CONFLICT": _report(
        "documentDigest",
        "another document: your office deposited this one on this filing with another category, date, language,"
        " media type or size",
    ),
    "REPORT_NOT_FOUND": _unknown_report,
    "REPORT_OFFICE_DIFFERS": _report(
        "filingOfficeCode", f"nothing, for a filing of your own office, or {INTERNATIONAL}"
    ),
    "REPORT_WITHHELD": _report(
        "reportIdentifier", "a report that is not withheld from the other offices"
    ),
    "TOO_MANY_REPORTS": _report(
        "documentDigest", f"at most {REPORTS_MAX:,} reports of your office on one filing"
    ),
    "TOO_MANY_WITHHOLDINGS": _report(
        "documentDigest",
        f"at most {WITHHOLDINGS_MAX} withholdings of your office about one filing, with those taken back: withhold"
        " all of its reports instead",
    ),
    "WITHHOLDING_CONFLICT": _report(
        "reasonText", "that of your withholding of the same, which stands: take that back first"
    ),
    "WITHHOLDING_TAKEN_BACK": _report(
        "decisionDate",
        "the day of a new decision: your office took this withholding back, and nothing is withheld by it; to withhold"
        " again, name the day on which that was decided, or another provision",
    ),
    "WITHHOLDING_NOT_FOUND": _report(
        "documentDigest", "what your office withholds: a report, or all of the filing"
    ),
}
