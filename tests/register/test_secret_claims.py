"""What an office's node enters of a claim without an access code: nothing that may be a secret of another office."""

from datetime import date

import msgspec
import pytest
from builders.offices import NETWORK
from register_builders import MappingReader, claim, day, dispute, filing, of
from sealed_builders import opening, proved, reference, seal_of, sealed, sealed_id

from ledger.record_log import MemoryLog
from ledger.register.entries import Claim, PriorityClaim
from node.sealed.claims import ClaimReader
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import GivenClaim
from node.sealed.given import Later, UnclearClaimError
from node.sealed.secret_numbers import told_secret

NUMBER, FILED = "13171234", "2013-03-12"
FIRST = seal_of("EP", NUMBER, FILED)
LATER = Later("AU.sealed.later", "patent", day("2014-03-11"))


def codes() -> CodeStore:
    return CodeStore(MemoryLog(), bytes(32), NETWORK, "AU")


def given(number: str = NUMBER, *, is_open: bool = False) -> GivenClaim:
    return GivenClaim(
        ip_office_code="EP",
        application_number_text=number,
        filing_date=date(2013, 3, 12),
        is_open=is_open,
    )


def reader_of(register: MappingReader) -> ClaimReader:
    return ClaimReader(register, NETWORK, codes())


def test_without_a_code_no_number_of_an_office_that_seals_is_entered_unless_it_is_said_to_be_open() -> (
    None
):
    register = MappingReader()
    reader = reader_of(register)
    entered = reader.claim(given(), LATER, "claim")  # EP has sealed nothing
    register.apply("EP", sealed(FIRST))
    with pytest.raises(UnclearClaimError) as refused:
        reader.claim(given(), LATER, "claim")
    assert refused.value.field == "claim.accessCode"
    assert "isOpen true" in refused.value.expected
    assert reader.claim(given(is_open=True), LATER, "claim") == entered


def test_a_claim_to_a_filing_that_is_open_there_needs_no_word() -> None:
    register = MappingReader()
    register.apply("EP", sealed(seal_of("EP", "13171235", FILED)))
    register.apply("EP", filing(NUMBER, FILED))
    claimed, _ = reader_of(register).claim(given(), LATER, "claim")
    assert claimed.application_number_text == NUMBER


def test_an_access_code_and_the_word_that_it_is_open_contradict_each_other() -> None:
    both = msgspec.structs.replace(given(is_open=True), access_code="0710")
    with pytest.raises(UnclearClaimError, match="not both"):
        reader_of(MappingReader()).claim(both, LATER, "claim")


def test_the_number_behind_a_sealed_claim_stands_in_no_entry_that_names_it_until_its_opening() -> (
    None
):
    """The applicant told it to this office alone: a slip in the date must not tell it to all."""
    register, store = MappingReader(), codes()
    later = seal_of("AU", "2014900002", "2014-03-11")
    register.apply("EP", sealed(FIRST))
    register.apply("AU", sealed(later, proved(FIRST, sealed_id(later))))
    store.keep([known_of_first()])
    slip = claim("EP", NUMBER, "2013-03-21", "patent")
    withdrawal = Claim(
        filing=reference(later), action="withdraw", claim=slip, decision_date=day("2014-05-01")
    )
    doubt = msgspec.structs.replace(dispute("AU", "1", slip), filing=reference(later))
    for entry, path in ((withdrawal, "claim"), (doubt, "claim")):
        told = told_secret(register.get, store, "AU", entry)
        assert told == (f"{path}.applicationNumberText", known_of_first())
    register.apply("EP", opening(FIRST, NUMBER, FILED))
    assert told_secret(register.get, store, "AU", withdrawal) is None


def test_the_number_that_an_applicant_told_with_a_code_is_entered_openly_by_no_door() -> None:
    """The node knows that it is sealed, whichever filing claims it and whatever the clerk says."""
    register, store = MappingReader(), codes()
    register.apply("EP", sealed(FIRST))
    reader = ClaimReader(register, NETWORK, store)
    assert reader.claim(given(is_open=True), LATER, "claim")[0].claim_key is None
    store.keep([known_of_first()])
    slip = msgspec.structs.replace(given(is_open=True), filing_date=day("2013-03-21"))
    for asked in (given(), given(is_open=True), slip):
        with pytest.raises(UnclearClaimError) as refused:
            reader.claim(asked, LATER, "claim")
        assert refused.value.field == "claim.accessCode"
        assert refused.value.expected == (
            f"the access code, and no isOpen: the number is that of {sealed_id(FIRST)}"
        )
    named = claim("EP", NUMBER, FILED)
    entered = filing("2014900002", "2014-03-11", named)
    place = "priorityClaimBag[0].applicationNumberText"
    assert told_secret(register.get, store, "AU", entered) == (place, known_of_first())
    register.apply("AU", filing("2014900003", "2014-03-11"))
    on = day("2014-05-01")
    added = Claim(filing=of("2014900003"), action="add", claim=named, decision_date=on)
    place = "claim.applicationNumberText"
    assert told_secret(register.get, store, "AU", added) == (place, known_of_first())
    register.apply("EP", opening(FIRST, NUMBER, FILED))
    for entry in (entered, added):
        assert told_secret(register.get, store, "AU", entry) is None
    assert reader.claim(given(), LATER, "claim")[0].application_number_text == NUMBER


def test_a_claim_that_the_filing_makes_openly_is_named_as_it_stands() -> None:
    register, store = MappingReader(), codes()
    own = KnownFiling(
        office="AU",
        claim_key="x" * 43,
        right="patent",
        number="2013900001",
        match_key="2013900001",
        filing_date=day(FILED),
        code=bytes(16),
    )
    made = claim("AU", "2013900001", FILED)
    register.apply("AU", filing("2014900002", "2014-03-11", made))
    store.keep([own])

    def told(named: PriorityClaim) -> object:
        change = Claim(
            filing=of("2014900002"), action="withdraw", claim=named, decision_date=day("2014-05-01")
        )
        return told_secret(register.get, store, "AU", change)

    assert told(made) is None
    assert told(claim("AU", "2013900001", "2013-03-21")) == ("claim.applicationNumberText", own)


def known_of_first() -> KnownFiling:
    return KnownFiling(
        office="EP",
        claim_key=FIRST.claim_key,
        right="patent",
        number=NUMBER,
        match_key=NUMBER,
        filing_date=day(FILED),
    )
