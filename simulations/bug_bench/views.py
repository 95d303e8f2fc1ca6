"""Bugs of view changes, and of the timers that start them."""

from typing import Final

from consensus.errors import InvalidMessageError
from consensus.log import Slot
from consensus.messages import (
    NULL_PROPOSAL,
    NewView,
    PrePrepare,
    Proposal,
    ViewChange,
)
from consensus.ordering import Ordering
from consensus.output import Instant
from consensus.pool import Pool
from consensus.replica import Replica
from consensus.signatures import (
    primary_of,
    proposal_digest,
    stable_height,
    verify_pre_prepare,
    view_change_digest,
)
from consensus.timers import Timers
from consensus.view_change import (
    OpenedView,
    highest_stable,
    opened_view,
)
from consensus.views import Views
from crypto.keyring import Keyring
from node.engine import Engine
from simulations.bug_bench.bug import Bug, Everywhere, InClass

_prepare = Ordering._prepare
_leave_for = Replica._leave_for
_enter = Replica._enter
_receive_view_change = Replica._receive_view_change
_watch = Timers.watch
_try_new_view = Replica._try_new_view
_ask_for_blocks = Engine._ask_for_blocks


def _open_from_a_common_checkpoint(replica: Replica, now: Instant) -> None:
    """Open a view only when a quorum of its view changes names one and the same stable checkpoint."""
    views = replica.views
    if replica.primary == replica.office and not views.is_active and views.has_quorum():
        heights = [stable_height(change) for change in views._changes_here()]
        if max(map(heights.count, heights)) < replica._keyring.quorum:
            return
    _try_new_view(replica, now)


def _ask_for_blocks_in_a_view(engine: Engine) -> None:
    if engine.is_active:
        _ask_for_blocks(engine)


def _timeout_without_cap(timers: Timers, attempts: int) -> int:
    return timers._settings.view_timeout_ms << max(attempts - 1, 0)


def _leave_and_expect(replica: Replica, view: int, now: Instant) -> None:
    """The timer of a round runs at once, whether or not anyone else comes along."""
    _leave_for(replica, view, now)
    if not replica.is_active:
        replica._timers.expect_new_view(now, replica.views.attempts)


def _enter_if_timely(replica: Replica, opened: OpenedView, now: Instant) -> None:
    """Judge the time of what a new view proposes again as if it were new."""
    for message in opened.pre_prepares:
        distance = abs(message.proposal.time_ms - now.unix_ms)
        is_old = message.proposal.submissions and distance > replica._settings.time_tolerance_ms
        if is_old and primary_of(message.view, replica._keyring) != replica.office:
            raise InvalidMessageError(f"pre-prepare {message.sequence}: {distance} ms away")
    _enter(replica, opened, now)


def _open_own_locks(views: Views) -> OpenedView:
    """As IBFT: the proposer of a new round proposes again what it is locked on itself, and nothing else."""
    chosen = tuple(views._changes_here()[: views._keyring.quorum])
    own = views._changes[views._signer.office].message
    if own not in chosen:
        chosen = tuple(sorted((own, *chosen[1:]), key=lambda change: change.office))
    views._signer.enter(views.view)
    signatures = tuple(
        (sequence, views._signer.pre_prepare(views.view, sequence, proposal).signature)
        for sequence, proposal in _locks_of(own, chosen)
    )
    names = tuple((change.office, view_change_digest(change)) for change in chosen)
    message = views._signer.new_view(views.view, names, signatures)
    return _opened_by_own_locks(message, chosen, views._keyring)


def _locks_of(own: ViewChange, changes: tuple[ViewChange, ...]) -> tuple[tuple[int, Proposal], ...]:
    floor = max(stable_height(change) for change in changes)
    locks = {item.sequence: item.proposal for item in own.prepared if item.sequence > floor}
    highest = max(locks, default=floor)
    return tuple(
        (sequence, locks.get(sequence, NULL_PROPOSAL)) for sequence in range(floor + 1, highest + 1)
    )


def _opened_by_own_locks(
    message: NewView, view_changes: tuple[ViewChange, ...], keyring: Keyring
) -> OpenedView:
    primary = primary_of(message.view, keyring)
    own = next((change for change in view_changes if change.office == primary), None)
    if own is None:
        raise InvalidMessageError(f"new view {message.view}: its primary's view change is missing")
    pre_prepares = tuple(
        PrePrepare(message.view, sequence, proposal, signature)
        for (sequence, proposal), (_, signature) in zip(
            _locks_of(own, view_changes), message.signatures, strict=True
        )
    )
    for item in pre_prepares:
        verify_pre_prepare(item, proposal_digest(item.proposal), keyring)
    return OpenedView(message, view_changes, highest_stable(view_changes), pre_prepares)


