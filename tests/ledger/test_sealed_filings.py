"""Sealed filings on a ledger: at any height, in receipts and state proofs, over rebuilds and in the audit."""

from collections.abc import Sequence
from datetime import date
from typing import get_args

from builders.ledgers import GENESIS, KEYRING, START_MS, certified, opened, submission
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.access_code import AccessCode
from crypto.seal import PRIORITY, seal
from ledger.audit import audit
from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.receipt import verify_receipt, verify_state_evidence
from ledger.receipt_json import decode_receipt, encode_receipt
from ledger.register.disputes import load_disputes
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    RelatedFiling,
    SealedFiling,
)
from ledger.register.family import find_family
from ledger.register.keys import (
    FACT_PREFIXES,
    filing_key,
    history_links,
    priority_links,
    sealed_key,
)
from ledger.register.outcome import Outcome
from ledger.register.reader import RegisterReader
from ledger.register.sealed import count_of_sealed, entered_at, home_of, known_as

OFFICES = ("AU", "EP", "JP")
NUMBERS = {"AU": "2026900123", "EP": "26171234", "JP": "2026123456"}
FILED = date(2026, 3, 12)
DAY = date(2026, 9, 1)
SEALS = {
    office: seal(
        KEYRING.network_id, office, "patent", number, FILED, code=AccessCode(office.encode() * 8)
    )
    for office, number in NUMBERS.items()
}
SEALED_IDS = {office: f"{office}.sealed.{made.claim_key}" for office, made in SEALS.items()}
OPEN_IDS = {office: f"{office}.patent.{number}" for office, number in NUMBERS.items()}
KEYS = {office: filing_key(office, "patent", number) for office, number in NUMBERS.items()}
SEALED_KEYS = {office: sealed_key(office, made.claim_key) for office, made in SEALS.items()}

offices = st.sampled_from(OFFICES)


def proved(first: str, later_id: str) -> PriorityClaim:
    made = SEALS[first]
    proof = made.prove(PRIORITY, later_id)
    return PriorityClaim(ip_office_code=first, claim_key=made.claim_key, proof=proof)


def open_claim(first: str) -> PriorityClaim:
    return PriorityClaim(
        ip_office_code=first,
        application_number_text=NUMBERS[first],
        filing_date=FILED,
        right="patent",
    )


def sealed_of(office: str, *claims: PriorityClaim) -> SealedFiling:
    made = SEALS[office]
    return SealedFiling(
        claim_key=made.claim_key, commitment=made.commitment, priority_claim_bag=claims
    )


def opening_of(office: str, *claims: PriorityClaim, blinding_of: str = "") -> Opening:
    return Opening(
        claim_key=SEALS[office].claim_key,
        blinding=SEALS[blinding_of or office].blinding,
        right="patent",
        application_number_text=NUMBERS[office],
        filing_date=FILED,
        priority_claim_bag=claims,
    )


def references(office: str) -> st.SearchStrategy[FilingReference]:
    by_key = FilingReference(claim_key=SEALS[office].claim_key)
    by_number = FilingReference(right="patent", application_number_text=NUMBERS[office])
    return st.sampled_from((by_key, by_key, by_number))


def claims(office: str) -> st.SearchStrategy[PriorityClaim]:
    """Claims that filings of this office make or name: proved for one of its ids, or for another office's."""
    later = st.sampled_from((SEALED_IDS[office], SEALED_IDS[office], OPEN_IDS[office], "US.x.1"))
    named = offices.map(
        lambda first: PriorityClaim(ip_office_code=first, claim_key=SEALS[first].claim_key)
    )
    return st.one_of(st.builds(proved, offices, later), named, offices.map(open_claim))


