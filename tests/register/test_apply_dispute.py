import msgspec
import pytest
from register_builders import MappingReader, claim, day, dispute, filing, withdrawal

from ledger.register.apply_dispute import DISPUTES_MAX, OF_OFFICE_MAX, STANDING_MAX
from ledger.register.entries import (
    Claim,
    Dispute,
    FilingReference,
    PriorityClaim,
    RelatedFiling,
)
from ledger.register.filing import DisputeRecord, decode_disputes
from ledger.register.keys import dispute_count_key, disputes_key, history_links
from ledger.register.outcome import Outcome

FIRST = claim("US", "61/610,420", "2012-03-13")
SUBJECT = "AU.patent.2013287263"
FACT = disputes_key(b"fAUP2013287263", "EP")
RAISED = dispute("AU", "2013287263", FIRST)
WITHDRAWN = dispute("AU", "2013287263", FIRST, "", action="withdraw", decided="2014-02-03")


def register() -> MappingReader:
    reader = MappingReader()
    assert reader.apply("AU", filing("2013287263", "2013-03-12", FIRST)).status == "accepted"
    return reader


def test_any_office_disputes_a_claim_of_another_office_s_filing() -> None:
    # register.md R13
    reader = register()
    before = reader.content[b"fAUP2013287263"]
    assert reader.apply("EP", RAISED) == Outcome("accepted", "", SUBJECT)
    assert decode_disputes(reader.content[FACT]) == (
        DisputeRecord(
            "US",
            "61/610,420",
            "61610420",
            None,
            day("2012-03-13"),
            "a digit is wrong",
            day("2014-01-07"),
            2,
            0,
        ),
    )
    assert reader.content[b"fAUP2013287263"] == before
    assert len(list(reader.scan(history_links(b"fAUP2013287263")))) == 1


def test_each_office_has_its_own_disputes() -> None:
    # register.md R1, R13: an office speaks for itself
    reader = register()
    for office in ("EP", "AU", "US"):
        assert reader.apply(office, RAISED).status == "accepted"
    assert reader.apply("EP", WITHDRAWN).status == "accepted"
    assert (
        decode_disputes(reader.content[disputes_key(b"fAUP2013287263", "US")])[0].withdrawn_on
        is None
    )


def test_a_dispute_that_comes_again_is_repeated_in_whatever_form_its_numbers_are() -> None:
    reader = register()
    reader.apply("EP", RAISED)
    again = msgspec.structs.replace(
        RAISED,
        filing=FilingReference(right="patent", application_number_text="AU 2013 287263"),
        claim=claim("US", "US 61/610420", None),
        reason_text=" a digit is wrong ",
    )
    assert reader.apply("EP", again) == Outcome("repeated", "", SUBJECT, 2, 0)


def test_a_dispute_is_taken_back_and_stays_in_the_register() -> None:
    reader = register()
    reader.apply("EP", RAISED)
    assert reader.apply("EP", WITHDRAWN) == Outcome("accepted", "", SUBJECT)
    (record,) = decode_disputes(reader.content[FACT])
    assert (record.withdrawn_on, record.withdrawn_height) == (day("2014-02-03"), 3)
    assert reader.apply("EP", WITHDRAWN) == Outcome("repeated", "", SUBJECT, 3, 0)


def test_a_retry_neither_raises_again_nor_takes_back_again() -> None:
    # register.md R7, R13
    reader = register()
    reader.apply("EP", RAISED)
    reader.apply("EP", WITHDRAWN)
    assert reader.apply("EP", RAISED) == Outcome("repeated", "", SUBJECT, 2, 0)
    anew = msgspec.structs.replace(RAISED, decision_date=day("2014-03-03"))
    assert reader.apply("EP", anew).status == "accepted"
    assert reader.apply("EP", WITHDRAWN) == Outcome("repeated", "", SUBJECT, 3, 0)
    assert [known.withdrawn_on for known in decode_disputes(reader.content[FACT])] == [
        day("2014-02-03"),
        None,
    ]


def test_a_dispute_of_a_claim_that_was_withdrawn_can_still_be_taken_back() -> None:
    reader = register()
    reader.apply("EP", RAISED)
    reader.apply("AU", withdrawal("2013287263", FIRST, "2014-01-20"))
    assert reader.apply("EP", RAISED).status == "repeated"
    assert reader.apply("EP", WITHDRAWN).status == "accepted"


PARENT = claim("AU", "2010200001", "2010-12-01")


def division(*claims: PriorityClaim) -> MappingReader:
    reader = MappingReader()
    parent = RelatedFiling(
        relation="division",
        ip_office_code="AU",
        application_number_text="2010200001",
        filing_date=day("2010-12-01"),
    )
    child = filing("2012200001", "2010-12-01", *claims)
    reader.apply("AU", msgspec.structs.replace(child, related_filing_bag=(parent,)))
    return reader


def test_a_relation_is_disputed_as_such() -> None:
    # register.md R13: a division has its parent's date by Paris 4G, whatever priorities it claims
    reader = division()
    entry = dispute("AU", "2012200001", PARENT)
    assert reader.apply("EP", entry).reason == "CLAIM_NOT_FOUND"
    as_continuation = dispute("AU", "2012200001", PARENT, relation="continuation")
    assert reader.apply("EP", as_continuation).reason == "CLAIM_NOT_FOUND"
    as_division = dispute("AU", "2012200001", PARENT, relation="division")
    assert reader.apply("EP", as_division).status == "accepted"


