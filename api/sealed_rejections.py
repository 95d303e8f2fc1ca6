"""Why the register rejected an entry about a sealed filing, told as a field, what was expected there and what came.

Nothing of a blinding value or a proof is shown.
"""

from collections.abc import Callable, Mapping
from typing import Final

from api.explain import FieldError, quote
from ledger.register.entries import (
    Claim,
    Dispute,
    Entry,
    Event,
    Filing,
    FilingReference,
    Opening,
    PriorityClaim,
    RelatedFiling,
    SealedFiling,
)
from ledger.register.filing import FilingRecord

Explain = Callable[[Entry, FilingRecord | None], FieldError]

_Named = PriorityClaim | RelatedFiling


def claims_of(entry: Entry) -> list[tuple[str, _Named]]:
    """The claims and relations of an entry, each with the path of its field."""
    if isinstance(entry, Claim):
        replaced = [] if entry.replaced_claim is None else [entry.replaced_claim]
        return [("claim", entry.claim), *(("replacedClaim", claim) for claim in replaced)]
    if isinstance(entry, Dispute):
        return [("claim", entry.claim)]
    if not isinstance(entry, Filing | SealedFiling | Opening):
        return []
    bags: tuple[tuple[str, tuple[_Named, ...]], ...] = (
        ("priorityClaimBag", entry.priority_claim_bag),
        ("relatedFilingBag", entry.related_filing_bag),
    )
    return [(f"{name}[{place}]", one) for name, bag in bags for place, one in enumerate(bag)]


def _about(expected: str, is_meant: Callable[[_Named], bool]) -> Explain:
    """Names the first claim or relation of this kind; of several, any may be to blame."""

    def explain(entry: Entry, _: FilingRecord | None) -> FieldError:
        meant = [(path, named) for path, named in claims_of(entry) if is_meant(named)]
        path, named = meant[0] if meant else ("", None)
        received = "nothing" if named is None else quote(_without_proof(named))
        return FieldError(path if len(meant) == 1 else path.split("[")[0], expected, received)

    return explain


def _without_proof(named: _Named) -> dict[str, object]:
    shown: dict[str, object] = {
        "ipOfficeCode": named.ip_office_code,
        "claimKey": named.claim_key,
        "applicationNumberText": named.application_number_text,
    }
    return {name: value for name, value in shown.items() if value}


def _is_sealed(named: _Named) -> bool:
    return named.claim_key is not None or named.proof is not None


def _states_no_right(named: _Named) -> bool:
    return not _is_sealed(named) and named.right is None


def _unknown_sealed(entry: Entry, record: FilingRecord | None) -> FieldError:
    """The sealed filing that the entry is about, or else one that it claims, is not there."""
    if isinstance(entry, Opening):
        return FieldError(
            "claimKey", "that of a sealed filing of your office", quote(entry.claim_key)
        )
    if isinstance(entry, Event | Claim | Dispute) and entry.filing.claim_key is not None:
        whose = "that office" if isinstance(entry, Dispute) else "your office"
        return FieldError(
            "filing.claimKey or claim",
            f"the claim key of a sealed filing: of {whose}, or of the office that is claimed",
            quote(entry.filing.claim_key),
        )
    return _NO_SUCH_FIRST(entry, record)


_NO_SUCH_FIRST: Final = _about(
    "office and claim key of a sealed filing that the register holds: number, date and access code give the key",
    _is_sealed,
)


def _unsound_key(entry: Entry, _: FilingRecord | None) -> FieldError:
    key = entry.claim_key if isinstance(entry, SealedFiling) else None
    expected = "an Ed25519 public key in its one form, and not of small order: derive it as docs/sealed-filings.md says"
    return FieldError("claimKey", expected, quote(key))


def _unnamed_filing(entry: Entry, _: FilingRecord | None) -> FieldError:
    named = entry.filing if isinstance(entry, Event | Claim | Dispute) else FilingReference()
    expected = "a right and a number, or of a sealed filing its claimKey and nothing else"
    return FieldError("filing", expected, quote(named))


def _false_opening(entry: Entry, _: FilingRecord | None) -> FieldError:
    expected = "right, number and date as they were sealed, and the blinding value of that seal"
    if not isinstance(entry, Opening):
        return FieldError("", expected, "others")
    told = (entry.right, entry.application_number_text, str(entry.filing_date))
    return FieldError("applicationNumberText", expected, quote(told))


def _registered_number(entry: Entry, record: FilingRecord | None) -> FieldError:
    number = entry.application_number_text if isinstance(entry, Opening) else ""
    at = "" if record is None else f": it stands at height {record.height}"
    return FieldError(
        "applicationNumberText", f"a number that is not registered{at}", quote(number)
    )


def _opened_before(entry: Entry, record: FilingRecord | None) -> FieldError:
    at = "" if record is None else f" at height {record.height}"
    key = entry.claim_key if isinstance(entry, Opening) else ""
    expected = f"the same claims and receiving office as in the opening{at}; later changes are claim entries"
    return FieldError("claimKey", expected, quote(key))


SEALED_CONFLICTS: Final = frozenset(("NUMBER_ALREADY_REGISTERED", "ALREADY_OPENED"))
"""Their subject is a filing that the register holds."""
EXPLAIN_SEALED: Final[Mapping[str, Explain]] = {
    "SEALED_FILING_NOT_FOUND": _unknown_sealed,
    "CLAIM_NOT_PROVED": _about(
        "a proof made with number, date and access code for this very filing and role", _is_sealed
    ),
    "SEALED_CLAIM_MALFORMED": _about(
        "a known office and a claimKey, with a proof where a claim is made, without one where it is"
        " named, and no number, date or right",
        _is_sealed,
    ),
    "CLAIM_KEY_UNSOUND": _unsound_key,
    "CLAIM_RIGHT_MISSING": _about(
        "the right of the first filing, since the right of a sealed filing is not told",
        _states_no_right,
    ),
    "FILING_NOT_NAMED": _unnamed_filing,
    "OPENING_FALSE": _false_opening,
    "NUMBER_ALREADY_REGISTERED": _registered_number,
    "ALREADY_OPENED": _opened_before,
}
