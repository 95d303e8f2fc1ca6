"""What a clerk says about sealed filings, and what comes back, by WIPO ST.97 (lowerCamelCase names, no nulls).

These documents hold access codes and numbers that nobody else may know: none of them shows its content in its
representation, which is what ends in logs and in the reports of faults.
"""

from datetime import date
from typing import Annotated, Any

import msgspec

from ledger.register.entries import (
    CLAIMS_MAX,
    TEXT_LENGTH_MAX,
    ClaimAction,
    ClaimKey,
    Relation,
    RestorationCriterion,
    Right,
)

CODE_LENGTH_MAX = 100
"""Characters of an access code as it is typed, with its blanks and hyphens."""

_Number = Annotated[str, msgspec.Meta(max_length=TEXT_LENGTH_MAX)]
_Code = Annotated[str, msgspec.Meta(max_length=CODE_LENGTH_MAX)]


class Confidential(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """Shows nothing of its content in its representation."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(confidential)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Nothing: it is what tracebacks in colour show."""
        return []


# --- what comes in -------------------------------------------------------------------------------


class GivenClaim(Confidential, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A claim as the applicant made it: to an open filing, or with its access code to a sealed one."""

    ip_office_code: str = ""
    """ST.3 code of the office of first filing; for a PCT filing `WO` or the receiving office."""
    application_number_text: _Number = ""
    filing_date: date | None = None
    right: Right | None = None
    """The right of the first filing where the claim says so."""
    access_code: _Code | None = None
    """From the receipt of a sealed first filing. The node makes the proof with it, and forgets it."""
    claim_key: ClaimKey | None = None
    """In place of number, date and code: names a sealed claim that was made before."""
    is_open: bool = False
    """True: the first filing is not sealed, though its office has sealed filings. Every office may see its number."""


class GivenRelation(GivenClaim, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An earlier filing that the filing continues, or whose national phase it is."""

    relation: Relation


_Claims = Annotated[tuple[GivenClaim, ...], msgspec.Meta(max_length=CLAIMS_MAX)]
_Relations = Annotated[tuple[GivenRelation, ...], msgspec.Meta(max_length=CLAIMS_MAX)]


class SealedFilingRequest(Confidential, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An application that is to be registered without telling which."""

    right: Right
    application_number_text: _Number
    filing_date: date
    receiving_office_code: str | None = None
    """PCT only: the receiving office."""
    priority_claim_bag: _Claims = ()
    """A claim to a PCT filing of the same day is entered as relation `nationalPhase`."""
    related_filing_bag: _Relations = ()


class ClaimRequest(Confidential, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A change to the priority claims of a filing of this office, open or sealed."""

    action: ClaimAction
    claim: GivenClaim
    replaced_claim: GivenClaim | None = None
    """`correct`: the claim as it stood, with its number and date or with its claim key."""
    decision_date: date
    deciding_office_code: str | None = None
    """Who decided, such as the receiving office of a PCT filing; none: this node's office."""
    criterion: RestorationCriterion | None = None
    """`restore`: what was found; `refuseRestoration`: what was not, where that is said."""
    request_date: date | None = None
    """When the applicant's notice or request was received: the time limits count it."""


class OpeningRequest(Confidential, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sealed filing of this office is published. Claims that were told before need not be told again."""

    receiving_office_code: str | None = None
    """PCT only: in place of the receiving office that was named when it was sealed."""
    priority_claim_bag: _Claims = ()
    related_filing_bag: _Relations = ()
    open_withdrawn: bool = False
    """True: it is to be published although an event says that it was withdrawn."""


class SealedFilingName(Confidential, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An own filing, named by its number."""

    right: Right = "patent"
    application_number_text: _Number
    filing_date: date | None = None
    """Where the form of the number needs it, or the number was sealed under two dates."""


# --- what goes out -------------------------------------------------------------------------------


class ClaimedFiling(Confidential, frozen=True, kw_only=True):
    """An earlier filing, as far as this office knows it."""

    ip_office_code: str
    application_number_text: str = ""
    """Empty: only the claim key is known here."""
    filing_date: date | None = None
    right: Right | None = None
    relation: Relation | None = None
    """None: a priority claim."""
    claim_key: str = ""
    """Of a sealed claim: all that others see of it."""


class SealedReceipt(Confidential, frozen=True, kw_only=True):
    """The receipt of a sealed filing. The applicant hands number, date and code to the offices of second filing.

    It tells of the filing as it was registered, so that it is the same whenever it is printed.
    """

    filing_id: str
    ip_office_code: str
    office_name: str
    network_name: str
    network_id: str
    right: Right
    application_number_text: str
    filing_date: date
    receiving_office_code: str = ""
    access_code: str
    height: int
    index: int
    """Place among the entries of its block, from 0."""
    block_hash: str
    block_time: str
    claimed_filing_bag: tuple[ClaimedFiling, ...] = ()
    warning_codes: tuple[str, ...] = ()
    """What is doubtful about the number."""
