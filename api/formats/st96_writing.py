"""Writes filings as a list of WIPO ST.96 V6.0 documents, each valid by the standard's schemas.

ST.96 has a bag for designs and one for marks, but none for patents and none for all rights. So the
list is ours (`FilingBag`, `Filing`), and in each Filing stands one document of the standard. What
the standard has no place for stands beside it in elements of ours: claims without office or date
(which ST.96 demands), the right of a first filing, relations of another kind.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from api.formats.row import ListedFiling
from api.formats.spreadsheets import printable
from api.formats.st96_documents import write_design, write_mark, write_patent
from api.formats.st96_names import LIST_NAMESPACE, RELATION_NAMES, ST96
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling
from ledger.register.offices import OFFICES

_HEAD: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<FilingBag xmlns="{LIST_NAMESPACE}"'
    f' xmlns:com="{ST96}Common" xmlns:pat="{ST96}Patent"'
    f' xmlns:dgn="{ST96}Design" xmlns:tmk="{ST96}Trademark">\n'
)
_TAIL: Final = "</FilingBag>\n"
_DOCUMENTS: Final = {
    "patent": write_patent,
    "utilityModel": write_patent,
    "plantVariety": write_patent,
    "design": write_design,
    "trademark": write_mark,
}


def write_filings(filings: Iterable[ListedFiling]) -> Iterator[bytes]:
    """The list, one filing to a line."""
    yield _HEAD.encode()
    for office, filing in filings:
        yield _filing(office, filing).encode()
    yield _TAIL.encode()


def _filing(office: str, filing: Filing) -> str:
    claims = _claims_with_a_place(filing)
    relations = _relations_with_a_place(filing)
    document = _DOCUMENTS[filing.right](
        office,
        filing,
        tuple(filing.priority_claim_bag[place] for place in claims),
        tuple(filing.related_filing_bag[place] for place in relations),
    )
    head = _attributes(
        right=filing.right,
        receivingOfficeCode=filing.receiving_office_code,
        requestKey=filing.request_key,
    )
    beside = []
    for place, claim in enumerate(filing.priority_claim_bag):
        if place not in claims:
            beside.append(f"<OtherClaim{_claim(place + 1, claim)}/>")
        elif claim.right is not None:
            texts = _attributes(sequenceNumber=place + 1, right=claim.right)
            beside.append(f"<ClaimedRight{texts}/>")
    for place, earlier in enumerate(filing.related_filing_bag):
        if place not in relations:
            beside.append(f"<OtherRelation{_relation(place + 1, earlier)}/>")
    return f"<Filing{head}>{document}{''.join(beside)}</Filing>\n"


def _claims_with_a_place(filing: Filing) -> list[int]:
    """The places, from 0, of the claims that the standard can hold."""
    places: list[int] = []
    seen: set[tuple[object, ...]] = set()
    for place, claim in enumerate(filing.priority_claim_bag):
        said = (claim.ip_office_code, claim.application_number_text, claim.filing_date)
        if claim.ip_office_code in OFFICES and claim.filing_date is not None and said not in seen:
            seen.add(said)
            places.append(place)
    return places


def _relations_with_a_place(filing: Filing) -> list[int]:
    """The places, from 0, of the relations that the standard can hold for this right."""
    places: list[int] = []
    seen: set[RelatedFiling] = set()
    is_patent = _DOCUMENTS[filing.right] is write_patent
    for place, earlier in enumerate(filing.related_filing_bag):
        if is_patent:
            # The one international filing is read before the others.
            has_place = earlier.relation in RELATION_NAMES or (
                earlier.relation == "nationalPhase"
                and earlier.ip_office_code == "WO"
                and not places
            )
        else:
            has_place = earlier.relation == "division"
            has_place &= filing.right == "design" or not places  # a mark has room for one
        is_plain = earlier.right is None and earlier.ip_office_code in OFFICES
        if (
            has_place
            and is_plain
            and earlier.application_number_text.strip()
            and earlier not in seen
        ):
            seen.add(earlier)
            places.append(place)
    return places


def _claim(number: int, claim: PriorityClaim) -> str:
    return _attributes(
        sequenceNumber=number,
        ipOfficeCode=claim.ip_office_code,
        applicationNumberText=claim.application_number_text,
        filingDate=claim.filing_date,
        right=claim.right,
    )


def _relation(number: int, earlier: RelatedFiling) -> str:
    return _attributes(
        sequenceNumber=number,
        relation=earlier.relation,
        ipOfficeCode=earlier.ip_office_code,
        applicationNumberText=earlier.application_number_text,
        filingDate=earlier.filing_date,
        right=earlier.right,
    )


def _attributes(**texts: object) -> str:
    """Attributes of an element, those that are None left out."""
    return "".join(
        f' {name}="{escape(printable(str(text)))}"'
        for name, text in texts.items()
        if text is not None
    )
