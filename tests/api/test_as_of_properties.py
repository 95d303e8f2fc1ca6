"""Every question of the API that takes `asOf`, after random blocks: for each height it is answered as it was then."""

import asyncio
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import httpx2 as httpx
import pytest
from builders.drawn_blocks import (
    CODE,
    FILED,
    KINDS,
    NUMBERS,
    OFFICES,
    RIGHT,
    SEALS,
    append,
    blocks,
    id_of,
    named,
    of_sealed,
    opening,
    proved,
    sealed,
    sealed_id,
)
from builders.ledgers import opened
from builders.office_api import OfficeApi, api_of, service_of
from builders.offices import FOUR
from hypothesis import Phase, given, settings
from msgspec.structs import replace

from api.app import describe
from api.earlier_heights import NO_EARLIER_ANSWER
from ledger.register.entries import (
    Claim,
    ClosedDay,
    ClosedDays,
    Coverage,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    PriorityClaim,
    Report,
    Withholding,
)
from ledger.register.keys import sealed_key
from node.sealed.codes import KnownFiling
from node.service import RegisterService

Drawn = list[list[tuple[str, list[Entry]]]]

OWN = opening(SEALS[0])
"""The sealed filing of AU, at whose node all is asked, and whose code is kept there once it is registered."""
CLAIMED = {
    "ipOfficeCode": "AU",
    "applicationNumberText": OWN.application_number_text,
    "filingDate": f"{OWN.filing_date}",
}
SECOND = {
    "ipOfficeCode": "EP",
    "applicationNumberText": "2013287263",
    "filingDate": "2013-03-12",
    "right": "patent",
}
TABLE = (
    "firstIpOfficeCode,firstApplicationNumberText,firstFilingDate,secondIpOfficeCode,secondFilingDate,secondRight\n"
    "AU,2012900001,2012-03-13,EP,2013-03-12,patent\n"
)


class Question(NamedTuple):
    """One question over HTTP."""

    operation: str
    path: str
    body: object = None
    accept: str = "application/json"


def of_filings() -> Iterator[Question]:
    identifiers = [id_of(office, number) for office in OFFICES for number in NUMBERS[:3]]
    identifiers += map(sealed_id, SEALS)
    for identifier in identifiers:
        yield Question("getFiling", f"/filings/{identifier}")
        yield Question("getFilingHistory", f"/filings/{identifier}/history")
        yield Question("verifyFilingClaims", f"/filings/{identifier}/priority-verification")
        yield Question("listReports", f"/reports?filing={identifier}")
        yield Question("getFamily", f"/families/{identifier}?kind=extended")
    for kind in KINDS:
        yield Question("getFamily", f"/families/{identifiers[0]}?kind={kind}")
    for office in OFFICES:
        report = f"{identifiers[0]}.{office}.{'0' * 64}"
        yield Question("getReport", f"/reports/{report}")
        yield Question("getReportHistory", f"/reports/{report}/history")
    for media_type in ("application/json", "text/csv", "application/jsonl", "application/xml"):
        yield Question("listFilings", "/filings", accept=media_type)
    yield Question("listFilings", "/filings?office=AU&right=patent&limit=2")


def of_the_rest() -> Iterator[Question]:
    yield Question("listOffices", "/offices")
    for office in OFFICES:
        yield Question("getOffice", f"/offices/{office}")
        yield Question("getCoverage", f"/offices/{office}/coverage")
        yield Question("getClosedDays", f"/offices/{office}/closed-days")
        for media_type in ("application/xml", "text/csv"):
            path = f"/offices/{office}/authority-file"
            yield Question("getAuthorityFile", path, accept=media_type)
            path = f"{path}/definition?mediaType={media_type}"
            yield Question("getAuthorityFileDefinition", path)
    yield Question("listNotices", "/notices?since=1")
    yield Question("listNotices", "/notices?limit=2")
    yield Question("listBlocks", "/blocks")
    yield Question("listBlocks", "/blocks?sort=height:desc&limit=2")
    yield Question("listSealedFilings", "/sealed-filings?opened=true")
    yield Question("listSealedFilings", "/sealed-filings")
    yield Question("getSealedFiling", f"/sealed-filings/{sealed_id(SEALS[0])}")
    name = {"right": RIGHT, "applicationNumberText": OWN.application_number_text}
    for each in (name, {**name, "filingDate": f"{OWN.filing_date}"}):
        yield Question("findSealedFiling", "/sealed-filings/lookups", each)
    asked: list[object] = [
        {"first": first, "second": SECOND}
        for first in (CLAIMED, {**CLAIMED, "accessCode": CODE.printed})
    ]
    for body in (*asked, asked, TABLE):
        yield Question("verifyPriority", "/priority-verifications", body)
    yield Question("verifyFiling", "/filing-verifications", {"second": SECOND})
    body = {"second": SECOND, "priorityClaimBag": [CLAIMED]}
    yield Question("verifyFiling", "/filing-verifications", body)


