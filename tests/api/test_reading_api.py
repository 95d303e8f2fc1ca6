"""Verification, families, receipts, blocks, offices and the state of the node, over HTTP."""

import asyncio
import base64
import hashlib
import json
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from builders.office_api import KEYS, OfficeApi, api_of, service_of

from api.app import describe
from api.pages import STATIC_FOLDER
from api.problems import CATALOGUE
from consensus.evidence import Equivocation, verify_equivocation
from consensus.messages import Checkpoint
from consensus.safety import Signer
from consensus.wire import decode_message, encode_message
from crypto.certificate import decode_certificate, verify_certificate
from ledger.block import decode_block
from ledger.receipt import verify_receipt, verify_state_evidence
from ledger.receipt_json import decode_receipt, decode_state_evidence
from ledger.register.family import FamilyKind
from node.service import StoppingError
from node.waiters import WAITING_MAX

FIRST = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
SECOND = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [
        {
            "ipOfficeCode": "AU",
            "applicationNumberText": "2012900001",
            "filingDate": "2012-03-13",
        }
    ],
}
QUESTION = {
    "first": {
        "ipOfficeCode": "AU",
        "applicationNumberText": "2012900001",
        "filingDate": "2012-03-13",
    },
    "second": {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"},
}


async def register_both(office: OfficeApi) -> None:
    answer = await office.clerk.post("/filings", json=[FIRST, SECOND])
    assert answer.json()["counts"]["accepted"] == 2


async def test_a_claim_is_verified_with_its_checks(office: OfficeApi) -> None:
    await register_both(office)
    answer = await office.examiner.post("/priority-verifications", json=QUESTION)
    assert answer.status_code == 200
    assert answer.headers["Register-Height"] == "1"
    verification = answer.json()
    assert verification["outcome"] in ("confirmed", "confirmedWithRemarks"), verification
    assert verification["firstFiling"]["filingId"] == "AU.patent.2012900001"
    assert all(check["legalBasis"] for check in verification["checks"])


async def test_claims_are_verified_together_in_their_order(office: OfficeApi) -> None:
    await register_both(office)
    wrong = {**QUESTION, "first": {**QUESTION["first"], "filingDate": "2012-03-14"}}
    questions = [QUESTION, wrong] * 60
    answer = await office.examiner.post("/priority-verifications", json=questions)
    outcomes = [each["outcome"] for each in answer.json()]
    assert outcomes[1::2] == ["mismatch"] * 60
    assert set(outcomes[::2]) <= {"confirmed", "confirmedWithRemarks"}
    too_many = await office.examiner.post("/priority-verifications", json=[QUESTION] * 1001)
    assert too_many.status_code == 413


async def test_a_number_that_is_missing_inside_the_coverage_is_proved_absent(
    office: OfficeApi,
) -> None:
    await register_both(office)
    coverage = {"right": "patent", "fromDate": "2000-01-01", "untilDate": "2020-12-31"}
    declared = await office.clerk.post("/offices/AU/coverage", json=coverage)
    assert declared.status_code == 201
    unknown = {**QUESTION, "first": {**QUESTION["first"], "applicationNumberText": "2012900002"}}
    answer = (await office.examiner.post("/priority-verifications", json=unknown)).json()
    assert answer["outcome"] == "noSuchFiling"
    key = "fAUP2012900002"
    assert key in answer["factKeys"]
    evidence = await office.examiner.get(f"/state-evidence/{key}")
    assert evidence.status_code == 200, evidence.text
    proof = decode_state_evidence(evidence.content)
    assert (proof.key, proof.value) == (key.encode(), None)
    assert verify_state_evidence(proof, office.service.genesis).height == 2
    bad = await office.examiner.get("/state-evidence/!!")
    assert bad.status_code == 400


@pytest.mark.parametrize("kind", get_args(FamilyKind))
async def test_a_family_names_what_joins_its_members(office: OfficeApi, kind: str) -> None:
    await register_both(office)
    answer = await office.examiner.get(f"/families/AU.patent.2012900001?kind={kind}")
    assert answer.status_code == 200
    family = answer.json()
    assert (family["kind"], bool(family["rule"])) == (kind, True)
    first, second = family["members"]
    assert (first["filingId"], second["filingId"]) == (
        "AU.patent.2012900001",
        "AU.patent.2013287263",
    )
    (joint,) = second["jointBag"]
    assert (joint["relation"], joint["earlierFilingId"]) == ("priority", "AU.patent.2012900001")
    assert (joint["applicationNumberText"], joint["height"], joint["index"]) == ("2012900001", 1, 1)
    nobody = await office.examiner.get("/families/AU.patent.1999000001")
    assert nobody.status_code == 404


async def test_a_family_can_be_asked_without_what_offices_dispute(office: OfficeApi) -> None:
    # register.md F8, R13
    await register_both(office)
    dispute = {
        "action": "raise",
        "claim": SECOND["priorityClaimBag"][0],
        "reasonText": "another filing is meant",
        "decisionDate": "2014-01-07",
    }
    made = await office.clerk.post("/filings/AU.patent.2013287263/disputes", json=dispute)
    assert made.status_code == 201, made.text
    path = "/families/AU.patent.2012900001?kind=extended"
    family = (await office.examiner.get(path)).json()
    (joint,) = family["members"][1]["jointBag"]
    assert (joint["warningCodes"], joint["disputeBag"][0]["reasonText"]) == (
        ["DISPUTED"],
        "another filing is meant",
    )
    without = (await office.examiner.get(f"{path}&withoutDisputed=true")).json()
    assert [member["filingId"] for member in without["members"]] == ["AU.patent.2012900001"]
    assert (without["withoutDisputed"], without["leftOutBag"]) == (True, [joint])
    by_ep = (await office.examiner.get(f"{path}&withoutDisputed=true&disputedBy=EP,ib")).json()
    assert (by_ep["disputedBy"], len(by_ep["members"])) == (["EP", "WO"], 2)
    for query, received in (
        ("disputedBy=EP", "nothing"),
        ("withoutDisputed=true&disputedBy=EP,??", '"??"'),
    ):
        refused = await office.examiner.get(f"{path}&{query}")
        assert refused.status_code == 400
        (fault,) = refused.json()["errors"]
        assert (fault["field"], fault["received"]) == ("disputedBy", received)
    before = (await office.examiner.get(f"{path}&asOf=1")).json()
    assert "warningCodes" not in before["members"][1]["jointBag"][0]


async def test_a_receipt_convinces_whoever_holds_the_genesis(office: OfficeApi) -> None:
    await register_both(office)
    answer = await office.examiner.get("/receipts/AU.patent.2013287263")
    assert answer.status_code == 200
    receipt = decode_receipt(answer.content)
    header = verify_receipt(receipt, office.service.genesis)
    assert header.height == 1
    assert json.loads(receipt.entry)["applicationNumberText"] == "2013287263"
    missing = await office.examiner.get("/receipts/AU.patent.1999000001")
    assert missing.status_code == 404


async def test_an_answer_that_a_filing_is_not_there_names_its_height(office: OfficeApi) -> None:
    await register_both(office)
    answer = await office.examiner.get("/filings/AU.patent.1999000001")
    found = await office.examiner.get("/filings/AU.patent.2013287263")
    assert answer.status_code == 404
    assert answer.headers["Register-Height"] == found.headers["Register-Height"]


async def test_blocks_are_read_as_json_and_as_their_bytes(office: OfficeApi) -> None:
    await register_both(office)
    answer = await office.auditor.get("/blocks/1")
    block = answer.json()
    assert "immutable" in answer.headers["Cache-Control"]
    entries = block["submissions"][0]["entries"]
    assert [entry["entry"]["applicationNumberText"] for entry in entries] == [
        "2012900001",
        "2013287263",
    ]
    assert [entry["index"] for entry in entries] == [0, 1]
    octets = {"Accept": "application/octet-stream"}
    raw = await office.auditor.get("/blocks/1", headers=octets)
    assert decode_block(raw.content).hash.hex() == block["header"]["hash"]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert (await office.auditor.get("/blocks/1", headers=tag)).status_code == 304
    certificate = await office.auditor.get("/blocks/1/certificate", headers=octets)
    verify_certificate(decode_certificate(certificate.content), office.service.ledger.keyring)
    as_json = (await office.auditor.get("/blocks/1/certificate")).json()
    assert as_json["blockHash"] == block["header"]["hash"]
    for path, status in (("/blocks/2", 404), ("/blocks/0", 400), ("/blocks/x", 400)):
        assert (await office.auditor.get(path)).status_code == status
    image = await office.auditor.get("/blocks/1", headers={"Accept": "image/png"})
    assert image.status_code == 406


@pytest.mark.parametrize(
    ("sort", "expected"), [("height:asc", [1, 2, 3]), ("height:desc", [3, 2, 1])]
)
async def test_headers_are_listed_in_either_order(
    office: OfficeApi, sort: str, expected: list[int]
) -> None:
    for year in (2011, 2012, 2013):
        closed = {"year": year, "closedDayBag": [{"date": f"{year}-12-25"}]}
        await office.clerk.post("/offices/AU/closed-days", json=closed)
    path = f"/blocks?limit=2&sort={sort}"
    heights: list[int] = []
    while path:
        page = await office.auditor.get(path)
        heights += [each["height"] for each in page.json()["blocks"]]
        path = page.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1")
    assert heights == expected


async def test_an_office_declares_coverage_and_closed_days(office: OfficeApi) -> None:
    coverage = {"right": "design", "fromDate": "2000-01-01", "untilDate": "2020-12-31"}
    closed = {
        "year": 2013,
        "closedDayBag": [{"date": "2013-12-25", "name": "Christmas Day"}, {"date": "2013-01-01"}],
        "weeklyRestDayBag": ["sunday", "saturday"],
    }
    assert (await office.clerk.post("/offices/AU/coverage", json=coverage)).status_code == 201
    assert (await office.clerk.post("/offices/AU/closed-days", json=closed)).status_code == 201
    read = (await office.clerk.get("/offices/AU/coverage")).json()
    assert read == {
        "ipOfficeCode": "AU",
        "coverageBag": [{**coverage, "height": 1, "index": 0}],
    }
    days = (await office.clerk.get("/offices/AU/closed-days")).json()
    assert days["closedDaysBag"] == [
        {
            "year": 2013,
            "closedDayBag": [
                {"date": "2013-01-01"},
                {"date": "2013-12-25", "name": "Christmas Day"},
            ],
            "weeklyRestDayBag": ["saturday", "sunday"],
            "height": 2,
            "index": 0,
        }
    ]
    twice = {"year": 2013, "closedDayBag": [{"date": "2013-01-01"}] * 2}
    refused = await office.clerk.post("/offices/AU/closed-days", json=twice)
    assert (refused.status_code, refused.json()["reasonCode"]) == (422, "DAY_REPEATED")
    assert refused.json()["errors"][0]["field"] == "closedDayBag"
    other = await office.clerk.post("/offices/EP/coverage", json=coverage)
    assert other.status_code == 403
    reversed_dates = {**coverage, "fromDate": "2021-01-01"}
    rejected = await office.clerk.post("/offices/AU/coverage", json=reversed_dates)
    assert (rejected.status_code, rejected.json()["reasonCode"]) == (422, "DATES_REVERSED")


@pytest.mark.parametrize("year", [10**30, 10_000, 1882, 0, -1])
async def test_a_year_before_the_paris_convention_or_past_the_last_is_a_wrong_field(
    office: OfficeApi, year: int
) -> None:
    # R10
    closed = {"year": year, "closedDayBag": []}
    refused = await office.clerk.post("/offices/AU/closed-days", json=closed)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "year")
    assert office.service.ledger.height == 0


