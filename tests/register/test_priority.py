"""Checks of domain law on real cases; rule numbers are those of docs/register.md."""

import msgspec
import pytest
from register_builders import (
    MappingReader,
    asking,
    claim,
    closed_days,
    coverage,
    day,
    filing,
    of,
    pct,
    withdrawal,
)

from ledger.register.entries import (
    Claim,
    Event,
    Filing,
    PriorityClaim,
    RelatedFiling,
    Relation,
    Right,
    Weekday,
)
from ledger.register.priority import Check, FoundFiling, Verification, verify_priority
from ledger.register.verification import DayPassedOver, Period, PriorityRequest

WEEKEND: tuple[Weekday, ...] = ("saturday", "sunday")
EP_FIRST = ("EP", "10167109.7", "2010-06-24")


def register_of_ep() -> MappingReader:
    reader = MappingReader()
    reader.apply("EP", filing("10167109.7", "2010-06-24"))
    return reader


def check(verification: Verification, number: int) -> Check:
    return verification.checks[number - 1]


def result(verification: Verification, number: int) -> tuple[str, str]:
    found = check(verification, number)
    return found.result, found.reason


def test_a_claim_in_time_is_confirmed_with_everything_it_rests_on() -> None:
    # EPO family 43088294
    verification = verify_priority(register_of_ep(), asking(EP_FIRST, ("US", "2011-06-23")))
    assert verification.outcome == "confirmed"
    assert verification.summary == ("EP 10167109.7 of 2010-06-24 gives priority until 2011-06-24.")
    assert verification.first_filing == FoundFiling(
        filing_id="EP.patent.10167109",
        ip_office_code="EP",
        right="patent",
        application_number_text="10167109.7",
        filing_date=day("2010-06-24"),
        height=1,
        index=0,
    )
    assert verification.period == Period(
        months=12,
        from_date=day("2010-06-24"),
        due_date=day("2011-06-24"),
        last_date=day("2011-06-24"),
        calendar_office="US",
        calendar="assumed",
        restorable_until=day("2011-08-24"),
        restorable_calendar="assumed",
    )
    assert verification.fact_keys == ("fEPP10167109", "dUS2011")
    assert [check.number for check in verification.checks] == list(range(1, 16))
    assert all(check.legal_basis for check in verification.checks)
    assert verification.height == 1


def test_answers_are_json_with_lower_camel_case_names() -> None:
    verification = verify_priority(register_of_ep(), asking(EP_FIRST, ("US", "2011-06-23")))
    answer = msgspec.json.decode(msgspec.json.encode(verification))
    assert answer["outcome"] == "confirmed"
    assert answer["firstFiling"]["filingId"] == "EP.patent.10167109"
    assert answer["checks"][0]["legalBasis"] == "Paris Convention Art. 4D(1), 4D(5)"


@pytest.mark.parametrize(
    ("first", "second", "holidays"),
    [
        (("BE", "9200994", "1992-11-17"), ("EP", "1993-11-18"), ("1993-11-17",)),
        (("DE", "19906970", "1999-02-19"), ("US", "2000-02-22"), ("2000-02-21",)),
        (("FR", "0707161", "2007-10-12"), ("US", "2008-10-14"), ("2008-10-13",)),
        (("US", "61/651,931", "2012-05-25"), ("WO", "2013-05-28"), ("2013-05-27",)),
        (("US", "62/046,702", "2014-09-05"), ("WO", "2015-09-08"), ("2015-09-07",)),
        (("US", "62/104,838", "2015-01-18"), ("WO", "2016-01-19"), ("2016-01-18",)),
        (("CN", "202410485399", "2024-04-19"), ("EP", "2025-04-22"), ("2025-04-21",)),
    ],
)
def test_real_filings_are_in_time_because_the_office_was_closed(
    first: tuple[str, str, str], second: tuple[str, str], holidays: tuple[str, ...]
) -> None:
    # Paris Convention Art. 4C(3); PCT Rule 80.5: the receiving office's days, here the USPTO's;
    # before PCT Rule 26bis.3, the EPC of 2000 and 37 CFR 1.55(c) no rule restored the right
    reader = MappingReader((first[0], second[0]))
    reader.apply(first[0], filing(first[1], first[2]))
    office = "US" if second[0] == "WO" else second[0]
    request = asking(first, second, number="PCT/US2013/042869" if second[0] == "WO" else None)
    before = verify_priority(reader, request)
    year = int(second[1][:4])
    assert before.outcome == ("lateRestorable" if year >= 2013 else "late")
    assert "CALENDAR_ASSUMED" in before.reasons
    assert "closed days are not declared" in check(before, 8).came
    assert "closed days are not declared" in before.summary
    reader.apply(office, closed_days(year, *holidays, rest_days=WEEKEND))
    after = verify_priority(reader, request)
    assert after.outcome == "confirmed"
    assert after.period is not None
    assert after.period.calendar == "declared"
    assert after.period.calendar_office == office
    assert DayPassedOver(day(holidays[-1]), "declared") in after.period.closed_days
    assert f"{holidays[-1]} (closed, declared)" in check(after, 8).came


