"""Work in threads that is never left half done."""

import asyncio
from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

BLOCK_SIZE: Final = 1024 * 1024
"""Bytes that are hashed, encrypted and written in one go."""
_P = ParamSpec("_P")
_R = TypeVar("_R")


async def to_its_end(work: Callable[_P, _R], *arguments: _P.args, **named: _P.kwargs) -> _R:
    """What the work gives, done in a thread. Whoever is cancelled meanwhile is so when it is done."""
    done = asyncio.ensure_future(asyncio.to_thread(work, *arguments, **named))
    try:
        return await asyncio.shield(done)
    except asyncio.CancelledError:
        await asyncio.wait((done,))
        done.exception()  # nobody waits for what became of it
        raise
