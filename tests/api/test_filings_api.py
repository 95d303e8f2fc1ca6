"""Registering and reading filings over HTTP, with a real register behind it."""

import asyncio
import json
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, api_of, service_of

CLAIM = {
    "ipOfficeCode": "US",
    "applicationNumberText": "61/610,420",
    "filingDate": "2012-03-13",
}
FILING = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [CLAIM],
}
ID = "AU.patent.2013287263"


def filing(number: int, day: str = "2013-03-12") -> dict[str, object]:
    return {
        "right": "patent",
        "applicationNumberText": f"2013{number:06}",
        "filingDate": day,
    }


async def test_a_filing_is_created_read_and_answered_again_with_its_first_receipt(
    office: OfficeApi,
) -> None:
    created = await office.clerk.post("/filings", json=FILING)
    assert created.status_code == 201
    assert created.headers["Location"] == f"/api/v1/filings/{ID}"
    receipt = created.json()
    assert receipt["status"] == "accepted"
    assert receipt["subject"] == ID
    assert (receipt["height"], receipt["index"]) == (1, 0)
    assert receipt["blockHash"] == office.service.ledger.block_hash(1).hex()

    again = await office.clerk.post("/filings", json=FILING)
    assert again.status_code == 200
    first = {key: value for key, value in receipt.items() if key != "warningCodes"}
    assert again.json() == {**first, "status": "repeated"}

    read = await office.examiner.get(created.headers["Location"].removeprefix("/api/v1"))
    assert read.status_code == 200
    assert read.headers["Register-Height"] == "2"
    document = read.json()
    assert document["filingId"] == ID
    assert document["filingDate"] == "2013-03-12"
    assert document["priorityClaimBag"][0]["applicationNumberText"] == "61/610,420"
    unchanged = await office.examiner.get(
        f"/filings/{ID}", headers={"If-None-Match": read.headers["ETag"]}
    )
    assert unchanged.status_code == 304


async def test_the_same_number_with_another_date_is_a_conflict_and_changes_nothing(
    office: OfficeApi,
) -> None:
    await office.clerk.post("/filings", json=filing(1))
    conflict = await office.clerk.post("/filings", json=filing(1, "2013-03-13"))
    assert conflict.status_code == 409
    assert conflict.headers["Content-Type"] == "application/problem+json"
    problem = conflict.json()
    assert problem["type"] == "/problems/conflict"
    assert problem["reasonCode"] == "DATE_CONFLICT"
    assert problem["errors"] == [
        {
            "field": "filingDate",
            "expected": "2013-03-12, as registered at height 1",
            "received": '"2013-03-13"',
        }
    ]
    read = await office.clerk.get("/filings/AU.patent.2013000001")
    assert read.json()["filingDate"] == "2013-03-12"


async def test_an_idempotency_key_stands_for_one_content(office: OfficeApi) -> None:
    key = {"Idempotency-Key": '"order-7"'}
    created = await office.clerk.post("/filings", json=filing(1), headers=key)
    again = await office.clerk.post("/filings", json=filing(1), headers=key)
    other = await office.clerk.post("/filings", json=filing(2), headers=key)
    wrong = await office.clerk.post(
        "/filings", json=filing(3), headers={"Idempotency-Key": "has space"}
    )
    assert [each.status_code for each in (created, again, other, wrong)] == [201, 200, 422, 400]
    assert other.json()["reasonCode"] == "REQUEST_KEY_REUSED"
    assert other.json()["type"] == "/problems/key-reused"
    assert wrong.json()["errors"][0]["field"] == "Idempotency-Key"


async def test_the_key_of_the_header_and_of_the_body_must_agree(office: OfficeApi) -> None:
    document = {**filing(1), "requestKey": "a"}
    key = {"Idempotency-Key": "b"}
    refused = await office.clerk.post("/filings", json=document, headers=key)
    assert refused.status_code == 400
    assert refused.json()["errors"] == [
        {"field": "Idempotency-Key", "expected": "a", "received": "b"}
    ]


