"""Hostile and mistaken requests: each gets a problem document, and the register stays as it was."""

import json
import logging
import re

import httpx2 as httpx
import msgspec
import pytest
from builders.office_api import OfficeApi, signed

from api.problems import CATALOGUE
from ledger.register.entries import Filing

GOOD = {"right": "patent", "applicationNumberText": "2013287263", "filingDate": "2013-03-12"}
QUESTION = {
    "first": {"ipOfficeCode": "AU", "applicationNumberText": "1", "filingDate": "2012-03-13"},
    "second": {"ipOfficeCode": "AU", "filingDate": "2013-03-12", "right": "patent"},
}
JSON = {"Content-Type": "application/json"}


def problem_of(answer: httpx.Response) -> dict[str, object]:
    """The problem document of an answer, whose common parts are checked."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    code = str(problem["type"]).removeprefix("/problems/")
    assert CATALOGUE[code].title == problem["title"]
    assert CATALOGUE[code].status == problem["status"] == answer.status_code
    assert problem["requestId"] == answer.headers["X-Request-ID"]
    assert problem["reasonCode"]
    return problem


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (b"", 400, ""),
        (b"{", 400, ""),
        (b"\xff\xfe", 400, ""),
        (b'{"right":"pat\xffent"}', 400, ""),
        (b"[" * 60_000, 400, ""),
        (b'{"a":' * 20_000, 400, ""),
        (b"null", 422, ""),
        (b"7", 422, ""),
        (b"1" * 5000, 400, ""),
        (b'"text"', 422, ""),
        (json.dumps({**GOOD, "filingDate": 10**30}).encode(), 422, "filingDate"),
        (json.dumps({**GOOD, "filingDate": "2013-02-30"}).encode(), 422, "filingDate"),
        (json.dumps({**GOOD, "filingDate": None}).encode(), 422, "filingDate"),
        (json.dumps({**GOOD, "right": ["patent"]}).encode(), 422, "right"),
        (json.dumps({**GOOD, "owner": "x" * 10_000}).encode(), 422, "owner"),
        (json.dumps({**GOOD, "entryCategory": "event"}).encode(), 422, "entryCategory"),
        (json.dumps({**GOOD, "priorityClaimBag": {}}).encode(), 422, "priorityClaimBag"),
        (
            json.dumps({**GOOD, "priorityClaimBag": [{}, {"filingDate": 5}]}).encode(),
            422,
            "priorityClaimBag[1].filingDate",
        ),
    ],
)
async def test_a_wrong_filing_is_refused_with_the_field_named(
    office: OfficeApi, body: bytes, status: int, field: str
) -> None:
    answer = await office.clerk.post("/filings", content=body, headers=JSON)
    problem = problem_of(answer)
    assert answer.status_code == status
    errors = problem["errors"]
    assert isinstance(errors, list)
    assert errors[0]["field"] == field
    assert len(errors[0]["received"]) <= 200
    assert office.service.ledger.height == 0


@pytest.mark.parametrize(
    "body",
    [b"{}", b'{"first":{},"second":7}', b'[{"first":{}}]', b"[" * 60_000, b"{", b'[{},"x"]'],
    ids=["empty", "number", "array", "deep", "cut", "text"],
)
async def test_a_wrong_question_is_refused(office: OfficeApi, body: bytes) -> None:
    answer = await office.examiner.post("/priority-verifications", content=body, headers=JSON)
    assert problem_of(answer)["errors"]
    assert answer.status_code in (400, 422)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/filings", "application/x-www-form-urlencoded"),
        ("/filings", "text/plain"),
        ("/submissions", "application/json"),
        ("/filings/AU.patent.1/events", "text/csv"),
        ("/offices/AU/coverage", ""),
    ],
)
async def test_another_media_type_is_refused_with_the_right_ones_listed(
    office: OfficeApi, path: str, media_type: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    answer = await office.clerk.post(path, content=b"{}", headers=headers)
    assert problem_of(answer)["type"] == "/problems/unsupported-media-type"
    assert "application/" in answer.headers["Accept-Post"]


async def test_a_body_beyond_its_limit_is_refused(office: OfficeApi) -> None:
    large = json.dumps({**GOOD, "owner": "x" * 300_000})
    one = await office.clerk.post("/filings", content=large, headers=JSON)
    assert problem_of(one)["type"] == "/problems/too-large"

    async def endless() -> object:
        while True:
            yield b" " * 1_000_000

    headers = {"Content-Type": "application/jsonl"}
    many = await office.clerk.post("/filings", content=endless(), headers=headers)  # type: ignore[arg-type]  # an async iterator
    assert problem_of(many)["type"] == "/problems/too-large"
    announced = await office.clerk.post(
        "/priority-verifications", content=b"{}", headers={**JSON, "Content-Length": "9" * 400}
    )
    assert announced.status_code in (403, 413)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer ", "Bearer wrong", "Basic dXNlcjpwYXNz", "Bearer \xff", "wrong"],
)
async def test_without_a_known_token_nothing_is_answered(
    office: OfficeApi, authorization: str
) -> None:
    headers = [(b"Authorization", authorization.encode("latin-1"))] if authorization else []
    for method, path in (
        ("POST", "/filings"),
        ("POST", "/priority-verifications"),
        ("POST", "/submissions"),
        ("GET", "/filings"),
        ("GET", "/blocks"),
        ("GET", "/status"),
        ("GET", "http://node/metrics"),
    ):
        answer = await office.stranger.request(method, path, headers=headers)
        problem = problem_of(answer)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert "wrong" not in json.dumps(problem["errors"])


async def test_each_role_may_do_its_own(office: OfficeApi) -> None:
    calls = {
        "register": ("POST", "/filings", GOOD),
        "verify": ("POST", "/priority-verifications", QUESTION),
        "read": ("GET", "/filings/AU.patent.2013287263", None),
        "audit": ("GET", "/blocks/1", None),
        "monitor": ("GET", "http://node/metrics", None),
    }
    allowed = {
        "clerk": {"register", "verify", "read"},
        "examiner": {"verify", "read"},
        "auditor": {"verify", "read", "audit", "monitor"},
        "administrator": set(calls),
    }
    await office.clerk.post("/filings", json=GOOD)
    for role, permitted in allowed.items():
        client: httpx.AsyncClient = getattr(office, role)
        for name, (method, path, body) in calls.items():
            answer = await client.request(method, path, json=body)
            if name in permitted:
                assert answer.status_code in (200, 201), (role, name)
            else:
                assert answer.status_code == 403, (role, name)
                problem = problem_of(answer)
                assert problem["errors"][0]["received"] == role  # type: ignore[index]  # an array


async def test_what_the_framework_refuses_is_a_problem_too(office: OfficeApi) -> None:
    nowhere = await office.clerk.get("/nowhere")
    assert problem_of(nowhere)["type"] == "/problems/not-found"
    method = await office.clerk.delete("/filings")
    assert problem_of(method)["type"] == "/problems/method-not-allowed"
    assert "POST" in method.headers["Allow"] or "GET" in method.headers["Allow"]
    for path, field in (
        ("/filings?limit=0", "limit"),
        ("/filings?limit=x", "limit"),
        ("/filings?right=house", "right"),
        ("/filings?right=patent", "office"),
        ("/filings?office=QQ", "office"),
        ("/filings?cursor=x", "cursor"),
        ("/filings?consistency=eventual", "consistency"),
        ("/filings?minHeight=-1", "minHeight"),
        ("/filings?asOf=7", "asOf"),
        ("/filings/AU.house.1", "filing"),
        ("/families/AU.patent.1?kind=large", "kind"),
    ):
        answer = await office.administrator.get(path)
        problem = problem_of(answer)
        assert answer.status_code == 400, path
        assert problem["errors"][0]["field"] == field, path  # type: ignore[index]  # an array


async def test_faults_of_parameters_are_told_in_the_words_of_this_api(office: OfficeApi) -> None:
    for path, expected in (
        ("/filings?limit=0", "a number from 1"),
        ("/filings?limit=1001", "a number up to 1000"),
        ("/filings?limit=x", "a whole number"),
        ("/filings?office=AUS", "at most 2 characters"),
        (
            "/families/AU.patent.1?kind=artificial",
            "one of 'simple', 'extended', 'complex', 'national' or 'domestic'",
        ),
    ):
        (fault,) = (await office.administrator.get(path)).json()["errors"]
        assert fault["expected"] == expected, path


async def test_a_foreign_host_name_is_refused(office: OfficeApi) -> None:
    answer = await office.clerk.get("/filings", headers={"Host": "evil.example"})
    assert problem_of(answer)["type"] == "/problems/unknown-host"
    with_port = await office.clerk.get("/filings", headers={"Host": "NODE:9700"})
    assert with_port.status_code == 200


async def test_a_request_id_is_kept_when_it_is_plain_and_made_otherwise(office: OfficeApi) -> None:
    kept = await office.clerk.get("/nowhere", headers={"X-Request-ID": "case-42"})
    assert kept.headers["X-Request-ID"] == "case-42"
    assert problem_of(kept)["requestId"] == "case-42"
    made = await office.clerk.get("/nowhere", headers={"X-Request-ID": "a b\tc"})
    assert made.headers["X-Request-ID"] not in ("", "a b\tc")


async def test_a_fault_of_the_node_is_logged_and_answered_without_its_details(
    office: OfficeApi, caplog: pytest.LogCaptureFixture
) -> None:
    del office.app.state.settings
    with caplog.at_level(logging.ERROR):
        answer = await office.clerk.post("/filings", json=GOOD)
    problem = problem_of(answer)
    assert problem["type"] == "/problems/internal-error"
    assert "settings" not in answer.text
    assert str(problem["requestId"]) in caplog.text


async def test_a_submission_that_is_not_this_offices_is_refused(office: OfficeApi) -> None:
    entry = msgspec.convert(GOOD, Filing)
    good = signed(office.service, entry)
    jose = {"Content-Type": "application/jose"}
    for body, code in (
        (b"", "malformed-request"),
        (b"a.b.c", "malformed-request"),
        (good.replace(b".", b".A", 1), "invalid-submission"),
        (signed(office.service, entry, office="EP"), "invalid-submission"),
    ):
        answer = await office.clerk.post("/submissions", content=body, headers=jose)
        assert problem_of(answer)["type"] == f"/problems/{code}"
    taken = await office.clerk.post("/submissions", content=good, headers=jose)
    assert taken.status_code == 200
    assert taken.json()["results"] == [["accepted", "", "AU.patent.2013287263", 0, 0]]
    again = await office.clerk.post("/submissions", content=good, headers=jose)
    assert again.json()["results"] == taken.json()["results"]


async def test_every_refusal_is_a_line_and_strangers_cause_few(
    office: OfficeApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "ipregister.api")
    await office.examiner.post("/filings", json={}, headers={"X-Request-ID": "case-42"})
    (line,) = caplog.messages
    assert re.fullmatch(
        r"request case-42 refused: 403 FORBIDDEN, POST /filings,"
        r" token [0-9a-f]{8}, from 127\.0\.0\.1",
        line,
    )
    caplog.clear()
    for _ in range(100):
        await office.stranger.get("/filings")
    assert len(caplog.messages) == 20
    assert "401 UNAUTHENTICATED, GET /filings, token none" in caplog.messages[0]
