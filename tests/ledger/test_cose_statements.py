"""Statements with COSE receipts (RFC 9942): another library verifies them, and no lie about an entry passes."""

import json
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import scitt_cose
from builders.cose_statements import (
    FILE,
    LEDGER,
    RECEIPT,
    TRUE,
    changed,
    file_of,
    stated,
)
from builders.ledgers import GENESIS, START_MS, filing, opened, submission
from builders.offices import certificate_of, key_of
from builders.proof_files import extend, register
from builders.public_keys import jwk_of, pem_of
from builders.vectors import DIRECTORY, vectors
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from crypto import cose
from ledger.genesis import encode_genesis
from ledger.proof.cose.form import (
    decode_statement,
    encode_statement,
)
from ledger.proof.cose.making import join_statements, make_statement
from ledger.proof.cose.verifying import EntryVerdict, verify_statement
from ledger.proof.errors import InvalidProofFileError

VERDICT = EntryVerdict(
    status="accepted",
    reason="",
    subject="AU.patent.2013000002",
    ip_office_code="AU",
    entry=RECEIPT.entry.decode(),
    height=1,
    time_ms=START_MS + 1,
    index=1,
    network_id=GENESIS.network_id().hex(),
    stated_by="AU",
    receipt_bag=("AU",),
    signer_bag=("AU", "EP", "JP"),
    is_certified=True,
    missing=0,
)


def refusal(data: bytes) -> str:
    """The check that fails, with its message."""
    with pytest.raises(InvalidProofFileError) as caught:
        verify_statement(data, GENESIS)
    assert str(caught.value).startswith(f"{caught.value.check}: ")
    return str(caught.value)


def check(data: bytes) -> str:
    return refusal(data).partition(":")[0]


# -- what an honest office makes -----------------------------------------------------------------


def test_an_entry_is_proved_with_its_office_its_outcome_and_the_signers() -> None:
    assert verify_statement(FILE, GENESIS) == VERDICT


def test_an_entry_that_the_register_rejected_is_proved_as_such() -> None:
    ledger = register()
    extend(ledger, replace(filing(1), filing_date=date(2013, 5, 7)))
    receipt = ledger.entry_receipt(6, 0)
    assert receipt.outcome.status == "rejected"
    verdict = verify_statement(make_statement(receipt, "US", key_of("US")), GENESIS)
    assert (verdict.status, verdict.reason) == ("rejected", receipt.outcome.reason)
    assert (verdict.stated_by, verdict.ip_office_code) == ("US", "AU")


def test_a_block_that_a_later_certificate_covers_is_proved_through_the_history() -> None:
    ledger = opened()
    for height in (1, 2):
        ledger.append(height, START_MS + height, [submission(filing(height), nonce=height)])
    ledger.attach_certificate(
        certificate_of(2, ledger.block_hash(2), network_id=ledger.keyring.network_id)
    )
    receipt = ledger.entry_receipt(1, 0)
    assert receipt.certified.later_header
    verdict = verify_statement(make_statement(receipt, "AU", key_of("AU")), GENESIS)
    assert (verdict.height, verdict.is_certified) == (1, True)


# -- another library -----------------------------------------------------------------------------


def independent_verdict(data: bytes, office: str = "AU") -> scitt_cose.ReceiptResult:
    """What scitt-cose says to the first receipt in a statement that it verified as well."""
    statement = scitt_cose.parse_signed_statement(data, public_key_pem=pem_of(office))
    assert statement["signature_verified"] is True
    receipt = scitt_cose.extract_receipts(data)[0]
    leaf = statement["payload"].hex()
    return scitt_cose.verify_receipt(
        receipt, leaf_entry_hex=leaf, log_public_key_pem=pem_of(office)
    )


def test_an_independent_library_verifies_statement_and_receipt() -> None:
    statement = scitt_cose.parse_signed_statement(FILE, public_key_pem=pem_of("AU"))
    assert (statement["issuer"], statement["subject"]) == ("AU", "AU.patent.2013000002")
    assert (statement["alg"], statement["payload"]) == ("EdDSA", TRUE.leaf)
    result = independent_verdict(FILE)
    assert (result.ok, result.errors, result.tree_size, result.leaf_index) == (True, [], 3, 1)
    assert (result.issuer, result.subject) == ("AU", "AU.patent.2013000002")
    assert result.root == LEDGER.header(1).entries_root.hex()


@given(size=st.integers(1, 40), data=st.data())
def test_it_verifies_a_receipt_of_every_place_in_blocks_of_every_size(
    size: int, data: st.DataObject
) -> None:
    ledger = opened()
    extend(ledger, *map(filing, range(1, size + 1)))
    index = data.draw(st.integers(0, size - 1))
    made = make_statement(ledger.entry_receipt(1, index), "EP", key_of("EP"))
    result = independent_verdict(made, "EP")
    assert (result.ok, result.tree_size, result.leaf_index) == (True, size, index)
    assert verify_statement(made, GENESIS).index == index


