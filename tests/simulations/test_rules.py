"""The rule checker follows honest offices through faults, and names the rule that an illegal trace breaks."""

import msgspec
import pytest
from builders.traces import (
    ACCEPTED,
    BODIES,
    EXECUTED,
    ME,
    OTHER,
    PREPARED,
    PROPOSAL,
    PROPOSED,
    STABLE,
    SYNCED,
    TIMED_OUT_MS,
    block_hash,
    came,
    came_blocks,
    certificate,
    checkpoint,
    commit,
    follow,
    led_to,
    left,
    new_view,
    pre_prepare,
    prepare,
    sent,
    stable_at,
    stored,
    view_change,
)

from consensus.messages import NULL_PROPOSAL, Proposal, Status
from consensus.output import AcceptedRecord, NewViewRecord, PreparedRecord, ViewChangeRecord
from crypto.certificate import encode_certificate
from node.catchup import Blocks
from node.effects import Executed
from node.journal_records import StableRecord
from simulations.clocks import EPOCH_MS
from simulations.cluster import Cluster
from simulations.rules import BrokenRuleError, rules_of
from simulations.run import await_quiet, next_submission
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Disturbed,
    Event,
    Stabilised,
    ViewMoved,
)

CRASH: list[Event] = [Disturbed(0, "crash", (ME,)), Disturbed(0, "restart", (ME,))]
OWN_CHANGE = view_change(ME, 1, certificate())
CHANGES = (view_change("AU"), OWN_CHANGE, view_change("DE"))
FLOORED = (
    view_change("AU", 1, stable=stable_at(1)),
    view_change(ME),
    view_change("DE", 1),
)
EMPTY_CHANGES = (view_change("AU"), view_change(ME), view_change("DE"))


def executed(digest: bytes, height: int) -> Executed:
    return Executed(digest, height, block_hash(height), 0, "executed", (), 0)


def entered(*, until: list[Event] = PREPARED) -> list[Event]:
    return [*until, *left(OWN_CHANGE), *led_to(new_view(*CHANGES), *CHANGES)]


LEGAL: dict[str, list[Event]] = {
    "the normal case": STABLE,
    "a decision by a quorum of commits without being prepared": [
        *PROPOSED,
        *(came(office, commit(office)) for office in ("AU", "DE", "EP")),
        BlockExecuted(0, ME, 1, block_hash(1)),
    ],
    "a view change whose certificate is proposed again": [
        *entered(),
        stored(AcceptedRecord(pre_prepare(view=1))),
        SYNCED,
        sent(pre_prepare(view=1)),
    ],
    "a primary repeats what its durable new view proposes again, before its bodies are here": [
        *entered(),
        SYNCED,
        sent(pre_prepare(view=1)),
    ],
    "joining f + 1 others in a later view": [
        came("AU", view_change("AU", 3)),
        came("DE", view_change("DE", 3)),
        *left(view_change(ME, 3), at_ms=0),
    ],
    "joining one that waited long": [
        came("DE", view_change("DE", 3)),
        *left(view_change(ME, 3), at_ms=10_000),
    ],
    "joining one that waited long, although it went on to another view meanwhile": [
        came("DE", view_change("DE", 1)),
        came("DE", view_change("DE", 3), at_ms=9_000),
        *left(view_change(ME, 3), at_ms=10_000),
    ],
    "joining others where a further view change of one was left unread": [
        came("AU", view_change("AU", 3)),
        came("DE", view_change("DE", 2)),
        came("DE", view_change("DE", 9)),
        *left(view_change(ME, 2), at_ms=0),
    ],
    "a record that a crash took is made again, otherwise": [
        *PROPOSED,
        stored(AcceptedRecord(pre_prepare())),
        *CRASH,
        ViewMoved(0, ME, 0, True),
        *BODIES,
        came("AU", pre_prepare(OTHER)),
        stored(AcceptedRecord(pre_prepare(OTHER))),
        SYNCED,
        sent(prepare(ME, OTHER)),
    ],
    "a restart on durable records": [
        *PREPARED,
        *left(OWN_CHANGE),
        *CRASH,
        stored(AcceptedRecord(pre_prepare())),
        stored(PreparedRecord(certificate())),
        stored(ViewChangeRecord(OWN_CHANGE)),
        SYNCED,
        ViewMoved(0, ME, 1, False),
        sent(OWN_CHANGE),
    ],
}


