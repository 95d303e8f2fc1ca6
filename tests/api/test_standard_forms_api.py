"""COSE receipts and signed answers: made at a node, verified on the command line without one."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import scitt_cose
from builders.cose_statements import file_of
from builders.ledgers import GENESIS
from builders.office_api import KEYS, OfficeApi, served
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc import jws
from joserfc.jwk import KeySet

from crypto import base64url, cbor
from ledger.genesis import encode_genesis
from ledger.proof.cose.form import decode_statement, encode_statement
from ledger.proof.cose.verifying import verify_statement
from ledger.proof.signed_answer import verify_signed_answer
from node.cli import run

Captured = pytest.CaptureFixture[str]
FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
CLAIM = {key: FILING[key] for key in ("applicationNumberText", "filingDate")}
QUESTION = {
    "first": {"ipOfficeCode": "AU", **CLAIM},
    "second": {"ipOfficeCode": "EP", "filingDate": "2013-03-13", "right": "patent"},
}
COSE, JOSE = {"Accept": "application/cose"}, {"Accept": "application/jose"}
RECEIPT = "/receipts/AU.patent.2012900001"


async def test_a_node_gives_a_receipt_in_standard_form(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    answered = await office.examiner.get(RECEIPT, headers=COSE)
    assert (answered.status_code, answered.headers["Content-Type"]) == (
        200,
        'application/cose; cose-type="cose-sign1"',
    )
    assert answered.headers["Content-Disposition"].endswith('"AU.patent.2012900001.cose"')
    verdict = verify_statement(answered.content, office.service.genesis)
    assert (verdict.subject, verdict.is_certified) == ("AU.patent.2012900001", True)
    again = await office.examiner.get(
        RECEIPT, headers={**COSE, "If-None-Match": answered.headers["ETag"]}
    )
    assert (again.status_code, again.headers["Vary"]) == (304, "Accept")
    as_before = await office.examiner.get(RECEIPT)
    assert as_before.json()["ipOfficeCode"] == "AU"


async def test_who_may_have_it_and_what_is_refused(office: OfficeApi) -> None:
    assert (await office.examiner.get(RECEIPT, headers=COSE)).status_code == 404
    assert (await office.stranger.get(RECEIPT, headers=COSE)).status_code == 401
    assert (
        await office.stranger.post("/proofs/priority", json=QUESTION, headers=JOSE)
    ).status_code == 401
    empty = await office.examiner.post("/proofs/priority", json=QUESTION, headers=JOSE)
    assert (empty.status_code, empty.json()["type"]) == (404, "/problems/not-found")
    for answered in (
        await office.examiner.get(RECEIPT, headers={"Accept": "text/html"}),
        await office.examiner.post("/proofs/filing", json={}, headers={"Accept": "text/html"}),
    ):
        assert (answered.status_code, answered.json()["type"]) == (406, "/problems/not-acceptable")


async def test_a_sealed_filing_has_one_at_its_own_office(office: OfficeApi) -> None:
    receipt = (await office.clerk.post("/sealed-filings", json=FILING)).json()
    answered = await office.clerk.get(f"/receipts/{receipt['filingId']}", headers=COSE)
    verdict = verify_statement(answered.content, office.service.genesis)
    assert (verdict.subject, verdict.status) == (receipt["filingId"], "accepted")
    for secret in (receipt["accessCode"], FILING["applicationNumberText"]):
        assert secret.encode() not in answered.content


async def test_a_node_signs_its_answer(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    genesis = office.service.genesis
    answered = await office.examiner.post("/proofs/priority", json=QUESTION, headers=JOSE)
    assert (answered.status_code, answered.headers["Content-Type"]) == (200, "application/jose")
    verdict = verify_signed_answer(answered.content, genesis)
    assert (verdict.outcome, verdict.attested_by, verdict.height) == ("confirmed", "AU", 1)
    assert verdict.block_hash == office.service.ledger.block_hash(1).hex()
    proved = (await office.examiner.post("/proofs/priority", json=QUESTION)).json()
    named = {"ipOfficeCode": "AU", **FILING}
    filing = await office.examiner.post("/proofs/filing", json=named, headers=JOSE)
    assert verify_signed_answer(filing.content, genesis).outcome == "registered"
    key: dict[str, str | list[str]] = {
        "kty": "OKP", "crv": "Ed25519", "x": genesis.offices[0].public_key, "kid": "AU",
    }  # fmt: skip
    token = jws.deserialize_compact(
        answered.text, KeySet.import_key_set({"keys": [key]}), algorithms=["Ed25519"]
    )
    assert json.loads(token.payload)["subject"] == proved["subject"]


async def test_an_access_code_does_not_come_back(office: OfficeApi) -> None:
    code = (await office.clerk.post("/sealed-filings", json=FILING)).json()["accessCode"]
    question = {**QUESTION, "first": {"ipOfficeCode": "AU", **CLAIM, "accessCode": code}}
    answered = await office.examiner.post("/proofs/priority", json=question, headers=JOSE)
    verdict = verify_signed_answer(answered.content, office.service.genesis)
    assert verdict.outcome == "confirmed"
    payload = payload_of(answered.content)
    assert code not in payload
    assert '"isCodeWithheld":true' in payload


def payload_of(token: bytes) -> str:
    """The payload of a JWS as text."""
    return base64url.decode(token.split(b".")[1].decode()).decode()


class Desk:
    """The command line beside a node, in a folder of its own."""

    def __init__(self, office: OfficeApi, folder: Path, url: str, capsys: Captured) -> None:
        self.folder = folder
        self.trust = ("--trust", str(folder / "genesis.json"))
        (folder / "genesis.json").write_bytes(encode_genesis(office.service.genesis))
        (folder / "token").write_text(office.tokens["examiner"])
        self._node = ("--url", url, "--token-file", str(folder / "token"))
        self._capsys = capsys

    async def ask(self, *arguments: str, file: str) -> dict[str, Any]:
        output = ("--output", str(self.folder / file), "--json")
        code = await asyncio.to_thread(run, [*arguments, *output, *self._node])
        told: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        assert code == 0, told
        return told

    def offline(self, *arguments: str, file: str) -> tuple[int, dict[str, Any]]:
        code = run([*arguments, str(self.folder / file), *self.trust, "--json"])
        told: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return code, told

    def shown(self, *arguments: str) -> tuple[int, str]:
        code = run([*arguments, *self.trust])
        return code, self._capsys.readouterr().out


@pytest.fixture
async def desk(office: OfficeApi, tmp_path: Path, capsys: Captured) -> Desk:
    """With a receipt and a signed answer that the commands have made."""
    await office.clerk.post("/filings", json=FILING)
    async with served(office) as url:
        desk = Desk(office, tmp_path, url, capsys)
        got = ("receipt", "get", "AU", "2012900001", "--form", "cose")
        assert await desk.ask(*got, file="filing.cose") == {
            "ok": True,
            "filing": "AU.patent.2012900001",
            "file": str(tmp_path / "filing.cose"),
        }
        asked = (
            "make",
            "priority",
            "AU",
            "2012900001",
            "2012-03-13",
            "--at",
            "EP",
            "--on",
            "2013-03-13",
        )
        told = await desk.ask("proof", *asked, "--form", "jws", file="answer.jws")
        assert told["outcome"] == "confirmed"
        claims = (
            "make",
            "claims",
            "EP",
            "2012900001",
            "--date",
            "2013-03-13",
            "--claim",
            "AU:2012900001:2012-03-13",
        )
        told = await desk.ask("proof", *claims, "--form", "jws", file="claims.jws")
        assert told["outcome"] == "allConfirmed"
        refused = await asyncio.to_thread(run, [*got, "--json", "--url", url])
        assert (refused, "--output" in capsys.readouterr().out) == (2, True)
    return desk


async def test_the_commands_verify_each_form_and_know_it_by_its_content(desk: Desk) -> None:
    for command in (("receipt", "verify"), ("proof", "verify")):
        code, told = desk.offline(*command, file="filing.cose")
        assert (code, told["ok"], told["kind"], told["subject"]) == (
            0,
            True,
            "entry",
            "AU.patent.2012900001",
        )
        assert (told["receiptBag"], told["signerBag"]) == (["AU"], ["AU"])
    code, text = desk.shown("proof", "verify", str(desk.folder / "filing.cose"))
    assert code == 0
    assert text.startswith(
        "VALID AU.patent.2012900001, accepted, declared by AU\nentry 0 of block 1 "
    )


async def test_the_word_of_one_office_is_never_a_proof_by_itself(desk: Desk) -> None:
    code, told = desk.offline("proof", "verify", file="answer.jws")
    assert (code, told["ok"], told["exitCode"], told["attestedBy"]) == (3, False, 3, "AU")
    code, told = desk.offline("proof", "verify", "--word-of", "au", file="answer.jws")
    assert (code, told["ok"], told["outcome"], told["isRecomputed"]) == (
        0,
        True,
        "confirmed",
        False,
    )
    code, told = desk.offline("proof", "verify", "--word-of", "EP", file="answer.jws")
    assert (code, told["check"]) == (1, "attestation")
    code, told = desk.offline("proof", "verify", "--word-of", "AU", file="claims.jws")
    assert (code, told["kind"], told["outcome"]) == (0, "filingVerification", "allConfirmed")
    assert (
        "only the word of AU" in desk.shown("proof", "verify", str(desk.folder / "answer.jws"))[1]
    )


def test_a_receipt_without_a_quorum_is_undecided_and_told_what_is_missing(
    tmp_path: Path, capsys: Captured
) -> None:
    names = {"AU": tmp_path / "au.cose", "JP": tmp_path / "jp.cose", "US": tmp_path / "us.cose"}
    for office, file in names.items():
        bare = decode_statement(file_of(office))._replace(certified=None)
        file.write_bytes(encode_statement(bare))
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    trust, joined = ("--trust", str(tmp_path / "genesis.json")), str(tmp_path / "all.cose")
    assert run(["proof", "verify", str(names["AU"]), *trust]) == 3
    shown = capsys.readouterr().out
    assert shown.startswith("RECEIPT VALID AU.patent.2013000002")
    assert "receipts of 1 of 4 offices: 2 more are needed (ipregister receipt join)" in shown
    assert run(["proof", "verify", str(names["AU"]), *trust, "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["isCertified"], told["missing"]) == (False, False, 2)
    assert run(["receipt", "join", *map(str, names.values()), *trust, "--output", joined]) == 0
    capsys.readouterr()
    assert run(["receipt", "verify", joined, *trust]) == 0
    assert "receipts of AU, JP, US" in capsys.readouterr().out


async def test_receipts_are_joined_on_the_command_line(desk: Desk) -> None:
    first, output = str(desk.folder / "filing.cose"), str(desk.folder / "all.cose")
    code, told = desk.offline("receipt", "join", first, "--output", output, file="filing.cose")
    assert (code, told["receiptBag"]) == (0, ["AU"])
    assert desk.offline("proof", "verify", file="all.cose")[0] == 0
    assert desk.offline("receipt", "join", first, "--output", output, file="filing.cose")[0] == 5
    code, told = desk.offline("receipt", "join", first, "--output", output + "2", file="answer.jws")
    assert (code, told["check"], told["file"]) == (1, "form", str(desk.folder / "answer.jws"))
    assert not (desk.folder / "all.cose2").exists()


async def test_a_file_that_proves_nothing_gets_a_sentence_and_its_exit_code(desk: Desk) -> None:
    cose, jose = ((desk.folder / name).read_bytes() for name in ("filing.cose", "answer.jws"))
    later = cose.replace(cbor.encode(-70001) + b"\x01", cbor.encode(-70001) + b"\x02")
    assert later != cose
    for bad, code, check in (
        (cose[:-10], 1, "form"),
        (cose + b"\n", 1, "form"),
        (b"\xd2", 1, "form"),
        (b"\xd2" + b"\x84" * 100_000, 1, "form"),
        (cose.replace(b"2012900001", b"2012900002"), 1, "statement"),
        (later, 3, "version"),
        (jose[:-10], 1, "attestation"),
        (jose.split(b".")[0], 1, "form"),
        (jose.replace(b".", b".A", 1), 1, "form"),
        (b"eyJ", 1, "form"),
    ):
        (desk.folder / "bad").write_bytes(bad)
        ended, told = desk.offline("proof", "verify", file="bad")
        assert (ended, told["ok"], told["exitCode"], told["check"]) == (code, False, code, check), (
            bad[:20]
        )
        assert told["error"]
        assert told["hint"]


async def test_the_offices_keys_are_written_in_the_forms_of_other_programs(desk: Desk) -> None:
    public = KEYS["AU"].public_bytes
    jwk, cose, pem = (desk.folder / name for name in ("keys.json", "keys.cose", "keys.pem"))
    for form, file in (("jwk", jwk), ("cose", cose), ("pem", pem)):
        assert desk.shown("proof", "keys", "--form", form, "--output", str(file))[0] == 0
    statement = (desk.folder / "filing.cose").read_bytes()
    verified = scitt_cose.parse_signed_statement(statement, public_key_pem=pem.read_bytes())
    assert verified["signature_verified"]
    loaded = load_pem_public_key(pem.read_bytes())
    assert isinstance(loaded, Ed25519PublicKey)
    assert loaded.public_bytes_raw() == public
    assert cbor.decode(cose.read_bytes()) == [{1: 1, 2: b"AU", -1: 6, -2: public}]
    keys = KeySet.import_key_set(json.loads(jwk.read_text()))
    answer = (desk.folder / "answer.jws").read_text().strip()
    assert jws.deserialize_compact(answer, keys, algorithms=["Ed25519"]).headers()["kid"] == "AU"
    assert desk.shown("proof", "keys", "--office", "XX")[0] == 2
    code, shown = desk.shown("proof", "keys", "--office", "au")
    assert (code, json.loads(shown)["keys"][0]["kid"]) == (0, "AU")
