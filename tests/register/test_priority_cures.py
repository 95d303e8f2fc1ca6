"""Curable and incurable faults of priority claims, and until when (register.md C1 to C5)."""

from datetime import date

import pytest
from register_builders import MappingReader, asking, claim, coverage, day, filing, of, pct

from ledger.register.entries import Claim
from ledger.register.priority import Verification, verify_priority
from ledger.register.verification import Check

FIRST = ("EP", "10167109.7", "2010-06-24")
TO_WO = ("WO", "2011-06-20")


def register_of_ep() -> MappingReader:
    reader = MappingReader()
    reader.apply("EP", filing("10167109.7", "2010-06-24"))
    return reader


def at_fault(verification: Verification) -> tuple[Check, ...]:
    return tuple(check for check in verification.checks if check.fault)


def fault(verification: Verification) -> tuple[str, str, date | None]:
    # A missing date is missed by check 1 and by check 6.
    (found,) = {
        (check.reason, check.fault, check.curable_until) for check in at_fault(verification)
    }
    return found


def test_a_claim_in_order_has_no_fault_and_no_remedy() -> None:
    verification = verify_priority(register_of_ep(), asking(FIRST, TO_WO))
    assert (at_fault(verification), verification.remedy) == ((), "")


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (("", "10167109.7", "2010-06-24"), "MISSING_OFFICE"),
        (("EP", "10167109.7", ""), "MISSING_DATE"),
        (("EP", "", "2010-06-24"), "MISSING_NUMBER"),
        (("EP", "10167109.7", "2010-06-25"), "DATE_MISMATCH"),
    ],
)
def test_indications_of_a_pct_claim_can_be_corrected_for_sixteen_months(
    first: tuple[str, str, str], reason: str
) -> None:
    # PCT Rule 26bis.1(a): 16 months from 2010-06-24 end on a Monday
    verification = verify_priority(register_of_ep(), asking(first, TO_WO))
    assert fault(verification) == (reason, "curable", day("2011-10-24"))
    assert "PCT Rule 26bis.1(a)" in verification.remedy
    assert verification.remedy.endswith(", until 2011-10-24.")


def test_a_missing_number_does_not_make_a_pct_claim_void() -> None:
    # PCT Rule 26bis.2(c)(i); EPC Rule 59
    missing = ("EP", "", "2010-06-24")
    reader = register_of_ep()
    assert "not void" in verify_priority(reader, asking(missing, TO_WO)).remedy
    assert "Rule 59" in verify_priority(reader, asking(missing, ("EP", "2011-06-20"))).remedy


def test_a_correction_is_possible_for_four_months_from_a_late_filing() -> None:
    # PCT Rule 26bis.1(a), EPC Rule 52(3)
    wrong = ("EP", "10167109.7", "2010-06-25")
    for office in ("WO", "EP"):
        verification = verify_priority(register_of_ep(), asking(wrong, (office, "2011-08-24")))
        faults = {check.reason: check.curable_until for check in at_fault(verification)}
        assert faults["DATE_MISMATCH"] == day("2011-12-26")  # 24 December was a Saturday


def test_the_remedy_for_a_wrong_date_names_the_registered_one() -> None:
    wrong = asking(("EP", "10167109.7", "2010-06-25"), ("EP", "2011-06-20"))
    assert verify_priority(register_of_ep(), wrong).remedy == (
        "Correct the date: it is 2010-06-24 (EPC Rule 52(2), (3); an error also later,"
        " by Rule 139), until 2011-10-24."
    )


def test_where_the_national_law_counts_no_day_is_named() -> None:
    wrong = asking(("EP", "10167109.7", "2010-06-25"), ("JP", "2011-06-20"))
    assert fault(verify_priority(register_of_ep(), wrong)) == ("DATE_MISMATCH", "curable", None)


def test_a_filing_that_does_not_exist_is_a_number_to_correct() -> None:
    reader = register_of_ep()
    for right in ("patent", "utilityModel"):
        reader.apply("EP", coverage("2000-01-01", "2025-12-31", right))
    request = asking(("EP", "10167110.5", "2010-06-24"), TO_WO)
    verification = verify_priority(reader, request)
    assert verification.outcome == "noSuchFiling"
    assert fault(verification) == ("DENIED", "curable", day("2011-10-24"))