def test_both_refuse_what_was_altered() -> None:
    other_leaf = TRUE.leaf.replace(b"2013000002", b"2013000003")
    receipt = cose.encode_sign1(TRUE.receipts[0].message)
    for leaf, key in ((other_leaf, "AU"), (TRUE.leaf, "JP")):
        result = scitt_cose.verify_receipt(
            receipt, leaf_entry_hex=leaf.hex(), log_public_key_pem=pem_of(key)
        )
        assert not result.ok
    assert check(stated(leaf=other_leaf, receipts=TRUE.receipts)) == "entries"


def test_it_takes_the_receipts_out_that_were_joined_here_and_its_own_joining_is_read_here() -> None:
    joined = join_statements([FILE, file_of("JP"), file_of("US")], GENESIS)
    receipts = scitt_cose.extract_receipts(joined)
    assert len(receipts) == 3
    theirs = scitt_cose.attach_receipts(FILE, [receipts[1], receipts[2]])
    assert verify_statement(theirs, GENESIS).receipt_bag == ("AU", "JP", "US")


# -- several offices, and a quorum ----------------------------------------------------------------


def test_receipts_of_several_offices_are_joined_in_one_file() -> None:
    joined = join_statements([file_of("US"), FILE, file_of("JP"), FILE], GENESIS)
    verdict = verify_statement(joined, GENESIS)
    assert (verdict.stated_by, verdict.receipt_bag) == ("US", ("AU", "JP", "US"))
    assert verdict.is_certified


def test_without_a_certificate_the_receipts_of_a_quorum_are_needed() -> None:
    bare = [
        encode_statement(decode_statement(file_of(office))._replace(certified=None))
        for office in ("AU", "EP", "JP")
    ]
    assert [
        (verdict.receipt_bag, verdict.signer_bag, verdict.is_certified, verdict.missing)
        for count in (1, 2, 3)
        for verdict in [verify_statement(join_statements(bare[:count], GENESIS), GENESIS)]
    ] == [
        (("AU",), (), False, 2),
        (("AU", "EP"), (), False, 1),
        (("AU", "EP", "JP"), (), True, 0),
    ]
    assert verify_statement(join_statements([*bare, FILE], GENESIS), GENESIS).signer_bag


def test_only_true_files_about_one_entry_are_joined() -> None:
    with pytest.raises(InvalidProofFileError, match="entries: file 2 is about entry 0 of block 1"):
        join_statements([FILE, file_of("JP", index=0)], GENESIS)
    with pytest.raises(InvalidProofFileError, match="checkpoint: "):
        join_statements([FILE, stated(changed(time_ms=1))], GENESIS)


# -- the bytes, and the verifier alone -----------------------------------------------------------


def test_the_bytes_are_the_known_ones() -> None:
    known = vectors("cose_statements")
    assert FILE.hex() == known["statement"]
    assert join_statements([FILE, file_of("JP")], GENESIS).hex() == known["joined"]
    assert cose.encode_sign1(TRUE.receipts[0].message).hex() == known["receipt"]
    assert TRUE.leaf.hex() == known["leaf"]


def test_a_machine_that_has_only_the_verifier_judges_a_file(tmp_path: Path) -> None:
    root = DIRECTORY.parents[1]
    for name in ("crypto", "ledger/proof", "ledger/register"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("*.pyc"))
    for name in ("__init__", "block", "certified", "errors", "genesis"):
        shutil.copy(root / "ledger" / f"{name}.py", tmp_path / "ledger")
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    (tmp_path / "filing.cose").write_bytes(FILE)
    text = (root / "docs" / "standard-forms.md").read_text()
    (snippet,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-P", "-c", snippet],
        cwd=tmp_path, env={"PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert run.stdout == "AU.patent.2013000002 accepted True ('AU', 'EP', 'JP')\n"
    assert json.loads(VERDICT.entry)["applicationNumberText"] == "2013000002"


def test_the_examples_with_other_libraries_in_the_docs_are_true(tmp_path: Path) -> None:
    text = (DIRECTORY.parents[1] / "docs" / "standard-forms.md").read_text()
    of_receipts, of_answers = re.findall(r"```py\n(.*?)```", text, re.DOTALL)
    (tmp_path / "us.cose").write_bytes(file_of("US"))
    (tmp_path / "us.pem").write_text(pem_of("US"))
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [jwk_of("AU")]}))
    (tmp_path / "answer.jws").write_text(vectors("signed_answer")["jws"] + "\n")
    for example in (of_receipts, of_answers):
        code = f"import os; os.chdir({str(tmp_path)!r})\n{example}"
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        expected = "US True True AU.patent.2013000002\n" if example is of_receipts else ""
        assert run.stdout == expected
