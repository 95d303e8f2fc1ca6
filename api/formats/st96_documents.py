"""Writes the WIPO ST.96 document of one filing: pat:BibliographicData, dgn:DesignApplication or tmk:Trademark.

What the standard demands and the register does not hold (titles, parties, classes) is an empty
element: it says nothing that is not true.
"""

from datetime import date
from html import escape
from typing import Final

from api.formats.spreadsheets import printable
from api.formats.st96_names import RELATION_NAMES, short_name
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling

Claims = tuple[PriorityClaim, ...]
Relations = tuple[RelatedFiling, ...]

_NO_TITLE: Final = "<pat:InventionTitleBag><pat:InventionTitle/></pat:InventionTitleBag>"
_NO_PARTY: Final = (
    "<pat:PartyBag><com:CorrespondenceAddress><com:PartyIdentifier/>"
    "</com:CorrespondenceAddress></pat:PartyBag>"
)
_NO_APPLICANT: Final = (
    "<dgn:ApplicantBag><com:PartyIdentifierBag><com:PartyIdentifier/>"
    "</com:PartyIdentifierBag></dgn:ApplicantBag>"
)


def write_patent(office: str, filing: Filing, claims: Claims, relations: Relations) -> str:
    """A pat:BibliographicData; a plant variety, for which ST.96 has no document, as one of plants."""
    category = "<pat:ApplicationFilingCategory>PCT</pat:ApplicationFilingCategory>"
    subject = "<pat:InventionSubjectMatterCategory>Plant</pat:InventionSubjectMatterCategory>"
    middle = category if filing.receiving_office_code else ""
    middle += subject if filing.right == "plantVariety" else ""
    own = _identification(office, filing.application_number_text, None)
    related = [_relation(each, own) for each in relations if each.relation in RELATION_NAMES]
    international = [each for each in relations if each.relation not in RELATION_NAMES]
    return (
        '<pat:BibliographicData com:st96Version="V6_0">'
        + _identification(office, filing.application_number_text, filing.filing_date, middle)
        + _bag("pat:PriorityClaimBag", [_claim(*each) for each in enumerate(claims, 1)])
        + _NO_TITLE
        + _bag("pat:RelatedDocumentBag", related)
        + _NO_PARTY
        + _bag("pat:InternationalFilingData", [_identify(each) for each in international])
        + "</pat:BibliographicData>"
    )


def write_design(office: str, filing: Filing, claims: Claims, relations: Relations) -> str:
    """A dgn:DesignApplication with one design, which holds the claims."""
    no_class = (
        "<com:DesignClassificationBag><com:NationalDesignClassificationBag>"
        f"<com:IPOfficeCode>{escape(office)}</com:IPOfficeCode><com:NationalDesignClassification/>"
        "</com:NationalDesignClassificationBag></com:DesignClassificationBag>"
    )
    return (
        '<dgn:DesignApplication com:st96Version="V6_0">'
        f"<com:RegistrationOfficeCode>{escape(office)}</com:RegistrationOfficeCode>"
        + _number("com:ApplicationNumber", office, filing.application_number_text)
        + "<dgn:DesignBag><dgn:Design>"
        + no_class
        + _bag("dgn:PriorityBag", [_priority("dgn:Priority", each) for each in claims])
        + _bag("dgn:RelatedApplicationBag", [_related_application(each) for each in relations])
        + _NO_APPLICANT
        + "</dgn:Design></dgn:DesignBag>"
        + _NO_APPLICANT
        + _date("com:ApplicationDate", filing.filing_date)
        + "</dgn:DesignApplication>"
    )


def write_mark(office: str, filing: Filing, claims: Claims, relations: Relations) -> str:
    """A tmk:Trademark."""
    divided = [
        _number("tmk:InitialApplicationNumber", each.ip_office_code, each.application_number_text)
        + _date("tmk:InitialApplicationDate", each.filing_date)
        for each in relations
    ]
    return (
        "<tmk:Trademark>"
        f"<com:RegistrationOfficeCode>{escape(office)}</com:RegistrationOfficeCode>"
        + _number("com:ApplicationNumber", office, filing.application_number_text)
        + _date("com:ApplicationDate", filing.filing_date)
        + _bag("tmk:DivisionalApplicationBag", divided)
        + _bag("tmk:PriorityBag", [_priority("tmk:Priority", each) for each in claims])
        + "</tmk:Trademark>"
    )


def _claim(number: int, claim: PriorityClaim) -> str:
    return (
        f'<pat:PriorityClaim com:sequenceNumber="{number}">'
        f"<com:IPOfficeCode>{claim.ip_office_code}</com:IPOfficeCode>"
        + _number("com:ApplicationNumber", "", claim.application_number_text)
        + _date("pat:FilingDate", claim.filing_date)
        + "</pat:PriorityClaim>"
    )


def _priority(name: str, claim: PriorityClaim) -> str:
    """A priority claim of a design or mark."""
    return (
        f"<{name}><com:PriorityCountryCode>{claim.ip_office_code}</com:PriorityCountryCode>"
        + _number("com:ApplicationNumber", "", claim.application_number_text)
        + _date("com:PriorityApplicationFilingDate", claim.filing_date)
        + f"</{name}>"
    )


def _relation(earlier: RelatedFiling, own: str) -> str:
    """The earlier filing as parent, this one as child."""
    name = short_name(RELATION_NAMES[earlier.relation])
    parent, child = (
        f"<pat:PatentDocumentIdentification>{each}</pat:PatentDocumentIdentification>"
        for each in (_identify(earlier), own)
    )
    return (
        f"<{name}><pat:ParentDocument>{parent}</pat:ParentDocument>"
        f"<pat:ChildDocument>{child}</pat:ChildDocument></{name}>"
    )


def _related_application(earlier: RelatedFiling) -> str:
    """The earlier filing of which a design application is a division."""
    name = "dgn:RelatedApplicationNumber"
    return (
        "<dgn:RelatedApplication>"
        "<dgn:RelatedApplicationCategory>Division</dgn:RelatedApplicationCategory>"
        + _number(name, earlier.ip_office_code, earlier.application_number_text)
        + _date("dgn:RelatedApplicationDate", earlier.filing_date)
        + "</dgn:RelatedApplication>"
    )


def _identify(earlier: RelatedFiling) -> str:
    text, office = earlier.application_number_text, earlier.ip_office_code
    return _identification(office, text, earlier.filing_date)


def _identification(office: str, number: str, filed: date | None, middle: str = "") -> str:
    return (
        f"<pat:ApplicationIdentification><com:IPOfficeCode>{escape(office)}</com:IPOfficeCode>"
        + _number("com:ApplicationNumber", "", number)
        + middle
        + _date("pat:FilingDate", filed)
        + "</pat:ApplicationIdentification>"
    )


def _number(name: str, office: str, number: str) -> str:
    """An element of type com:ApplicationNumber; none where there is no number."""
    if not number.strip():
        return ""
    code = f"<com:IPOfficeCode>{escape(office)}</com:IPOfficeCode>" if office else ""
    text = escape(printable(number.strip()), quote=False)
    return f"<{name}>{code}<com:ApplicationNumberText>{text}</com:ApplicationNumberText></{name}>"


def _date(name: str, day: date | None) -> str:
    return "" if day is None else f"<{name}>{day}</{name}>"


def _bag(name: str, elements: list[str]) -> str:
    """The elements in their bag; none where there are none."""
    return f"<{name}>{''.join(elements)}</{name}>" if elements else ""
