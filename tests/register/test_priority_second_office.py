"""The office of the second filing: bound by a treaty with the first, another one, and one that takes such a filing."""

import msgspec
import pytest
from register_builders import MappingReader, asking, claim, day, filing, pct

from ledger.register.entries import RelatedFiling, Relation, Right
from ledger.register.offices import takes_in_words
from ledger.register.priority import Check, Verification, verify_priority
from ledger.register.treaties import common_treaty
from ledger.register.verification import PriorityRequest

OFFICES = ("CA", "CN", "DE", "EP", "IN", "IR", "QZ", "TW", "US", "WO")
US_REGULAR = ("US", "13/541,000", "2012-07-03")
US_PROVISIONAL = ("US", "61/541,000", "2012-07-03")


def verified(
    first: tuple[str, str, str],
    second: tuple[str, str],
    *,
    right: Right = "patent",
    number: str | None = None,
    related: tuple[RelatedFiling, ...] = (),
) -> Verification:
    """The answer about a registered first filing and a second one that is not registered."""
    reader = MappingReader(OFFICES)
    if first[0] == "WO":
        reader.apply("WO", pct(first[1], first[2], "CA"))
    elif first[0] in OFFICES:
        reader.apply(first[0], filing(first[1], first[2], right=right))
    return verify_priority(
        reader,
        relating(asking(first, second, first_right=None, right=right, number=number), related),
    )


def relating(request: PriorityRequest, related: tuple[RelatedFiling, ...]) -> PriorityRequest:
    second = msgspec.structs.replace(request.second, related_filing_bag=related)
    return msgspec.structs.replace(request, second=second)


def parent(relation: Relation, office: str, number: str, filed: str) -> tuple[RelatedFiling, ...]:
    return (
        RelatedFiling(
            relation=relation,
            ip_office_code=office,
            application_number_text=number,
            filing_date=day(filed),
        ),
    )


def check(verification: Verification, number: int) -> Check:
    return verification.checks[number - 1]


def office_check(verification: Verification) -> tuple[str, str, str]:
    found = check(verification, 2)
    return found.result, found.reason, found.legal_basis


@pytest.mark.parametrize(
    ("first", "second", "right", "reason"),
    [
        (("TW", "101100001", "2012-07-03"), ("IR", "2013-06-03"), "patent", "MEMBERSHIP_UNKNOWN"),
        (("IR", "13915014000300", "2012-07-03"), ("TW", "2013-06-03"), "patent", "MEMBERSHIP_UNKNOWN"),
        (("US", "09/300,000", "1999-07-03"), ("TW", "2000-06-30"), "patent", "MEMBERSHIP_UNKNOWN"),
        (("US", "06/500,000", "1983-07-05"), ("CN", "1984-06-29"), "patent", "NO_COMMON_TREATY"),
        (US_REGULAR, ("ET", "2013-06-03"), "patent", "MEMBERSHIP_UNKNOWN"),
        (("TW", "101100001", "2012-07-03"), ("EA", "2013-06-03"), "patent", "MEMBERSHIP_UNKNOWN"),
        (US_REGULAR, ("YU", "2013-06-03"), "patent", "MEMBERSHIP_UNKNOWN"),
        (("QZ", "2012/0001", "2012-07-03"), ("IN", "2013-06-03"), "plantVariety", "MEMBERSHIP_UNKNOWN"),
    ],
)  # fmt: skip
def test_a_priority_without_a_treaty_that_binds_both_offices_is_no_plain_yes(
    first: tuple[str, str, str], second: tuple[str, str], right: Right, reason: str
) -> None:
    # Paris Convention Art. 4A(1) ("in the other countries" of the Union), TRIPS Art. 2(1), UPOV 1991
    # Art. 11(1): TW and CN joined later, IR is not known in the WTO; national law may give as much
    verification = verified(first, second, right=right)
    assert verification.outcome == "confirmedWithRemarks"
    assert verification.reasons == (reason,)
    assert "one treaty that binds both" in check(verification, 2).expected
    assert takes_in_words(second[0], right) in check(verification, 2).came


