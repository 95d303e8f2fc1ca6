"""The keys by which clients recognise their requests: the ledger tells those of sealed filings to nobody."""

from builders.ledger_texts import told
from builders.office_api import OfficeApi

from ledger.record_log import MemoryLog
from node.sealed.codes import CodeStore

REQUEST = {"right": "patent", "applicationNumberText": "2013900001", "filingDate": "2013-03-12"}
OTHER = {**REQUEST, "applicationNumberText": "2014900002", "filingDate": "2014-03-11"}
EVENT = {"eventCategory": "refused", "eventDate": "2014-05-01"}
CLAIM = {
    "ipOfficeCode": "JP",
    "applicationNumberText": "2012-123456",
    "filingDate": "2012-03-15",
    "right": "patent",
}
DISPUTE = {
    "action": "raise",
    "claim": CLAIM,
    "reasonText": "another one is meant",
    "decisionDate": "2014-01-07",
}


async def test_no_request_key_about_a_sealed_filing_stands_on_the_ledger(office: OfficeApi) -> None:
    filed = await office.clerk.post("/sealed-filings", json=REQUEST, headers=key("2013900001"))
    assert filed.status_code == 201, filed.text
    path = f"/filings/{filed.json()['filingId']}"
    change = {"action": "add", "claim": CLAIM, "decisionDate": "2013-05-01"}
    row = {**change, "filing": {"claimKey": path.rpartition(".")[2]}, "action": "withdraw"}
    for where, body in (
        (f"{path}/claims", change),
        (f"{path}/disputes", DISPUTE),
        (f"{path}/events", EVENT),
        ("/claims", [{**row, "requestKey": "DOCKET-row"}]),
        ("/claims", [{**row, "decisionDate": "2013-05-02"}]),
        (path.replace("filings", "sealed-filings") + "/opening", {}),
    ):
        answer = await office.clerk.post(where, json=body, headers=key(f"DOCKET{where[-5:]}"))
        assert answer.status_code in {200, 201}, (where, answer.text)
        assert answer.json().get("counts", {}).get("rejected", 0) == 0
    assert told(office.service).count('"requestKey"') == 7
    assert "DOCKET" not in told(office.service)
    before_the_opening = told(office.service).partition('"opening"')[0]
    assert "2013900001" not in before_the_opening


async def test_the_key_of_a_claim_to_a_sealed_filing_is_hidden_for_an_open_filing_too(
    office: OfficeApi,
) -> None:
    first = (await office.clerk.post("/sealed-filings", json=REQUEST)).json()
    await office.clerk.post("/filings", json=OTHER, headers=key("docket-of-open"))
    names = ("ipOfficeCode", "applicationNumberText", "filingDate", "accessCode")
    claim = {name: first[name] for name in names}
    change = {"action": "add", "claim": claim, "decisionDate": "2014-05-01"}
    path = "/filings/AU.patent.2014900002/claims"
    added = await office.clerk.post(path, json=change, headers=key("to-2013900001"))
    assert added.status_code == 201, added.text
    assert "docket-of-open" in told(office.service)  # an open filing hides nothing
    assert "2013900001" not in told(office.service)


async def test_a_hidden_key_still_stands_for_one_content_only(office: OfficeApi) -> None:
    first = await office.clerk.post("/sealed-filings", json=REQUEST, headers=key("mine"))
    again = await office.clerk.post("/sealed-filings", json=REQUEST, headers=key("mine"))
    reused = await office.clerk.post("/sealed-filings", json=OTHER, headers=key("mine"))
    assert (first.status_code, again.status_code) == (201, 200)
    assert (reused.status_code, reused.json()["reasonCode"]) == (422, "REQUEST_KEY_REUSED")


def test_a_hidden_key_depends_on_the_offices_own_key_on_network_and_office() -> None:
    def hidden(key: bytes = b"k" * 32, network: bytes = bytes(32), office: str = "AU") -> str:
        return CodeStore(MemoryLog(), key, network, office).hidden_key("2013900001")

    assert hidden() == hidden()
    others = {hidden(key=b"j" * 32), hidden(network=b"n" * 32), hidden(office="EP")}
    assert len({hidden(), *others}) == 4


def key(text: str) -> dict[str, str]:
    return {"Idempotency-Key": text}
