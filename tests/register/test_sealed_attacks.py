"""The attacks of docs/sealed-filings.md, each tried: what the attacker has, what it does, what it gets."""

from datetime import date, timedelta

import pytest
from builders.offices import NETWORK, key_of
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from register_builders import MappingReader, claim, day, filing
from sealed_builders import (
    code_of,
    named,
    opening,
    proved,
    reference,
    related,
    seal_of,
    sealed,
    sealed_id,
)

from crypto.access_code import AccessCode
from crypto.base64url import decode, encode
from crypto.digest import sha256
from crypto.seal import PRIORITY, Seal, check_opening, claim_message, seal
from crypto.signing import SigningKey, bound_message
from ledger.register.entries import Claim, Entry, PriorityClaim, SealedFiling
from ledger.register.filing import decode_sealed
from ledger.register.keys import (
    FACT_PREFIXES,
    PRIORITY_PREFIX,
    claiming_filing,
    filing_id,
    priority_links,
    sealed_key,
)
from ledger.register.outcome import Outcome
from ledger.register.sealed import known_as

NUMBER, FILED = "2026900123", "2026-03-12"
FIRST = seal_of("AU", NUMBER, FILED)
FIRST_KEY = sealed_key("AU", FIRST.claim_key)
SECOND = seal_of("EP", "26171234", "2026-09-01", code="of the second")
SECOND_ID = sealed_id(SECOND)
CURIOUS = seal_of("JP", "2026-123456", "2026-09-02", code="of the curious")


def family() -> MappingReader:
    """AU's sealed first filing, and EP's sealed second filing that claims it."""
    reader = MappingReader()
    assert reader.apply("AU", sealed(FIRST)).status == "accepted"
    entry = sealed(SECOND, proved(FIRST, SECOND_ID))
    assert reader.apply("EP", entry).status == "accepted"
    return reader


def claimants(reader: MappingReader, first: bytes = FIRST_KEY) -> list[str]:
    links = reader.scan(priority_links(first))
    return [filing_id(claiming_filing(link)) for link, _ in links]


def expect_refused(reader: MappingReader, office: str, entry: Entry, reason: str) -> None:
    """The entry gets this reason, and changes nothing."""
    outcome, facts, links = reader.applied(office, entry)
    assert (outcome.status, outcome.reason, facts, links) == ("rejected", reason, (), ())


# Guessing numbers: the attacker knows the office, the right, and nearly the number and date.


def test_without_the_code_no_guess_of_number_and_date_can_be_tested() -> None:
    """Nothing on the ledger is a function of number and date alone."""
    record = decode_sealed(family().content[FIRST_KEY])
    public = {FIRST.claim_key, record.commitment}
    fields = b""
    for serial in range(100, 150):
        for later in range(4):
            filed = day("2026-03-10") + timedelta(days=later)
            number = f"2026900{serial}"
            for guess in (bytes(16), b"\xff" * 16, sha256(number.encode())[:16]):
                made = seal(NETWORK, "AU", "patent", number, filed, code=AccessCode(guess))
                assert not {made.claim_key, made.commitment, made.blinding} & public
            fields = b"".join(
                len(text).to_bytes(2, "big") + text.encode()
                for text in ("AU", "patent", number, filed.isoformat())
            )
            unblinded = (sha256(fields), sha256(b"ipregister/commit/v1" + fields))
            assert not set(map(encode, unblinded)) & public


@given(st.binary(min_size=16, max_size=16))
def test_a_guessed_code_unlocks_nothing_with_the_right_number_and_date(guess: bytes) -> None:
    made = seal(NETWORK, "AU", "patent", NUMBER, day(FILED), code=AccessCode(guess))
    assert (made.claim_key == FIRST.claim_key) == (guess == code_of("code").secret)


def test_a_guess_at_another_office_is_on_the_ledger_for_everybody_to_see() -> None:
    """Trying codes against the register leaves a signed entry for each trial, and 128 bits are to be tried."""
    reader = family()
    wrong = seal_of("AU", NUMBER, FILED, code="a guess")
    trial = filing("2026-123456", "2026-09-02", proved(wrong, "JP.patent.2026123456"))
    outcome = reader.apply("JP", trial)
    assert outcome == Outcome("rejected", "SEALED_FILING_NOT_FOUND", "JP.patent.2026123456")
    forged = replace(proved(wrong, "JP.patent.2026123456"), claim_key=FIRST.claim_key)
    expect_refused(reader, "JP", filing("2026-123456", "2026-09-02", forged), "CLAIM_NOT_PROVED")


