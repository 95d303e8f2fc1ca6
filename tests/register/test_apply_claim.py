"""Changes of priority claims: who decided what and when, and what a retry does (register.md R6, R7, R14)."""

from datetime import date
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_builders import MappingReader, asking, claim, coverage, day, filing, of, pct

from ledger.register.apply_claim import CLAIM_CHANGES_MAX
from ledger.register.entries import Claim, ClaimAction, PriorityClaim
from ledger.register.filing import ClaimChange, ClaimRecord, load_filing
from ledger.register.outcome import Outcome
from ledger.register.priority import verify_priority

FIRST = claim("US", "61/668,245", "2012-07-05")
OTHER = claim("US", "61/700,000", "2012-09-12")
AU_ID = "AU.patent.2013287263"


def register(*claims: PriorityClaim) -> MappingReader:
    reader = MappingReader()
    reader.apply("AU", filing("2013287263", "2013-08-20", *claims))
    return reader


def change(
    action: ClaimAction, decided: str, named: PriorityClaim = FIRST, **more: object
) -> Claim:
    entry = Claim(filing=of("2013287263"), action=action, claim=named, decision_date=day(decided))
    return msgspec.structs.replace(entry, **more)


def restore(decided: str, named: PriorityClaim = FIRST, **more: object) -> Claim:
    return change("restore", decided, named, **{"criterion": "dueCare", **more})


def enter(reader: MappingReader, *entries: Claim) -> list[tuple[str, int]]:
    """Status, and the height of the first receipt where there is one, of each entry in a block of its own."""
    outcomes = [reader.apply("AU", entry) for entry in entries]
    return [(outcome.status, outcome.height) for outcome in outcomes]


def claims(reader: MappingReader) -> tuple[ClaimRecord, ...]:
    record = load_filing(reader, AU_ID)
    assert record is not None
    return record.claims


ACCEPTED = ("accepted", 0)


