"""One part of a document that a request asks for (RFC 9110, section 14)."""

import re
from typing import Final, NamedTuple

from starlette.requests import Request

from api.explain import FieldError
from api.problems import ProblemError

_RANGE: Final = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")


class Part(NamedTuple):
    """Bytes of a document, from `start` up to `end`."""

    start: int
    end: int
    is_whole: bool


def part_asked(request: Request, size: int, tag: str) -> Part:
    """The part that `Range` asks for, the whole where it is none that is understood, or `If-Range` is another tag's.

    Raises:
        ProblemError: 416, there are no such bytes.
    """
    whole = Part(0, size, is_whole=True)
    given = _RANGE.fullmatch(request.headers.get("range", ""))
    if given is None or given[1] + given[2] == "":
        return whole
    if given[1] and given[2] and int(given[2]) < int(given[1]):
        return whole
    if request.headers.get("if-range", tag) != tag:
        return whole
    if given[1] == "":  # the last so many bytes
        start, end = max(size - int(given[2]), 0), size
    else:
        start = int(given[1])
        end = min(int(given[2]) + 1, size) if given[2] else size
    if start >= end:
        fault = FieldError("Range", f"bytes from 0 to {size - 1}", given[0])
        headers = {"Content-Range": f"bytes */{size}"}
        raise ProblemError("range-not-satisfiable", errors=(fault,), headers=headers)
    return Part(start, end, is_whole=False)
