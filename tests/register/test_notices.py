"""What an office is told of other offices' entries (register.md, section 12)."""

import msgspec
import pytest
from builders.ledgers import KEYRING, START_MS, opened, submission
from register_builders import claim, day, filing
from sealed_builders import code_of, named, opening, proved, reference, sealed, sealed_id

from crypto.seal import Seal, seal
from ledger.block_entries import accepted_entries
from ledger.ledger import Ledger
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Coverage,
    Dispute,
    DisputeAction,
    Entry,
    Event,
    FilingReference,
    PriorityClaim,
    RelatedFiling,
    Report,
    Withholding,
)
from ledger.register.notice_place import MalformedPlaceError, NoticePlace, parse_place
from ledger.register.notices import Notice, notices_of, possibly_concerning
from ledger.register.numbers import normalise
from ledger.register.shared_families import SharedFamilies

FIRST = filing("2012900001", "2012-03-13")
FIRST_CLAIM = claim("AU", "2012900001", "2012-03-13")
FIRST_ID, EP_ID, JP_ID = "AU.patent.2012900001", "EP.patent.13150001", "JP.patent.2013100001"


def ledger_of(*blocks: tuple[tuple[str, Entry], ...]) -> Ledger:
    """A ledger with these blocks of (office, entry)."""
    ledger = opened()
    for height, entries in enumerate(blocks, start=1):
        submissions = [
            submission(entry, office=office, nonce=height * 100 + number)
            for number, (office, entry) in enumerate(entries)
        ]
        block = ledger.append(height, START_MS + height, submissions)
        for executed in block.submissions:
            assert [each.status for each in executed.outcomes] == ["accepted"]
    return ledger


def told_at(ledger: Ledger, height: int, office: str) -> list[Notice]:
    """The notices of one block for an office."""
    entries = possibly_concerning(ledger.reader, accepted_entries(ledger.block(height)))
    before, now = (SharedFamilies(ledger.reader_at(at), office) for at in (height - 1, height))
    return [notice for entered in entries for notice in notices_of(entered, now, before)]


def told(ledger: Ledger, office: str) -> list[tuple[str, str, str, str]]:
    """All notices for an office: id, category, the filing that the entry is about, the own one."""
    return [
        (notice.notice_id, notice.category, notice.filing_id, notice.own_filing_id)
        for height in range(1, ledger.height + 1)
        for notice in told_at(ledger, height, office)
    ]


def change(action: ClaimAction, number: str = "13150001", claimed: str = "2012900001") -> Claim:
    return Claim(
        filing=FilingReference(right="patent", application_number_text=number),
        action=action,
        claim=claim("AU", claimed, "2012-03-13"),
        decision_date=day("2013-06-03"),
    )


def published(number: str) -> Event:
    reference = FilingReference(right="patent", application_number_text=number)
    return Event(filing=reference, event_category="published", event_date=day("2013-09-18"))


def ep_filing() -> tuple[str, Entry]:
    return "EP", filing("13150001", "2013-03-12", FIRST_CLAIM)


def jp_filing() -> tuple[str, Entry]:
    return "JP", filing("2013100001", "2013-03-13", FIRST_CLAIM)


def test_the_office_of_first_filing_is_told_that_its_filing_was_claimed() -> None:
    ledger = ledger_of((("AU", FIRST),), (ep_filing(),))
    assert told(ledger, "AU") == [("2.0.0", "filingClaimed", EP_ID, FIRST_ID)]
    (notice,) = told_at(ledger, 2, "AU")
    assert notice.summary_text == (
        f"Your filing {FIRST_ID} was claimed at EP: {EP_ID} claims its priority."
    )
    assert (notice.ip_office_code, notice.height, notice.time_ms) == ("EP", 2, START_MS + 2)


def test_one_claim_each_to_two_filings_of_an_office_gives_two_notices_in_the_order_of_the_claims() -> (
    None
):
    second = filing("2012900002", "2012-09-03")
    both = filing(
        "13150001", "2013-03-12", claim("AU", "2012900002", "2012-09-03"), FIRST_CLAIM, FIRST_CLAIM
    )
    ledger = ledger_of((("AU", FIRST), ("AU", second)), (("EP", both),))
    assert told(ledger, "AU") == [
        ("2.0.0", "filingClaimed", EP_ID, "AU.patent.2012900002"),
        ("2.0.1", "filingClaimed", EP_ID, FIRST_ID),
    ]


