import msgspec
import pytest
from register_builders import MappingReader, day, filing, pct
from report_builders import ACCESS, FILE, FIRST, SUBJECT, access, digest, report, withholding

from ledger.register.apply_report import REPORTS_MAX
from ledger.register.entries import DOCUMENT_SIZE_MAX, Entry, Report
from ledger.register.keys import history_links
from ledger.register.outcome import Outcome
from ledger.register.report_keys import (
    MalformedReportIdError,
    access_key,
    parse_report_id,
    report_count_key,
    report_id,
    report_key,
)
from ledger.register.report_records import AccessRecord, ReportRecord
from ledger.register.reports import DepositedReport, load_accesses, load_report, load_reports

KEY = report_key(FILE, "AU", digest())
ID = f"{SUBJECT}.AU.{digest()}"
RECORD = ReportRecord("searchReport", day("2012-09-01"), "en", "application/pdf", 13, 2, 0)


def register() -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", FIRST).status == "accepted"
    return reader


def test_a_report_is_a_fact_of_the_office_that_deposits_it() -> None:
    # register.md D1
    reader = register()
    filed = reader.content[FILE]
    assert reader.apply("AU", report()) == Outcome("accepted", "", ID)
    assert load_report(reader, KEY) == DepositedReport(KEY, RECORD)
    assert reader.content[FILE] == filed
    assert len(list(reader.scan(history_links(FILE)))) == 1


def test_reports_are_listed_as_they_were_deposited() -> None:
    reader = register()
    for text in ("b", "a", "c"):
        reader.apply("AU", report(text))
    assert [one.key for one in load_reports(reader, FILE)] == [
        report_key(FILE, "AU", digest(text)) for text in ("b", "a", "c")
    ]


def test_the_same_report_again_is_repeated_and_one_that_says_otherwise_a_conflict() -> None:
    # register.md D2
    reader = register()
    reader.apply("AU", report())
    assert reader.apply("AU", report()) == Outcome("repeated", "", ID, 2, 0)
    for other in (
        report(category="citations"),
        report(dated="2012-09-02"),
        msgspec.structs.replace(report(), language_code="fr"),
        msgspec.structs.replace(report(), media_type="text/plain"),
        msgspec.structs.replace(report(), document_size=14),
    ):
        assert reader.apply("AU", other) == Outcome("rejected", "REPORT_CONFLICT", ID)
    assert load_report(reader, KEY) == DepositedReport(KEY, RECORD)


@pytest.mark.parametrize(
    ("office", "entry", "outcome"),
    [
        (
            "AU",
            report(number="2012900009"),
            Outcome("rejected", "FILING_NOT_FOUND", "AU.patent.2012900009"),
        ),
        ("EP", report(office="AU"), Outcome("rejected", "REPORT_OFFICE_DIFFERS", "EP")),
        ("EP", report(office="??"), Outcome("rejected", "OFFICE_UNKNOWN", "EP")),
        (
            "AU",
            report(dated="2012-03-12"),
            Outcome("accepted", "REPORT_BEFORE_FILING", ID),
        ),
        (
            "AU",
            report(dated="2036-01-01"),
            Outcome("accepted", "REPORT_DATE_IN_FUTURE", ID),
        ),
    ],
)
def test_what_does_not_fit_is_refused_and_what_is_doubtful_warned_of(
    office: str, entry: Entry, outcome: Outcome
) -> None:
    assert register().apply(office, entry) == outcome


def test_an_international_authority_deposits_on_a_filing_of_wo() -> None:
    # register.md D3; PCT Art. 15, 18, 31
    reader = MappingReader()
    reader.apply("WO", pct("PCT/EP2013/000001", "2013-01-02", "EP"))
    number = "PCT/EP2013/000001"
    searched = report(number=number, office="WO", dated="2013-06-01")
    outcome = reader.apply("EP", searched)
    assert (outcome.status, outcome.subject) == (
        "accepted",
        f"WO.patent.EP2013000001.EP.{digest()}",
    )
    granted = report(number=number, office="WO", category="decisionToGrant", dated="2013-06-01")
    assert reader.apply("EP", granted).reason == "REPORT_CATEGORY_UNFIT"
    assert reader.apply("WO", msgspec.structs.replace(granted, filing_office_code=None)).status == (
        "accepted"
    )