def test_a_right_number_with_one_wrong_digit_leads_nowhere() -> None:
    for wrong in (
        seal_of("AU", "2026900124", FILED),
        seal_of("AU", NUMBER, "2026-03-13"),
        seal_of("AU", NUMBER, FILED, right="design"),
        seal_of("NZ", NUMBER, FILED),
    ):
        entry = sealed(CURIOUS, proved(wrong, sealed_id(CURIOUS)))
        expect_refused(family(), "JP", entry, "SEALED_FILING_NOT_FOUND")


def test_one_code_for_two_filings_links_them_for_nobody() -> None:
    one, other = seal_of("AU", NUMBER, FILED), seal_of("AU", "2026900124", FILED)
    shared = [
        (a ^ b).bit_count()
        for a, b in zip(decode(one.claim_key), decode(other.claim_key), strict=True)
    ]
    assert 64 < sum(shared) < 192


# Moving a claim: the attacker copies a proof from the ledger, where all are to be read.


@pytest.mark.parametrize(
    ("office", "entry"),
    [
        ("JP", sealed(CURIOUS, proved(FIRST, SECOND_ID))),
        ("JP", filing("2026-123456", "2026-09-02", proved(FIRST, SECOND_ID))),
        ("EP", filing("26171234", "2026-09-01", proved(FIRST, SECOND_ID))),
        ("EP", filing("26171235", "2026-09-01", proved(FIRST, SECOND_ID))),
    ],
    ids=["to a sealed filing", "to an open one", "to its own number", "to another of its office"],
)
def test_a_proof_cannot_be_moved_to_another_filing(office: str, entry: Entry) -> None:
    expect_refused(family(), office, entry, "CLAIM_NOT_PROVED")


def test_a_proof_cannot_be_moved_to_another_role_or_first_filing() -> None:
    reader = family()
    moved = replace(related(FIRST, SECOND_ID, "division"), proof=proved(FIRST, SECOND_ID).proof)
    expect_refused(
        reader, "EP", opening_with(SECOND, related_filing_bag=(moved,)), "CLAIM_NOT_PROVED"
    )
    other = seal_of("AU", "2026900777", FILED)
    reader.apply("AU", sealed(other))
    forged = replace(proved(FIRST, SECOND_ID), claim_key=other.claim_key)
    expect_refused(reader, "EP", added_claim(SECOND, forged), "CLAIM_NOT_PROVED")


def test_an_office_that_copies_a_claim_key_gets_no_claims_with_it() -> None:
    """JP seals a filing of its own under AU's claim key: the proofs that were made name AU."""
    reader = family()
    copied = SealedFiling(claim_key=FIRST.claim_key, commitment=CURIOUS.commitment)
    assert reader.apply("JP", copied).status == "accepted"
    assert claimants(reader, sealed_key("JP", FIRST.claim_key)) == []
    as_jp = replace(proved(FIRST, SECOND_ID), ip_office_code="JP")
    expect_refused(reader, "EP", added_claim(SECOND, as_jp), "CLAIM_NOT_PROVED")
    assert claimants(reader) == [SECOND_ID]


def test_a_proof_with_another_key_or_purpose_proves_nothing() -> None:
    reader, later = family(), sealed_id(CURIOUS)
    message = claim_message("AU", FIRST.claim_key, PRIORITY, later)
    for made in (
        key_of("JP").sign(bound_message("sealed-claim", NETWORK, message)),
        SigningKey(decode(FIRST.blinding)).sign(bound_message("sealed-claim", NETWORK, message)),
    ):
        forged = PriorityClaim(ip_office_code="AU", claim_key=FIRST.claim_key, proof=encode(made))
        expect_refused(reader, "JP", sealed(CURIOUS, forged), "CLAIM_NOT_PROVED")


# Replaying a claim: the attacker enters what was entered before, here or in another network.


def test_a_replayed_claim_of_another_office_is_not_proved() -> None:
    reader = family()
    own = sealed(SECOND, proved(FIRST, SECOND_ID))
    expect_refused(reader, "JP", own, "CLAIM_NOT_PROVED")


def test_a_replay_by_the_office_itself_is_repeated_and_adds_nothing() -> None:
    reader = family()
    outcome, facts, links = reader.applied("EP", sealed(SECOND, proved(FIRST, SECOND_ID)))
    assert (outcome.status, facts, links) == ("repeated", (), ())


