"""Every read route, asked at the node of an office in no sealed family: with and without the sealed part, one answer.

Two networks hold the same entries at the same places. In one of them filings of EP claim and continue a sealed one,
which AU may not see; in the other they do not, and the sealed one is another.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import httpx2 as httpx
import pytest
from builders.office_api import KEYS, OfficeApi, api_of, service_of

from crypto.access_code import AccessCode
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.jws import sign_submission
from crypto.seal import PRIORITY, Seal, seal
from crypto.signing import bound_message
from ledger.register.entries import (
    Claim,
    ClaimAction,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    PriorityClaim,
    RelatedFiling,
    SealedFiling,
)
from ledger.submission import admit, encode_payload
from node.service import RegisterService

TIME_MS = 1_795_249_800_000
FILED, DECIDED = date(2026, 9, 1), date(2026, 10, 2)
CLAIMING, CORRECTED, DIVISION, MENDED = "26100002", "26100004", "26100005", "26100006"
NUMBERS = (CLAIMING, CORRECTED, DIVISION, MENDED)
OWN = "2027200001"
US_CLAIM = PriorityClaim(
    ip_office_code="US",
    application_number_text="61/610,420",
    filing_date=date(2026, 1, 5),
    right="patent",
)
JP_CLAIM = PriorityClaim(
    ip_office_code="JP",
    application_number_text="2026-050001",
    filing_date=date(2026, 1, 6),
    right="patent",
)


class Asked(NamedTuple):
    """A question to a node."""

    method: str
    path: str
    body: Any = None
    accept: str = "application/json"


def filing(number: str, *claims: PriorityClaim, division_of: Seal | None = None) -> Filing:
    relations = []
    if division_of is not None:
        proof = division_of.prove("division", f"EP.patent.{number}")
        key = division_of.claim_key
        relations = [
            RelatedFiling(relation="division", ip_office_code="EP", claim_key=key, proof=proof)
        ]
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=FILED,
        priority_claim_bag=claims,
        related_filing_bag=tuple(relations),
    )


def change(
    number: str, action: ClaimAction, claim: PriorityClaim, replaced: PriorityClaim | None = None
) -> Claim:
    return Claim(
        filing=FilingReference(right="patent", application_number_text=number),
        action=action,
        claim=claim,
        replaced_claim=replaced,
        decision_date=DECIDED,
    )


def proved(made: Seal, number: str) -> PriorityClaim:
    proof = made.prove(PRIORITY, f"EP.patent.{number}")
    return PriorityClaim(ip_office_code="EP", claim_key=made.claim_key, proof=proof)


def of_sealed_family(made: Seal, *, is_claimed: bool) -> tuple[tuple[Entry, ...], ...]:
    """What EP enters, block by block; the places of the entries are the same if nothing claims the sealed filing."""

    def sealed_claims(number: str) -> tuple[PriorityClaim, ...]:
        return (proved(made, number),) if is_claimed else ()

    key = PriorityClaim(ip_office_code="EP", claim_key=made.claim_key)
    published = Event(
        filing=FilingReference(right="patent", application_number_text=CLAIMING),
        event_category="published",
        event_date=DECIDED,
    )
    first = (
        SealedFiling(claim_key=made.claim_key, commitment=made.commitment),
        filing(CLAIMING, *sealed_claims(CLAIMING), US_CLAIM),
        filing(CORRECTED, US_CLAIM),
        filing(DIVISION, division_of=made if is_claimed else None),
        filing(MENDED, *sealed_claims(MENDED)),
    )
    if is_claimed:
        changes = (
            change(CORRECTED, "correct", proved(made, CORRECTED), US_CLAIM),
            change(MENDED, "correct", JP_CLAIM, key),
        )
    else:
        changes = (change(CORRECTED, "withdraw", US_CLAIM), change(MENDED, "add", JP_CLAIM))
    dispute = Dispute(
        claiming_office_code="EP",
        filing=FilingReference(right="patent", application_number_text=CLAIMING),
        action="raise",
        claim=key,
        reason_text="not the same invention",
        decision_date=DECIDED,
    )
    return first, changes, (published, *((dispute,) if is_claimed else ()))


def own_filing() -> Filing:
    claims = tuple(
        PriorityClaim(ip_office_code="EP", application_number_text=number, filing_date=FILED)
        for number in NUMBERS
    )
    return Filing(
        right="patent",
        application_number_text=OWN,
        filing_date=date(2027, 2, 1),
        priority_claim_bag=claims,
    )


def append(service: RegisterService, office: str, *entries: Entry) -> None:
    """One more block, with these entries, and its certificate."""
    ledger, network_id = service.ledger, service.genesis.network_id()
    height = ledger.height + 1
    time_ms = TIME_MS + 1000 * height
    nonce = height.to_bytes(12, "big")
    payload = encode_payload(network_id, office, time_ms + 60_000, nonce, entries)
    submission = admit(sign_submission(KEYS[office], office, payload), ledger.keyring)
    block = ledger.append(height, time_ms, [submission])
    outcomes = [outcome for item in block.submissions for outcome in item.outcomes]
    assert {outcome.status for outcome in outcomes} == {"accepted"}, outcomes
    block_hash = ledger.block_hash(height)
    message = bound_message("checkpoint", network_id, checkpoint_message(height, block_hash))
    signatures = tuple((code, key.sign(message)) for code, key in sorted(KEYS.items()))
    ledger.attach_certificate(CheckpointCertificate(height, block_hash, signatures))


SEALED_NUMBERS = {True: "26100001", False: "26100009"}
CODE = AccessCode(bytes(range(16)))


def sealed_in(service: RegisterService, *, is_claimed: bool) -> Seal:
    number = SEALED_NUMBERS[is_claimed]
    return seal(service.genesis.network_id(), "EP", "patent", number, FILED, code=CODE)


@asynccontextmanager
async def outsider(folder: Path, *, is_claimed: bool) -> AsyncIterator[OfficeApi]:
    """The node of AU, whose own filing claims those of EP openly."""
    async with service_of("AU", "EP") as service, api_of(service, folder) as office:
        made = sealed_in(service, is_claimed=is_claimed)
        blocks = of_sealed_family(made, is_claimed=is_claimed)
        append(service, "EP", *blocks[0])
        append(service, "AU", own_filing())
        for block in blocks[1:]:
            append(service, "EP", *block)
        yield office


def filing_questions(claim_key: str) -> Iterator[Asked]:
    ids = [f"EP.patent.{number}" for number in NUMBERS]
    for identifier in (*ids, f"AU.patent.{OWN}", f"EP.sealed.{claim_key}"):
        yield Asked("GET", f"/filings/{identifier}")
        yield Asked("GET", f"/filings/{identifier}?asOf=1")
        yield Asked("GET", f"/filings/{identifier}", accept="text/csv")
        yield Asked("GET", f"/filings/{identifier}/history")
        yield Asked("GET", f"/filings/{identifier}/priority-verification")
        yield Asked("GET", f"/reports?filing={identifier}")
        for kind in ("simple", "extended", "complex", "national", "domestic"):
            yield Asked("GET", f"/families/{identifier}?kind={kind}&withoutDisputed=true")
            yield Asked("GET", f"/families/{identifier}?kind={kind}")
    for accept in ("application/json", "text/csv", "application/jsonl", "application/xml"):
        yield Asked("GET", "/filings?office=EP", accept=accept)
        yield Asked("GET", "/filings?asOf=1", accept=accept)


def verification_questions() -> Iterator[Asked]:
    later = {"ipOfficeCode": "AU", "filingDate": "2027-02-01", "right": "patent"}
    us = {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2026-01-05",
    }
    absent = {
        "ipOfficeCode": "EP",
        "applicationNumberText": "26199999",
        "filingDate": str(FILED),
    }
    pairs = [(absent, later)]
    for number in NUMBERS:
        there = {
            "ipOfficeCode": "EP",
            "applicationNumberText": number,
            "filingDate": str(FILED),
        }
        as_second = {**there, "right": "patent"}
        pairs += [
            (there, later),
            (there, {**later, "applicationNumberText": OWN}),
            (us, as_second),
            (absent, as_second),
        ]
        yield Asked("POST", "/filing-verifications", {"second": as_second})
        claims = {"second": as_second, "priorityClaimBag": [us, there]}
        yield Asked("POST", "/filing-verifications", claims)
    questions = [{"first": first, "second": second} for first, second in pairs]
    for question in (*questions, questions):
        yield Asked("POST", "/priority-verifications", question)
    yield Asked("POST", "/priority-verifications?asOf=1", questions[1])


def further_questions(claim_key: str) -> Iterator[Asked]:
    yield Asked("GET", "/application-numbers/EP?number=26100001&right=patent")
    yield Asked("GET", "/notices?since=0")
    yield Asked("GET", "/offices")
    for path in ("", "/coverage", "/closed-days", "/authority-file/definition"):
        yield Asked("GET", f"/offices/EP{path}")
    for accept in ("application/xml", "text/csv"):
        yield Asked("GET", "/offices/EP/authority-file", accept=accept)
    report = f"EP.sealed.{claim_key}.EP.{'9f' * 32}"
    for path in ("", "/content", "/history"):
        yield Asked("GET", f"/reports/{report}{path}")
    for fact in (f"sEPS{claim_key}", f"xEPS{claim_key}.EP"):
        yield Asked("GET", f"/state-evidence/{fact}")
    yield Asked("GET", f"/receipts/EP.sealed.{claim_key}")
    yield Asked("GET", f"/sealed-filings/EP.sealed.{claim_key}")
    yield Asked("POST", f"/sealed-filings/EP.sealed.{claim_key}/receipt")
    yield Asked("GET", "/sealed-filings")
    lookup = {
        "ipOfficeCode": "EP",
        "right": "patent",
        "applicationNumberText": "26100003",
        "filingDate": str(FILED),
    }
    yield Asked("POST", "/sealed-filings/lookups", lookup)


def all_questions(claim_key: str) -> list[Asked]:
    return [
        *filing_questions(claim_key),
        *verification_questions(),
        *further_questions(claim_key),
    ]


SHOWN_WHOLE = {
    "listBlocks",
    "getBlock",
    "getCertificate",
    "exportLedger",
    "proveConsistency",
    "proveFiling",
    "proveFilingVerification",
    "provePriority",
}
"""The ledger itself, and proofs, which would prove nothing without a part of it (docs/sealed-filings.md)."""
OF_THE_NODE = {"getStatus", "getEvidence", "getLiveness", "getMetrics", "getReadiness"}
"""They tell of blocks and messages, and of no filing."""
ENTERS = {
    "registerClaims",
    "registerFilings",
    "registerClaim",
    "registerDispute",
    "registerEvent",
    "declareClosedDays",
    "declareCoverage",
    "depositReport",
    "appendToUpload",
    "cancelUpload",
    "getUploadOffset",
    "listUploads",
    "withholdReports",
    "registerSealedFiling",
    "openSealedFilings",
    "openSealedFiling",
    "submitSigned",
    "getRequest",
}
"""What an office enters itself, and what became of it."""
ASKED_ELSEWHERE = {"exchangeReportContent", "followNotices"}
"""By nodes, with a signature; and as a stream of what `listNotices` answers."""


def _is_of(template: str, asked: Asked) -> bool:
    parts = asked.path.partition("?")[0].split("/")
    names = template.removeprefix("/api/v1").split("/")
    return len(parts) == len(names) and all(
        name.startswith("{") or name == part for name, part in zip(names, parts, strict=True)
    )


async def answer_to(office: OfficeApi, asked: Asked, claim_key: str) -> tuple[object, ...]:
    """Status, kind, text and left-out header of an answer, without what names the key that was asked about."""
    client = office.clerk if asked.path.startswith("/sealed-filings") else office.examiner
    answer: httpx.Response = await client.request(
        asked.method, asked.path, json=asked.body, headers={"Accept": asked.accept}
    )
    assert answer.status_code < 500, (asked, answer.text)
    left_out = answer.headers.get("Register-Left-Out"), answer.headers.get("Link")
    text = answer.text
    if answer.headers["Content-Type"] == "application/problem+json":
        text = str({name: value for name, value in answer.json().items() if name != "requestId"})
    return answer.status_code, text.replace(claim_key, "KEY"), left_out


async def test_an_outsider_gets_the_same_answers_with_and_without_the_sealed_part(
    tmp_path: Path,
) -> None:
    # register.md S7
    answers: dict[bool, list[tuple[object, ...]]] = {}
    for is_claimed in (True, False):
        async with outsider(tmp_path, is_claimed=is_claimed) as office:
            claim_key = sealed_in(office.service, is_claimed=is_claimed).claim_key
            questions = all_questions(claim_key)
            answers[is_claimed] = [await answer_to(office, asked, claim_key) for asked in questions]
    for asked, seen, expected in zip(questions, answers[True], answers[False], strict=True):
        assert seen == expected, asked
    assert sum(status == 200 for status, *_ in answers[True]) > len(questions) / 2


async def test_no_read_route_is_left_out_of_what_outsiders_are_asked_here(tmp_path: Path) -> None:
    """A new route is asked here, or named with its reason."""
    async with outsider(tmp_path, is_claimed=True) as office:
        description = (await office.stranger.get("http://node/openapi.json")).json()
    questions = all_questions("A" * 43)
    left_out = SHOWN_WHOLE | OF_THE_NODE | ENTERS | ASKED_ELSEWHERE
    asked = {
        operation["operationId"]
        for template, operations in description["paths"].items()
        for method, operation in operations.items()
        if any(method.upper() == one.method and _is_of(template, one) for one in questions)
    }
    known = {
        operation["operationId"]
        for operations in description["paths"].values()
        for operation in operations.values()
    }
    assert known - asked == left_out


@pytest.mark.parametrize("is_claimed", [True, False])
async def test_whoever_shows_the_access_code_is_told_of_the_claim(
    tmp_path: Path, is_claimed: bool
) -> None:
    async with outsider(tmp_path, is_claimed=is_claimed) as office:
        first = {
            "ipOfficeCode": "EP",
            "applicationNumberText": SEALED_NUMBERS[is_claimed],
            "filingDate": str(FILED),
            "accessCode": CODE.printed,
        }
        second = {
            "ipOfficeCode": "EP",
            "applicationNumberText": CLAIMING,
            "filingDate": str(FILED),
            "right": "patent",
        }
        question = {"first": first, "second": second}
        answer = await office.examiner.post("/priority-verifications", json=question)
        is_missed = "CLAIM_NOT_REGISTERED" in answer.json()["reasons"]
        assert (answer.json()["firstFiling"]["ipOfficeCode"], is_missed) == ("EP", not is_claimed)