def test_a_relation_to_a_filing_is_told_like_a_claim() -> None:
    phase = filing("13150001", "2012-03-13")
    phase = type(phase)(
        right="patent",
        application_number_text="13150001",
        filing_date=day("2013-03-12"),
        related_filing_bag=(
            RelatedFiling(
                relation="continuation",
                ip_office_code="AU",
                application_number_text="2012900001",
                filing_date=day("2012-03-13"),
            ),
        ),
    )
    ledger = ledger_of((("AU", FIRST),), (("EP", phase),))
    (notice,) = told_at(ledger, 2, "AU")
    assert notice.summary_text.endswith(f"{EP_ID} is its continuation.")


def test_a_second_office_of_second_filing_and_the_others_learn_of_each_other() -> None:
    ledger = ledger_of((("AU", FIRST),), (ep_filing(),), (jp_filing(),))
    assert told(ledger, "EP") == [("3.0.0", "familyMember", JP_ID, EP_ID)]
    assert told(ledger, "JP") == [("3.0.0", "familyFound", JP_ID, JP_ID)]
    (found,) = told_at(ledger, 3, "JP")
    assert found.family_member_bag == (EP_ID,)
    assert found.summary_text == f"Your filing {JP_ID} has a further family member, at EP."


def test_an_office_that_is_in_no_family_is_told_nothing() -> None:
    own = filing("61/000,001", "2012-01-03")
    ledger = ledger_of((("AU", FIRST), ("US", own)), (ep_filing(), jp_filing()))
    assert told(ledger, "US") == []


def test_a_first_filing_that_comes_after_its_claimants_is_told_to_these() -> None:
    ledger = ledger_of((ep_filing(),), (("AU", filing("2012900007", "2012-05-05")), ("AU", FIRST)))
    assert told(ledger, "EP") == [("2.1.0", "familyMember", FIRST_ID, EP_ID)]
    assert told(ledger, "AU") == [("2.1.0", "familyFound", FIRST_ID, FIRST_ID)]


def test_members_of_one_block_are_told_once_by_their_own_entries() -> None:
    ledger = ledger_of((("AU", FIRST), ep_filing(), jp_filing()))
    assert told(ledger, "AU") == [
        ("1.1.0", "filingClaimed", EP_ID, FIRST_ID),
        ("1.2.0", "filingClaimed", JP_ID, FIRST_ID),
    ]
    assert told(ledger, "EP") == [
        ("1.0.0", "familyMember", FIRST_ID, EP_ID),
        ("1.2.0", "familyMember", JP_ID, EP_ID),
    ]


def test_a_filing_without_claims_and_claimants_is_passed_over_before_any_family_is_read() -> None:
    bare = [("AU", filing(f"20129{n:05}", "2012-03-13")) for n in range(20)]
    coverage = Coverage(right="patent", from_date=day("2012-01-01"), until_date=day("2012-12-31"))
    ledger = ledger_of((*bare, ("AU", coverage)), (ep_filing(),))
    entries = accepted_entries(ledger.block(1))
    assert len(entries) == 21
    assert [each.subject for each in possibly_concerning(ledger.reader, entries)] == [FIRST_ID]


def test_events_of_members_are_told_to_the_family() -> None:
    ledger = ledger_of((("AU", FIRST),), (ep_filing(),), (("EP", published("13150001")),))
    assert told(ledger, "AU")[1:] == [("3.0.0", "memberEvent", EP_ID, FIRST_ID)]
    (notice,) = told_at(ledger, 3, "AU")
    assert notice.event_category == "published"
    assert notice.summary_text == (
        f"{EP_ID}, a member of the family of your {FIRST_ID}, was published on 2013-09-18."
    )
    assert told(ledger, "EP") == []


def test_a_claim_that_is_added_later_is_told_as_one_of_the_filing() -> None:
    bare = ("EP", filing("13150001", "2013-03-12"))
    ledger = ledger_of((("AU", FIRST), bare), (jp_filing(),), (("EP", change("add")),))
    assert told(ledger, "AU")[1:] == [("3.0.0", "filingClaimed", EP_ID, FIRST_ID)]
    assert told(ledger, "JP") == [("3.0.0", "familyMember", EP_ID, JP_ID)]
    assert told(ledger, "EP") == [("3.0.0", "familyFound", EP_ID, EP_ID)]


