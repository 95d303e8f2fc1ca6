"""The clerk's work with sealed filings over HTTP, with a real register behind it."""

import asyncio
import io
from datetime import date
from pathlib import Path
from typing import Any

import httpx2 as httpx
import msgspec
import pytest
from builders.office_api import OfficeApi, api_of, service_of
from pypdf import PdfReader

from api import sealed_documents
from crypto.access_code import parse_access_code
from crypto.seal import seal
from ledger.record_log import MemoryLog
from ledger.register.entries import SealedFiling
from ledger.register.filing import (
    FilingRecord,
    SealedRecord,
    decode_sealed,
    load_filing,
    parse_filing_id,
)
from ledger.register.keys import filing_id, sealed_key
from node.sealed.documents import (
    GivenClaim,
    OpeningRequest,
    SealedFilingRequest,
    SealedReceipt,
)
from node.sealed.receipts import OwnSealedFiling

NUMBER, FILED = "2013900001", "2013-03-12"
REQUEST = {"right": "patent", "applicationNumberText": NUMBER, "filingDate": FILED}
OTHER = {**REQUEST, "applicationNumberText": "2014900002", "filingDate": "2014-03-11"}
PDF = {"Accept": "application/pdf"}
TEXT = {"Accept": "text/plain"}


def claim_to(receipt: dict[str, Any], **changes: object) -> dict[str, object]:
    """The claim that the applicant makes with what the receipt shows."""
    names = ("ipOfficeCode", "applicationNumberText", "filingDate", "accessCode")
    return {**{name: receipt[name] for name in names}, **changes}


def without_code(claim: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in claim.items() if name != "accessCode"}


async def register(office: OfficeApi, **request: object) -> dict[str, Any]:
    answer = await office.clerk.post("/sealed-filings", json=request)
    assert answer.status_code in {200, 201}, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


def sealed_record(office: OfficeApi, receipt: dict[str, Any]) -> SealedRecord:
    key = sealed_key("AU", receipt["filingId"].rpartition(".")[2])
    return decode_sealed(office.service.reader.get(key) or b"")


def filing_record(office: OfficeApi, identifier: str) -> FilingRecord:
    record = load_filing(office.service.reader, identifier)
    assert record is not None
    return record


# --- registering ---------------------------------------------------------------------------------


async def test_a_sealed_filing_is_registered_and_its_receipt_unlocks_it(office: OfficeApi) -> None:
    answer = await office.clerk.post("/sealed-filings", json=REQUEST)
    receipt = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"] == f"/api/v1/sealed-filings/{receipt['filingId']}"
    made = seal(
        office.service.genesis.network_id(),
        "AU",
        "patent",
        NUMBER,
        date.fromisoformat(FILED),
        code=parse_access_code(receipt["accessCode"]),
    )
    assert receipt["filingId"] == f"AU.sealed.{made.claim_key}"
    assert sealed_record(office, receipt).commitment == made.commitment
    assert (receipt["height"], receipt["index"]) == (1, 0)
    assert receipt["blockHash"] == office.service.ledger.block_hash(1).hex()


async def test_the_same_request_again_has_the_same_receipt_and_code_and_registers_nothing(
    office: OfficeApi,
) -> None:
    first = await office.clerk.post("/sealed-filings", json=REQUEST)
    again = await office.clerk.post(
        "/sealed-filings", json={**REQUEST, "applicationNumberText": "AU 2013 900 001"}
    )
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert len(office.service.codes) == 1


async def test_a_code_is_kept_before_its_filing_is_submitted(office: OfficeApi) -> None:
    """Whatever happens behind that, no sealed filing on the ledger is without its code."""
    kept: list[bool] = []
    register_entries = office.service.register

    async def registered(entries: list[SealedFiling]) -> object:
        kept.append(office.service.codes.find(entries[0].claim_key) is not None)
        return await register_entries(entries)

    office.service.register = registered  # type: ignore[method-assign, assignment]
    await register(office, **REQUEST)
    assert kept == [True]


