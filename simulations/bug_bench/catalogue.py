"""All bugs of the bench, and the pitfalls that are not on it."""

from contextlib import AbstractContextManager
from typing import Final

from simulations.bug_bench import catching_up, durability, hostile_input, ordering, views
from simulations.bug_bench.bug import Bug, planted

BUGS: Final[tuple[Bug, ...]] = tuple(
    sorted(
        (
            *durability.BUGS,
            *ordering.BUGS,
            *views.BUGS,
            *catching_up.BUGS,
            *hostile_input.BUGS,
        ),
        key=lambda bug: bug.pitfall,
    )
)
BY_NAME: Final = {bug.name: bug for bug in BUGS}
LEFT_OUT: Final = {
    17: "the offices are those of the genesis: there is no change of membership yet to go wrong",
    31: "the offices' keys have no date of expiry",
}
"""Pitfalls without a bug, and why."""


def bug(name: str) -> AbstractContextManager[None]:
    """Run the production code with the one of this name, as long as the block lasts."""
    return planted(BY_NAME[name])
