import pytest
from builders.office_api import OfficeApi

from api.moments import moment_text


@pytest.mark.parametrize(
    ("unix_ms", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_795_249_800_000, "2026-11-21T08:30:00.000Z"),
        (1_795_249_800_125, "2026-11-21T08:30:00.125Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_a_time_has_milliseconds_whatever_they_are(unix_ms: int, text: str) -> None:
    assert moment_text(unix_ms) == text


async def test_every_document_and_header_writes_the_time_of_a_block_alike(
    office: OfficeApi,
) -> None:
    filing = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}
    registered = (await office.clerk.post("/filings", json=filing)).json()
    time = moment_text(office.service.ledger.header(1).time_ms)
    path = "/filings/AU.patent.2012900001"
    read = await office.examiner.get(path)
    history = (await office.examiner.get(f"{path}/history")).json()
    block = (await office.auditor.get("/blocks/1")).json()
    status = (await office.examiner.get("/status")).json()
    assert [
        registered["blockTime"],
        read.headers["Register-Time"],
        history["items"][0]["blockTime"],
        block["header"]["time"],
        status["blockTime"],
    ] == [time] * 5