def test_a_claim_that_is_withdrawn_is_told_to_the_family_that_was() -> None:
    ledger = ledger_of((("AU", FIRST),), (ep_filing(),), (("EP", change("withdraw")),))
    assert told(ledger, "AU")[1:] == [("3.0.0", "claimChanged", EP_ID, FIRST_ID)]
    (notice,) = told_at(ledger, 3, "AU")
    assert notice.claim_action == "withdraw"


def test_a_corrected_claim_is_told_to_both_families() -> None:
    other = filing("61/000,001", "2012-03-13")
    corrected = Claim(
        filing=FilingReference(right="patent", application_number_text="13150001"),
        action="correct",
        claim=claim("US", "61/000,001", "2012-03-13"),
        replaced_claim=FIRST_CLAIM,
        decision_date=day("2013-06-03"),
    )
    ledger = ledger_of((("AU", FIRST), ("US", other)), (ep_filing(),), (("EP", corrected),))
    assert told(ledger, "AU")[1:] == [("3.0.0", "claimChanged", EP_ID, FIRST_ID)]
    assert told(ledger, "US") == [("3.0.0", "filingClaimed", EP_ID, "US.patent.61000001")]


def dispute(action: DisputeAction) -> Dispute:
    return Dispute(
        claiming_office_code="EP",
        filing=FilingReference(right="patent", application_number_text="13150001"),
        action=action,
        claim=FIRST_CLAIM,
        reason_text="another applicant",
        decision_date=day("2013-07-01"),
    )


def test_a_dispute_is_told_to_the_office_whose_claim_it_is_and_to_the_family() -> None:
    ledger = ledger_of(
        (("AU", FIRST),),
        (ep_filing(),),
        (("JP", dispute("raise")),),
        (("JP", dispute("withdraw")),),
    )
    assert told(ledger, "EP") == [
        ("3.0.0", "claimDisputed", EP_ID, EP_ID),
        ("4.0.0", "claimDisputed", EP_ID, EP_ID),
    ]
    assert told(ledger, "AU")[1:] == [
        ("3.0.0", "claimDisputed", EP_ID, FIRST_ID),
        ("4.0.0", "claimDisputed", EP_ID, FIRST_ID),
    ]
    raised, withdrawn = (told_at(ledger, height, "EP")[0] for height in (3, 4))
    assert (raised.dispute_action, withdrawn.dispute_action) == ("raise", "withdraw")
    assert raised.summary_text == f"JP disputes a priority claim of your {EP_ID}."
    assert told(ledger, "JP") == []


def test_what_was_told_at_a_height_is_told_so_for_ever() -> None:
    blocks = ((("AU", FIRST),), (ep_filing(),), (jp_filing(),), (("EP", change("withdraw")),))
    at_the_head = [
        told_at(ledger_of(*blocks[:height]), height, office)
        for height in range(1, 5)
        for office in ("AU", "EP", "JP", "US")
    ]
    ledger = ledger_of(*blocks, (("JP", published("2013100001")),))
    later = [
        told_at(ledger, height, office)
        for height in range(1, 5)
        for office in ("AU", "EP", "JP", "US")
    ]
    assert later == at_the_head
    assert sum(map(len, later)) > 5


def test_places_read_as_they_are_written_and_come_in_the_order_of_the_ledger() -> None:
    texts = ("0", "12.0.0", "12.0.1", "12.3.0", "12.3", "12.4.0", "12", "13.0.0", "13")
    places = [parse_place(text) for text in texts]
    assert [str(place) for place in places] == list(texts)
    assert places == sorted(places)
    assert parse_place("12") == NoticePlace(12)
    for wrong in ("", "x", "12.", "12.3.", "1.2.3.4", "-1", "12.3.0 ", "١٢", "9" * 30):
        with pytest.raises(MalformedPlaceError, match=r"12\.3\.0"):
            parse_place(wrong)


# -- sealed filings, and reports -----------------------------------------------------------------


def seal_of(office: str, number: str, filed: str) -> Seal:
    """As `sealed_builders.seal_of` makes it, in the network of the ledgers."""
    match_key = normalise(office, "patent", number, day(filed)).match_key
    return seal(KEYRING.network_id, office, "patent", match_key, day(filed), code=code_of("code"))


