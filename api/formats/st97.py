"""Filings as users of WIPO ST.97 write them: JSON in which a number stands beside its office.

`{"applicationNumber": {"ipOfficeCode": "US", "applicationNumberText": "13/797,521"}, ...}`. Names
are those of ST.96 in lowerCamelCase, a bag is an array, nothing is null. Read together with the
register's own flat form, whose fields may stand in its place.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final, TypeVar

import msgspec

from api.explain import FieldError, quote
from api.formats.international import named_receiving_office
from api.formats.row import ListedFiling
from ledger.register.entries import Filing, PriorityClaim, RelatedFiling, Relation, Right

_Value = TypeVar("_Value", str, date)
_PLACE_DIGITS_MAX: Final = 6


class _Component(
    msgspec.Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True
):
    pass


class ApplicationNumber(_Component, frozen=True, kw_only=True, omit_defaults=True):
    """com:ApplicationNumber."""

    ip_office_code: str = ""
    application_number_text: str = ""
    st13_application_number: str = ""


class Application(_Component, frozen=True, kw_only=True, omit_defaults=True):
    """pat:ApplicationIdentification, and what all documents that name an application share."""

    ip_office_code: str = ""
    application_number: ApplicationNumber | None = None
    application_number_text: str = ""
    filing_date: date | None = None


class Claim(Application, frozen=True, kw_only=True, omit_defaults=True):
    """pat:PriorityClaim."""

    sequence_number: int | str = 0
    right: Right | None = None
    application_filing_category: str = ""
    """Read and left out: the register has the office."""


class Related(Application, frozen=True, kw_only=True, omit_defaults=True):
    """An application of a pat:RelatedDocumentBag."""

    relation: Relation
    right: Right | None = None


class Document(
    Application,
    frozen=True,
    kw_only=True,
    omit_defaults=True,
    tag_field="entryCategory",
    tag="filing",
):
    """A filing."""

    right: Right
    application_identification: Application | None = None
    receiving_office_code: str | None = None
    priority_claim_bag: tuple[Claim, ...] = ()
    related_filing_bag: tuple[Related, ...] = ()
    request_key: str | None = None


class ContradictionError(ValueError):
    """A document says two things about one."""

    def __init__(self, fault: FieldError) -> None:
        super().__init__(fault.field)
        self.fault = fault


MARKS: Final = frozenset(("applicationNumber", "applicationIdentification", "ipOfficeCode"))
"""Fields that the register's own entry does not have: one of them, and it is an ST.97 document."""


def filing_of(document: Document) -> ListedFiling:
    """The filing that a document tells of.

    Raises:
        ContradictionError: it names two offices, two numbers or two dates for one application, or
            none where there must be one.
    """
    office, number, filing_date = _identify(document, document.application_identification)
    if not number:
        raise ContradictionError(FieldError("applicationNumberText", "a text", "nothing"))
    if filing_date is None:
        raise ContradictionError(FieldError("filingDate", "a date as YYYY-MM-DD", "nothing"))
    claims = sorted(document.priority_claim_bag, key=_sequence_number)
    filing = Filing(
        right=document.right,
        application_number_text=number,
        filing_date=filing_date,
        receiving_office_code=document.receiving_office_code
        or named_receiving_office(office, document.right, number),
        priority_claim_bag=tuple(
            _claim(claim, f"priorityClaimBag[{place}]") for place, claim in enumerate(claims)
        ),
        related_filing_bag=tuple(
            _related(related, f"relatedFilingBag[{place}]")
            for place, related in enumerate(document.related_filing_bag)
        ),
        request_key=document.request_key,
    )
    return ListedFiling(office, filing)


def _sequence_number(claim: Claim) -> int:
    """The place that the claim asks for; 0, the place where it stands, where it asks for none.

    Raises:
        ContradictionError: it is no number.
    """
    text = str(claim.sequence_number)
    if text.isascii() and text.isdecimal() and len(text) <= _PLACE_DIGITS_MAX:
        return int(text)
    fault = FieldError("priorityClaimBag.sequenceNumber", "a whole number", quote(text))
    raise ContradictionError(fault)


def _claim(claim: Claim, path: str) -> PriorityClaim:
    office, number, filing_date = _identify(claim, None, path)
    return PriorityClaim(
        ip_office_code=office,
        application_number_text=number,
        filing_date=filing_date,
        right=claim.right,
    )


def _related(related: Related, path: str) -> RelatedFiling:
    office, number, filing_date = _identify(related, None, path)
    for field, value in (("ipOfficeCode", office), ("applicationNumberText", number)):
        if not value:
            raise ContradictionError(FieldError(f"{path}.{field}", "a text", "nothing"))
    return RelatedFiling(
        relation=related.relation,
        ip_office_code=office,
        application_number_text=number,
        filing_date=filing_date,
        right=related.right,
    )


def _identify(
    named: Application, inner: Application | None, path: str = ""
) -> tuple[str, str, date | None]:
    """(office, number, date) of an application, each as it is said once or several times alike."""
    offices, numbers, dates = [], [], []
    for application in (named, inner):
        if application is None:
            continue
        offices.append(application.ip_office_code)
        numbers.append(application.application_number_text)
        dates.append(application.filing_date)
        if (number := application.application_number) is not None:
            offices.append(number.ip_office_code)
            numbers += [number.application_number_text, number.st13_application_number]
    prefix = f"{path}." if path else ""
    return (
        _only(offices, f"{prefix}ipOfficeCode") or "",
        _only(numbers, f"{prefix}applicationNumberText") or "",
        _only(dates, f"{prefix}filingDate"),
    )


def _only(values: Iterable[_Value | None], field: str) -> _Value | None:
    """The one value that is given, if any."""
    given = {value for value in values if value}
    if len(given) > 1:
        raise ContradictionError(FieldError(field, "one value", quote(sorted(map(str, given)))))
    return given.pop() if given else None


# --- writing -------------------------------------------------------------------------------------


def document_of(listed: ListedFiling) -> Document:
    """The filing as an ST.97 document."""
    filing = listed.filing
    return Document(
        application_number=ApplicationNumber(
            ip_office_code=listed.office, application_number_text=filing.application_number_text
        ),
        right=filing.right,
        filing_date=filing.filing_date,
        receiving_office_code=filing.receiving_office_code,
        priority_claim_bag=tuple(
            Claim(
                sequence_number=place,
                ip_office_code=claim.ip_office_code,
                application_number=_number(claim.application_number_text),
                filing_date=claim.filing_date,
                right=claim.right,
            )
            for place, claim in enumerate(filing.priority_claim_bag, 1)
        ),
        related_filing_bag=tuple(
            Related(
                relation=related.relation,
                ip_office_code=related.ip_office_code,
                application_number=_number(related.application_number_text),
                filing_date=related.filing_date,
                right=related.right,
            )
            for related in filing.related_filing_bag
        ),
        request_key=filing.request_key,
    )


def _number(text: str) -> ApplicationNumber | None:
    return ApplicationNumber(application_number_text=text) if text else None


def write_filings(filings: Iterable[ListedFiling]) -> Iterator[bytes]:
    """A JSON array of ST.97 documents, one to a line."""
    before = b"[\n"
    for listed in filings:
        yield before + msgspec.json.encode(document_of(listed))
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
