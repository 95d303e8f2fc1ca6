"""Access codes are where they belong and nowhere else: the clerk's answers and the encrypted store."""

import base64
import json
import logging
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders.office_api import OfficeApi

from api.explain import NOT_REPEATED, quote
from crypto.access_code import parse_access_code
from node.cli import run
from node.client import ProblemError
from node.local import LocalNetwork
from node.sealed import documents
from node.sealed.codes import KnownFiling
from node.sealed.documents import Confidential, GivenClaim, SealedFilingRequest

REQUEST = {"right": "patent", "applicationNumberText": "2013900001", "filingDate": "2013-03-12"}
OTHER = {**REQUEST, "applicationNumberText": "2014900002", "filingDate": "2014-03-11"}
WRONG = "0710-4GM2-RC1M-70Y4-0H28-9H85-8P5"


def forms_of(printed: str) -> Iterator[bytes]:
    """An access code in every form in which it could stand somewhere."""
    secret = parse_access_code(printed).secret
    for text in (printed, printed.replace("-", ""), printed.replace("-", " "), printed.lower()):
        yield text.encode()
        yield text.replace("-", "%2D").encode()
    yield secret
    yield secret.hex().encode()
    yield base64.b64encode(secret).rstrip(b"=")
    yield base64.urlsafe_b64encode(secret).rstrip(b"=")


def leaked(codes: list[str], *contents: bytes) -> list[str]:
    return [
        code for code in codes for form in forms_of(code) for content in contents if form in content
    ]


def claim_to(receipt: dict[str, Any], **changes: object) -> dict[str, object]:
    names = ("ipOfficeCode", "applicationNumberText", "filingDate", "accessCode")
    return {**{name: receipt[name] for name in names}, **changes}


def misplaced(code: str) -> list[bytes]:
    """Requests with the code in the wrong place, or in no place at all."""
    claim = {"ipOfficeCode": "AU", "applicationNumberText": "1", "filingDate": "2013-03-12"}
    documents_: list[object] = [
        {**REQUEST, "accessCode": code},
        {**REQUEST, "right": code},
        {**REQUEST, "filingDate": code},
        {**REQUEST, "priorityClaimBag": code},
        {**REQUEST, "priorityClaimBag": [code]},
        {**REQUEST, "priorityClaimBag": [{**claim, "acessCode": code}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "accessCode": [code]}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "accessCode": code * 9}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "claimKey": code}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "right": code, "accessCode": code}]},
        {**REQUEST, "relatedFilingBag": [{**claim, "relation": code}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "accessCode": code}]},
        {**REQUEST, "priorityClaimBag": [{**claim, "accessCode": code, "filingDate": None}]},
        [code],
        code,
    ]
    encoded = [json.dumps(document).encode() for document in documents_]
    return [*encoded, code.encode(), b'{"accessCode": "' + code.encode(), code.encode("utf-16")]


