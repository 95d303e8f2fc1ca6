import msgspec
import pytest
from register_builders import (
    TIME_MS,
    MappingReader,
    claim,
    closed_days,
    coverage,
    day,
    filing,
    of,
    pct,
    withdrawal,
)

from ledger.register.applied import Position
from ledger.register.apply import apply_entry
from ledger.register.entries import (
    CLAIMS_MAX,
    Claim,
    ClosedDays,
    Entry,
    Event,
    FilingReference,
    RelatedFiling,
)
from ledger.register.filing import (
    ClosedDayRecord,
    ClosedDaysRecord,
    CoverageInterval,
    FilingRecord,
    MalformedFilingIdError,
    decode_closed_days,
    decode_coverage,
    load_filing,
    parse_filing_id,
)
from ledger.register.outcome import Outcome

AU_1 = filing("2013287263", "2013-03-15", claim("US", "61/668,245", "2012-07-05"))
AU_ID = "AU.patent.2013287263"


def load(reader: MappingReader, filing_id: str = AU_ID) -> FilingRecord:
    record = load_filing(reader, filing_id)
    assert record is not None
    return record


def test_a_filing_puts_one_fact_and_one_link_per_claim() -> None:
    applied = MappingReader().applied("AU", AU_1)
    assert applied.outcome == Outcome("accepted", "", AU_ID)
    assert [key for key, _ in applied.facts] == [b"fAUP2013287263"]
    assert applied.links == ((b"pUSP61668245\0fAUP2013287263", bytes(7) + b"\x01"),)


def test_the_same_filing_again_has_its_first_receipt() -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    again = msgspec.structs.replace(AU_1, application_number_text="AU 2013287263")
    applied = reader.applied("AU", again)
    assert applied.outcome == Outcome("repeated", "", AU_ID, 1, 0)
    assert applied.facts == applied.links == ()


def test_the_same_number_with_another_date_is_a_conflict_and_changes_nothing() -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    applied = reader.applied("AU", filing("2013287263", "2013-03-16"))
    assert applied.outcome == Outcome("rejected", "DATE_CONFLICT", AU_ID)
    assert applied.facts == applied.links == ()


def test_the_same_filing_with_other_claims_is_a_conflict() -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    other = filing("2013287263", "2013-03-15", claim("US", "61/668,246", "2012-07-05"))
    assert reader.apply("AU", other) == Outcome("rejected", "CONTENT_CONFLICT", AU_ID)


@pytest.mark.parametrize(
    ("office", "entry", "reason"),
    [
        ("EP", filing("002532895-0001", "2014-01-02", right="design"), "RIGHT_NOT_REGISTRABLE"),
        ("XN", filing("1", "2014-01-02"), "RIGHT_NOT_REGISTRABLE"),
        ("AU", filing(" - ", "2014-01-02"), "NUMBER_MISSING"),
        ("AU", filing("1" * 65, "2014-01-02"), "NUMBER_TOO_LONG"),
        ("WO", filing("PCT/US2013/032081", "2013-03-15"), "RECEIVING_OFFICE_MISSING"),
        ("AU", pct("2013287263", "2013-03-15", "US"), "RECEIVING_OFFICE_UNEXPECTED"),
        ("WO", pct("PCT/US2013/032081", "2013-03-15", "QL"), "RECEIVING_OFFICE_UNKNOWN"),
        ("WO", pct("PCT/US2013/032081", "2013-03-15", "QQ"), "RECEIVING_OFFICE_PRIVATE"),
        (
            "AU",
            filing("2013287263", "2013-03-15", *(CLAIMS_MAX + 1) * [claim("US", "1", None)]),
            "TOO_MANY_CLAIMS",
        ),
        ("AU", filing("1", "2013-03-15", claim("US", "1" * 65, None)), "NUMBER_TOO_LONG"),
        ("AU", coverage("2013-01-02", "2013-01-01"), "DATES_REVERSED"),
        ("EP", coverage("2013-01-01", "2013-12-31", "trademark"), "RIGHT_NOT_REGISTRABLE"),
        ("AU", closed_days(2013, "2014-01-01"), "DATE_OUTSIDE_YEAR"),
        (
            "AU",
            Event(filing=of("2013287263"), event_category="granted", event_date=day("2015-01-01")),
            "FILING_NOT_FOUND",
        ),
        ("AU", withdrawal("2013287263", claim("US", "1", None), "2015-01-01"), "FILING_NOT_FOUND"),
    ],
)
def test_what_the_law_says_no_to_is_an_outcome_that_changes_nothing(
    office: str, entry: Entry, reason: str
) -> None:
    applied = MappingReader().applied(office, entry)
    assert (applied.outcome.status, applied.outcome.reason) == ("rejected", reason)
    assert applied.facts == applied.links == ()


