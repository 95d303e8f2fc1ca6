"""Reads dgn:DesignApplication."""

from lxml import etree

from api.formats.st96_draft import Draft, Texts, number_element, text_of
from api.formats.st96_names import COM, DGN


def read_design(element: etree._Element, draft: Draft, right: str) -> None:
    """Gather a filing from a dgn:DesignApplication. Each claim of its designs counts once."""
    texts = draft.texts
    texts["right"] = right or "design"
    number = element.find(f"{COM}ApplicationNumber")
    draft.office = text_of(element.find(f"{COM}ApplicationNumber/{COM}IPOfficeCode"))
    draft.office = draft.office or text_of(element.find(f"{COM}RegistrationOfficeCode"))
    if number is not None:
        draft.put(texts, "applicationNumberText", number_element(number))
    put_date(element, draft, texts)
    for priority in element.findall(f"{DGN}DesignBag/{DGN}Design/{DGN}PriorityBag/{DGN}Priority"):
        add_priority(priority, draft)
    path = f"{DGN}DesignBag/{DGN}Design/{DGN}RelatedApplicationBag/{DGN}RelatedApplication"
    for related in element.findall(path):
        _read_related(related, draft)


def put_date(element: etree._Element, draft: Draft, texts: Texts) -> None:
    """Keep the com:ApplicationDate, or the day of the com:ApplicationDateTime."""
    day = element.find(f"{COM}ApplicationDate")
    if day is None:
        day = element.find(f"{COM}ApplicationDateTime")
    draft.put(texts, "filingDate", day)


def add_priority(priority: etree._Element, draft: Draft) -> None:
    """Keep a dgn:Priority or tmk:Priority, unless the same one stands there already."""
    texts: Texts = {}
    draft.put(texts, "ipOfficeCode", priority.find(f"{COM}PriorityCountryCode"))
    number = priority.find(f"{COM}ApplicationNumber")
    if number is not None:
        draft.put(texts, "applicationNumberText", number_element(number))
    draft.put(texts, "filingDate", priority.find(f"{COM}PriorityApplicationFilingDate"))
    status = priority.find(f"{COM}PriorityStatusCategory")
    if status is not None and text_of(status) in {"Abandoned", "Refused", "Partially refused"}:
        expected = "a claim as it was filed; enter what became of it as a claim change"
        draft.doubt(status, expected, text_of(status))
    if texts not in draft.texts["priorityClaimBag"]:
        draft.texts["priorityClaimBag"].append(texts)


def _read_related(related: etree._Element, draft: Draft) -> None:
    category = text_of(related.find(f"{DGN}RelatedApplicationCategory"))
    number = related.find(f"{DGN}RelatedApplicationNumber")
    if category != "Division" or number is None:
        draft.doubt(related, "a relation that the register keeps: Division", "left out")
        return
    date = related.find(f"{DGN}RelatedApplicationDate")
    add_division(number, date, draft)


def add_division(number: etree._Element, filing_date: etree._Element | None, draft: Draft) -> None:
    """Keep an earlier filing that this one divides; of the same office where none is named."""
    texts: Texts = {"relation": "division", "ipOfficeCode": draft.office}
    draft.put(texts, "ipOfficeCode", number.find(f"{COM}IPOfficeCode"))
    draft.put(texts, "applicationNumberText", number_element(number))
    draft.put(texts, "filingDate", filing_date)
    if texts not in draft.texts["relatedFilingBag"]:
        draft.texts["relatedFilingBag"].append(texts)
