"""Proof files: what they prove without any node, and that nothing altered, forged or foreign proves anything."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from builders.ledgers import GENESIS, START_MS, filing
from builders.proof_files import (
    CODE,
    FILED,
    SEALED,
    attest,
    claims_of,
    extend,
    filing_of,
    finished,
    first,
    priority_of,
    register,
    resigned,
)
from builders.vectors import DIRECTORY
from builders.verifier_alone import run_there, snippet_of, verifier_in
from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.errors import NotCertifiedError
from ledger.proof.document import (
    FILE_BYTES_MAX,
    FilingVerificationSubject,
    PrioritySubject,
    ProofDocument,
    decode_proof_file,
    encode_proof_file,
)
from ledger.proof.errors import InvalidProofFileError, UndecidableProofFileError
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import draft_filing, draft_priority, finish
from ledger.proof.verifying import Verdict, verify_proof_file
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling
from node.proof_schema import schema_bytes

CONFIRMED = priority_of(first(1))
ABSENT = priority_of(first(9))
REGISTERED = filing_of(2)
CLAIMS = claims_of()
FILE = encode_proof_file(CONFIRMED)
SEALED_FIRST = FirstFiling(
    ip_office_code="EP",
    application_number_text="13900001",
    filing_date=FILED,
    right="patent",
    access_code=CODE.printed,
)


def verified(document: ProofDocument, code: str | None = None) -> Verdict:
    return verify_proof_file(encode_proof_file(document), GENESIS, code)


def refusal(data: bytes) -> str:
    """The check that fails, with its message."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_proof_file(data, GENESIS)
    assert str(caught.value).startswith(f"{caught.value.check}: ")
    return str(caught.value)


def test_a_confirmed_priority_is_proved_with_its_entries_and_signers() -> None:
    assert verified(CONFIRMED) == Verdict(
        kind="priority",
        outcome="confirmed",
        summary="AU 2013000001 of 2013-05-06 gives priority until 2014-05-07.",
        is_recomputed=True,
        node_word_bag=(),
        height=5,
        time_ms=START_MS + 5,
        network_id=GENESIS.network_id().hex(),
        signer_bag=("AU", "EP", "JP"),
        checkpoint_height=5,
        attested_by="AU",
        fact_count=2,
        entry_count=2,
    )
    assert [fact.key for fact in CONFIRMED.fact_bag] == ["dUS2014", "fAUP2013000001"]
    assert [(entry.height, entry.index) for entry in CONFIRMED.entry_bag] == [(1, 0), (2, 0)]


def test_absence_is_proved_with_the_coverage_entry_it_rests_on() -> None:
    verdict = verified(ABSENT)
    assert (verdict.outcome, verdict.is_recomputed) == ("noSuchFiling", True)
    assert [(f.key, f.value is None) for f in ABSENT.fact_bag if f.key != "dUS2014"] == [
        ("cAUP", False),
        ("fAUP2013000009", True),
        ("uAU", True),
    ]
    assert (1, 2) in [(entry.height, entry.index) for entry in ABSENT.entry_bag]


@pytest.mark.parametrize(
    ("serial", "filed", "outcome"),
    [
        (2, FILED, "registered"),
        (2, None, "registered"),
        (2, date(2013, 5, 7), "otherDate"),
        (9, FILED, "noSuchFiling"),
        (9, None, "notFound"),
        (9, date(1999, 5, 6), "notFound"),
    ],
)
def test_a_filing_is_proved_or_its_absence(serial: int, filed: date | None, outcome: str) -> None:
    verdict = verified(filing_of(serial, filed))
    assert (verdict.kind, verdict.outcome, verdict.is_recomputed) == ("filing", outcome, True)


def test_a_file_that_awaited_its_certificate_is_covered_by_a_later_one() -> None:
    ledger = register()
    draft = draft_priority(
        ledger, PriorityRequest(first=first(1), second=replace(SECOND_AT_EP, filing_date=FILED))
    )
    extend(ledger, filing(70))
    document = finished(ledger, draft)
    verdict = verified(document)
    assert (verdict.height, verdict.checkpoint_height) == (5, 6)


SECOND_AT_EP = SecondFiling(ip_office_code="EP", filing_date=date(2014, 5, 6), right="patent")


def test_without_a_certificate_no_file_is_finished() -> None:
    ledger = register()
    draft = draft_priority(ledger, PriorityRequest(first=first(1), second=SECOND_AT_EP))
    with pytest.raises(NotCertifiedError, match="block 6"):
        finish(ledger, draft._replace(height=6), "AU", attest)


