"""Parses XML from strangers: no DTD, no entities, no network, UTF-8 only, and never the whole tree at once."""

import io
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lxml import etree

from api.explain import FieldError, quote

DEPTH_MAX: Final = 64
ELEMENTS_MAX: Final = 100_000
"""Elements within one wanted element."""
WELL_FORMED: Final = "well-formed XML in UTF-8"

_PROLOG: Final = re.compile(rb"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_DECLARED_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)["']""")
_ENCODINGS: Final = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii"))


class Found(NamedTuple):
    """A wanted element, complete unless it is beyond a limit."""

    element: etree._Element
    fault: FieldError | None = None
    """Which limit; the element is then empty."""


class DocumentError(ValueError):
    """The document cannot be read, or not to its end."""

    def __init__(self, fault: FieldError) -> None:
        super().__init__(fault.received)
        self.fault = fault


def elements_of(body: bytes, wanted: frozenset[str], expected: str) -> Iterator[Found]:
    """The outermost elements with one of the wanted names (in Clark notation), one after the other.

    Each is complete, and gone once the next one is asked for: so a large file needs little memory.

    Raises:
        DocumentError: not well-formed, not UTF-8, with a DOCTYPE, or too deep outside of the wanted
            elements; those before have been given. Or there are none, where the `expected` ones should be.
    """
    _expect_plain(body)
    parser = etree.iterparse(
        io.BytesIO(body),
        events=("start", "end"),
        encoding="utf-8",  # whatever it looks like: no other encoding hides a DOCTYPE
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        yield from _walk(parser, wanted, expected)
    except etree.XMLSyntaxError as error:
        raise DocumentError(_syntax_fault(error, parser.error_log)) from None


def _walk(
    parser: "etree.iterparse[tuple[str, etree._Element]]", wanted: frozenset[str], expected: str
) -> Iterator[Found]:
    depth = 0
    found_depth = 0  # of the wanted element that is open; 0: none
    count = 0
    root = ""
    has_any = False
    fault: FieldError | None = None  # of the wanted element that is open
    for event, element in parser:
        if event == "start":
            depth += 1
            root = root or str(element.tag)
            if not found_depth and element.tag in wanted:
                found_depth, count, fault = depth, 0, None
            count += 1
            if depth > DEPTH_MAX or (found_depth and count > ELEMENTS_MAX):
                fault = fault or _limit_fault(element, depth)
                if not found_depth:
                    raise DocumentError(fault)
            continue
        if depth == found_depth:
            yield Found(element, fault)
            has_any = True
            found_depth = 0
        depth -= 1
        if not found_depth or fault is not None:
            _forget(element)
    if not has_any:
        raise DocumentError(FieldError("", expected, f"{quote(root)} without any"))


def _forget(element: etree._Element) -> None:
    """Free an element that has been read, and those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _limit_fault(element: etree._Element, depth: int) -> FieldError:
    if depth > DEPTH_MAX:
        return FieldError("", f"at most {DEPTH_MAX} levels", f"more, in line {element.sourceline}")
    expected = f"at most {ELEMENTS_MAX} elements for one filing"
    return FieldError("", expected, f"more, in line {element.sourceline}")


def _expect_plain(body: bytes) -> None:
    """Return when the document is in UTF-8 and has no DOCTYPE.

    Raises:
        DocumentError: otherwise.
    """
    declared = _DECLARED_ENCODING.match(body)
    if body[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"):
        raise DocumentError(FieldError("", WELL_FORMED, "line 1: another encoding (UTF-16)"))
    if declared is not None and declared[1].lower() not in _ENCODINGS:
        name = declared[1][:40].decode("ascii", "replace")
        received = f"line 1: the encoding {quote(name)}"
        raise DocumentError(FieldError("", WELL_FORMED, received))
    prolog = _PROLOG.match(body)
    end = prolog.end() if prolog is not None else 0
    if body.startswith(b"<!DOCTYPE", end):
        line = body.count(b"\n", 0, end) + 1
        raise DocumentError(FieldError("", "XML without DOCTYPE", f"line {line}: a DOCTYPE"))


def _syntax_fault(error: etree.XMLSyntaxError, log: Iterable[etree._LogEntry]) -> FieldError:
    """The fault that the parser met first; its exception may tell of a later one."""
    met = next(iter(log), None)
    line, message = (error.lineno, error.msg) if met is None else (met.line, met.message)
    text = (message or "it ends at once").split("\n")[0][:120]
    return FieldError("", WELL_FORMED, f"line {line or 1}: {text}")
