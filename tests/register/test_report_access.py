"""Who may read a report: the offices of the extended family, and nobody else (register.md D4)."""

import pytest
from register_builders import MappingReader, claim, filing, withdrawal
from report_builders import FILE, FIRST, SECOND, digest, report

from ledger.register import family_graph
from ledger.register.as_of import AsOfReader
from ledger.register.report_access import Reading, judge_reading
from ledger.register.report_keys import report_key

KEY = report_key(FILE, "AU", digest())


def register() -> MappingReader:
    reader = MappingReader()
    reader.apply("AU", FIRST)
    reader.apply("AU", report())
    return reader


def test_the_depositing_office_reads_its_own() -> None:
    assert judge_reading(register(), "AU", KEY) == Reading(True, "depositingOffice")


def test_an_office_outside_the_family_does_not_read() -> None:
    reader = register()
    reader.apply("US", filing("14/759,864", "2013-03-11"))
    assert judge_reading(reader, "US", KEY) == Reading(False, "notInFamily")


def test_a_filing_that_claims_the_priority_opens_the_file() -> None:
    reader = register()
    assert not judge_reading(reader, "EP", KEY).is_granted
    reader.apply("EP", SECOND)
    expected = Reading(True, "filingOfSameFamily", "EP.patent.12811111")
    assert judge_reading(reader, "EP", KEY) == expected


def test_members_read_reports_of_one_another_through_a_filing_that_nobody_registered() -> None:
    reader = MappingReader()
    unregistered = claim("NZ", "600001", "2012-01-02")
    reader.apply("AU", filing("2012900001", "2012-12-13", unregistered))
    reader.apply("AU", report(dated="2013-01-01"))
    reader.apply("EP", filing("12811111", "2012-12-20", unregistered))
    assert judge_reading(reader, "EP", KEY).is_granted
    # That others claim a number of an office gives that office nothing.
    assert judge_reading(reader, "NZ", KEY) == Reading(False, "notInFamily")


def test_a_claim_that_is_withdrawn_opens_nothing_any_more() -> None:
    reader = register()
    reader.apply("EP", SECOND)
    named = claim("AU", "2012900001", "2012-03-13")
    reader.apply("EP", withdrawal("12811111", named, "2013-05-01"))
    assert not judge_reading(reader, "EP", KEY).is_granted


def test_a_family_that_is_too_large_to_be_found_whole_is_no_yes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = register()
    for serial in range(3):
        first = claim("AU", "2012900001", "2012-03-13")
        reader.apply("US", filing(f"13/167,39{serial}", "2013-03-11", first))
    reader.apply("EP", SECOND)
    monkeypatch.setattr(family_graph, "READS_MAX", 2)
    assert judge_reading(reader, "JP", KEY) == Reading(False, "familyTooLarge")


def test_the_answer_can_be_had_for_an_earlier_height() -> None:
    reader = register()
    before = reader.height
    reader.apply("EP", SECOND)
    then = AsOfReader(reader, before, reader.time_ms)
    assert not judge_reading(then, "EP", KEY).is_granted
