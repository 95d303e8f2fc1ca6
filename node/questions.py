"""What the commands and the demonstration ask a node: forms and paths in one place."""

import msgspec

from ledger.receipt import Receipt
from ledger.receipt_json import decode_receipt
from ledger.register.entries import ClosedDays, Coverage
from ledger.register.family_kinds import FamilyKind
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling, Verification
from node.client import Document, NodeClient, Parameters


def at_height(as_of: int | None, *, linearizable: bool = False) -> Parameters:
    """What asks for the answer of a height; None: of the last one.

    `linearizable`: of the last one of any office, which the node asks the others for first.
    """
    consistency: Parameters = {"consistency": "linearizable"} if linearizable else {}
    return consistency if as_of is None else {"asOf": as_of, **consistency}


def verify_claim(
    client: NodeClient,
    first: FirstFiling,
    second: SecondFiling,
    as_of: int | None = None,
    *,
    linearizable: bool = False,
) -> Verification:
    """The node's answer to a priority claim, at its last height or an earlier one."""
    question = PriorityRequest(first=first, second=second)
    parameters = at_height(as_of, linearizable=linearizable)
    answer = client.post("/priority-verifications", question, parameters=parameters)
    # A node of a later version may say more than this one knows.
    return msgspec.convert(answer, Verification)


def find_family(
    client: NodeClient,
    filing_id: str,
    kind: FamilyKind,
    as_of: int | None = None,
    *,
    without_disputed: bool = False,
    disputed_by: str = "",
    linearizable: bool = False,
) -> Document:
    """The family of a filing, at the node's last height or an earlier one."""
    disputed: Parameters = {"withoutDisputed": True} if without_disputed else {}
    by: Parameters = {"disputedBy": disputed_by} if disputed_by else {}
    height = at_height(as_of, linearizable=linearizable)
    return client.get(f"/families/{filing_id}", {"kind": kind, **disputed, **by, **height})


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
