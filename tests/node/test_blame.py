"""Whose signatures contradict each other, and whose do not."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from builders.ledgers import (
    GENESIS,
    KEYRING,
    START_MS,
    digest_of,
    filing,
    grown,
    opened,
    submission,
)
from builders.offices import certificate_of, key_of

from consensus.messages import Commit
from consensus.signatures import vote_message
from consensus.wire import encode_message
from crypto.certificate import CheckpointCertificate, encode_certificate
from crypto.signing import bound_message
from ledger.files import FileLedger, MemoryLedger
from ledger.genesis import encode_genesis
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.record_log import MemoryLog, RecordLog
from node.auditing.blame import Blamed, History, blame, first_fork, read_history
from node.cli import run

Captured = pytest.CaptureFixture[str]


def history(name: str, files: MemoryLedger) -> History:
    return read_history(name, files)


def parted(signers: tuple[str, ...], height: int = 4) -> tuple[MemoryLedger, MemoryLedger]:
    """A ledger of 5 blocks, and another that leaves it at block 4, certified by these at a height from there on."""
    right, wrong = MemoryLedger(), MemoryLedger()
    grown(opened(right), 5)
    ledger = grown(opened(wrong), 3)
    for next_height in (4, 5):
        entered = submission(filing(900 + next_height), nonce=900 + next_height)
        ledger.append(next_height, START_MS + next_height, [entered])
    block_hash = ledger.block_hash(height)
    forged = certificate_of(height, block_hash, *signers, network_id=KEYRING.network_id)
    wrong.certificates.append(encode_certificate(forged))
    return right, wrong


def forget(log: RecordLog, records: slice) -> None:
    assert isinstance(log, MemoryLog)
    del log._records[records]


def names(blamed: list[Blamed]) -> list[str]:
    return [each.office for each in blamed]


def test_two_copies_of_one_history_blame_nobody() -> None:
    files = MemoryLedger()
    grown(opened(files), 4)
    shorter = MemoryLedger()
    grown(opened(shorter), 2)
    histories = [history("a", files), history("b", shorter)]
    assert (blame(histories, KEYRING), first_fork(*histories)) == ([], None)


def test_the_offices_that_signed_two_blocks_of_a_height_are_named() -> None:
    right, wrong = parted(("EP", "JP", "US"))
    histories = [history("a", right), history("b", wrong)]
    blamed = blame(histories, KEYRING)
    assert first_fork(*histories) == 4
    assert names(blamed) == ["EP", "JP"], "AU signed the first only, US the second only"
    assert "signed two blocks of height 4" in blamed[0].what


def test_offices_that_signed_at_different_heights_on_both_sides_of_a_fork_are_named() -> None:
    right, wrong = parted(("EP", "JP", "US"), height=5)
    forget(right.certificates, slice(4, None))
    blamed = blame([history("a", right), history("b", wrong)], KEYRING)
    assert names(blamed) == ["EP", "JP"]
    assert "signed block 4 of a and block 5 of b, whose histories part at block 4" in blamed[0].what


def test_too_few_signatures_still_blame_those_who_gave_them() -> None:
    right, wrong = parted(("JP",))
    assert names(blame([history("a", right), history("b", wrong)], KEYRING)) == ["JP"]


def test_a_signature_that_the_office_did_not_give_blames_nobody() -> None:
    right, wrong = parted(())
    forget(wrong.certificates, slice(3, None))
    stolen = (("EP", key_of("AU").sign(b"anything")),)
    forged = CheckpointCertificate(4, digest_of("other"), stolen)
    wrong.certificates.append(encode_certificate(forged))
    assert blame([history("a", right), history("b", wrong)], KEYRING) == []


def stored(directory: Path, files: MemoryLedger) -> str:
    opened_files = FileLedger(directory, KEYRING.network_id)
    for _, record in files.blocks.records():
        opened_files.blocks.append(record)
    for _, record in files.certificates.records():
        opened_files.certificates.append(record)
    opened_files.close()
    return str(directory)


def blamed_by(capsys: Captured, tmp_path: Path, *given: str) -> tuple[int, dict[str, Any]]:
    genesis = tmp_path / "genesis.json"
    genesis.write_bytes(encode_genesis(GENESIS))
    code = run(["audit", "blame", *given, "--trust", str(genesis), "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, document


def test_the_command_names_them_and_its_output_is_evidence_again(
    tmp_path: Path, capsys: Captured
) -> None:
    right, wrong = parted(("EP", "JP", "US"))
    given = stored(tmp_path / "a", right), stored(tmp_path / "b", wrong)
    code, document = blamed_by(capsys, tmp_path, *given)
    assert (code, [each["ipOfficeCode"] for each in document["blamed"]]) == (1, ["EP", "JP"])
    evidence = tmp_path / "evidence.json"
    evidence.write_text(json.dumps({"contradictions": document["blamed"]}))
    code, again = blamed_by(capsys, tmp_path, str(evidence))
    assert (code, [each["ipOfficeCode"] for each in again["blamed"]]) == (1, ["EP", "JP"])
    assert blamed_by(capsys, tmp_path, given[0], given[0])[0] == 0


def test_a_fork_that_no_office_signed_on_both_sides_is_undecidable(
    tmp_path: Path, capsys: Captured
) -> None:
    right, wrong = parted(("US",))
    forget(wrong.certificates, slice(3, None))
    given = stored(tmp_path / "a", right), stored(tmp_path / "b", wrong)
    code, document = blamed_by(capsys, tmp_path, *given)
    assert (code, document["blamed"]) == (3, [])
    assert "part at block 4" in document["unproved"][0]


def commit(office: str, what: str, signer: str) -> Commit:
    text = bound_message("commit", KEYRING.network_id, vote_message(0, 7, digest_of(what)))
    return Commit(0, 7, digest_of(what), office, key_of(signer).sign(text))


def test_evidence_of_a_node_proves_itself_or_proves_nothing(
    tmp_path: Path, capsys: Captured
) -> None:
    for signer, expected in (("JP", (1, ["JP"], 0)), ("AU", (3, [], 1))):
        pair = [encode_message(commit("JP", what, signer)) for what in ("one", "other")]
        first, second = (b64encode(each).decode() for each in pair)
        told = {"ipOfficeCode": "JP", "kind": "commit", "first": first, "second": second}
        (tmp_path / "evidence.json").write_text(json.dumps({"contradictions": [told]}))
        code, document = blamed_by(capsys, tmp_path, str(tmp_path / "evidence.json"))
        found = [each["ipOfficeCode"] for each in document["blamed"]]
        assert (code, found, len(document["unproved"])) == expected
    (tmp_path / "evidence.json").write_text('{"contradictions": [{"first": 1}]}')
    assert blamed_by(capsys, tmp_path, str(tmp_path / "evidence.json"))[0] == 2


def test_a_damaged_history_is_read_up_to_the_damage(tmp_path: Path) -> None:
    files = MemoryLedger()
    grown(Ledger(GENESIS, files, MemoryStore()), 4)
    forget(files.blocks, slice(1, 2))
    found = history("a", files)
    assert (len(found.hashes), found.trouble) == (1, "block 2 does not name the one before it")
