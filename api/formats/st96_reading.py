"""Reads filings from WIPO ST.96 V6.0 documents about patents, utility models, designs and marks.

One of each right's own documents, several of them under any root, or the register's own list (see
`st96_writing`). Documents are not validated: what the register needs of them is looked for, and what
it needs must be there.
"""

from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from lxml import etree

from api.explain import FieldError
from api.formats.row import MalformedBulkError, Row
from api.formats.st96_designs import read_design
from api.formats.st96_draft import Draft, TooManyClaimsError
from api.formats.st96_list import complete_from_list
from api.formats.st96_marks import read_mark
from api.formats.st96_names import (
    BIBLIOGRAPHIC_DATA,
    DESIGN_APPLICATION,
    FILING,
    GI_APPLICATION,
    GI_DATA,
    TRADEMARK,
    short_name,
)
from api.formats.st96_patents import read_patent
from api.formats.texts import too_many_claims
from api.formats.xml_parsing import DocumentError, elements_of

_READERS: Final[dict[str, Callable[[etree._Element, Draft, str], None]]] = {
    BIBLIOGRAPHIC_DATA: read_patent,
    DESIGN_APPLICATION: read_design,
    TRADEMARK: read_mark,
}
_REFUSED: Final = frozenset((GI_APPLICATION, GI_DATA))
_WANTED: Final = frozenset((FILING, *_READERS, *_REFUSED))
EXPECTED: Final = ", ".join(map(short_name, _READERS)) + " of WIPO ST.96"


def read_filings(body: bytes, rows_max: int) -> Iterator[Row]:
    """The filings of a document; the last row has the fault where it cannot be read to its end.

    Raises:
        MalformedBulkError: no filing can be read from it. Raised by this call, never by the iterator.
    """
    rows = _read(body, rows_max)
    try:
        first = next(rows)  # there is one, or the document has a fault
    except DocumentError as error:
        raise MalformedBulkError((error.fault,)) from None
    return chain((first,), _until_the_fault(rows))


def _until_the_fault(rows: Iterator[Row]) -> Iterator[Row]:
    number = 1
    try:
        for row in rows:
            number = row.number
            yield row
    except DocumentError as error:
        yield Row(number + 1, None, (error.fault,))


def _read(body: bytes, rows_max: int) -> Iterator[Row]:
    for number, (element, fault) in enumerate(elements_of(body, _WANTED, EXPECTED), 1):
        if number > rows_max:
            received = f"more, from line {element.sourceline}"
            raise DocumentError(FieldError("", f"at most {rows_max} rows", received))
        yield _read_row(number, element) if fault is None else Row(number, None, (fault,))


def _read_row(number: int, element: etree._Element) -> Row:
    draft = Draft(element)
    try:
        return _read_into(draft, number, element)
    except TooManyClaimsError:
        return Row(number, None, (*draft.faults, too_many_claims()), draft.office)


def _read_into(draft: Draft, number: int, element: etree._Element) -> Row:
    tag = str(element.tag)
    if tag in _REFUSED:
        expected = "a patent, utility model, design or mark: only they give priority (Paris Art. 4)"
        draft.fault(element, expected, "a geographical indication")
    elif tag == FILING:
        documents = [child for child in element if child.tag in _READERS]
        if len(documents) == 1:
            _READERS[str(documents[0].tag)](documents[0], draft, element.get("right", ""))
            complete_from_list(element, draft)
        else:
            draft.fault(element, f"one of {EXPECTED}", f"{len(documents)} of them")
    else:
        _READERS[tag](element, draft, "")
    filing = None if tag in _REFUSED else draft.filing()
    return Row(number, filing, tuple(draft.faults), draft.office, tuple(draft.doubts))