async def test_a_code_stands_in_no_problem_log_metric_or_header(
    office: OfficeApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    receipt = (await office.clerk.post("/sealed-filings", json=REQUEST)).json()
    code = receipt["accessCode"]
    claim = claim_to(receipt)
    second = await office.clerk.post("/sealed-filings", json={**OTHER, "priorityClaimBag": [claim]})
    codes = [code, second.json()["accessCode"], WRONG]
    answers = [second]
    paths: tuple[str, ...] = (
        "/sealed-filings",
        "/sealed-filings/lookups",
        "/sealed-filings/openings",
    )
    filing = receipt["filingId"]
    paths += (f"/filings/{filing}/claims", f"/sealed-filings/{filing}/opening")
    for path in paths:
        for body in misplaced(code):
            answer = await office.clerk.post(
                path, content=body, headers={"Content-Type": "application/json"}
            )
            is_list = path.endswith("openings") and body.startswith(b'["')  # a row that is refused
            assert answer.status_code in ({200} if is_list else {400, 422}), (path, body)
            assert leaked(codes, answer.content, repr(answer.headers).encode()) == [], body
            answers.append(answer)
    wrong = {**OTHER, "priorityClaimBag": [claim_to(receipt, accessCode=WRONG)]}
    answers.append(await office.clerk.post("/sealed-filings", json=wrong))
    change = {"action": "add", "claim": claim, "decisionDate": "2014-05-01"}
    answers.append(await office.clerk.post(f"/filings/{filing}/claims", json=change))
    for path in ("/sealed-filings", f"/sealed-filings/{filing}"):
        listed = await office.clerk.get(path)
        assert leaked(codes, listed.content) == []
    metrics = await office.auditor.get("http://node/metrics")
    assert b"sealed-filings" in metrics.content
    urls = [str(answer.url).encode() for answer in answers]
    headers = [repr(answer.headers).encode() for answer in answers]
    assert leaked(codes, metrics.content, caplog.text.encode(), *urls, *headers) == []
    assert "refused: 422" in caplog.text
    assert f"receipt of {filing} given to token " in caplog.text


@pytest.mark.parametrize("path", ["/filings", "/priority-verifications", "/filing-verifications"])
async def test_a_code_in_a_field_of_another_route_is_not_repeated_either(
    office: OfficeApi, path: str
) -> None:
    first = {
        "ipOfficeCode": "US",
        "applicationNumberText": "61/610,420",
        "filingDate": "2012-03-13",
    }
    for field in ("right", "filingDate", "acessCode", "accessCode", "ipOfficeCode"):
        for code in (WRONG, WRONG[:-1], f"{WRONG}8", [WRONG], {"code": WRONG}):
            for body in ({**REQUEST, field: code}, {**REQUEST, "first": {**first, field: code}}):
                answer = await office.clerk.post(path, json=body)
                assert leaked([WRONG], answer.content) == []
                assert WRONG[:20] not in answer.text


BLANKS_AND_HYPHENS = (
    "-",
    " ",
    "",
    "\u00a0",
    "\u2010",
    "\u2011",
    "\u2012",
    "\u2013",
    "\u2014",
    "\u2212",
)


@pytest.mark.parametrize("hyphen", BLANKS_AND_HYPHENS)
def test_no_way_of_typing_a_code_is_quoted(hyphen: str) -> None:
    typed = WRONG.replace("-", hyphen)
    for text in (
        typed,
        typed.lower(),
        f"code {typed}",
        f"{typed}.",
        f"the code: {typed}, of May",
        f"accesscode{typed}",
        typed[:-1],
        typed[1:],
        f"{typed}8",
        typed.replace("0", "O"),
    ):
        for value in (text, [text], {"a": text}, {text: 1}):
            shown = quote(value)
            assert NOT_REPEATED in shown, text
            assert "4GM2" not in shown.upper()


@pytest.mark.parametrize(
    "text",
    [
        "61/610,420",
        "10 2012 204 123.7",
        "PCT/AU2013/000001 of 2013-03-12",
        "2013-03-12T08:30:00.125Z",
        "an exhibition of the Government of the Commonwealth",
        "AU.sealed.X9nW1mA1gX0p0mW4xB1cQ3Q6w2m0s8mJx7VbqzT1A5E",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_is_no_code_is_quoted(text: str) -> None:
    assert quote(text) == f'"{text}"'


async def test_a_code_in_the_place_of_a_number_is_neither_entered_nor_repeated(
    office: OfficeApi,
) -> None:
    typed = (WRONG, WRONG.replace("-", "\u2011"), WRONG.lower().replace("-", ""))
    for code in typed:
        claim = {"ipOfficeCode": "US", "applicationNumberText": code, "filingDate": "2012-03-13"}
        bodies = (
            {**REQUEST, "applicationNumberText": code},
            {**REQUEST, "priorityClaimBag": [claim]},
            {**REQUEST, "relatedFilingBag": [{**claim, "relation": "division"}]},
        )
        for body in bodies:
            for path in ("/filings", "/sealed-filings"):
                answer = await office.clerk.post(path, json=body)
                assert answer.status_code == 422, answer.text
                assert code[:9] not in answer.text
            bulk = await office.clerk.post("/filings", json=[body])
            (row,) = bulk.json()["rows"]
            assert row["reasonCode"] == "ACCESS_CODE_MISPLACED"
        second = {"ipOfficeCode": "EP", "filingDate": "2013-03-11", "right": "patent"}
        question = {"first": claim, "second": second}
        for asked in (question, [question]):
            answer = await office.examiner.post("/priority-verifications", json=asked)
            assert (answer.status_code, code[:9] in answer.text) == (422, False)
    assert office.service.ledger.height == 0


async def test_a_list_of_questions_repeats_no_code_from_any_column(office: OfficeApi) -> None:
    head = (
        "reference,firstIpOfficeCode,firstApplicationNumberText,firstFilingDate,firstAccessCode,"
        "secondIpOfficeCode,secondFilingDate,secondRight"
    )
    row = ["r", "AU", "2013900001", "2013-03-12", "", "EP", "2014-03-10", "patent"]
    lines = [head]
    lines += [
        ",".join([*row[:column], text, *row[column + 1 :]])
        for column in range(len(row))
        for text in (WRONG, f"code {WRONG}.")
    ]
    body = "\n".join(lines).encode()
    for accept in ("application/json", "text/csv"):
        headers = {"Content-Type": "text/csv", "Accept": accept}
        answer = await office.examiner.post(
            "/priority-verifications", content=body, headers=headers
        )
        assert answer.status_code in {200, 406}, answer.text
        assert WRONG[:9] not in answer.text


async def test_a_code_stands_in_no_trace_of_a_fault(
    office: OfficeApi, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = (await office.clerk.post("/sealed-filings", json=REQUEST)).json()

    async def fail(*_: object) -> None:
        raise RuntimeError("oh")

    office.service.register = fail  # type: ignore[method-assign, assignment]
    body = {**OTHER, "priorityClaimBag": [claim_to(receipt)]}
    answer = await office.clerk.post("/sealed-filings", json=body)
    assert answer.status_code == 500
    assert "RuntimeError: oh" in caplog.text
    assert leaked([receipt["accessCode"]], answer.content, caplog.text.encode()) == []


async def test_answers_with_a_code_are_kept_by_no_cache(office: OfficeApi) -> None:
    created = await office.clerk.post("/sealed-filings", json=REQUEST)
    printed = await office.clerk.post(f"/sealed-filings/{created.json()['filingId']}/receipt")
    for answer in (created, printed):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers


def test_no_document_shows_its_content_in_its_representation() -> None:
    claim = GivenClaim(application_number_text="2013900001", access_code=WRONG)
    request = SealedFilingRequest(
        right="patent",
        application_number_text="2013900001",
        filing_date=date(2013, 3, 12),
        priority_claim_bag=(claim,),
    )
    for shown in (repr(claim), str(request), f"{[request]!r}", repr({"claim": claim})):
        assert WRONG not in shown
        assert "2013900001" not in shown
    assert list(claim.__rich_repr__()) == list(request.__rich_repr__()) == []
    known = KnownFiling(
        office="AU",
        claim_key="x" * 43,
        right="patent",
        number="2013900001",
        match_key="2013900001",
        filing_date=date(2013, 3, 12),
        code=b"a secret code 16",
    )
    assert list(known.__rich_repr__()) == [("identifier", known.identifier)]
    kinds = [each for each in vars(documents).values() if isinstance(each, type)]
    kept = [each for each in kinds if getattr(each, "__module__", "") == documents.__name__]
    assert len(kept) >= 8
    assert all(issubclass(each, Confidential) for each in kept)


def test_a_running_node_leaves_codes_and_numbers_in_no_file_log_metric_or_process_title(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("IPREGISTER_LOG__LEVEL", "debug")
    with LocalNetwork(tmp_path / "homes", ["AU"], "secret") as network:
        network.start()
        node = network.nodes["AU"]
        titles = [Path(f"/proc/{node.pid}/{name}") for name in ("cmdline", "environ", "comm")]
        with node.client() as client:
            receipt = client.post("/sealed-filings", REQUEST)
            code = receipt["accessCode"]
            second = client.post(
                "/sealed-filings",
                {**OTHER, "priorityClaimBag": [claim_to(receipt)]},
                headers={"Idempotency-Key": "key-of-the-second"},
            )
            for body in misplaced(code):
                with pytest.raises(ProblemError) as refused:
                    client.post("/sealed-filings", body)
                assert leaked([code], str(refused.value).encode()) == []
            client.print_document(
                f"/sealed-filings/{receipt['filingId']}/receipt", "application/pdf"
            )
        codes = [code, second["accessCode"], WRONG]
        _claim_on_the_command_line(node.home, codes, tmp_path, capsys, monkeypatch)
        running = [path.read_bytes() for path in titles if path.exists()]
    files = {path: path.read_bytes() for path in (tmp_path / "homes").rglob("*") if path.is_file()}
    assert node.log in files
    assert any("codes-000001.log" in path.name for path in files)
    for path, content in files.items():
        assert leaked(codes, content) == [], path
        for number in ("2013900001", "2014900002"):
            assert number.encode() not in content, path
    assert leaked(codes, *running) == []


def _claim_on_the_command_line(
    home: Path,
    codes: list[str],
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A right and a wrong code, each from a file; neither is shown again."""
    for which, expected in ((0, 0), (2, 1)):
        file = folder / "code.txt"
        file.write_text(f"{codes[which]}\n")
        arguments = ["sealed", "claim", "AU", "2014900002", "AU 2013900001 2013-03-12"]
        arguments += ["--codes", str(file), "--decided-on", "2014-05-01", "--home", str(home)]
        monkeypatch.setattr(sys, "argv", ["ipregister", *arguments])
        assert run([*arguments, "--json"]) == expected
        shown = capsys.readouterr()
        assert leaked(codes, shown.out.encode(), shown.err.encode()) == []
