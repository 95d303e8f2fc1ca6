"""Sets a document as PDF by Typst: fonts embedded, tagged for screen readers, fit for archives (PDF/A-3a, PDF/UA-1).

Needs no library of the system. Templates are ours and never made of what comes in: content goes to them as data, so
none of it is read as markup. Nothing is written to disk.
"""

import importlib.resources
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

import msgspec
import typst

if TYPE_CHECKING:
    from typst import PDFStandard

_STANDARDS: Final[list["PDFStandard"]] = ["a-3a", "ua-1"]
_FOLDER: Final = "api.printing"


def typeset(
    template: str, content: Mapping[str, object], *, images: Mapping[str, str], time_ms: int
) -> bytes:
    """The PDF that a template of this folder makes of the content, which it finds as JSON in `sys.inputs.content`.

    `images` are SVG texts by name. The same arguments give the same bytes on machines with the same fonts: the
    document is dated by `time_ms`, Unix milliseconds.

    A text that no font at hand can show leaves the standards for archives; the PDF is then a plain one.
    """
    source = _source(template)
    inputs = {"content": msgspec.json.encode(content).decode(), **images}
    try:
        return _compiled(source, inputs, _STANDARDS, time_ms)
    except typst.TypstError:
        # Without the cause, which may quote the content.
        return _compiled(source, inputs, [], time_ms)


def _compiled(
    source: bytes, inputs: dict[str, str], standards: list["PDFStandard"], time_ms: int
) -> bytes:
    return typst.compile(
        source,
        font_paths=_fonts(),
        sys_inputs=inputs,
        pdf_standards=standards,
        timestamp=time_ms // 1000,
    )


@cache
def _source(template: str) -> bytes:
    return importlib.resources.files(_FOLDER).joinpath(template).read_bytes()


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with Typst, and for names in other scripts those of the machine."""
    return typst.Fonts(include_system_fonts=True)