def test_within_two_months_the_right_can_be_restored() -> None:
    # PCT Rule 26bis.3(a), (e)
    verification = verify_priority(register_of_ep(), asking(FIRST, ("WO", "2011-08-01")))
    assert fault(verification) == ("LATE_RESTORABLE", "curable", day("2011-08-24"))
    assert verification.remedy == (
        "Ask for restoration of the right of priority (PCT Rule 26bis.3), until 2011-08-24."
    )


def test_a_petition_in_the_united_states_has_no_last_day() -> None:
    # 37 CFR 1.55(c)
    reader = register_of_ep()
    reader.apply("EP", filing("14167109.7", "2014-06-24"))
    first = ("EP", "14167109.7", "2014-06-24")
    verification = verify_priority(reader, asking(first, ("US", "2015-08-03")))
    assert fault(verification) == ("LATE_RESTORABLE", "curable", None)


@pytest.mark.parametrize(
    ("filed", "reason"),
    [("2011-09-05", "LATE"), ("2010-06-24", "SAME_DAY"), ("2010-06-23", "BEFORE_PRIORITY")],
)
def test_what_the_dates_have_decided_nothing_cures(filed: str, reason: str) -> None:
    # Paris Convention Art. 4C(2); PCT Rule 26bis.3(a)
    verification = verify_priority(register_of_ep(), asking(FIRST, ("WO", filed)))
    assert fault(verification) == (reason, "incurable", None)
    assert verification.remedy == f"Nothing cures {reason}."


def test_nothing_is_advised_beside_an_incurable_fault_that_would_not_help() -> None:
    # PCT Rule 90bis.3: to add a withdrawn claim again helps nobody who came years late
    reader = register_of_ep()
    reader.apply("EP", filing("14167109.8", "2014-06-20", claim(*FIRST)))
    withdrawal = Claim(
        filing=of("14167109.8"),
        action="withdraw",
        claim=claim(*FIRST),
        decision_date=day("2014-09-01"),
    )
    reader.apply("EP", withdrawal)
    verification = verify_priority(reader, asking(FIRST, ("EP", "2014-06-20"), number="14167109.8"))
    assert "ABANDONED" in verification.reasons
    assert verification.remedy == "Nothing cures LATE and NOT_RESTORED."


def test_where_national_law_counts_a_late_filing_is_for_the_office_to_judge() -> None:
    # PLT Rule 14(4)(a): two months are the least; a state may restore a right for longer
    verification = verify_priority(register_of_ep(), asking(FIRST, ("JP", "2011-12-20")))
    assert verification.outcome == "late"
    assert fault(verification) == ("LATE", "curable", None)
    assert verification.remedy == (
        "Ask the office: its own law decides whether it restores the right (PLT Art. 13(2), where the"
        " office applies it)."
    )


def test_rights_that_do_not_fit_are_for_the_office_to_judge() -> None:
    # Paris Convention Art. 4C(1), 4E: no treaty gives it; a national law may (35 USC 119(f))
    reader = MappingReader()
    reader.apply("JP", filing("2011-005123", "2011-03-10", right="design"))
    request = asking(
        ("JP", "2011-005123", "2011-03-10"), ("US", "2011-08-20"), first_right="design"
    )
    assert fault(verify_priority(reader, request)) == ("RIGHT_MISMATCH", "curable", None)


def test_a_late_filing_whose_right_was_restored_has_no_fault_left() -> None:
    # PCT Rule 26bis.3
    reader = register_of_ep()
    named, number = claim("EP", "10167109", "2010-06-24"), "PCT/JP2011/041000"
    reader.apply("WO", pct(number, "2011-08-01", "JP", named))
    request = asking(FIRST, ("WO", "2011-08-01"), number=number)
    before = verify_priority(reader, request)
    assert {check.reason for check in at_fault(before)} == {"LATE_RESTORABLE", "NOT_RESTORED"}
    assert before.remedy.count("restoration") == 1
    decision = Claim(
        filing=of(number),
        action="restore",
        claim=named,
        decision_date=day("2011-12-01"),
        criterion="dueCare",
    )
    assert reader.apply("WO", decision).status == "accepted"
    after = verify_priority(reader, request)
    assert (after.outcome, at_fault(after)) == ("confirmedWithRemarks", ())


def test_without_a_known_office_of_second_filing_nothing_is_confirmed() -> None:
    # Paris Convention Art. 4C(3): its closed days count
    for office in ("", "ZZ", "European"):
        verification = verify_priority(register_of_ep(), asking(FIRST, (office, "2011-06-20")))
        assert verification.outcome == "undetermined"
        assert fault(verification) == ("SECOND_OFFICE_UNKNOWN", "curable", None)
