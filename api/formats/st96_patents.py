"""Reads pat:BibliographicData: patents, utility models, and plant varieties in the register's list."""

from typing import Final, cast

from lxml import etree

from api.explain import quote
from api.formats.international import named_receiving_office
from api.formats.st96_bags import PATENT_CLAIM, one_bag, read_bag, refuse_unread
from api.formats.st96_draft import Draft, Texts
from api.formats.st96_names import COM, PAT, RELATION_NAMES, short_name
from ledger.register.entries import Right
from ledger.register.numbers import normalise
from ledger.register.offices import OFFICES, office_code

_RIGHTS_OF_KINDS: Final[dict[str, Right]] = {
    **dict.fromkeys("ABC", "patent"),
    **dict.fromkeys("UYZ", "utilityModel"),
    "S": "design",
}
"""By the first letters of WIPO ST.16 kind codes; what begins with another is a patent unless a list says otherwise."""
_CATEGORIES: Final[dict[str, Right]] = {"Design": "design", "Plant": "patent"}
_RELATIONS: Final = {tag: relation for relation, tag in RELATION_NAMES.items()}


def read_patent(element: etree._Element, draft: Draft, right: str) -> None:
    """Gather a filing from a pat:BibliographicData; `right` where the list around it says so."""
    application = draft.one(element, f"{PAT}ApplicationIdentification")
    if application is None:
        draft.fault(element, "a pat:ApplicationIdentification", "none")
        return
    texts = draft.texts
    _put_application(application, draft, texts)
    draft.office = str(texts.pop("ipOfficeCode", ""))
    number = str(texts.get("applicationNumberText", ""))
    texts["right"] = right or _right_of(element, application, draft)
    _expect_kind_of(str(texts["right"]), element, draft)
    if office := named_receiving_office(draft.office, cast("Right", texts["right"]), number):
        texts["receivingOfficeCode"] = office
    _read_claims(element, draft)
    _read_related(element, draft, number)


def _put_application(application: etree._Element, draft: Draft, texts: Texts) -> None:
    """Keep office, number and date of a pat:ApplicationIdentification, or of what is built alike."""
    draft.put(texts, "ipOfficeCode", draft.one(application, f"{COM}IPOfficeCode"))
    number = draft.one(application, f"{COM}ApplicationNumber")
    draft.put(texts, "applicationNumberText", draft.number_in(number))
    draft.put(texts, "filingDate", draft.one(application, f"{PAT}FilingDate"))


def _right_of(element: etree._Element, application: etree._Element, draft: Draft) -> str:
    """The right as the kind code, the category or the office tells it; a fault where none does."""
    for kind in _kinds(element, draft):
        return _RIGHTS_OF_KINDS.get(draft.text(kind)[:1], "patent")
    category = draft.text(draft.one(application, f"{PAT}InventionSubjectMatterCategory"))
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


def _kinds(element: etree._Element, draft: Draft) -> list[etree._Element]:
    """The kind codes that have a text."""
    paths = ("PatentPublicationIdentification", "PatentGrantIdentification")
    found = [draft.one(element, f"{PAT}{path}/{COM}PatentDocumentKindCode") for path in paths]
    return [kind for kind in found if kind is not None and draft.text(kind)]


def _expect_kind_of(right: str, element: etree._Element, draft: Draft) -> None:
    """Note the kind codes that are of another right."""
    for kind in _kinds(element, draft):
        code = draft.text(kind)
        if _RIGHTS_OF_KINDS.get(code[:1], right) != right:
            draft.fault(kind, f"a kind code of WIPO ST.16 of the right {right}", quote(code))


def _read_claims(element: etree._Element, draft: Draft) -> None:
    bags = one_bag(element, f"{PAT}PriorityClaimBag", draft)
    claims = [claim for bag in bags for claim in read_bag(bag, PATENT_CLAIM, draft)]
    refuse_unread(element, bags, draft)
    for claim in sorted(claims, key=lambda claim: _sequence_number(claim, draft)):
        texts: Texts = {}
        _put_application(claim, draft, texts)
        draft.add_claim(texts)
    # A claim to a provisional application (35 USC 119(e)) stands among the related documents.
    path = f"{PAT}RelatedDocumentBag/{PAT}ProvisionalApplication/{PAT}PatentDocumentIdentification"
    for provisional in element.findall(f"{path}/{PAT}ApplicationIdentification"):
        texts = {}
        _put_application(provisional, draft, texts)
        draft.add_claim(texts)


def _sequence_number(claim: etree._Element, draft: Draft) -> int:
    """The place that the claim asks for; 0, the place where it stands, where it asks for none."""
    text = claim.get(f"{COM}sequenceNumber", "0").strip()
    if text.isascii() and text.isdecimal() and len(text) < len("1000000"):
        return int(text)
    draft.fault(claim, "a com:sequenceNumber that is a whole number", quote(text))
    return 0


def _read_related(element: etree._Element, draft: Draft, number: str) -> None:
    international = draft.one(
        element, f"{PAT}InternationalFilingData/{PAT}ApplicationIdentification"
    )
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
