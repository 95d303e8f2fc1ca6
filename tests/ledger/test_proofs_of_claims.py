"""Proof files of all claims of one filing: what they prove, and what a node that lies about a claim proves."""

from datetime import date

import pytest
from builders.drawn_blocks import FILED as FILED_ON
from builders.drawn_blocks import NUMBERS, OFFICES, RIGHT, append, blocks
from builders.ledgers import GENESIS, certified, opened
from builders.proof_files import (
    CLAIMING,
    CODE,
    FILED,
    SEALED,
    claiming_register,
    claims_of,
    finished,
    first,
    resigned,
)
from hypothesis import given, settings
from msgspec.structs import replace

from ledger.proof.compact import compacted, expanded
from ledger.proof.document import (
    FilingVerificationSubject,
    ProofDocument,
    encode_proof_file,
)
from ledger.proof.errors import InvalidProofFileError, ProofTooLargeError
from ledger.proof.making import draft_filing_verification
from ledger.proof.verifying import Verdict, verify_proof_file
from ledger.register.entries import Entry
from ledger.register.keys import filing_key
from ledger.register.nodes import load_open
from ledger.register.priority.filing import question_about, verify_filing
from ledger.register.verification import (
    ClaimVerification,
    FilingQuestion,
    FilingVerification,
    FirstFiling,
    SecondFiling,
)

ALL = claims_of()


def verified(document: ProofDocument) -> Verdict:
    return verify_proof_file(encode_proof_file(document), GENESIS)


def answer_of(document: ProofDocument) -> FilingVerification:
    subject = document.subject
    assert isinstance(subject, FilingVerificationSubject)
    return subject.answer


def test_all_claims_that_a_filing_makes_are_proved_in_one_file() -> None:
    verdict = verified(ALL)
    assert (verdict.kind, verdict.outcome) == ("filingVerification", "someConfirmed")
    assert (verdict.is_recomputed, verdict.attested_by) == (True, "AU")
    answer = answer_of(ALL)
    assert verdict.summary == answer.summary
    assert [claim.verification.outcome for claim in answer.claims] == [
        "confirmed",
        "noSuchFiling",
        "undetermined",
    ]
    assert answer.priority_date == FILED
    keys = {fact.key: fact.value is not None for fact in ALL.fact_bag}
    assert keys["fAUP2013000001"]
    assert not keys["fAUP2013000009"]
    assert keys[f"fUSP{CLAIMING}"]
    # The coverage of AU, on which the absence rests, is shown by the entry that declared it.
    assert (1, 2) in [(entry.height, entry.index) for entry in ALL.entry_bag]


def test_the_answer_is_that_of_the_register_without_guesses() -> None:
    ledger = claiming_register()
    key = filing_key("US", RIGHT, CLAIMING)
    record = load_open(ledger.reader, key)
    assert record is not None
    question = question_about(key, record)
    document = finished(ledger, draft_filing_verification(ledger, question))
    told = verify_filing(ledger.reader, question)
    without = tuple(
        replace(claim, verification=replace(claim.verification, suggestions=()))
        for claim in told.claims
    )
    assert answer_of(document) == replace(told, claims=without)
    assert verified(document).is_recomputed


def test_claims_that_are_named_are_proved_of_a_filing_that_is_not_registered() -> None:
    document = claims_of(first(1), first(2, date(2013, 5, 7)), number=None)
    verdict = verified(document)
    assert (verdict.outcome, verdict.is_recomputed) == ("someConfirmed", True)
    outcomes = [claim.verification.outcome for claim in answer_of(document).claims]
    assert outcomes == ["confirmed", "mismatch"]
    assert verified(claims_of(first(1))).outcome == "allConfirmed"
    assert verified(claims_of(first(9))).outcome == "noneConfirmed"


def test_a_filing_without_claims_is_proved_to_claim_nothing() -> None:
    ledger = claiming_register()
    second = SecondFiling(
        ip_office_code="AU", filing_date=FILED, right=RIGHT, application_number_text="2013000002"
    )
    document = finished(ledger, draft_filing_verification(ledger, FilingQuestion(second=second)))
    assert verified(document).outcome == "noneClaimed"


def refused(document: ProofDocument) -> str:
    """Why a file is refused that the office of a lying node has signed."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_proof_file(resigned(document), GENESIS)
    return str(caught.value)


def with_claims(*claims: ClaimVerification) -> ProofDocument:
    subject = ALL.subject
    assert isinstance(subject, FilingVerificationSubject)
    answer = replace(subject.answer, claims=claims)
    return replace(ALL, subject=replace(subject, answer=answer))


def test_a_node_can_neither_leave_a_claim_out_nor_change_what_is_said_of_it() -> None:
    one, two, three = answer_of(ALL).claims
    for lie in (
        with_claims(),
        with_claims(one),
        with_claims(one, two),
        with_claims(two, one, three),
        with_claims(one, replace(one, number=2), three),
        with_claims(one, replace(two, verification=one.verification), three),
        with_claims(one, two, three, replace(three, number=4)),
    ):
        assert refused(lie).startswith(("answer: ", "entries: "))


def test_facts_of_each_claim_are_needed_and_no_others() -> None:
    for place in range(len(ALL.fact_bag)):
        fewer = ALL.fact_bag[:place] + ALL.fact_bag[place + 1 :]
        assert refused(replace(ALL, fact_bag=fewer)).startswith(("answer: ", "entries: "))
    assert "expected those at" in refused(replace(ALL, entry_bag=ALL.entry_bag[1:]))


def test_a_question_with_an_access_code_is_refused() -> None:
    coded = FirstFiling(
        ip_office_code="EP",
        application_number_text="13900001",
        filing_date=FILED,
        access_code=CODE.printed,
    )
    subject = ALL.subject
    assert isinstance(subject, FilingVerificationSubject)
    asked = replace(subject.question, priority_claim_bag=(coded,))
    lie = replace(ALL, subject=replace(subject, question=asked))
    assert "expected no access code" in refused(lie)


def test_a_sealed_first_filing_is_proved_to_stand_and_its_number_is_not_told() -> None:
    # The claim names it by its key, which every office sees in the filing that claims.
    key = f"sEPS{SEALED.claim_key}"
    assert [fact.value is not None for fact in ALL.fact_bag if fact.key == key] == [True]
    assert (3, 0) in [(entry.height, entry.index) for entry in ALL.entry_bag]
    assert b"13900001" not in encode_proof_file(ALL)


def test_more_facts_than_a_file_may_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.proof.making.FACTS_MAX", len(ALL.fact_bag) - 1)
    with pytest.raises(ProofTooLargeError, match="at most"):
        claims_of()


def test_its_compact_form_is_the_same_file() -> None:
    file = encode_proof_file(ALL)
    assert expanded(compacted(file), GENESIS) == file


@given(blocks)
@settings(max_examples=25)
def test_whatever_the_register_holds_the_claims_of_a_filing_can_be_proved(
    drawn: list[list[tuple[str, list[Entry]]]],
) -> None:
    ledger = opened()
    for block in drawn:
        append(ledger, *block)
        ledger.attach_certificate(certified(ledger, ledger.height))
    for office in OFFICES:
        for number in NUMBERS:
            second = SecondFiling(
                ip_office_code=office,
                filing_date=FILED_ON[number],
                right=RIGHT,
                application_number_text=number,
            )
            question = FilingQuestion(second=second)
            document = finished(ledger, draft_filing_verification(ledger, question))
            verdict = verified(document)
            assert verdict.is_recomputed
            assert verdict.outcome == verify_filing(ledger.reader, question).outcome