def test_the_answer_names_the_closed_days_their_places_and_how_they_are_known() -> None:
    # Paris Convention Art. 4C(3), EPC Rule 134(1), P4: EP 25171761.7 after CN 202410485399
    reader = MappingReader(("CN", "EP"))
    reader.apply("CN", filing("202410485399", "2024-04-19"))
    easter = ("2025-04-21 Easter Monday @Munich", "2025-04-21 Easter Monday @Berlin")
    reader.apply("EP", closed_days(2025, *easter))
    request = asking(("CN", "202410485399", "2024-04-19"), ("EP", "2025-04-22"))
    verification = verify_priority(reader, request)
    assert verification.period is not None
    assert verification.period.closed_days == (
        DayPassedOver(day("2025-04-19"), "assumed", "Saturday"),
        DayPassedOver(day("2025-04-20"), "assumed", "Sunday"),
        DayPassedOver(day("2025-04-21"), "declared", "Easter Monday", ("Berlin", "Munich")),
    )
    assert check(verification, 8).came == (
        "2025-04-22; EP was closed on 2025-04-19 (Saturday, assumed), 2025-04-20 (Sunday, assumed),"
        " 2025-04-21 (Easter Monday at Berlin, Munich, declared)"
    )


def test_a_design_has_six_months() -> None:
    # Art. 4C(1): US 29/117,005 after IT TO990195, Sunday and Martin Luther King Day between
    reader = MappingReader(("IT", "US"))
    reader.apply("IT", filing("TO990195", "1999-07-16", right="design"))
    reader.apply("US", closed_days(2000, "2000-01-17", rest_days=WEEKEND))
    request = asking(
        ("IT", "TO990195", "1999-07-16"),
        ("US", "2000-01-18"),
        first_right="design",
        right="design",
    )
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmed"
    assert verification.period is not None
    assert (verification.period.months, verification.period.extended_by_days) == (6, 2)


def test_leap_day_priority_ends_on_the_last_of_february_and_moves_over_sunday() -> None:
    # GB 732965 of 1965-02-19 claims DE A0045360 of 1964-02-29; the period ended on a Sunday
    reader = MappingReader(("DE", "GB"))
    reader.apply("DE", filing("A0045360", "1964-02-29"))
    verification = verify_priority(
        reader, asking(("DE", "A0045360", "1964-02-29"), ("GB", "1965-02-19"))
    )
    assert verification.period is not None
    assert verification.period.due_date == day("1965-02-28")
    assert verification.period.last_date == day("1965-03-01")
    assert verification.outcome == "confirmed"


@pytest.mark.parametrize(
    ("filed", "outcome", "reason"),
    [
        ("2011-06-24", "confirmed", ""),
        ("2011-06-27", "lateRestorable", "LATE_RESTORABLE"),
        ("2011-08-24", "lateRestorable", "LATE_RESTORABLE"),
        ("2011-08-25", "late", "LATE"),
        ("2010-06-25", "confirmed", ""),
        ("2010-06-24", "notEntitled", "SAME_DAY"),
        ("2010-06-23", "notEntitled", "BEFORE_PRIORITY"),
    ],
)
def test_the_period_begins_the_day_after_and_has_three_zones(
    filed: str, outcome: str, reason: str
) -> None:
    # Art. 4C(2), 4C(3); PCT Rule 26bis.3
    verification = verify_priority(register_of_ep(), asking(EP_FIRST, ("JP", filed)))
    assert (verification.outcome, check(verification, 8).reason) == (outcome, reason)


def test_a_wrong_digit_is_no_such_filing_only_inside_the_declared_coverage() -> None:
    reader = register_of_ep()
    request = asking(("EP", "10167190", "2010-06-24"), ("US", "2011-06-23"))
    outside = verify_priority(reader, request)
    assert (outside.outcome, result(outside, 5)) == ("undetermined", ("unknown", "NOT_FOUND"))
    reader.apply("EP", coverage("2010-01-01", "2010-12-31"))
    inside = verify_priority(reader, request)
    assert (inside.outcome, result(inside, 5)) == ("noSuchFiling", ("failed", "DENIED"))
    assert inside.fact_keys == ("fEPP10167190", "cEPP", "uEP", "dUS2011")
    later = asking(("EP", "11167190", "2011-01-01"), ("US", "2011-06-23"))
    assert verify_priority(reader, later).outcome == "undetermined"


@pytest.mark.parametrize(
    ("office", "registered", "filed", "claimed"),
    [
        ("LB", "A 12345", "2021-08-26", "12345"),
        ("US", "13/143,813", "2011-01-18", "US.14381311.P"),
        ("EP", "10167109.7", "2010-06-24", "EP 10/167109-A1"),
    ],
)
def test_a_number_that_may_have_another_form_is_never_said_not_to_exist(
    office: str, registered: str, filed: str, claimed: str
) -> None:
    # Paris Convention Art. 4D(4): the loss of priority is the heaviest consequence of a fault of form
    reader = MappingReader((office,))
    reader.apply(office, filing(registered, filed))
    for right in ("patent", "utilityModel"):
        reader.apply(office, coverage("2000-01-01", "2025-12-31", right))
    request = asking((office, claimed, filed), ("AU", filed))
    verification = verify_priority(reader, request)
    assert (verification.outcome, result(verification, 5)) == (
        "undetermined",
        ("unknown", "NOT_FOUND"),
    )


def test_the_docdb_form_of_any_office_is_found() -> None:
    reader = MappingReader(("DE",))
    reader.apply("DE", filing("2246994", "1972-09-25"))
    request = asking(("DE", "DE.2246994.A", "1972-09-25"), ("US", "1973-09-24"))
    assert verify_priority(reader, request).outcome == "confirmed"


def test_no_such_filing_needs_the_coverage_of_every_right_looked_under() -> None:
    # register.md R9, V1: the claim may mean a utility model
    reader = MappingReader()
    request = asking(("JP", "2005-123456", "2005-04-01"), ("US", "2006-03-31"), first_right=None)
    reader.apply("JP", coverage("2005-01-01", "2005-12-31"))
    assert verify_priority(reader, request).outcome == "undetermined"
    reader.apply("JP", coverage("2005-01-01", "2005-12-31", "utilityModel"))
    assert verify_priority(reader, request).outcome == "noSuchFiling"


