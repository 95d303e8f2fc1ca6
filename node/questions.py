"""What the commands and the demonstration ask a node: forms and paths in one place."""

from typing import Literal

import msgspec

from ledger.receipt import Receipt
from ledger.receipt_json import decode_receipt
from ledger.register.entries import ClosedDays, Coverage
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling, Verification
from node.client import Document, NodeClient

FamilyKind = Literal["simple", "extended"]


def verify_claim(client: NodeClient, first: FirstFiling, second: SecondFiling) -> Verification:
    """The node's answer to a priority claim."""
    answer = client.post("/priority-verifications", PriorityRequest(first=first, second=second))
    # A node of a later version may say more than this one knows.
    return msgspec.convert(answer, Verification)


def find_family(client: NodeClient, filing_id: str, kind: FamilyKind) -> Document:
    """The family of a filing."""
    return client.get(f"/families/{filing_id}", {"kind": kind})


def fetch_receipt(client: NodeClient, filing_id: str) -> Receipt:
    """The receipt of a filing, not verified.

    Raises:
        MalformedReceiptError: the answer is none.
    """
    return decode_receipt(msgspec.json.encode(client.get(f"/receipts/{filing_id}")))


def declare(client: NodeClient, office: str, entry: Coverage | ClosedDays) -> Document:
    """Register a declaration of the node's own office, and return the receipt."""
    fields = msgspec.to_builtins(entry)
    del fields["entryCategory"]
    resource = "coverage" if isinstance(entry, Coverage) else "closed-days"
    return client.post(f"/offices/{office}/{resource}", fields)
