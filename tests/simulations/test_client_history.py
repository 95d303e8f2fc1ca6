"""The checker of clients' histories: what a right network shows passes, each broken promise is named."""

from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulations.history import Operation, Place, Promise, Read, Registered, violations

NODES = ("AU", "EP", "JP", "US")


def registered(
    filing: str, at: tuple[int, int | None], place: tuple[int, int] | None, node: str = "AU"
) -> Registered:
    receipt = None if place is None else Place(*place)
    return Registered("clerk", node, filing, at[0], at[1], receipt)


def read(
    filing: str,
    at: tuple[int, int],
    height: int,
    found: tuple[int, int] | None = None,
    *,
    node: str = "AU",
    linearizable: bool = False,
    min_height: int = 0,
) -> Read:
    consistency = "linearizable" if linearizable else "local"
    place = None if found is None else Place(*found)
    return Read("examiner", node, filing, consistency, min_height, *at, height, place)  # type: ignore[arg-type]


GOOD: tuple[Operation, ...] = (
    registered("a", (0, 10), (1, 0)),
    registered("a", (20, 30), (1, 0), "EP"),
    registered("lost answer", (20, None), None),
    read("a", (21, 22), 0, node="JP"),
    read("a", (40, 41), 1, (1, 0), node="JP", linearizable=True),
    read("lost answer", (50, 51), 2, (2, 3), node="JP", min_height=2),
    read("lost answer", (50, 51), 1),
    read("nobody's", (60, 61), 2, node="JP"),
)


def test_a_history_that_a_register_may_show_breaks_no_promise() -> None:
    assert violations(GOOD) == ()
    assert violations(reversed(GOOD)) == ()
    assert violations(()) == ()


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (read("a", (70, 71), 2, None), Promise.NOTHING_LOST),
        (read("a", (5, 6), 0, (1, 0), node="US"), Promise.NOTHING_EARLY),
        (registered("a", (70, 71), (2, 0)), Promise.ONE_PLACE),
        (read("a", (70, 71), 3, (1, 1)), Promise.ONE_PLACE),
        (registered("b", (0, 71), (2, 3)), Promise.ONE_FILING),
        (read("c", (70, 71), 4, (4, 0)), Promise.NOTHING_INVENTED),
        (registered("d", (70, 71), (2, 9)), Promise.PAST_IS_CLOSED),
        (read("a", (70, 71), 3, (1, 0), min_height=4), Promise.HEIGHT_ASKED_FOR),
        (read("e", (70, 71), 1, node="JP"), Promise.NODE_NEVER_FALLS),
        (read("a", (15, 16), 0), Promise.NODE_NEVER_FALLS),
        (read("e", (70, 71), 1, linearizable=True), Promise.NEVER_STALE),
        (read("a", (11, 12), 0, node="US", linearizable=True), Promise.NEVER_STALE),
    ],
)
def test_every_broken_promise_is_named(broken: Operation, promise: Promise) -> None:
    found = violations((*GOOD, broken))
    assert {violation.promise for violation in found} == {promise}
    assert broken in found[0].operations


def test_what_overlaps_in_time_may_come_in_either_order() -> None:
    acknowledged = registered("a", (0, 10), (1, 0))
    for at in ((5, 20), (10, 20)):
        assert violations((acknowledged, read("a", at, 0, node="US", linearizable=True))) == ()


class _Sending(NamedTuple):
    filing: str
    node: str
    invoked_at: int


class _Network:
    """A right register, played without any protocol: blocks are decided, nodes execute them, clients see it."""

    def __init__(self) -> None:
        self.now = 0
        self.blocks: list[list[str]] = []
        self.heights = dict.fromkeys(NODES, 0)
        self.sendings: list[_Sending] = []
        self.asked: list[tuple[str, str, int, int]] = []
        self.history: list[Operation] = []

    def place(self, filing: str) -> Place | None:
        for height, block in enumerate(self.blocks, 1):
            if filing in block:
                return Place(height, block.index(filing))
        return None

    def show(self, filing: str, node: str, began: int, consistency: str) -> None:
        place, height = self.place(filing), self.heights[node]
        found = place if place is not None and place.height <= height else None
        answer = Read("x", node, filing, consistency, 0, began, self.now, height, found)  # type: ignore[arg-type]
        self.history.append(answer)

    def act(self, action: str, node: str, filing: str) -> None:
        self.now += 1
        if action == "send":
            self.sendings.append(_Sending(filing, node, self.now))
        elif action == "decide":
            waiting = sorted({item.filing for item in self.sendings})
            self.blocks.append([name for name in waiting if self.place(name) is None])
        elif action == "execute":
            self.heights[node] = min(self.heights[node] + 1, len(self.blocks))
        elif action == "read":
            self.show(filing, node, self.now, "local")
        elif action == "ask":
            self.asked.append((filing, node, self.now, max(self.heights.values())))
        self.answer_what_can_be()

    def answer_what_can_be(self) -> None:
        for item in tuple(self.sendings):
            place = self.place(item.filing)
            if place is not None and self.heights[item.node] >= place.height:
                self.sendings.remove(item)
                self.history.append(
                    Registered("x", item.node, item.filing, item.invoked_at, self.now, place)
                )
        for question in tuple(self.asked):
            filing, node, began, height = question
            if self.heights[node] >= height:
                self.asked.remove(question)
                self.show(filing, node, began, "linearizable")

    def ended(self) -> list[Operation]:
        unanswered = [
            Registered("x", item.node, item.filing, item.invoked_at, None, None)
            for item in self.sendings
        ]
        return [*self.history, *unanswered]


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(("send", "decide", "execute", "execute", "read", "ask")),
        st.sampled_from(NODES),
        st.sampled_from(("a", "b", "c")),
    ),
    max_size=60,
)


@given(ACTIONS, st.randoms(use_true_random=False))
def test_whatever_a_right_network_does_breaks_no_promise(
    actions: list[tuple[str, str, str]], rng: Random
) -> None:
    network = _Network()
    for action in actions:
        network.act(*action)
    history = network.ended()
    rng.shuffle(history)
    assert violations(history) == ()


@given(ACTIONS)
def test_a_filing_that_is_gone_a_second_place_and_a_stale_answer_are_noticed_in_any_history(
    actions: list[tuple[str, str, str]],
) -> None:
    network = _Network()
    for action in (("send", "AU", "a"), ("decide", "AU", "a"), ("execute", "AU", "a"), *actions):
        network.act(*action)
    history, later = network.ended(), (network.now + 1, network.now + 2)
    height = network.heights["AU"]
    for broken, promise in (
        (read("a", later, height), Promise.NOTHING_LOST),
        (registered("a", later, (1, 7)), Promise.ONE_PLACE),
        (read("a", later, 0, node="KR", linearizable=True), Promise.NEVER_STALE),
    ):
        found = violations([*history, broken])
        assert {item.promise for item in found} == {promise}
        assert any(broken in item.operations for item in found)