AU_SEAL = seal_of("AU", "2012900001", "2012-03-13")
EP_SEAL = seal_of("EP", "13150001", "2013-03-12")
JP_SEAL = seal_of("JP", "2013100001", "2013-03-13")
AU_SEALED, EP_SEALED, JP_SEALED = map(sealed_id, (AU_SEAL, EP_SEAL, JP_SEAL))


def sealed_ep() -> tuple[str, Entry]:
    return "EP", sealed(EP_SEAL, proved(AU_SEAL, EP_SEALED))


def sealed_jp() -> tuple[str, Entry]:
    return "JP", sealed(JP_SEAL, proved(AU_SEAL, JP_SEALED))


def test_a_sealed_family_is_told_to_exactly_the_offices_in_it() -> None:
    ledger = ledger_of((("AU", sealed(AU_SEAL)),), (sealed_ep(),), (sealed_jp(),))
    assert told(ledger, "AU") == [
        ("2.0.0", "filingClaimed", EP_SEALED, AU_SEALED),
        ("3.0.0", "filingClaimed", JP_SEALED, AU_SEALED),
    ]
    assert told(ledger, "EP") == [("3.0.0", "familyMember", JP_SEALED, EP_SEALED)]
    assert told(ledger, "JP") == [("3.0.0", "familyFound", JP_SEALED, JP_SEALED)]
    (found,) = told_at(ledger, 3, "JP")
    assert found.family_member_bag == (EP_SEALED,)
    assert told(ledger, "US") == []


def test_a_claim_of_an_open_number_alone_tells_a_sealed_filing_to_nobody() -> None:
    """Anybody can claim an open filing: only what was proved with an access code counts (S7)."""
    guess = sealed(EP_SEAL, claim("AU", "2012900001", "2012-03-13", "patent"))
    ledger = ledger_of((("AU", FIRST),), (("EP", guess),), (jp_filing(),))
    assert [each[:2] for each in told(ledger, "AU")] == [("3.0.0", "filingClaimed")]
    assert told(ledger, "JP") == []


def test_an_opening_is_told_to_the_family_with_the_number_that_it_made_known() -> None:
    ledger = ledger_of(
        (("AU", sealed(AU_SEAL)),),
        (sealed_ep(),),
        (("AU", opening(AU_SEAL, "2012900001", "2012-03-13")),),
        (("EP", opening(EP_SEAL, "13150001", "2013-03-12")),),
    )
    assert told(ledger, "EP") == [("3.0.0", "memberOpened", FIRST_ID, EP_SEALED)]
    assert told(ledger, "AU")[1:] == [("4.0.0", "memberOpened", EP_ID, FIRST_ID)]
    (notice,) = told_at(ledger, 4, "AU")
    assert notice.summary_text == (
        f"EP opened {EP_SEALED}, a member of the family of your {FIRST_ID}: it is {EP_ID}."
    )
    assert told(ledger, "JP") == []


def test_an_opening_tells_who_claimed_the_filing_by_its_number_before() -> None:
    ledger = ledger_of(
        (("AU", sealed(AU_SEAL)),),
        (ep_filing(),),
        (sealed_jp(),),
        (("AU", opening(AU_SEAL, "2012900001", "2012-03-13")),),
    )
    (found,) = told_at(ledger, 4, "AU")
    assert (found.category, found.own_filing_id) == ("familyFound", FIRST_ID)
    assert found.family_member_bag == (EP_ID,)
    assert told(ledger, "EP") == [("4.0.0", "familyMember", FIRST_ID, EP_ID)]
    (opened,) = told_at(ledger, 4, "JP")
    assert (opened.category, opened.family_member_bag) == ("memberOpened", (EP_ID,))
    assert opened.summary_text == (
        f"AU opened {AU_SEALED}, a member of the family of your {JP_SEALED}: it is {FIRST_ID},"
        " and with it came a further family member, at EP."
    )


def test_what_a_sealed_filing_claimed_openly_is_told_as_that_claim_when_it_is_opened() -> None:
    by_number = claim("AU", "2012900001", "2012-03-13", "patent")
    ledger = ledger_of(
        (("AU", FIRST),),
        (("EP", sealed(EP_SEAL, by_number)),),
        (("EP", opening(EP_SEAL, "13150001", "2013-03-12")),),
    )
    assert told(ledger, "AU") == [("3.0.0", "filingClaimed", EP_ID, FIRST_ID)]


