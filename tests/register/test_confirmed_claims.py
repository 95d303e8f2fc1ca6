"""Which open claims give access to reports (register.md D6): a false one must not open what is not published."""

import msgspec
import pytest
from register_builders import TIME_MS, MappingReader, claim, dispute, filing, withdrawal
from report_builders import FILE, FIRST, SECOND, digest, judged, published, report
from sealed_builders import opening, proved, seal_of, sealed, sealed_id

from ledger.register import family_graph
from ledger.register.confirmed_claims import OBJECTION_MS, OpenClaims, TimeOf
from ledger.register.entries import FilingReference, PriorityClaim
from ledger.register.family_graph import FamilyGraph
from ledger.register.keys import sealed_key
from ledger.register.report_access import Reading, family_reading
from ledger.register.report_keys import report_key

KEY = report_key(FILE, "AU", digest())
TO_FIRST = claim("AU", "2012900001", "2012-03-13")
NOT_CONFIRMED = Reading(False, "claimNotConfirmed", "EP.patent.12811111")
GRANTED = Reading(True, "filingOfSameFamily", "EP.patent.12811111")


def register(second: object = SECOND) -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", FIRST).status == "accepted"
    assert reader.apply("AU", report()).status == "accepted"
    assert reader.apply("EP", second).status == "accepted"  # type: ignore[arg-type]
    return reader


def made(ago_ms: int) -> TimeOf:
    """The times of blocks that were all made so long ago."""
    return lambda _: TIME_MS - ago_ms


def test_before_publication_an_open_claim_gives_access_when_it_has_stood_for_seven_days() -> None:
    reader = register()
    assert judged(reader, "EP", KEY, made(OBJECTION_MS - 1)) == NOT_CONFIRMED
    assert judged(reader, "EP", KEY, made(OBJECTION_MS)) == GRANTED


def test_after_publication_an_open_claim_gives_access_at_once() -> None:
    # What is published is told to everybody: the family is what patent offices have always gone by (WIPO CASE).
    reader = register()
    reader.apply("AU", published())
    assert judged(reader, "EP", KEY, made(0)) == GRANTED


def test_a_publication_to_come_is_none_yet() -> None:
    reader = register()
    reader.apply("AU", published(dated="2026-12-24"))
    assert judged(reader, "EP", KEY, made(0)) == NOT_CONFIRMED


@pytest.mark.parametrize("filed", ["2012-03-14", None])
def test_a_claim_with_another_date_or_none_is_never_confirmed_before_publication(
    filed: str | None,
) -> None:
    wrong = claim("AU", "2012900001", filed)
    reader = register(filing("12811111", "2013-03-11", wrong))
    assert judged(reader, "EP", KEY) == NOT_CONFIRMED
    reader.apply("AU", published())
    assert judged(reader, "EP", KEY) == GRANTED


def test_a_claim_that_the_depositing_office_disputes_gives_no_access_and_others_keep_theirs() -> (
    None
):
    reader = register()
    reader.apply("US", filing("14/200,001", "2013-03-01", TO_FIRST))
    reader.apply("AU", published())
    assert reader.apply("AU", dispute("EP", "12811111", TO_FIRST)).status == "accepted"
    assert judged(reader, "EP", KEY) == Reading(False, "notInFamily")
    assert family_reading(reader, "EP", KEY) == Reading(False, "notInFamily")
    assert judged(reader, "US", KEY).is_granted
    ended = dispute("EP", "12811111", TO_FIRST, action="withdraw")
    assert reader.apply("AU", ended).status == "accepted"
    assert judged(reader, "EP", KEY) == GRANTED


def test_a_dispute_of_an_office_that_does_not_answer_for_the_report_shuts_nobody_out() -> None:
    reader = register()
    assert reader.apply("JP", dispute("EP", "12811111", TO_FIRST)).status == "accepted"
    assert judged(reader, "EP", KEY) == GRANTED


def test_the_office_of_an_earlier_filing_on_the_way_can_dispute_too() -> None:
    # AU's filing claims JP's, and so does EP's: JP says that EP's claim is false.
    reader = MappingReader()
    to_jp = claim("JP", "2011-050001", "2011-12-01")
    reader.apply("JP", filing("2011-050001", "2011-12-01"))
    reader.apply("AU", filing("2012900001", "2012-03-13", to_jp))
    reader.apply("AU", report())
    reader.apply("EP", filing("12811111", "2012-11-30", to_jp))
    assert judged(reader, "EP", KEY) == GRANTED
    assert reader.apply("JP", dispute("EP", "12811111", to_jp)).status == "accepted"
    assert not judged(reader, "EP", KEY).is_granted


