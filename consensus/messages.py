"""The messages that replicas exchange, as frozen values.

Names are those of Castro & Liskov 1999 and of the formal treatment MIT/LCS/TM-590. Votes sign a short fixed
text (see `consensus.signatures`), so a certificate needs only the offices and their signatures, not whole
messages.
"""

from typing import Annotated, Final, TypeAlias

import msgspec

from crypto.certificate import CheckpointCertificate
from crypto.digest import DIGEST_SIZE
from crypto.signing import SIGNATURE_SIZE

SUBMISSIONS_MAX: Final = 1_024
"""Submissions that one proposal may list."""
OFFICES_MAX: Final = 256
"""Offices that one message may name; a network has at most 200."""
SEQUENCES_MAX: Final = 1_024
"""Sequence numbers that one message may speak of; the watermarks let in far fewer."""

Number = Annotated[int, msgspec.Meta(ge=0, le=2**53)]
"""A view, sequence, height or time: bounded, so that arithmetic on hostile ones stays harmless."""
Digest = Annotated[bytes, msgspec.Meta(min_length=DIGEST_SIZE, max_length=DIGEST_SIZE)]
Signature = Annotated[bytes, msgspec.Meta(min_length=SIGNATURE_SIZE, max_length=SIGNATURE_SIZE)]
NONCE_SIZE: Final = 16  # bytes
Nonce = Annotated[bytes, msgspec.Meta(min_length=NONCE_SIZE, max_length=NONCE_SIZE)]
Office = Annotated[str, msgspec.Meta(min_length=2, max_length=2)]


class _Message(msgspec.Struct, frozen=True, array_like=True):
    pass


class Proposal(_Message, frozen=True):
    """What one sequence number is to hold: digests only; every replica has the bodies from the entry node."""

    time_ms: Number
    """The primary's clock, Unix ms; 0 in the null proposal."""
    submissions: Annotated[tuple[Digest, ...], msgspec.Meta(max_length=SUBMISSIONS_MAX)]
    """SHA-256 digests, in the order of execution."""


NULL_PROPOSAL = Proposal(0, ())
"""Fills a sequence number that no certificate claims after a view change (Castro & Liskov 1999, section
4.4)."""


class PrePrepare(_Message, frozen=True, tag="pre-prepare"):
    """The primary of the view assigns a proposal to a sequence number."""

    view: Number
    sequence: Number
    proposal: Proposal
    signature: Signature


class Prepare(_Message, frozen=True, tag="prepare"):
    """A backup accepted the pre-prepare with this digest."""

    view: Number
    sequence: Number
    digest: Digest
    office: Office
    signature: Signature


class Commit(_Message, frozen=True, tag="commit"):
    """A replica is prepared for this digest."""

    view: Number
    sequence: Number
    digest: Digest
    office: Office
    signature: Signature


class Checkpoint(_Message, frozen=True, tag="checkpoint"):
    """A replica executed up to this height and holds this block there."""

    height: Number
    block_hash: Digest
    office: Office
    signature: Signature


class PreparedCertificate(_Message, frozen=True):
    """Proof of `prepared(m, v, n)`.

    The primary's pre-prepare and matching prepares that make a quorum with it.
    """

    view: Number
    sequence: Number
    proposal: Proposal
    primary_signature: Signature
    prepares: Annotated[tuple[tuple[Office, Signature], ...], msgspec.Meta(max_length=OFFICES_MAX)]
    """(office, signature) of backups, sorted by office."""


class ViewChange(_Message, frozen=True, tag="view-change"):
    """A replica leaves for a view, and tells what it knows to be stable and prepared."""

    view: Number
    stable: CheckpointCertificate | None
    """None: nothing is stable yet (height 0)."""
    prepared: Annotated[tuple[PreparedCertificate, ...], msgspec.Meta(max_length=SEQUENCES_MAX)]
    """Sorted by sequence, each sequence once, all above the stable height."""
    office: Office
    signature: Signature


class NewView(_Message, frozen=True, tag="new-view"):
    """The primary of a view opens it, naming the view changes that say what it must propose again.

    The view changes travel beside it (Castro & Liskov 2002, section 4.5): what they demand everyone
    computes from them, so it stays small whatever the number of offices.
    """

    view: Number
    view_changes: Annotated[tuple[tuple[Office, Digest], ...], msgspec.Meta(max_length=OFFICES_MAX)]
    """(office, digest of its view change) of a quorum, sorted by office."""
    signatures: Annotated[
        tuple[tuple[Number, Signature], ...], msgspec.Meta(max_length=SEQUENCES_MAX)
    ]
    """(sequence, the primary's pre-prepare signature) for every sequence that is proposed again."""
    signature: Signature


class FetchViewChanges(_Message, frozen=True, tag="fetch-view-changes"):
    """Asks for view changes that a new view names and the sender lacks."""

    digests: Annotated[tuple[Digest, ...], msgspec.Meta(max_length=OFFICES_MAX)]


class Status(_Message, frozen=True, tag="status"):
    """Where a replica stands.

    The receiver sends again what the sender seems to lack. Proves nothing, so it is not signed.
    """

    view: Number
    is_active: bool
    """False: on its way into the view, waiting for its new-view."""
    executed: Number
    stable: Number


class FetchSubmissions(_Message, frozen=True, tag="fetch-submissions"):
    """Asks for bodies that a pre-prepare lists and the sender lacks."""

    digests: Annotated[tuple[Digest, ...], msgspec.Meta(max_length=SUBMISSIONS_MAX)]


class SubmissionBody(_Message, frozen=True, tag="submission"):
    """A submission, opaque to consensus."""

    data: bytes


class FetchReadIndex(_Message, frozen=True, tag="fetch-read-index"):
    """Asks how far a read must wait that begins now."""

    nonce: Nonce
    """New in each round, so that no answer of another round passes for one of this."""


class ReadIndex(_Message, frozen=True, tag="read-index"):
    """Nothing above this sequence number is decided, as far as the sender knows (docs/protocol.md 8).

    The name is that of Ongaro 2014, section 6.4. It counts for its sender alone, so it is not signed.
    """

    nonce: Nonce
    sequence: Number


Message: TypeAlias = (
    PrePrepare
    | Prepare
    | Commit
    | Checkpoint
    | ViewChange
    | NewView
    | Status
    | FetchSubmissions
    | FetchViewChanges
    | SubmissionBody
    | FetchReadIndex
    | ReadIndex
)
