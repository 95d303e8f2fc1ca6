"""What the register's own list adds to a document of WIPO ST.96: what the standard has no place for."""

from typing import Any, Final

from lxml import etree

from api.explain import quote
from api.formats.st96_draft import Draft, TooManyClaimsError
from api.formats.st96_names import BIBLIOGRAPHIC_DATA, DESIGN_APPLICATION, LIST, TRADEMARK
from ledger.register.entries import CLAIMS_MAX

OTHER_CLAIM: Final = f"{LIST}OtherClaim"
CLAIMED_RIGHT: Final = f"{LIST}ClaimedRight"
OTHER_RELATION: Final = f"{LIST}OtherRelation"
_KNOWN: Final = frozenset(
    (OTHER_CLAIM, CLAIMED_RIGHT, OTHER_RELATION, BIBLIOGRAPHIC_DATA, DESIGN_APPLICATION, TRADEMARK)
)
_PLACE: Final = "sequenceNumber"
_PLACES_MAX: Final = 1_000


def complete_from_list(filing: etree._Element, draft: Draft) -> None:
    """Add what stands in a Filing of the list beside its document."""
    for child in filing:
        if child.tag not in _KNOWN:
            expected = "a document of WIPO ST.96, OtherClaim, ClaimedRight or OtherRelation"
            draft.fault(child, expected, "another element")
    for name in ("receivingOfficeCode", "requestKey"):
        if (value := filing.get(name)) is not None:
            draft.texts[name] = value
    _insert(filing, OTHER_CLAIM, "priorityClaimBag", draft)
    _insert(filing, OTHER_RELATION, "relatedFilingBag", draft)
    for element in filing.findall(CLAIMED_RIGHT):
        place = _place(element, draft)
        claims = draft.texts["priorityClaimBag"]
        if place <= len(claims):
            claims[place - 1]["right"] = element.get("right", "")
        else:
            draft.fault(element, f"a place up to {len(claims)}", str(place))


def _insert(filing: etree._Element, tag: str, bag: str, draft: Draft) -> None:
    """Put the list's own claims or relations at their places among the document's."""
    for element in filing.findall(tag):
        texts: dict[str, Any] = {str(name): text for name, text in element.attrib.items()}
        texts.pop(_PLACE, None)
        if len(draft.texts[bag]) > CLAIMS_MAX:
            raise TooManyClaimsError
        draft.texts[bag].insert(_place(element, draft) - 1, texts)


def _place(element: etree._Element, draft: Draft) -> int:
    text = element.get(_PLACE, "")
    if text.isascii() and text.isdecimal() and len(text) < len(str(_PLACES_MAX)) and int(text) > 0:
        return int(text)
    draft.fault(element, "a sequenceNumber from 1", quote(text))
    return 1