def test_an_access_code_never_stands_in_a_file_and_lets_the_outcome_be_computed() -> None:
    document = priority_of(SEALED_FIRST)
    data = encode_proof_file(document)
    for secret in (CODE.printed, CODE.printed.replace("-", ""), CODE.secret.hex()):
        assert secret.encode() not in data
    without = verify_proof_file(data, GENESIS)
    assert (without.outcome, without.is_recomputed) == ("confirmed", False)
    assert "access code" in without.node_word_bag[0]
    assert verify_proof_file(data, GENESIS, CODE.printed).is_recomputed
    with pytest.raises(UndecidableProofFileError, match="the access code may be another one"):
        verify_proof_file(data, GENESIS, "0000-0000-0000-0000-0000-0000-00")


def test_sealed_filings_that_the_answer_does_not_name_are_not_told() -> None:
    for document in (CONFIRMED, ABSENT, REGISTERED):
        assert SEALED.claim_key.encode() not in encode_proof_file(document)


def test_no_altered_byte_of_a_file_is_accepted() -> None:
    for place in range(0, len(FILE), 5):
        altered = bytearray(FILE)
        altered[place] ^= 1
        with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
            verify_proof_file(bytes(altered), GENESIS)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_altered_byte_is_found(place: int, change: int) -> None:
    altered = bytearray(FILE)
    altered[place] ^= change
    with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
        verify_proof_file(bytes(altered), GENESIS)


@given(st.integers(0, len(FILE) - 1))
def test_a_truncated_file_is_damaged(length: int) -> None:
    assert refusal(FILE[:length]).startswith("form: ")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_what_is_no_proof_file_is_said_to_be_none(data: bytes) -> None:
    assert refusal(data).startswith("form: ")


