"""Who may read a report: the offices of the extended family, and nobody else (register.md D4)."""

import msgspec
import pytest
from register_builders import MappingReader, claim, filing, withdrawal
from report_builders import FILE, FIRST, SECOND, digest, judged, published, report, withholding
from sealed_builders import opening, proved, reference, seal_of, sealed, sealed_id

from ledger.register import family_graph
from ledger.register.as_of import AsOfReader
from ledger.register.keys import sealed_key
from ledger.register.report_access import Reading, knows_of
from ledger.register.report_keys import report_key
from ledger.register.reports import load_reports, withheld_by

KEY = report_key(FILE, "AU", digest())


def register() -> MappingReader:
    reader = MappingReader()
    reader.apply("AU", FIRST)
    reader.apply("AU", report())
    return reader


def test_the_depositing_office_reads_its_own() -> None:
    assert judged(register(), "AU", KEY) == Reading(True, "depositingOffice")


def test_an_office_outside_the_family_does_not_read() -> None:
    reader = register()
    reader.apply("US", filing("14/759,864", "2013-03-11"))
    assert judged(reader, "US", KEY) == Reading(False, "notInFamily")


def test_a_filing_that_claims_the_priority_opens_the_file() -> None:
    reader = register()
    assert not judged(reader, "EP", KEY).is_granted
    reader.apply("EP", SECOND)
    expected = Reading(True, "filingOfSameFamily", "EP.patent.12811111")
    assert judged(reader, "EP", KEY) == expected


def test_members_read_reports_of_one_another_through_a_filing_that_nobody_registered() -> None:
    reader = MappingReader()
    unregistered = claim("NZ", "600001", "2012-01-02")
    reader.apply("AU", filing("2012900001", "2012-12-13", unregistered))
    reader.apply("AU", report(dated="2013-01-01"))
    reader.apply("EP", filing("12811111", "2012-12-20", unregistered))
    assert judged(reader, "EP", KEY).reason == "claimNotConfirmed"
    reader.apply("AU", published())
    assert judged(reader, "EP", KEY).is_granted
    # That others claim a number of an office gives that office nothing.
    assert judged(reader, "NZ", KEY) == Reading(False, "notInFamily")


def test_a_claim_that_is_withdrawn_opens_nothing_any_more() -> None:
    reader = register()
    reader.apply("EP", SECOND)
    named = claim("AU", "2012900001", "2012-03-13")
    reader.apply("EP", withdrawal("12811111", named, "2013-05-01"))
    assert not judged(reader, "EP", KEY).is_granted


def test_a_family_that_is_too_large_to_be_found_whole_is_no_yes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader = register()
    for serial in range(3):
        first = claim("AU", "2012900001", "2012-03-13")
        reader.apply("US", filing(f"13/167,39{serial}", "2013-03-11", first))
    reader.apply("EP", SECOND)
    monkeypatch.setattr(family_graph, "READS_MAX", 2)
    assert judged(reader, "JP", KEY) == Reading(False, "familyTooLarge")


def test_the_answer_can_be_had_for_an_earlier_height() -> None:
    reader = register()
    before = reader.height
    reader.apply("EP", SECOND)
    then = AsOfReader(reader, before, reader.time_ms)
    assert not judged(then, "EP", KEY).is_granted


SEALED_FIRST = seal_of("AU", "2026900001", "2026-01-05")
SEALED_SECOND = seal_of("EP", "26151234.5", "2026-11-02")
SEALED_KEY = report_key(sealed_key("AU", SEALED_FIRST.claim_key), "AU", digest())
ON_SEALED = msgspec.structs.replace(report(dated="2026-09-01"), filing=reference(SEALED_FIRST))


def with_sealed_report() -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", sealed(SEALED_FIRST)).status == "accepted"
    assert reader.apply("AU", ON_SEALED).subject == f"{sealed_id(SEALED_FIRST)}.AU.{digest()}"
    return reader


def test_of_a_report_on_a_sealed_filing_only_a_proved_claim_tells() -> None:
    # register.md S8, D4
    reader = with_sealed_report()
    # That anybody claims, in the open, what may be the number of the filing gives nothing.
    guessed = claim("AU", "2026900001", "2026-01-05")
    reader.apply("US", filing("19/000,001", "2026-11-02", guessed))
    assert judged(reader, "US", SEALED_KEY) == Reading(False, "notInFamily")
    assert not knows_of(reader, "US", SEALED_KEY)
    second = sealed(SEALED_SECOND, proved(SEALED_FIRST, sealed_id(SEALED_SECOND)))
    assert reader.apply("EP", second).status == "accepted"
    assert judged(reader, "EP", SEALED_KEY) == Reading(
        True, "filingOfSameFamily", sealed_id(SEALED_SECOND)
    )
    assert knows_of(reader, "EP", SEALED_KEY)
    assert not judged(reader, "US", SEALED_KEY).is_granted


def test_a_report_keeps_its_id_when_its_filing_is_opened_and_later_ones_stand_beside_it() -> None:
    reader = with_sealed_report()
    opened = opening(SEALED_FIRST, "2026900001", "2026-01-05")
    assert reader.apply("AU", opened).status == "accepted"
    later = report("later", "2026900001", dated="2026-10-01")
    assert reader.apply("AU", later).subject == f"{sealed_id(SEALED_FIRST)}.AU.{digest('later')}"
    by_number = load_reports(reader, b"fAUP2026900001")
    assert by_number == load_reports(reader, sealed_key("AU", SEALED_FIRST.claim_key))
    assert by_number[0].key == SEALED_KEY
    assert reader.apply("AU", report(number="2026900001", dated="2026-09-01")).status == "repeated"
    reader.apply("AU", withholding(number="2026900001", decided="2026-11-01"))
    assert withheld_by(reader.get, SEALED_KEY) is not None
    # From the opening on it is a report on an open filing.
    assert knows_of(reader, "JP", SEALED_KEY)
    guessed = claim("AU", "2026900001", "2026-01-05")
    reader.apply("US", filing("19/000,001", "2026-11-02", guessed))
    assert judged(reader, "US", SEALED_KEY).reason == "withheld"