def test_an_office_that_is_not_connected_is_never_a_no() -> None:
    verification = verify_priority(
        register_of_ep(), asking(("CA", "2335870", "2001-02-13"), ("US", "2002-02-15"))
    )
    assert verification.outcome == "undetermined"
    assert result(verification, 5) == ("unknown", "OFFICE_NOT_CONNECTED")
    assert "OFFICE_NOT_CONNECTED" in verification.summary


def test_another_registered_date_is_a_mismatch_that_names_it() -> None:
    verification = verify_priority(
        register_of_ep(), asking(("EP", "10167109", "2010-06-25"), ("US", "2011-06-23"))
    )
    assert verification.outcome == "mismatch"
    assert check(verification, 6) == Check(
        6,
        "dateEqual",
        "failed",
        "Paris Convention Art. 4C(2), 4D(1)",
        "DATE_MISMATCH",
        "2010-06-24",
        "2010-06-25",
        "curable",
        None,
        "correct the date: it is 2010-06-24 (Paris Convention Art. 4D(1); 37 CFR 1.55)",
    )
    assert verification.summary == "EP 10167109 was filed on 2010-06-24, not on 2010-06-25."


@pytest.mark.parametrize("text", ["95271601", "09/952,716"])
def test_a_date_that_is_a_year_off_is_a_mismatch_in_every_form(text: str) -> None:
    # Paris Convention Art. 4C(2), 4D(1)
    reader = MappingReader()
    reader.apply("US", filing("09/952,716", "2001-09-13"))
    reader.apply("US", coverage("2000-01-01", "2005-12-31"))
    verification = verify_priority(reader, asking(("US", text, "2002-09-12"), ("EP", "2002-09-13")))
    assert (verification.outcome, check(verification, 6).expected) == ("mismatch", "2001-09-13")
    exact = verify_priority(reader, asking(("US", text, "2001-09-13"), ("EP", "2002-09-13")))
    assert exact.outcome == "confirmed"


def test_a_wrong_check_digit_is_a_remark() -> None:
    verification = verify_priority(
        register_of_ep(), asking(("EP", "10167109.4", "2010-06-24"), ("US", "2011-06-23"))
    )
    assert verification.outcome == "confirmedWithRemarks"
    assert verification.reasons == ("CHECK_DIGIT_WRONG",)


@pytest.mark.parametrize(
    ("first", "reason", "outcome"),
    [
        (("", "10167109", "2010-06-24"), "MISSING_OFFICE", "undetermined"),
        (("EP", "", "2010-06-24"), "MISSING_NUMBER", "undetermined"),
        (("EP", "10167109", ""), "MISSING_DATE", "undetermined"),
        ((" ", "10167109", "2010-06-24"), "MISSING_OFFICE", "undetermined"),
        (("QL", "10167109", "2010-06-24"), "OFFICE_UNKNOWN", "undetermined"),
        (("QM", "10167109", "2010-06-24"), "OFFICE_CODE_PRIVATE", "undetermined"),
        (("XX", "10167109", "2010-06-24"), "MEMBERSHIP_UNKNOWN", "undetermined"),
        (("EU", "10167109", "2010-06-24"), "NO_PRIORITY_RIGHT", "notEntitled"),
    ],
)
def test_a_claim_must_be_complete_and_of_an_office_that_gives_priority(
    first: tuple[str, str, str], reason: str, outcome: str
) -> None:
    # Art. 4D(1), 4D(5), 4A(1), 4A(2)
    verification = verify_priority(register_of_ep(), asking(first, ("US", "2011-06-23")))
    assert verification.outcome == outcome
    assert reason in verification.reasons


@pytest.mark.parametrize(
    ("first", "second", "months"),
    [
        ("patent", "patent", 12),
        ("patent", "utilityModel", 12),
        ("utilityModel", "patent", 12),
        ("utilityModel", "design", 6),
        ("design", "design", 6),
        ("trademark", "trademark", 6),
        ("plantVariety", "plantVariety", 12),
        ("design", "patent", None),
        ("trademark", "patent", None),
        ("patent", "trademark", None),
        ("patent", "design", None),
        ("patent", "plantVariety", None),
        ("plantVariety", "patent", None),
    ],
)
def test_rights_fit_by_the_table_of_the_convention(
    first: Right, second: Right, months: int | None
) -> None:
    # Art. 4C(1), 4E(1), 4E(2); UPOV 1991 Art. 11(1); a design gives no patent priority (EPO J 15/80)
    reader = MappingReader()
    reader.apply("JP", filing("2005-123456", "2005-04-01", right=first))
    request = asking(
        ("JP", "2005-123456", "2005-04-01"),
        ("JP", "2005-09-01"),
        first_right=first,
        right=second,
    )
    verification = verify_priority(reader, request)
    if months is None:
        assert verification.outcome == "notEntitled"
        assert result(verification, 7) == ("failed", "RIGHT_MISMATCH")
    else:
        assert verification.period is not None
        assert verification.period.months == months


