"""Questions that have no answer for an earlier height (`asOf`), and why: told to whoever asks (docs/api.md)."""

from collections.abc import Mapping
from typing import Final

_ENTERED_NOW: Final = (
    "What is registered is registered now. GET with asOf tells what the register held."
)
_PROOF_OF_NOW: Final = (
    "Proofs lead to the state of the last block only. The answer of an earlier height can be had with asOf,"
    " without its proof, where the same question is asked of the register."
)
_OF_THIS_NODE: Final = (
    "It tells of this node as it is now. GET /blocks has hash and time of each height."
)
_NAMED_IN_PATH: Final = "The path names the height, and what it names never changes."

NO_EARLIER_ANSWER: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        (
            "appendToUpload",
            "cancelUpload",
            "declareClosedDays",
            "declareCoverage",
            "depositReport",
            "openSealedFiling",
            "openSealedFilings",
            "registerClaim",
            "registerClaims",
            "registerDispute",
            "registerEvent",
            "registerFilings",
            "registerSealedFiling",
            "submitSigned",
            "withholdReports",
        ),
        _ENTERED_NOW,
    ),
    **dict.fromkeys(
        (
            "getReceipt",
            "getStateEvidence",
            "proveFiling",
            "proveFilingVerification",
            "provePriority",
        ),
        _PROOF_OF_NOW,
    ),
    **dict.fromkeys(
        ("getEvidence", "getRequest", "getStatus", "getUploadOffset", "listUploads"), _OF_THIS_NODE
    ),
    **dict.fromkeys(("getBlock", "getCertificate", "proveConsistency"), _NAMED_IN_PATH),
    "exportLedger": "`to` names the last block of an export: it holds every block up to that one.",
    "followNotices": "A stream goes on with what comes. GET /notices with asOf ends at a height.",
    "getReportContent": "A reading is granted and entered now. GET the report with asOf: mayRead says who might read.",
    "printSealedReceipt": "A receipt is always as it was first printed.",
    "normaliseNumber": "Nothing is looked up: the answer is the same at every height.",
    "exchangeReportContent": "An office reads a document of another one now: its request is entered first.",
}
"""By operation id."""