def test_doubtful_data_are_entered_with_warnings() -> None:
    doubtful = filing(
        "10167109.4",
        "2010-06-24",
        claim("US", "61/000,001", "2011-01-01"),
        claim("US", "61/000,002", "2010-06-24"),
        claim("EP", "10167109", "2010-06-24"),
        claim("", "12", "2009-06-24"),
        claim("QL", "12", None),
        claim("ZZ", "12", None),
        claim("FR", "", "2010-01-01"),
    )
    outcome = MappingReader().apply("EP", doubtful)
    assert outcome == Outcome(
        "accepted",
        "CHECK_DIGIT_WRONG,PRIORITY_AFTER_FILING,PRIORITY_SAME_DAY,PRIORITY_SELF,"
        "PRIORITY_OFFICE_MISSING,PRIORITY_OFFICE_UNKNOWN,PRIORITY_DATE_MISSING,"
        "PRIORITY_OFFICE_PRIVATE,PRIORITY_NUMBER_MISSING",
        "EP.patent.10167109",
    )


def test_a_filing_of_tomorrow_is_entered_and_one_of_next_week_with_a_warning() -> None:
    position = Position(1, 0, TIME_MS)  # 2026-11-18
    empty = MappingReader()
    tomorrow = apply_entry(empty.get, "FR", filing("26 00001", "2026-11-19"), position)
    next_week = apply_entry(empty.get, "FR", filing("26 00001", "2026-11-25"), position)
    assert tomorrow.outcome.reason == ""
    assert next_week.outcome.reason == "FILING_DATE_IN_FUTURE"


def test_pct_filings_carry_their_receiving_office() -> None:
    reader = MappingReader()
    outcome = reader.apply("WO", pct("PCT/US13/32081", "2013-03-15", "US"))
    assert outcome == Outcome("accepted", "", "WO.patent.US2013032081")
    assert load(reader, "IB.patent.US2013032081").receiving_office == "US"
    other = reader.apply("WO", pct("PCT/US2013/032082", "2013-03-15", "IB"))
    assert other.reason == "RECEIVING_OFFICE_DIFFERS"


def test_a_claim_to_a_pct_filing_that_names_its_receiving_office_leads_to_it() -> None:
    # PCT Rule 4.10(a)(v)
    reader = MappingReader()
    named = claim("JP", "PCT/JP2008/068544", "2008-10-07")
    entry = msgspec.structs.replace(
        filing("13/000,001", "2009-10-06", named),
        related_filing_bag=(
            RelatedFiling(
                relation="nationalPhase",
                ip_office_code="JP",
                application_number_text="JP.2008068545.W",
            ),
        ),
    )
    applied = reader.applied("US", entry)
    assert applied.outcome.reason == "PRIORITY_PCT_NAMED_BY_RECEIVING_OFFICE"
    assert [link for link, _ in applied.links] == [
        b"pWOPJP2008068544\0fUSP13000001",
        b"pWOPJP2008068545\0fUSP13000001",
    ]
    reader.apply("US", entry)
    assert reader.apply("US", entry).status == "repeated"


def test_the_same_filing_in_other_forms_of_its_numbers_is_repeated() -> None:
    # register.md R2; IB and WO are one body (O2)
    reader = MappingReader()
    first = pct("PCT/IB2013/032081", "2013-03-15", "IB", claim("US", "61/668,245", "2012-07-05"))
    assert reader.apply("WO", first).reason == ""
    again = pct("PCT/IB13/32081", "2013-03-15", "WO", claim("US", "61668245", "2012-07-05"))
    assert reader.apply("WO", again).status == "repeated"
    other = pct("PCT/IB13/32081", "2013-03-15", "WO", claim("US", "61668245", "2012-07-06"))
    assert reader.apply("WO", other).reason == "CONTENT_CONFLICT"


def test_a_filing_is_entered_under_the_right_that_its_number_names() -> None:
    reader = MappingReader()
    outcome = reader.apply("JP", filing("2005-123456 U", "2005-06-09"))
    assert outcome == Outcome("accepted", "RIGHT_DIFFERS", "JP.utilityModel.2005123456")
    again = filing("2005-123456", "2005-06-09", right="utilityModel")
    assert reader.apply("JP", again).status == "repeated"