async def test_bad_rows_of_an_array_never_stop_the_good_ones(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=filing(1))
    rows = [filing(1), filing(1, "2014-01-01"), filing(2), {"right": "patent"}, filing(3)]
    answer = await office.clerk.post("/filings", json=rows)
    assert answer.status_code == 200
    report = answer.json()
    assert report["counts"] == {
        "accepted": 2,
        "repeated": 1,
        "rejected": 1,
        "malformed": 1,
        "undecided": 0,
    }
    assert [row["status"] for row in report["rows"]] == [
        "repeated",
        "rejected",
        "accepted",
        "malformed",
        "accepted",
    ]
    assert [row["row"] for row in report["rows"]] == [1, 2, 3, 4, 5]
    assert report["rows"][1]["reasonCode"] == "DATE_CONFLICT"
    assert [error["field"] for error in report["rows"][3]["errors"]] == [
        "applicationNumberText",
        "filingDate",
    ]


@pytest.mark.parametrize("media_type", ["application/jsonl", "application/x-ndjson"])
async def test_json_lines_of_several_submissions_are_registered_in_order(
    office: OfficeApi, media_type: str
) -> None:
    lines = "\n".join(json.dumps(filing(number)) for number in range(2500))
    key = {"Content-Type": f"{media_type}; charset=utf-8", "Idempotency-Key": "night-run"}
    answer = await office.clerk.post("/filings", content=lines, headers=key)
    assert answer.json()["counts"]["accepted"] == 2500
    again = await office.clerk.post("/filings", content=lines, headers=key)
    assert again.json()["counts"]["repeated"] == 2500
    first = [(row["height"], row["index"]) for row in answer.json()["rows"]]
    assert [(row["height"], row["index"]) for row in again.json()["rows"]] == first


async def test_a_table_is_registered_with_its_claims(office: OfficeApi) -> None:
    table = (
        "\ufeffright;applicationNumberText;filingDate;priority1IpOfficeCode;"
        "priority1ApplicationNumberText;priority1FilingDate\r\n"
        "patent;2013287263;2013-03-12;US;61/610,420;2012-03-13\r\n"
        "patent;2013287264;12.03.2013;;;\r\n"
    )
    answer = await office.clerk.post(
        "/filings", content=table.encode(), headers={"Content-Type": "text/csv"}
    )
    rows = answer.json()["rows"]
    assert [(row["row"], row["status"]) for row in rows] == [(2, "accepted"), (3, "malformed")]
    assert rows[1]["errors"] == [
        {
            "field": "filingDate",
            "expected": "a date as YYYY-MM-DD",
            "received": '"12.03.2013"',
        }
    ]
    read = await office.clerk.get(f"/filings/{ID}")
    assert read.json()["priorityClaimBag"][0]["ipOfficeCode"] == "US"


async def test_a_document_can_be_registered_in_the_background(office: OfficeApi) -> None:
    started = await office.clerk.post(
        "/filings",
        json=[filing(1), {}, filing(2)],
        headers={"Prefer": "respond-async, wait=10"},
    )
    assert started.status_code == 202
    assert started.headers["Preference-Applied"] == "respond-async"
    path = started.headers["Location"].removeprefix("/api/v1")
    running = (await office.clerk.get(path)).json()
    assert running["status"] == "running"
    this = asyncio.current_task()
    await asyncio.wait([task for task in asyncio.all_tasks() if task is not this])
    state = (await office.clerk.get(path)).json()
    assert state["status"] == "finished"
    assert state["report"]["counts"]["accepted"] == 2
    assert state["report"]["counts"]["malformed"] == 1
    unknown = await office.clerk.get("/requests/unknown")
    assert unknown.status_code == 404


async def test_a_report_names_so_many_faults_and_then_the_first_of_each_row(
    office: OfficeApi,
) -> None:
    wrong = {f"field{number}": number for number in range(30)}
    answer = await office.clerk.post("/filings", json=[wrong] * 700)
    faults = [len(row["errors"]) for row in answer.json()["rows"]]
    assert faults == [20] * 500 + [1] * 200


