"""Reports at one office: what is taken in, what is refused, and what is told to whom."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from hashlib import sha256
from pathlib import Path

import httpx2 as httpx
import pytest
from builders.office_api import KEYS, OfficeApi, api_of, service_of

from ledger.receipt import verify_state_evidence
from ledger.receipt_json import decode_state_evidence
from ledger.register.entries import Filing
from ledger.register.report_records import decode_report
from node.reports.desk import READERS_OF_TOKEN_MAX, ReportDesk
from node.reports.document_store import DocumentStore
from node.settings import DocumentsSection
from node.tokens import TokenStore

PDF = b"%PDF-1.7 a search report"
FILING = "AU.patent.2012900001"
QUESTION = {
    "filing": FILING,
    "category": "searchReport",
    "documentDate": "2012-09-01",
    "language": "en",
}


def stated(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


def headers(content: bytes = PDF, **changed: str) -> dict[str, str]:
    named = {name.replace("_", "-"): value for name, value in changed.items()}
    return {"content-type": "application/pdf", "content-digest": stated(content), **named}


@asynccontextmanager
async def office(folder: Path, bytes_max: int = 10**7) -> AsyncIterator[OfficeApi]:
    async with service_of("AU") as service:
        store = DocumentStore(folder / "documents", KEYS["AU"], bytes_max)
        desk = ReportDesk(service, KEYS["AU"], store, DocumentsSection(mebibytes_max=1))
        service.reports = desk
        filed = Filing(
            right="patent",
            application_number_text="2012900001",
            filing_date=date(2012, 3, 13),
        )
        await service.register((filed,))
        async with api_of(service, folder) as api:
            yield api
        await desk.close()


async def deposit(
    client: httpx.AsyncClient, content: bytes = PDF, **changed: str
) -> httpx.Response:
    question = {**QUESTION, **{name: value for name, value in changed.items() if name in QUESTION}}
    rest = {name: value for name, value in changed.items() if name not in QUESTION}
    given = headers(**{"content": content, **rest})  # type: ignore[arg-type]
    return await client.post("/reports", params=question, headers=given, content=content)


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "documents").rglob("*") if path.is_file())


async def test_a_deposit_is_kept_once_and_answered_with_its_first_receipt(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        first = await deposit(api.clerk)
        again = await deposit(api.clerk)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["subject"] == again.json()["subject"]
        assert again.json()["height"] == first.json()["height"]
        assert kept(tmp_path) == [sha256(PDF).hexdigest()]
        report = first.json()["subject"]
        shown = (await api.examiner.get(f"/reports/{report}")).json()
        assert shown == {
            "reportId": report,
            "filingId": FILING,
            "depositingOfficeCode": "AU",
            "reportCategory": "searchReport",
            "documentDate": "2012-09-01",
            "languageCode": "en",
            "mediaType": "application/pdf",
            "documentSize": len(PDF),
            "documentDigest": sha256(PDF).hexdigest(),
            "height": shown["height"],
            "index": 0,
            "mayRead": True,
            "readingReason": "depositingOffice",
            "ownFilingId": "",
            "withholdingBag": [],
            "factKey": f"rAUP2012900001.AU.{sha256(PDF).hexdigest()}",
        }


async def test_the_register_proves_a_report(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        report = (await deposit(api.clerk)).json()["subject"]
        key = (await api.examiner.get(f"/reports/{report}")).json()["factKey"]
        evidence = await api.examiner.get(f"/state-evidence/{key}")
        genesis = api.service.genesis
        proved = decode_state_evidence(evidence.content)
        verify_state_evidence(proved, genesis)
        assert proved.value is not None
        assert decode_report(proved.value).category == "searchReport"
        absent = await api.examiner.get(
            f"/state-evidence/{key[:-1]}{'0' if key[-1] != '0' else '1'}"
        )
        assert decode_state_evidence(absent.content).value is None


async def test_who_may_do_what(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        report = (await deposit(api.clerk)).json()["subject"]
        assert (await deposit(api.examiner)).status_code == 403
        assert (await deposit(api.stranger)).status_code == 401
        for client, status in (
            (api.clerk, 200),
            (api.examiner, 200),
            (api.administrator, 200),
            (api.auditor, 403),
            (api.stranger, 401),
        ):
            for path in ("", "/content", "/history"):
                answer = await client.get(f"/reports/{report}{path}")
                assert answer.status_code == status, (path, answer.text)
            assert (await client.get("/reports", params={"filing": FILING})).status_code == status


@pytest.mark.parametrize(
    ("content", "changed", "problem", "told"),
    [
        (b"%PDF-other", {"content_digest": stated(PDF)}, (422, "document-differs"), "SHA-256"),
        (b"<html>", {}, (422, "document-differs"), "application/pdf"),
        (b"MZ", {"content_type": "application/x-msdownload"}, (415, "unsupported-media-type"), ""),
        (PDF, {"content_digest": "sha-256=:AAAA:"}, (400, "invalid-parameter"), "Content-Digest"),
        (PDF, {"content_digest": "md5=:AAAA:"}, (400, "invalid-parameter"), "Content-Digest"),
        (PDF, {"content_encoding": "gzip"}, (415, "unsupported-media-type"), "Content-Encoding"),
        (b"%PDF-" + bytes(1024 * 1024), {}, (413, "too-large"), "at most 1048576 bytes"),
        (PDF, {"filing": "AU.patent.2012900002"}, (404, "not-found"), "2012900002"),
        (PDF, {"filing": "nonsense"}, (400, "invalid-parameter"), ""),
        (PDF, {"category": "letter"}, (400, "invalid-parameter"), "category"),
        (PDF, {"language": "english"}, (400, "invalid-parameter"), "language"),
    ],
)
async def test_what_is_not_as_announced_is_refused_and_leaves_no_trace(
    tmp_path: Path,
    content: bytes,
    changed: dict[str, str],
    problem: tuple[int, str],
    told: str,
) -> None:
    async with office(tmp_path) as api:
        height = api.service.ledger.height
        refused = await deposit(api.clerk, content, **changed)
        status, code = problem
        assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{code}")
        assert told in refused.text
        assert kept(tmp_path) == []
        assert api.service.ledger.height == height


async def test_an_altered_and_an_oversized_document_are_refused_with_both_hashes(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as api:
        other = b"%PDF-1.7 a search raport"
        refused = await deposit(api.clerk, other, content_digest=stated(PDF))
        for digest in (sha256(PDF), sha256(other)):
            assert digest.hexdigest() in refused.json()["detail"]
        longer = PDF + b" and more"
        refused = await deposit(
            api.clerk, longer, content_digest=stated(PDF), content_length=str(len(PDF))
        )
        assert refused.status_code == 422
        for digest in (sha256(PDF), sha256(longer)):
            assert digest.hexdigest() in refused.json()["detail"]
        assert kept(tmp_path) == []


async def test_what_the_register_rejects_is_told_before_the_document_is_sent(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as api:
        await deposit(api.clerk)

        asked_for: list[bytes] = []

        async def content() -> AsyncIterator[bytes]:
            asked_for.append(PDF)
            yield PDF

        refused = await api.clerk.post(
            "/reports",
            params={**QUESTION, "category": "citations"},
            headers={**headers(), "content-length": str(len(PDF))},
            content=content(),
        )
        assert (refused.status_code, refused.json()["reasonCode"]) == (409, "REPORT_CONFLICT")
        assert asked_for == []


async def test_a_full_store_says_so_and_registers_nothing(tmp_path: Path) -> None:
    async with office(tmp_path, bytes_max=200) as api:
        assert (await deposit(api.clerk)).status_code == 201
        height = api.service.ledger.height
        full = await deposit(api.clerk, PDF + b" another")
        assert (full.status_code, full.json()["type"]) == (507, "/problems/storage-full")
        assert api.service.ledger.height == height


@pytest.mark.parametrize(
    ("given", "status", "expected"),
    [
        ("bytes=0-4", 206, b"%PDF-"),
        ("bytes=9-", 206, PDF[9:]),
        ("bytes=-6", 206, b"report"),
        ("bytes=5-999", 206, PDF[5:]),
        ("bytes=-999", 206, PDF),
        ("bytes=1-2,4-5", 200, PDF),
        ("lines=1-2", 200, PDF),
        ("bytes=-", 200, PDF),
        ("bytes=999-", 416, None),
        ("bytes=-0", 416, None),
        ("bytes=5-4", 200, PDF),
    ],
)
async def test_a_part_of_the_document_is_had_by_range(
    tmp_path: Path, given: str, status: int, expected: bytes | None
) -> None:
    # RFC 9110, section 14
    async with office(tmp_path) as api:
        report = (await deposit(api.clerk)).json()["subject"]
        answer = await api.examiner.get(f"/reports/{report}/content", headers={"Range": given})
        assert answer.status_code == status
        if expected is not None:
            assert answer.content == expected
            assert answer.headers["content-length"] == str(len(expected))
        other = {"Range": given, "If-Range": '"another"'}
        whole = await api.examiner.get(f"/reports/{report}/content", headers=other)
        assert (whole.status_code, whole.content) == (200, PDF)


async def test_readers_with_one_token_take_so_many_places_and_leave_them(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        report = (await deposit(api.clerk)).headers["location"].rsplit("/", 1)[1]
        assert api.service.reports is not None
        places = api.service.reports.places
        content = f"/reports/{report}/content"
        for path in (content, content, f"/reports/{FILING}.AU.{'0' * 64}/content"):
            await api.examiner.get(path)
        assert not places.taken
        token = TokenStore(tmp_path / "tokens.json").find(api.tokens["examiner"])
        assert token is not None
        for _ in range(READERS_OF_TOKEN_MAX):
            places.take(token.id)
        busy = await api.examiner.get(content)
        assert (busy.status_code, busy.json()["type"]) == (503, "/problems/overloaded")
        assert (await api.clerk.get(content)).content == PDF
        places.leave(token.id)
        assert (await api.examiner.get(content)).content == PDF


async def test_a_report_that_is_none_is_not_found(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        unknown = f"{FILING}.AU.{'0' * 64}"
        for path in ("", "/content", "/history"):
            assert (await api.examiner.get(f"/reports/{unknown}{path}")).status_code == 404
            assert (await api.examiner.get(f"/reports/nonsense{path}")).status_code == 400


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"signature": "ipregister=:AAAA:"},
        {"signature-input": 'ipregister=("@method")', "signature": "ipregister=:AAAA:"},
        {"signature-input": "x" * 8_000, "signature": "y" * 8_000},
    ],
)
async def test_nobody_gets_a_document_without_a_signature(
    tmp_path: Path, given: dict[str, str]
) -> None:
    async with office(tmp_path) as api:
        report = (await deposit(api.clerk)).json()["subject"]
        for client in (api.stranger, api.administrator):
            refused = await client.get(f"/exchange/reports/{report}/content", headers=given)
            assert refused.status_code == 401
            assert refused.json()["type"] == "/problems/invalid-signature"


async def test_the_register_proves_a_report_on_a_filing_before_and_after_its_opening(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as api:
        asked = {
            "right": "patent",
            "applicationNumberText": "2013900001",
            "filingDate": "2013-03-12",
        }
        sealed = (await api.clerk.post("/sealed-filings", json=asked)).json()["filingId"]
        report = (await deposit(api.clerk, filing=sealed)).json()["subject"]
        key = (await api.examiner.get(f"/reports/{report}")).json()["factKey"]

        async def proved() -> bool:
            evidence = await api.examiner.get(f"/state-evidence/{key}")
            assert evidence.status_code == 200, evidence.text
            decoded = decode_state_evidence(evidence.content)
            verify_state_evidence(decoded, api.service.genesis)
            return decoded.value is not None

        assert await proved()
        opened = await api.clerk.post(f"/sealed-filings/{sealed}/opening", json={})
        assert opened.status_code == 201
        assert await proved()
