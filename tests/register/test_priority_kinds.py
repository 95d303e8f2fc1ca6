"""Claims that are no ordinary ones: own PCT applications, parents, first filings that are not the first."""

import msgspec
import pytest
from register_builders import (
    MappingReader,
    asking,
    claim,
    day,
    filing,
    of,
    pct,
)

from ledger.register.entries import (
    Entry,
    Event,
    FilingReference,
    RelatedFiling,
    Relation,
    Right,
)
from ledger.register.priority import PriorityRequest, Verification, verify_priority
from ledger.register.verification import FirstFiling, SecondFiling

PCT_FIRST = ("WO", "PCT/US2013/032081", "2013-03-15")


def register_of_pct() -> MappingReader:
    reader = MappingReader()
    reader.apply("WO", pct("PCT/US13/32081", "2013-03-15", "US"))
    return reader


def came(verification: Verification, number: int) -> str:
    return verification.checks[number - 1].came


@pytest.mark.parametrize("office", ["AU", "CA", "MX", "US", "EP"])
@pytest.mark.parametrize("first", [PCT_FIRST, ("US", "US.2013032081.W", "2013-03-15")])
def test_an_own_pct_application_is_no_priority_but_the_filing_itself(
    office: str, first: tuple[str, str, str]
) -> None:
    # PCT Art. 11(3): AU 2013287263, CA 2878447, MX 2015000344 list their PCT application of the day
    verification = verify_priority(register_of_pct(), asking(first, (office, "2013-03-15")))
    assert verification.outcome == "nationalPhase"
    assert verification.reasons[-1] == "NATIONAL_PHASE_ASSUMED"
    assert "seems, by its date, to be the international application" in verification.summary
    assert verification.checks[7].legal_basis == "PCT Art. 11(3)"
    assert verification.remedy == ""
    assert not any(check.fault for check in verification.checks)


def test_an_own_pct_application_need_not_be_registered_but_its_date_must_not_differ() -> None:
    assert verify_priority(MappingReader(()), asking(PCT_FIRST, ("AU", "2013-03-15"))).outcome == (
        "nationalPhase"
    )
    wrong_date = asking(("WO", "PCT/US2013/032081", "2013-03-16"), ("AU", "2013-03-16"))
    assert verify_priority(register_of_pct(), wrong_date).outcome == "mismatch"


def test_a_pct_application_of_another_day_is_an_ordinary_first_filing() -> None:
    # Paris Convention Art. 4A(2)
    verification = verify_priority(register_of_pct(), asking(PCT_FIRST, ("AU", "2014-03-14")))
    assert verification.outcome == "confirmed"


def test_a_euro_pct_application_is_known_by_its_receiving_office() -> None:
    # PCT Rule 4.10(a)(v), N12: EP.2015050901.W is PCT/EP2015/050901
    reader = MappingReader()
    reader.apply("WO", pct("PCT/EP2015/050901", "2015-01-19", "EP"))
    own = asking(("EP", "EP.2015050901.W", "2015-01-19"), ("EP", "2015-01-19"))
    assert verify_priority(reader, own).outcome == "nationalPhase"
    ordinary = asking(("EP", "EP.2015050901.W", "2015-01-19"), ("EP", "2016-01-18"))
    assert verify_priority(reader, ordinary).outcome == "confirmedWithRemarks"


@pytest.mark.parametrize(
    ("office", "right"), [("WO", "patent"), ("AU", "design"), ("AU", "plantVariety")]
)
def test_a_second_pct_filing_or_a_design_of_the_same_day_is_no_national_phase(
    office: str, right: Right
) -> None:
    verification = verify_priority(
        register_of_pct(), asking(PCT_FIRST, (office, "2013-03-15"), right=right)
    )
    assert verification.outcome == "notEntitled"


def naming(relation: RelatedFiling) -> SecondFiling:
    return SecondFiling(
        ip_office_code="AU",
        filing_date=day("2016-09-01"),
        right="patent",
        related_filing_bag=(relation,),
    )


