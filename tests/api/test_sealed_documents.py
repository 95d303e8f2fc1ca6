"""What the API shows of sealed filings, and of the claims to them, before and after their openings."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import httpx2 as httpx
from builders.office_api import KEYS, OfficeApi, api_of, service_of, signed

from crypto.access_code import AccessCode
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.seal import PRIORITY, Seal, seal
from crypto.signing import SigningKey, bound_message
from ledger.receipt import verify_receipt
from ledger.receipt_json import decode_receipt, decode_state_evidence
from ledger.register.entries import (
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    SealedFiling,
)
from ledger.submission import admit
from node.service import RegisterService

FIRST_NUMBER, FILED, LATER_DAY = "2026900123", date(2026, 3, 12), date(2026, 9, 1)
LATER = "AU.patent.2026200001"
PUBLISHED = date(2026, 10, 1)


def sealed_at(office: OfficeApi, number: str = FIRST_NUMBER) -> Seal:
    network_id = office.service.genesis.network_id()
    return seal(network_id, "AU", "patent", number, FILED, code=AccessCode(bytes(range(16))))


def sealed(made: Seal) -> SealedFiling:
    return SealedFiling(claim_key=made.claim_key, commitment=made.commitment)


def opening(made: Seal) -> Opening:
    return Opening(
        claim_key=made.claim_key,
        blinding=made.blinding,
        right="patent",
        application_number_text=FIRST_NUMBER,
        filing_date=FILED,
    )


def later_filing(made: Seal) -> Filing:
    return Filing(
        right="patent",
        application_number_text="2026200001",
        filing_date=LATER_DAY,
        priority_claim_bag=(
            PriorityClaim(
                ip_office_code="AU",
                claim_key=made.claim_key,
                proof=made.prove(PRIORITY, LATER),
            ),
        ),
    )


def certificate_by(keys: dict[str, SigningKey], service: RegisterService) -> CheckpointCertificate:
    """A certificate of the first block by all offices of the network."""
    block_hash = service.ledger.block_hash(1)
    message = bound_message(
        "checkpoint", service.genesis.network_id(), checkpoint_message(1, block_hash)
    )
    offices = sorted(office.code for office in service.genesis.offices)
    signatures = tuple((office, keys[office].sign(message)) for office in offices)
    return CheckpointCertificate(1, block_hash, signatures)


async def enter(office: OfficeApi, *entries: Entry) -> list[str]:
    """Register the entries, and return what the register said to each."""
    answer = await office.clerk.post(
        "/submissions",
        content=signed(office.service, *entries),
        headers={"Content-Type": "application/jose"},
    )
    assert answer.status_code == 200, answer.text
    return [status for status, *_ in answer.json()["results"]]


async def test_a_sealed_filing_is_answered_like_one_that_is_not_there(office: OfficeApi) -> None:
    made, other = sealed_at(office), sealed_at(office, "2026900777")
    assert await enter(office, sealed(made)) == ["accepted"]
    bodies = []
    for one in (made, other):
        answer = await office.examiner.get(f"/filings/AU.sealed.{one.claim_key}")
        assert answer.status_code == 404
        bodies.append(answer.json()["detail"].replace(one.claim_key, "K"))
    assert bodies == ["AU.sealed.K is not in the register at height 1."] * 2
    listed = await office.examiner.get("/filings")
    assert listed.json() == {"filings": []}


async def test_after_its_opening_both_of_its_names_lead_to_the_filing(office: OfficeApi) -> None:
    made = sealed_at(office)
    reference = FilingReference(claim_key=made.claim_key)
    event = Event(filing=reference, event_category="withdrawn", event_date=PUBLISHED)
    assert await enter(office, sealed(made), event, opening(made)) == ["accepted"] * 3
    by_key = await office.examiner.get(f"/filings/AU.sealed.{made.claim_key}")
    by_number = await office.examiner.get(f"/filings/AU.patent.{FIRST_NUMBER}")
    assert by_key.json() == by_number.json()
    assert by_number.json()["claimKey"] == made.claim_key
    assert by_number.json()["eventBag"][0]["eventCategory"] == "withdrawn"
    history = await office.examiner.get(f"/filings/AU.patent.{FIRST_NUMBER}/history")
    kinds = [item["entry"]["entryCategory"] for item in history.json()["items"]]
    assert kinds == ["sealedFiling", "event", "opening"]


async def test_a_sealed_claim_shows_its_key_and_the_number_once_that_is_known(
    office: OfficeApi,
) -> None:
    made = sealed_at(office)
    assert await enter(office, sealed(made), later_filing(made)) == ["accepted"] * 2
    (before,) = (await office.examiner.get(f"/filings/{LATER}")).json()["priorityClaimBag"]
    assert await enter(office, opening(made)) == ["accepted"]
    (after,) = (await office.examiner.get(f"/filings/{LATER}")).json()["priorityClaimBag"]
    assert (before["claimKey"], "applicationNumberText" in before) == (made.claim_key, False)
    opened = {
        "applicationNumberText": FIRST_NUMBER,
        "matchKey": FIRST_NUMBER,
        "right": "patent",
        "filingDate": "2026-03-12",
    }
    assert after == before | opened
    then = await office.examiner.get(f"/filings/{LATER}", params={"asOf": 1})
    assert then.json()["priorityClaimBag"] == [before]


async def test_a_list_cannot_carry_a_sealed_claim_until_it_is_opened_and_names_what_it_leaves_out(
    office: OfficeApi,
) -> None:
    made = sealed_at(office)
    await enter(office, sealed(made), later_filing(made))
    csv = {"Accept": "text/csv"}
    answer = await office.examiner.get(f"/filings/{LATER}", headers=csv)
    assert answer.status_code == 406
    assert answer.json()["detail"] == (
        f"{LATER} names a sealed filing, which no list can carry: ask for application/json."
    )
    other = {"right": "patent", "applicationNumberText": "2015900002", "filingDate": "2015-03-11"}
    assert (await office.clerk.post("/filings", json=other)).status_code == 201
    for media_type in ("text/csv", "application/jsonl", "application/xml"):
        page = await office.examiner.get("/filings", headers={"Accept": media_type})
        assert page.status_code == 200
        assert page.headers["Register-Left-Out"] == LATER
        assert page.headers["Register-Left-Out-Count"] == "1"
        assert "2015900002" in page.text
        assert LATER.rpartition(".")[2] not in page.text
    await enter(office, opening(made))
    row = await office.examiner.get(f"/filings/{LATER}", headers=csv)
    assert row.status_code == 200
    assert f"AU,{FIRST_NUMBER},2026-03-12,patent" in row.text


async def test_disputes_of_a_filing_that_was_sealed_are_listed_with_it(office: OfficeApi) -> None:
    made = sealed_at(office)
    claimed = PriorityClaim(
        ip_office_code="US",
        application_number_text="19/123,456",
        filing_date=date(2026, 1, 5),
        right="patent",
    )
    entry = SealedFiling(
        claim_key=made.claim_key, commitment=made.commitment, priority_claim_bag=(claimed,)
    )
    dispute = Dispute(
        claiming_office_code="AU",
        filing=FilingReference(claim_key=made.claim_key),
        action="raise",
        claim=claimed,
        reason_text="another number is meant",
        decision_date=PUBLISHED,
    )
    assert await enter(office, entry, dispute, opening(made)) == ["accepted"] * 3
    one = (await office.examiner.get(f"/filings/AU.patent.{FIRST_NUMBER}")).json()
    (listed,) = (await office.examiner.get("/filings")).json()["filings"]
    assert listed == one
    assert [shown["reasonText"] for shown in one["disputeBag"]] == ["another number is meant"]


async def test_an_office_has_receipts_of_its_own_sealed_filings_only(tmp_path: Path) -> None:
    async with service_of("AU", "EP") as service, api_of(service, tmp_path) as office:
        made, keyring = sealed_at(office), service.genesis.keyring()
        both = [
            admit(signed(service, sealed(made), office=owner), keyring) for owner in ("AU", "EP")
        ]
        service.ledger.append(1, both[0].valid_until_ms - 60_000, both)
        certificate = certificate_by(KEYS, service)
        service.ledger.attach_certificate(certificate)
        own = await office.examiner.get(f"/receipts/AU.sealed.{made.claim_key}")
        assert own.status_code == 200
        assert verify_receipt(decode_receipt(own.content), service.genesis).height == 1
        other = await office.examiner.get(f"/receipts/EP.sealed.{made.claim_key}")
        assert other.status_code == 404


@asynccontextmanager
async def beside_ep(folder: Path) -> AsyncIterator[tuple[OfficeApi, Seal, Seal]]:
    """AU's node; EP's sealed filing, which EP's open filing claims, and one that EP might have sealed, and did not."""
    async with service_of("AU", "EP") as service, api_of(service, folder) as office:
        network_id, keyring = service.genesis.network_id(), service.genesis.keyring()
        there, absent = (
            seal(network_id, "EP", "patent", number, FILED, code=AccessCode(bytes(16)))
            for number in ("26100001", "26100003")
        )
        later = Filing(
            right="patent",
            application_number_text="26100002",
            filing_date=LATER_DAY,
            priority_claim_bag=(
                PriorityClaim(
                    ip_office_code="EP",
                    claim_key=there.claim_key,
                    proof=there.prove(PRIORITY, "EP.patent.26100002"),
                ),
            ),
        )
        entries = admit(signed(service, sealed(there), later, office="EP"), keyring)
        service.ledger.append(1, entries.valid_until_ms - 60_000, [entries])
        service.ledger.attach_certificate(certificate_by(KEYS, service))
        yield office, there, absent


