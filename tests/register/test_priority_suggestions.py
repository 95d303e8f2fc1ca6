"""The nearest numbers that are registered, where the one asked about is not (register.md V6)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, asking, claim, coverage, filing, pct

from api.dependencies import GRANTS, Permission
from ledger.register.entries import Filing, Right
from ledger.register.priority import (
    FirstFiling,
    PriorityRequest,
    SecondFiling,
    Verification,
    verify_priority,
)
from ledger.register.priority.suggestions import LOOKUPS_MAX, SUGGESTIONS_MAX

OFFICES = ("AU", "DE", "EP", "JP", "LB", "US", "WO")


def suggested(verification: Verification) -> list[tuple[str, str, bool]]:
    return [
        (near.filing_id, near.difference, near.has_claimed_date)
        for near in verification.suggestions
    ]


def register_of(*filings: tuple[str, str, str]) -> MappingReader:
    reader = MappingReader(OFFICES)
    for each in filings:
        assert reader.apply(each[0], entry_of(each)).status == "accepted"
    return reader


def entry_of(registered: tuple[str, str, str]) -> Filing:
    office, number, filed = registered
    return pct(number, filed, number[4:6]) if office == "WO" else filing(number, filed)


@pytest.mark.parametrize(
    ("registered", "asked", "difference"),
    [
        (("JP", "2007-290922", "2007-11-08"), ("JP", "2007-290822"), "oneDigitDiffers"),
        (("JP", "2007-290922", "2007-11-08"), ("JP", "2007-209922"), "digitsSwapped"),
        (("JP", "2007-290922", "2007-11-08"), ("JP", "2008-290922"), "otherYear"),
        (("JP", "2009-290922", "2009-11-08"), ("JP", "2010-290922"), "otherYear"),
        (("US", "13/167,395", "2011-06-23"), ("US", "13/167,359"), "digitsSwapped"),
        (("LB", "102010012345", "2010-03-22"), ("LB", "1020100123459"), "digitAdded"),
        (("LB", "A0045360", "1964-02-29"), ("LB", "A45360"), "digitLost"),
        (("EP", "10167109.7", "2010-06-24"), ("EP", "11167109"), "otherYear"),
        (("WO", "PCT/JP2008/068544", "2008-10-07"), ("JP", "2008/068544"), "otherOffice"),
        (("WO", "PCT/JP2008/068544", "2008-10-07"), ("JP", "2008-68544"), "otherOffice"),
        (("WO", "PCT/JP2008/068544", "2008-10-07"), ("WO", "PCT/JP2008/068545"), "oneDigitDiffers"),
    ],
)
def test_a_slip_of_the_pen_is_found_and_told(
    registered: tuple[str, str, str], asked: tuple[str, str], difference: str
) -> None:
    reader = register_of(registered)
    first = (*asked, registered[2])
    verification = verify_priority(reader, asking(first, ("EP", "2024-01-02")))
    (near,) = verification.suggestions
    assert near.ip_office_code == registered[0]
    assert near.filing_id == reader.apply(registered[0], entry_of(registered)).subject
    assert (near.difference, near.has_claimed_date) == (difference, True)


def test_a_date_a_year_off_is_a_mismatch_that_names_the_filing() -> None:
    reader = register_of(("US", "08/921,321", "1997-08-29"))
    wrong_year = asking(("US", "92132197", "1998-08-29"), ("EP", "1999-08-27"))
    verification = verify_priority(reader, wrong_year)
    assert (verification.outcome, verification.suggestions) == ("mismatch", ())
    assert "it is 1997-08-29" in verification.remedy


def test_the_right_may_have_been_confused() -> None:
    reader = MappingReader(OFFICES)
    reader.apply("JP", filing("2011-005123", "2011-03-10", right="design"))
    request = asking(("JP", "2011-005123", "2011-03-10"), ("US", "2011-08-20"))
    assert suggested(verify_priority(reader, request)) == [
        ("JP.design.2011005123", "otherRight", True)
    ]


def test_an_equal_date_comes_first_and_five_are_enough() -> None:
    dates = ("2007-11-01", "2007-11-02", "2007-11-08", "2007-11-05", "2007-11-06", "2007-11-07")
    neighbours = [("JP", f"2007-29092{last}", filed) for last, filed in enumerate(dates, 1)]
    request = asking(("JP", "2007-290929", "2007-11-08"), ("EP", "2008-11-07"))
    verification = verify_priority(register_of(*neighbours), request)
    assert [near.filing_date.isoformat() for near in verification.suggestions] == [
        "2007-11-08",
        "2007-11-07",
        "2007-11-06",
        "2007-11-05",
        "2007-11-02",
    ]
    assert len(verification.suggestions) == SUGGESTIONS_MAX
    assert [near.has_claimed_date for near in verification.suggestions] == [True] + [False] * 4


def test_of_a_filing_with_another_date_only_neighbours_of_the_date_claimed_are_suggested() -> None:
    reader = register_of(
        ("JP", "2007-290922", "2007-11-08"),
        ("JP", "2007-290923", "2007-11-09"),
        ("JP", "2007-290924", "2007-11-10"),
    )
    request = asking(("JP", "2007-290922", "2007-11-09"), ("EP", "2008-11-07"))
    verification = verify_priority(reader, request)
    assert verification.outcome == "mismatch"
    assert suggested(verification) == [("JP.patent.2007290923", "oneDigitDiffers", True)]


def test_a_filing_is_not_suggested_as_its_own_first_filing() -> None:
    # US 14/084,591 of 2013-11-19 claims US 14/084,581 of the same day
    reader = register_of(("US", "14/084,591", "2013-11-19"))
    first = ("US", "14/084,581", "2013-11-19")
    itself = asking(first, ("US", "2013-11-19"), number="14/084,591")
    assert verify_priority(reader, itself).suggestions == ()
    other = asking(first, ("WO", "2014-10-10"), number="PCT/US2014/060141")
    assert suggested(verify_priority(reader, other)) == [
        ("US.patent.14084591", "oneDigitDiffers", True)
    ]


def test_nothing_is_suggested_where_the_filing_is_found_or_its_office_is_not_connected() -> None:
    reader = register_of(("JP", "2007-290922", "2007-11-08"), ("JP", "2007-290923", "2007-11-08"))
    found = asking(("JP", "2007-290922", "2007-11-08"), ("EP", "2008-11-07"))
    assert verify_priority(reader, found).suggestions == ()
    reader.offices = ("EP",)
    absent = asking(("JP", "2007-290929", "2007-11-08"), ("EP", "2008-11-07"))
    assert verify_priority(reader, absent).suggestions == ()


def test_whoever_may_verify_may_read_every_filing_that_is_suggested() -> None:
    for granted in GRANTS.values():
        assert Permission.VERIFY not in granted or Permission.READ in granted


class CountingReader(MappingReader):
    """Counts what is read."""

    reads = 0

    def get(self, key: bytes) -> bytes | None:
        self.reads += 1
        return super().get(key)


OFFICE = st.sampled_from(
    ["", "AU", "DE", "EP", "GB", "IB", "JP", "KR", "SU", "US", "WO", "XX", "ZZ", "q"]
)
NUMBER = st.one_of(
    st.text(max_size=40),
    st.from_regex(r"(PCT/)?[A-Z]{0,3}[0-9/.\-]{1,16}[A-Z]?", fullmatch=True),
)
DATE = st.one_of(st.none(), st.dates())
RIGHT: st.SearchStrategy[Right] = st.sampled_from(
    ["patent", "utilityModel", "design", "trademark", "plantVariety"]
)


QUESTIONS = st.builds(
    PriorityRequest,
    first=st.builds(
        FirstFiling,
        ip_office_code=OFFICE,
        application_number_text=NUMBER,
        filing_date=DATE,
        right=st.one_of(st.none(), RIGHT),
    ),
    second=st.builds(
        SecondFiling,
        ip_office_code=OFFICE,
        filing_date=st.dates(),
        right=RIGHT,
        application_number_text=st.one_of(st.none(), NUMBER),
        receiving_office_code=st.one_of(st.none(), OFFICE),
    ),
)


@given(question=QUESTIONS)
def test_no_text_is_too_odd_for_an_answer_of_bounded_cost(question: PriorityRequest) -> None:
    reader = CountingReader(("JP", "US", "WO"))
    reader.apply("JP", filing("2007-290922", "2007-11-08"))
    reader.reads = 0
    verification = verify_priority(reader, question)
    # The office declared nothing, so nothing can be said not to exist (V2).
    assert verification.outcome != "noSuchFiling"
    assert reader.reads <= LOOKUPS_MAX + 60
    assert msgspec.json.encode(verification)


@given(number=st.from_regex(r"20(07|08)-[0-9]{6}", fullmatch=True), covered=st.booleans())
def test_suggestions_never_change_the_outcome(number: str, *, covered: bool) -> None:
    answers = []
    for neighbours in (0, 10):
        reader = MappingReader(OFFICES)
        if covered:
            for right in ("patent", "utilityModel"):
                reader.apply("JP", coverage("2000-01-01", "2025-12-31", right))
        for last in range(neighbours):
            near = f"{number[:-1]}{last}"
            if near != number:
                reader.apply("JP", filing(near, "2008-11-08", claim("US", "61/1", "2008-01-01")))
        first = ("JP", number, "2008-11-08")
        answers.append(verify_priority(reader, asking(first, ("EP", "2009-11-06"))))
    alone, crowded = answers
    assert (alone.suggestions, len(crowded.suggestions)) == ((), SUGGESTIONS_MAX)
    assert (alone.outcome, alone.reasons, alone.checks, alone.fact_keys) == (
        crowded.outcome,
        crowded.reasons,
        crowded.checks,
        crowded.fact_keys,
    )
