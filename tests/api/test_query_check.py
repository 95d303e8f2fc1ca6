"""A query parameter that a route does not know is refused: it is not answered as if nothing was asked."""

import pytest
from builders.office_api import OfficeApi

FILING = {"right": "patent", "applicationNumberText": "2012900001", "filingDate": "2012-03-13"}


@pytest.mark.parametrize(
    ("path", "name", "known"),
    [
        ("/filings/AU.patent.2012900001?asof=5", "asof", "consistency, minHeight, asOf"),
        ("/families/AU.patent.2012900001?kinds=extended", "kinds", "kind, withoutDisputed"),
        ("/filings?", "", ""),
        ("/filings?offce=AU", "offce", "limit, cursor"),
        ("/status?asOf=1", "asOf", ""),
        ("/offices/AU/coverage?as_of=1", "as_of", "asOf"),
    ],
)
async def test_a_slip_in_the_name_of_a_parameter_is_told(
    path: str, name: str, known: str, office: OfficeApi
) -> None:
    await office.clerk.post("/filings", json=FILING)
    answer = await office.administrator.get(path)
    if not name:
        assert answer.status_code == 200
        return
    assert (answer.status_code, answer.json()["reasonCode"]) == (400, "INVALID_PARAMETER")
    (fault,) = answer.json()["errors"]
    assert fault["field"] == name
    assert set(filter(None, known.split(", "))) <= set(fault["expected"].split()[4:] or ()) or all(
        each in fault["expected"] for each in known.split(", ")
    )


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
        ("/claims?asOf=0", "no parameters here"),
        ("/submissions?x", "no parameters here"),
    ):
        answer = await office.clerk.post(path, json=question)
        assert (answer.status_code, answer.json()["errors"][0]["expected"]) == (400, known)
