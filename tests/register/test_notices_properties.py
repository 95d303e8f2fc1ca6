"""Whatever offices enter: what was told of a block is told so for ever, and nothing that concerns one is left out."""

from builders.ledgers import KEYRING, START_MS, opened, submission
from hypothesis import given, settings
from hypothesis import strategies as st
from register_builders import claim, day, filing
from sealed_builders import code_of, opening, proved, reference, sealed, sealed_id

from crypto.seal import Seal, seal
from ledger.block_entries import accepted_entries, concerning_entries
from ledger.ledger import Ledger
from ledger.register.entries import Claim, Entry, Event, FilingReference, PriorityClaim
from ledger.register.notice_rules import RULES
from ledger.register.notices import Notice, notices_of
from ledger.register.numbers import normalise
from ledger.register.reader import RegisterReader
from ledger.register.shared_families import SharedFamilies

OFFICES = ("AU", "EP", "JP")
NUMBERS = {"AU": "2012900001", "EP": "13150001", "JP": "2013100001"}
FILED = "2012-03-13"
Told = list[tuple[str, Notice]]


def seal_of(office: str) -> Seal:
    match_key = normalise(office, "patent", NUMBERS[office], day(FILED)).match_key
    return seal(KEYRING.network_id, office, "patent", match_key, day(FILED), code=code_of("code"))


SEALS = {office: seal_of(office) for office in OFFICES}
BY_NUMBER = {
    office: FilingReference(right="patent", application_number_text=NUMBERS[office])
    for office in OFFICES
}


def open_claim(office: str) -> PriorityClaim:
    return claim(office, NUMBERS[office], FILED, "patent")


def entries_of(office: str) -> st.SearchStrategy[Entry]:
    """What an office may enter, about its one filing; much of it is refused."""
    others = st.sampled_from([other for other in OFFICES if other != office])
    open_bags = st.lists(others.map(open_claim), max_size=2).map(tuple)
    sealed_id_of_own = sealed_id(SEALS[office])
    sealed_claims = others.map(lambda other: proved(SEALS[other], sealed_id_of_own))
    sealed_bags = st.lists(others.map(open_claim) | sealed_claims, max_size=2).map(tuple)
    own = st.sampled_from([BY_NUMBER[office], reference(SEALS[office])])
    return st.one_of(
        open_bags.map(lambda bag: filing(NUMBERS[office], FILED, *bag)),
        sealed_bags.map(lambda bag: sealed(SEALS[office], *bag)),
        open_bags.map(lambda bag: opening(SEALS[office], NUMBERS[office], FILED, *bag)),
        st.builds(
            Claim,
            filing=own,
            action=st.sampled_from(["add", "withdraw"]),
            claim=others.map(open_claim) | sealed_claims,
            decision_date=st.just(day("2013-06-03")),
        ),
        st.builds(
            Event,
            filing=own,
            event_category=st.just("published"),
            event_date=st.just(day("2013-09-18")),
        ),
    )


blocks = st.lists(
    st.lists(
        st.sampled_from(OFFICES).flatmap(
            lambda office: st.tuples(st.just(office), entries_of(office))
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=2,
    max_size=6,
)


def told(ledger: Ledger, height: int, register: RegisterReader) -> Told:
    """What all offices are told of a block, as `register`, of its height or later, picks the entries."""
    entries = concerning_entries(register, ledger.block(height))
    return [
        (office, notice)
        for office in OFFICES
        for before, now in (families_of(ledger, height, office),)
        for entered in entries
        for notice in notices_of(entered, now, before)
    ]


def families_of(ledger: Ledger, height: int, office: str) -> list[SharedFamilies]:
    """As an office sees them before and after a block."""
    return [SharedFamilies(ledger.reader_at(at), office) for at in (height - 1, height)]


def told_of_all(ledger: Ledger, height: int) -> Told:
    """The same from every entry, whether or not it can concern anybody, each by itself."""
    return [
        (office, notice)
        for office in OFFICES
        for entered in accepted_entries(ledger.block(height))
        if type(entered.entry) in RULES
        for before, now in (families_of(ledger, height, office),)
        for notice in notices_of(entered, now, before)
    ]


@settings(max_examples=60)
@given(blocks)
def test_notices_never_change_and_none_is_left_out(
    entered: list[list[tuple[str, Entry]]],
) -> None:
    ledger = opened()
    at_the_time = []
    for height, entries in enumerate(entered, start=1):
        submissions = [
            submission(entry, office=office, nonce=height * 10 + number)
            for number, (office, entry) in enumerate(entries)
        ]
        ledger.append(height, START_MS + height, submissions)
        at_the_time.append(told(ledger, height, ledger.reader))
    heights = range(1, ledger.height + 1)
    assert [told(ledger, height, ledger.reader) for height in heights] == at_the_time
    assert [told_of_all(ledger, height) for height in heights] == at_the_time
    for notices in at_the_time:
        ids = [(office, notice.notice_id) for office, notice in notices]
        assert len(set(ids)) == len(ids)
        assert all(notice.own_filing_id.startswith(office) for office, notice in notices)


def test_a_filing_that_is_given_a_claim_in_its_own_block_is_not_bare() -> None:
    """Else it would be told of only once somebody claims it, much later."""
    added = Claim(
        filing=BY_NUMBER["EP"],
        action="add",
        claim=open_claim("AU"),
        decision_date=day("2013-06-03"),
    )
    for bare, giving in (
        (filing(NUMBERS["EP"], FILED), added),
        (sealed(SEALS["EP"]), opening(SEALS["EP"], NUMBERS["EP"], FILED, open_claim("AU"))),
    ):
        ledger = opened()
        ledger.append(1, START_MS, [submission(filing(NUMBERS["AU"], FILED))])
        both = [submission(entry, office="EP", nonce=n) for n, entry in enumerate((bare, giving))]
        ledger.append(2, START_MS, both)
        assert told(ledger, 2, ledger.reader) == told_of_all(ledger, 2)
        assert {notice.notice_id for _, notice in told_of_all(ledger, 2)} == {"2.0.0", "2.1.0"}