def test_another_right_whose_priority_may_be_claimed_is_tried() -> None:
    reader = MappingReader()
    reader.apply("JP", filing("2005-123456", "2005-04-01", right="utilityModel"))
    request = asking(("JP", "2005-123456", "2005-04-01"), ("US", "2006-03-31"))
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmedWithRemarks"
    assert result(verification, 7) == ("warning", "RIGHT_DIFFERS")
    unstated = msgspec.structs.replace(
        request, first=msgspec.structs.replace(request.first, right=None)
    )
    assert verify_priority(reader, unstated).outcome == "confirmed"
    # A patent with the same number but another date does not hide the utility model.
    reader.apply("JP", filing("2005-123456", "2005-05-01"))
    assert verify_priority(reader, request).outcome == "confirmedWithRemarks"


def japanese_namesakes() -> MappingReader:
    """A patent and a utility model of the same serial number, and their register complete."""
    reader = MappingReader()
    reader.apply("JP", filing("2005-123456", "2005-04-21"))
    reader.apply("JP", filing("2005-123456 U", "2005-06-09", right="utilityModel"))
    for right in ("patent", "utilityModel"):
        reader.apply("JP", coverage("2005-01-01", "2005-12-31", right))
    return reader


@pytest.mark.parametrize("text", ["2005-123456 U", "実願2005-123456", "JP.2005123456.U"])
def test_a_number_that_names_a_right_is_searched_under_it_alone(text: str) -> None:
    # Paris Convention Art. 4E(2); register.md N13
    request = asking(("JP", text, "2005-06-09"), ("US", "2006-06-08"), first_right=None)
    assert verify_priority(japanese_namesakes(), request).outcome == "confirmed"
    other_date = asking(("JP", text, "2005-04-21"), ("US", "2006-04-20"), first_right=None)
    verification = verify_priority(japanese_namesakes(), other_date)
    assert (verification.outcome, check(verification, 6).expected) == ("mismatch", "2005-06-09")


def test_a_namesake_of_another_right_and_date_is_not_the_filing() -> None:
    reader = japanese_namesakes()
    reader.content.pop(b"fJPP2005123456")
    request = asking(("JP", "2005-123456", "2005-04-21"), ("US", "2006-04-20"))
    assert verify_priority(reader, request).outcome == "noSuchFiling"


def test_whatever_became_of_the_first_filing_its_priority_survives() -> None:
    # Art. 4A(3)
    reader = register_of_ep()
    reader.apply(
        "EP",
        Event(filing=of("10167109"), event_category="withdrawn", event_date=day("2010-08-01")),
    )
    verification = verify_priority(reader, asking(EP_FIRST, ("US", "2011-06-23")))
    assert verification.outcome == "confirmed"
    assert verification.first_filing is not None
    assert verification.first_filing.events == ("withdrawn",)


def test_a_first_filing_that_claims_priority_itself_may_not_be_the_first() -> None:
    # Art. 4C(4); PCT/US2015/057846 claims US 14/530,441, which claims US 61/898,478
    reader = MappingReader()
    reader.apply("US", filing("14/530,441", "2014-10-31", claim("US", "61/898,478", "2013-10-31")))
    request = asking(("US", "14/530,441", "2014-10-31"), ("WO", "2015-10-28"))
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmedWithRemarks"
    assert check(verification, 10).came == (
        "it names as earlier: priority of US 61/898,478 of 2013-10-31 - not registered -"
        " its period of 12 months ended on 2014-10-31, before the second filing:"
        " for what it disclosed already there is no priority (EPC Art. 87(4); T 1222/11)"
    )


@pytest.mark.parametrize(
    "relation", ["division", "continuation", "continuationInPart", "addition", "nationalPhase"]
)
def test_a_first_filing_that_continues_another_one_may_not_be_the_first(relation: Relation) -> None:
    # Paris Convention Art. 4C(4), EPC Art. 87(4)
    reader = MappingReader()
    related = RelatedFiling(
        relation=relation, ip_office_code="US", application_number_text="13/000,001"
    )
    first = filing("14/530,441", "2014-10-31")
    reader.apply("US", msgspec.structs.replace(first, related_filing_bag=(related,)))
    verification = verify_priority(
        reader, asking(("US", "14/530,441", "2014-10-31"), ("EP", "2015-10-28"))
    )
    assert (verification.outcome, verification.reasons) == ("confirmedWithRemarks", ("NOT_FIRST",))


def late_filing(*, criterion: str | None = None) -> MappingReader:
    reader = register_of_ep()
    named = claim("EP", "10167109", "2010-06-24")
    reader.apply("JP", filing("2011-150000", "2011-07-20", named))
    if criterion is not None:
        restoring = Claim(
            filing=of("2011-150000"),
            action="restore",
            claim=named,
            decision_date=day("2011-12-01"),
            criterion="dueCare",
        )
        assert reader.apply("JP", restoring).status == "accepted"
    return reader


LATE = asking(EP_FIRST, ("JP", "2011-07-20"), number="2011-150000")


def test_a_late_filing_is_restorable_until_it_is_restored() -> None:
    # PCT Rule 26bis.3, PLT Art. 13(2)
    before = verify_priority(late_filing(), LATE)
    assert (before.outcome, result(before, 9)) == ("lateRestorable", ("failed", "NOT_RESTORED"))
    after = verify_priority(late_filing(criterion="dueCare"), LATE)
    assert (after.outcome, after.claim_status) == ("confirmedWithRemarks", "restored")
    assert result(after, 9) == ("passed", "RESTORED")
    assert check(after, 9).came == "dueCare on 2011-12-01 by JP"
    assert result(after, 8) == ("failed", "LATE_RESTORABLE")