def test_a_claim_of_the_depositing_office_itself_needs_no_time() -> None:
    reader = MappingReader()
    to_ep = claim("EP", "12811111", "2012-03-01")
    reader.apply("EP", filing("12811111", "2012-03-01"))
    reader.apply("AU", filing("2012900001", "2012-12-13", to_ep))
    reader.apply("AU", report(dated="2013-01-01"))
    assert judged(reader, "EP", KEY, made(0)) == GRANTED


def test_every_foreign_claim_on_the_way_must_be_confirmed() -> None:
    # EP's claim has stood for long; through it JP's new one leads.
    reader = register()
    old = reader.height
    to_ep = claim("EP", "12811111", "2013-03-11")
    reader.apply("JP", filing("2013-050001", "2013-05-01", to_ep))

    def time_of(height: int) -> int:
        return 0 if height <= old else TIME_MS

    assert judged(reader, "EP", KEY, time_of) == GRANTED
    expected = Reading(False, "claimNotConfirmed", "JP.patent.2013050001")
    assert judged(reader, "JP", KEY, time_of) == expected


def test_a_proved_claim_gives_access_at_once_before_and_after_the_opening() -> None:
    reader = MappingReader()
    first, second = (
        seal_of("AU", "2026900001", "2026-01-05"),
        seal_of("EP", "26151234.5", "2026-11-02"),
    )
    reader.apply("AU", sealed(first))
    reader.apply("EP", sealed(second, proved(first, sealed_id(second))))
    on_sealed = msgspec.structs.replace(
        report(dated="2026-09-01"), filing=FilingReference(claim_key=first.claim_key)
    )
    assert reader.apply("AU", on_sealed).status == "accepted"
    key = report_key(sealed_key("AU", first.claim_key), "AU", digest())
    assert judged(reader, "EP", key, made(0)).is_granted
    reader.apply("AU", opening(first, "2026900001", "2026-01-05"))
    assert judged(reader, "EP", key, made(0)).is_granted
    # A dispute does not undo a proof.
    doubt = dispute(
        "EP", "26151234.5", PriorityClaim(ip_office_code="AU", claim_key=first.claim_key)
    )
    named = msgspec.structs.replace(doubt, filing=FilingReference(claim_key=second.claim_key))
    assert reader.apply("AU", named).status == "accepted"
    assert judged(reader, "EP", key, made(0)).is_granted


def test_a_claim_that_nobody_saw_before_an_opening_has_stood_since_the_opening_only() -> None:
    reader = MappingReader()
    reader.apply("AU", FIRST)
    reader.apply("AU", report())
    attack = seal_of("EP", "12811111", "2013-03-11")
    hidden = claim("AU", "2012900001", "2012-03-13", "patent")
    reader.apply("EP", sealed(attack, hidden))
    old = reader.height
    reader.apply("EP", opening(attack, "12811111", "2013-03-11"))
    assert (
        judged(reader, "EP", KEY, lambda height: 0 if height <= old else TIME_MS) == NOT_CONFIRMED
    )


def test_who_is_told_of_a_report_does_not_depend_on_time() -> None:
    reader = register()
    assert family_reading(reader, "EP", KEY) == GRANTED
    reader.apply("EP", withdrawal("12811111", TO_FIRST, "2013-05-01"))
    assert family_reading(reader, "EP", KEY) == Reading(False, "notInFamily")


def test_a_family_of_any_size_hides_no_dispute(monkeypatch: pytest.MonkeyPatch) -> None:
    # The limits of a walk must not end the look at who disputes what.
    reader = register()
    reader.apply("AU", published())
    assert reader.apply("AU", dispute("EP", "12811111", TO_FIRST)).status == "accepted"
    monkeypatch.setattr(family_graph, "READS_MAX", 0)
    claims = OpenClaims(reader, KEY)
    monkeypatch.undo()
    (edge,) = FamilyGraph(reader).claimants(FILE)
    assert not claims.is_undisputed(edge)