async def test_after_a_crash_between_code_and_submission_the_same_code_is_used(
    tmp_path: Path,
) -> None:
    log = MemoryLog()
    async with (
        service_of("AU", "EP", codes=log, request_seconds=0.1) as alone,
        api_of(alone, tmp_path) as office,
    ):
        lost = await office.clerk.post("/sealed-filings", json=REQUEST)
        assert lost.status_code == 504  # no second office agrees
    (record,) = [alone.codes.find(known.claim_key) for _, known in alone.codes.own_from(0)]
    (tmp_path / "tokens.json").unlink()
    async with service_of("AU", "EP", codes=log, request_seconds=0.1) as again:
        assert [known for _, known in again.codes.own_from(0)] == [record]
        async with api_of(again, tmp_path) as office:
            await office.clerk.post("/sealed-filings", json=REQUEST)
            listed = (await office.clerk.get("/sealed-filings")).json()["sealedFilings"]
    assert [each["status"] for each in listed] == ["notRegistered"]
    assert len(again.codes) == 1


async def test_another_date_under_a_sealed_number_is_a_conflict_until_the_first_is_withdrawn(
    office: OfficeApi,
) -> None:
    receipt = await register(office, **REQUEST)
    mistyped = {**REQUEST, "filingDate": "2013-03-21"}
    refused = await office.clerk.post("/sealed-filings", json=mistyped)
    assert (refused.status_code, refused.json()["reasonCode"]) == (409, "DATE_CONFLICT")
    event = {"eventCategory": "withdrawn", "eventDate": "2013-04-01"}
    path = f"/filings/{receipt['filingId']}/events"
    assert (await office.clerk.post(path, json=event)).status_code == 201
    corrected = await register(office, **mistyped)
    assert corrected["accessCode"] != receipt["accessCode"]


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"applicationNumberText": "-"}, "applicationNumberText", "NUMBER_MISSING"),
        (
            {"applicationNumberText": "2013900001\u202e"},
            "applicationNumberText",
            "TEXT_NOT_PRINTABLE",
        ),
        ({"receivingOfficeCode": "US"}, "receivingOfficeCode", "RECEIVING_OFFICE_UNEXPECTED"),
    ],
)
async def test_what_could_never_be_opened_is_refused_before_anything_is_registered(
    office: OfficeApi, change: dict[str, str], field: str, reason: str
) -> None:
    refused = await office.clerk.post("/sealed-filings", json={**REQUEST, **change})
    problem = refused.json()
    assert (refused.status_code, problem["reasonCode"]) == (422, reason)
    assert [error["field"] for error in problem["errors"]] == [field]
    assert (office.service.ledger.height, len(office.service.codes)) == (0, 0)


async def test_the_same_filing_with_other_claims_is_a_conflict_and_changes_nothing(
    office: OfficeApi,
) -> None:
    first, receipt = await register(office, **REQUEST), await register(office, **OTHER)
    refused = await office.clerk.post(
        "/sealed-filings", json={**OTHER, "priorityClaimBag": [claim_to(first)]}
    )
    assert (refused.status_code, refused.json()["reasonCode"]) == (409, "CONTENT_CONFLICT")
    assert sealed_record(office, receipt).claims == ()


async def test_an_open_number_cannot_be_sealed_afterwards(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=REQUEST)
    refused = await office.clerk.post("/sealed-filings", json=REQUEST)
    assert refused.json()["reasonCode"] == "NUMBER_ALREADY_REGISTERED"
    assert len(office.service.codes) == 0


async def test_where_the_disk_takes_no_code_nothing_is_registered(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: MemoryLog) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(MemoryLog, "sync", fail)
    refused = await office.clerk.post("/sealed-filings", json=REQUEST)
    assert (refused.status_code, refused.json()["reasonCode"]) == (503, "CODES_NOT_KEPT")
    assert "No space left on device" in refused.json()["detail"]
    assert office.service.ledger.height == 0


async def test_no_is_said_only_when_the_other_offices_agree_that_nothing_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("node.sealed.lookout.ANSWER_SECONDS", 0.1)
    claim = {**REQUEST, "ipOfficeCode": "EP", "accessCode": "0710-4GM2-RC1M-70Y4-0H28-9H85-8P5"}
    async with service_of("AU", "EP") as alone, api_of(alone, tmp_path) as office:
        answer = await office.clerk.post(
            "/sealed-filings", json={**OTHER, "priorityClaimBag": [claim]}
        )
    assert (answer.status_code, answer.json()["reasonCode"]) == (503, "NOT_UP_TO_DATE")


