"""Reads dgn:DesignApplication."""

from lxml import etree

from api.formats.st96_bags import DESIGN_CLAIM, one_bag, read_bag, refuse_unread
from api.formats.st96_draft import Draft, Texts
from api.formats.st96_names import COM, DGN


def read_design(element: etree._Element, draft: Draft, right: str) -> None:
    """Gather a filing from a dgn:DesignApplication. Each claim of its designs counts once."""
    texts = draft.texts
    texts["right"] = right or "design"
    number = draft.one(element, f"{COM}ApplicationNumber")
    draft.office = draft.text(draft.one(element, f"{COM}ApplicationNumber/{COM}IPOfficeCode"))
    draft.office = draft.office or draft.text(draft.one(element, f"{COM}RegistrationOfficeCode"))
    draft.put(texts, "applicationNumberText", draft.number_in(number))
    put_date(element, draft, texts)
    designs = element.findall(f"{DGN}DesignBag/{DGN}Design")
    bags = [bag for design in designs for bag in one_bag(design, f"{DGN}PriorityBag", draft)]
    for bag in bags:
        for priority in read_bag(bag, DESIGN_CLAIM, draft):
            add_priority(priority, draft)
    refuse_unread(element, bags, draft)
    path = f"{DGN}DesignBag/{DGN}Design/{DGN}RelatedApplicationBag/{DGN}RelatedApplication"
    for related in element.findall(path):
        _read_related(related, draft)


def put_date(element: etree._Element, draft: Draft, texts: Texts) -> None:
    """Keep the com:ApplicationDate, or the day of the com:ApplicationDateTime."""
    day = draft.one(element, f"{COM}ApplicationDate")
    if day is None:
        day = draft.one(element, f"{COM}ApplicationDateTime")
    draft.put(texts, "filingDate", day)


def add_priority(priority: etree._Element, draft: Draft) -> None:
    """Keep a dgn:Priority or tmk:Priority, unless the same one stands there already."""
    texts: Texts = {}
    draft.put(texts, "ipOfficeCode", draft.one(priority, f"{COM}PriorityCountryCode"))
    number = draft.one(priority, f"{COM}ApplicationNumber")
    draft.put(texts, "applicationNumberText", draft.number_in(number))
    draft.put(texts, "filingDate", draft.one(priority, f"{COM}PriorityApplicationFilingDate"))
    status = draft.one(priority, f"{COM}PriorityStatusCategory")
    if status is not None and draft.text(status) in {"Abandoned", "Refused", "Partially refused"}:
        expected = "a claim as it was filed; enter what became of it as a claim change"
        draft.doubt(status, expected, draft.text(status))
    if texts not in draft.texts["priorityClaimBag"]:
        draft.add_claim(texts)


def _read_related(related: etree._Element, draft: Draft) -> None:
    category = draft.text(draft.one(related, f"{DGN}RelatedApplicationCategory"))
    number = draft.one(related, f"{DGN}RelatedApplicationNumber")
    if category != "Division" or number is None:
        draft.doubt(related, "a relation that the register keeps: Division", "left out")
        return
    date = draft.one(related, f"{DGN}RelatedApplicationDate")
    add_division(number, date, draft)


def add_division(number: etree._Element, filing_date: etree._Element | None, draft: Draft) -> None:
    """Keep an earlier filing that this one divides; of the same office where none is named."""
    texts: Texts = {"relation": "division", "ipOfficeCode": draft.office}
    draft.put(texts, "ipOfficeCode", draft.one(number, f"{COM}IPOfficeCode"))
    draft.put(texts, "applicationNumberText", draft.number_in(number))
    draft.put(texts, "filingDate", filing_date)
    if texts not in draft.texts["relatedFilingBag"]:
        draft.texts["relatedFilingBag"].append(texts)
