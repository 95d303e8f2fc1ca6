"""The bags of priority claims in documents of WIPO ST.96: what stands in them is read or refused, never lost."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from lxml import etree

from api.explain import quote
from api.formats.st96_draft import Draft
from api.formats.st96_names import COM, DGN, PAT, TMK, short_name
from api.formats.texts import BLANKS


class ClaimForm(NamedTuple):
    """How a right's documents state a claim (ST.96 V6.0, PriorityClaimType and PriorityType)."""

    tag: str
    children: frozenset[str]
    """What a claim may hold; what the register does not keep among them is left out."""
    beside: frozenset[str] = frozenset()
    """What may stand beside the claims in their bag."""


_NUMBER: Final = f"{COM}ApplicationNumber"
PATENT_CLAIM: Final = ClaimForm(
    f"{PAT}PriorityClaim",
    frozenset(
        (
            f"{COM}IPOfficeCode",
            _NUMBER,
            f"{PAT}FilingDate",
            f"{PAT}IndicatedIPOfficeCode",
            f"{PAT}ApplicationFilingCategory",
            f"{PAT}RequestedPriorityDocumentIndicator",
            f"{PAT}AttachedPriorityDocumentIndicator",
            f"{PAT}OnlineAvailablePriorityDocumentIndicator",
            f"{COM}DASAccessCode",
        )
    ),
    frozenset((f"{PAT}IncorporationByReferenceIndicator",)),
)
_OF_ALL: Final = (
    f"{COM}PriorityCountryCode",
    _NUMBER,
    f"{COM}PriorityApplicationFilingDate",
    f"{COM}DASAccessCode",
    f"{COM}PriorityHolderName",
    f"{COM}PriorityStatusCategory",
    f"{COM}PriorityStatusDate",
    f"{COM}CommentText",
    f"{COM}PriorityDocument",
)
DESIGN_CLAIM: Final = ClaimForm(f"{DGN}Priority", frozenset(_OF_ALL))
MARK_CLAIM: Final = ClaimForm(
    f"{TMK}Priority",
    frozenset(
        (
            *_OF_ALL,
            f"{TMK}PriorityPartialIndicator",
            f"{TMK}PriorityPartialGoodsServices",
            f"{TMK}PriorityRegistrationNumber",
            f"{TMK}PriorityRegistrationDate",
            f"{TMK}PriorityRegistrationExpiredDate",
            f"{TMK}PriorityRegistrationRenewedDate",
            f"{TMK}PriorityRegistrationRenewalExpiredDate",
        )
    ),
)
_EXHIBITIONS: Final = f"{COM}ExhibitionPriorityBag"
"""Protection at exhibitions (Paris Convention Art. 11) names no earlier filing."""


def one_bag(element: etree._Element, tag: str, draft: Draft) -> list[etree._Element]:
    """The bag of an element, if there is one; others beside it are a fault."""
    bags = element.findall(tag)
    for other in bags[1:]:
        draft.fault(other, f"one {short_name(tag)}", "another one")
    return bags[:1]


def read_bag(bag: etree._Element, form: ClaimForm, draft: Draft) -> list[etree._Element]:
    """The claims of a bag; a fault for whatever else stands in it or in them."""
    claims = bag.findall(form.tag)
    _expect_no_text(bag, draft)
    for child in bag:
        if child.tag != form.tag and child.tag not in form.beside:
            draft.fault(child, f"{short_name(form.tag)} only in its bag", "another element")
    for claim in claims:
        _expect_no_text(claim, draft)
        for child in claim:
            if child.tag not in form.children:
                expected = ", ".join(sorted(map(short_name, form.children)))
                draft.fault(child, f"of a claim one of {expected}", "another element")
        for number in claim.findall(_NUMBER):
            _expect_no_text(number, draft)
    return claims


def refuse_unread(element: etree._Element, bags: Iterable[etree._Element], draft: Draft) -> None:
    """Note a fault for all that looks like a priority claim and stands outside the bags that are read."""
    read = set(bags)
    walk = etree.iterwalk(element, events=("start",))
    for _, each in walk:
        if each in read:
            walk.skip_subtree()
            continue
        if each.tag == _EXHIBITIONS:
            draft.doubt(each, "claims to earlier filings", "left out")
            walk.skip_subtree()
            continue
        name = etree.QName(each).localname
        if "priorit" in name.lower():
            draft.fault(each, "priority claims in the bag of the document only", "it is not read")
            walk.skip_subtree()


def _expect_no_text(element: etree._Element, draft: Draft) -> None:
    texts = (element.text, *(child.tail for child in element))
    found = next((text.strip(BLANKS) for text in texts if text and text.strip(BLANKS)), "")
    if found:
        draft.fault(element, "elements only", f"the text {quote(found)}")
