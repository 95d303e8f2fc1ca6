"""One slip in a date, a forgotten code or another door: the number of a sealed filing stays off the ledger."""

from typing import Any

import httpx2 as httpx
import pytest
from builders.ledger_texts import told
from builders.office_api import OfficeApi

NUMBER = "2013900001"
REQUEST = {"right": "patent", "applicationNumberText": NUMBER, "filingDate": "2013-03-12"}
LATER = {"right": "patent", "applicationNumberText": "2014900002", "filingDate": "2014-03-11"}
OWN = {"ipOfficeCode": "AU", "applicationNumberText": NUMBER, "filingDate": "2013-03-12"}
SLIP = {**OWN, "filingDate": "2013-03-21"}
JP = {"ipOfficeCode": "JP", "applicationNumberText": "2012-123456", "filingDate": "2012-03-15"}


async def seal(office: OfficeApi, **request: object) -> dict[str, Any]:
    answer = await office.clerk.post("/sealed-filings", json=request)
    assert answer.status_code == 201, answer.text
    receipt: dict[str, Any] = answer.json()
    return receipt


async def change(office: OfficeApi, filing: str, **request: object) -> httpx.Response:
    body = {"decisionDate": "2014-05-01", **request}
    return await office.clerk.post(f"/filings/{filing}/claims", json=body)


def fault_of(answer: httpx.Response) -> tuple[int, str, str, str]:
    problem = answer.json()
    (fault,) = problem["errors"]
    return answer.status_code, problem.get("reasonCode", ""), fault["field"], fault["expected"]


@pytest.mark.parametrize("named", [SLIP, {**SLIP, "right": "patent"}, {**SLIP, "isOpen": True}])
async def test_an_own_sealed_filing_claimed_with_a_slip_in_its_date_is_not_claimed_openly(
    office: OfficeApi, named: dict[str, object]
) -> None:
    first, later = await seal(office, **REQUEST), await seal(office, **LATER)
    other = {**LATER, "applicationNumberText": "2014900003"}
    asked = await office.clerk.post("/sealed-filings", json={**other, "priorityClaimBag": [named]})
    status, _, field, expected = fault_of(asked)
    assert (status, field) == (422, "priorityClaimBag[0].filingDate")
    assert expected.startswith("the date under which it is sealed")
    assert first["filingId"] in expected
    for answer in (
        await change(office, later["filingId"], action="add", claim=named),
        await office.clerk.post(
            f"/sealed-filings/{later['filingId']}/opening", json={"priorityClaimBag": [named]}
        ),
    ):
        assert answer.status_code == 422
    assert NUMBER not in told(office.service)


async def test_after_its_opening_an_own_filing_is_claimed_by_its_number(office: OfficeApi) -> None:
    first = await seal(office, **REQUEST)
    await office.clerk.post(f"/sealed-filings/{first['filingId']}/opening", json={})
    await seal(office, **LATER, priorityClaimBag=[SLIP])
    assert "2013-03-21" in told(office.service)


@pytest.mark.parametrize("action", ["withdraw", "restore", "refuseRestoration", "correct"])
async def test_a_sealed_claim_named_with_a_slip_in_its_date_is_not_named_openly(
    office: OfficeApi, action: str
) -> None:
    await seal(office, **REQUEST)
    later = await seal(office, **LATER, priorityClaimBag=[OWN])
    height = office.service.ledger.height
    asked: dict[str, object] = {"action": action, "claim": SLIP, "criterion": "dueCare"}
    if action == "correct":
        asked |= {"claim": OWN, "replacedClaim": SLIP}
    answer = await change(office, later["filingId"], **asked)
    field = "replacedClaim" if action == "correct" else "claim"
    assert fault_of(answer)[:3] == (422, "CLAIM_NOT_FOUND", field)
    assert office.service.ledger.height == height
    assert NUMBER not in told(office.service)


async def test_a_claim_to_the_own_sealed_filing_comes_in_by_no_open_door(office: OfficeApi) -> None:
    first = await seal(office, **REQUEST)
    later = await seal(office, **LATER, priorityClaimBag=[OWN])
    await office.clerk.post("/filings", json={**LATER, "applicationNumberText": "2014900004"})
    filing = {"right": "patent", "applicationNumberText": "2014900004"}
    sealed = {"claimKey": later["filingId"].rpartition(".")[2]}
    for named in (OWN, SLIP, {**OWN, "ipOfficeCode": "au", "right": "patent"}):
        opened = {**LATER, "applicationNumberText": "2014900003", "priorityClaimBag": [named]}
        alone = await office.clerk.post("/filings", json=opened)
        status, reason, field, expected = fault_of(alone)
        assert (status, reason) == (409, "NUMBER_IS_SEALED")
        assert field == "priorityClaimBag[0].applicationNumberText"
        assert first["filingId"] in expected
        relation = {**opened, "priorityClaimBag": [], "relatedFilingBag": [
            {**named, "relation": "division"}
        ]}  # fmt: skip
        bulk = await office.clerk.post("/filings", json=[opened, relation])
        entry = {"decisionDate": "2014-05-01", "claim": {**named, "right": "patent"}}
        changes = await office.clerk.post(
            "/claims",
            json=[
                {**entry, "filing": filing, "action": "add"},
                {**entry, "filing": sealed, "action": "withdraw"},
                {**entry, "filing": {**filing, "applicationNumberText": "1"}, "action": "withdraw"},
            ],
        )
        for answer in (bulk, changes):
            assert {row["reasonCode"] for row in answer.json()["rows"]} == {"NUMBER_IS_SEALED"}
        dispute = {"action": "raise", "reasonText": "why", **entry}
        refused = await office.clerk.post(f"/filings/{later['filingId']}/disputes", json=dispute)
        assert fault_of(refused)[1] == "NUMBER_IS_SEALED"
    assert NUMBER not in told(office.service)


async def test_an_open_claim_beside_a_sealed_one_is_withdrawn_in_bulk(office: OfficeApi) -> None:
    await seal(office, **REQUEST)
    jp = {**JP, "right": "patent"}
    later = await seal(office, **LATER, priorityClaimBag=[OWN, jp])
    sealed = {"claimKey": later["filingId"].rpartition(".")[2]}
    entry = {"decisionDate": "2014-05-01", "filing": sealed, "action": "withdraw", "claim": jp}
    answer = await office.clerk.post("/claims", json=[entry])
    assert [row["status"] for row in answer.json()["rows"]] == ["accepted"]


async def test_a_claim_is_withdrawn_and_corrected_just_as_it_was_given(office: OfficeApi) -> None:
    """M4: a sealed filing's open claims state a right, which the clerk need not repeat."""
    later = await seal(office, **LATER, priorityClaimBag=[JP])
    right_one = {**JP, "applicationNumberText": "2012-123457"}
    for asked in (
        {"action": "correct", "claim": right_one, "replacedClaim": JP},
        {"action": "withdraw", "claim": right_one},
    ):
        answer = await change(office, later["filingId"], **asked)
        assert answer.status_code == 201, answer.text