async def test_the_fact_keys_that_a_verification_with_the_code_names_are_proved(
    office: OfficeApi,
) -> None:
    made, absent = sealed_at(office), sealed_at(office, "2026900777")
    await enter(office, sealed(made))
    for one, is_there in ((made, True), (absent, False)):
        answer = await office.examiner.get(f"/state-evidence/sAUS{one.claim_key}")
        assert answer.status_code == 200, "of its own office"
        proof = decode_state_evidence(answer.content)
        assert (proof.value is not None) == is_there
    report = f"rAUS{made.claim_key}.AU.{64 * '0'}"
    assert (await office.examiner.get(f"/state-evidence/{report}")).status_code == 200
    half = await office.examiner.get(f"/state-evidence/sAUS{made.claim_key[:-1]}")
    assert half.status_code == 400


async def test_no_state_evidence_tells_an_outsider_whether_a_sealed_filing_is_there(
    tmp_path: Path,
) -> None:
    # register.md S7
    async with beside_ep(tmp_path) as (office, *both):
        for fact in ("sEPS{}", "xEPS{}.EP", f"rEPS{{}}.EP.{64 * '0'}", "qEPS{}.EP", "wEPS{}.EP"):
            told = []
            for one in both:
                answer = await office.auditor.get(f"/state-evidence/{fact.format(one.claim_key)}")
                told.append(told_of(answer, one))
            assert told[0] == told[1]
            assert told[0][0] == 404


