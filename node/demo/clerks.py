"""What the clerks of the offices do in the story of a family, through the API of their own node."""

from base64 import b64encode
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple

from ledger.register.entries import ReportCategory
from ledger.register.verification import FirstFiling, SecondFiling, Verification
from node.client import Document, NodeClient, ProblemError
from node.local import LocalNode
from node.processes import wait_until
from node.questions import find_family, verify_claim

_TRY_AGAIN: Final = 503


class Application(NamedTuple):
    """An application as it was filed; only its office and its applicant know it."""

    office: str
    number: str
    filing_date: str

    def claimed(self, access_code: str | None = None) -> Document:
        """A claim to its priority, with the access code where it is sealed."""
        claim = {
            "ipOfficeCode": self.office,
            "applicationNumberText": self.number,
            "filingDate": self.filing_date,
        }
        return claim if access_code is None else {**claim, "accessCode": access_code}


class Refusal(NamedTuple):
    """What a node said no with."""

    status: int
    problem: str
    detail: str


class Clerk:
    """The clerk of one office."""

    def __init__(self, node: LocalNode) -> None:
        self.office = node.office
        self._node = node

    def seal(self, application: Application, *claims: Document) -> Document:
        """Register an application without telling which, and return its receipt.

        Raises:
            ProblemError: it is refused.
        """
        body = {
            "right": "patent",
            "applicationNumberText": application.number,
            "filingDate": application.filing_date,
            "priorityClaimBag": list(claims),
        }
        with self._client() as client:
            return client.post("/sealed-filings", body)

    def open(self, filing_id: str) -> str:
        """Open a sealed filing at its publication, and return the id by which all know it from then on."""
        with self._client() as client:
            return str(client.post(f"/sealed-filings/{filing_id}/opening", {})["subject"])

    def publish(self, filing_id: str, day: str) -> None:
        """Enter that an opened filing was published."""
        body = {"eventCategory": "published", "eventDate": day}
        with self._client() as client:
            client.post(f"/filings/{filing_id}/events", body)

    def deposit(self, filing_id: str, category: ReportCategory, day: str, document: bytes) -> str:
        """Deposit a report, and return its id."""
        digest = b64encode(sha256(document).digest()).decode()
        parameters = {
            "filing": filing_id,
            "category": category,
            "documentDate": day,
            "language": "en",
        }
        headers = {"Content-Digest": f"sha-256=:{digest}:"}
        with self._client() as client:
            answer = client.post("/reports", document, "text/plain", headers, parameters)
        return str(answer["subject"])

    def read(self, report_id: str) -> bytes:
        """Read a report; the node fetches it from the office that deposited it.

        Raises:
            ProblemError: it may not be read, or cannot be fetched.
        """
        with self._client() as client:
            return client.download(f"/reports/{report_id}/content")

    def read_at_last(self, report_id: str) -> bytes:
        """Read a report, again as long as the node says that it cannot be fetched yet.

        A depositing node takes no request of its first five seconds: it may be one from before its start.

        Raises:
            ProblemError: it may not be read.
            StartError: it cannot be fetched in time.
        """
        documents: list[bytes] = []

        def is_read() -> bool:
            try:
                documents.append(self.read(report_id))
            except ProblemError as error:
                if error.status != _TRY_AGAIN:
                    raise
            return bool(documents)

        wait_until(is_read, f"{self.office} reads {report_id}")
        return documents[0]

    def readers(self, report_id: str) -> list[str]:
        """The offices that were granted a report, by the ledger."""
        with self._client() as client:
            history = client.get(f"/reports/{report_id}/history")
        return [str(access["readingOfficeCode"]) for access in history["accessBag"]]

    def family(self, filing_id: str) -> Document:
        """The extended family of a filing, as this office may see it.

        Raises:
            ProblemError: there is no such filing for this office.
        """
        with self._client() as client:
            return find_family(client, filing_id, "extended")

    def verify(
        self, first: Application, second: Application, access_code: str | None = None
    ) -> Verification:
        """The answer to a priority claim."""
        earlier = FirstFiling(
            ip_office_code=first.office,
            application_number_text=first.number,
            filing_date=date.fromisoformat(first.filing_date),
            access_code=access_code,
        )
        later = SecondFiling(
            ip_office_code=second.office,
            filing_date=date.fromisoformat(second.filing_date),
            right="patent",
        )
        with self._client() as client:
            return verify_claim(client, earlier, later)

    def ask(self, path: str) -> Document:
        """Read something at the API.

        Raises:
            ProblemError: the answer is a problem.
        """
        with self._client() as client:
            return client.get(path)

    def _client(self) -> NodeClient:
        return self._node.client()


def refused(act: Callable[[], object]) -> Refusal:
    """What an act is refused with; an act that succeeds is no refusal."""
    try:
        act()
    except ProblemError as error:
        document = error.document
        kind = str(document.get("type", "")).rpartition("/")[2]
        return Refusal(error.status, kind, str(document.get("detail", "")))
    return Refusal(200, "", "")