@pytest.mark.parametrize(
    ("first", "second", "right"),
    [
        (("TW", "101100001", "2012-07-03"), ("EP", "2013-06-03"), "patent"),  # EPC Art. 87(1)(b)
        (("TW", "101100001", "2012-07-03"), ("US", "2013-06-03"), "patent"),  # TRIPS Art. 2(1)
        (("IN", "1/DEL/1996", "1996-07-05"), ("US", "1997-06-10"), "patent"),  # TRIPS Art. 2(1)
        (("US", "09/300,000", "2001-07-03"), ("TW", "2002-06-28"), "patent"),  # in the WTO by then
        (("US", "06/500,000", "1984-07-05"), ("CN", "1985-06-28"), "patent"),  # in the Union by then
        (US_REGULAR, ("OA", "2013-06-03"), "patent"),
        (("TW", "101100001", "2012-07-03"), ("EM", "2012-12-03"), "trademark"),  # EUTMR Art. 34(1)
        (("QZ", "2012/0001", "2012-07-03"), ("US", "2013-06-03"), "plantVariety"),  # UPOV 1991
    ],
)  # fmt: skip
def test_a_treaty_that_binds_both_offices_gives_the_priority(
    first: tuple[str, str, str], second: tuple[str, str], right: Right
) -> None:
    # Paris Convention Art. 4A(1), TRIPS Art. 2(1), UPOV 1991 Art. 11(1)
    assert office_check(verified(first, second, right=right))[0] == "passed"


def test_each_side_counts_on_its_own_day_and_in_the_same_union() -> None:
    # Paris Convention Art. 4A(1), TRIPS Art. 2(1)
    def common(first: str, second: str, filed: str, claimed: str) -> bool | None:
        return common_treaty(first, second, "patent", day(filed), day(claimed))

    assert common("TW", "JP", "2002-01-01", "2002-12-31") is True
    assert common("US", "CN", "1984-07-05", "1985-03-18") is False
    assert common("US", "CN", "1984-07-05", "1985-03-19") is True
    assert common("US", "UA", "1991-01-05", "1991-12-24") is None  # the Soviet Union's membership
    assert common("US", "KR", "1978-01-05", "1978-12-24") is None  # before 1980 nothing is sure
    assert (
        common("EP", "TW", "2010-01-05", "2010-12-24") is True
    )  # Art. 4A(2): as a national filing
    assert common("US", "WO", "2010-01-05", "2010-12-24") is True
    assert common("IN", "WO", "1996-07-05", "1997-06-10") is False
    assert common("IN", "WO", "1999-07-05", "2000-06-10") is True


def test_the_pct_took_members_of_the_wto_since_2000_only() -> None:
    # PCT Art. 8(1), Rule 4.10(a) as in force since 2000-01-01; and so for its national phases (Art. 8(2)(a))
    first = ("IN", "1/DEL/1996", "1996-07-05")
    expected = ("warning", "NO_COMMON_TREATY", "PCT Art. 8(1), Rule 4.10(a)")
    verification = verified(first, ("WO", "1997-06-10"))
    assert office_check(verification) == expected
    assert "of the WTO since 2000-01-01" in check(verification, 2).came
    phase = parent("nationalPhase", "WO", "PCT/US97/00001", "1997-06-10")
    assert office_check(verified(first, ("US", "1999-01-10"), related=phase)) == expected
    later = ("TW", "101100001", "2012-07-03")
    assert office_check(verified(later, ("WO", "2013-06-10")))[0] == "passed"


@pytest.mark.parametrize(
    ("first", "second", "right", "law"),
    [
        (US_REGULAR, ("US", "2013-06-03"), "patent", "provisional applications (35 USC 119(e))"),
        (("DE", "30 2012 000001", "2012-07-03"), ("DE", "2012-12-03"), "trademark", "PatG s. 40"),
        (("CA", "2800001", "2014-01-10"), ("CA", "2014-12-10"), "patent", "its national law decides"),
    ],
)  # fmt: skip
def test_the_same_office_is_none_of_the_other_countries(
    first: tuple[str, str, str], second: tuple[str, str], right: Right, law: str
) -> None:
    # Paris Convention Art. 4A(1); a domestic priority is national law: 35 USC 119(e), PatG s. 40
    verification = verified(first, second, right=right)
    assert verification.outcome == "confirmedWithRemarks"
    assert office_check(verification) == ("warning", "SAME_OFFICE", "Paris Convention Art. 4A(1)")
    assert law in check(verification, 2).came