def members(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in pairs:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from members(inner, (*path, name))


@pytest.mark.parametrize("document", [CONFIRMED, ABSENT, REGISTERED, CLAIMS])
def test_no_member_can_be_missing(document: ProofDocument) -> None:
    for path in members(json.loads(encode_proof_file(document))):
        altered = holder = json.loads(encode_proof_file(document))
        for name in path[:-1]:
            holder = holder[name]
        del holder[path[-1]]
        with pytest.raises((InvalidProofFileError, UndecidableProofFileError)):
            verify_proof_file(json.dumps(altered).encode(), GENESIS)


@pytest.mark.parametrize("path", [("more",), ("subject", "more"), ("subject", "answer", "more")])
def test_no_member_can_be_added(path: tuple[str, ...]) -> None:
    altered = holder = json.loads(FILE)
    for name in path[:-1]:
        holder = holder[name]
    holder[path[-1]] = 1
    assert refusal(json.dumps(altered).encode()).startswith("form: ")


def test_no_member_can_come_twice() -> None:
    assert "each member once" in refusal(FILE.replace(b'"height":5', b'"height":4,"height":5', 1))


def test_white_space_and_the_order_of_members_are_free() -> None:
    other = json.dumps(dict(reversed(json.loads(FILE).items())), indent=3).encode()
    assert verify_proof_file(other, GENESIS) == verified(CONFIRMED)


def lying(document: ProofDocument) -> str:
    """The check by which a file is found that the office of a lying node has signed."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_proof_file(resigned(document), GENESIS)
    return caught.value.check


def with_answer(document: ProofDocument, **changes: object) -> ProofDocument:
    subject = document.subject
    assert isinstance(subject, PrioritySubject)
    answer = replace(subject.answer, **changes)
    return replace(document, subject=replace(subject, answer=answer))


def test_a_lying_node_is_found_by_the_check_that_its_lie_fails() -> None:
    later = register()
    extend(later, filing(9))
    with_nine = priority_of(first(9), later)
    found = [f for f in with_nine.fact_bag if f.key == "fAUP2013000009"]
    others = [f for f in ABSENT.fact_bag if f.key != "fAUP2013000009"]
    checkpoint = CONFIRMED.checkpoint
    two = replace(checkpoint, signature_bag=checkpoint.signature_bag[:2])
    twice = replace(checkpoint, signature_bag=(*two.signature_bag, two.signature_bag[1]))
    other_network = replace(GENESIS, network_name="another")
    surplus = tuple(sorted((*CONFIRMED.fact_bag, REGISTERED.fact_bag[0]), key=lambda f: f.key))
    assert {
        "another outcome": lying(with_answer(CONFIRMED, outcome="late")),
        "another height": lying(with_answer(CONFIRMED, height=4)),
        "a check less": lying(with_answer(CONFIRMED, checks=())),
        "the fact of a later block": lying(
            replace(ABSENT, fact_bag=tuple(sorted((*others, *found), key=lambda f: f.key)))
        ),
        "a fact less": lying(replace(ABSENT, fact_bag=ABSENT.fact_bag[1:])),
        "a fact that says nothing": lying(replace(CONFIRMED, fact_bag=surplus)),
        "an absence where a filing is": lying(
            replace(CONFIRMED, fact_bag=(replace(CONFIRMED.fact_bag[0], value=None),))
        ),
        "an entry less": lying(
            replace(
                CONFIRMED, entry_bag=CONFIRMED.entry_bag[1:], header_bag=CONFIRMED.header_bag[1:]
            )
        ),
        "an entry of another office": lying(
            replace(
                CONFIRMED,
                entry_bag=(
                    replace(CONFIRMED.entry_bag[0], ip_office_code="US"),
                    *CONFIRMED.entry_bag[1:],
                ),
            )
        ),
        "two signatures": lying(replace(CONFIRMED, checkpoint=two)),
        "one signature twice": lying(replace(CONFIRMED, checkpoint=twice)),
        "a header less": lying(replace(CONFIRMED, header_bag=CONFIRMED.header_bag[1:])),
        "another network": lying(replace(CONFIRMED, genesis=other_network)),
    } == {
        "another outcome": "answer",
        "another height": "answer",
        "a check less": "answer",
        "the fact of a later block": "facts",
        "a fact less": "entries",
        "a fact that says nothing": "entries",
        "an absence where a filing is": "facts",
        "an entry less": "entries",
        "an entry of another office": "entries",
        "two signatures": "checkpoint",
        "one signature twice": "checkpoint",
        "a header less": "headers",
        "another network": "genesis",
    }


def test_a_question_that_nobody_asked_is_found_by_the_attestation() -> None:
    subject = CONFIRMED.subject
    assert isinstance(subject, PrioritySubject)
    second = replace(subject.question.second, receiving_office_code="US")
    asked = replace(subject, question=replace(subject.question, second=second))
    assert refusal(encode_proof_file(replace(CONFIRMED, subject=asked))).startswith("attestation: ")
    assert refusal(encode_proof_file(replace(CONFIRMED, attestation=None))) == (
        "attestation: expected the signature of an office, got nothing"
    )


def test_a_file_of_another_network_proves_nothing_here() -> None:
    with pytest.raises(InvalidProofFileError, match="genesis: expected network"):
        verify_proof_file(FILE, replace(GENESIS, network_name="another"))


@pytest.mark.parametrize(
    ("known", "later"),
    [(b'"version":1}', b'"version":2}'), (b'"rulesEdition":1', b'"rulesEdition":2')],
)
def test_a_file_that_is_too_new_is_undecided(known: bytes, later: bytes) -> None:
    assert known in FILE
    with pytest.raises(UndecidableProofFileError, match="version: expected"):
        verify_proof_file(FILE.replace(known, later), GENESIS)


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    assert refusal(b" " * (FILE_BYTES_MAX + 1)).startswith("form: expected at most")


def test_a_file_with_more_facts_than_any_file_has_is_refused() -> None:
    many = tuple(replace(CONFIRMED.fact_bag[0], key=f"{number:04}") for number in range(1001))
    assert refusal(resigned(replace(CONFIRMED, fact_bag=many))) == (
        "form: expected at most 1000 facts, got 1001"
    )


@pytest.mark.parametrize("code", [CODE.printed, ""])
def test_a_file_that_an_access_code_stands_in_is_refused_and_the_code_not_repeated(
    code: str,
) -> None:
    # an office that lies signs for it: printed or passed on, the file would hand the secret on
    subject, claims = CONFIRMED.subject, CLAIMS.subject
    assert isinstance(subject, PrioritySubject)
    assert isinstance(claims, FilingVerificationSubject)
    told = replace(subject.question.first, access_code=code)
    asked = replace(subject, question=replace(subject.question, first=told))
    named = replace(claims, question=replace(claims.question, priority_claim_bag=(told,)))
    for document in (replace(CONFIRMED, subject=asked), replace(CLAIMS, subject=named)):
        assert refusal(resigned(document)) == "form: expected no access code in the question"


def test_a_file_goes_there_and_back() -> None:
    for document in (CONFIRMED, ABSENT, REGISTERED, CLAIMS):
        assert decode_proof_file(encode_proof_file(document)) == document


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("confirmed", CONFIRMED),
        ("absent", ABSENT),
        ("filing", REGISTERED),
        ("filing_verification", CLAIMS),
    ],
)
def test_the_bytes_of_a_file_are_the_known_ones(name: str, document: ProofDocument) -> None:
    vector = DIRECTORY / f"proof_{name}.json"
    assert encode_proof_file(document) == vector.read_bytes().rstrip(b"\n")


def test_the_schema_in_the_docs_is_that_of_the_code() -> None:
    written = DIRECTORY.parents[1] / "docs" / "proof.schema.json"
    assert written.read_bytes() == schema_bytes()
    assert (
        "attestation"
        in msgspec.json.decode(written.read_bytes())["$defs"]["ProofDocument"]["required"]
    )


ALONE = """
import sys
import ledger.proof.consistency, ledger.proof.verifying
ours = {"api", "consensus", "crypto", "ledger", "node", "simulations"}
loaded = {name for name in sys.modules if name.split(".")[0] in ours}
print(sorted(name for name in loaded if not name.startswith(("crypto", "ledger.proof", "ledger.register"))))
print(sorted({name.split(".")[0] for name in sys.modules} - sys.stdlib_module_names - ours - {"__main__"}))
"""


@pytest.mark.parametrize("office", ["", "x", "no office", "U S", "123"])
def test_a_number_of_no_office_is_not_found_and_the_search_ends(office: str) -> None:
    ledger = register()
    named = NamedFiling(ip_office_code=office, right="patent", application_number_text="99/9")
    assert verified(finished(ledger, draft_filing(ledger, named))).outcome == "notFound"


def test_a_machine_that_has_only_the_verifier_judges_a_file(tmp_path: Path) -> None:
    verifier_in(tmp_path)
    (tmp_path / "proof.json").write_bytes(FILE)
    snippet = snippet_of("proofs.md")
    told = "confirmed AU 2013000001 of 2013-05-06 gives priority until 2014-05-07. ()\n"
    assert run_there(tmp_path, snippet) == told
    (tmp_path / "proof.json").write_bytes(FILE.replace(b'"height":5', b'"height":4', 1))
    assert run_there(tmp_path, snippet).split()[0] in {"headers", "answer"}


def test_the_verifier_imports_nothing_else_of_the_node() -> None:
    run = subprocess.run([sys.executable, "-c", ALONE], capture_output=True, text=True, check=True)
    ours, others = map(json.loads, run.stdout.replace("'", '"').splitlines())
    assert ours == ["ledger", "ledger.block", "ledger.errors", "ledger.genesis"]
    assert {"fastapi", "httpx2", "plyvel", "rich", "typer", "websockets"}.isdisjoint(others)
    assert {"cryptography", "msgspec"} <= set(others)


QUESTION = ("subject", "question")


@given(st.sampled_from([CONFIRMED, ABSENT, REGISTERED, CLAIMS]), st.data())
def test_a_lie_that_an_office_signs_for_is_found_whatever_member_is_exchanged(
    document: ProofDocument, data: st.DataObject
) -> None:
    altered = json.loads(encode_proof_file(document))
    other = data.draw(st.sampled_from([CONFIRMED, ABSENT, REGISTERED, CLAIMS]))
    source = json.loads(encode_proof_file(other))
    here = data.draw(st.sampled_from([p for p in members(altered) if p[0] != "attestation"]))
    alike = [path for path in members(source) if path[-1] == here[-1]]
    assume(alike)
    holder, value = part_of(altered, here[:-1]), part_of(source, data.draw(st.sampled_from(alike)))
    assume(holder[here[-1]] != value)
    holder[here[-1]] = value
    try:
        lie = resigned(decode_proof_file(json.dumps(altered).encode()))
        verify_proof_file(lie, GENESIS)
    except (InvalidProofFileError, UndecidableProofFileError):
        return
    assert here[:2] == QUESTION  # a true answer to another question is no lie


def part_of(value: Any, path: tuple[str | int, ...]) -> Any:  # noqa: ANN401 - JSON
    for name in path:
        value = value[name]
    return value


def test_a_height_of_thousands_of_digits_is_not_repeated() -> None:
    for place in (b'"height":5', b'"height":1'):
        assert len(refusal(FILE.replace(place, b'"height":' + b"9" * 4000))) < 400
