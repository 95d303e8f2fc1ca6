"""What certificates say is true: nobody makes an honest office say what it did not, and none forgets what it promised.

A vote counts as cast when its office stored it; the record goes before the signature (docs/protocol.md 3.1). A commit
binds its office: every later view change tells the certificate it rests on, until the sequence is stable (3.3).
"""

from collections import defaultdict
from typing import ClassVar

from consensus.messages import Commit, PreparedCertificate, ViewChange
from consensus.output import (
    AcceptedRecord,
    NewViewRecord,
    PreparedRecord,
    ViewChangeRecord,
)
from consensus.signatures import proposal_digest, stable_height, view_change_digest
from simulations.cluster import Cluster
from simulations.errors import BrokenPromiseError
from simulations.trace import Event, Sent, Stored, message_in


class TrueVotes:
    """Compares the certificates that honest nodes store with what honest offices voted for."""

    kinds: ClassVar = (Sent, Stored)

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._accepted: dict[str, set[tuple[int, int, bytes]]] = defaultdict(set)
        self._left: dict[str, set[bytes]] = defaultdict(set)
        self._committed: dict[str, dict[int, int]] = defaultdict(dict)
        """By office: the highest view in which it sent a commit, by sequence."""

    def __call__(self, event: Event) -> None:
        """Judge an event."""
        if not isinstance(event, Sent | Stored) or event.office in self._cluster.faulty:
            return
        if isinstance(event, Stored):
            self._stored(event)
        elif event.frame[:1] == b"\x01":
            message = message_in(event.frame)
            if isinstance(message, Commit) and message.office == event.office:
                committed = self._committed[event.office]
                known = committed.get(message.sequence, 0)
                committed[message.sequence] = max(known, message.view)

    def _stored(self, event: Stored) -> None:
        match event.record:
            case AcceptedRecord(message):
                digest = proposal_digest(message.proposal)
                self._accepted[event.office].add((message.view, message.sequence, digest))
            case PreparedRecord(certificate):
                self._check_prepared(event, certificate)
            case ViewChangeRecord(change):
                self._check_nothing_forgotten(event, change)
                self._left[event.office].add(view_change_digest(change))
            case NewViewRecord(_, changes):
                for change in changes:
                    self._check_change(event, change)

    def _check_prepared(self, event: Stored, certificate: PreparedCertificate) -> None:
        digest = proposal_digest(certificate.proposal)
        vote = (certificate.view, certificate.sequence, digest)
        for office, _ in certificate.prepares:
            if office not in self._cluster.faulty and vote not in self._accepted[office]:
                raise BrokenPromiseError(
                    f"at {event.at_ms} ms {event.office} believes a vote that {office} never cast:"
                    f" view {certificate.view}, sequence {certificate.sequence}"
                )

    def _check_nothing_forgotten(self, event: Stored, change: ViewChange) -> None:
        told = {certificate.sequence: certificate.view for certificate in change.prepared}
        stable, committed = stable_height(change), self._committed[event.office]
        for sequence in [sequence for sequence in committed if sequence <= stable]:
            del committed[sequence]
        for sequence, view in committed.items():
            if told.get(sequence, -1) < view < change.view:
                raise BrokenPromiseError(
                    f"at {event.at_ms} ms {event.office} left for view {change.view} and forgot that"
                    f" it committed sequence {sequence} in view {view}"
                )

    def _check_change(self, event: Stored, change: ViewChange) -> None:
        for certificate in change.prepared:
            self._check_prepared(event, certificate)
        office = change.office
        if office in self._cluster.faulty:
            return
        if view_change_digest(change) not in self._left[office]:
            raise BrokenPromiseError(
                f"at {event.at_ms} ms {event.office} believes a view change that {office} never"
                f" made: view {change.view}"
            )