@pytest.mark.parametrize(
    ("filed", "outcome"),
    [("2011-08-24", "lateRestorable"), ("2011-08-25", "lateRestorable"), ("2011-08-26", "late")],
)
def test_the_time_for_restoration_moves_over_closed_days(filed: str, outcome: str) -> None:
    # PCT Rule 80.5, EPC Rule 134(1), 37 CFR 1.7(a)
    reader = register_of_ep()
    before = verify_priority(reader, asking(EP_FIRST, ("JP", "2011-08-25")))
    assert before.outcome == "late"
    assert "restorable if JP" in check(before, 8).came
    reader.apply("JP", closed_days(2011, "2011-08-24"))
    verification = verify_priority(reader, asking(EP_FIRST, ("JP", filed)))
    assert verification.outcome == outcome
    assert verification.period is not None
    assert verification.period.restorable_until == day("2011-08-25")


@pytest.mark.parametrize(
    ("office", "number", "outcome", "ninth"),
    [
        ("EP", "11167109.7", "late", ("failed", "RESTORED_OUTSIDE_WINDOW")),
        ("JP", "2011-150000", "confirmedWithRemarks", ("passed", "RESTORED")),
    ],
)
def test_only_where_the_law_has_a_last_day_a_restoration_is_outside_its_time(
    office: str, number: str, outcome: str, ninth: tuple[str, str]
) -> None:
    # EPC Rule 136(1): two months; PLT Rule 14(4)(a): not less than two months, so a state may give more
    reader = register_of_ep()
    reader.apply(office, filing(number, "2011-09-20", EP_CLAIM))
    restoring = Claim(
        filing=of(number),
        action="restore",
        claim=EP_CLAIM,
        decision_date=day("2011-12-01"),
        criterion="dueCare",
    )
    assert reader.apply(office, restoring).status == "accepted"
    request = asking(EP_FIRST, (office, "2011-09-20"), number=number)
    verification = verify_priority(reader, request)
    assert verification.outcome == outcome
    assert result(verification, 9) == ninth


def to_pct(filed: str, number: str | None, receiving_office: str | None) -> PriorityRequest:
    request = asking(EP_FIRST, ("WO", filed), number=number)
    second = msgspec.structs.replace(request.second, receiving_office_code=receiving_office)
    return msgspec.structs.replace(request, second=second)


@pytest.mark.parametrize(
    ("number", "receiving_office", "calendar_office", "reasons"),
    [
        ("PCT/US2011/041000", None, "US", ()),
        ("PCT/US2011/041000", "US", "US", ()),
        ("PCT/US2011/041000", "JP", "US", ("RECEIVING_OFFICE_DIFFERS",)),
        ("PCT/GB2011/000001", None, "GB", ()),
        (None, "JP", "JP", ()),
        (None, None, "WO", ()),
    ],
)
def test_the_registered_receiving_office_counts_before_any_other(
    number: str | None,
    receiving_office: str | None,
    calendar_office: str,
    reasons: tuple[str, ...],
) -> None:
    # PCT Rule 80.5
    reader = register_of_ep()
    reader.apply("WO", pct("PCT/US2011/041000", "2011-06-20", "US", EP_CLAIM))
    verification = verify_priority(reader, to_pct("2011-06-20", number, receiving_office))
    assert verification.reasons == reasons or "SECOND_FILING_NOT_FOUND" in verification.reasons
    assert verification.period is not None
    assert verification.period.calendar_office == calendar_office


def test_without_a_receiving_office_no_calendar_is_declared() -> None:
    # PCT Rule 80.5: the International Bureau's days are not every receiving office's
    reader = register_of_ep()
    reader.apply("WO", closed_days(2011, "2011-06-24", "2011-06-27", rest_days=WEEKEND))
    unknown = verify_priority(reader, to_pct("2011-06-28", None, None))
    assert (unknown.outcome, unknown.reasons) == (
        "confirmedWithRemarks",
        ("RECEIVING_OFFICE_UNKNOWN",),
    )
    assert unknown.period is not None
    assert unknown.period.calendar == "assumed"
    bureau = verify_priority(reader, to_pct("2011-06-28", None, "IB"))
    assert bureau.period is not None
    assert (bureau.outcome, bureau.period.calendar) == ("confirmed", "declared")


def claiming(number: str, named: PriorityClaim) -> MappingReader:
    """A register with the first filing, and a Japanese one of 2011-06-20 that makes this claim."""
    reader = register_of_ep()
    reader.apply("JP", filing(number, "2011-06-20", named))
    return reader


EP_CLAIM = claim("EP", "10167109", "2010-06-24")
IN_TIME = asking(EP_FIRST, ("JP", "2011-06-20"), number="2011-140000")


def test_a_withdrawn_claim_gives_no_priority() -> None:
    # PCT Rule 90bis.3
    reader = claiming("2011-140000", EP_CLAIM)
    reader.apply("JP", withdrawal("2011-140000", EP_CLAIM, "2011-09-01"))
    verification = verify_priority(reader, IN_TIME)
    assert (verification.outcome, verification.claim_status) == ("notEntitled", "withdrawn")
    assert result(verification, 15) == ("failed", "ABANDONED")


def corrected_from(was: PriorityClaim, to: PriorityClaim, decided: str) -> MappingReader:
    reader = claiming("2011-140000", was)
    correction = Claim(
        filing=of("2011-140000"),
        action="correct",
        claim=to,
        replaced_claim=was,
        decision_date=day(decided),
    )
    assert reader.apply("JP", correction).status == "accepted"
    return reader


