"""A filing while it is gathered from XML: texts in the shape of the JSON form, and where each stood."""

import re
from typing import Any, Final

import msgspec
from lxml import etree

from api.explain import FieldError, explain_value
from api.formats.st96_names import COM, short_name
from ledger.register.entries import Filing

_DATE: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T.*|Z|[+-][0-9]{2}:[0-9]{2})?")

Texts = dict[str, Any]


def text_of(element: etree._Element | None) -> str:
    """The text of an element, trimmed; empty where there is none."""
    return "" if element is None else (element.text or "").strip()


def place_of(element: etree._Element) -> str:
    """The name and line of an element, to be shown in a fault."""
    return f"{short_name(element.tag)} (line {element.sourceline})"


def number_element(holder: etree._Element) -> etree._Element | None:
    """The text element of a com:ApplicationNumber, or of an element of its type."""
    found = holder.find(f"{COM}ApplicationNumberText")
    return holder.find(f"{COM}ST13ApplicationNumber") if found is None else found


class Draft:
    """What has been found of one filing."""

    def __init__(self, element: etree._Element) -> None:
        self.office = ""
        self.texts: Texts = {"priorityClaimBag": [], "relatedFilingBag": []}
        self.faults: list[FieldError] = []
        self.doubts: list[FieldError] = []
        self._element = element
        self._places: dict[tuple[int, str], etree._Element] = {}

    def put(self, texts: Texts, field: str, element: etree._Element | None) -> None:
        """Keep the text of an element as a field, if it has one."""
        text = text_of(element)
        if element is None or not text:
            return
        if field == "filingDate" and (day := _DATE.fullmatch(text)) is not None:
            text = day[1]
        texts[field] = text
        self._places[id(texts), field] = element

    def doubt(self, element: etree._Element, expected: str, received: str) -> None:
        """Note what the register has no place for."""
        self.doubts.append(FieldError(place_of(element), expected, received))

    def fault(self, element: etree._Element, expected: str, received: str) -> None:
        """Note what is wrong."""
        self.faults.append(FieldError(place_of(element), expected, received))

    def filing(self) -> Filing | None:
        """The filing; None, and its faults are noted, where the texts do not make one."""
        document = {name: value for name, value in self.texts.items() if value != []}
        try:
            filing = msgspec.convert(document, Filing)
        except msgspec.ValidationError:
            found = explain_value(document, Filing)
            self.faults += [self._in_its_place(fault) for fault in found]
            return None
        return None if self.faults else filing

    def _in_its_place(self, fault: FieldError) -> FieldError:
        """The fault with the element that it is about, or the one that lacks it."""
        holder, _, field = fault.field.rpartition(".")
        texts = self.texts
        if holder:
            bag, _, index = holder.rstrip("]").partition("[")
            texts = self.texts[bag][int(index)]
        element = self._places.get((id(texts), field))
        lacking = f"{fault.field} of {place_of(self._element)}"
        place = lacking if element is None else place_of(element)
        return msgspec.structs.replace(fault, field=place)
