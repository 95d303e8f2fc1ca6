"""Proof that an office contradicted itself: two messages that it signed and no honest office signs both of.

Anyone who holds the offices' public keys can check such a proof; no other office's word is needed
(docs/protocol.md 2.6).
"""

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from consensus.errors import InvalidMessageError
from consensus.messages import Checkpoint, Commit, NewView, Prepare, PrePrepare, ViewChange
from consensus.signatures import (
    new_view_message,
    primary_of,
    proposal_digest,
    verify_checkpoint,
    verify_new_view_signature,
    verify_pre_prepare,
    verify_view_change_signature,
    verify_vote,
    view_change_message,
)
from crypto.keyring import Keyring

Signed: TypeAlias = PrePrepare | Prepare | Commit | Checkpoint | ViewChange | NewView


class Equivocation(NamedTuple):
    """Two signed messages of one kind about the same thing that say different things."""

    office: str
    first: Signed
    second: Signed


class Evidence:
    """The first contradiction of each office that this replica met, and checked. Bounded: one an office."""

    def __init__(self) -> None:
        self._by_office: dict[str, Equivocation] = {}

    def add(self, office: str, first: Signed, second: Signed) -> None:
        """Keep two messages, each with a signature that was checked, unless they say the same.

        An office can sign one thing in many ways: with that it would fill its own place, and prove nothing.
        """
        if contradicts(first, second):
            self._by_office.setdefault(office, Equivocation(office, first, second))

    def __contains__(self, office: object) -> bool:
        return office in self._by_office

    def __iter__(self) -> Iterator[Equivocation]:
        """One contradiction an office, sorted by office."""
        return iter([found for _, found in sorted(self._by_office.items())])


def verify_equivocation(found: Equivocation, keyring: Keyring) -> None:
    """Return when the named office signed both messages and they contradict each other.

    Raises:
        InvalidMessageError: this proves nothing against it.
    """
    for message in (found.first, found.second):
        if _signer(message, keyring) != found.office:
            raise InvalidMessageError(f"expected messages of {found.office}, got {message!r}")
        _verify_signature(message, keyring)
    if not contradicts(found.first, found.second):
        raise InvalidMessageError(f"no contradiction: {found.first!r} and {found.second!r}")


def contradicts(first: Signed, second: Signed) -> bool:
    """Whether two messages of one office say different things about one matter. No signature is looked at."""
    if first == second or type(first) is not type(second):
        return False
    (subject, said), (other_subject, other) = _said(first), _said(second)
    return subject == other_subject and said != other


def _signer(message: Signed, keyring: Keyring) -> str:
    if isinstance(message, PrePrepare | NewView):
        return primary_of(message.view, keyring)
    return message.office


def _verify_signature(message: Signed, keyring: Keyring) -> None:
    match message:
        case PrePrepare():
            verify_pre_prepare(message, proposal_digest(message.proposal), keyring)
        case Prepare() | Commit():
            verify_vote(message, keyring)
        case Checkpoint():
            verify_checkpoint(message, keyring)
        case ViewChange():
            verify_view_change_signature(message, keyring)
        case NewView():
            verify_new_view_signature(message, keyring)


def _said(message: Signed) -> tuple[tuple[int, ...], bytes]:
    """(what about, what): an honest office says one thing about each."""
    match message:
        case PrePrepare():
            return (message.view, message.sequence), proposal_digest(message.proposal)
        case Prepare() | Commit():
            return (message.view, message.sequence), message.digest
        case Checkpoint():
            return (message.height,), message.block_hash
        case ViewChange():
            return (message.view,), view_change_message(message)
        case NewView():
            return (message.view,), new_view_message(message)
