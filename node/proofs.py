"""Proof files of this node: drafted at its last block, finished when the offices have signed for that block."""

import asyncio

from ledger.proof.document import ProofDocument
from ledger.proof.making import Draft, finish, is_certified
from node.service import RegisterService

_LOOK_S = 0.01
"""How often the node looks for the certificate, which comes within a round of messages."""


async def finished(service: RegisterService, draft: Draft, seconds: float) -> ProofDocument:
    """Return the whole file, as soon as a certificate reaches the draft's height.

    Raises:
        NotCertifiedError: none did in so many seconds.
    """
    deadline = asyncio.get_running_loop().time() + seconds
    while not is_certified(service.ledger, draft.height):
        if asyncio.get_running_loop().time() >= deadline:
            break  # `finish` says what is missing
        await asyncio.sleep(_LOOK_S)
    return finish(service.ledger, draft, service.office, service.attest)