def test_a_replay_does_not_bring_a_withdrawn_claim_back() -> None:
    reader = family()
    withdrawal = Claim(
        filing=reference(SECOND),
        action="withdraw",
        claim=named(FIRST),
        decision_date=day("2026-10-01"),
    )
    assert reader.apply("EP", withdrawal).status == "accepted"
    assert reader.apply("EP", sealed(SECOND, proved(FIRST, SECOND_ID))).status == "repeated"
    record = decode_sealed(reader.content[sealed_key("EP", SECOND.claim_key)])
    assert [known.status for known in record.claims] == ["withdrawn"]


def test_a_proof_of_another_network_proves_nothing() -> None:
    elsewhere = seal(sha256(b"another"), "AU", "patent", NUMBER, day(FILED), code=code_of("code"))
    forged = PriorityClaim(
        ip_office_code="AU",
        claim_key=FIRST.claim_key,
        proof=elsewhere.prove(PRIORITY, sealed_id(CURIOUS)),
    )
    expect_refused(family(), "JP", sealed(CURIOUS, forged), "CLAIM_NOT_PROVED")


# A false opening, and two openings: the attacker is the office of first filing itself.


@given(
    st.integers(2026_900_000, 2026_999_999),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.binary(min_size=32, max_size=32),
)
def test_no_other_number_or_date_is_opened_with_any_blinding(
    number: int, filed: date, blinding: bytes
) -> None:
    for shown in (FIRST.blinding, encode(blinding)):
        is_opened = check_opening(
            FIRST.commitment,
            shown,
            office="AU",
            right="patent",
            match_key=str(number),
            filing_date=filed,
        )
        is_the_filing = (str(number), filed) == (NUMBER, day(FILED))
        assert is_opened == (is_the_filing and shown == FIRST.blinding)


def test_a_sealed_filing_is_opened_once_and_as_what_was_sealed() -> None:
    reader = family()
    other = seal_of("AU", "2026900124", FILED)
    reader.apply("AU", sealed(other))
    swapped = replace(opening(FIRST, "2026900124", FILED), blinding=other.blinding)
    expect_refused(reader, "AU", swapped, "OPENING_FALSE")
    assert reader.apply("AU", opening(FIRST, NUMBER, FILED)).status == "accepted"
    expect_refused(reader, "AU", swapped, "OPENING_FALSE")
    expect_refused(reader, "AU", opening(other, NUMBER, FILED), "OPENING_FALSE")
    more = opening(FIRST, NUMBER, FILED, claim("US", "19/123,456", "2026-01-02"))
    expect_refused(reader, "AU", more, "ALREADY_OPENED")
    assert reader.apply("AU", opening(FIRST, NUMBER, FILED)).status == "repeated"


def test_two_sealed_filings_are_not_opened_as_one_number() -> None:
    """An office seals one application twice, with two codes, to have two keys to one number."""
    reader = family()
    twice = seal_of("AU", NUMBER, FILED, code="the other code")
    assert reader.apply("AU", sealed(twice)).status == "accepted"
    assert reader.apply("AU", opening(FIRST, NUMBER, FILED)).status == "accepted"
    expect_refused(reader, "AU", opening(twice, NUMBER, FILED), "NUMBER_ALREADY_REGISTERED")


def test_a_commitment_to_another_number_than_the_keys_is_seen_by_who_claims() -> None:
    """The register cannot see it, for it knows neither; who has number, date and code can, before it claims."""
    other = seal_of("AU", "2026900124", FILED)
    reader = MappingReader()
    lie = SealedFiling(claim_key=FIRST.claim_key, commitment=other.commitment)
    assert reader.apply("AU", lie).status == "accepted"
    told = seal_of("AU", NUMBER, FILED)
    record = decode_sealed(reader.content[FIRST_KEY])
    assert told.claim_key == FIRST.claim_key
    assert told.commitment != record.commitment, "the office of second filing refuses the claim"
    expect_refused(reader, "AU", opening(FIRST, NUMBER, FILED), "OPENING_FALSE")


# A malicious office of second filing: the attacker has number, date and code, from the applicant.


def test_an_office_of_second_filing_can_neither_open_nor_change_the_first() -> None:
    reader, told = family(), seal_of("AU", NUMBER, FILED)
    expect_refused(reader, "EP", opening(told, NUMBER, FILED), "SEALED_FILING_NOT_FOUND")
    own_copy = sealed(told)
    assert reader.apply("EP", own_copy).subject == f"EP.sealed.{FIRST.claim_key}"
    expect_refused(reader, "EP", opening(told, NUMBER, FILED), "OPENING_FALSE")
    assert known_as(reader.get, FIRST_KEY) == FIRST_KEY
    expect_refused(
        reader, "EP", added_claim(told, proved(SECOND, sealed_id(told))), "CLAIM_NOT_PROVED"
    )