def test_a_continuation_in_part_that_claims_its_own_parent_is_no_plain_yes() -> None:
    # 35 USC 119(a) to (d) is for foreign filings, 120 for the parent's own
    parents = parent("continuationInPart", *US_REGULAR)
    verification = verified(US_REGULAR, ("US", "2013-06-03"), related=parents)
    assert verification.reasons == ("SAME_OFFICE",)


def test_a_national_phase_where_the_first_filing_was_made_is_under_national_law() -> None:
    # PCT Art. 8(2)(b)
    phase = parent("nationalPhase", "WO", "PCT/US2013/000001", "2013-06-10")
    verification = verified(US_REGULAR, ("US", "2015-01-02"), related=phase)
    assert office_check(verification) == ("warning", "SAME_OFFICE", "PCT Art. 8(2)(b)")


def test_plant_varieties_have_priority_with_any_other_authority() -> None:
    # UPOV 1991 Art. 11(1)
    verification = verified(
        ("QZ", "2012/0001", "2012-07-03"), ("QZ", "2013-06-03"), right="plantVariety"
    )
    assert office_check(verification)[1:] == ("SAME_OFFICE", "UPOV Convention (1991) Art. 11(1)")


@pytest.mark.parametrize(
    ("first", "second", "basis"),
    [
        (("EP", "10167109.7", "2010-06-24"), ("EP", "2011-06-23"), "EPC Art. 87(1)"),
        (("WO", "PCT/CA2014/000001", "2014-12-19"), ("WO", "2015-12-18"), "PCT Art. 8"),
    ],
)
def test_european_and_international_filings_may_claim_their_like(
    first: tuple[str, str, str], second: tuple[str, str], basis: str
) -> None:
    # EPC Art. 87(1): "in or for" any state, so the EPO's own, too; PCT Art. 8(1), Rule 4.10(a)
    assert office_check(verified(first, second)) == ("passed", "", basis)


def test_a_provisional_application_is_claimed_at_home_by_its_own_rules() -> None:
    # 35 USC 119(e)(1) and (3), 37 CFR 1.78(a) and (b); no certified copy is due
    verification = verified(US_PROVISIONAL, ("US", "2013-07-03"))
    assert verification.outcome == "confirmed"
    assert {each.number: each.legal_basis for each in verification.checks if each.number in {2, 3, 8, 9, 12, 13}} == {
        2: "35 USC 119(e)(1)",
        3: "37 CFR 1.78(a)",
        8: "35 USC 119(e)(1), (3)",
        9: "37 CFR 1.78(b)",
        12: "37 CFR 1.78(a)",
        13: "37 CFR 1.78(a)(5)",
    }  # fmt: skip
    assert check(verification, 12).result == "notApplicable"


def test_the_priority_of_a_provisional_application_is_restored_by_its_own_rule() -> None:
    # 37 CFR 1.78(b), in force since 2013-12-18
    verification = verified(("US", "61/941,000", "2014-02-03"), ("US", "2015-03-20"))
    assert verification.outcome == "lateRestorable"
    assert "37 CFR 1.78(b)" in verification.remedy


@pytest.mark.parametrize("number", ["62/095,001", "US.62095001.P", "US.201462095001.P"])
def test_a_provisional_application_claims_nothing(number: str) -> None:
    # 35 USC 111(b)(7); it can be converted (37 CFR 1.53(c)(3))
    verification = verified(("CA", "2800001", "2014-01-10"), ("US", "2014-12-19"), number=number)
    assert verification.outcome == "notEntitled"
    assert verification.summary == (
        "CA 2800001 gives this filing no right of priority: PROVISIONAL_CLAIMS_NOTHING."
    )
    assert check(verification, 7).legal_basis == "35 USC 111(b)(7)"
    assert check(verification, 7).fault == "curable"
    assert "37 CFR 1.53(c)(3)" in verification.remedy


