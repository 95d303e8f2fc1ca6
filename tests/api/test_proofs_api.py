"""`/proofs` and `ipregister proof`: from the question at a node to the verdict without one."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from builders.office_api import OfficeApi, served

from api.printing.certificate import certificate
from ledger.genesis import encode_genesis
from ledger.proof.signed_answer import verify_signed_answer
from ledger.proof.verifying import verify_proof_file
from node.cli import run
from node.pdf_reading import attached_proof

Captured = pytest.CaptureFixture[str]
PDF = {"Accept": "application/pdf"}
FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
CLAIM = {key: FILING[key] for key in ("applicationNumberText", "filingDate")}
QUESTION = {
    "first": {"ipOfficeCode": "AU", **CLAIM},
    "second": {"ipOfficeCode": "EP", "filingDate": "2013-03-13", "right": "patent"},
}
_SECOND_ONLY = {"second": QUESTION["second"]}


async def test_a_node_proves_its_answer(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    answered = await office.examiner.post("/proofs/priority", json=QUESTION)
    assert answered.status_code == 200
    verdict = verify_proof_file(answered.content, office.service.genesis)
    assert (verdict.outcome, verdict.is_recomputed) == ("confirmed", True)
    assert int(answered.headers["Register-Height"]) == verdict.height == 1
    named = await office.examiner.post("/proofs/filing", json={"ipOfficeCode": "AU", **FILING})
    assert verify_proof_file(named.content, office.service.genesis).outcome == "registered"


async def test_an_access_code_does_not_come_back(office: OfficeApi) -> None:
    receipt = (await office.clerk.post("/sealed-filings", json=FILING)).json()
    code = receipt["accessCode"]
    question = {**QUESTION, "first": {"ipOfficeCode": "AU", **CLAIM, "accessCode": code}}
    answered = await office.examiner.post("/proofs/priority", json=question)
    assert code not in answered.text
    verdict = verify_proof_file(answered.content, office.service.genesis, code)
    assert (verdict.outcome, verdict.is_recomputed) == ("confirmed", True)


async def test_a_certificate_is_asked_for_by_its_media_type(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    sealed = {**FILING, "applicationNumberText": "2012900003"}
    code = (await office.clerk.post("/sealed-filings", json=sealed)).json()["accessCode"]
    named = {"ipOfficeCode": "AU", **CLAIM}
    hidden = {**named, "applicationNumberText": "2012900003", "accessCode": code}
    genesis = office.service.genesis
    for path, question, outcome in (
        ("/proofs/priority", QUESTION, "confirmed"),
        ("/proofs/filing", {**named, "right": "patent"}, "registered"),
        ("/proofs/priority", {**QUESTION, "first": hidden}, "confirmed"),
        (
            "/proofs/filing-verification",
            {**_SECOND_ONLY, "priorityClaimBag": [named]},
            "allConfirmed",
        ),
    ):
        answered = await office.examiner.post(path, json=question, headers=PDF)
        assert (answered.status_code, answered.headers["Content-Type"]) == (200, PDF["Accept"])
        assert answered.headers["Cache-Control"] == "no-store"
        assert answered.headers["Vary"] == "Accept"
        assert code.encode() not in answered.content
        file = attached_proof(answered.content)
        known = code if question.get("first") == hidden else None
        assert certificate(file, genesis, known) == answered.content
        assert verify_proof_file(file, genesis, known).outcome == outcome
    refused = await office.examiner.post(
        "/proofs/priority", json=QUESTION, headers={"Accept": "a/b"}
    )
    assert (refused.status_code, refused.json()["type"]) == (406, "/problems/not-acceptable")


async def test_who_may_ask_and_what_is_refused(office: OfficeApi) -> None:
    empty = await office.examiner.post("/proofs/priority", json=QUESTION)
    assert (empty.status_code, empty.json()["type"]) == (404, "/problems/not-found")
    await office.clerk.post("/filings", json=FILING)
    for heights in ("1/2", "2/1", "0/1", "a/b", "1/99999999999999999999"):
        answered = await office.auditor.get(f"/proofs/consistency/{heights}")
        assert (answered.status_code, answered.json()["type"]) == (
            400,
            "/problems/invalid-parameter",
        )
    assert (await office.stranger.post("/proofs/priority", json=QUESTION)).status_code == 401
    wrong = await office.examiner.post("/proofs/filing", json={"ipOfficeCode": "AU"})
    assert wrong.status_code == 422


class Desk:
    """The command line beside a node, in a folder of its own."""

    def __init__(self, office: OfficeApi, folder: Path, url: str, capsys: Captured) -> None:
        self.folder = folder
        (folder / "genesis.json").write_bytes(encode_genesis(office.service.genesis))
        (folder / "token").write_text(office.tokens["examiner"])
        self._node = ("--url", url, "--token-file", str(folder / "token"))
        self._capsys = capsys

    async def make(self, *arguments: str, file: str) -> dict[str, Any]:
        output = ("--output", str(self.folder / file), "--json")
        code = await asyncio.to_thread(run, ["proof", *arguments, *output, *self._node])
        told: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        assert code == 0, told
        return told

    def verify(self, file: str, *arguments: str) -> tuple[int, dict[str, Any]]:
        trust = ("--trust", str(self.folder / "genesis.json"), "--json")
        code = run(["proof", "verify", str(self.folder / file), *trust, *arguments])
        told: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return code, told


async def test_the_commands_make_and_verify_every_kind_of_file(
    office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    for number in ("2012900001", "2012900002"):
        await office.clerk.post("/filings", json={**FILING, "applicationNumberText": number})
    claiming = {"applicationNumberText": "2013287263", "filingDate": "2013-03-12"}
    bag = [{"ipOfficeCode": "AU", **CLAIM}]
    later: dict[str, object] = {**FILING, **claiming, "priorityClaimBag": bag}
    sealed = {**FILING, "applicationNumberText": "2012900003"}
    access_code = (await office.clerk.post("/sealed-filings", json=sealed)).json()["accessCode"]
    await office.clerk.post("/filings", json=later)
    (tmp_path / "code").write_text(access_code)
    codes = ("--codes", str(tmp_path / "code"))
    second = ("--at", "EP", "--on", "2013-03-13")
    async with served(office) as url:
        desk = Desk(office, tmp_path, url, capsys)
        claimed = ("make", "priority", "AU", "2012900001", "2012-03-13", *second)
        made = await desk.make(*claimed, file="priority.json")
        assert made["outcome"] == "confirmed"
        hidden = ("make", "priority", "AU", "2012900003", "2012-03-13", *second, *codes)
        await desk.make(*hidden, file="sealed.json")
        named = ("make", "filing", "AU", "2012900009", "--date", "2012-03-13")
        await desk.make(*named, file="filing.json")
        await desk.make("consistency", "1", "3", file="consistency.json")
        claims = ("make", "claims", "AU", "2013287263")
        made = await desk.make(*claims, file="claims.json")
        assert made["outcome"] == "allConfirmed"
        one = ("--date", "2013-03-13", "--claim", "AU:2012900001:2012-03-14")
        made = await desk.make("make", "claims", "EP", "13158001.5", *one, file="named.json")
        assert made["outcome"] == "noneConfirmed"
    code, told = desk.verify("priority.json")
    assert (code, told["ok"], told["outcome"], told["signerBag"]) == (0, True, "confirmed", ["AU"])
    assert desk.verify("filing.json")[1]["outcome"] == "notFound"
    code, told = desk.verify("sealed.json")
    assert (code, told["ok"], told["isRecomputed"]) == (3, False, False)
    assert desk.verify("sealed.json", *codes)[0] == 0
    code, told = desk.verify("priority.json", *codes)
    assert (code, told["check"]) == (3, "answer")
    assert "expected a question with an access code" in told["error"]
    assert access_code not in (tmp_path / "sealed.json").read_text()
    code, told = desk.verify("consistency.json")
    assert (code, told["exitCode"], told["kind"], told["laterHeight"]) == (0, 0, "consistency", 3)
    code, told = desk.verify("claims.json")
    assert (code, told["kind"], told["outcome"]) == (0, "filingVerification", "allConfirmed")
    assert desk.verify("named.json")[1]["outcome"] == "noneConfirmed"


async def test_claims_with_access_codes_are_proved_on_their_own(office: OfficeApi) -> None:
    receipt = (await office.clerk.post("/sealed-filings", json=FILING)).json()
    coded = {"ipOfficeCode": "AU", **CLAIM, "accessCode": receipt["accessCode"]}
    question = {"second": QUESTION["second"], "priorityClaimBag": [coded]}
    refused = await office.examiner.post("/proofs/filing-verification", json=question)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/invalid-fields")
    (fault,) = refused.json()["errors"]
    assert (fault["field"], "POST /proofs/priority" in fault["expected"]) == (
        "priorityClaimBag[0].accessCode",
        True,
    )
    assert receipt["accessCode"] not in refused.text
    many = {**question, "priorityClaimBag": [{"ipOfficeCode": "AU", **CLAIM}] * 201}
    refused = await office.examiner.post("/proofs/filing-verification", json=many)
    assert (refused.status_code, refused.json()["type"]) == (413, "/problems/too-large")


async def test_a_file_that_proves_nothing_gets_a_sentence_and_its_exit_code(
    office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    await office.clerk.post("/filings", json=FILING)
    content = (await office.examiner.post("/proofs/priority", json=QUESTION)).content
    desk = Desk(office, tmp_path, "http://127.0.0.1:1", capsys)
    for bad, code, check in (
        (b"", 1, "form"),
        (content[:-100], 1, "form"),
        (b"\xff\xfe\x00" * 50, 1, "form"),
        (b"[" * 100_000, 1, "form"),
        (b'{"format":"ipregister-consistency"}', 1, "form"),
        (encode_genesis(office.service.genesis), 1, "form"),
        (content.replace(b'"outcome":"confirmed"', b'"outcome":"sure"'), 1, "form"),
        (content.replace(b'"outcome":"confirmed"', b'"outcome":"late"'), 1, "answer"),
        (content.replace(b'"version":1}', b'"version":9}'), 3, "version"),
    ):
        (tmp_path / "bad.json").write_bytes(bad)
        ended, told = desk.verify("bad.json")
        assert (ended, told["ok"], told["exitCode"], told["check"]) == (code, False, code, check)
        assert told["error"]
        assert told["hint"]
    assert desk.verify("no such file")[0] == 2


async def test_a_genesis_that_cannot_be_read_ends_with_4(
    office: OfficeApi, tmp_path: Path, capsys: Captured
) -> None:
    desk = Desk(office, tmp_path, "http://127.0.0.1:1", capsys)
    (tmp_path / "proof.json").write_text("{}")
    with (tmp_path / "endless").open("wb") as endless:
        endless.truncate(64 * 1024 * 1024 + 1)
    for genesis in ("missing.json", ".", "proof.json", "endless"):
        code, told = desk.verify("proof.json", "--trust", str(tmp_path / genesis))
        assert (code, told["exitCode"], told["hint"]) == (4, 4, "name the network's genesis.json")
    assert "expected at most 67108864 bytes" in told["error"]


async def test_the_answer_to_all_claims_is_signed_alone_too(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    question = {**_SECOND_ONLY, "priorityClaimBag": [{"ipOfficeCode": "AU", **CLAIM}]}
    answered = await office.examiner.post(
        "/proofs/filing-verification", json=question, headers={"Accept": "application/jose"}
    )
    verdict = verify_signed_answer(answered.content, office.service.genesis)
    assert (verdict.kind, verdict.outcome) == ("filingVerification", "allConfirmed")
