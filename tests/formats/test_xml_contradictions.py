"""XML that contradicts itself, or states a claim where none is read, is malformed: nothing is lost silently."""

import pytest

from api.formats import XML, Row, read_rows
from api.formats.st96_names import LIST_NAMESPACE, ST96

CLAIM = (
    '<p:PriorityClaim c:sequenceNumber="1"><c:IPOfficeCode>US</c:IPOfficeCode><c:ApplicationNumber>'
    "<c:ApplicationNumberText>61/610,420</c:ApplicationNumberText></c:ApplicationNumber>"
    "<p:FilingDate>2012-03-13</p:FilingDate></p:PriorityClaim>"
)
BAG = f"<p:PriorityClaimBag>{CLAIM}</p:PriorityClaimBag>"
OWN = (
    "<p:ApplicationIdentification><c:IPOfficeCode>AU</c:IPOfficeCode><c:ApplicationNumber>"
    "<c:ApplicationNumberText>2013287263</c:ApplicationNumberText></c:ApplicationNumber>"
    "<p:FilingDate>2013-03-12</p:FilingDate></p:ApplicationIdentification>"
)
OWN_DATE = "<p:FilingDate>2013-03-12</p:FilingDate>"
CLAIMED_DATE = "<p:FilingDate>2012-03-13</p:FilingDate>"
NUMBER = "<c:ApplicationNumberText>61/610,420</c:ApplicationNumberText>"
KIND = (
    "<p:PatentPublicationIdentification><c:PatentDocumentKindCode>U</c:PatentDocumentKindCode>"
    "</p:PatentPublicationIdentification>"
)


def document(bag: str = BAG, own: str = OWN, more: str = "") -> str:
    return (
        f'<FilingBag xmlns="{LIST_NAMESPACE}" xmlns:p="{ST96}Patent" xmlns:c="{ST96}Common">'
        f'<Filing right="patent"><p:BibliographicData>{more}{own}{bag}</p:BibliographicData></Filing>'
        "</FilingBag>"
    )


def read(body: str) -> Row:
    (row,) = read_rows(XML, body.encode())
    return row


def test_the_document_as_it_should_be_is_read() -> None:
    row = read(document())
    assert row.filing is not None, row.errors
    assert len(row.filing.priority_claim_bag) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (document(own=OWN.replace(OWN_DATE, OWN_DATE * 2)), ""),
        (document(own=OWN * 2), ""),
        (document(BAG.replace(NUMBER, NUMBER * 2)), ""),
        (document(own=OWN.replace(OWN_DATE, OWN_DATE + OWN_DATE.replace("12<", "13<"))), "pat:F"),
        (document(own=OWN + OWN.replace("263", "264")), "pat:ApplicationIdentification"),
        (document(BAG.replace(NUMBER, NUMBER + NUMBER.replace("420", "421"))), "com:Appl"),
        (document(BAG.replace(CLAIMED_DATE, CLAIMED_DATE + OWN_DATE)), "pat:FilingDate"),
        (document(own=OWN.replace("2013287263", "20132<b>8726</b>3")), "com:ApplicationNumberText"),
        (document(more=KIND), "com:PatentDocumentKindCode"),
        (document(BAG * 2), "pat:PriorityClaimBag"),
        (document(BAG.replace("PriorityClaimBag", "PriorityClaimsBag")), "pat:PriorityClaimsBag"),
        (document(BAG.replace("p:PriorityClaimBag", "c:PriorityClaimBag")), "com:PriorityClaimBag"),
        (
            document(
                BAG.replace("p:PriorityClaim ", "c:PriorityClaim ").replace(
                    "p:PriorityClaim>", "c:PriorityClaim>"
                )
            ),
            "com:PriorityClaim",
        ),
        (document(CLAIM), "pat:PriorityClaim"),
        (document(BAG.replace("Bag>", "Bag>US 61/610,420", 1)), "pat:PriorityClaimBag"),
        (document(BAG.replace("p:FilingDate", "c:FilingDate")), "com:FilingDate"),
        (document(BAG.replace('"1"', '"first"')), "pat:PriorityClaim"),
        (
            document("<p:PriorityClaimBag><p:PriorityClaim/></p:PriorityClaimBag>"),
            "priorityClaimBag[0]",
        ),
        (document(BAG.replace("420", "4\u200b20")), "com:ApplicationNumberText"),
    ],
)
def test_what_contradicts_itself_or_would_be_lost_is_malformed(body: str, field: str) -> None:
    row = read(body)
    assert (row.filing is None) == bool(field), row.errors
    if field:
        assert row.errors[0].field.startswith(field)
        assert row.errors[0].expected
        assert row.errors[0].received


@pytest.mark.parametrize("claims", [200, 201, 5_000])
def test_a_filing_is_read_up_to_its_last_possible_claim(claims: int) -> None:
    row = read(document(BAG.replace(CLAIM, CLAIM * claims)))
    assert (row.filing is None) == (claims > 200)
    assert [fault.expected for fault in row.errors] == ["at most 200 claims"] * (claims > 200)


def test_a_filing_beyond_a_limit_does_not_stop_the_others() -> None:
    one = document().partition("<Filing ")[2].rpartition("</FilingBag>")[0]
    deep = "<p:a>" * 100 + "</p:a>" * 100
    many = "<p:a/>" * 100_001
    bad = [f"<Filing {one.replace(OWN, more)}" for more in (deep, many)]
    body = document().replace(f"<Filing {one}", f"<Filing {one}".join(["", *bad, ""]))
    rows = list(read_rows(XML, body.encode()))
    assert [row.filing is None for row in rows] == [False, True, False, True, False]
    assert [row.errors[0].expected for row in rows if row.errors] == [
        "at most 64 levels",
        "at most 100000 elements for one filing",
    ]