def test_a_claim_tells_its_whole_history_with_who_decided_and_when() -> None:
    # PCT Rules 26bis.1, 26bis.3, 90bis.3
    reader = register()
    entries = (
        change("add", "2013-08-21"),
        change("refuseRestoration", "2013-10-01", deciding_office_code="us"),
        restore("2013-12-02", criterion="unintentional", deciding_office_code="IB"),
        change("withdraw", "2014-03-04"),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 4
    (held,) = claims(reader)
    assert (held.made_on, held.made_by, held.height, held.index) == (
        day("2013-08-21"),
        "AU",
        2,
        0,
    )
    assert held.changes == (
        ClaimChange("restorationRefused", day("2013-10-01"), "US", 3, 0),
        ClaimChange("restored", day("2013-12-02"), "WO", 4, 0, "unintentional"),
        ClaimChange("withdrawn", day("2014-03-04"), "AU", 5, 0),
    )
    assert (held.status, held.decided_on, held.decided_by) == (
        "withdrawn",
        day("2014-03-04"),
        "AU",
    )
    # Each of them again, in any order, changes nothing and has its first receipt.
    again = enter(reader, *reversed(entries))
    assert again == [("repeated", height) for height in (5, 4, 3, 2)]
    assert claims(reader) == (held,)


def test_a_claim_that_came_with_its_filing_has_no_day_of_its_own() -> None:
    (held,) = claims(register(FIRST))
    assert (held.status, held.made_on, held.made_by, held.changes) == ("claimed", None, "", ())
    assert (held.decided_on, held.decided_by, held.criterion) == (None, "", None)


def test_a_correction_leaves_the_former_claim_with_its_decision() -> None:
    # PCT Rule 26bis.1(a)
    reader = register(FIRST)
    corrected = change(
        "correct", "2013-09-02", OTHER, replaced_claim=FIRST, deciding_office_code="WO"
    )
    assert enter(reader, corrected, corrected) == [ACCEPTED, ("repeated", 2)]
    former, held = claims(reader)
    assert former.changes == (ClaimChange("corrected", day("2013-09-02"), "WO", 2, 0),)
    assert (held.status, held.made_on, held.made_by, held.height) == (
        "claimed",
        day("2013-09-02"),
        "WO",
        2,
    )


@pytest.mark.parametrize(
    "end",
    [
        change("withdraw", "2014-03-04"),
        change("correct", "2014-03-04", OTHER, replaced_claim=FIRST),
        change("refuseRestoration", "2014-03-04"),
    ],
    ids=["withdrawn", "corrected", "refused"],
)
def test_a_restoration_that_comes_again_is_repeated_whatever_became_of_the_claim(
    end: Claim,
) -> None:
    # PCT Rule 26bis.3; register.md R7
    reader = register(FIRST)
    undated = restore("2013-12-02", claim("US", "61/668,245", None))
    assert enter(reader, restore("2013-12-02"), end) == [ACCEPTED] * 2
    before = claims(reader)
    assert enter(reader, restore("2013-12-02"), undated) == [("repeated", 2)] * 2
    assert claims(reader) == before


def test_another_decision_about_restoration_is_entered_and_the_last_one_counts() -> None:
    # PCT Rule 26bis.3; 49ter.2: a designated office may decide after the receiving office
    reader = register(FIRST)
    entries = (
        change("refuseRestoration", "2013-10-01", criterion="dueCare"),
        restore("2013-10-01", criterion="unintentional"),
        restore("2013-10-01", criterion="unintentional", deciding_office_code="EP"),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 3
    (held,) = claims(reader)
    assert [(each.status, each.decided_by, each.criterion) for each in held.changes] == [
        ("restorationRefused", "AU", "dueCare"),
        ("restored", "AU", "unintentional"),
        ("restored", "EP", "unintentional"),
    ]


def test_a_correction_that_comes_again_is_repeated_though_it_leaves_out_the_right() -> None:
    # register.md R7: the claim was made with its right, the correction names it without
    stated = claim("US", "61/668,245", "2012-07-05", right="patent")
    reader = register(stated)
    corrected = change("correct", "2013-09-02", OTHER, replaced_claim=FIRST)
    assert enter(reader, corrected, corrected) == [ACCEPTED, ("repeated", 2)]


def test_a_correction_that_was_taken_back_can_be_made_again() -> None:
    # PCT Rule 26bis.1; register.md R7
    reader = register(FIRST)

    def correct(decided: str, was: PriorityClaim, to: PriorityClaim) -> Claim:
        return change("correct", decided, to, replaced_claim=was)

    entries = (
        correct("2013-09-02", FIRST, OTHER),
        correct("2013-09-03", OTHER, FIRST),
        correct("2013-09-04", FIRST, OTHER),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 3
    assert enter(reader, *entries) == [("repeated", height) for height in (2, 3, 4)]
    # On a later day, and with nothing left to correct.
    assert enter(reader, correct("2013-09-05", FIRST, OTHER)) == [("repeated", 2)]


def test_to_withdraw_a_claim_made_again_on_the_same_day_is_no_retry() -> None:
    # PCT Rule 90bis.3; register.md R7: the claim withdrawn first had another date
    reader = register(FIRST)
    dated = claim("US", "61/668,245", "2012-07-06")
    day_of_all = "2014-03-04"
    entries = (
        change("withdraw", day_of_all),
        change("add", day_of_all, dated),
        change("withdraw", day_of_all, dated),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 3
    assert [held.status for held in claims(reader)] == ["withdrawn", "withdrawn"]
    assert enter(reader, *entries) == [("repeated", height) for height in (2, 3, 4)]


def test_a_link_from_the_first_filing_tells_since_when_though_the_claim_is_made_again() -> None:
    # register.md R12: as of height 2 the claim was there
    reader = register()
    entries = (
        change("add", "2013-08-21"),
        change("withdraw", "2013-08-22"),
        change("add", "2013-08-23"),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 3
    assert list(reader.scan(b"p")) == [(b"pUSP61668245\0fAUP2013287263", (2).to_bytes(8, "big"))]


def test_who_decided_is_a_code_of_st3() -> None:
    # WIPO Standard ST.3; IB and WO are one body (register.md O2)
    for code in ("XX9", "", "ZZ", "Freedonia" * 20, "XX", "XN", "XU", "EU", "QM", "SU"):
        reader = register(FIRST)
        before = dict(reader.content)
        refused = reader.apply("AU", restore("2013-12-02", deciding_office_code=code))
        assert refused == Outcome("rejected", "DECIDING_OFFICE_UNKNOWN", AU_ID)
        assert reader.content == before


def test_a_former_office_decided_as_long_as_it_was_there() -> None:
    # register.md R14, O7; the Soviet Union was there until 1991-12-25
    reader = MappingReader()
    named = claim("JP", "S63-100001", "1988-05-03")
    assert reader.apply("US", filing("07/300,000", "1989-05-02", named)).status == "accepted"
    withdrawn = Claim(
        filing=of("07/300,000"),
        action="withdraw",
        claim=named,
        decision_date=day("1991-12-26"),
        deciding_office_code="SU",
    )
    assert reader.apply("US", withdrawn).reason == "DECIDING_OFFICE_UNKNOWN"
    in_time = msgspec.structs.replace(withdrawn, decision_date=day("1991-12-25"))
    assert reader.apply("US", in_time).status == "accepted"


def test_the_office_of_a_pct_filing_enters_what_the_receiving_office_decided() -> None:
    # PCT Rule 26bis.3(h)
    reader = MappingReader()
    reader.apply("WO", pct("PCT/US2013/032081", "2013-07-20", "US", FIRST))
    reference = of("PCT/US2013/032081")
    decided = restore("2013-10-01", filing=reference, deciding_office_code="US")
    assert reader.apply("WO", decided).status == "accepted"
    record = load_filing(reader, "WO.patent.US2013032081")
    assert record is not None
    assert record.claims[0].changes == (
        ClaimChange("restored", day("2013-10-01"), "US", 2, 0, "dueCare"),
    )


@pytest.mark.parametrize(
    ("decided", "warnings"),
    [
        ("2013-08-19", "DECISION_BEFORE_FILING"),
        ("2013-08-20", ""),
        ("2026-11-19", ""),  # tomorrow, where the day is ahead of the block's
        ("2026-11-20", "DECISION_IN_FUTURE"),
    ],
)
def test_a_doubtful_day_of_decision_is_entered_with_a_warning(decided: str, warnings: str) -> None:
    for action in get_args(ClaimAction):
        reader = register(FIRST)
        named = OTHER if action in {"add", "correct"} else FIRST
        entry = change(action, decided, named, replaced_claim=FIRST, criterion="dueCare")
        assert reader.apply("AU", entry) == Outcome("accepted", warnings, AU_ID)


def test_a_corrected_claim_is_not_restored_and_the_office_is_told() -> None:
    # PCT Rule 26bis.3: the decision was about the claim as it stood
    reader = register(FIRST)
    corrected = change("correct", "2014-03-04", OTHER, replaced_claim=FIRST)
    assert enter(reader, restore("2013-12-02")) == [ACCEPTED]
    assert reader.apply("AU", corrected) == Outcome("accepted", "RESTORATION_NOT_KEPT", AU_ID)
    assert [held.status for held in claims(reader)] == ["corrected", "claimed"]
    assert enter(reader, restore("2013-12-02", OTHER)) == [ACCEPTED]


def test_a_claim_is_withdrawn_with_its_date_or_without_any() -> None:
    # PCT Rule 90bis.3; a date that differs is never guessed to be a slip
    mistaken, undated = (claim("US", "61/668,245", filed) for filed in ("2012-07-06", None))
    reader = register(FIRST)
    refused = Outcome("rejected", "CLAIM_NOT_FOUND", AU_ID)
    assert reader.apply("AU", change("withdraw", "2014-03-04", mistaken)) == refused
    assert enter(reader, change("withdraw", "2014-03-04", undated)) == [ACCEPTED]


def test_decisions_about_one_claim_have_a_limit_but_it_can_be_withdrawn() -> None:
    reader = register(FIRST)
    first_day = date(2014, 1, 1).toordinal()
    days = [str(date.fromordinal(first_day + number)) for number in range(CLAIM_CHANGES_MAX + 1)]
    entries = [restore(decided) for decided in days]
    assert enter(reader, *entries[:-1]) == [ACCEPTED] * CLAIM_CHANGES_MAX
    refused = reader.apply("AU", entries[-1])
    assert refused == Outcome("rejected", "TOO_MANY_CLAIM_CHANGES", AU_ID)
    assert enter(reader, change("withdraw", days[-1])) == [ACCEPTED]


def test_a_restoration_can_be_refused_for_a_claim_that_stands_only() -> None:
    # PCT Rules 26bis.3, 90bis.3
    reader = register(FIRST)
    refused = Outcome("rejected", "CLAIM_NOT_FOUND", AU_ID)
    assert reader.apply("AU", change("refuseRestoration", "2013-10-01", OTHER)) == refused
    assert enter(reader, change("withdraw", "2013-10-01")) == [ACCEPTED]
    assert reader.apply("AU", change("refuseRestoration", "2013-10-02")) == refused


def test_a_refused_restoration_leaves_the_filing_late_though_in_the_two_months() -> None:
    # PCT Rule 26bis.3; Paris Art. 4C(1): 2012-07-05 and 12 months, filed 2013-08-20
    reader = register(FIRST)
    reader.apply("US", filing("61/668,245", "2012-07-05"))
    reader.apply("US", coverage("2012-01-01", "2013-12-31"))
    question = asking(("US", "61/668,245", "2012-07-05"), ("AU", "2013-08-20"), number="2013287263")
    assert verify_priority(reader, question).outcome == "lateRestorable"
    refusal = change("refuseRestoration", "2013-10-01", deciding_office_code="WO")
    assert enter(reader, refusal) == [ACCEPTED]
    answer = verify_priority(reader, question)
    assert (answer.outcome, answer.claim_status) == ("late", "restorationRefused")
    assert {check.fault for check in answer.checks if check.fault} == {"incurable"}
    ninth = answer.checks[8]
    assert (ninth.number, ninth.result, ninth.reason, ninth.came) == (
        9,
        "failed",
        "RESTORATION_REFUSED",
        "on 2013-10-01 by WO",
    )
    assert enter(reader, restore("2014-02-03")) == [ACCEPTED]
    assert verify_priority(reader, question).outcome == "confirmedWithRemarks"


DECIDED = st.sampled_from(("2013-09-01", "2013-09-02"))
NAMED = st.sampled_from((FIRST, OTHER, claim("US", "61/668,245", None)))
CHANGES = st.builds(
    change,
    st.sampled_from(get_args(ClaimAction)),
    DECIDED,
    NAMED,
    replaced_claim=st.sampled_from((FIRST, OTHER)),
    criterion=st.sampled_from(("dueCare", "unintentional")),
    deciding_office_code=st.none() | st.just("WO"),
)


@given(st.lists(CHANGES, max_size=12))
def test_no_retry_changes_anything_and_no_change_is_ever_lost(entries: list[Claim]) -> None:
    # register.md R6, R7
    reader = register(FIRST)
    done: list[Claim] = []
    for entry in entries:
        was = claims(reader)
        outcome = reader.apply("AU", entry)
        now = claims(reader)
        assert (outcome.status == "accepted") == (now != was)
        for before, after in zip(was, now, strict=False):
            assert after.changes[: len(before.changes)] == before.changes
            assert replace_changes(after) == replace_changes(before)
        if outcome.status == "accepted":
            done.append(entry)
    content = dict(reader.content)
    assert [reader.apply("AU", entry).status for entry in done] == ["repeated"] * len(done)
    assert reader.content == content


def replace_changes(held: ClaimRecord) -> ClaimRecord:
    return msgspec.structs.replace(held, changes=())


def test_a_claim_tells_when_its_notice_and_each_request_came() -> None:
    # PCT Rules 26bis.1(a), 26bis.3(e): the limits count the receipt, not the decision
    reader = register()
    entries = (
        change("add", "2013-10-01", request_date=day("2013-08-21")),
        change("refuseRestoration", "2013-12-02", request_date=day("2013-09-03")),
        restore("2014-02-03"),
    )
    assert enter(reader, *entries) == [ACCEPTED] * 3
    (held,) = claims(reader)
    assert held.requested_on == day("2013-08-21")
    assert [each.requested_on for each in held.changes] == [day("2013-09-03"), None]
    assert enter(reader, *entries) == [("repeated", height) for height in (2, 3, 4)]


def test_the_day_of_a_notice_is_told_later_by_correcting_the_claim_to_itself() -> None:
    # register.md R7, R14: what was entered is never changed without a trace
    reader = register()
    told = change("add", "2013-10-01", request_date=day("2013-08-21"))
    corrected = change(
        "correct", "2013-10-02", replaced_claim=FIRST, request_date=day("2013-08-21")
    )
    assert enter(reader, change("add", "2013-10-01")) == [ACCEPTED]
    assert reader.apply("AU", told).reason == "CLAIM_CONFLICT"
    assert enter(reader, corrected, corrected) == [ACCEPTED, ("repeated", 4)]
    assert [held.requested_on for held in claims(reader)] == [None, day("2013-08-21")]
    # A claim that came with its filing needed no notice, and a withdrawn one is not revived.
    assert enter(register(FIRST), told) == [("repeated", 1)]
    reader = register()
    withdrawn = (change("add", "2013-10-01"), change("withdraw", "2013-11-01"))
    assert enter(reader, *withdrawn, told) == [ACCEPTED, ACCEPTED, ("repeated", 2)]


@pytest.mark.parametrize(
    ("requested", "warnings"),
    [
        ("2013-08-19", ("REQUEST_BEFORE_FILING",)),
        ("2013-08-20", ()),
        ("2013-10-01", ()),
        ("2013-10-02", ("REQUEST_AFTER_DECISION",)),
    ],
)
def test_a_notice_before_the_filing_or_after_the_decision_is_a_warning(
    requested: str, warnings: tuple[str, ...]
) -> None:
    # register.md R14
    entry = change("add", "2013-10-01", request_date=day(requested))
    outcome = register().apply("AU", entry)
    assert (outcome.status, outcome.warnings) == ("accepted", warnings)


TWICE = (FIRST, claim("US", "US.201261668245.P", "2012-07-05"))
"""One claim in two forms of its number."""


@pytest.mark.parametrize("named", TWICE)
def test_a_claim_that_a_filing_makes_twice_is_withdrawn_as_one(named: PriorityClaim) -> None:
    # PCT Rule 90bis.3: what is withdrawn is the claim to that filing, however often it was written
    reader = register(*TWICE, OTHER)
    entries = (change("withdraw", "2013-09-02", named), change("withdraw", "2013-09-02", TWICE[1]))
    assert enter(reader, *entries) == [ACCEPTED, ("repeated", 2)]
    assert [known.status for known in claims(reader)] == ["withdrawn", "withdrawn", "claimed"]


def test_a_restoration_counts_for_a_claim_made_twice_and_so_does_its_correction() -> None:
    # PCT Rule 26bis.3(a): the right of priority is restored; Rule 26bis.1(a)
    reader = register(*TWICE)
    assert enter(reader, restore("2013-11-01"), restore("2013-11-01", TWICE[1])) == [
        ACCEPTED,
        ("repeated", 2),
    ]
    assert [known.status for known in claims(reader)] == ["restored", "restored"]
    correction = change("correct", "2013-12-02", OTHER, replaced_claim=FIRST)
    assert enter(reader, correction, correction) == [ACCEPTED, ("repeated", 4)]
    assert [known.status for known in claims(reader)] == ["corrected", "corrected", "claimed"]


def test_a_claim_with_another_date_is_not_withdrawn_beside() -> None:
    # R7: a date that differs is not guessed to be a slip
    reader = register(FIRST, claim("US", "61/668,245", "2012-07-06"))
    assert enter(reader, change("withdraw", "2013-09-02")) == [ACCEPTED]
    assert [known.status for known in claims(reader)] == ["withdrawn", "claimed"]