def test_the_claim_with_the_date_asked_about_is_judged() -> None:
    # PCT Rule 26bis.1: the claim as it stood was replaced
    wrong = claim("EP", "10167109", "2010-06-25")
    right_now = verify_priority(corrected_from(wrong, EP_CLAIM, "2011-09-01"), IN_TIME)
    assert (right_now.reasons, right_now.claim_status) == (("CLAIM_LIMIT_NATIONAL",), "claimed")
    replaced = verify_priority(corrected_from(EP_CLAIM, wrong, "2011-09-01"), IN_TIME)
    assert (replaced.outcome, replaced.reasons) == ("notEntitled", ("CLAIM_CORRECTED",))


def test_the_registered_claim_must_have_the_date_asked_about() -> None:
    # Paris Convention Art. 4D(1)
    reader = claiming("2011-140000", claim("EP", "10167109", "2010-06-25"))
    assert verify_priority(reader, IN_TIME).reasons == ("CLAIM_DATE_DIFFERS",)


def test_the_period_is_judged_by_the_registered_date_of_the_second_filing() -> None:
    reader = register_of_ep()
    reader.apply("JP", filing("2011-140000", "2011-07-20", EP_CLAIM))
    assert verify_priority(reader, IN_TIME).outcome == "lateRestorable"


PCT_DATE = "2011-06-20"


def claim_entry(number: str, made: str, to: PriorityClaim, was: PriorityClaim | None) -> Claim:
    """A claim that is made or corrected by a notice of a day, about which the office decided later."""
    return Claim(
        filing=of(number),
        action="add" if was is None else "correct",
        claim=to,
        replaced_claim=was,
        decision_date=day("2012-03-01"),
        request_date=day(made),
    )


@pytest.mark.parametrize(("made", "reason"), [("2011-05-24", ""), ("2011-06-25", "CLAIM_LATE")])
def test_a_corrected_date_shortens_the_time_for_claims(made: str, reason: str) -> None:
    # PCT Rule 26bis.1(a): 16 months from either date, whichever expire first; 26bis.2(b): a month more
    reader = register_of_ep()
    reader.apply("JP", closed_days(2011, rest_days=WEEKEND))
    was, number = claim("EP", "10167109", "2010-01-24"), "PCT/JP2010/070000"
    reader.apply("WO", pct(number, "2010-12-20", "JP", was))
    assert reader.apply("WO", claim_entry(number, made, EP_CLAIM, was)).status == "accepted"
    request = asking(EP_FIRST, ("WO", "2010-12-20"), number=number)
    assert check(verify_priority(reader, request), 3).reason == reason


@pytest.mark.parametrize(
    ("filed", "adds", "last", "too_late"),
    [
        ("2011-06-20", True, "2011-10-24", "2011-10-25"),
        ("2011-08-24", True, "2011-10-24", "2011-10-25"),
        ("2011-08-24", False, "2011-12-27", "2011-12-28"),
    ],
)
def test_to_a_european_application_claims_are_added_for_sixteen_months_and_no_longer(
    filed: str, last: str, too_late: str, *, adds: bool
) -> None:
    # EPC Rule 52(2); Rule 52(3) gives corrections four months from the filing; Rule 134(1) moves them
    # over Saturday 24 December to Monday 26, and over that day, which the EPO declared closed.
    for made, reason in ((last, ""), (too_late, "CLAIM_LATE")):
        reader = MappingReader()
        reader.apply("JP", filing("2010-140000", "2010-06-24"))
        reader.apply("EP", closed_days(2011, "2011-12-26", rest_days=WEEKEND))
        first = claim("JP", "2010-140000", "2010-06-24")
        was = None if adds else claim("JP", "2010-140001", "2010-06-24")
        reader.apply("EP", filing("11167109.7", filed, *(() if was is None else (was,))))
        assert reader.apply("EP", claim_entry("11167109.7", made, first, was)).status == "accepted"
        question = ("JP", "2010-140000", "2010-06-24")
        request = asking(question, ("EP", filed), number="11167109.7")
        assert check(verify_priority(reader, request), 3).reason == reason


@pytest.mark.parametrize("made", ["2011-10-24", "2011-10-25"])
def test_elsewhere_the_national_law_says_until_when_a_claim_may_be_added(made: str) -> None:
    # PLT Art. 13(1), Rule 14(3) bind only its parties: neither in time nor too late is said
    reader = register_of_ep()
    reader.apply("JP", filing("2011-140000", PCT_DATE))
    reader.apply("JP", claim_entry("2011-140000", made, EP_CLAIM, None))
    request = asking(EP_FIRST, ("JP", PCT_DATE), number="2011-140000")
    found = check(verify_priority(reader, request), 3)
    assert (found.result, found.reason) == ("unknown", "CLAIM_LIMIT_NATIONAL")


def test_a_second_filing_is_compared_with_the_register() -> None:
    reader = register_of_ep()
    reader.apply("JP", filing("2011-140000", "2011-06-20"))
    request = asking(EP_FIRST, ("JP", "2011-06-20"), number="2011-140000")
    assert verify_priority(reader, request).reasons == ("CLAIM_NOT_REGISTERED",)
    other_date = asking(EP_FIRST, ("JP", "2011-06-21"), number="2011-140000")
    both = ("SECOND_DATE_DIFFERS", "CLAIM_NOT_REGISTERED")
    assert verify_priority(reader, other_date).reasons == both
    absent = asking(EP_FIRST, ("JP", "2011-06-20"), number="2011-999999")
    verification = verify_priority(reader, absent)
    assert verification.outcome == "confirmed"
    assert result(verification, 3) == ("unknown", "SECOND_FILING_NOT_FOUND")