@pytest.mark.parametrize("name", LEGAL)
def test_a_legal_trace_breaks_no_rule(name: str) -> None:
    checker = follow(LEGAL[name])
    assert sum(checker.checked.values()) > 0


ILLEGAL: dict[str, tuple[str, list[Event]]] = {
    "accepts a fresh proposal without submissions": (
        "2.2",
        [
            came("AU", pre_prepare(NULL_PROPOSAL)),
            stored(AcceptedRecord(pre_prepare(NULL_PROPOSAL))),
        ],
    ),
    "accepts a submission twice": (
        "2.2",
        [
            *BODIES,
            came("AU", pre_prepare(Proposal(EPOCH_MS, PROPOSAL.submissions * 2))),
            stored(AcceptedRecord(pre_prepare(Proposal(EPOCH_MS, PROPOSAL.submissions * 2)))),
        ],
    ),
    "accepts what never came": ("2.2", [*BODIES, stored(AcceptedRecord(pre_prepare()))]),
    "accepts what the primary did not sign": (
        "2.2",
        [
            *BODIES,
            came("AU", msgspec.structs.replace(pre_prepare(), signature=bytes(64))),
            stored(AcceptedRecord(msgspec.structs.replace(pre_prepare(), signature=bytes(64)))),
        ],
    ),
    "accepts for a view that it is not in": (
        "2.2",
        [*BODIES, came("CN", pre_prepare(view=1)), stored(AcceptedRecord(pre_prepare(view=1)))],
    ),
    "accepts above the watermarks": (
        "2.2",
        [
            *BODIES,
            came("AU", pre_prepare(sequence=65)),
            stored(AcceptedRecord(pre_prepare(sequence=65))),
        ],
    ),
    "accepts what is stable": ("2.2", [*STABLE, stored(AcceptedRecord(pre_prepare(OTHER)))]),
    "accepts without the body": (
        "2.3",
        [came("AU", pre_prepare()), stored(AcceptedRecord(pre_prepare()))],
    ),
    "prepares as the primary": ("2.3", [sent(prepare(ME, view=1))]),
    "counts a prepare that did not come": (
        "2.4",
        [*ACCEPTED, stored(PreparedRecord(certificate()))],
    ),
    "is prepared by too few": (
        "2.4",
        [*ACCEPTED, stored(PreparedRecord(certificate(backups=("CN",))))],
    ),
    "is prepared for what it did not accept": (
        "2.4",
        [
            *PROPOSED,
            came("DE", prepare("DE")),
            came("EP", prepare("EP")),
            stored(PreparedRecord(certificate(backups=("DE", "EP")))),
        ],
    ),
    "executes with one commit too few": (
        "2.4",
        [*PREPARED, came("DE", commit("DE")), BlockExecuted(0, ME, 1, block_hash(1))],
    ),
    "counts a commit that another sent": (
        "2.4",
        [
            *PREPARED,
            came("DE", commit("DE")),
            came("DE", commit("EP")),
            BlockExecuted(0, ME, 1, block_hash(1)),
        ],
    ),
    "executes out of order": (
        "2.4",
        [
            *BODIES,
            came("AU", pre_prepare(sequence=2)),
            *(came(office, commit(office, sequence=2)) for office in ("AU", "DE", "EP")),
            BlockExecuted(0, ME, 2, block_hash(2)),
        ],
    ),
    "votes in another's name": ("2.6", [*ACCEPTED, sent(prepare("DE"))]),
    "sends a prepare before the sync": (
        "3.1",
        [*PROPOSED, stored(AcceptedRecord(pre_prepare())), sent(prepare(ME))],
    ),
    "commits before the sync": (
        "3.1",
        [
            *ACCEPTED,
            came("DE", prepare("DE")),
            stored(PreparedRecord(certificate())),
            sent(commit(ME)),
        ],
    ),
    "sends a view change before the sync": (
        "3.1",
        [stored(ViewChangeRecord(view_change(ME)), at_ms=TIMED_OUT_MS), sent(view_change(ME))],
    ),
    "opens a view before the sync": (
        "3.1",
        [
            *PREPARED,
            *left(OWN_CHANGE),
            *led_to(new_view(*CHANGES), *CHANGES),
            sent(new_view(*CHANGES)),
        ],
    ),
    "tells a client of a block that it did not execute": (
        "3.1",
        [*PREPARED, Acknowledged(0, ME, executed(PROPOSAL.submissions[0], 1))],
    ),
    "accepts a second digest": (
        "3.2",
        [
            *ACCEPTED,
            came("AU", pre_prepare(OTHER)),
            stored(AcceptedRecord(pre_prepare(OTHER))),
            SYNCED,
        ],
    ),
    "votes for a second digest": ("3.2", [*ACCEPTED, sent(prepare(ME, OTHER))]),
    "commits to a second digest": ("3.2", [*PREPARED, sent(commit(ME, OTHER))]),
    "votes for a second block": (
        "3.2",
        [*EXECUTED, sent(checkpoint(ME, 1, block_hash(7)))],
    ),
    "forgets in a crash that it left": (
        "3.3",
        [*left(view_change(ME)), *CRASH, ViewMoved(0, ME, 0, True)],
    ),
    "votes for a block that it did not execute": ("4.1", [sent(checkpoint(ME))]),
    "calls stable what a minority signed": (
        "4.2",
        [*EXECUTED, came("AU", checkpoint("AU")), Stabilised(0, ME, 1)],
    ),
    "stores a certificate of a minority": (
        "4.2",
        [*EXECUTED, stored(StableRecord(stable_at(1, ("AU", "DE"))))],  # type: ignore[arg-type]
    ),
    "leaves its view too early": ("5.1", [*EXECUTED, *left(OWN_CHANGE, at_ms=1_000)]),
    "omits a certificate from its view change": ("5.2", [*PREPARED, *left(view_change(ME))]),
    "claims a certificate of a minority": (
        "2.4",
        left(view_change(ME, 1, certificate(backups=("CN",)))),
    ),
    "hides what is stable": ("5.2", [*STABLE, *left(view_change(ME))]),
    "votes in the view that it left": (
        "5.2",
        [*PREPARED, *left(OWN_CHANGE), sent(commit(ME))],
    ),
    "accepts in the view that it left": (
        "5.2",
        [*PROPOSED, *left(view_change(ME)), stored(AcceptedRecord(pre_prepare()))],
    ),
    "skips a view alone": ("5.3", left(view_change(ME, 2))),
    "joins one office alone at once": (
        "5.3",
        [came("DE", view_change("DE", 3)), *left(view_change(ME, 3), at_ms=0)],
    ),
    "joins one office however far": (
        "5.3",
        [came("DE", view_change("DE", 5)), *left(view_change(ME, 5), at_ms=10_000)],
    ),
    "enters with view changes of a minority": (
        "5.4",
        [*left(view_change(ME)), *led_to(new_view(*EMPTY_CHANGES[:2]), *EMPTY_CHANGES[:2])],
    ),
    "enters by a view change that did not come": (
        "5.4",
        [
            *left(view_change(ME)),
            stored(NewViewRecord(new_view(*EMPTY_CHANGES), EMPTY_CHANGES)),
        ],
    ),
    "proposes again what nobody demands": (
        "5.4",
        [*PREPARED, *left(OWN_CHANGE), *led_to(new_view(*CHANGES, proposals={1: OTHER}), *CHANGES)],
    ),
    "leaves out what is demanded": (
        "5.4",
        [*PREPARED, *left(OWN_CHANGE), *led_to(new_view(*CHANGES, proposals={}), *CHANGES)],
    ),
    "proposes otherwise where the view is fixed": (
        "5.4",
        [*entered(), stored(AcceptedRecord(pre_prepare(OTHER, view=1)))],
    ),
    "votes at the floor": (
        "5.4",
        [
            *BODIES,
            *left(view_change(ME)),
            *led_to(new_view(*FLOORED), *FLOORED),
            stored(AcceptedRecord(pre_prepare(view=1))),
        ],
    ),
    "stands in a view without a new view": (
        "5.4",
        [*left(view_change(ME)), ViewMoved(0, ME, 1, True)],
    ),
    "starts with a stable height that it never executed": (
        "4.2",
        [Disturbed(0, "restart", (ME,)), Stabilised(0, ME, 1)],
    ),
    "tells a height that it has not": ("6.1", [sent(Status(0, True, 1, 0))]),
    "executes a block of a catch-up that leads to no certificate": (
        "2.4",
        [
            came_blocks("AU", Blocks((), encode_certificate(stable_at(1, ("AU", "DE"))))),
            BlockExecuted(0, ME, 1, block_hash(1)),
        ],
    ),
}


