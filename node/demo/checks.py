"""What makes the demonstration a proof: every step states what it expects, and stops where that is not so."""

from typing import TypeVar

T = TypeVar("T")


class StepFailedError(Exception):
    """A step did not come out as it must."""

    def __init__(self, what: str, expected: object, got: object) -> None:
        super().__init__(f"{what}: expected {expected}, got {got}")
        self.what = what
        self.expected = str(expected)
        self.got = str(got)


def expect(what: str, expected: T, got: T) -> None:
    """Return when what came is what was expected.

    Raises:
        StepFailedError: it is something else.
    """
    if got != expected:
        raise StepFailedError(what, expected, got)
