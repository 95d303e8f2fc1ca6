"""`/sealed-filings`: the page of own sealed filings, and the documents of the examples."""

from typing import Final

from api.description import JsonObject
from node.sealed.documents import Confidential
from node.sealed.receipts import OwnSealedFiling


class SealedFilingPage(Confidential, frozen=True, kw_only=True):
    """Own filings that were sealed, in the order in which they were registered."""

    sealed_filings: tuple[OwnSealedFiling, ...]


FILING_ID: Final = "AU.sealed.X9nW1mA1gX0p0mW4xB1cQ3Q6w2m0s8mJx7VbqzT1A5E"
REQUEST: Final[JsonObject] = {
    "right": "patent",
    "applicationNumberText": "2013900001",
    "filingDate": "2013-03-12",
    "priorityClaimBag": [
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/610,420",
            "filingDate": "2012-03-13",
            "accessCode": "0710-4GM2-RC1M-70Y4-0H28-9H85-8P5",
        },
        {
            "ipOfficeCode": "DE",
            "applicationNumberText": "10 2012 204 123.7",
            "filingDate": "2012-03-15",
        },
    ],
}
RECEIPT: Final[JsonObject] = {
    "filingId": FILING_ID,
    "ipOfficeCode": "AU",
    "officeName": "IP Australia",
    "networkName": "demo",
    "networkId": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "right": "patent",
    "applicationNumberText": "2013900001",
    "filingDate": "2013-03-12",
    "accessCode": "2GV1-CE16-2YSH-ZP0G-CANW-6CBA-TRE",
    "height": 12,
    "index": 0,
    "blockHash": "60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
    "blockTime": "2026-11-21T08:30:00.125Z",
    "claimedFilingBag": [
        {
            "ipOfficeCode": "US",
            "applicationNumberText": "61/610,420",
            "filingDate": "2012-03-13",
            "right": "patent",
            "claimKey": "hPaVpvjPRxSOqPdmRZkQJ3dq9M6YQ3ucT2wVXb0C1Hk",
        },
        {
            "ipOfficeCode": "DE",
            "applicationNumberText": "10 2012 204 123.7",
            "filingDate": "2012-03-15",
            "right": "patent",
        },
    ],
}
OWN: Final[JsonObject] = {
    "filingId": FILING_ID,
    "right": "patent",
    "applicationNumberText": "2013900001",
    "filingDate": "2013-03-12",
    "status": "sealed",
    "height": 12,
    "priorityDate": "2012-03-13",
    "publicationDueDate": "2013-09-13",
    "isDue": True,
    "claimedFilingBag": RECEIPT["claimedFilingBag"],
}
OPENING: Final[JsonObject] = {
    "relatedFilingBag": [
        {
            "relation": "division",
            "ipOfficeCode": "AU",
            "applicationNumberText": "2011200123",
            "filingDate": "2011-01-12",
            "right": "patent",
        }
    ]
}
OPENINGS: Final = [FILING_ID, {"right": "patent", "applicationNumberText": "2013900002"}]
