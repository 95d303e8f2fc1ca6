"""One printer for the whole node: documents are set one after the other, in a thread of their own.

Setting takes a tenth of a second of processor time. Several at once would keep the event loop, and with it the
agreement of the offices, from its turn.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, ParamSpec

_PRINTER: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="printing")
_P = ParamSpec("_P")


async def printed(setting: Callable[_P, bytes], *arguments: _P.args, **options: _P.kwargs) -> bytes:
    """The document that the function sets of its arguments, when its turn has come."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_PRINTER, lambda: setting(*arguments, **options))