QUESTIONS = (*of_filings(), *of_the_rest())


async def answer_to(
    client: httpx.AsyncClient, question: Question, height: int | None
) -> httpx.Response:
    joint = "&" if "?" in question.path else "?"
    path = question.path if height is None else f"{question.path}{joint}asOf={height}"
    headers = {"Accept": question.accept}
    if question.body is None:
        return await client.get(path, headers=headers)
    if isinstance(question.body, str):
        headers["Content-Type"] = "text/csv"
        return await client.post(path, content=question.body, headers=headers)
    return await client.post(path, json=question.body, headers=headers)


class Answer(NamedTuple):
    """What a question was answered."""

    question: Question
    status: int
    heights: tuple[object, ...]
    content: object


async def answers(client: httpx.AsyncClient, height: int | None = None) -> list[Answer]:
    """What every question is answered, pages joined, without ids of requests."""
    return [await whole_answer(client, question, height) for question in QUESTIONS]


async def whole_answer(client: httpx.AsyncClient, question: Question, height: int | None) -> Answer:
    first = answer = await answer_to(client, question, height)
    content = [said(answer)]
    while link := answer.headers.get("Link", "").partition(">")[0].removeprefix("</api/v1"):
        answer = await answer_to(client, question._replace(path=link), None)
        content.append(said(answer))
    return Answer(question, first.status_code, heights(first), joined(content))


def said(answer: httpx.Response) -> Any:  # noqa: ANN401 - JSON
    if answer.headers["Content-Type"].startswith("application/problem"):
        document = answer.json()
        return {"problem": [document["type"], document.get("detail"), document.get("errors")]}
    return answer.json() if answer.headers["Content-Type"] == "application/json" else answer.text


def heights(answer: httpx.Response) -> tuple[object, ...]:
    if answer.status_code != 200:
        return ()
    return tuple(answer.headers.get(name) for name in ("Register-Height", "Register-Time"))


def joined(pages: list[Any]) -> object:
    """A list of more pages than one holds the same, however it was cut."""
    if len(pages) == 1 and not isinstance(pages[0], dict):
        return pages[0]
    members: dict[str, object] = {}
    for page in pages:
        for name, value in page.items():
            is_list = isinstance(value, list) and name in members
            members[name] = [*members[name], *value] if is_list else value  # type: ignore[misc]
    return members


def keep_code(service: RegisterService) -> None:
    """The code of the own sealed filing is kept since it is registered."""
    if service.reader.get(sealed_key("AU", SEALS[0].claim_key)) is None:
        return
    number = OWN.application_number_text
    known = KnownFiling(
        office="AU",
        claim_key=SEALS[0].claim_key,
        right=RIGHT,
        number=number,
        match_key=number,
        filing_date=FILED[number],
        code=CODE.secret,
    )
    service.codes.keep([known])