def told_of(answer: httpx.Response, one: Seal) -> tuple[int, dict[str, object]]:
    """The answer but for the claim key that was asked about and the id of the request."""
    problem = json.loads(answer.text.replace(one.claim_key, "K"))
    del problem["requestId"]
    return answer.status_code, problem


def dispute_of(**claim: str) -> dict[str, object]:
    return {
        "action": "raise",
        "claim": claim,
        "reasonText": "another number is meant",
        "decisionDate": PUBLISHED.isoformat(),
    }


async def test_a_dispute_tells_an_outsider_nothing_of_a_sealed_filing_and_is_not_submitted(
    tmp_path: Path,
) -> None:
    # register.md S7
    by_number = dispute_of(
        ipOfficeCode="JP",
        applicationNumberText="2012-1",
        filingDate="2012-01-01",
        right="patent",
    )
    async with beside_ep(tmp_path) as (office, *both):
        filings, claims = [], []
        for one in both:
            answer = await office.clerk.post(
                f"/filings/EP.sealed.{one.claim_key}/disputes", json=by_number
            )
            filings.append(told_of(answer, one))
            answer = await office.clerk.post(
                "/filings/EP.patent.26100002/disputes",
                json=dispute_of(ipOfficeCode="EP", claimKey=one.claim_key),
            )
            claims.append(told_of(answer, one))
        assert filings[0] == filings[1]
        assert claims[0] == claims[1]
        assert (filings[0][0], claims[0][0]) == (404, 422)
        assert office.service.ledger.height == 1


async def test_an_office_disputes_claims_of_sealed_filings_that_it_sees(office: OfficeApi) -> None:
    made = sealed_at(office)
    await enter(office, sealed(made), later_filing(made))
    asked = dispute_of(ipOfficeCode="AU", claimKey=made.claim_key)
    answer = await office.clerk.post(f"/filings/{LATER}/disputes", json=asked)
    assert answer.status_code == 201, answer.text
    unknown = dispute_of(ipOfficeCode="JP", applicationNumberText="2012-1", right="patent")
    answer = await office.clerk.post(f"/filings/AU.sealed.{made.claim_key}/disputes", json=unknown)
    assert (answer.status_code, answer.json()["reasonCode"]) == (422, "CLAIM_NOT_FOUND")


async def test_an_office_in_no_family_is_shown_an_open_filing_without_its_sealed_claim(
    tmp_path: Path,
) -> None:
    """EP's open filing claims EP's sealed one; this node is AU's."""
    async with beside_ep(tmp_path) as (office, first, _):
        for path in (
            "/filings/EP.patent.26100002",
            "/filings",
            "/filings/EP.patent.26100002/history",
        ):
            answer = await office.examiner.get(path)
            assert answer.status_code == 200
            assert "26100002" in answer.text
            assert first.claim_key not in answer.text
        listed = await office.examiner.get("/filings", headers={"Accept": "text/csv"})
        assert listed.status_code == 200
        assert "26100002" in listed.text