def test_a_provisional_application_is_no_national_phase() -> None:
    # 35 USC 111(b)(7), 371
    first = ("WO", "PCT/CA2014/000001", "2014-12-19")
    verification = verified(first, ("US", "2014-12-19"), number="62/095,001")
    assert verification.outcome == "notEntitled"
    assert "NATIONAL_PHASE_ASSUMED" not in verification.reasons
    stated = parent("nationalPhase", *first)
    verification = verified(first, ("US", "2014-12-19"), number="62/095,001", related=stated)
    assert verification.outcome == "notEntitled"


def test_a_number_that_may_be_of_a_regular_application_is_not_called_a_provisional_ones() -> None:
    # N8, N11: 61/541,012, or 13/615,410 of 2012; a no needs certainty
    first = ("CA", "2800001", "2011-03-10")
    verification = verified(first, ("US", "2012-01-10"), number="61541012")
    assert verification.outcome == "confirmed"


def test_a_registered_provisional_application_claims_nothing_whatever_form_its_number_has() -> None:
    # 35 USC 111(b)(7)
    reader = MappingReader(OFFICES)
    reader.apply("CA", filing("2800001", "2014-01-10"))
    claims = claim("CA", "2800001", "2014-01-10")
    reader.apply("US", filing("62/095,001", "2014-12-19", claims))
    request = asking(("CA", "2800001", "2014-01-10"), ("US", "2014-12-19"), number="62095001")
    assert verify_priority(reader, request).outcome == "notEntitled"


@pytest.mark.parametrize("office", ["XN", "XU", "XV", "EU", "XX", "QZ", "EM", "BX"])
def test_an_office_that_takes_no_patents_has_no_second_filing(office: str) -> None:
    # O3: the question names another office than that of the filing
    verification = verified(US_REGULAR, (office, "2013-06-03"))
    assert verification.outcome == "undetermined"
    assert verification.reasons == ("SECOND_RIGHT_NOT_REGISTRABLE",)
    assert verification.remedy == "Name the office at which the second filing was made."
    first = ("WO", "PCT/CA2014/000001", "2014-12-19")
    assert verified(first, (office, "2014-12-19")).outcome == "undetermined"


@pytest.mark.parametrize(
    ("office", "first", "second", "outcome"),
    [
        ("SU", US_REGULAR[1:], "2013-06-03", "undetermined"),
        ("DD", US_REGULAR[1:], "2013-06-03", "undetermined"),
        ("SU", ("07/300,000", "1989-01-23"), "1990-01-22", "confirmed"),
        ("DD", ("07/300,000", "1989-01-23"), "1990-01-22", "confirmed"),
    ],
)
def test_nothing_is_filed_under_a_code_after_its_last_day(
    office: str, first: tuple[str, str], second: str, outcome: str
) -> None:
    # O7: SU until 1991-12-25, DD until 1990-10-02
    verification = verified(("US", *first), (office, second))
    assert verification.outcome == outcome
    assert ("SECOND_OFFICE_CEASED" in verification.reasons) == (outcome == "undetermined")


def test_no_office_of_the_first_filing_hides_what_is_wrong_with_the_second_ones() -> None:
    # Paris Convention Art. 4A(1); O3
    verification = verified(("XN", "1", "2012-07-03"), ("XU", "2013-06-03"))
    assert check(verification, 2).reasons == ("NO_PRIORITY_RIGHT", "SECOND_RIGHT_NOT_REGISTRABLE")


def test_what_an_office_takes_is_told_in_words() -> None:
    assert takes_in_words("EP", "patent") == (
        "European Patent Office (EPO), which takes the priority of the Paris Union since 1977-10-07,"
        " of the WTO since 2007-12-13"
    )
    assert takes_in_words("XX", "patent").endswith("which takes the priority of no union known")
    assert takes_in_words("NL", "plantVariety") == "Netherlands, in UPOV since 1968-08-10"
