"""A filing while it is gathered from XML: texts in the shape of the JSON form, and where each stood."""

import re
from typing import Any, Final

import msgspec
from lxml import etree

from api.explain import FieldError, explain_value
from api.formats.st96_names import COM, short_name
from api.formats.texts import BLANKS, claim_faults, tidy
from ledger.register.entries import CLAIMS_MAX, Filing

_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})?")

Texts = dict[str, Any]


def place_of(element: etree._Element) -> str:
    """The name and line of an element, to be shown in a fault."""
    return f"{short_name(element.tag)} (line {element.sourceline})"


class TooManyClaimsError(ValueError):
    """A filing has more claims than any may have; it is read no further."""


class Draft:
    """What has been found of one filing."""

    def __init__(self, element: etree._Element) -> None:
        self.office = ""
        self.texts: Texts = {"priorityClaimBag": [], "relatedFilingBag": []}
        self.faults: list[FieldError] = []
        self.doubts: list[FieldError] = []
        self._element = element
        self._places: dict[tuple[int, str], etree._Element] = {}

    def one(self, holder: etree._Element, path: str) -> etree._Element | None:
        """The element at a path; a fault where there are several that do not say the same."""
        found = holder.findall(path)
        if any(_said(each) != _said(found[0]) for each in found[1:]):
            name = short_name(found[0].tag)
            self.fault(found[-1], f"one {name}, or all alike", f"{len(found)} that differ")
        return found[0] if found else None

    def text(self, element: etree._Element | None) -> str:
        """The text of an element, trimmed; empty where there is none. A fault where it holds elements."""
        if element is None:
            return ""
        if len(element):
            inner = short_name(element[0].tag)
            self.fault(element, "a text without elements", f"an element {inner} in it")
        return (element.text or "").strip(BLANKS)

    def number_in(self, holder: etree._Element | None) -> etree._Element | None:
        """The text element of a com:ApplicationNumber, or of an element of its type."""
        if holder is None:
            return None
        text = self.one(holder, f"{COM}ApplicationNumberText")
        return self.one(holder, f"{COM}ST13ApplicationNumber") if text is None else text

    def put(self, texts: Texts, field: str, element: etree._Element | None) -> None:
        """Keep the text of an element as a field, if it has one."""
        text = self.text(element)
        if element is None or not text:
            return
        if field == "filingDate" and (day := _DATE.fullmatch(text)) is not None:
            text = day[1]
        texts[field] = text
        self._places[id(texts), field] = element

    def add_claim(self, texts: Texts) -> None:
        """Keep a priority claim.

        Raises:
            TooManyClaimsError: the filing has as many as it may have.
        """
        claims = self.texts["priorityClaimBag"]
        if len(claims) == CLAIMS_MAX:
            raise TooManyClaimsError
        claims.append(texts)

    def doubt(self, element: etree._Element, expected: str, received: str) -> None:
        """Note what the register has no place for."""
        self.doubts.append(FieldError(place_of(element), expected, received))

    def fault(self, element: etree._Element, expected: str, received: str) -> None:
        """Note what is wrong."""
        self.faults.append(FieldError(place_of(element), expected, received))

    def filing(self) -> Filing | None:
        """The filing; None, and its faults are noted, where the texts do not make one."""
        document = {name: value for name, value in self.texts.items() if value != []}
        self.faults += [self._in_its_place(fault) for fault in tidy(document)]
        try:
            filing = msgspec.convert(document, Filing)
        except msgspec.ValidationError:
            found = explain_value(document, Filing)
            self.faults += [self._in_its_place(fault) for fault in found]
            return None
        self.faults += claim_faults(filing)
        return None if self.faults else filing

    def _in_its_place(self, fault: FieldError) -> FieldError:
        """The fault with the element that it is about, or the one that lacks it."""
        holder, _, field = fault.field.rpartition(".")
        texts = self.texts
        if holder:
            bag, _, index = holder.rstrip("]").partition("[")
            texts = self.texts[bag][int(index)] if index else texts
        element = self._places.get((id(texts), field))
        lacking = f"{fault.field} of {place_of(self._element)}"
        place = lacking if element is None else place_of(element)
        return msgspec.structs.replace(fault, field=place)


def _said(element: etree._Element) -> list[tuple[str, str]]:
    """What an element says: its elements with their texts, in order."""
    return [(str(each.tag), (each.text or "").strip(BLANKS)) for each in element.iter()]
