"""No door lets an access code, or the number of an own sealed filing, onto the ledger: also not the signed one."""

from datetime import date
from typing import Any, get_args

import httpx2 as httpx
import msgspec
import pytest
from builders.ledger_texts import told
from builders.office_api import OfficeApi, signed

from api.misplaced_codes import _PUBLIC_KEYS, entered_code_error
from crypto.access_code import AccessCode
from ledger.register.entries import Claim, Entry, Filing, FilingReference, PriorityClaim

NUMBER = "2013900001"
REQUEST = {"right": "patent", "applicationNumberText": NUMBER, "filingDate": "2013-03-12"}
CODE = AccessCode(bytes(range(7, 23))).printed
SLIP = CODE[:-1] + ("7" if CODE[-1] != "7" else "8")
LATER = Filing(right="patent", application_number_text="2014900002", filing_date=date(2014, 3, 11))


async def submit(office: OfficeApi, *entries: Entry) -> httpx.Response:
    headers = {"Content-Type": "application/jose"}
    data = signed(office.service, *entries)
    return await office.clerk.post("/submissions", content=data, headers=headers)


async def test_a_signed_submission_with_the_number_of_a_sealed_filing_is_not_sent(
    office: OfficeApi,
) -> None:
    sealed = await office.clerk.post("/sealed-filings", json=REQUEST)
    assert sealed.status_code == 201
    height = office.service.ledger.height
    own = Filing(right="patent", application_number_text=NUMBER, filing_date=date(2013, 3, 12))
    claim = PriorityClaim(
        ip_office_code="AU", application_number_text=NUMBER, filing_date=date(2013, 3, 21)
    )
    claiming = msgspec.structs.replace(LATER, priority_claim_bag=(claim,))
    for entry, field in (
        (own, "entries[1].applicationNumberText"),
        (claiming, "entries[1].priorityClaimBag[0].applicationNumberText"),
    ):
        refused = await submit(office, LATER, entry)
        problem = refused.json()
        assert (refused.status_code, problem["reasonCode"]) == (409, "NUMBER_IS_SEALED")
        assert problem["errors"][0]["field"] == field
        assert NUMBER not in refused.text
    assert office.service.ledger.height == height
    assert (await submit(office, LATER)).status_code == 200


async def test_what_was_executed_gets_its_receipts_again_whatever_was_sealed_since(
    office: OfficeApi,
) -> None:
    own = Filing(right="patent", application_number_text=NUMBER, filing_date=date(2013, 3, 12))
    data = signed(office.service, own)
    headers = {"Content-Type": "application/jose"}
    first = await office.clerk.post("/submissions", content=data, headers=headers)
    again = await office.clerk.post("/submissions", content=data, headers=headers)
    assert (first.status_code, again.json()) == (200, first.json())


async def test_a_signed_submission_with_an_access_code_is_not_sent(office: OfficeApi) -> None:
    height = office.service.ledger.height
    refused = await submit(office, msgspec.structs.replace(LATER, application_number_text=CODE))
    assert (refused.status_code, refused.json()["reasonCode"]) == (422, "ACCESS_CODE_MISPLACED")
    assert CODE not in refused.text
    assert office.service.ledger.height == height


CLAIM = PriorityClaim(ip_office_code="AU", application_number_text="2013900001")
DOORS: list[tuple[str, dict[str, Any]]] = [
    ("/filings", {**REQUEST, "applicationNumberText": CODE}),
    ("/filings", {**REQUEST, "applicationNumberText": SLIP}),
    (
        "/filings",
        {**REQUEST, "priorityClaimBag": [{"ipOfficeCode": "EP", "applicationNumberText": SLIP}]},
    ),
    ("/sealed-filings", {**REQUEST, "applicationNumberText": SLIP}),
    (
        "/sealed-filings",
        {
            **REQUEST,
            "priorityClaimBag": [
                {
                    "ipOfficeCode": "EP",
                    "applicationNumberText": SLIP,
                    "filingDate": "2013-01-02",
                    "right": "patent",
                    "isOpen": True,
                }
            ],
        },
    ),
]