def test_an_office_of_second_filing_can_claim_for_its_own_filings_only() -> None:
    """That it can claim for a filing whose applicant never asked is the limit; the ledger shows it for good."""
    reader, told = family(), seal_of("AU", NUMBER, FILED)
    expect_refused(
        reader,
        "EP",
        filing("26179999", "2026-09-03", proved(told, "JP.patent.2026123456")),
        "CLAIM_NOT_PROVED",
    )
    of_its_own = filing("26179999", "2026-09-03", proved(told, "EP.patent.26179999"))
    assert reader.apply("EP", of_its_own).status == "accepted"
    assert claimants(reader) == ["EP.patent.26179999", SECOND_ID]


def test_what_an_opening_shows_makes_no_claim() -> None:
    """After the opening everybody has number, date and blinding value, and nobody the code."""
    reader = family()
    assert reader.apply("AU", opening(FIRST, NUMBER, FILED)).status == "accepted"
    shown = decode(FIRST.blinding)
    later = sealed_id(CURIOUS)
    message = bound_message(
        "sealed-claim", NETWORK, claim_message("AU", FIRST.claim_key, PRIORITY, later)
    )
    tries = [SigningKey(shown).sign(message), SigningKey(sha256(shown)).sign(message)]
    from_code = seal(NETWORK, "AU", "patent", NUMBER, day(FILED), code=AccessCode(shown[:16]))
    tries.append(decode(from_code.prove(PRIORITY, later)))
    for made in tries:
        forged = PriorityClaim(ip_office_code="AU", claim_key=FIRST.claim_key, proof=encode(made))
        expect_refused(reader, "JP", sealed(CURIOUS, forged), "CLAIM_NOT_PROVED")


# A curious node that is in no family: the attacker reads every byte that its node holds.


def test_the_ledger_holds_neither_number_nor_date_nor_code_of_a_sealed_filing() -> None:
    reader = family()
    held = b"".join(key + value for key, value in reader.content.items())
    secrets = [NUMBER, NUMBER[4:], FILED, "26171234", "2026-09-01"]
    secrets += [code_of("code").printed, code_of("code").printed.replace("-", "")]
    raw = [code_of("code").secret, decode(FIRST.blinding)]
    dates = [bytes([day(FILED).month, day(FILED).day])]
    for secret in (*map(str.encode, [*secrets, FIRST.blinding, SECOND.blinding]), *raw):
        assert secret not in held
    assert dates[0] not in reader.content[FIRST_KEY].replace(FIRST.commitment.encode(), b"")


@given(
    st.integers(2026_900_000, 2026_999_999),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    st.sampled_from(("patent", "utilityModel", "design")),
)
def test_what_a_sealed_filing_tells_is_alike_for_all_numbers_dates_and_rights(
    number: int, filed: date, right: str
) -> None:
    """Beside the two values that look random, it is the same bytes whatever is sealed."""
    made = seal(NETWORK, "AU", right, str(number), filed, code=code_of("code"))
    reader = MappingReader()
    reader.apply("AU", sealed(made))
    shown = {
        key.replace(made.claim_key.encode(), b"K"): value.replace(made.commitment.encode(), b"C")
        for key, value in reader.content.items()
    }
    other = MappingReader()
    other.apply("AU", sealed(FIRST))
    expected = {
        key.replace(FIRST.claim_key.encode(), b"K"): value.replace(FIRST.commitment.encode(), b"C")
        for key, value in other.content.items()
    }
    assert shown == expected


def test_a_curious_node_sees_that_two_offices_share_a_family_and_cannot_join_it() -> None:
    reader = family()
    links = [link for link, _ in reader.scan(PRIORITY_PREFIX)]
    assert [filing_id(claiming_filing(link)) for link in links] == [SECOND_ID]
    entry = sealed(CURIOUS, replace(named(FIRST), proof="A" * 86))
    expect_refused(reader, "JP", entry, "CLAIM_NOT_PROVED")
    expect_refused(reader, "JP", sealed(CURIOUS, named(FIRST)), "SEALED_CLAIM_MALFORMED")
    before = {key: value for key, value in reader.content.items() if key.startswith(FACT_PREFIXES)}
    reader.apply("JP", entry)
    after = {key: value for key, value in reader.content.items() if key.startswith(FACT_PREFIXES)}
    assert after == before


def opening_with(made: Seal, **others: object) -> Entry:
    entry: Entry = replace(opening(made, "26171234", "2026-09-01"), **others)
    return entry


def added_claim(later: Seal, made: PriorityClaim) -> Claim:
    return Claim(filing=reference(later), action="add", claim=made, decision_date=day("2026-10-01"))