def entries_of(office: str) -> st.SearchStrategy[tuple[str, Entry]]:
    made = claims(office)
    bags = st.lists(made, max_size=1)
    entries: st.SearchStrategy[Entry] = st.one_of(
        bags.map(lambda bag: sealed_of(office, *bag)),
        st.just(sealed_of(office)),
        bags.map(lambda bag: opening_of(office, *bag)),
        st.just(opening_of(office)),
        st.just(opening_of(office, blinding_of="EP")),
        st.builds(
            Filing,
            right=st.just("patent"),
            application_number_text=st.just(NUMBERS[office]),
            filing_date=st.just(FILED),
            priority_claim_bag=bags.map(tuple),
        ),
        st.builds(
            Event,
            filing=references(office),
            event_category=st.sampled_from(("published", "withdrawn")),
            event_date=st.just(DAY),
        ),
        st.builds(
            Claim,
            filing=references(office),
            action=st.sampled_from(get_args(ClaimAction)),
            claim=made,
            replaced_claim=made,
            decision_date=st.just(DAY),
            criterion=st.just("dueCare"),
        ),
        offices.flatmap(
            lambda of: st.builds(
                Dispute,
                claiming_office_code=st.just(of),
                filing=references(of),
                action=st.sampled_from(("raise", "withdraw")),
                claim=claims(of),
                reason_text=st.just("another number is meant"),
                decision_date=st.just(DAY),
            )
        ),
    )
    return entries.map(lambda entry: (office, entry))


blocks = st.lists(
    st.lists(offices.flatmap(entries_of), min_size=1, max_size=5), min_size=1, max_size=6
)


def append(ledger: Ledger, *entries: tuple[str, Entry]) -> Sequence[Outcome]:
    height = ledger.height + 1
    signed = [
        submission(entry, office=office, nonce=100 * height + place)
        for place, (office, entry) in enumerate(entries)
    ]
    ledger.append(height, START_MS + height, signed)
    ledger.attach_certificate(certified(ledger, height))
    return [one for executed in ledger.block(height).submissions for one in executed.outcomes]


def answers(reader: RegisterReader) -> list[object]:
    told: list[object] = [list(reader.scan(prefix)) for prefix in FACT_PREFIXES]
    for office in OFFICES:
        get = reader.get
        is_sealed = known_as(get, SEALED_KEYS[office]) == SEALED_KEYS[office]
        is_there = get(SEALED_KEYS[office]) is not None
        assert count_of_sealed(get, office) == (is_there and is_sealed)
        for key in (KEYS[office], SEALED_KEYS[office]):
            told += [reader.get(key), known_as(reader.get, key), entered_at(reader.get, key)]
            told += [
                list(reader.scan(links)) for links in (history_links(key), priority_links(key))
            ]
            told += [home_of(reader.get, key), load_disputes(reader, key)]
        told += [
            find_family(reader, SEALED_IDS[office], "extended", viewer=viewer)
            for viewer in ("", *OFFICES)
        ]
    return told


@given(blocks)
@settings(max_examples=50)
def test_the_answers_for_every_height_are_those_that_were_given_then(
    drawn: list[list[tuple[str, Entry]]],
) -> None:
    files, index = MemoryLedger(), MemoryStore()
    ledger = opened(files, index)
    kept = [answers(ledger.reader)]
    for block in drawn:
        assert "RULE_FAULT" not in {outcome.reason for outcome in append(ledger, *block)}
        kept.append(answers(ledger.reader))
    fresh = MemoryStore()
    for opened_again in (ledger, opened(files, index), opened(files, fresh)):
        assert [answers(opened_again.reader_at(height)) for height in range(len(kept))] == kept
    after_own_keys = b'"'  # the ledger's own keys begin with an exclamation mark
    assert list(fresh.scan(after_own_keys, None)) == list(index.scan(after_own_keys, None))
    report = audit(GENESIS, files, MemoryStore(), lambda _done, _total: None)
    assert (report.finding, report.head_hash) == (None, ledger.head_hash)


def test_entries_of_one_block_see_the_sealed_filings_before_them() -> None:
    ledger = opened()
    later = Filing(
        right="patent",
        application_number_text=NUMBERS["JP"],
        filing_date=DAY,
        priority_claim_bag=(proved("AU", OPEN_IDS["JP"]),),
    )
    outcomes = append(ledger, ("JP", later), ("AU", sealed_of("AU")), ("JP", later))
    assert outcomes == [
        Outcome("rejected", "SEALED_FILING_NOT_FOUND", OPEN_IDS["JP"]),
        Outcome("accepted", "", SEALED_IDS["AU"]),
        Outcome("accepted", "", OPEN_IDS["JP"]),
    ]