def related_to(
    number: str, filed: str, relation: Relation, parent: str, parent_date: str | None = None
) -> Filing:
    """A filing that claims the first one and is related to a parent of the same office, or of WO."""
    office = "WO" if relation == "nationalPhase" else "JP"
    related = RelatedFiling(
        relation=relation,
        ip_office_code=office,
        application_number_text=parent,
        filing_date=None if parent_date is None else day(parent_date),
    )
    first = claim("EP", "10167109", "2010-06-24")
    return msgspec.structs.replace(filing(number, filed, first), related_filing_bag=(related,))


@pytest.mark.parametrize(
    ("parent_filed", "outcome", "reason"),
    [
        ("2011-06-20", "confirmedWithRemarks", "KEEPS_PARENT_DATE"),
        ("2011-08-01", "lateRestorable", "LATE_RESTORABLE"),
        ("2012-06-20", "late", "LATE"),
        ("2010-06-24", "notEntitled", "SAME_DAY"),
        ("2010-06-20", "notEntitled", "BEFORE_PRIORITY"),
        (None, "undetermined", "PARENT_UNKNOWN"),
    ],
)
@pytest.mark.parametrize("is_registered", [True, False])
def test_a_division_is_judged_by_its_parents_date(
    parent_filed: str | None, outcome: str, reason: str, *, is_registered: bool
) -> None:
    # Paris Convention Art. 4G: it keeps that date, and no other
    reader = register_of_ep()
    given = None if is_registered else parent_filed
    reader.apply("JP", related_to("2015-100000", "2015-01-20", "division", "2011-140000", given))
    reader.apply("JP", related_to("2016-100000", "2016-01-20", "division", "2015-100000"))
    if is_registered and parent_filed is not None:
        reader.apply("JP", filing("2011-140000", parent_filed))
    for number, filed in (("2015-100000", "2015-01-20"), ("2016-100000", "2016-01-20")):
        verification = verify_priority(reader, asking(EP_FIRST, ("JP", filed), number=number))
        assert (verification.outcome, check(verification, 8).reason) == (outcome, reason)


def test_a_division_keeps_its_parents_date_though_the_first_filing_is_not_registered() -> None:
    # Paris Convention Art. 4G; nothing may be called incurable that is in time
    reader = MappingReader(("EP", "JP"))
    division = related_to("2015-100000", "2015-01-20", "division", "2011-140000", "2011-06-20")
    reader.apply("JP", division)
    verification = verify_priority(
        reader, asking(EP_FIRST, ("JP", "2015-01-20"), number="2015-100000")
    )
    assert check(verification, 8).reason == "KEEPS_PARENT_DATE"
    assert "incurable" not in {each.fault for each in verification.checks}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_each_parent_counts_though_its_number_is_not_known(order: tuple[int, int]) -> None:
    reader = register_of_ep()
    parents = (
        RelatedFiling(relation="division", ip_office_code="Büro", application_number_text="1"),
        RelatedFiling(
            relation="division",
            ip_office_code="Büro",
            application_number_text="2",
            filing_date=day("2011-06-20"),
        ),
    )
    division = msgspec.structs.replace(
        filing("2015-100000", "2015-01-20", claim("EP", "10167109", "2010-06-24")),
        related_filing_bag=tuple(parents[place] for place in order),
    )
    reader.apply("JP", division)
    verification = verify_priority(
        reader, asking(EP_FIRST, ("JP", "2015-01-20"), number="2015-100000")
    )
    assert check(verification, 8).reason == "KEEPS_PARENT_DATE"
    assert all(key.isascii() for key in verification.fact_keys)


def test_a_division_cannot_be_older_than_the_first_filing() -> None:
    reader = register_of_ep()
    reader.apply("JP", related_to("2010-100000", "2010-06-24", "division", "2009-140000"))
    request = asking(EP_FIRST, ("JP", "2010-06-24"), number="2010-100000")
    assert verify_priority(reader, request).outcome == "notEntitled"


def test_filings_that_are_each_others_parents_have_an_answer() -> None:
    reader = register_of_ep()
    for number, parent in (("2015-100000", "2016-100000"), ("2016-100000", "2015-100000")):
        reader.apply("JP", related_to(number, "2015-01-20", "division", parent))
    request = asking(EP_FIRST, ("JP", "2015-01-20"), number="2015-100000")
    verification = verify_priority(reader, request)
    assert (verification.outcome, check(verification, 8).reason) == (
        "undetermined",
        "PARENT_UNKNOWN",
    )


def test_a_continuation_in_part_is_a_remark_of_its_own() -> None:
    # 35 USC 120: only what the parent disclosed has its date
    reader = register_of_ep()
    in_part = related_to("2015-100000", "2015-01-20", "continuationInPart", "1", "2011-06-20")
    reader.apply("JP", in_part)
    request = asking(EP_FIRST, ("JP", "2015-01-20"), number="2015-100000")
    assert "KEEPS_PARENT_DATE_IN_PART" in verify_priority(reader, request).reasons


def test_a_national_phase_has_the_date_of_its_pct_filing_and_that_offices_calendar() -> None:
    # PCT Art. 11(3), Rule 80.5
    reader = register_of_ep()
    reader.apply("WO", pct("PCT/US2011/041000", "2011-06-20", "US", EP_CLAIM))
    national = related_to("2012-500000", "2012-12-20", "nationalPhase", "PCT/US2011/041000")
    reader.apply("JP", national)
    request = asking(EP_FIRST, ("JP", "2012-12-20"), number="2012-500000")
    verification = verify_priority(reader, request)
    assert verification.outcome == "confirmed"
    assert check(verification, 8).came == (
        "2011-06-20, of its parent WO PCT/US2011/041000 (nationalPhase)"
    )
    assert verification.period is not None
    assert verification.period.calendar_office == "US"
    own_pct = asking(
        ("WO", "PCT/US2011/041000", "2011-06-20"), ("JP", "2012-12-20"), number="2012-500000"
    )
    assert verify_priority(reader, own_pct).outcome == "nationalPhase"


