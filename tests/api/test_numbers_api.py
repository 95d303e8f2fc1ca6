"""One number in all its forms, over HTTP."""

from builders.office_api import OfficeApi


async def test_a_number_comes_in_every_form_with_its_warnings(office: OfficeApi) -> None:
    question = {"applicationNumberText": "EP 10167109.5", "filingDate": "2010-06-24"}
    answer = await office.examiner.get("/application-numbers/EP", params=question)
    assert answer.status_code == 200
    assert answer.json() == {
        "ipOfficeCode": "EP",
        "right": "patent",
        "applicationNumberText": "EP 10167109.5",
        "canonicalText": "10167109.7",
        "matchKey": "10167109",
        "filingId": "EP.patent.10167109",
        "docdb": "EP.10167109.A",
        "epodoc": "EP20100167109",
        "isExact": True,
        "warnings": [
            {
                "code": "CHECK_DIGIT_WRONG",
                "explanation": "the check digit does not fit the number: look for a mistyped digit",
            }
        ],
        "formatHint": "10167109.7",
    }


async def test_a_code_that_is_none_of_st3_is_told_as_such(office: OfficeApi) -> None:
    question = {"applicationNumberText": "1"}
    answer = await office.examiner.get("/application-numbers/ZQ", params=question)
    assert answer.status_code == 400
    assert answer.json()["errors"] == [
        {"field": "office", "expected": "a code of WIPO ST.3", "received": "ZQ"}
    ]


async def test_a_number_longer_than_any_is_refused(office: OfficeApi) -> None:
    question = {"applicationNumberText": "1" * 65}
    answer = await office.examiner.get("/application-numbers/EP", params=question)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "applicationNumberText"


async def test_numbers_are_not_shown_without_a_token(office: OfficeApi) -> None:
    question = {"applicationNumberText": "1"}
    answer = await office.stranger.get("/application-numbers/EP", params=question)
    assert answer.status_code == 401