@pytest.mark.parametrize("name", ILLEGAL)
def test_an_illegal_trace_is_refused_by_its_rule(name: str) -> None:
    rule, events = ILLEGAL[name]
    with pytest.raises(BrokenRuleError) as caught:
        follow(events)
    assert (caught.value.rule, caught.value.office) == (rule, ME)
    assert f"rule {rule} broken by CN at " in str(caught.value)


def test_a_time_far_from_the_clock_of_the_office_is_refused() -> None:
    with pytest.raises(BrokenRuleError, match=r"rule 2\.2 broken by CN"):
        follow(ACCEPTED, clock_ms=EPOCH_MS + 10_001)


def test_a_certified_block_needs_no_commits() -> None:
    answer = Blocks((), encode_certificate(stable_at(1)))
    follow([came_blocks("AU", answer), BlockExecuted(0, ME, 1, block_hash(1))])


def test_nothing_is_judged_of_an_office_that_lies() -> None:
    checker = follow([])
    checker._faulty = {ME}
    checker(sent(checkpoint(ME)))
    assert checker.checked == {}


def test_honest_offices_keep_every_rule_through_a_crash_and_a_view_change() -> None:
    offices = ("AU", "CN", "DE", "EP")
    cluster = Cluster(offices, seed=5)
    rules = rules_of(cluster)
    cluster.watch(rules)
    cluster.run_for(600)
    for nonce in range(1, 9):
        cluster.submit(next_submission(cluster, "DE", nonce), "DE")
        if nonce == 3:
            cluster.crash("AU")  # The primary.
        if nonce == 6:
            cluster.start("AU")
        cluster.run_for(1_500)
    await_quiet(cluster)
    assert {node.engine.view for node in cluster.up() if node.engine is not None} == {1}
    assert set(rules.checked) >= {
        "Submitted", "Delivered", "Stored", "Synced", "Sent",
        "BlockExecuted", "Stabilised", "Acknowledged", "ViewMoved",
    }  # fmt: skip


def test_every_rule_of_the_table_has_an_illegal_trace() -> None:
    broken = {rule for rule, _ in ILLEGAL.values()}
    assert broken >= {"2.2", "2.3", "2.4", "2.6", "3.1", "3.2", "3.3", "4.1", "4.2"}
    assert broken >= {"5.1", "5.2", "5.3", "5.4", "6.1"}