def test_a_question_may_name_what_an_unregistered_filing_divides_or_enters() -> None:
    # Paris Convention Art. 4G; PCT Art. 11(3)
    reader = MappingReader()
    provisional = claim("US", "61/610,420", "2012-03-16")
    reader.apply("WO", pct("PCT/US13/32081", "2013-03-15", "US", provisional))
    reader.apply("US", filing("61/610,420", "2012-03-16"))
    first = FirstFiling(
        ip_office_code="US", application_number_text="61/610,420", filing_date=day("2012-03-16")
    )
    phase = RelatedFiling(
        relation="nationalPhase", ip_office_code="WO", application_number_text="PCT/US2013/032081"
    )
    division = msgspec.structs.replace(
        phase,
        relation="division",
        ip_office_code="AU",
        application_number_text="2013287263",
        filing_date=day("2013-03-15"),
    )
    own = msgspec.structs.replace(
        first,
        ip_office_code="WO",
        application_number_text="PCT/US2013/032081",
        filing_date=day("2013-03-15"),
    )
    outcomes = [
        verify_priority(reader, PriorityRequest(first=named, second=naming(relation))).outcome
        for named, relation in ((first, phase), (first, division), (own, phase))
    ]
    assert outcomes == ["confirmed", "confirmedWithRemarks", "nationalPhase"]
    without = asking(("US", "61/610,420", "2012-03-16"), ("AU", "2016-09-01"))
    verification = verify_priority(reader, without)
    assert verification.outcome == "late"
    assert "keeps its parent's date, if it names the parent" in came(verification, 8)


def test_a_pct_filing_that_claims_only_the_regular_filing_after_a_provisional_is_warned() -> None:
    # T 1222/11; PCT/US2015/057846 claims US 14/530,441, which claims US 61/898,478
    reader = MappingReader()
    reader.apply("US", filing("61/898,478", "2013-10-31"))
    reader.apply("US", filing("14/530,441", "2014-10-31", claim("US", "61/898,478", "2013-10-31")))
    verification = verify_priority(
        reader, asking(("US", "14/530,441", "2014-10-31"), ("WO", "2015-10-28"))
    )
    assert (verification.outcome, verification.reasons) == ("confirmedWithRemarks", ("NOT_FIRST",))
    assert came(verification, 10) == (
        "it names as earlier: priority of US 61/898,478 of 2013-10-31 -"
        " its period of 12 months ended on 2014-10-31, before the second filing:"
        " for what it disclosed already there is no priority (EPC Art. 87(4); T 1222/11)"
    )
    assert "fUSP61898478" in verification.fact_keys


def test_an_older_filing_inside_its_period_can_give_priority_itself() -> None:
    # Paris Convention Art. 4C(4)
    reader = MappingReader()
    reader.apply("US", filing("61/898,478", "2013-10-31"))
    reader.apply("US", filing("14/530,441", "2014-01-31", claim("US", "61/898,478", "2013-10-31")))
    older = claim("US", "61/898,478", "2013-10-31")
    regular = claim("US", "14/530,441", "2014-01-31")
    reader.apply("WO", pct("PCT/US2014/057846", "2014-10-28", "US", older, regular))
    verification = verify_priority(
        reader,
        asking(
            ("US", "14/530,441", "2014-01-31"), ("WO", "2014-10-28"), number="PCT/US2014/057846"
        ),
    )
    assert came(verification, 10) == (
        "it names as earlier: priority of US 61/898,478 of 2013-10-31 -"
        " its period runs until 2014-10-31: it can give priority itself -"
        " the second filing claims it, too"
    )


def test_older_filings_are_followed_as_far_as_the_register_has_them() -> None:
    reader = MappingReader()
    reader.apply("US", filing("61/500,000", "2011-06-01"))
    reader.apply("US", filing("13/400,000", "2012-05-01", claim("US", "61/500,000", "2011-06-01")))
    reader.apply("JP", filing("2013-100000", "2013-04-01", claim("US", "13/400,000", "2012-05-01")))
    verification = verify_priority(
        reader, asking(("JP", "2013-100000", "2013-04-01"), ("EP", "2014-03-31"))
    )
    assert "priority of US 13/400,000 of 2012-05-01 - " in came(verification, 10)
    assert "US 61/500,000 of 2011-06-01, named by US 13/400,000" in came(verification, 10)


def test_an_own_pct_application_of_the_same_day_is_not_older() -> None:
    reader = register_of_pct()
    own = claim("WO", "PCT/US2013/032081", "2013-03-15")
    reader.apply("AU", filing("2013287263", "2013-03-15", own))
    verification = verify_priority(
        reader, asking(("AU", "2013287263", "2013-03-15"), ("JP", "2014-03-14"))
    )
    assert verification.outcome == "confirmed"