def test_a_request_key_makes_a_retry_harmless_and_its_reuse_a_refusal() -> None:
    reader = MappingReader()
    keyed = msgspec.structs.replace(AU_1, request_key="a-1")
    assert reader.apply("AU", keyed).status == "accepted"
    assert reader.apply("AU", keyed) == Outcome("repeated", "", AU_ID, 1, 0)
    other = msgspec.structs.replace(filing("2013287264", "2013-03-15"), request_key="a-1")
    outcome = reader.apply("AU", other)
    assert outcome == Outcome("rejected", "REQUEST_KEY_REUSED", "AU.patent.2013287264")
    assert load_filing(reader, "AU.patent.2013287264") is None
    assert reader.apply("JP", msgspec.structs.replace(AU_1, request_key="a-1")).status == "accepted"


def test_a_refused_entry_does_not_use_up_its_request_key() -> None:
    reader = MappingReader()
    event = Event(
        filing=of("2013287263"),
        event_category="granted",
        event_date=day("2015-01-01"),
        request_key="e-1",
    )
    assert reader.apply("AU", event).reason == "FILING_NOT_FOUND"
    reader.apply("AU", AU_1)
    assert reader.apply("AU", event).status == "accepted"
    assert reader.apply("AU", event) == Outcome("repeated", "", AU_ID, 3, 0)


def test_events_gather_on_the_filing_and_leave_a_history_link() -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    refused = Event(filing=of("2013287263"), event_category="refused", event_date=day("2016-01-01"))
    applied = reader.applied("AU", refused)
    assert applied.links == ((b"hfAUP2013287263\0" + bytes(7) + b"\2" + bytes(4), b""),)
    reader.apply("AU", refused)
    assert [event.category for event in load(reader).events] == ["refused"]
    assert reader.apply("AU", refused) == Outcome("repeated", "", AU_ID, 3, 0)
    early = msgspec.structs.replace(refused, event_date=day("2012-01-01"))
    assert reader.apply("AU", early).reason == "EVENT_BEFORE_FILING"


def test_an_event_that_names_another_filing_date_is_a_conflict() -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    reference = FilingReference(
        right="patent", application_number_text="2013287263", filing_date=day("2013-03-16")
    )
    event = Event(filing=reference, event_category="granted", event_date=day("2015-01-01"))
    assert reader.apply("AU", event) == Outcome("rejected", "DATE_CONFLICT", AU_ID)


def test_an_ambiguous_number_points_at_a_filing_only_with_its_date() -> None:
    reader = MappingReader()
    reader.apply("US", filing("09/952,716", "2001-09-13"))
    reader.apply("US", filing("95/271,601", "2010-02-01"))

    def granted(filed: str | None) -> Event:
        reference = FilingReference(
            right="patent",
            application_number_text="95271601",
            filing_date=None if filed is None else day(filed),
        )
        return Event(filing=reference, event_category="granted", event_date=day("2012-01-03"))

    outcomes = [reader.apply("US", granted(filed)) for filed in (None, "2001-09-13", "2010-02-01")]
    assert outcomes == [
        Outcome("rejected", "FILING_AMBIGUOUS", "US.patent.95271601"),
        Outcome("accepted", "", "US.patent.09952716"),
        Outcome("accepted", "", "US.patent.95271601"),
    ]
    assert reader.apply("US", granted("2002-09-12")).reason == "DATE_CONFLICT"


def changed(action: str, named: str, filed: str | None, **more: object) -> Claim:
    content = {
        "filing": of("2013287263"),
        "action": action,
        "claim": claim("US", named, filed),
        "decision_date": day("2013-06-01"),
    }
    return Claim(**(content | more))  # type: ignore[arg-type]


def test_claims_are_added_corrected_withdrawn_and_restored_and_none_is_lost() -> None:
    # PCT Rules 26bis.1, 26bis.3, 90bis.3
    reader = MappingReader()
    reader.apply("AU", AU_1)
    added = changed("add", "61/700,000", "2012-09-12")
    corrected = changed(
        "correct",
        "61/668,254",
        "2012-07-05",
        replaced_claim=claim("US", "61/668,245", "2012-07-05"),
    )
    withdrawn = changed("withdraw", "61/700,000", "2012-09-12")
    restored = changed("restore", "61/668,254", "2012-07-05", criterion="dueCare")
    entries = (added, corrected, withdrawn, restored)
    assert [reader.apply("AU", entry).status for entry in entries] == ["accepted"] * 4
    states = [(held.number, held.status) for held in load(reader).claims]
    assert states == [
        ("61/668,245", "corrected"),
        ("61/700,000", "withdrawn"),
        ("61/668,254", "restored"),
    ]
    repeated = [reader.apply("AU", entry) for entry in (corrected, withdrawn, restored)]
    assert [(outcome.status, outcome.height) for outcome in repeated] == [
        ("repeated", 3),
        ("repeated", 4),
        ("repeated", 5),
    ]
    # The filing as it was made is still known as the same.
    assert reader.apply("AU", AU_1) == Outcome("repeated", "", AU_ID, 1, 0)


