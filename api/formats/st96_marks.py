"""Reads tmk:Trademark."""

from typing import Final

from lxml import etree

from api.formats.st96_bags import MARK_CLAIM, one_bag, read_bag, refuse_unread
from api.formats.st96_designs import add_division, add_priority, put_date
from api.formats.st96_draft import Draft
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
    draft.office = next(
        filter(None, (draft.text(draft.one(element, path)) for path in _OFFICES)), ""
    )
    number = draft.one(element, f"{COM}ApplicationNumber")
    draft.put(texts, "applicationNumberText", draft.number_in(number))
    put_date(element, draft, texts)
    bags = one_bag(element, f"{TMK}PriorityBag", draft)
    for bag in bags:
        for priority in read_bag(bag, MARK_CLAIM, draft):
            add_priority(priority, draft)
    refuse_unread(element, bags, draft)
    for division in element.findall(f"{TMK}DivisionalApplicationBag"):
        number_of_initial = division.find(f"{TMK}InitialApplicationNumber")
        if number_of_initial is not None:
            date = division.find(f"{TMK}InitialApplicationDate")
            add_division(number_of_initial, date, draft)
