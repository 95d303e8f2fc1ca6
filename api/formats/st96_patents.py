"""Reads pat:BibliographicData: patents, utility models, and plant varieties in the register's list."""

from typing import Final, cast

from lxml import etree

from api.formats.international import named_receiving_office
from api.formats.st96_draft import Draft, Texts, number_element, text_of
from api.formats.st96_names import COM, PAT, RELATION_NAMES, short_name
from ledger.register.entries import Right
from ledger.register.numbers import normalise
from ledger.register.offices import OFFICES, office_code

_UTILITY_MODEL_KINDS: Final = frozenset("UYZ")
_DESIGN_KIND: Final = "S"
"""First letters of WIPO ST.16 kind codes; the others are of patents."""
_CATEGORIES: Final[dict[str, Right]] = {"Design": "design", "Plant": "patent"}
_RELATIONS: Final = {tag: relation for relation, tag in RELATION_NAMES.items()}


def read_patent(element: etree._Element, draft: Draft, right: str) -> None:
    """Gather a filing from a pat:BibliographicData; `right` where the list around it says so."""
    application = element.find(f"{PAT}ApplicationIdentification")
    if application is None:
        draft.fault(element, "a pat:ApplicationIdentification", "none")
        return
    texts = draft.texts
    _put_application(application, draft, texts)
    draft.office = str(texts.pop("ipOfficeCode", ""))
    number = str(texts.get("applicationNumberText", ""))
    texts["right"] = right or _right_of(element, application, draft)
    if office := named_receiving_office(draft.office, cast("Right", texts["right"]), number):
        texts["receivingOfficeCode"] = office
    _read_claims(element, draft)
    _read_related(element, draft, number)


def _put_application(application: etree._Element, draft: Draft, texts: Texts) -> None:
    """Keep office, number and date of a pat:ApplicationIdentification, or of what is built alike."""
    draft.put(texts, "ipOfficeCode", application.find(f"{COM}IPOfficeCode"))
    number = application.find(f"{COM}ApplicationNumber")
    if number is not None:
        draft.put(texts, "applicationNumberText", number_element(number))
    draft.put(texts, "filingDate", application.find(f"{PAT}FilingDate"))


def _right_of(element: etree._Element, application: etree._Element, draft: Draft) -> str:
    """The right as the kind code, the category or the office tells it; a fault where none does."""
    for path in ("PatentPublicationIdentification", "PatentGrantIdentification"):
        kind = text_of(element.find(f"{PAT}{path}/{COM}PatentDocumentKindCode"))[:1]
        if kind == _DESIGN_KIND:
            return "design"
        if kind:
            return "utilityModel" if kind in _UTILITY_MODEL_KINDS else "patent"
    category = text_of(application.find(f"{PAT}InventionSubjectMatterCategory"))
    if category in _CATEGORIES:
        return _CATEGORIES[category]
    office = OFFICES.get(office_code(draft.office))
    if office is not None and "utilityModel" not in office.rights:
        return "patent"
    expected = (
        "a com:PatentDocumentKindCode of WIPO ST.16, which tells a patent from a utility model,"
        " or a list whose Filing names the right"
    )
    draft.fault(element, expected, "none")
    return "patent"


def _read_claims(element: etree._Element, draft: Draft) -> None:
    bag = element.find(f"{PAT}PriorityClaimBag")
    claims = [] if bag is None else bag.findall(f"{PAT}PriorityClaim")
    for claim in sorted(claims, key=_sequence_number):
        texts: Texts = {}
        _put_application(claim, draft, texts)
        draft.texts["priorityClaimBag"].append(texts)
    # A claim to a provisional application (35 USC 119(e)) stands among the related documents.
    path = f"{PAT}RelatedDocumentBag/{PAT}ProvisionalApplication/{PAT}PatentDocumentIdentification"
    for provisional in element.findall(f"{path}/{PAT}ApplicationIdentification"):
        texts = {}
        _put_application(provisional, draft, texts)
        draft.texts["priorityClaimBag"].append(texts)


def _sequence_number(claim: etree._Element) -> int:
    text = claim.get(f"{COM}sequenceNumber", "")
    is_place = text.isascii() and text.isdecimal() and len(text) < len("1000000")
    return int(text) if is_place else 0


def _read_related(element: etree._Element, draft: Draft, number: str) -> None:
    international = element.find(f"{PAT}InternationalFilingData/{PAT}ApplicationIdentification")
    if international is not None and office_code(draft.office) != "WO":
        _add_related(international, draft, "nationalPhase")
    for related in element.findall(f"{PAT}RelatedDocumentBag/*"):
        relation = _RELATIONS.get(str(related.tag))
        if relation is None:
            if not str(related.tag).endswith(("ProvisionalApplication", "RelatedPublication")):
                kept = ", ".join(map(short_name, _RELATIONS))
                draft.doubt(related, f"a relation that the register keeps: {kept}", "left out")
            continue
        inner = f"{PAT}PatentDocumentIdentification/{PAT}ApplicationIdentification"
        children = related.findall(f"{PAT}ChildDocument/{inner}")
        if children and not any(_is_own(child, draft, number) for child in children):
            continue  # one earlier filing continues another: that is for its own office to enter
        parent = related.find(f"{PAT}ParentDocument/{inner}")
        if parent is None:
            draft.doubt(related, "the application number of the earlier filing", "left out")
            continue
        _add_related(parent, draft, relation)


def _add_related(application: etree._Element, draft: Draft, relation: str) -> None:
    texts: Texts = {"relation": relation}
    _put_application(application, draft, texts)
    draft.texts["relatedFilingBag"].append(texts)


def _is_own(application: etree._Element, draft: Draft, number: str) -> bool:
    """Whether this is the very application that the document is about."""
    texts: Texts = {}
    _put_application(application, draft, texts)
    office = office_code(draft.office)
    given = str(texts.get("applicationNumberText", ""))
    return office_code(str(texts.get("ipOfficeCode", draft.office))) == office and (
        normalise(office, "patent", given, None).match_key
        == normalise(office, "patent", number, None).match_key
    )
