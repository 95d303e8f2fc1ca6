import msgspec
import pytest
from register_builders import MappingReader, pct
from report_builders import FILE, FIRST, SECOND, SUBJECT, digest, judged, report, withholding

from ledger.register.apply_withholding import WITHHOLDINGS_MAX
from ledger.register.entries import Entry, ReportCategory
from ledger.register.outcome import Outcome
from ledger.register.report_access import Reading
from ledger.register.report_keys import report_key
from ledger.register.reports import load_withholdings, withheld_by

KEY = report_key(FILE, "AU", digest())
RAISED = withholding("search report")
ENDED = withholding("search report", action="withdraw", reason="", decided="2012-11-01")


def register() -> MappingReader:
    reader = MappingReader()
    for office, entry in (("AU", FIRST), ("EP", SECOND), ("AU", report())):
        assert reader.apply(office, entry).status == "accepted"
    return reader


def test_a_withheld_report_is_read_by_nobody_else_until_that_is_taken_back() -> None:
    # register.md D4
    reader = register()
    assert judged(reader, "EP", KEY).reason == "filingOfSameFamily"
    assert reader.apply("AU", RAISED) == Outcome("accepted", "", SUBJECT)
    standing = withheld_by(reader.get, KEY)
    assert standing is not None
    by, record = standing
    assert judged(reader, "EP", KEY) == Reading(False, "withheld", "EP.patent.12811111", record, by)
    assert judged(reader, "AU", KEY).is_granted
    assert reader.apply("AU", ENDED).status == "accepted"
    assert judged(reader, "EP", KEY).reason == "filingOfSameFamily"
    ((_, kept),) = load_withholdings(reader.get, KEY)
    assert (kept.ground, kept.reason, str(kept.withdrawn_on)) == (
        "applicantRequest",
        "EPC Rule 144(d)",
        "2012-11-01",
    )


def test_all_reports_on_a_filing_are_withheld_together_and_those_to_come() -> None:
    reader = register()
    assert reader.apply("AU", withholding()).status == "accepted"
    reader.apply("AU", report("later"))
    for text in ("search report", "later"):
        key = report_key(FILE, "AU", digest(text))
        assert judged(reader, "EP", key).reason == "withheld"


def test_one_report_is_withheld_and_not_the_others() -> None:
    reader = register()
    reader.apply("AU", report("other"))
    reader.apply("AU", RAISED)
    assert withheld_by(reader.get, KEY) is not None
    assert withheld_by(reader.get, report_key(FILE, "AU", digest("other"))) is None


def international(text: str, category: ReportCategory = "searchReport") -> Entry:
    return report(text, "PCT/EP2013/000001", office="WO", dated="2013-06-01", category=category)


def test_the_office_of_an_international_filing_withholds_what_authorities_deposit() -> None:
    # PCT Art. 30, 38: the International Bureau answers for the file
    reader = MappingReader()
    reader.apply("WO", pct("PCT/EP2013/000001", "2013-01-02", "EP"))
    reader.apply("EP", international("of EP"))
    key = report_key(b"fWOPEP2013000001", "EP", digest("of EP"))
    own = withholding(number="PCT/EP2013/000001", ground="beforePublication", reason="PCT Art. 30")
    assert judged(reader, "WO", key).is_granted
    reader.apply("WO", own)
    assert judged(reader, "WO", key).reason == "withheld"
    assert judged(reader, "EP", key).is_granted
    # An authority withholds its own only.
    reader.apply("WO", msgspec.structs.replace(own, action="withdraw"))
    reader.apply("KR", international("of KR"))
    reader.apply("KR", msgspec.structs.replace(own, filing_office_code="WO"))
    assert withheld_by(reader.get, key) is None


@pytest.mark.parametrize(
    ("office", "entry", "reason"),
    [
        ("AU", withholding(ground=None), "LEGAL_GROUND_MISSING"),
        ("AU", withholding(reason=" "), "REASON_MISSING"),
        ("AU", withholding(reason="x" * 201), "TEXT_TOO_LONG"),
        ("AU", withholding(reason="a\nb"), "TEXT_NOT_PRINTABLE"),
        ("AU", withholding("never deposited"), "REPORT_NOT_FOUND"),
        ("AU", withholding(action="withdraw"), "WITHHOLDING_NOT_FOUND"),
        ("EP", withholding(office="AU"), "REPORT_OFFICE_DIFFERS"),
        ("EP", withholding(), "FILING_NOT_FOUND"),
    ],
)
def test_a_withholding_without_ground_provision_or_report_is_refused(
    office: str, entry: Entry, reason: str
) -> None:
    applied = register().applied(office, entry)
    assert (applied.outcome.status, applied.outcome.reason) == ("rejected", reason)
    assert (applied.facts, applied.links) == ((), ())


def test_a_retry_neither_raises_nor_ends_what_was_decided_since() -> None:
    reader = register()
    for entry, status in (
        (RAISED, "accepted"),
        (RAISED, "repeated"),
        (ENDED, "accepted"),
        (RAISED, "rejected"),
        (msgspec.structs.replace(RAISED, decision_date=ENDED.decision_date), "accepted"),
        (ENDED, "repeated"),
    ):
        assert reader.apply("AU", entry).status == status
    assert withheld_by(reader.get, KEY) is not None


def test_what_was_taken_back_is_not_called_repeated_while_it_withholds_nothing() -> None:
    reader = register()
    reader.apply("AU", RAISED)
    reader.apply("AU", ENDED)
    applied = reader.applied("AU", RAISED)
    assert (applied.outcome.status, applied.outcome.reason) == (
        "rejected",
        "WITHHOLDING_TAKEN_BACK",
    )
    assert (applied.facts, applied.links) == ((), ())
    assert judged(reader, "EP", KEY).is_granted


def test_what_is_withheld_for_one_reason_is_not_withheld_for_another_beside() -> None:
    reader = register()
    reader.apply("AU", RAISED)
    other = msgspec.structs.replace(RAISED, legal_ground="personalData")
    assert reader.apply("AU", other).reason == "WITHHOLDING_CONFLICT"


def test_an_office_withholds_so_often_at_most() -> None:
    reader = register()
    for number in range(WITHHOLDINGS_MAX // 2):
        day_of = f"2013-01-{number % 28 + 1:02}"
        reason = f"order {number}"
        raised = withholding(reason=reason, decided=day_of)
        assert reader.apply("AU", raised).status == "accepted"
        ended = withholding(reason=reason, decided=day_of, action="withdraw")
        assert reader.apply("AU", ended).status == "accepted"
    for number in range(WITHHOLDINGS_MAX // 2, WITHHOLDINGS_MAX):
        reader.apply("AU", withholding(reason=f"order {number}"))
        reader.apply("AU", withholding(reason=f"order {number}", action="withdraw"))
    assert reader.apply("AU", withholding()).reason == "TOO_MANY_WITHHOLDINGS"