async def answered_as_then(
    drawn: Drawn, code: str = "AU", role: str = "administrator"
) -> list[list[Answer]]:
    """What an office's node answered after each block: the same as for its height afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            service_of(*FOUR, ledger=opened(), office=code) as service,
            api_of(service, Path(folder)) as office,
        ):
            client = getattr(office, role)
            kept = [await answers(client)]
            for block in drawn:
                append(service.ledger, *block)
                if code == "AU":
                    keep_code(service)
                kept.append(await answers(client))
            for height, then in enumerate(kept):
                for now, before in zip(await answers(client, height), then, strict=True):
                    assert now == before
            return kept


@given(blocks)
@settings(max_examples=6, phases=(Phase.explicit, Phase.generate))
def test_every_question_is_answered_for_every_height_as_it_was_then(drawn: Drawn) -> None:
    asyncio.run(answered_as_then(drawn))


def eventful() -> Drawn:
    """Sealed, claimed, disputed, reported on, withheld, withdrawn and opened; coverage and closed days."""
    first, later, third = SEALS
    number = NUMBERS[0]
    claiming = Filing(
        right=RIGHT,
        application_number_text=NUMBERS[2],
        filing_date=FILED[NUMBERS[2]],
        priority_claim_bag=(
            PriorityClaim(
                ip_office_code="AU", application_number_text=number, filing_date=FILED[number]
            ),
        ),
    )
    own = Filing(right=RIGHT, application_number_text=number, filing_date=FILED[number])
    of_own = FilingReference(right=RIGHT, application_number_text=number)
    day = date(2013, 3, 12)
    report = Report(
        filing=of_own,
        report_category="searchReport",
        document_date=day,
        language_code="en",
        media_type="application/pdf",
        document_digest="0" * 64,
        document_size=13,
    )
    withholding = Withholding(
        filing=report.filing,
        action="raise",
        legal_ground="nationalLaw",
        reason_text="by order",
        decision_date=day,
    )
    disputed = Dispute(
        claiming_office_code=later.office,
        filing=of_sealed(later),
        action="raise",
        claim=named(first),
        reason_text="another number is meant",
        decision_date=day,
    )
    withdrawn = Claim(
        filing=of_sealed(later), action="withdraw", claim=named(first), decision_date=day
    )
    published = Event(filing=of_own, event_category="published", event_date=day)
    covered = Coverage(right=RIGHT, from_date=date(2012, 1, 1), until_date=date(2013, 12, 31))
    closed = ClosedDays(year=2013, closed_day_bag=(ClosedDay(date=day),))
    anew = proved(first, id_of(later.office, opening(later).application_number_text))
    return [
        [("AU", [own, covered])],
        [("EP", [claiming])],
        [("AU", [sealed(first), published])],
        [(later.office, [sealed(later, proved(first, sealed_id(later)))])],
        [("AU", [disputed, closed]), (third.office, [sealed(third)])],
        [(later.office, [withdrawn])],
        [("AU", [opening(first)]), (later.office, [opening(later, anew)])],
        [("AU", [report])],
        [("AU", [withholding, replace(closed, closed_day_bag=())])],
    ]


@pytest.mark.parametrize("office", ["EP", "JP"])
def test_an_examiner_of_another_office_is_answered_as_then_too(office: str) -> None:
    """There nobody has the codes of the sealed filings, and the role may ask for less."""
    asyncio.run(answered_as_then(eventful(), office, "examiner"))


def test_every_question_has_an_answer_that_changed() -> None:
    """Whether the questions above are worth asking: each is answered, and all but tables change."""
    kept = asyncio.run(answered_as_then(eventful()))
    answered = {each.question.operation for told in kept for each in told if each.status == 200}
    assert answered == {question.operation for question in QUESTIONS}
    changed = {
        question.operation
        for place, question in enumerate(QUESTIONS)
        if any(one[place].content != another[place].content for one, another in pairwise(kept))
    }
    assert changed == answered - {"getOffice", "listOffices"}


class Operation(NamedTuple):
    """One operation under `/api/v1`."""

    name: str
    place: str
    takes_as_of: bool


def operations() -> list[Operation]:
    return [
        Operation(
            operation["operationId"],
            f"{method.upper()} {path.removeprefix('/api/v1')}",
            any(each["name"] == "asOf" for each in operation.get("parameters", ())),
        )
        for path, methods in describe()["paths"].items()
        if path.startswith("/api/v1")
        for method, operation in methods.items()
    ]


def test_every_operation_answers_for_earlier_heights_or_says_why_it_does_not() -> None:
    found = operations()
    asked = {question.operation for question in QUESTIONS}
    assert asked == {each.name for each in found if each.takes_as_of}
    assert set(NO_EARLIER_ANSWER) == {each.name for each in found if not each.takes_as_of}


def test_the_table_of_the_docs_has_every_question_that_takes_an_earlier_height() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    section = text.partition("**An earlier height.**")[2].partition("All others refuse")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    named = {place for row in rows for place in re.findall("`((?:GET|POST) [^`]+)`", row)}
    assert named == {each.place for each in operations() if each.takes_as_of}


async def test_a_question_without_an_earlier_answer_says_why(office: OfficeApi) -> None:
    for method, path, operation in (
        ("GET", "/receipts/AU.patent.2012900001", "getReceipt"),
        ("GET", "/status", "getStatus"),
        ("GET", "/blocks/1", "getBlock"),
        ("GET", "/application-numbers/AU", "normaliseNumber"),
        ("GET", "/notices/stream", "followNotices"),
        ("POST", "/proofs/priority", "provePriority"),
        ("POST", "/filings", "registerFilings"),
        ("POST", "/claims", "registerClaims"),
    ):
        answer = await office.administrator.request(method, f"{path}?asOf=1")
        problem = answer.json()
        assert (answer.status_code, problem["type"]) == (400, "/problems/no-earlier-answer")
        assert problem["detail"] == NO_EARLIER_ANSWER[operation]
        assert problem["errors"][0]["field"] == "asOf"