def test_a_claim_and_a_relation_to_the_same_filing_are_disputed_apart() -> None:
    # register.md R13
    reader = division(PARENT)
    as_division = dispute("AU", "2012200001", PARENT, relation="division")
    assert reader.apply("EP", dispute("AU", "2012200001", PARENT)).status == "accepted"
    assert reader.apply("EP", as_division).status == "accepted"
    back = dispute("AU", "2012200001", PARENT, "", action="withdraw", relation="division")
    assert reader.apply("EP", back).status == "accepted"
    disputes = decode_disputes(reader.content[disputes_key(b"fAUP2012200001", "EP")])
    assert [(known.relation, known.withdrawn_on is None) for known in disputes] == [
        (None, True),
        ("division", False),
    ]


def test_a_dispute_of_a_claim_has_the_bytes_it_had_before_relations_could_be_disputed() -> None:
    # docs/ledger.md: a field that is not given stands in no payload
    assert "relation" not in msgspec.to_builtins(RAISED)


OTHER_DATE = claim("US", "61/610,420", "2012-03-14")


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (dispute("AU", "2013287264", FIRST), "FILING_NOT_FOUND"),
        (dispute("A?", "2013287263", FIRST), "OFFICE_UNKNOWN"),
        (dispute("AU", "2" * 65, FIRST), "NUMBER_TOO_LONG"),
        (dispute("AU", "2013287263", claim("US", "6" * 65, None)), "NUMBER_TOO_LONG"),
        (dispute("AU", "2013287263", OTHER_DATE), "CLAIM_NOT_FOUND"),
        (dispute("AU", "2013287263", claim("US", "61/610,421", None)), "CLAIM_NOT_FOUND"),
        (dispute("AU", "2013287263", FIRST, "  "), "REASON_MISSING"),
        (dispute("AU", "2013287263", FIRST, "x" * 201), "TEXT_TOO_LONG"),
        (dispute("AU", "2013287263", FIRST, "a digit\x1b]0;is\x07wrong"), "TEXT_NOT_PRINTABLE"),
        (dispute("AU", "2013287263", FIRST, "another reason"), "DISPUTE_CONFLICT"),
        (dispute("AU", "2013287263", OTHER_DATE, action="withdraw"), "DISPUTE_NOT_FOUND"),
        (
            msgspec.structs.replace(
                RAISED,
                filing=FilingReference(
                    right="patent",
                    application_number_text="2013287263",
                    filing_date=day("2013-03-13"),
                ),
            ),
            "DATE_CONFLICT",
        ),
    ],
)
def test_a_dispute_that_cannot_be_entered_changes_nothing(entry: Dispute, reason: str) -> None:
    reader = register()
    reader.apply("EP", RAISED)
    applied = reader.applied("EP", entry)
    assert (applied.outcome.status, applied.outcome.reason) == ("rejected", reason)
    assert (applied.facts, applied.links) == ((), ())


def test_an_office_has_a_limited_number_of_disputes_about_one_filing() -> None:
    # register.md R13
    reader = register()
    for number in range(DISPUTES_MAX):
        reason = f"doubt {number}"
        assert reader.apply("EP", dispute("AU", "2013287263", FIRST, reason)).status == "accepted"
        back = dispute("AU", "2013287263", FIRST, reason, action="withdraw")
        assert reader.apply("EP", back).status == "accepted"
    outcome = reader.apply("EP", dispute("AU", "2013287263", FIRST, "one more"))
    assert outcome == Outcome("rejected", "TOO_MANY_DISPUTES", SUBJECT)
    assert reader.apply("US", RAISED).status == "accepted"


def test_fewer_of_them_stand_at_a_time() -> None:
    # register.md R13
    reader = MappingReader()
    bag = [claim("US", f"61/610,{number}", "2012-03-13") for number in range(420, 441)]
    assert reader.apply("AU", filing("2013287263", "2013-03-12", *bag)).status == "accepted"
    for named in bag[:STANDING_MAX]:
        assert reader.apply("EP", dispute("AU", "2013287263", named)).status == "accepted"
    last = dispute("AU", "2013287263", bag[STANDING_MAX])
    assert reader.apply("EP", last).reason == "TOO_MANY_DISPUTES"
    back = dispute("AU", "2013287263", bag[0], "", action="withdraw")
    assert reader.apply("EP", back).status == "accepted"
    assert reader.apply("EP", last).status == "accepted"


def test_no_office_makes_the_whole_register_doubtful() -> None:
    # register.md R13: the disputes of one office that stand are counted over all filings
    reader = register()
    count = dispute_count_key("EP")
    assert reader.apply("EP", RAISED).status == "accepted"
    assert reader.content[count] == (1).to_bytes(4, "big")
    assert reader.apply("EP", WITHDRAWN).status == "accepted"
    assert reader.content[count] == (0).to_bytes(4, "big")
    reader.content[count] = OF_OFFICE_MAX.to_bytes(4, "big")
    anew = msgspec.structs.replace(RAISED, decision_date=day("2014-03-03"))
    outcome = reader.apply("EP", anew)
    assert outcome == Outcome("rejected", "TOO_MANY_DISPUTES_OF_OFFICE", SUBJECT)
    assert reader.apply("US", RAISED).status == "accepted"


def test_a_corrected_claim_is_disputed_anew() -> None:
    # register.md R13: what is disputed is the claim as it stood
    reader = register()
    reader.apply("EP", RAISED)
    corrected = claim("US", "61/610,421", "2012-03-13")
    change = Claim(
        filing=FilingReference(right="patent", application_number_text="2013287263"),
        action="correct",
        claim=corrected,
        replaced_claim=FIRST,
        decision_date=day("2014-01-20"),
    )
    assert reader.apply("AU", change).status == "accepted"
    assert reader.apply("EP", dispute("AU", "2013287263", corrected)).status == "accepted"
    assert len(decode_disputes(reader.content[FACT])) == 2
