"""Who contradicts itself in signed answers and COSE receipts, and who only seems to."""

import json
from pathlib import Path
from typing import Any

import pytest
from builders.cose_statements import FILE, TRUE, changed, file_of, receipt_of, stated
from builders.ledgers import GENESIS, KEYRING, START_MS, filing, opened, submission
from builders.offices import certificate_of, key_of
from builders.proof_files import filing_of, register
from msgspec.structs import replace

from crypto.certificate import encode_certificate
from ledger.block import Header
from ledger.files import FileLedger, MemoryLedger
from ledger.genesis import encode_genesis
from ledger.proof.signed_answer import answer_at, sign_answer
from node.auditing.blame import read_history
from node.auditing.blame_files import blame_by_files, facts_in, facts_of
from node.cli import run

Captured = pytest.CaptureFixture[str]
HEADER = register().header(5)
SUBJECT = filing_of(2).subject


def answer(office: str, header: Header = HEADER, signed_by: str = "") -> bytes:
    told = replace(SUBJECT.answer, height=header.height, time_ms=header.time_ms)
    payload = answer_at(header, replace(SUBJECT, answer=told))
    return sign_answer(payload, office, key_of(signed_by or office))


def guilty(*contents: bytes) -> list[str]:
    facts = [
        fact
        for number, content in enumerate(contents)
        for fact in facts_in(f"file {number}", content, GENESIS)
    ]
    return [f"{each.office} {each.what}" for each in blame_by_files(facts)]


FORKED = replace(HEADER, state_root=bytes(32))


def test_an_office_that_answers_from_two_histories_has_signed_for_both() -> None:
    (found,) = guilty(
        answer("AU"), answer("JP", FORKED), answer("AU", FORKED), answer("JP", FORKED)
    )
    assert found.startswith("AU signed two blocks of height 5: ")
    assert found.endswith("in file 2")


def test_receipts_for_two_trees_of_one_block_blame_their_office() -> None:
    lie = stated(
        certified=None, receipts=(receipt_of("JP", leaf=TRUE.leaf, path=(bytes(32), bytes(32))),)
    )
    (found,) = guilty(FILE, file_of("JP"), lie)
    assert found.startswith("JP signed two roots of the entries of height 1: ")
    late = changed(time_ms=1)
    other_time = stated(late, certified=None, receipts=(receipt_of("AU", late),))
    assert [each[:2] for each in guilty(FILE, other_time)] == ["AU"]


def test_honest_offices_and_forged_files_blame_nobody() -> None:
    forged = stated(
        certified=None, receipts=(receipt_of("JP", signed_by="AU", path=(bytes(32),) * 2),)
    )
    foreign = changed(network_id=bytes(32))
    other_network = stated(
        foreign, certified=None, receipts=(receipt_of("AU", foreign, path=(bytes(32),) * 2),)
    )
    assert guilty(FILE, file_of("AU", index=0), file_of("AU", height=4, index=0)) == []
    assert guilty(FILE, file_of("JP"), forged, other_network, answer("AU"), answer("JP")) == []


def test_a_certificate_in_a_file_or_a_history_speaks_against_an_answer() -> None:
    first = replace(register().header(1), state_root=bytes(32))
    found = guilty(FILE, answer("AU", first), answer("US", first))
    assert [each[:2] for each in found] == ["AU"], "US did not sign the certificate"
    files = MemoryLedger()
    ledger = opened(files)
    ledger.append(1, START_MS + 1, [submission(filing(1))])
    files.certificates.append(
        encode_certificate(
            certificate_of(1, ledger.block_hash(1), "JP", network_id=KEYRING.network_id)
        )
    )
    told = facts_in("answer", answer("JP", first), GENESIS)
    against = facts_of([read_history("home", files)], KEYRING, {1})
    assert [each.office for each in blame_by_files([*told, *against])] == ["JP"]
    assert facts_of([read_history("home", files)], KEYRING, {2}) == []


def blamed_by(capsys: Captured, tmp_path: Path, *given: str) -> tuple[int, dict[str, Any]]:
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    code = run(["audit", "blame", *given, "--trust", str(tmp_path / "genesis.json"), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def test_the_command_takes_such_files_beside_histories(tmp_path: Path, capsys: Captured) -> None:
    names = {
        "right.jws": answer("AU") + b"\n",
        "wrong.jws": answer("AU", FORKED),
        "forged.jws": answer("AU", FORKED, signed_by="JP"),
        "au.cose": FILE,
        "cut.cose": FILE[:-10],
    }
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    home, ledger = tmp_path / "home", register()
    files = FileLedger(home, KEYRING.network_id)
    for height in range(1, ledger.height + 1):
        files.blocks.append(ledger.block_bytes(height))
        certificate = ledger.certificate(height)
        assert certificate is not None
        files.certificates.append(encode_certificate(certificate))
    files.close()
    right, wrong, forged, cose, cut = (str(tmp_path / name) for name in names)
    code, document = blamed_by(capsys, tmp_path, right, wrong, cose, str(home))
    (blamed,) = document["blamed"]
    assert (code, blamed["ipOfficeCode"], blamed["kind"]) == (1, "AU", "block")
    assert blamed_by(capsys, tmp_path, right, cose, str(home)) == (
        0,
        {"ok": True, "exitCode": 0, "blamed": [], "unproved": []},
    )
    for bad in (forged, cut):
        code, document = blamed_by(capsys, tmp_path, right, bad)
        assert (code, document["blamed"], len(document["unproved"])) == (3, [], 1)