def test_an_office_deposits_so_many_reports_on_one_filing_at_most() -> None:
    reader = register()
    reader.content[report_count_key(FILE, "AU")] = (REPORTS_MAX - 1).to_bytes(4, "big")
    assert reader.apply("AU", report("last")).status == "accepted"
    assert reader.apply("AU", report("one more")) == Outcome(
        "rejected", "TOO_MANY_REPORTS", SUBJECT
    )
    assert reader.apply("AU", report("last")).status == "repeated"


def test_the_depositing_office_enters_each_reading_that_it_grants() -> None:
    # register.md D5
    reader = register()
    reader.apply("AU", report())
    assert reader.apply("AU", access()) == Outcome("accepted", "", ID)
    assert reader.content[access_key(KEY, "EP", ACCESS)]
    assert reader.apply("AU", access()) == Outcome("repeated", "", ID, 3, 0)
    reader.apply("AU", access("US"))
    reader.apply("AU", access("EP", identifier="BBBBBBBBBBBBBBBBBBBBBA"))
    assert [(one.office, one.record) for one in load_accesses(reader, KEY)] == [
        ("EP", AccessRecord(3, 0)),
        ("US", AccessRecord(5, 0)),
        ("EP", AccessRecord(6, 0)),
    ]


def test_no_reading_is_entered_while_the_report_is_withheld() -> None:
    # register.md D5
    reader = register()
    reader.apply("AU", report())
    reader.apply("AU", access())
    reader.apply("AU", withholding())
    applied = reader.applied("AU", access("US"))
    assert (applied.outcome, applied.facts) == (Outcome("rejected", "REPORT_WITHHELD", ID), ())
    assert reader.apply("AU", access()).status == "repeated"
    reader.apply("AU", withholding(action="withdraw"))
    assert reader.apply("AU", access("US")).status == "accepted"


@pytest.mark.parametrize(
    ("office", "entry", "reason"),
    [
        ("EP", access(), "REPORT_OFFICE_DIFFERS"),
        ("AU", access("AU"), "READING_OFFICE_UNFIT"),
        ("AU", access("??"), "READING_OFFICE_UNFIT"),
        ("AU", access(text="never deposited"), "REPORT_NOT_FOUND"),
        ("AU", msgspec.structs.replace(access(), report_identifier="x.y"), "REPORT_NOT_FOUND"),
    ],
)
def test_a_reading_that_cannot_be_is_refused(office: str, entry: Entry, reason: str) -> None:
    reader = register()
    reader.apply("AU", report())
    applied = reader.applied(office, entry)
    assert (applied.outcome.reason, applied.facts, applied.links) == (reason, (), ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reportCategory", "letter"),
        ("mediaType", "text/html"),
        ("documentDigest", "A" * 64),
        ("documentDigest", "a" * 63),
        ("documentSize", 0),
        ("documentSize", DOCUMENT_SIZE_MAX + 1),
        ("languageCode", "EN"),
    ],
)
def test_a_report_of_another_form_is_no_entry(field: str, value: object) -> None:
    given = msgspec.to_builtins(report())
    assert msgspec.convert(given, Report, strict=False) == report()
    with pytest.raises(msgspec.ValidationError, match=field):
        msgspec.convert({**given, field: value}, Report, strict=False)


def test_the_id_of_a_report_names_filing_office_and_document() -> None:
    assert report_id(KEY) == ID
    assert parse_report_id(ID) == KEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        SUBJECT,
        f"{SUBJECT}.AU",
        f"{SUBJECT}.AU.abc",
        f"{SUBJECT}.au.{digest()}",
        f"{ID}0",
        f"{ID}.x",
        f"{ID}\n",
        f"AU.letter.1.AU.{digest()}",
        "x" * 10_000,
    ],
)
def test_other_texts_are_no_ids(text: str) -> None:
    with pytest.raises(MalformedReportIdError):
        parse_report_id(text)


def test_reports_on_one_filing_are_not_those_on_one_whose_number_begins_so() -> None:
    reader = register()
    reader.apply("AU", filing("20129000019", "2012-03-13"))
    reader.apply("AU", report("other", number="20129000019"))
    assert load_reports(reader, FILE) == ()