def test_an_opening_that_brings_a_claim_is_told_as_that_claim() -> None:
    ledger = ledger_of(
        (("AU", FIRST),),
        (("EP", sealed(EP_SEAL)),),
        (("EP", opening(EP_SEAL, "13150001", "2013-03-12", FIRST_CLAIM)),),
    )
    assert told(ledger, "AU") == [("3.0.0", "filingClaimed", EP_ID, FIRST_ID)]


def test_events_and_changes_of_sealed_members_are_told_to_the_family_only() -> None:
    withdrawn = Event(
        filing=reference(EP_SEAL), event_category="withdrawn", event_date=day("2013-06-03")
    )
    claim_withdrawn = Claim(
        filing=reference(EP_SEAL),
        action="withdraw",
        claim=named(AU_SEAL),
        decision_date=day("2013-06-04"),
    )
    ledger = ledger_of(
        (("AU", sealed(AU_SEAL)),), (sealed_ep(),), (("EP", withdrawn),), (("EP", claim_withdrawn),)
    )
    assert told(ledger, "AU")[1:] == [
        ("3.0.0", "memberEvent", EP_SEALED, AU_SEALED),
        ("4.0.0", "claimChanged", EP_SEALED, AU_SEALED),
    ]
    assert told(ledger, "JP") == told(ledger, "US") == []


def report(number: str = "13150001", digest: str = "ab" * 32) -> Report:
    return Report(
        filing=FilingReference(right="patent", application_number_text=number),
        report_category="searchReport",
        document_date=day("2013-09-01"),
        language_code="en",
        media_type="application/pdf",
        document_digest=digest,
        document_size=1000,
    )


def withholding(action: DisputeAction) -> Withholding:
    return Withholding(
        filing=FilingReference(right="patent", application_number_text="13150001"),
        action=action,
        legal_ground="nationalLaw",
        reason_text="a provision",
        decision_date=day("2013-09-02"),
    )


def test_a_report_is_told_to_the_family_and_not_while_it_is_withheld() -> None:
    ledger = ledger_of(
        (("AU", FIRST), ("US", filing("61/000,001", "2012-01-03"))),
        (ep_filing(),),
        (("EP", report()),),
        (("EP", withholding("raise")),),
        (("EP", report(digest="cd" * 32)),),
        (("EP", withholding("withdraw")),),
    )
    assert told(ledger, "AU")[1:] == [
        ("3.0.0", "reportDeposited", EP_ID, FIRST_ID),
        ("4.0.0", "reportWithheld", EP_ID, FIRST_ID),
        ("6.0.0", "reportWithheld", EP_ID, FIRST_ID),
    ]
    (notice,) = told_at(ledger, 3, "AU")
    assert notice.report_identifier == f"{EP_ID}.EP.{'ab' * 32}"
    assert notice.summary_text == (
        f"EP deposited a search report on {EP_ID}, a member of the family of your {FIRST_ID}."
    )
    assert told(ledger, "US") == told(ledger, "EP") == []


def test_a_report_on_a_sealed_filing_is_told_to_its_family() -> None:
    on_sealed = msgspec.structs.replace(report(), filing=reference(EP_SEAL))
    ledger = ledger_of((("AU", sealed(AU_SEAL)),), (sealed_ep(),), (("EP", on_sealed),))
    assert told(ledger, "AU")[1:] == [("3.0.0", "reportDeposited", EP_SEALED, AU_SEALED)]
    assert told(ledger, "US") == []


# -- claims that an office does not see ----------------------------------------------------------

US_SEAL = seal_of("US", "61/000,001", "2012-03-01")


def sealed_change(action: ClaimAction, claimed: PriorityClaim, **changed: PriorityClaim) -> Claim:
    return msgspec.structs.replace(change(action), claim=claimed, **changed)


def of_sealed_claims() -> Ledger:
    """EP claims AU's open filing, and in entries of their own a sealed one of US, which JP disputes."""
    disputed = msgspec.structs.replace(dispute("raise"), claim=named(US_SEAL))
    return ledger_of(
        (("AU", FIRST), ("US", sealed(US_SEAL))),
        (ep_filing(),),
        (("EP", sealed_change("add", proved(US_SEAL, EP_ID))),),
        (("JP", disputed),),
        (("EP", sealed_change("withdraw", named(US_SEAL))),),
    )