def test_a_proof_of_another_network_proves_nothing_here() -> None:
    ledger = opened()
    append(ledger, ("AU", sealed_of("AU")))
    elsewhere = seal(bytes(32), "AU", "patent", NUMBERS["AU"], FILED, code=AccessCode(b"AU" * 8))
    assert elsewhere.claim_key != SEALS["AU"].claim_key
    foreign = PriorityClaim(
        ip_office_code="AU",
        claim_key=SEALS["AU"].claim_key,
        proof=elsewhere.prove(PRIORITY, SEALED_IDS["EP"]),
    )
    (outcome,) = append(ledger, ("EP", sealed_of("EP", foreign)))
    assert outcome == Outcome("rejected", "CLAIM_NOT_PROVED", SEALED_IDS["EP"])


def test_a_sealed_filing_has_a_receipt_and_a_state_proof_before_and_after_its_opening() -> None:
    ledger = opened()
    append(ledger, ("AU", sealed_of("AU")))
    append(ledger, ("EP", sealed_of("EP", proved("AU", SEALED_IDS["EP"]))))
    for _ in range(2):
        receipt = ledger.receipt(SEALED_IDS["AU"])
        assert receipt is not None
        assert receipt.outcome == Outcome("accepted", "", SEALED_IDS["AU"])
        assert decode_receipt(encode_receipt(receipt)) == receipt
        assert verify_receipt(receipt, GENESIS).height == 1
        assert receipt.state is not None
        assert receipt.state.key == SEALED_KEYS["AU"]
        assert verify_state_evidence(receipt.state, GENESIS).height == ledger.height
        append(ledger, ("AU", opening_of("AU")))
    opened_receipt = ledger.receipt(OPEN_IDS["AU"])
    assert opened_receipt is not None
    assert b'"entryCategory":"opening"' in opened_receipt.entry
    assert verify_receipt(opened_receipt, GENESIS).height == 3


def test_a_sealed_filing_that_is_not_there_has_a_proof_of_absence() -> None:
    ledger = opened()
    append(ledger, ("AU", sealed_of("AU")))
    evidence = ledger.state_evidence(SEALED_KEYS["JP"])
    assert evidence.value is None
    assert verify_state_evidence(evidence, GENESIS).height == 1
    assert ledger.receipt(SEALED_IDS["JP"]) is None


def test_a_rejected_claim_is_recorded_as_such_with_a_receipt() -> None:
    ledger = opened()
    append(ledger, ("AU", sealed_of("AU")))
    before = list(ledger.reader.scan(b""))
    moved = proved("AU", SEALED_IDS["JP"])
    (outcome,) = append(ledger, ("EP", sealed_of("EP", moved)))
    assert outcome == Outcome("rejected", "CLAIM_NOT_PROVED", SEALED_IDS["EP"])
    receipt = ledger.entry_receipt(2, 0)
    assert receipt.outcome == outcome
    assert verify_receipt(receipt, GENESIS).height == 2
    facts = [pair for pair in ledger.reader.scan(b"") if pair[0].startswith(FACT_PREFIXES)]
    assert facts == [pair for pair in before if pair[0].startswith(FACT_PREFIXES)]


def test_a_sealed_relation_leads_to_the_sealed_filing() -> None:
    ledger = opened()
    append(ledger, ("AU", sealed_of("AU")))
    phase = Filing(
        right="patent",
        application_number_text=NUMBERS["JP"],
        filing_date=FILED,
        related_filing_bag=(
            RelatedFiling(
                relation="division",
                ip_office_code="AU",
                claim_key=SEALS["AU"].claim_key,
                proof=SEALS["AU"].prove("division", OPEN_IDS["JP"]),
            ),
        ),
    )
    (outcome,) = append(ledger, ("JP", phase))
    assert outcome.status == "accepted"
    links = list(ledger.reader.scan(priority_links(SEALED_KEYS["AU"])))
    assert len(links) == 1