@pytest.mark.parametrize(("path", "body"), DOORS)
async def test_a_code_in_the_place_of_a_number_is_refused_also_with_a_slip(
    office: OfficeApi, path: str, body: dict[str, Any]
) -> None:
    refused = await office.clerk.post(path, json=body)
    assert refused.status_code == 422
    assert refused.json()["reasonCode"] in ("ACCESS_CODE_MISPLACED", "INVALID_FIELDS")
    assert refused.json()["errors"][0]["field"].endswith("pplicationNumberText")
    for text in (CODE, SLIP):
        assert text not in refused.text
        assert text not in told(office.service)


async def test_a_code_as_idempotency_key_is_refused(office: OfficeApi) -> None:
    compact = CODE.replace("-", "")
    for key in (CODE, compact):
        headers = {"Idempotency-Key": key}
        refused = await office.clerk.post("/filings", json=REQUEST, headers=headers)
        assert refused.json()["reasonCode"] == "ACCESS_CODE_MISPLACED"
    for key in ("123e4567-e89b-42d3-a456-426614174000", "3" * 32, "docket-2026-11-21-4711-0001"):
        headers = {"Idempotency-Key": key}
        assert (await office.clerk.post("/filings", json=REQUEST, headers=headers)).is_success


def examples(kind: type[msgspec.Struct], text: str) -> dict[str, msgspec.Struct]:
    """An entry of the kind for each of its texts, which stands there; by the paths."""
    found: dict[str, msgspec.Struct] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in _PUBLIC_KEYS:
            continue
        for each in (field.type, *get_args(field.type)):
            for inner in (each, *get_args(each)):
                if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
                    is_bag = "tuple" in str(field.type)
                    for path, value in examples(inner, text).items():
                        place = "[0]." if is_bag else "."
                        given = (value,) if is_bag else value
                        found[f"{field.encode_name}{place}{path}"] = made(kind, field.name, given)
        if field.type is str or field.type == str | None:
            found[field.encode_name] = made(kind, field.name, text)
    return found


def made(kind: type[msgspec.Struct], name: str, value: object) -> msgspec.Struct:
    """A struct of the kind with this field; the others may hold anything, for nobody looks at them."""
    needed = {each.name: None for each in msgspec.structs.fields(kind) if each.required}
    return kind(**{**needed, name: value})


ALL = [
    (kind.__name__, path, entry)
    for kind in get_args(Entry)
    for path, entry in examples(kind, CODE).items()
]


@pytest.mark.parametrize(("kind", "path", "entry"), ALL)
def test_a_code_is_found_in_every_text_of_every_entry(kind: str, path: str, entry: Entry) -> None:
    # By reflection: a new field is not forgotten.
    fault = entered_code_error(entry)
    assert fault is not None, kind
    assert fault.field == path


def test_entries_without_a_code_pass() -> None:
    reference = FilingReference(right="patent", application_number_text="PCT/US2013/032081")
    claim = Claim(
        filing=reference,
        action="add",
        claim=CLAIM,
        decision_date=date(2014, 1, 7),
        request_key="123e4567-e89b-42d3-a456-426614174000",
    )
    assert entered_code_error(claim) is None


async def test_no_answer_tells_whether_a_claim_key_is_that_of_a_sealed_filing(
    office: OfficeApi,
) -> None:
    # Found in a review: the register says which it is, and a clerk could ask it with a claim of his own.
    sealed = (await office.clerk.post("/sealed-filings", json=REQUEST)).json()["filingId"]
    height = office.service.ledger.height
    answers: list[tuple[object, ...]] = []
    for key in (sealed.rpartition(".")[2], "A" * 43):
        claim = {"ipOfficeCode": "AU", "claimKey": key, "proof": "A" * 86}
        body = {
            "right": "patent",
            "applicationNumberText": "2014900002",
            "filingDate": "2014-03-11",
            "priorityClaimBag": [claim],
        }
        refused = await office.clerk.post("/filings", json=body)
        rows = await office.clerk.post("/filings", json=[body])
        answers.append(
            (refused.status_code, refused.json()["reasonCode"], refused.json()["errors"])
        )
        answers.append((rows.status_code, rows.json()["rows"][0]["reasonCode"]))
    assert answers[:2] == answers[2:]
    assert answers[0][1] == "NO_SEALED_FILING"
    assert office.service.ledger.height == height
