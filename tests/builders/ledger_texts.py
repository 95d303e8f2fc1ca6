"""What the ledger tells whoever reads its blocks."""

from base64 import urlsafe_b64decode

from node.service import RegisterService


def told(service: RegisterService) -> str:
    """The entries of all blocks as they were signed, those that were rejected with them."""
    payloads = []
    for height in range(1, service.ledger.height + 1):
        for item in service.ledger.block(height).submissions:
            payload = item.data.split(b".")[1]
            payloads.append(urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)).decode())
    return "\n".join(payloads)