def test_nothing_is_told_of_a_claim_to_a_sealed_filing_that_the_office_does_not_see() -> None:
    """S7: AU is in EP's family by an open claim only, and the answers of the register do not show it this one."""
    ledger = of_sealed_claims()
    assert told(ledger, "AU") == [("2.0.0", "filingClaimed", EP_ID, FIRST_ID)]
    assert [each[:2] for each in told(ledger, "US")] == [
        ("3.0.0", "filingClaimed"),
        ("4.0.0", "claimDisputed"),
        ("5.0.0", "claimChanged"),
    ]


def test_a_correction_is_told_as_far_as_the_office_sees_its_claims() -> None:
    open_claim = claim("US", "61/000,009", "2012-03-01")
    proof = proved(US_SEAL, EP_ID)
    to_open = sealed_change("correct", open_claim, replaced_claim=named(US_SEAL))
    to_sealed = sealed_change("correct", proof, replaced_claim=FIRST_CLAIM)
    blocks = (
        (("AU", FIRST), ("US", sealed(US_SEAL))),
        (ep_filing(),),
        (("EP", sealed_change("add", proof)),),
    )
    (notice,) = told_at(ledger_of(*blocks, (("EP", to_open),)), 4, "AU")
    assert (notice.category, notice.claim_action) == ("claimChanged", "add")
    assert notice.summary_text.endswith(f"of the family of your {FIRST_ID}, was added.")
    (notice,) = told_at(ledger_of(*blocks, (("EP", to_open),)), 4, "US")
    assert notice.claim_action == "correct"
    # AU's family has lost it, as if the claim had been withdrawn.
    (notice,) = told_at(ledger_of(*blocks[:2], (("EP", to_sealed),)), 3, "AU")
    assert (notice.category, notice.claim_action) == ("claimChanged", "withdraw")
    assert notice.summary_text.endswith(
        f"of the family of your {FIRST_ID}, was withdrawn: it has left that family."
    )
    again = sealed_change("correct", proof, replaced_claim=named(US_SEAL))
    assert told_at(ledger_of(*blocks, (("EP", again),)), 4, "AU") == []


def test_a_claim_that_an_opening_made_visible_is_told_from_then_on() -> None:
    ledger = ledger_of(
        (("AU", FIRST), ("US", sealed(US_SEAL))),
        (ep_filing(),),
        (("EP", sealed_change("add", proved(US_SEAL, EP_ID))),),
        (("US", opening(US_SEAL, "61/000,001", "2012-03-01")),),
        (("EP", sealed_change("withdraw", named(US_SEAL))),),
    )
    assert [each[:2] for each in told(ledger, "AU")] == [
        ("2.0.0", "filingClaimed"),
        ("4.0.0", "familyMember"),
        ("5.0.0", "claimChanged"),
    ]


def test_an_office_that_opens_a_filing_is_told_who_claimed_it_by_its_number() -> None:
    # Found in a review: the opening brings no claim of its own, and joins a family nevertheless.
    seal = seal_of("AU", "2012900001", "2012-03-13")
    opened = opening(seal, "2012900001", "2012-03-13")
    ledger = ledger_of((("AU", sealed(seal)),), (ep_filing(),), (("AU", opened),))
    assert [one[1] for one in told(ledger, "AU")] == ["familyFound"]
    assert [one[1] for one in told(ledger, "EP")] == ["familyMember"]
    alone = ledger_of((("AU", sealed(seal)),), (("AU", opened),))
    assert told(alone, "AU") == []


def test_the_family_that_was_left_is_named_where_both_first_filings_are_one_office_s() -> None:
    second = filing("2012900002", "2012-03-14")
    correction = msgspec.structs.replace(
        change("correct"),
        claim=claim("AU", "2012900002", "2012-03-14"),
        replaced_claim=FIRST_CLAIM,
    )
    ledger = ledger_of((("AU", FIRST), ("AU", second)), (ep_filing(),), (("EP", correction),))
    assert told(ledger, "AU")[1:] == [
        ("3.0.0", "filingClaimed", EP_ID, "AU.patent.2012900002"),
        ("3.0.1", "claimChanged", EP_ID, FIRST_ID),
    ]
    assert told_at(ledger, 3, "AU")[1].summary_text == (
        f"A priority claim of {EP_ID}, a member of the family of your {FIRST_ID}, was corrected:"
        " it has left that family."
    )
