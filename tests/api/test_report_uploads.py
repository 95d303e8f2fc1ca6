"""Documents that come in several requests: gone on with where one broke off, checked as a whole, and limited."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from pathlib import Path

import httpx2 as httpx
import pytest
from builders.office_api import KEYS, OfficeApi
from test_reports_api import FILING, QUESTION, deposit, kept, office, stated

from ledger.register.entries import Filing
from node.reports import uploads
from node.reports.desk import ReportDesk
from node.reports.document_file import CHUNK_SIZE
from node.reports.document_store import DocumentStore
from node.reports.uploads import UPLOAD_SECONDS, UPLOADS_OF_TOKEN_MAX
from node.settings import DocumentsSection

CONTENT = b"%PDF-1.7 " + bytes(number * 7 % 251 for number in range(3 * CHUNK_SIZE))
CUT = 2 * CHUNK_SIZE + 77
PARTIAL = {"content-type": "application/partial-upload"}


async def begin(
    client: httpx.AsyncClient, content: bytes = CONTENT, body: bytes = b"", **changed: str
) -> httpx.Response:
    given = {
        "content-type": "application/pdf",
        "upload-complete": "?0",
        "upload-length": str(len(content)),
        "repr-digest": stated(content),
        **{name.replace("_", "-"): value for name, value in changed.items()},
    }
    return await client.post("/reports", params=QUESTION, headers=given, content=body)


def path_of(begun: httpx.Response) -> str:
    assert begun.status_code == 201, begun.text
    return begun.headers["location"].removeprefix("/api/v1")


async def append(
    client: httpx.AsyncClient,
    path: str,
    offset: int,
    content: bytes | AsyncIterator[bytes],
    *,
    is_last: bool,
) -> httpx.Response:
    given = {**PARTIAL, "upload-offset": str(offset), "upload-complete": f"?{int(is_last)}"}
    return await client.patch(path, headers=given, content=content)


async def offset_of(client: httpx.AsyncClient, path: str) -> int:
    answer = await client.head(path)
    assert (answer.status_code, answer.headers["upload-complete"]) == (204, "?0")
    return int(answer.headers["upload-offset"])


def restarted(api: OfficeApi, folder: Path) -> ReportDesk:
    """The desk as it is after a restart of the node."""
    store = DocumentStore(folder / "documents", KEYS["AU"], 10**7)
    desk = ReportDesk(api.service, KEYS["AU"], store, DocumentsSection(mebibytes_max=1))
    api.service.reports = desk
    return desk


async def test_a_document_comes_in_several_requests_and_is_answered_as_one(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        begun = await begin(api.clerk)
        path = path_of(begun)
        assert (begun.headers["upload-offset"], begun.headers["upload-complete"]) == ("0", "?0")
        first = await append(api.clerk, path, 0, CONTENT[:CUT], is_last=False)
        assert (first.status_code, first.headers["upload-offset"]) == (204, str(CUT))
        assert await offset_of(api.clerk, path) == CUT
        height = api.service.ledger.height
        last = await append(api.clerk, path, CUT, CONTENT[CUT:], is_last=True)
        assert (last.status_code, last.headers["upload-complete"]) == (201, "?1")
        assert last.json()["subject"] == f"{FILING}.AU.{sha256(CONTENT).hexdigest()}"
        assert api.service.ledger.height == height + 1
        assert kept(tmp_path) == [sha256(CONTENT).hexdigest()]
        assert (await api.clerk.head(path)).status_code == 404
        read = await api.examiner.get(f"/reports/{last.json()['subject']}/content")
        assert read.content == CONTENT


async def test_what_came_before_the_connection_broke_is_kept(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk))

        async def broken() -> AsyncIterator[bytes]:
            yield CONTENT[:CUT]
            raise ConnectionResetError

        assert (await append(api.clerk, path, 0, broken(), is_last=True)).is_error
        assert await offset_of(api.clerk, path) == CUT
        last = await append(api.clerk, path, CUT, CONTENT[CUT:], is_last=True)
        assert last.status_code == 201


async def test_a_request_that_hangs_is_ended_by_the_next_question(tmp_path: Path) -> None:
    # The draft, section "Concurrency": its client gave it up.
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk))
        came, goes_on = asyncio.Event(), asyncio.Event()

        async def hanging() -> AsyncIterator[bytes]:
            yield CONTENT[:CUT]
            came.set()
            await goes_on.wait()
            yield CONTENT[CUT:]

        hung = asyncio.create_task(append(api.clerk, path, 0, hanging(), is_last=True))
        await came.wait()
        offset = await offset_of(api.clerk, path)
        assert offset in (0, CUT)  # as far as the server had read
        refused = await hung
        assert refused.status_code == 409
        last = await append(api.clerk, path, offset, CONTENT[offset:], is_last=True)
        assert last.status_code == 201
        goes_on.set()


async def test_an_upload_outlives_a_restart_to_the_byte(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        assert api.service.reports is not None
        await api.service.reports.close()
        desk = restarted(api, tmp_path)
        assert await offset_of(api.clerk, path) == CUT
        last = await append(api.clerk, path, CUT, CONTENT[CUT:], is_last=True)
        assert (last.status_code, kept(tmp_path)) == (201, [sha256(CONTENT).hexdigest()])
        await desk.close()


async def test_nothing_of_an_upload_lies_open_at_rest(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        await begin(api.clerk, body=CONTENT[:CUT], idempotency_key="docket-4711")
        files = list((tmp_path / "documents" / "uploads").iterdir())
        assert len(files) == 2
        for path in files:
            assert path.stat().st_mode & 0o077 == 0
            for secret in (CONTENT[:30], CONTENT[CUT - 30 : CUT], b"docket-4711", b"2012900001"):
                assert secret not in path.read_bytes()


async def test_at_the_start_what_is_old_or_no_upload_is_removed(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        old, stays = [path_of(await begin(api.clerk, body=CONTENT[:CUT])) for _ in range(2)]
        assert api.service.reports is not None
        await api.service.reports.close()
        folder = tmp_path / "documents" / "uploads"
        past = time.time() - UPLOAD_SECONDS - 1
        os.utime(folder / f"{old.rpartition('/')[2]}.part", (past, past))
        (folder / "stray.part").write_bytes(b"?")
        (folder / "damaged.state").write_bytes(b"?" * 40)
        desk = restarted(api, tmp_path)
        identifier = stays.rpartition("/")[2]
        assert {path.name for path in folder.iterdir()} == {
            f"{identifier}.part",
            f"{identifier}.state",
        }
        assert (await api.clerk.head(old)).status_code == 404
        assert await offset_of(api.clerk, stays) == CUT
        await desk.close()


async def test_bytes_that_do_not_follow_are_refused_with_the_right_offset(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        for wrong in (0, CUT - 1, CUT + 1):
            refused = await append(api.clerk, path, wrong, CONTENT[wrong:], is_last=True)
            assert (refused.status_code, refused.json()["type"]) == (
                409,
                "/problems/mismatching-upload-offset",
            )
            assert refused.headers["upload-offset"] == str(CUT)
        assert await offset_of(api.clerk, path) == CUT


@pytest.mark.parametrize(
    "sent",
    [CONTENT[:-1] + b"?", CONTENT + b" and more", CONTENT[:-1]],
    ids=["altered", "longer", "shorter"],
)
async def test_another_document_than_announced_is_refused_with_both_hashes(
    tmp_path: Path, sent: bytes
) -> None:
    async with office(tmp_path) as api:
        height = api.service.ledger.height
        path = path_of(await begin(api.clerk, body=sent[:CUT]))
        refused = await append(api.clerk, path, CUT, sent[CUT:], is_last=True)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/document-differs")
        for digest in (sha256(CONTENT), sha256(sent)):
            assert digest.hexdigest() in refused.json()["detail"]
        assert kept(tmp_path) == []
        assert (await api.clerk.head(path)).status_code == 404
        assert api.service.ledger.height == height


async def test_what_does_not_begin_as_its_type_is_refused_as_soon_as_that_is_known(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as api:
        other = b"<html>" + CONTENT
        begun = await begin(api.clerk, content=other, body=other[:CHUNK_SIZE])
        assert (begun.status_code, begun.json()["type"]) == (422, "/problems/document-differs")
        assert kept(tmp_path) == []


async def test_an_upload_is_its_tokens_and_nobody_elses(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        assert (await begin(api.examiner)).status_code == 403
        for client, status in ((api.administrator, 404), (api.examiner, 403), (api.stranger, 401)):
            assert (await client.head(path)).status_code == status
            assert (await client.delete(path)).status_code == status
            answer = await append(client, path, CUT, CONTENT[CUT:], is_last=True)
            assert answer.status_code == status
        assert (await api.administrator.get("/reports/uploads")).json() == {"uploads": []}
        (listed,) = (await api.clerk.get("/reports/uploads")).json()["uploads"]
        assert 0 < listed.pop("secondsLeft") <= UPLOAD_SECONDS
        assert listed == {
            "uploadId": path.rpartition("/")[2],
            "filingId": FILING,
            "reportCategory": "searchReport",
            "documentDate": "2012-09-01",
            "languageCode": "en",
            "mediaType": "application/pdf",
            "documentSize": len(CONTENT),
            "documentDigest": sha256(CONTENT).hexdigest(),
            "uploadOffset": CUT,
        }


async def test_a_cancelled_upload_leaves_nothing(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        assert (await api.clerk.delete(path)).status_code == 204
        assert (await api.clerk.delete(path)).status_code == 404
        assert kept(tmp_path) == []
        assert api.service.reports is not None
        assert api.service.reports.store.used_bytes() == 0


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"upload_length": ""}, 400, "Upload-Length"),
        ({"upload_length": "0"}, 400, "Upload-Length"),
        ({"upload_length": "-1"}, 400, "Upload-Length"),
        ({"upload_length": str(2**20 + 1)}, 413, sha256(CONTENT).hexdigest()),
        ({"repr_digest": ""}, 400, "Repr-Digest"),
        ({"content_type": "text/html"}, 415, ""),
        ({"content_encoding": "gzip"}, 415, ""),
    ],
)
async def test_an_upload_that_is_badly_begun_is_not_begun(
    tmp_path: Path, changed: dict[str, str], status: int, told: str
) -> None:
    async with office(tmp_path) as api:
        refused = await begin(api.clerk, CONTENT, b"", **changed)
        assert refused.status_code == status
        assert told in refused.text
        assert kept(tmp_path) == []


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"upload-offset": "0", "upload-complete": "?1", "content-type": "application/pdf"}, 415),
        ({**PARTIAL, "upload-complete": "?1"}, 400),
        ({**PARTIAL, "upload-offset": "0"}, 400),
        ({**PARTIAL, "upload-offset": "-1", "upload-complete": "?1"}, 400),
        ({**PARTIAL, "upload-offset": "0", "upload-complete": "yes"}, 400),
    ],
)
async def test_an_append_that_does_not_say_what_it_is_changes_nothing(
    tmp_path: Path, given: dict[str, str], status: int
) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk))
        refused = await api.clerk.patch(path, headers=given, content=CONTENT)
        assert refused.status_code == status
        assert await offset_of(api.clerk, path) == 0


async def test_unfinished_uploads_of_a_token_and_of_the_office_are_limited(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with office(tmp_path) as api:
        paths = [path_of(await begin(api.clerk)) for _ in range(UPLOADS_OF_TOKEN_MAX)]
        refused = await begin(api.clerk)
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/overloaded")
        assert "cancel" in refused.text
        path_of(await begin(api.administrator))
        await api.clerk.delete(paths[0])
        path_of(await begin(api.clerk))
        monkeypatch.setattr(uploads, "UPLOADS_MAX", UPLOADS_OF_TOKEN_MAX)
        assert (await begin(api.administrator)).status_code == 503


async def test_room_is_made_for_the_whole_document_when_it_is_announced(tmp_path: Path) -> None:
    async with office(tmp_path, bytes_max=len(CONTENT) + 10_000) as api:
        path = path_of(await begin(api.clerk))
        full = await begin(api.clerk)
        assert (full.status_code, full.json()["type"]) == (507, "/problems/storage-full")
        await api.clerk.delete(path)
        path_of(await begin(api.clerk))


async def test_a_document_that_is_here_already_need_not_come_again(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        first = await deposit(api.clerk, CONTENT)
        assert first.status_code == 201
        again = await begin(api.clerk)
        assert (again.status_code, again.headers["upload-complete"]) == (200, "?1")
        assert again.json()["height"] == first.json()["height"]
        # One that is damaged must.
        (path,) = (tmp_path / "documents" / "deposited").iterdir()
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        path.write_bytes(data)
        begun = path_of(await begin(api.clerk))
        mended = await append(api.clerk, begun, 0, CONTENT, is_last=True)
        assert mended.status_code == 200
        read = await api.examiner.get(f"/reports/{first.json()['subject']}/content")
        assert read.content == CONTENT


async def test_what_the_register_rejects_is_told_before_the_upload_begins_or_at_its_end(
    tmp_path: Path,
) -> None:
    async with office(tmp_path) as api:
        path = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        # Meanwhile the same document is deposited as another category.
        assert (await deposit(api.clerk, CONTENT, category="citations")).status_code == 201
        refused = await append(api.clerk, path, CUT, CONTENT[CUT:], is_last=True)
        assert (refused.status_code, refused.json()["reasonCode"]) == (409, "REPORT_CONFLICT")
        assert refused.headers["upload-complete"] == "?1"
        assert kept(tmp_path) == [sha256(CONTENT).hexdigest()]
        begun = await begin(api.clerk)
        assert (begun.status_code, begun.json()["reasonCode"]) == (409, "REPORT_CONFLICT")


async def test_the_filing_of_a_report_may_be_any_of_the_offices(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        other = Filing(
            right="patent", application_number_text="2012900002", filing_date=date(2012, 3, 14)
        )
        await api.service.register((other,))
        await deposit(api.clerk, CONTENT)
        # The document is here: only the report on the other filing is new.
        question = {**QUESTION, "filing": "AU.patent.2012900002"}
        given = {
            "content-type": "application/pdf",
            "upload-complete": "?0",
            "upload-length": str(len(CONTENT)),
            "repr-digest": stated(CONTENT),
        }
        second = await api.clerk.post("/reports", params=question, headers=given)
        assert (second.status_code, second.headers["upload-complete"]) == (201, "?1")
        assert kept(tmp_path) == [sha256(CONTENT).hexdigest()]


async def test_the_metrics_tell_of_reports_and_name_none(tmp_path: Path) -> None:
    async with office(tmp_path) as api:
        await deposit(api.clerk)
        await deposit(api.clerk)
        await deposit(api.clerk, category="citations")  # refused before it was sent
        begun = path_of(await begin(api.clerk, body=CONTENT[:CUT]))
        told = (await api.administrator.get("http://node/metrics")).text
        samples = dict(
            line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#")
        )
        assert samples['register_report_events_total{event="deposit_accepted"}'] == "1.0"
        assert samples['register_report_events_total{event="deposit_repeated"}'] == "1.0"
        assert samples["register_uploads_unfinished"] == "1.0"
        assert float(samples["register_document_bytes"]) > len(CONTENT)
        for secret in ("2012900001", begun.rpartition("/")[2], sha256(CONTENT).hexdigest()):
            assert secret not in told
