"""A query parameter that a route does not know is refused: it is not answered as if nothing was asked."""

import pytest
from builders.office_api import OfficeApi

HEIGHTS = "asOf, consistency, minHeight"


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("/filings/AU.patent.2012900001?asof=5", "asof", HEIGHTS),
        (
            "/families/AU.patent.2012900001?kinds=simple",
            "kinds",
            f"kind, withoutDisputed, disputedBy, {HEIGHTS}",
        ),
        ("/filings?offce=AU", "offce", f"office, right, limit, cursor, {HEIGHTS}"),
        ("/offices/AU/coverage?as_of=1", "as_of", HEIGHTS),
        ("/receipts/AU.patent.2012900001?as=1", "as", "consistency, minHeight"),
        ("/status?height=1", "height", ""),
    ],
)
async def test_a_slip_in_the_name_of_a_parameter_is_told(
    path: str, name: str, known: str, office: OfficeApi
) -> None:
    answer = await office.administrator.get(path)
    assert (answer.status_code, answer.json()["reasonCode"]) == (400, "INVALID_PARAMETER")
    (fault,) = answer.json()["errors"]
    expected = f"one of the parameters {known}" if known else "no parameters here"
    assert (fault["field"], fault["expected"]) == (name, expected)


async def test_strangers_are_told_of_the_token_first_and_an_empty_query_is_none(
    office: OfficeApi,
) -> None:
    assert (await office.stranger.get("/filings?offce=AU")).status_code == 401
    assert (await office.examiner.get("/filings?")).status_code == 200


async def test_a_parameter_that_comes_twice_is_refused(office: OfficeApi) -> None:
    answer = await office.examiner.get("/filings?limit=1&limit=2")
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "limit", "expected": "this parameter once", "received": '"2"'}
    ]


async def test_direct_routes_check_their_parameters_too(office: OfficeApi) -> None:
    question = {
        "first": {"ipOfficeCode": "AU", "applicationNumberText": "1", "filingDate": "2012-03-13"},
        "second": {"ipOfficeCode": "JP", "filingDate": "2013-03-12", "right": "patent"},
    }
    good = await office.examiner.post("/priority-verifications?asOf=0", json=question)
    assert good.status_code == 200
    for path, known in (
        ("/priority-verifications?asof=0", "one of the parameters consistency, minHeight, asOf"),
        ("/filings?dryRun=true", "no parameters here"),
        ("/claims?at=0", "no parameters here"),
        ("/submissions?x", "no parameters here"),
    ):
        answer = await office.clerk.post(path, json=question)
        assert (answer.status_code, answer.json()["errors"][0]["expected"]) == (400, known)
