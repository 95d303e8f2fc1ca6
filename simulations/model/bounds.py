"""Which bounds the model is checked in, and which mutations of it SPIN must find a violation of.

A mutation breaks one rule of docs/protocol.md. Office v leads view v, so a liar 0 or 1 is a lying primary of the
first or the second view, and a liar 3 leads none of them.
"""

from typing import NamedTuple


class Bounds(NamedTuple):
    """A size of the model, small enough to visit every state."""

    name: str
    definitions: tuple[str, ...]
    """What `pbft.pml` is parameterised by, besides the liar."""
    liars: tuple[int, ...]
    is_large: bool = False
    """Whether an optimising compiler saves more time than it takes."""


class Mutation(NamedTuple):
    """One broken rule, with the bounds in which a violation is found."""

    definition: str
    rule: str
    """In docs/protocol.md."""
    what: str
    bounds: Bounds
    liar: int


TWO_VIEWS = Bounds("two views; memory, disk and sync apart", (), (0, 1, 3))
THREE_VIEWS = Bounds("three views", ("VIEWS=3", "SYNCED_STEPS"), (0, 1, 2, 3), is_large=True)
CHECKPOINTS = Bounds(
    "two views, checkpoints and catching up", ("CHECKPOINTS", "SYNCED_STEPS"), (0, 1, 3)
)
TWO_SEQUENCES = Bounds(
    "two views, two sequences with null proposals",
    ("SEQUENCES=2", "SYNCED_STEPS"),
    (0, 3),
    is_large=True,
)

BOUNDS = (TWO_VIEWS, THREE_VIEWS, CHECKPOINTS, TWO_SEQUENCES)

MUTATIONS = (
    Mutation("QUORUM_ONE_LESS", "quorum", "a quorum has one office less", TWO_VIEWS, 0),
    Mutation("TWO_DIGESTS", "2.2", "a backup accepts a second digest", TWO_VIEWS, 0),
    Mutation("COMMITS_UNPREPARED", "2.4", "an office commits before it is prepared", TWO_VIEWS, 0),
    Mutation("SENT_BEFORE_SYNC", "3.1", "messages leave before the sync", TWO_VIEWS, 3),
    Mutation("VOTES_LOST", "3.3", "a crash loses accepted pre-prepares", TWO_VIEWS, 3),
    Mutation("CERTIFICATES_LOST", "3.3", "a crash loses prepared certificates", TWO_VIEWS, 3),
    Mutation("LEAVING_LOST", "3.3", "a crash loses the view change", TWO_VIEWS, 3),
    Mutation("VOTES_AFTER_LEAVING", "5.2", "an office votes in the view it left", TWO_VIEWS, 3),
    Mutation("OMITS_CERTIFICATES", "5.2", "view changes carry no certificates", TWO_VIEWS, 3),
    Mutation("LOWEST_VIEW", "5.4", "the lowest view's certificate decides", THREE_VIEWS, 3),
    Mutation("NEW_VIEW_UNCHECKED", "5.4", "backups do not check the new view", TWO_VIEWS, 1),
    Mutation(
        "EMPTY_OVER_CERTIFICATE", "5.4", "null proposals replace certificates", TWO_SEQUENCES, 3
    ),
    Mutation("FLOOR_OPEN", "5.4", "offices vote at the floor", CHECKPOINTS, 3),
)