async def test_offices_are_named_whether_connected_or_not(office: OfficeApi) -> None:
    network = (await office.clerk.get("/offices")).json()["offices"]
    assert [each["ipOfficeCode"] for each in network] == ["AU"]
    japan = (await office.clerk.get("/offices/JP")).json()
    assert japan["isConnected"] is False
    assert japan["givesPriorityRight"] is True
    bureau = (await office.clerk.get("/offices/IB")).json()
    assert bureau["ipOfficeCode"] == "WO"
    assert (await office.clerk.get("/offices/QQ")).status_code == 404


async def test_reading_waits_for_the_height_that_is_asked_for(
    office: OfficeApi, tmp_path: Path
) -> None:
    reading = asyncio.create_task(office.clerk.get("/filings?minHeight=1"))
    await asyncio.sleep(0)
    assert not reading.done()
    await register_both(office)
    assert len((await reading).json()["filings"]) == 2
    async with api_of(office.service, tmp_path, height_wait_ms_max=1) as impatient:
        for answer in (
            await impatient.examiner.get("/filings?minHeight=99"),
            await impatient.examiner.post("/priority-verifications?minHeight=99", json=QUESTION),
        ):
            assert answer.status_code == 503
            assert answer.json()["type"] == "/problems/height-not-reached"
    for query in ("minHeight=x", "consistency=eventual", "minHeight=-1", "asOf=7"):
        wrong = await office.examiner.post(f"/priority-verifications?{query}", json=QUESTION)
        assert wrong.status_code == 400
        assert wrong.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_an_empty_register_has_no_evidence(office: OfficeApi) -> None:
    answer = await office.examiner.get("/state-evidence/fAUP2013287263")
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_a_stranger_does_not_make_the_node_wait(office: OfficeApi, tmp_path: Path) -> None:
    async with api_of(office.service, tmp_path, height_wait_ms_max=60_000) as patient:
        for path in (
            "/filings",
            "/filings/AU.patent.1",
            "/filings/AU.patent.1/history",
            "/families/AU.patent.1",
            "/receipts/AU.patent.1",
            "/state-evidence/fAUP1",
            "/offices",
            "/offices/AU",
            "/offices/AU/coverage",
            "/offices/AU/closed-days",
            "/blocks",
        ):
            async with asyncio.timeout(10):
                answer = await patient.stranger.get(f"{path}?minHeight=99")
            assert answer.status_code == 401, path


