"""Reads tmk:Trademark."""

from typing import Final

from lxml import etree

from api.formats.st96_designs import add_division, add_priority, put_date
from api.formats.st96_draft import Draft, number_element, text_of
from api.formats.st96_names import COM, TMK

_OFFICES: Final = (
    f"{COM}ApplicationNumber/{COM}IPOfficeCode",
    f"{COM}RegistrationOfficeCode",
    f"{COM}ReceivingOfficeCode",
)
"""Where the office of filing may be named, the likeliest first."""


def read_mark(element: etree._Element, draft: Draft, right: str) -> None:
    """Gather a filing from a tmk:Trademark."""
    texts = draft.texts
    texts["right"] = right or "trademark"
    draft.office = next(filter(None, (text_of(element.find(path)) for path in _OFFICES)), "")
    numbers = element.findall(f"{COM}ApplicationNumber")
    if len(numbers) > 1:
        draft.fault(element, "one com:ApplicationNumber", f"{len(numbers)} of them")
    for number in numbers:
        draft.put(texts, "applicationNumberText", number_element(number))
    put_date(element, draft, texts)
    for priority in element.findall(f"{TMK}PriorityBag/{TMK}Priority"):
        add_priority(priority, draft)
    for division in element.findall(f"{TMK}DivisionalApplicationBag"):
        number_of_initial = division.find(f"{TMK}InitialApplicationNumber")
        if number_of_initial is not None:
            date = division.find(f"{TMK}InitialApplicationDate")
            add_division(number_of_initial, date, draft)