async def test_two_requests_at_once_for_one_filing_get_one_code(office: OfficeApi) -> None:
    answers = await asyncio.gather(
        *(office.clerk.post("/sealed-filings", json=REQUEST) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert [answer.json() for answer in answers] == [answers[0].json()] * 5
    assert len(office.service.codes) == 1


async def test_a_code_that_is_kept_is_not_used_for_a_number_that_became_open_meanwhile(
    office: OfficeApi,
) -> None:
    codes = office.service.codes
    await register(office, **REQUEST)
    (known,) = codes.own_filings("patent", NUMBER)
    lost = msgspec.structs.replace(
        known, claim_key="B" * 42 + "A", number=OTHER["applicationNumberText"]
    )
    codes.keep(
        [msgspec.structs.replace(lost, match_key="2014900002", filing_date=date(2014, 3, 11))]
    )
    assert (await office.clerk.post("/filings", json=OTHER)).status_code == 201
    refused = await office.clerk.post("/sealed-filings", json=OTHER)
    assert refused.json()["reasonCode"] == "NUMBER_ALREADY_REGISTERED"


async def test_a_sealed_number_is_opened_and_never_entered_beside(office: OfficeApi) -> None:
    receipt = await register(office, **REQUEST)
    refused = await office.clerk.post("/filings", json=REQUEST)
    assert (refused.status_code, refused.json()["reasonCode"]) == (409, "NUMBER_IS_SEALED")
    assert receipt["filingId"] in refused.json()["errors"][0]["expected"]
    rows = (await office.clerk.post("/filings", json=[OTHER, REQUEST])).json()["rows"]
    assert [(row["status"], row.get("reasonCode")) for row in rows] == [
        ("accepted", None),
        ("rejected", "NUMBER_IS_SEALED"),
    ]
    await office.clerk.post(f"/sealed-filings/{receipt['filingId']}/opening", json={})
    again = await office.clerk.post("/filings", json=REQUEST)
    assert (again.status_code, again.json()["status"]) == (200, "repeated")


# --- receipts ------------------------------------------------------------------------------------


async def test_a_receipt_is_text_json_and_pdf_and_the_same_when_it_is_printed_again(
    office: OfficeApi,
) -> None:
    path = "/sealed-filings"
    printed = [await office.clerk.post(path, json=REQUEST, headers=each) for each in (TEXT, PDF)]
    receipt = await register(office, **REQUEST)
    again = f"{path}/{receipt['filingId']}/receipt"
    assert (await office.clerk.post(again)).json() == receipt
    for first, accept in zip(printed, (TEXT, PDF), strict=True):
        second = await office.clerk.post(again, headers=accept)
        assert second.content == first.content
        assert second.headers["Cache-Control"] == "no-store"
    text, pdf = (each.content for each in printed)
    assert receipt["accessCode"] in text.decode()
    reader = PdfReader(io.BytesIO(pdf))
    (page,) = reader.pages
    shown = page.extract_text()
    for line in (NUMBER, FILED, *receipt["accessCode"].split("-")):
        assert line in shown
    assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx(
        (595.3, 841.9), abs=0.1
    )
    assert msgspec.json.decode(reader.attachments["receipt.json"][0]) == receipt


async def test_a_receipt_stays_the_same_after_claims_were_added_and_the_filing_was_opened(
    office: OfficeApi,
) -> None:
    receipt = await register(office, **REQUEST)
    later = await register(office, **OTHER, priorityClaimBag=[claim_to(receipt)])
    path = f"/sealed-filings/{receipt['filingId']}"
    assert (await office.clerk.post(f"{path}/opening", json={})).status_code == 201
    assert (await office.clerk.post(f"{path}/receipt")).json() == receipt
    again = await office.clerk.post(f"/sealed-filings/{later['filingId']}/receipt")
    assert again.json() == later


async def test_another_offices_and_unknown_filings_have_no_receipt_here(office: OfficeApi) -> None:
    key = "A" * 43
    foreign = await office.clerk.post(f"/sealed-filings/EP.sealed.{key}/receipt")
    unknown = await office.clerk.post(f"/sealed-filings/AU.sealed.{key}/receipt")
    no_id = await office.clerk.post("/sealed-filings/AU.patent.1/receipt")
    assert [each.status_code for each in (foreign, unknown, no_id)] == [403, 404, 400]


# --- claims --------------------------------------------------------------------------------------


async def test_a_claim_with_number_date_and_code_is_entered_sealed_and_shown_with_its_number(
    office: OfficeApi,
) -> None:
    first = await register(office, **REQUEST)
    open_claim = {"ipOfficeCode": "DE", "applicationNumberText": "10 2013 103 123.7"}
    second = await register(office, **OTHER, priorityClaimBag=[claim_to(first), open_claim])
    record = sealed_record(office, second)
    assert [(each.office, each.number, each.claim_key, each.right) for each in record.claims] == [
        ("AU", "", first["filingId"].rpartition(".")[2], None),
        ("DE", "10 2013 103 123.7", "", "patent"),
    ]
    assert second["claimedFilingBag"][0] == {
        "ipOfficeCode": "AU",
        "applicationNumberText": NUMBER,
        "filingDate": FILED,
        "right": "patent",
        "claimKey": first["filingId"].rpartition(".")[2],
    }


async def test_an_own_sealed_filing_is_claimed_without_its_code_and_its_number_stays_untold(
    office: OfficeApi,
) -> None:
    first = await register(office, **REQUEST)
    second = await register(office, **OTHER, priorityClaimBag=[without_code(claim_to(first))])
    (claim,) = sealed_record(office, second).claims
    assert (claim.number, claim.claim_key) == ("", first["filingId"].rpartition(".")[2])


async def test_a_claim_is_taken_in_for_an_open_filing_corrected_and_withdrawn(
    office: OfficeApi,
) -> None:
    first, right_one = (
        await register(office, **REQUEST),
        await register(office, **{**REQUEST, "applicationNumberText": "2013900003"}),
    )
    await office.clerk.post("/filings", json=OTHER)
    path = "/filings/AU.patent.2014900002"
    change = {"decisionDate": "2014-04-01"}

    async def enter(**more: object) -> httpx.Response:
        return await office.clerk.post(f"{path}/claims", json={**change, **more})

    added = await enter(action="add", claim=claim_to(first))
    again = await enter(action="add", claim=claim_to(first))
    assert (added.status_code, again.status_code) == (201, 200)
    corrected = await enter(
        action="correct", claim=claim_to(right_one), replacedClaim=without_code(claim_to(first))
    )
    assert corrected.status_code == 201, corrected.text
    by_key = {"ipOfficeCode": "AU", "claimKey": right_one["filingId"].rpartition(".")[2]}
    withdrawn = await enter(action="withdraw", claim=by_key)
    assert withdrawn.status_code == 201, withdrawn.text
    claims = filing_record(office, "AU.patent.2014900002").claims
    assert [(each.claim_key, each.status) for each in claims] == [
        (first["filingId"].rpartition(".")[2], "corrected"),
        (right_one["filingId"].rpartition(".")[2], "withdrawn"),
    ]


async def test_a_claim_is_added_to_a_sealed_filing(office: OfficeApi) -> None:
    first, second = await register(office, **REQUEST), await register(office, **OTHER)
    change = {"action": "add", "claim": claim_to(first), "decisionDate": "2014-04-01"}
    added = await office.clerk.post(f"/filings/{second['filingId']}/claims", json=change)
    assert added.status_code == 201, added.text
    assert len(sealed_record(office, second).claims) == 1


async def test_a_claim_to_a_pct_filing_of_the_same_day_is_entered_as_national_phase(
    office: OfficeApi,
) -> None:
    pct = {
        "ipOfficeCode": "US",
        "applicationNumberText": "PCT/US2013/030123",
        "filingDate": FILED,
    }
    receipt = await register(office, **REQUEST, priorityClaimBag=[pct])
    record = sealed_record(office, receipt)
    assert record.claims == ()
    assert [(each.relation, each.office, each.match_key) for each in record.related] == [
        ("nationalPhase", "WO", "US2013030123")
    ]
    assert receipt["claimedFilingBag"][0]["relation"] == "nationalPhase"
    change = {"action": "add", "claim": pct, "decisionDate": "2014-04-01"}
    refused = await office.clerk.post(f"/filings/{receipt['filingId']}/claims", json=change)
    assert refused.status_code == 422
    assert "nationalPhase" in refused.json()["errors"][0]["expected"]


def wrong_claims(receipt: dict[str, Any]) -> list[dict[str, object]]:
    code = receipt["accessCode"]
    swapped = {"2": "3", "3": "2"}.get(code[3], "2")
    return [
        claim_to(receipt, accessCode=code[:3] + swapped + code[4:]),
        claim_to(receipt, accessCode="0710-4GM2-RC1M-70Y4-0H28-9H85-8P5"),
        claim_to(receipt, accessCode="no code"),
        claim_to(receipt, applicationNumberText="2013900011"),
        claim_to(receipt, filingDate="2013-03-11"),
        claim_to(receipt, ipOfficeCode="EP"),
    ]


async def test_a_wrong_code_digit_or_date_gets_one_answer_that_does_not_tell_them_apart(
    office: OfficeApi,
) -> None:
    receipt = await register(office, **REQUEST)
    problems = []
    for claim in wrong_claims(receipt):
        answer = await office.clerk.post(
            "/sealed-filings", json={**OTHER, "priorityClaimBag": [claim]}
        )
        assert answer.status_code == 422
        problem = answer.json()
        assert problem.pop("requestId")
        problems.append(problem)
    assert problems == [problems[0]] * 6
    assert problems[0]["title"] == "No sealed filing answers to this number, date and code"
    assert problems[0]["reasonCode"] == "NO_SEALED_FILING"
    assert problems[0]["errors"][0]["field"] == "priorityClaimBag[0]"
    page = await office.stranger.get("http://node/problems/no-sealed-filing")
    assert "B for 8, O for 0" in page.text
    assert len(office.service.codes) == 1  # nothing of the refused filing is kept


async def test_a_code_is_read_as_people_type_it(office: OfficeApi) -> None:
    receipt = await register(office, **REQUEST)
    typed = f" {receipt['accessCode'].lower().replace('0', 'o').replace('-', ' ')} "
    second = await register(office, **OTHER, priorityClaimBag=[claim_to(receipt, accessCode=typed)])
    assert sealed_record(office, second).claims[0].claim_key


# --- opening -------------------------------------------------------------------------------------


async def test_an_opened_filing_is_found_by_its_number_and_earlier_claims_lead_to_it(
    office: OfficeApi,
) -> None:
    first = await register(office, **REQUEST)
    second = await register(office, **OTHER, priorityClaimBag=[claim_to(first)])
    path = f"/sealed-filings/{first['filingId']}"
    opened = await office.clerk.post(f"{path}/opening", json={})
    assert opened.status_code == 201, opened.text
    assert opened.json()["subject"] == f"AU.patent.{NUMBER}"
    assert opened.headers["Location"] == f"/api/v1/filings/AU.patent.{NUMBER}"
    again = await office.clerk.post(f"{path}/opening", json={})
    assert (again.status_code, again.json()["height"]) == (200, opened.json()["height"])
    assert filing_record(office, f"AU.patent.{NUMBER}").claim_key == first["filingId"][10:]
    # What was sealed can be claimed by its code after the opening, too.
    third = {**OTHER, "applicationNumberText": "2014900004"}
    assert await register(office, **third, priorityClaimBag=[claim_to(first)])
    assert second["filingId"] != first["filingId"]


async def test_an_opening_adds_claims_that_were_not_told_before(office: OfficeApi) -> None:
    first, second = await register(office, **REQUEST), await register(office, **OTHER)
    opened = await office.clerk.post(
        f"/sealed-filings/{second['filingId']}/opening",
        json={"priorityClaimBag": [claim_to(first)]},
    )
    assert opened.status_code == 201, opened.text
    (claim,) = filing_record(office, "AU.patent.2014900002").claims
    assert claim.claim_key == first["filingId"][10:]


async def test_many_are_opened_by_number_or_id_and_a_bad_row_stops_no_other(
    office: OfficeApi,
) -> None:
    first, second = await register(office, **REQUEST), await register(office, **OTHER)
    rows = [
        first["filingId"],
        {"right": "patent", "applicationNumberText": "2014/900002"},
        {"right": "patent", "applicationNumberText": "2013999999"},
        "nonsense",
        first["filingId"],
    ]
    answer = await office.clerk.post("/sealed-filings/openings", json=rows)
    report = answer.json()
    assert [row["status"] for row in report["rows"]] == [
        "accepted",
        "accepted",
        "rejected",
        "malformed",
        "repeated",
    ]
    assert report["rows"][1]["subject"] == "AU.patent.2014900002"
    listed = await office.clerk.get("/sealed-filings")
    assert listed.json()["sealedFilings"] == []
    listed = await office.clerk.get("/sealed-filings", params={"opened": True})
    assert [each["status"] for each in listed.json()["sealedFilings"]] == ["opened", "opened"]
    assert second["filingId"] in listed.text


async def test_a_withdrawn_filing_is_listed_as_such_and_not_published_without_a_word(
    office: OfficeApi,
) -> None:
    filed = (await register(office, **REQUEST))["filingId"]
    event = {"eventCategory": "withdrawn", "eventDate": "2013-04-01"}
    await office.clerk.post(f"/filings/{filed}/events", json=event)
    (listed,) = (await office.clerk.get("/sealed-filings")).json()["sealedFilings"]
    assert listed["status"] == "withdrawn"
    path, height = f"/sealed-filings/{filed}/opening", office.service.ledger.height
    refused = await office.clerk.post(path, json={})
    assert (refused.status_code, refused.json()["reasonCode"]) == (422, "FILING_WITHDRAWN")
    named = {"right": "patent", "applicationNumberText": NUMBER, "filingDate": FILED}
    answer = await office.clerk.post("/sealed-filings/openings", json=[filed, named])
    rows = [(row["status"], row["reasonCode"]) for row in answer.json()["rows"]]
    assert rows == [("rejected", "FILING_WITHDRAWN")] * 2
    assert office.service.ledger.height == height
    opened = await office.clerk.post(path, json={"openWithdrawn": True})
    again = await office.clerk.post(path, json={})
    assert (opened.status_code, again.status_code) == (201, 200)


async def test_withdrawn_filings_are_opened_together_where_the_request_says_so(
    office: OfficeApi,
) -> None:
    filed = (await register(office, **REQUEST))["filingId"]
    event = {"eventCategory": "withdrawn", "eventDate": "2013-04-01"}
    await office.clerk.post(f"/filings/{filed}/events", json=event)
    path = "/sealed-filings/openings?openWithdrawn=true"
    (row,) = (await office.clerk.post(path, json=[filed])).json()["rows"]
    assert (row["status"], row["subject"]) == ("accepted", f"AU.patent.{NUMBER}")


# --- lists ---------------------------------------------------------------------------------------


async def test_own_sealed_filings_are_listed_with_what_is_due(office: OfficeApi) -> None:
    first = await register(office, **REQUEST)
    second = await register(office, **OTHER, priorityClaimBag=[claim_to(first)])
    design = {**REQUEST, "right": "design", "applicationNumberText": "201312345"}
    await register(office, **design)
    listed = (await office.clerk.get("/sealed-filings")).json()["sealedFilings"]
    assert [
        (each["applicationNumberText"], each["priorityDate"], each.get("publicationDueDate"))
        for each in listed
    ] == [
        (NUMBER, FILED, "2014-09-12"),
        ("2014900002", FILED, "2014-09-12"),
        ("201312345", FILED, None),
    ]
    assert [each.get("isDue", False) for each in listed] == [True, True, False]
    found = await office.clerk.post(
        "/sealed-filings/lookups", json={"applicationNumberText": "2014900002"}
    )
    assert found.json() == listed[1]
    one = await office.clerk.get(f"/sealed-filings/{second['filingId']}")
    assert one.json() == listed[1]


async def test_a_long_list_has_pages(office: OfficeApi) -> None:
    for serial in range(3):
        await register(office, **{**REQUEST, "applicationNumberText": f"201390000{serial}"})
    numbers, path = [], "/sealed-filings?limit=2"
    while path:
        page = await office.clerk.get(path)
        numbers += [each["applicationNumberText"] for each in page.json()["sealedFilings"]]
        path = page.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert numbers == ["2013900000", "2013900001", "2013900002"]


async def test_only_clerks_and_administrators_may(office: OfficeApi) -> None:
    receipt = await register(office, **REQUEST)
    path = f"/sealed-filings/{receipt['filingId']}"
    for client, status in (
        (office.examiner, 403),
        (office.auditor, 403),
        (office.stranger, 401),
        (office.administrator, 200),
    ):
        assert (await client.get("/sealed-filings")).status_code == status
        assert (await client.get(path)).status_code == status
        assert (await client.post(f"{path}/receipt")).status_code == status
        assert (await client.post("/sealed-filings", json=REQUEST)).status_code == status


# --- the description -----------------------------------------------------------------------------


def test_the_examples_of_the_description_are_documents_as_they_could_be() -> None:
    receipt = msgspec.convert(sealed_documents.RECEIPT, SealedReceipt)
    msgspec.convert(sealed_documents.REQUEST, SealedFilingRequest)
    msgspec.convert(sealed_documents.OWN, OwnSealedFiling)
    msgspec.convert(sealed_documents.OPENING, OpeningRequest)
    codes = [receipt.access_code]
    codes += [
        claim["accessCode"]
        for claim in sealed_documents.REQUEST["priorityClaimBag"]
        if "accessCode" in claim
    ]
    assert [parse_access_code(code).printed for code in codes] == codes
    assert filing_id(parse_filing_id(receipt.filing_id)) == receipt.filing_id
    named = [each.claim_key for each in receipt.claimed_filing_bag if each.claim_key]
    assert [GivenClaim(claim_key=key) for key in named] == [
        msgspec.convert({"claimKey": key}, GivenClaim) for key in named
    ]
