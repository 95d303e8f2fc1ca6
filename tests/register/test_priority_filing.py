"""Several claims of one filing, verified together (register.md V7; Paris Convention Art. 4F)."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, claim, day, filing, pct, withdrawal

from ledger.register.entries import PriorityClaim
from ledger.register.filing import load_filing, parse_filing_id
from ledger.register.priority.filing import question_about, verify_filing
from ledger.register.verification import (
    FilingQuestion,
    FilingVerification,
    FirstFiling,
    SecondFiling,
)

EARLY = claim("US", "61/610,420", "2012-03-13")
LATER = claim("US", "61/700,001", "2012-09-12")
SECOND = SecondFiling(ip_office_code="AU", filing_date=day("2013-03-12"), right="patent")


def register_of_two() -> MappingReader:
    reader = MappingReader()
    reader.apply("US", filing("61/610,420", "2012-03-13"))
    reader.apply("US", filing("61/700,001", "2012-09-12"))
    return reader


def asked(
    reader: MappingReader, *claims: PriorityClaim, second: SecondFiling = SECOND
) -> FilingVerification:
    return verify_filing(
        reader, FilingQuestion(second=second, priority_claim_bag=tuple(map(named, claims)))
    )


def named(made: PriorityClaim) -> FirstFiling:
    """The first filing as a claim names it."""
    return FirstFiling(
        ip_office_code=made.ip_office_code,
        application_number_text=made.application_number_text,
        filing_date=made.filing_date,
        right=made.right,
    )


def found(verification: FilingVerification) -> list[tuple[str, tuple[int, ...]]]:
    return [(finding.reason, finding.claims) for finding in verification.findings]


def outcomes(verification: FilingVerification) -> list[str]:
    return [claim.verification.outcome for claim in verification.claims]


def test_the_earliest_confirmed_date_is_the_priority_date() -> None:
    # PCT Art. 2(xi)(b)
    verification = asked(register_of_two(), LATER, EARLY)
    assert outcomes(verification) == ["confirmed", "confirmed"]
    assert [claim.number for claim in verification.claims] == [1, 2]
    assert (verification.priority_date, verification.claimed_priority_date) == (
        day("2012-03-13"),
        day("2012-03-13"),
    )
    assert verification.summary == (
        "2 of 2 claims are confirmed; the earliest priority date that they give is 2012-03-13."
    )
    assert verification.findings == ()


def test_a_claim_that_fails_does_not_move_the_date() -> None:
    late = claim("US", "61/500,000", "2011-03-13")
    reader = register_of_two()
    reader.apply("US", filing("61/500,000", "2011-03-13"))
    verification = asked(reader, late, LATER)
    assert outcomes(verification) == ["late", "confirmed"]
    assert verification.priority_date == day("2012-09-12")
    assert verification.claimed_priority_date == day("2011-03-13")
    assert "while 2011-03-13 is claimed" in verification.summary


def test_without_any_claim_the_filing_date_counts() -> None:
    # PCT Art. 2(xi)(c)
    reader = register_of_two()
    reader.apply("AU", filing("2013287263", "2013-03-12"))
    second = SecondFiling(
        ip_office_code="AU",
        filing_date=day("2013-03-12"),
        right="patent",
        application_number_text="2013287263",
    )
    verification = asked(reader, second=second)
    assert (verification.claims, verification.priority_date) == ((), day("2013-03-12"))
    assert verification.summary == "No priority is claimed; the filing date counts, 2013-03-12."


def test_a_registered_filing_is_asked_about_with_the_claims_that_stand() -> None:
    reader = register_of_two()
    reader.apply("AU", filing("2013287263", "2013-03-12", EARLY, LATER))
    reader.apply("AU", withdrawal("2013287263", EARLY, "2013-06-01"))
    record = load_filing(reader, "AU.patent.2013287263")
    assert record is not None
    question = question_about(parse_filing_id("AU.patent.2013287263"), record)
    verification = verify_filing(reader, question)
    assert verification.filing_id == "AU.patent.2013287263"
    assert [claim.first.application_number_text for claim in verification.claims] == ["61/700,001"]
    assert verification.priority_date == day("2012-09-12")
    subset = verify_filing(
        reader, FilingQuestion(second=question.second, priority_claim_bag=(named(EARLY),))
    )
    assert outcomes(subset) == ["notEntitled"]
    assert subset.claims[0].verification.reasons == ("ABANDONED",)


def test_a_claim_made_twice_and_one_with_two_dates_are_told() -> None:
    again = claim("US", "US.201261610420.P", "2012-03-13")
    verification = asked(register_of_two(), EARLY, again, LATER)
    assert found(verification) == [("DUPLICATE_CLAIM", (1, 2))]
    wrong = claim("US", "61/610,420", "2012-03-14")
    verification = asked(register_of_two(), EARLY, wrong)
    assert found(verification) == [("CLAIM_CONFLICT", (1, 2))]
    assert verification.findings[0].came == "US 61/610,420 with 2012-03-13, 2012-03-14"


def test_filings_of_two_rights_under_one_number_are_two() -> None:
    # register.md V1, V7: serial numbers of rights overlap
    reader = MappingReader()
    reader.apply("JP", filing("2012-050001", "2012-03-13"))
    reader.apply("JP", filing("2012-050001U", "2012-04-13", right="utilityModel"))
    patent = claim("JP", "2012-050001", "2012-03-13", right="patent")
    model = claim("JP", "2012-050001", "2012-04-13", right="utilityModel")
    verification = asked(reader, patent, model)
    assert (outcomes(verification), verification.findings) == (["confirmed", "confirmed"], ())
    both = asked(reader, patent, model, patent, model)
    assert found(both) == [("DUPLICATE_CLAIM", (1, 3)), ("DUPLICATE_CLAIM", (2, 4))]


def test_claims_that_name_no_right_are_one_with_the_one_that_does() -> None:
    # register.md V7: where no filing is found, and the claim says no right, the same filing may be meant
    named = claim("JP", "2012-050001", "2012-03-13", right="patent")
    unnamed = claim("JP", "2012-050001", "2012-03-13")
    verification = asked(MappingReader(), named, unnamed)
    assert found(verification) == [("DUPLICATE_CLAIM", (1, 2))]


def test_a_claim_to_a_filing_that_claims_another_claimed_one_is_told() -> None:
    # Paris Convention Art. 4C(4): US 13/800,000 is not the first for what US 61/610,420 disclosed
    reader = register_of_two()
    reader.apply("US", filing("13/800,000", "2012-12-03", EARLY))
    verification = asked(reader, claim("US", "13/800,000", "2012-12-03"), EARLY)
    assert found(verification) == [("CLAIMS_IN_CHAIN", (1, 2))]
    assert outcomes(verification) == ["confirmedWithRemarks", "confirmed"]


def test_an_older_filing_that_the_family_claims_beside_is_shown() -> None:
    # Paris Convention Art. 4C(4)
    reader = register_of_two()
    reader.apply("JP", filing("2013-050000", "2013-03-11", EARLY, LATER))
    verification = asked(reader, LATER)
    assert found(verification) == [("OLDER_IN_FAMILY", (1,))]
    assert verification.findings[0].came == (
        "JP.patent.2013050000 claims US 61/610,420 of 2012-03-13 beside US 61/700,001:"
        " it may be the first"
    )
    assert asked(reader, LATER, EARLY).findings == ()


def test_a_filing_whose_claim_was_withdrawn_is_no_longer_beside() -> None:
    # Paris Convention Art. 4C(4), PCT Rule 90bis.3
    reader = register_of_two()
    reader.apply("JP", filing("2013-050000", "2013-03-11", EARLY, LATER))
    assert reader.apply("JP", withdrawal("2013-050000", LATER, "2013-04-01")).status == "accepted"
    assert asked(reader, LATER).findings == ()


def test_time_limits_run_from_the_earliest_of_all_claims() -> None:
    # PCT Rule 26bis.1(a): 16 months from 2012-03-13, not from the date of the claim at fault
    wrong = claim("US", "61/700,001", "2012-09-13")
    second = SecondFiling(ip_office_code="WO", filing_date=day("2013-03-12"), right="patent")
    verification = asked(register_of_two(), EARLY, wrong, second=second)
    at_fault = [check for check in verification.claims[1].verification.checks if check.fault]
    assert [check.curable_until for check in at_fault] == [day("2013-07-15")]  # a Monday


def test_a_pct_filing_is_asked_about_with_its_receiving_office() -> None:
    reader = register_of_two()
    reader.apply("WO", pct("PCT/US2013/032081", "2013-03-13", "US", EARLY))
    record = load_filing(reader, "WO.patent.US2013032081")
    assert record is not None
    question = question_about(parse_filing_id("WO.patent.US2013032081"), record)
    (verified,) = verify_filing(reader, question).claims
    assert verified.verification.period is not None
    assert verified.verification.period.calendar_office == "US"
    assert verified.verification.outcome == "confirmed"


def test_claims_that_say_nothing_are_no_duplicates() -> None:
    nothing = PriorityClaim()
    verification = asked(register_of_two(), nothing, nothing, claim("XX", "1", None))
    assert verification.findings == ()
    assert outcomes(verification) == ["undetermined"] * 3


NUMBERS = st.sampled_from(
    ["61/610,420", "US.201261610420.P", "61/700,001", "13/800,000", "", "?", "1"]
)
CLAIMS = st.builds(
    claim,
    st.sampled_from(["US", "JP", "WO", "", "XX", "?"]),
    NUMBERS,
    st.sampled_from(["2012-03-13", "2012-09-12", "2012-12-03", "9999-12-31", "0001-01-01", None]),
    st.sampled_from([None, "patent", "design", "plantVariety"]),
)


@given(claims=st.lists(CLAIMS, max_size=6), office=st.sampled_from(["AU", "WO", "EP", "", "?"]))
def test_whatever_is_claimed_each_claim_is_answered_as_if_asked_alone(
    claims: list[PriorityClaim], office: str
) -> None:
    reader = register_of_two()
    reader.apply("US", filing("13/800,000", "2012-12-03", EARLY))
    second = SecondFiling(ip_office_code=office, filing_date=day("2013-03-12"), right="patent")
    verification = asked(reader, *claims, second=second)
    assert [claim.number for claim in verification.claims] == list(range(1, len(claims) + 1))
    alone = [outcomes(asked(reader, named, second=second))[0] for named in claims]
    assert outcomes(verification) == alone
    valid = [
        claim.verification.first_filing.filing_date
        for claim in verification.claims
        if claim.verification.outcome in {"confirmed", "confirmedWithRemarks"}
        and claim.verification.first_filing is not None
    ]
    assert verification.priority_date == min(valid, default=second.filing_date)
    assert msgspec.json.encode(verification)