async def test_finished_requests_with_too_many_rows_are_forgotten_the_oldest_first(
    office: OfficeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.requests.ROWS_KEPT_MAX", 5)
    paths = []
    for _ in range(4):
        started = await office.clerk.post(
            "/filings", json=[{}] * 3, headers={"Prefer": "respond-async"}
        )
        paths.append(started.headers["Location"].removeprefix("/api/v1"))
        this = asyncio.current_task()
        await asyncio.wait([task for task in asyncio.all_tasks() if task is not this])
    found = [(await office.clerk.get(path)).status_code for path in paths]
    assert found == [404, 404, 200, 200]


async def test_filings_are_listed_page_by_page(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=[filing(number) for number in range(5)])
    found: list[str] = []
    path = "/filings?office=AU&right=patent&limit=2"
    pages = 0
    while path:
        page = await office.auditor.get(path)
        found += [each["filingId"] for each in page.json()["filings"]]
        link = page.headers.get("Link", "")
        path = link.partition(">")[0].removeprefix("</api/v1")
        pages += 1
    assert found == [f"AU.patent.2013{number:06}" for number in range(5)]
    assert pages == 3
    nothing = await office.auditor.get("/filings?office=EP")
    assert nothing.json() == {"filings": []}


async def test_who_decided_about_a_claim_is_shown_and_must_be_an_office(office: OfficeApi) -> None:
    # PCT Rule 26bis.3; register.md R14
    await office.clerk.post("/filings", json=FILING)
    refusal = {
        "action": "refuseRestoration",
        "claim": CLAIM,
        "decisionDate": "2014-10-01",
        "decidingOfficeCode": "IB",
    }
    wrong = await office.clerk.post(
        f"/filings/{ID}/claims", json={**refusal, "decidingOfficeCode": "ZZ"}
    )
    assert (wrong.status_code, wrong.json()["reasonCode"]) == (422, "DECIDING_OFFICE_UNKNOWN")
    assert wrong.json()["errors"] == [
        {
            "field": "decidingOfficeCode",
            "expected": "the ST.3 code of an office that takes filings, or took them on the day of the"
            " decision",
            "received": '"ZZ"',
        }
    ]
    entered = await office.clerk.post(f"/filings/{ID}/claims", json=refusal)
    again = await office.clerk.post(f"/filings/{ID}/claims", json=refusal)
    assert (entered.status_code, again.status_code) == (201, 200)
    (held,) = (await office.clerk.get(f"/filings/{ID}")).json()["priorityClaimBag"]
    assert (held["status"], held["historyBag"][-1]["decidingOfficeCode"]) == (
        "restorationRefused",
        "WO",
    )


async def test_events_and_claims_are_entered_and_stand_in_the_history(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    event = await office.clerk.post(
        f"/filings/{ID}/events",
        json={"eventCategory": "published", "eventDate": "2014-09-18"},
    )
    claim = await office.clerk.post(
        f"/filings/{ID}/claims",
        json={
            "action": "withdraw",
            "claim": CLAIM,
            "decisionDate": "2014-10-01",
        },
    )
    assert (event.status_code, claim.status_code) == (201, 201), claim.text
    read = (await office.clerk.get(f"/filings/{ID}")).json()
    assert read["eventBag"][0]["eventCategory"] == "published"
    (held,) = read["priorityClaimBag"]
    assert held["status"] == "withdrawn"
    assert held["historyBag"] == [
        {"status": "claimed", "height": 1, "index": 0},
        {
            "status": "withdrawn",
            "decidedOn": "2014-10-01",
            "decidingOfficeCode": "AU",
            "height": 3,
            "index": 0,
        },
    ]
    history = (await office.clerk.get(f"/filings/{ID}/history")).json()
    assert [item["entry"]["entryCategory"] for item in history["items"]] == [
        "filing",
        "event",
        "claim",
    ]
    assert [item["height"] for item in history["items"]] == [1, 2, 3]


async def test_an_office_declares_only_for_itself(office: OfficeApi) -> None:
    event = {"eventCategory": "published", "eventDate": "2014-09-18"}
    other = await office.clerk.post("/filings/US.patent.61610420/events", json=event)
    assert (other.status_code, other.json()["type"]) == (403, "/problems/other-office")
    missing = await office.clerk.post(f"/filings/{ID}/events", json=event)
    assert missing.status_code == 404
    no_id = await office.clerk.post("/filings/AU/events", json=event)
    assert no_id.status_code == 400


async def test_a_node_without_a_quorum_says_that_nothing_is_decided(tmp_path: Path) -> None:
    async with (
        service_of("AU", "EP", request_seconds=0.05) as service,
        api_of(service, tmp_path) as api,
    ):
        one = await api.clerk.post("/filings", json=filing(1))
        assert (one.status_code, one.json()["type"]) == (504, "/problems/undecided")
        many = await api.clerk.post("/filings", json=[filing(2), {}])
        assert [row["status"] for row in many.json()["rows"]] == ["undecided", "malformed"]


async def test_a_node_with_too_much_to_do_takes_nothing_and_says_when_to_come_again(
    tmp_path: Path,
) -> None:
    async with (
        service_of("AU", "EP", request_seconds=0.5, waiting_entries_max=1) as service,
        api_of(service, tmp_path) as api,
    ):
        first = asyncio.create_task(api.clerk.post("/filings", json=filing(1)))
        second = asyncio.create_task(api.clerk.post("/filings", json=filing(2)))
        refused = await second
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
        assert (await first).status_code == 504


DISPUTE = {
    "action": "raise",
    "claim": {"ipOfficeCode": "US", "applicationNumberText": "61/610,420"},
    "reasonText": "61/610,240 is meant",
    "decisionDate": "2014-01-07",
}


async def test_a_dispute_is_shown_with_the_filing_in_lists_and_in_its_history(
    office: OfficeApi,
) -> None:
    # register.md R13
    await office.clerk.post("/filings", json=FILING)
    await office.clerk.post("/filings", json=filing(1))
    made = await office.clerk.post(f"/filings/{ID}/disputes", json=DISPUTE)
    assert (made.status_code, made.json()["subject"]) == (201, ID)
    again = await office.clerk.post(f"/filings/{ID}/disputes", json=DISPUTE)
    assert (again.status_code, again.json()["height"]) == (200, 3)
    shown = {
        "disputingOfficeCode": "AU",
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "matchKey": "61610420",
        "filingDate": "2012-03-13",
        "reasonText": "61/610,240 is meant",
        "decisionDate": "2014-01-07",
        "height": 3,
        "index": 0,
    }
    document = (await office.examiner.get(f"/filings/{ID}")).json()
    assert document["disputeBag"] == [shown]
    listed = (await office.examiner.get("/filings?office=AU")).json()["filings"]
    assert [one.get("disputeBag") for one in listed] == [None, [shown]]
    before = (await office.examiner.get(f"/filings/{ID}?asOf=2")).json()
    assert "disputeBag" not in before
    history = (await office.examiner.get(f"/filings/{ID}/history")).json()["items"]
    assert [(item["ipOfficeCode"], item["entry"]["entryCategory"]) for item in history] == [
        ("AU", "filing"),
        ("AU", "dispute"),
    ]
    proof = await office.examiner.get("/state-evidence/xAUP2013287263.AU")
    assert proof.status_code == 200

    back = {**DISPUTE, "action": "withdraw", "reasonText": "", "decisionDate": "2014-02-03"}
    assert (await office.clerk.post(f"/filings/{ID}/disputes", json=back)).status_code == 201
    document = (await office.examiner.get(f"/filings/{ID}")).json()
    assert document["disputeBag"] == [{**shown, "withdrawnOn": "2014-02-03", "withdrawnHeight": 5}]


@pytest.mark.parametrize(
    ("change", "reason", "field"),
    [
        ({"reasonText": " "}, "REASON_MISSING", "reasonText"),
        ({"reasonText": "x" * 201}, "TEXT_TOO_LONG", "reasonText"),
        ({"reasonText": "a\u0085b"}, "TEXT_NOT_PRINTABLE", "reasonText"),
        ({"claim": {"ipOfficeCode": "JP"}}, "CLAIM_NOT_FOUND", "claim"),
        ({"relation": "division"}, "CLAIM_NOT_FOUND", "claim"),
        ({"relation": "priority"}, "INVALID_FIELDS", "relation"),
        ({"action": "withdraw"}, "DISPUTE_NOT_FOUND", "claim"),
        ({"action": "revive"}, "INVALID_FIELDS", "action"),
    ],
)
async def test_a_dispute_that_cannot_be_entered_is_told_why(
    office: OfficeApi, change: dict[str, object], reason: str, field: str
) -> None:
    await office.clerk.post("/filings", json=FILING)
    answer = await office.clerk.post(f"/filings/{ID}/disputes", json={**DISPUTE, **change})
    problem = answer.json()
    assert (problem["reasonCode"], problem["errors"][0]["field"]) == (reason, field)


async def test_a_filing_that_nobody_registered_cannot_be_disputed(office: OfficeApi) -> None:
    answer = await office.clerk.post("/filings/EP.patent.10167109/disputes", json=DISPUTE)
    assert answer.status_code == 404


async def test_only_who_may_register_disputes(office: OfficeApi) -> None:
    answer = await office.examiner.post(f"/filings/{ID}/disputes", json=DISPUTE)
    assert answer.status_code == 403