async def test_few_may_wait_for_a_height_and_a_stop_tells_them(office: OfficeApi) -> None:
    waiting = [
        asyncio.create_task(office.service.reach_height(1 + number % 2, 60))
        for number in range(WAITING_MAX)
    ]
    await asyncio.sleep(0)
    refused = await office.examiner.get("/filings?minHeight=1")
    assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
    await register_both(office)
    assert all(await asyncio.gather(*waiting[::2]))
    office.service.stop()
    assert {type(e) for e in await asyncio.gather(*waiting[1::2], return_exceptions=True)} == {
        StoppingError
    }


async def test_status_shows_details_to_administrators_only(office: OfficeApi) -> None:
    await register_both(office)
    plain = (await office.clerk.get("/status")).json()
    assert (plain["height"], plain["isReady"], plain["officeBag"]) == (1, True, ["AU"])
    assert "details" not in plain
    assert "pendingSubmissions" not in plain
    assert (await office.auditor.get("/status")).json()["pendingSubmissions"] == 0
    full = (await office.administrator.get("/status")).json()
    assert full["details"]["primary"] == "AU"


async def test_evidence_proves_itself_to_whoever_has_the_keys(tmp_path: Path) -> None:
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        keyring = service.ledger.keyring
        # Two guards for one key know nothing of each other.
        one, other = (Signer("EP", KEYS["EP"], keyring) for _ in range(2))
        said = one.checkpoint(1, bytes(32)), other.checkpoint(1, bytes(31) + b"1")
        none_yet = await office.auditor.get("/status/evidence")
        assert none_yet.json() == {"contradictions": []}
        frames = [b"\x01" + encode_message(message) for message in said]
        await service._runner.receive("EP", frames)
        await asyncio.sleep(0)  # The turn runs.
        answer = await office.auditor.get("/status/evidence")
        (found,) = answer.json()["contradictions"]
        assert (found["ipOfficeCode"], found["kind"]) == ("EP", "checkpoint")
        first, second = (
            decode_message(base64.b64decode(found[place])) for place in ("first", "second")
        )
        assert (first, second) == said
        assert isinstance(first, Checkpoint)
        assert isinstance(second, Checkpoint)
        verify_equivocation(Equivocation("EP", first, second), keyring)
        assert (await office.clerk.get("/status/evidence")).status_code == 403


