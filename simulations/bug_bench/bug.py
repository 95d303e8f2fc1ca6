"""What a bug of the bench is, and how it is planted in the production classes and taken out again."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FunctionType
from typing import Final, NamedTuple, TypeAlias

PACKAGES: Final = ("consensus", "crypto", "ledger", "node", "simulations")


class InClass(NamedTuple):
    """A method, property or attribute of a class is replaced."""

    owner: type
    name: str
    value: object


class Everywhere(NamedTuple):
    """A function is replaced in every module that knows it by its name."""

    original: object
    value: object


Patch: TypeAlias = InClass | Everywhere


class Bug(NamedTuple):
    """One historical bug."""

    pitfall: int
    """Its number in the list of pitfalls (docs/testing.md)."""
    name: str
    seen_in: str
    broken: str
    """What it does, in one sentence."""
    patches: tuple[Patch, ...]
    campaign: str = "faults"
    """The kind of run that finds it (`simulations.bug_bench.campaigns`)."""


@contextmanager
def planted(bug: Bug) -> Iterator[None]:
    """Run the production code with this bug, in this process."""
    with ExitStack() as stack:
        for patch in bug.patches:
            if isinstance(patch, InClass):
                stack.enter_context(replaced(patch.owner, patch.name, patch.value))
                continue
            for module, name in _places(patch):
                stack.enter_context(replaced(module, name, patch.value))
        yield


@contextmanager
def replaced(owner: object, name: str, value: object) -> Iterator[None]:
    """Let an attribute of a class or module be another one as long as the block lasts."""
    original = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, original)


def _places(patch: Everywhere) -> list[tuple[object, str]]:
    """(module, name) of all places of ours that hold a function, but for where the bug stands itself."""
    original = patch.original
    assert isinstance(original, FunctionType), f"expected a function, got {original!r}"
    name = original.__name__
    return [
        (module, name)
        for path, module in sorted(sys.modules.items())
        if path.split(".")[0] in PACKAGES
        and path != getattr(patch.value, "__module__", None)
        and vars(module).get(name) is original
    ]