def _prepare_what_is_not_locked_out(ordering: Ordering, slot: Slot, message: PrePrepare) -> None:
    """A validator that is locked on a proposal votes for no other."""
    if slot.prepared is None or slot.prepared.proposal == message.proposal:
        _prepare(ordering, slot, message)


def _answer_every_view_change(
    replica: Replica, sender: str, message: ViewChange, now: Instant
) -> None:
    """Whoever hears of a view change tells its own once more."""
    _receive_view_change(replica, sender, message, now)
    if not replica.is_active:
        replica._outbox.send(replica.views._changes[replica.office].message)


def _watch_idle_too(timers: Timers, now: Instant, *, has_work: bool, has_missing: bool) -> None:
    """The round's timer runs whether or not there is work."""
    _watch(timers, now, has_work=True, has_missing=has_missing)


def _expired_without_any_progress(
    timers: Timers, now: Instant, oldest_by_office: dict[str, int]
) -> bool:
    """Give the view up only when nothing at all is executed."""
    since = timers._working_since
    return since is not None and now.monotonic_ms - since >= timers._view_timeout


def _overdue_never(_timers: Timers, _now: Instant, _pool: Pool) -> list[tuple[bytes, bool]]:
    return []


BUGS: Final = (
    Bug(
        4,
        "checkpoint of the wrong set",
        "Fabric 0.6 (#1111: S and S'), Indy (#1506)",
        "a view is opened only from a checkpoint that a quorum shares; on the way into it nobody fetches blocks",
        (
            InClass(Replica, "_try_new_view", _open_from_a_common_checkpoint),
            InClass(Engine, "_ask_for_blocks", _ask_for_blocks_in_a_view),
        ),
        campaign="outages",
    ),
    Bug(
        9,
        "time-outs without a cap",
        "Besu (#7642), Indy (#1720)",
        "each node's round timer runs alone, doubles every time and has no upper limit",
        (
            InClass(Timers, "_timeout", _timeout_without_cap),
            InClass(Replica, "_leave_for", _leave_and_expect),
        ),
        campaign="outages",
    ),
    Bug(
        10,
        "time judged again",
        "Indy (#1488)",
        "what a new view proposes again must have the time of now",
        (InClass(Replica, "_enter", _enter_if_timely),),
        campaign="outages",
    ),
    Bug(
        12,
        "any progress keeps the primary",
        "Aardvark's slow primary",
        "a primary that executes something now and then is never replaced, however slow",
        (InClass(Timers, "view_expired", _expired_without_any_progress),),
        campaign="slow primary",
    ),
    Bug(
        13,
        "censorship goes unnoticed",
        "Fabric's and Sawtooth's primaries (RFC 29)",
        "submissions of one office may wait for ever while those of others are executed",
        (InClass(Timers, "view_expired", _expired_without_any_progress),),
        campaign="censoring primary",
    ),
    Bug(
        18,
        "locked on what was prepared",
        "IBFT (arXiv 1901.07160), Quorum",
        "who is prepared votes for nothing else, and a new primary proposes its own lock, not the highest",
        (
            InClass(Views, "open", _open_own_locks),
            Everywhere(opened_view, _opened_by_own_locks),
            InClass(Ordering, "_prepare", _prepare_what_is_not_locked_out),
        ),
        campaign="lost votes",
    ),
    Bug(
        26,
        "custody given up",
        "Fabric 0.6 (#1485)",
        "what waits at a backup is not passed on to the primary, nor to a new one",
        (InClass(Timers, "overdue", _overdue_never),),
    ),
    Bug(
        27,
        "view changes answered with view changes",
        "Fabric 0.6 (#2060)",
        "a view change that comes in makes the receiver repeat its own",
        (InClass(Replica, "_receive_view_change", _answer_every_view_change),),
    ),
    Bug(
        32,
        "round timer runs when idle",
        "Besu (#10917)",
        "the view's timer is not stopped when nothing waits",
        (InClass(Timers, "watch", _watch_idle_too),),
        campaign="idle",
    ),
)