async def test_health_is_open_and_readiness_says_why_not(office: OfficeApi, tmp_path: Path) -> None:
    assert (await office.stranger.get("http://node/livez")).text == "ok"
    ready = await office.stranger.get("http://node/readyz")
    assert (ready.status_code, ready.json()) == (200, {"ready": True, "reasons": []})
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as alone:
        unready = await alone.stranger.get("http://node/readyz")
        assert unready.status_code == 503
        assert "EP" in unready.json()["reasons"][0]


async def test_metrics_count_requests_by_route_and_show_no_token(office: OfficeApi) -> None:
    await register_both(office)
    await office.clerk.get("/filings/AU.patent.2013287263")
    await office.stranger.get("/filings/AU.patent.2013287263?token=secret")
    text = (await office.auditor.get("http://node/metrics")).text
    assert "register_height 1.0" in text
    assert 'http_route="/filings/{filing}"' in text.replace("/api/v1", "")
    assert 'http_response_status_code="401"' in text
    assert "2013287263" not in text
    assert all(token not in text for token in (*office.tokens.values(), "secret"))


async def test_two_applications_in_one_process_share_nothing(
    office: OfficeApi, tmp_path: Path
) -> None:
    (tmp_path / "second").mkdir()
    async with service_of("AU") as service, api_of(service, tmp_path / "second") as second:
        await register_both(office)
        assert (await second.auditor.get("/filings")).json() == {"filings": []}
        stranger = {"Authorization": f"Bearer {office.tokens['clerk']}"}
        assert (await second.stranger.get("/filings", headers=stranger)).status_code == 401


