"""A node that denies a sealed filing, though number, date and access code were shown to it, proves nothing."""

import pytest
from builders.ledgers import GENESIS
from builders.proof_files import (
    CODE,
    FILED,
    SECOND,
    finished,
    first,
    priority_of,
    register,
    resigned,
)
from msgspec.structs import replace

from crypto.access_code import AccessCode
from ledger.ledger import Ledger
from ledger.proof.document import PrioritySubject, ProofDocument, encode_proof_file
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.judging import days_asked
from ledger.proof.making import Draft
from ledger.proof.readers import RecordingReader
from ledger.proof.verifying import verify_proof_file
from ledger.register.keys import is_sealed
from ledger.register.priority import verify_priority
from ledger.register.verification import FirstFiling, PriorityRequest, Verification
from node.verifier.telling import verdict_lines

SEALED_FIRST = FirstFiling(
    ip_office_code="EP",
    application_number_text="13900001",
    filing_date=FILED,
    right="patent",
    access_code=CODE.printed,
)
OTHER_CODE = AccessCode(bytes(16)).printed


class DenyingReader(RecordingReader):
    """A register without its sealed filings."""

    def get(self, key: bytes) -> bytes | None:
        return None if is_sealed(key) else super().get(key)


def denied(*, names_facts: bool = True) -> ProofDocument:
    """The file of a node that leaves the sealed filing out of the answer and of what it proves."""
    ledger = register()
    reader = DenyingReader(ledger.reader)
    request = PriorityRequest(first=SEALED_FIRST, second=SECOND)
    answer = verify_priority(reader, request, with_suggestions=False)
    told = tuple(key for key in answer.fact_keys if names_facts or not is_sealed(key.encode()))
    return lying(ledger, reader, replace(answer, fact_keys=told))


def lying(ledger: Ledger, reader: RecordingReader, answer: Verification) -> ProofDocument:
    question = PriorityRequest(first=SEALED_FIRST.without_secret, second=SECOND)
    subject = PrioritySubject(question=question, is_code_withheld=True, answer=answer)
    facts = dict(sorted(reader.facts.items()))
    proofs = {key: ledger.state_proof(key) for key in facts}
    days = days_asked(subject)
    return finished(ledger, Draft(subject, ledger.height, facts, proofs, reader.scans, days))


@pytest.mark.parametrize("code", [CODE.printed, OTHER_CODE, None])
def test_the_file_is_refused_with_the_code_and_without(code: str | None) -> None:
    document = denied()
    assert document.subject.answer.outcome == "undetermined"
    with pytest.raises(InvalidProofFileError) as caught:
        verify_proof_file(encode_proof_file(document), GENESIS, code)
    assert str(caught.value).startswith(
        "answer: expected a proof of each fact that it names, got none of 'sEPS"
    )


def test_a_node_that_hides_what_it_left_out_is_found_by_the_code() -> None:
    data = encode_proof_file(denied(names_facts=False))
    with pytest.raises(UndecidableProofFileError, match="the access code may be another one"):
        verify_proof_file(data, GENESIS, CODE.printed)
    assert not verify_proof_file(data, GENESIS).is_recomputed


def test_the_code_of_a_question_that_was_asked_without_it_proves_nothing() -> None:
    # the answer is true of the question without the code; to its holder it would deny the filing
    asked = replace(SEALED_FIRST, access_code=None)
    data = encode_proof_file(priority_of(asked))
    assert verify_proof_file(data, GENESIS).outcome == "undetermined"
    with pytest.raises(UndecidableProofFileError, match="a question with an access code"):
        verify_proof_file(data, GENESIS, CODE.printed)


def test_an_honest_no_shows_that_nothing_is_there_under_the_code() -> None:
    document = priority_of(replace(SEALED_FIRST, access_code=OTHER_CODE))
    told = [fact for fact in document.fact_bag if is_sealed(fact.key.encode())]
    assert told
    assert {fact.value for fact in told} == {None}
    verdict = verify_proof_file(encode_proof_file(document), GENESIS, OTHER_CODE)
    assert (verdict.outcome, verdict.is_recomputed) == ("undetermined", True)


def hollow(**changes: object) -> bytes:
    """A file of a node that says something of a sealed filing and proves nothing of it; its office signs for it."""
    document = priority_of(SEALED_FIRST)
    subject = document.subject
    assert isinstance(subject, PrioritySubject)
    told = replace(subject, answer=replace(subject.answer, fact_keys=(), **changes))
    return resigned(
        replace(document, subject=told, fact_bag=(), entry_bag=(), header_bag=(), links_read_bag=())
    )


def test_without_the_code_the_filing_that_is_spoken_of_must_be_proved_to_be_there() -> None:
    found = priority_of(first(1)).subject.answer
    assert isinstance(found, Verification)
    assert found.first_filing is not None
    other = replace(found.first_filing, filing_id="AU.patent")
    for data, expected in (
        (hollow(), "expected a proof that EP.sealed."),
        (hollow(first_filing=found.first_filing), "expected a proof that AU.patent.2013000001 is"),
        (hollow(first_filing=other), "expected office.right.matchKey"),
        (hollow(first_filing=None), "expected a filing that is confirmed"),
    ):
        with pytest.raises(InvalidProofFileError, match=f"^answer: {expected}"):
            verify_proof_file(data, GENESIS)


def test_an_outcome_that_is_only_told_does_not_stand_beside_the_word_valid() -> None:
    verdict = verify_proof_file(encode_proof_file(priority_of(SEALED_FIRST)), GENESIS)
    valid, told, *_ = verdict_lines(verdict, GENESIS)
    assert valid == "FACTS VALID 3 facts, but no outcome"
    assert told.startswith("not proved: the node says confirmed: EP 13900001 of 2013-05-06 gives")
