"""Sets a document as PDF by Typst: fonts embedded, tagged for screen readers, fit for archives (PDF/A-3a, PDF/UA-1).

Needs no library and no font of the system. Templates are ours and never made of what comes in: content goes to them as
data, so none of it is read as markup. Nothing is written to disk.
"""

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
import typst

from api.printing.letters import folder as font_folder
from api.printing.letters import in_ascii, shown

if TYPE_CHECKING:
    from typst import PDFStandard

_STANDARDS: Final[list["PDFStandard"]] = ["a-3a", "ua-1"]
_FOLDER: Final = "api.printing"
_FOR_ALL: Final = "right_to_left.typ"


class TypesettingError(Exception):
    """A content cannot be set as a document. The message does not quote it."""


def typeset(
    template: str, content: Mapping[str, object], *, images: Mapping[str, str], time_ms: int
) -> bytes:
    """The PDF that a template of this folder makes of the content, which it finds as JSON in `sys.inputs.content`.

    `sys.inputs.families` are the fonts in the order in which one is looked for that has a letter. `images` are SVG
    texts, and what is attached, by name. The same arguments give the same bytes on every machine with this version of
    Typst: the document is dated by `time_ms`, Unix milliseconds. Letters for which there is no font are written as
    `[U+13A0]`.

    Raises:
        TypesettingError: it cannot be set.
    """
    source = _source(template)
    try:
        return _compiled(source, shown(content), images, time_ms)
    except typst.TypstError:
        pass  # letters of two scripts in one cluster, which no font has
    try:
        return _compiled(source, in_ascii(content), images, time_ms)
    except typst.TypstError:
        # Without the cause, which may quote the content.
        raise TypesettingError("expected a content that can be set as a document") from None


def _compiled(source: bytes, content: object, images: Mapping[str, str], time_ms: int) -> bytes:
    return typst.compile(
        source,
        font_paths=_fonts(),
        sys_inputs={
            "content": msgspec.json.encode(content).decode(),
            "families": msgspec.json.encode(_families()).decode(),
            **images,
        },
        pdf_standards=_STANDARDS,
        timestamp=time_ms // 1000,
    )


@cache
def _source(template: str) -> bytes:
    """The template, behind the rule for words from right to left that holds in each."""
    folder = importlib.resources.files(_FOLDER)
    return b"".join(folder.joinpath(name).read_bytes() for name in (_FOR_ALL, template))


@cache
def _fonts() -> typst.Fonts:
    """Our fonts alone, so that a page is the same everywhere."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_folder()]
    )


@cache
def _families() -> tuple[str, ...]:
    """Latin letters first, and a Chinese character of no language as in Japan: there it stands in numbers."""
    first = ("Noto Sans", "Noto Sans CJK JP")
    return (*first, *sorted({*_fonts().families()} - {*first}))