async def test_the_pages_load_nothing_from_another_host(office: OfficeApi) -> None:
    paths = ["/docs", "/problems", *(f"/problems/{code}" for code in CATALOGUE)]
    for path in paths:
        page = await office.stranger.get(f"http://node{path}")
        assert page.status_code == 200
        assert "default-src 'none'" in page.headers["Content-Security-Policy"]
        assert "://" not in page.text
    for path in ("static/documentation.js", "static/swagger-ui/swagger-ui-bundle.js"):
        assert (await office.stranger.get(f"http://node/{path}")).status_code == 200
    assert (await office.stranger.get("http://node/problems/nonsense")).status_code == 404
    description = await office.stranger.get("http://node/openapi.json")
    assert description.json() == json.loads(msgspec.json.encode(describe()))


def test_the_vendored_files_are_those_of_the_note() -> None:
    folder = STATIC_FOLDER / "swagger-ui"
    note = (folder / "ORIGIN.md").read_text()
    for name in ("swagger-ui-bundle.js", "swagger-ui.css"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"| {name} | {digest} |" in note


def test_the_written_description_is_current() -> None:
    written = Path(__file__).parents[2] / "docs" / "openapi.json"
    assert json.loads(written.read_bytes()) == json.loads(msgspec.json.encode(describe())), (
        "run: make docs"
    )


def test_every_operation_is_described() -> None:
    description = describe()
    identifiers = []
    for path, operations in description["paths"].items():
        for operation in operations.values():
            identifiers.append(operation["operationId"])
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["tags"], path
            assert "422" not in operation["responses"], path
    assert len(identifiers) == len(set(identifiers))
    schemas = description["components"]["schemas"]
    text = json.dumps(description)
    for reference in set(text.split("#/components/schemas/")[1:]):
        assert reference.partition('"')[0] in schemas


async def test_an_office_is_shown_with_its_memberships_and_successors(office: OfficeApi) -> None:
    india = (await office.auditor.get("/offices/IN")).json()
    assert india["membershipBag"] == [
        {"union": "paris", "isMember": True, "since": "1998-12-07"},
        {"union": "wto", "isMember": True, "since": "1995-01-01"},
        {"union": "upov"},
    ]
    assert india["earlier"] == "agreements"
    assert india["givesPriorityRight"] is True
    assert "ST.3" in india["tableVersion"]
    former = (await office.auditor.get("/offices/DD")).json()
    assert (former["successorBag"], former["until"]) == (["DE"], "1990-10-02")
    assert former["givesPriorityRight"] is True
    bureau = (await office.auditor.get("/offices/IB")).json()
    assert bureau["ipOfficeCode"] == "WO"
    assert bureau["priorityTakenBag"] == [  # PCT Art. 8(1), Rule 4.10(a)
        {"union": "paris", "isMember": True, "since": "1978-01-24"},
        {"union": "wto", "isMember": True, "since": "2000-01-01"},
    ]
    assert "priorityTakenBag" not in india
    private = await office.auditor.get("/offices/QM")
    assert private.status_code == 404
    assert "private use" in private.json()["detail"]