def withdrawn_before(relation: Relation, *later: Entry) -> str:
    """What check 10 says of US 13/600,000, which names a filing that was withdrawn a month before."""
    reader = MappingReader()
    reader.apply("US", filing("13/400,000", "2012-05-01"))
    gone = Event(filing=of("13/400,000"), event_category="withdrawn", event_date=day("2012-09-01"))
    for entry in (gone, *later):
        assert reader.apply("US", entry).status == "accepted"
    names = RelatedFiling(
        relation=relation, ip_office_code="US", application_number_text="13/400,000"
    )
    first = filing("13/600,000", "2012-10-01")
    reader.apply("US", msgspec.structs.replace(first, related_filing_bag=(names,)))
    verification = verify_priority(
        reader, asking(("US", "13/600,000", "2012-10-01"), ("JP", "2013-09-30"))
    )
    assert "NOT_FIRST" in verification.reasons
    return came(verification, 10)


EXCEPTION = "withdrawn on 2012-09-01, before the first filing: Art. 4C(4) may let that one count"


def test_an_older_filing_withdrawn_before_may_leave_the_later_one_the_first() -> None:
    # Paris Convention Art. 4C(4): withdrawn before, never laid open, never claimed
    assert EXCEPTION in withdrawn_before("addition")


@pytest.mark.parametrize(
    "relation", ["division", "continuation", "continuationInPart", "nationalPhase"]
)
def test_a_filing_that_has_the_date_of_the_older_one_shows_its_rights_outstanding(
    relation: Relation,
) -> None:
    # Paris Convention Art. 4C(4): "without leaving any rights outstanding"; 35 USC 120
    assert "4C(4)" not in withdrawn_before(relation)


@pytest.mark.parametrize(
    "shown",
    [
        filing("13/500,000", "2012-08-01", claim("US", "13/400,000", "2012-05-01")),
        Event(filing=of("13/400,000"), event_category="published", event_date=day("2012-09-02")),
        Event(filing=of("13/400,000"), event_category="revived", event_date=day("2012-09-02")),
    ],
    ids=["claimed", "published", "revived"],
)
def test_what_was_claimed_laid_open_or_revived_is_no_exception(shown: Entry) -> None:
    # Paris Convention Art. 4C(4)
    assert "4C(4)" not in withdrawn_before("addition", shown)


def test_an_exception_stays_where_the_older_one_was_claimed_only_later() -> None:
    # Paris Convention Art. 4C(4): "it has not yet served as a basis", at the time of the subsequent filing
    later = filing("13/700,000", "2013-02-01", claim("US", "13/400,000", "2012-05-01"))
    assert EXCEPTION in withdrawn_before("addition", later)


def test_the_examiner_is_told_what_is_known_and_what_is_not() -> None:
    # Checks 11 to 15: PCT Rule 17.1(a), EPC Rule 53(1), 37 CFR 1.55(f), G 2/98
    reader = MappingReader()
    reader.apply("JP", filing("2010-140000", "2010-06-24"))
    published = Event(
        filing=FilingReference(right="patent", application_number_text="2010-140000"),
        event_category="published",
        event_date=day("2011-12-29"),
    )
    reader.apply("JP", published)
    first = ("JP", "2010-140000", "2010-06-24")
    answers = {
        office: verify_priority(reader, asking(first, (office, "2011-06-20")))
        for office in ("WO", "EP", "US", "AU")
    }
    copies = {office: answer.checks[11] for office, answer in answers.items()}
    assert {office: (copy.legal_basis, copy.expected) for office, copy in copies.items()} == {
        "WO": ("PCT Rule 17.1(a)", "by 2011-10-24, or the next day the office is open"),
        "EP": ("EPC Rule 53(1)", "by 2011-10-24, or the next day the office is open"),
        "US": ("37 CFR 1.55(f)", "by 2011-10-24, or the next day the office is open"),
        "AU": (
            "Paris Convention Art. 4D(3)",
            "as the national law asks; free of charge within three months of the filing",
        ),
    }
    wo = answers["WO"]
    assert "no names" in came(wo, 11)
    assert "G 2/98" in wo.checks[13].legal_basis
    assert came(wo, 14) == "first filing published on 2011-12-29"
    assert came(wo, 15).endswith(
        "first filing published on 2011-12-29, which takes nothing from it"
    )
    assert all(check.result == "examiner" for check in wo.checks[9:])