def test_a_division_of_the_first_filing_itself_keeps_its_date() -> None:
    # Paris Convention Art. 4G
    reader = MappingReader()
    reader.apply("JP", filing("2011-140000", "2011-06-20"))
    reader.apply("JP", related_to("2015-100000", "2015-01-20", "division", "2011-140000"))
    request = asking(
        ("JP", "2011-140000", "2011-06-20"), ("JP", "2015-01-20"), number="2015-100000"
    )
    verification = verify_priority(reader, request)
    assert (verification.outcome, result(verification, 8)) == (
        "confirmedWithRemarks",
        ("warning", "KEEPS_PARENT_DATE"),
    )


def test_a_pct_filing_gives_priority_like_a_national_one() -> None:
    # Art. 4A(2)
    reader = MappingReader()
    reader.apply("WO", pct("PCT/US13/32081", "2013-03-15", "US"))
    request = asking(("IB", "PCT/US2013/032081", "2013-03-15"), ("AU", "2014-03-14"))
    assert verify_priority(reader, request).outcome == "confirmed"


@pytest.mark.parametrize(
    "text", ["PCT/JP2008/068544", "pct/jp08/68544", "JP.2008068544.W", "JP2008068544W"]
)
def test_a_pct_filing_may_be_claimed_by_its_receiving_office(text: str) -> None:
    # PCT Rule 4.10(a)(v)
    reader = MappingReader()
    reader.apply("WO", pct("PCT/JP2008/068544", "2008-10-07", "JP"))
    for office in ("WO", "JP"):
        for right in ("patent", "utilityModel"):
            reader.apply(office, coverage("2000-01-01", "2025-12-31", right))
    verification = verify_priority(reader, asking(("JP", text, "2008-10-07"), ("US", "2009-10-06")))
    assert verification.outcome == "confirmedWithRemarks"
    assert verification.reasons == ("PCT_NAMED_BY_RECEIVING_OFFICE",)
    assert verification.first_filing is not None
    assert verification.first_filing.filing_id == "WO.patent.JP2008068544"
    other = verify_priority(reader, asking(("KR", text, "2008-10-07"), ("US", "2009-10-06")))
    assert other.outcome == "undetermined"


def test_the_last_dates_there_are_do_not_overflow() -> None:
    reader = MappingReader()
    reader.apply("JP", filing("2005-123456", "9999-12-30"))
    request = asking(("JP", "2005-123456", "9999-12-30"), ("US", "9999-12-31"))
    assert verify_priority(reader, request).outcome == "confirmedWithRemarks"


@pytest.mark.parametrize(
    ("first", "second", "reason", "came"),
    [
        (
            ("TH", "9401001234", "1994-06-01"),
            ("US", "1995-05-31"),
            "NO_PRIORITY_RIGHT",
            "Thailand, in the Paris Union since 2008-08-02, in the WTO since 1995-01-01",
        ),
        (
            ("IN", "1354/MAS/1996", "1996-07-30"),
            ("EP", "1997-07-29"),
            "NO_PRIORITY_RIGHT",
            "India, in the Paris Union since 1998-12-07, in the WTO since 1995-01-01",
        ),
        (
            ("TW", "90123456", "2001-06-01"),
            ("US", "2002-05-31"),
            "MEMBERSHIP_UNKNOWN",
            "Taiwan, Province of China, not in the Paris Union, in the WTO since 2002-01-01",
        ),
    ],
)
def test_a_first_filing_before_the_accession_gives_no_priority_or_an_unknown_one(
    first: tuple[str, str, str], second: tuple[str, str], reason: str, came: str
) -> None:
    # Paris Convention Art. 4A(1), TRIPS Art. 2(1); at the EPO G 2/02 and G 3/02; O5, O6
    reader = MappingReader((first[0], second[0]))
    reader.apply(first[0], filing(first[1], first[2]))
    verification = verify_priority(reader, asking(first, second))
    assert reason in verification.reasons
    assert check(verification, 2).came == came
    expected = "notEntitled" if reason == "NO_PRIORITY_RIGHT" else "confirmedWithRemarks"
    assert verification.outcome == expected


@pytest.mark.parametrize(
    ("code", "filed", "reason"),
    [
        ("SU", "1991-12-25", ""),
        ("SU", "1991-12-26", "OFFICE_CEASED"),
        ("SU", "1964-01-31", "MEMBERSHIP_UNKNOWN"),
        ("DD", "1979-01-31", "MEMBERSHIP_UNKNOWN"),
    ],
)
def test_a_filing_under_a_former_code_after_its_last_day_is_a_remark(
    code: str, filed: str, reason: str
) -> None:
    # Paris Convention Art. 4A(1), 4A(3); O5, O7
    year = int(filed[:4]) + 1
    request = asking((code, "4907184", filed), ("JP", f"{year}-01-15"))
    verification = verify_priority(MappingReader((code, "JP")), request)
    assert check(verification, 2).reason == reason


def test_an_indian_priority_of_1996_holds_outside_the_epo() -> None:
    # TRIPS Art. 2(1): India is in the WTO since 1995-01-01
    reader = MappingReader(("IN", "US"))
    reader.apply("IN", filing("1354/MAS/1996", "1996-07-30"))
    request = asking(("IN", "1354/MAS/1996", "1996-07-30"), ("US", "1997-07-29"))
    assert verify_priority(reader, request).outcome == "confirmed"