def test_a_correction_of_the_date_is_made_once() -> None:
    # PCT Rule 26bis.1(a); register.md R7
    reader = MappingReader()
    reader.apply("AU", AU_1)
    was, to = claim("US", "61/668,245", "2012-07-05"), "2012-07-04"
    corrected = changed("correct", "61/668,245", to, replaced_claim=was)
    outcomes = [reader.apply("AU", corrected) for _ in range(3)]
    assert [(outcome.status, outcome.height) for outcome in outcomes] == [
        ("accepted", 0),
        ("repeated", 2),
        ("repeated", 2),
    ]
    other = changed("correct", "61/668,245", "2012-07-03", replaced_claim=was)
    assert reader.apply("AU", other) == Outcome("rejected", "CLAIM_NOT_FOUND", AU_ID)
    states = [(str(held.filing_date), held.status) for held in load(reader).claims]
    assert states == [("2012-07-05", "corrected"), (to, "claimed")]


def test_a_retry_neither_revives_a_withdrawn_claim_nor_withdraws_a_new_one() -> None:
    # PCT Rule 90bis.3; register.md R7
    reader = MappingReader()
    reader.apply("AU", AU_1)
    added = changed("add", "61/700,000", "2012-09-12")
    withdrawn = changed("withdraw", "61/700,000", "2012-09-12", decision_date=day("2013-06-02"))
    again = changed("add", "61/700,000", "2012-09-12", decision_date=day("2013-06-03"))
    outcomes = [reader.apply("AU", entry) for entry in (added, withdrawn, added, again, withdrawn)]
    assert [(outcome.status, outcome.height) for outcome in outcomes] == [
        ("accepted", 0),
        ("accepted", 0),
        ("repeated", 2),
        ("accepted", 0),
        ("repeated", 3),
    ]
    assert [held.status for held in load(reader).claims] == ["claimed", "withdrawn", "claimed"]


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (changed("withdraw", "61/668,246", "2012-07-05"), "CLAIM_NOT_FOUND"),
        (changed("add", "1" * 65, "2012-07-05"), "NUMBER_TOO_LONG"),
        (changed("add", "", None, claim=claim("U" * 65, "1", None)), "NUMBER_TOO_LONG"),
        (changed("add", "61/668,245", "2012-07-06"), "CLAIM_CONFLICT"),
        (changed("correct", "61/668,246", "2012-07-05"), "REPLACED_CLAIM_MISSING"),
        (changed("restore", "61/668,245", "2012-07-05"), "CRITERION_MISSING"),
        (changed("restore", "61/668,246", "2012-07-05", criterion="dueCare"), "CLAIM_NOT_FOUND"),
        (
            changed(
                "correct", "61/1", "2012-07-05", replaced_claim=claim("US", "61/2", "2012-07-05")
            ),
            "CLAIM_NOT_FOUND",
        ),
    ],
)
def test_a_claim_entry_must_fit_the_claims_that_stand(entry: Claim, reason: str) -> None:
    reader = MappingReader()
    reader.apply("AU", AU_1)
    assert reader.apply("AU", entry) == Outcome("rejected", reason, AU_ID)


def test_a_claim_without_a_number_can_be_completed_later() -> None:
    # PCT Rule 26bis.2: a missing number does not make the claim void
    reader = MappingReader()
    incomplete = claim("US", "", "2012-07-05")
    reader.apply("AU", filing("2013287263", "2013-03-15", incomplete))
    completed = changed("correct", "61/668,245", "2012-07-05", replaced_claim=incomplete)
    assert reader.apply("AU", completed).status == "accepted"
    assert [held.status for held in load(reader).claims] == ["corrected", "claimed"]


