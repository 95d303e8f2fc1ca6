"""What an office declares: the entries of a submission, in JSON with WIPO ST.97 style names (lowerCamelCase, no nulls).

An office speaks only for itself, so an entry never names the office that makes it: the submission
does. Decoding checks the form only; what the law or the register says to it is an outcome (see
`outcome`), not an error.
"""

from datetime import date
from typing import Annotated, Literal

import msgspec

Right = Literal["patent", "utilityModel", "design", "trademark", "plantVariety"]
EventKind = Literal[
    "published",
    "granted",
    "registered",
    "refused",
    "withdrawn",
    "abandoned",
    "lapsed",
    "revived",
]
ClaimAction = Literal["add", "correct", "withdraw", "restore", "refuseRestoration"]
DisputeAction = Literal["raise", "withdraw"]
RestorationCriterion = Literal["dueCare", "unintentional"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
CLAIM_KEY_PATTERN = r"\A[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]\Z"
ClaimKey = Annotated[str, msgspec.Meta(pattern=CLAIM_KEY_PATTERN)]
"""An Ed25519 public key or another 32 bytes in unpadded base64url, in its one form."""
ClaimProof = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{85}[AQgw]\Z")]
"""An Ed25519 signature in unpadded base64url, in its one form."""
Year = Annotated[int, msgspec.Meta(ge=1883, le=9_999)]
"""A year of closed days: the Paris Convention is of 1883."""
ReportCategory = Literal[
    "searchReport",
    "writtenOpinion",
    "examinationReport",
    "decisionToGrant",
    "decisionToRefuse",
    "citations",
    "priorityDocument",
    "amendedClaims",
    "translation",
]
"""What a document of the file is, in the words that all offices share (docs/reports.md has their own codes)."""
MediaType = Literal[
    "application/pdf",
    "application/xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/tiff",
    "text/plain",
]
"""In which form reports are deposited: none that a reader's program would execute."""
LegalGround = Literal[
    "beforePublication", "applicantRequest", "personalData", "thirdPartyRights", "nationalLaw"
]
"""Why the law lets an office keep a report to itself."""
DocumentDigest = Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
"""SHA-256 in lower-case hexadecimal."""
DOCUMENT_SIZE_MAX = 1_073_741_824
"""Bytes of one report on the ledger, 1 GiB; a node's own limit is lower (`documents.mebibytes_max`)."""
DocumentSize = Annotated[int, msgspec.Meta(ge=1, le=DOCUMENT_SIZE_MAX)]
"""Bytes."""
LanguageCode = Annotated[str, msgspec.Meta(pattern=r"\A[a-z]{2}\Z")]
"""ISO 639-1."""
AccessIdentifier = Annotated[str, msgspec.Meta(pattern=r"\A[A-Za-z0-9_-]{21}[AQgw]\Z")]
"""16 random bytes in unpadded base64url."""
Relation = Literal["division", "continuation", "continuationInPart", "addition", "nationalPhase"]

ENTRIES_MAX = 1_000
"""Entries in one submission."""
CLAIMS_MAX = 200
"""Priority claims of one filing."""
TEXT_LENGTH_MAX = 64
"""Characters of a number as given, or of a request key."""
REASON_LENGTH_MAX = 200
"""Characters of the reason of a dispute or of a withholding."""
CLOSED_DAYS_MAX = 366
"""Closed days of one declaration, each filing place counted."""
NAME_LENGTH_MAX = 200
"""Characters of the name of a closed day, or of a filing place."""


class _Record(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """What all have in common. None can hold itself, so the garbage collector need not look at any (`gc=False`)."""


class PriorityClaim(_Record, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A claim to the priority of an earlier filing, as the applicant made it (Paris Convention Art. 4D(1), 4D(5))."""

    ip_office_code: str = ""
    """ST.3 code of the office of first filing; for a PCT filing `WO` (or `IB`). Empty: not given."""
    application_number_text: str = ""
    """The number as given. Empty: not given, which is curable (PCT Rule 26bis.2)."""
    filing_date: date | None = None
    """The date claimed for the first filing; none: not given."""
    right: Right | None = None
    """The right of the first filing where the claim says so."""
    claim_key: ClaimKey | None = None
    """A *sealed* claim has this, the office and a proof in place of number, date and right (register.md S3)."""
    proof: ClaimProof | None = None
    """What the claim key signed: `seal.claim_message`. An entry that only names a sealed claim leaves it out."""


class FilingReference(_Record, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """Points at a filing: of the office that speaks, unless the entry names another.

    By right and number, or a sealed one by its claim key alone.
    """

    right: Right | None = None
    application_number_text: str = ""
    filing_date: date | None = None
    """Helps to read numbers whose form depends on the year; compared when given."""
    claim_key: ClaimKey | None = None


class RelatedFiling(_Record, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """An earlier filing that this one continues (Paris Art. 4G; 35 USC 120), or whose national phase it is."""

    relation: Relation
    ip_office_code: str
    application_number_text: str = ""
    filing_date: date | None = None
    right: Right | None = None
    claim_key: ClaimKey | None = None
    """As in a sealed claim."""
    proof: ClaimProof | None = None


class Filing(
    _Record,
    tag_field="entryCategory",
    tag="filing",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """An application was filed at the office: visible to all offices."""

    right: Right
    application_number_text: str
    filing_date: date
    receiving_office_code: str | None = None
    """PCT only: the receiving office."""
    priority_claim_bag: tuple[PriorityClaim, ...] = ()
    related_filing_bag: tuple[RelatedFiling, ...] = ()
    request_key: str | None = None
    """The client's idempotency key, so that a retry at any node is recognised."""


class SealedFiling(
    _Record,
    tag_field="entryCategory",
    tag="sealedFiling",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """An application was filed; which one, nobody learns before its opening (register.md S1)."""

    claim_key: ClaimKey
    commitment: ClaimKey
    """SHA-256 in unpadded base64url: `seal.commitment`."""
    priority_claim_bag: tuple[PriorityClaim, ...] = ()
    related_filing_bag: tuple[RelatedFiling, ...] = ()
    request_key: str | None = None


class Opening(
    _Record,
    tag_field="entryCategory",
    tag="opening",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """A sealed filing of the office is made known, at its publication: it becomes a filing like any other (S5)."""

    claim_key: ClaimKey
    blinding: ClaimKey
    """The 32 bytes that hide the commitment, in unpadded base64url; they tell nothing of the access code."""
    right: Right
    application_number_text: str
    filing_date: date
    receiving_office_code: str | None = None
    priority_claim_bag: tuple[PriorityClaim, ...] = ()
    """Claims that were not told before; those that were need not be told again."""
    related_filing_bag: tuple[RelatedFiling, ...] = ()
    request_key: str | None = None


class Event(
    _Record,
    tag_field="entryCategory",
    tag="event",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """Something happened to a filing; its priority survives whatever it is (Paris Convention Art. 4A(3))."""

    filing: FilingReference
    event_category: EventKind
    event_date: date
    key_event_code: str | None = None
    """ST.27 key event, such as Q10 for a publication; kept as given."""
    request_key: str | None = None


class Claim(
    _Record,
    tag_field="entryCategory",
    tag="claim",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """A priority claim is added or corrected (PCT Rule 26bis.1), withdrawn (90bis.3), restored or not (26bis.3)."""

    filing: FilingReference
    action: ClaimAction
    claim: PriorityClaim
    replaced_claim: PriorityClaim | None = None
    """`correct`: the claim as it stood."""
    decision_date: date
    deciding_office_code: str | None = None
    """Who decided, such as the receiving office of a PCT filing; none: the office that speaks."""
    criterion: RestorationCriterion | None = None
    """`restore`: what was found (PCT Rule 26bis.3(a)); `refuseRestoration`: what was not, where that is said."""
    request_key: str | None = None
    request_date: date | None = None
    """When the applicant's notice or request was received: time limits count it (PCT Rule 26bis.1(a), 26bis.3(e))."""


class Dispute(
    _Record,
    tag_field="entryCategory",
    tag="dispute",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The office doubts a claim or relation of some office's filing, or takes that back.

    It changes what is shown, and which claims open reports (D6): the claim stays its own office's.
    """

    claiming_office_code: str
    """The office of the filing whose claim it is; any office."""
    filing: FilingReference
    """That filing."""
    action: DisputeAction
    claim: PriorityClaim
    """The claim as that filing makes it, or the earlier filing that it continues. Without a date: of any date."""
    relation: Relation | None = None
    """What is disputed is this relation to the earlier filing; none: the claim."""
    reason_text: str = ""
    """`raise`: why, in at most 200 characters."""
    decision_date: date
    request_key: str | None = None


class Coverage(
    _Record,
    tag_field="entryCategory",
    tag="coverage",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The office's register is complete here for filings of these dates: it turns *not found* into *no such filing*."""

    right: Right
    from_date: date
    until_date: date
    request_key: str | None = None


class ClosedDay(_Record, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A day on which the office, or one of its filing places, takes no filings."""

    date: date
    name: str = ""
    """What day it is, such as `Easter Monday`."""
    filing_place: str = ""
    """The place that is closed, such as `Munich`. Empty: the whole office."""


class ClosedDays(
    _Record,
    tag_field="entryCategory",
    tag="closedDays",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The days of a year on which the office is closed, beside its weekly days of rest (Paris Art. 4C(3))."""

    year: Year
    closed_day_bag: tuple[ClosedDay, ...]
    weekly_rest_day_bag: tuple[Weekday, ...] | None = None
    """None: not declared, Saturday and Sunday are assumed. Empty: open on all days of the week."""
    request_key: str | None = None


class Report(
    _Record,
    tag_field="entryCategory",
    tag="report",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The office deposits a search or examination report: its node keeps the document (register.md D1)."""

    filing: FilingReference
    filing_office_code: str | None = None
    """`WO`, for the report of an international authority; none: the office that speaks."""
    report_category: ReportCategory
    document_date: date
    language_code: LanguageCode
    media_type: MediaType
    document_digest: DocumentDigest
    document_size: DocumentSize
    request_key: str | None = None


class Withholding(
    _Record,
    tag_field="entryCategory",
    tag="withholding",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The office keeps its reports on a filing, or one of them, from the other offices, or no longer does (D4)."""

    filing: FilingReference
    filing_office_code: str | None = None
    """As in a report."""
    document_digest: DocumentDigest | None = None
    """The one report that is withheld; none: all on this filing, also those to come."""
    action: DisputeAction
    legal_ground: LegalGround | None = None
    """`raise`: needed."""
    reason_text: str = ""
    """`raise`: the provision, such as `EPC Rule 144(d)`, in at most 200 characters."""
    decision_date: date
    request_key: str | None = None


class ReportAccess(
    _Record,
    tag_field="entryCategory",
    tag="reportAccess",
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """The node of the depositing office grants an office the reading of a report (D5)."""

    report_identifier: str
    reading_office_code: str
    access_identifier: AccessIdentifier
    """The nonce of the request that was granted."""
    request_key: str | None = None


Entry = (
    Filing
    | SealedFiling
    | Opening
    | Event
    | Claim
    | Dispute
    | Coverage
    | ClosedDays
    | Report
    | Withholding
    | ReportAccess
)
