"""The forms of filings over HTTP: what is sent, what can be asked for, and whose rows are taken."""

import json

import pytest
from builders.office_api import OfficeApi

from api.formats import MEDIA_TYPES, read_rows

ID = "AU.patent.2013287263"
FILING = {
    "right": "patent",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/610,420",
            "filingDate": "2012-03-13",
        }
    ],
}
ST97 = {
    "applicationNumber": {"ipOfficeCode": "AU", "applicationNumberText": "2013287263"},
    "right": "patent",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [
        {
            "sequenceNumber": 1,
            "ipOfficeCode": "US",
            "applicationNumber": {"applicationNumberText": "61/610,420"},
            "filingDate": "2012-03-13",
        }
    ],
}


async def test_an_st97_document_is_the_same_filing_as_the_entry(office: OfficeApi) -> None:
    first = await office.clerk.post("/filings", json=ST97)
    assert (first.status_code, first.json()["subject"]) == (201, ID)
    again = await office.clerk.post("/filings", json=FILING)
    assert (again.status_code, again.json()["status"]) == (200, "repeated")


async def test_an_st97_document_of_another_office_is_refused(office: OfficeApi) -> None:
    document = {**ST97, "applicationNumber": {"ipOfficeCode": "US", "applicationNumberText": "1"}}
    answer = await office.clerk.post("/filings", json=document)
    assert (answer.status_code, answer.json()["reasonCode"]) == (403, "OTHER_OFFICE")
    assert answer.json()["errors"] == [
        {
            "field": "ipOfficeCode",
            "expected": "AU: an office registers its own filings only",
            "received": '"US"',
        }
    ]


async def test_an_st97_document_that_contradicts_itself_is_refused(office: OfficeApi) -> None:
    document = {**ST97, "applicationNumberText": "2013287264"}
    answer = await office.clerk.post("/filings", json=document)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "field": "applicationNumberText",
            "expected": "one value",
            "received": '["2013287263","2013287264"]',
        }
    ]


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
async def test_what_is_answered_in_a_form_can_be_sent_again_without_change(
    office: OfficeApi, media_type: str
) -> None:
    await office.clerk.post("/filings", json=FILING)
    if media_type == "application/json":
        body = json.dumps([ST97]).encode()
    else:
        asked = "application/xml" if media_type == "text/xml" else media_type
        answer = await office.examiner.get("/filings", headers={"Accept": asked})
        assert answer.headers["content-type"].startswith(asked)
        assert answer.headers["register-height"] == "1"
        body = answer.content
    again = await office.clerk.post("/filings", content=body, headers={"Content-Type": media_type})
    assert again.json()["counts"]["repeated"] == 1, again.json()


@pytest.mark.parametrize("media_type", ["text/csv", "application/jsonl", "application/xml"])
async def test_one_filing_is_answered_in_every_form(office: OfficeApi, media_type: str) -> None:
    await office.clerk.post("/filings", json=FILING)
    answer = await office.examiner.get(f"/filings/{ID}", headers={"Accept": media_type})
    (row,) = read_rows(media_type, answer.content)
    assert row.filing is not None
    assert (row.office, row.filing.application_number_text) == ("AU", "2013287263")
    assert answer.headers["vary"] == "Accept"
    known = {"Accept": media_type, "If-None-Match": answer.headers["etag"]}
    again = await office.examiner.get(f"/filings/{ID}", headers=known)
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/filings", f"/filings/{ID}"])
async def test_a_form_that_is_not_offered_is_refused(office: OfficeApi, path: str) -> None:
    answer = await office.examiner.get(path, headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "application/xml" in answer.json()["errors"][0]["expected"]


async def test_pages_are_followed_in_every_form(office: OfficeApi) -> None:
    filings = [{**FILING, "applicationNumberText": f"20132872{n:02}"} for n in range(5)]
    await office.clerk.post("/filings", json=filings)
    found = []
    path = "/filings?limit=2"
    while path:
        answer = await office.examiner.get(path, headers={"Accept": "application/jsonl"})
        found += [row.filing for row in read_rows("application/jsonl", answer.content)]
        path = answer.links.get("next", {}).get("url", "").removeprefix("/api/v1")
    assert len(found) == 5


async def test_rows_of_another_office_are_reported_and_the_others_go_on(office: OfficeApi) -> None:
    table = (
        "ipOfficeCode,right,applicationNumberText,filingDate\n"
        "au,patent,2013287263,2013-03-12\n"
        "US,patent,14/000001,2013-03-12\n"
        ",patent,2013287265,2013-03-12\n"
    )
    answer = await office.clerk.post(
        "/filings", content=table, headers={"Content-Type": "text/csv"}
    )
    rows = answer.json()["rows"]
    assert [row["status"] for row in rows] == ["accepted", "rejected", "accepted"]
    assert rows[1]["reasonCode"] == "OTHER_OFFICE"
    assert rows[1]["errors"][0]["field"] == "ipOfficeCode"


async def test_a_broken_xml_document_is_refused_with_the_line(office: OfficeApi) -> None:
    answer = await office.clerk.post(
        "/filings", content="<a>\n<b></a>", headers={"Content-Type": "application/xml"}
    )
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["received"].startswith("line 2: ")
    assert answer.json()["reasonCode"] == "MALFORMED_REQUEST"


async def test_claim_changes_are_entered_in_their_order_and_once(office: OfficeApi) -> None:
    await office.clerk.post("/filings", json=FILING)
    table = (
        "right,applicationNumberText,action,decisionDate,claimIpOfficeCode,"
        "claimApplicationNumberText,claimFilingDate\n"
        "patent,2013287263,add,2013-05-01,GB,1204321.0,2012-04-02\n"
        "patent,2013287263,withdraw,2013-05-02,GB,1204321.0,2012-04-02\n"
        "patent,2013287263,withdraw,2013-05-03,FR,1251234,2012-04-02\n"
        "patent,2013287263,whatever,2013-05-03,FR,1251234,2012-04-02\n"
    )
    headers = {"Content-Type": "text/csv"}
    answer = await office.clerk.post("/claims", content=table, headers=headers)
    rows = answer.json()["rows"]
    assert [row["status"] for row in rows] == ["accepted", "accepted", "rejected", "malformed"]
    assert (rows[2]["reasonCode"], rows[2]["errors"][0]["field"]) == ("CLAIM_NOT_FOUND", "claim")
    assert rows[3]["errors"][0]["field"] == "action"
    again = await office.clerk.post("/claims", content=table, headers=headers)
    assert [row["status"] for row in again.json()["rows"]][:2] == ["repeated", "repeated"]
    read = (await office.examiner.get(f"/filings/{ID}")).json()
    assert [claim["status"] for claim in read["priorityClaimBag"]] == ["claimed", "withdrawn"]
    asked = {"Accept": "text/csv"}
    table_of = (await office.examiner.get(f"/filings/{ID}", headers=asked)).text
    assert "GB" not in table_of, "a table holds the filing as it was filed"


async def test_only_a_clerk_enters_claim_changes(office: OfficeApi) -> None:
    headers = {"Content-Type": "application/jsonl"}
    answer = await office.examiner.post("/claims", content=b"{}", headers=headers)
    assert answer.status_code == 403
