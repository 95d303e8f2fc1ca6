"""What an office may store, given what it was shown: the rules of sections 2 and 5 of docs/protocol.md."""

from typing import Final

from consensus.messages import PrePrepare, ViewChange
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from consensus.signatures import proposal_digest, view_change_digest
from simulations.rules import proofs
from simulations.rules.breach import expect
from simulations.rules.office import Office

CLOCK_SLACK: Final = 0.98
"""The clocks of nodes run up to one percent fast or slow against the virtual time of events."""


def check_accepted(office: Office, record: AcceptedRecord) -> None:
    """Rules 2.1 to 2.3 and 5.4, for a pre-prepare that the office accepts or makes."""
    message, standing = record.pre_prepare, office.standing
    view, sequence = message.view, message.sequence
    in_view = standing.votes and view == standing.view
    expect("5.2", view >= standing.view, f"a vote in view {view} after leaving for {standing.view}")
    expect("2.2", in_view, f"accepted for view {view} in view {standing.view}")
    expect("5.4", sequence > standing.floor, f"accepted {sequence} at the floor {standing.floor}")
    top = office.stable_once + office.settings.watermark_range
    inside = office.stable < sequence <= top
    expect("2.2", inside, f"accepted {sequence} outside ({office.stable}, {top}]")
    signed = proofs.is_pre_prepare_signed(message, office.keyring)
    expect("2.2", signed, "accepted what the primary did not sign")
    demanded = standing.demanded.get(sequence)
    if demanded is not None:
        expect("5.4", message.proposal == demanded, f"accepted another proposal at {sequence}")
    else:
        _check_fresh(office, message)
    _check_bodies(office, message)


def check_prepared(office: Office, record: PreparedRecord) -> None:
    """Rule 2.4: prepared by the pre-prepare that was accepted and by prepares of a quorum that came."""
    certificate, standing = record.certificate, office.standing
    view, sequence = certificate.view, certificate.sequence
    digest = proposal_digest(certificate.proposal)
    expect("5.2", view >= standing.view, f"a vote in view {view} after leaving for {standing.view}")
    expect("2.4", standing.votes and view == standing.view, f"prepared in view {standing.view}")
    accepted = office.journal.is_accepted(view, sequence, digest)
    expect("2.4", accepted, f"prepared for what was not accepted at {sequence}")
    proofs.check_prepared(certificate, office.keyring)
    for backup, _ in certificate.prepares:
        came = backup == office.office or office.shown.has_prepare((view, sequence, digest), backup)
        expect("2.4", came, f"counts a prepare of {backup} that did not come")


def check_left(office: Office, record: ViewChangeRecord, at_ms: int) -> None:
    """Rules 5.1 to 5.3 and 5.5: what a view change carries, and that there is a reason for it."""
    change = record.view_change
    expect("5.2", change.office == office.office, f"expected its own view change: {change.office}")
    proofs.check_view_change(change, office.keyring, office.settings.watermark_range)
    height = proofs.height_of(change)
    expect("5.2", height >= office.stable, f"tells height {height}, stable is {office.stable}")
    told = {certificate.sequence: certificate for certificate in change.prepared}
    for sequence, own in office.journal.certificates().items():
        if sequence > height:
            kept = told.get(sequence)
            expect("5.2", kept is not None, f"omits the certificate of {sequence}")
            expect("5.2", kept == own.certificate, f"tells a lower certificate of {sequence}")
    _check_reason(office, change, at_ms)


def check_entered(office: Office, record: NewViewRecord) -> None:
    """Rule 5.4: the new view is right, and it and its view changes came."""
    new_view, standing = record.new_view, office.standing
    is_later = new_view.view > standing.view or (
        new_view.view == standing.view and not standing.votes
    )
    expect("5.4", is_later, f"enters view {new_view.view} from view {standing.view}")
    watermark_range = office.settings.watermark_range
    proofs.check_new_view(new_view, record.view_changes, office.keyring, watermark_range)
    leads = proofs.leader_of(new_view.view, office.keyring) == office.office
    came = leads or new_view in office.shown.new_views
    expect("5.4", came, f"enters view {new_view.view} by a new view that did not come")
    for change in record.view_changes:
        own = change.office == office.office
        came = own or view_change_digest(change) in office.shown.changes
        expect("5.4", came, f"counts a view change of {change.office} that did not come")


def _check_fresh(office: Office, message: PrePrepare) -> None:
    """A proposal that the view did not begin with."""
    sequence, proposal = message.sequence, message.proposal
    place = (message.view, sequence, proposal_digest(message.proposal))
    behind = max(office.standing.demanded, default=office.standing.floor)
    expect("5.4", sequence > behind, f"a fresh proposal at {sequence}, fixed up to {behind}")
    digests, most = proposal.submissions, office.settings.submissions_per_block
    distinct = len(set(digests)) == len(digests)
    expect("2.2", distinct and 0 < len(digests) <= most, f"accepted {len(digests)} submissions")
    if proofs.leader_of(message.view, office.keyring) == office.office:
        return
    expect("2.2", place in office.shown.pre_prepares, "accepted a pre-prepare that did not come")
    readings = office.shown.judged.get(place)
    if readings:
        distance = min(abs(proposal.time_ms - reading) for reading in readings)
        near = distance <= office.settings.time_tolerance_ms
        expect("2.2", near, f"accepted a time {distance} ms from its clock")


def _check_bodies(office: Office, message: PrePrepare) -> None:
    digests, bodies = message.proposal.submissions, office.shown.bodies
    lacking = [digest.hex()[:16] for digest in digests if digest not in bodies]
    expect("2.3", not lacking, f"accepted without the bodies of {lacking}")
    size = sum(bodies[digest] for digest in digests)
    fits = size <= office.settings.block_bytes or len(digests) == 1
    expect("2.2", fits, f"accepted {size} bytes in a block")


def _check_reason(office: Office, change: ViewChange, at_ms: int) -> None:
    """A time-out leads to the next view, f + 1 others or one that waited long to theirs."""
    view, standing, settings = change.view, office.standing, office.settings
    expect("5.2", view > standing.view, f"leaves view {standing.view} for {view}")
    # By office all that it left for: the highest of these may have been left unread (5.8).
    others: dict[str, set[int]] = {}
    for other in office.shown.changes.values():
        if other.office != office.office and other.view > standing.view:
            others.setdefault(other.office, set()).add(other.view)
    nearby = view <= standing.view + len(office.keyring)
    for name, views in others.items():
        waited_ms = at_ms - office.shown.left_ms[name]
        patient = nearby and waited_ms >= CLOCK_SLACK * settings.rejoin_patience_ms
        if view in views and (patient or len(others) > office.keyring.faults):
            return
    expect("5.3", view == standing.view + 1, f"skips from view {standing.view} to {view} alone")
    # On its way into a view an office waits for that view's opening, whatever blocks it fetches meanwhile (5.6).
    since_ms = office.progressed_ms if standing.votes else office.moved_ms
    idle = at_ms - since_ms >= CLOCK_SLACK * settings.view_timeout_ms
    censored = at_ms - office.moved_ms >= CLOCK_SLACK * settings.censorship_timeout_ms
    expect("5.1", idle or (standing.votes and censored), f"leaves view {standing.view} too early")