def test_coverage_of_one_right_joins_where_it_meets() -> None:
    reader = MappingReader()
    for entry in (
        coverage("2000-01-01", "2000-12-31"),
        coverage("2005-01-01", "2005-12-31"),
        coverage("2001-01-01", "2002-06-30"),
    ):
        assert reader.apply("AU", entry) == Outcome("accepted", "", "AU.coverage.patent")
    assert decode_coverage(reader.content[b"cAUP"]) == (
        CoverageInterval(day("2000-01-01"), day("2002-06-30"), 3, 0),
        CoverageInterval(day("2005-01-01"), day("2005-12-31"), 2, 0),
    )
    inside = reader.apply("AU", coverage("2000-06-01", "2001-06-01"))
    assert inside == Outcome("repeated", "", "AU.coverage.patent", 3, 0)


def test_coverage_ends_today_at_the_latest() -> None:
    reader = MappingReader()
    today, tomorrow = "2026-11-18", "2026-11-19"
    refused = Outcome("rejected", "COVERAGE_IN_FUTURE", "AU.coverage.patent")
    assert reader.apply("AU", coverage("2026-01-01", tomorrow)) == refused
    assert reader.apply("AU", coverage("2026-01-01", today)).status == "accepted"


def test_a_later_declaration_of_closed_days_replaces_the_earlier_one() -> None:
    # R10
    reader = MappingReader()
    first = closed_days(2015, "2015-09-07 Labor Day", "2015-01-01 New Year @Alexandria")
    assert reader.apply("US", first) == Outcome("accepted", "", "US.closedDays.2015")
    days = (
        ClosedDayRecord(day("2015-01-01"), "Alexandria", "New Year"),
        ClosedDayRecord(day("2015-09-07"), "", "Labor Day"),
    )
    assert decode_closed_days(reader.content[b"dUS2015"]) == ClosedDaysRecord(days, 1, 0)
    assert reader.apply("US", first) == Outcome("repeated", "", "US.closedDays.2015", 1, 0)
    other_rest = msgspec.structs.replace(first, weekly_rest_day_bag=("sunday", "sunday"))
    assert reader.apply("US", other_rest).status == "accepted"
    assert decode_closed_days(reader.content[b"dUS2015"]).weekly_rest_days == (6,)
    assert reader.apply("US", closed_days(2015, "2015-12-25")).status == "accepted"
    left = decode_closed_days(reader.content[b"dUS2015"])
    assert left.days == (ClosedDayRecord(day("2015-12-25")),)


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (closed_days(2015, "2016-01-01"), "DATE_OUTSIDE_YEAR"),
        (closed_days(2015, "2015-01-01", "2015-01-01 New Year"), "DAY_REPEATED"),
        (closed_days(2015, "2015-01-01 @Munich", "2015-01-01 @Munich "), "DAY_REPEATED"),
        (closed_days(2015, "2015-01-01 " + "x" * 201), "TEXT_TOO_LONG"),
        (closed_days(2015, "2015-01-01 @" + "x" * 201), "TEXT_TOO_LONG"),
        (closed_days(2015, "2015-01-01 New\x1b[2JYear"), "TEXT_NOT_PRINTABLE"),
        (closed_days(2015, "2015-01-01 New Year\n"), "TEXT_NOT_PRINTABLE"),
        (closed_days(2015, "2015-01-01 @Mu\u202enich"), "TEXT_NOT_PRINTABLE"),
        (closed_days(2015, *["2015-01-01"] * 367), "TOO_MANY_DAYS"),
        (closed_days(2015, rest_days=("sunday",) * 8), "TOO_MANY_DAYS"),
    ],
)
def test_closed_days_that_cannot_be_are_refused(entry: ClosedDays, reason: str) -> None:
    # R10
    reader = MappingReader()
    assert reader.apply("EP", entry) == Outcome("rejected", reason, f"EP.closedDays.{entry.year}")
    assert not reader.content


def test_related_filings_are_kept_and_linked() -> None:
    division = msgspec.structs.replace(
        filing("2015201234", "2013-03-15"),
        related_filing_bag=(
            RelatedFiling(
                relation="division", ip_office_code="AU", application_number_text="2013287263"
            ),
        ),
    )
    reader = MappingReader()
    applied = reader.applied("AU", division)
    assert applied.links == ((b"pAUP2013287263\0fAUP2015201234", bytes(7) + b"\x01"),)
    reader.apply("AU", division)
    assert reader.apply("AU", division).status == "repeated"


@pytest.mark.parametrize(
    "text", ["", "AU", "AU.patent.", "AU.patent.a1", "ZZ.patent.1", "AU.mark.1"]
)
def test_texts_that_are_no_filing_id_are_malformed(text: str) -> None:
    with pytest.raises(MalformedFilingIdError, match="expected"):
        parse_filing_id(text)
