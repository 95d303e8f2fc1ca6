"""Why the register rejected an entry about a claim or a dispute, told as a field (docs/register.md, R6, R7, R13)."""

from collections.abc import Mapping
from typing import Final

from api.explain import FieldError, quote
from api.sealed_rejections import Explain
from ledger.register.apply_dispute import DISPUTES_MAX, OF_OFFICE_MAX, STANDING_MAX
from ledger.register.entries import Claim, Dispute, Entry
from ledger.register.filing import FilingRecord


def _unknown_claim(entry: Entry, _: FilingRecord | None) -> FieldError:
    shown = "its filing shows it with all that became of it"
    if isinstance(entry, Dispute) and entry.relation is not None:
        expected = f"an earlier filing of which the filing is a {entry.relation}: {shown}"
    elif isinstance(entry, Dispute):
        expected = f"a claim that stands, or with a relation the earlier filing: {shown}"
    else:
        expected = f"a claim that the filing has, as it stands: {shown}"
    named = entry.claim if isinstance(entry, Claim | Dispute) else None
    return FieldError("claim", expected, "nothing" if named is None else quote(named))


_CLAIM_FIELDS: Final = {
    "replaced_claim": "replacedClaim",
    "reason_text": "reasonText",
    "deciding_office_code": "decidingOfficeCode",
}


def _claim(field: str, expected: str) -> Explain:
    def explain(entry: Entry, _: FilingRecord | None) -> FieldError:
        given = getattr(entry, field, None) if isinstance(entry, Claim | Dispute) else None
        name = _CLAIM_FIELDS.get(field, field)
        return FieldError(name, expected, "nothing" if given is None else quote(given))

    return explain


CLAIM_REASONS: Final[Mapping[str, Explain]] = {
    "CLAIM_CONFLICT": _claim(
        "claim", "a first filing that no active claim names already: correct that claim instead"
    ),
    "CLAIM_NOT_FOUND": _unknown_claim,
    "DISPUTE_CONFLICT": _claim("reason_text", "that of your dispute of this claim, which stands"),
    "DISPUTE_NOT_FOUND": _claim("claim", "a claim or relation that your office disputes"),
    "TOO_MANY_DISPUTES": _claim(
        "claim",
        f"at most {STANDING_MAX} disputes of your office about one filing that stand, {DISPUTES_MAX} with those"
        " taken back: take one back",
    ),
    "TOO_MANY_DISPUTES_OF_OFFICE": _claim(
        "claim", f"at most {OF_OFFICE_MAX:,} disputes of your office that stand: take some back"
    ),
    "REPLACED_CLAIM_MISSING": _claim("replaced_claim", "the claim as it stood"),
    "DECIDING_OFFICE_UNKNOWN": _claim(
        "deciding_office_code",
        "the ST.3 code of an office that takes filings, or took them on the day of the decision",
    ),
    "CRITERION_MISSING": _claim("criterion", "dueCare or unintentional"),
}
