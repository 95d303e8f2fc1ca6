"""What the register says of a sealed claim while its first filing is not published (register.md V8)."""

from ledger.register.filing import ClaimRecord
from ledger.register.keys import filing_id, sealed_key
from ledger.register.reader import RegisterReader
from ledger.register.verification import Check, Verification

FIRST_FILING_SEALED = "FIRST_FILING_SEALED"
"""The claim was proved; number and date of the first filing are for those to tell who have its access code."""
_PROVED = "Paris Convention Art. 4D(1)"
_DATE = "Paris Convention Art. 4C(2), 4D(1)"
_REMEDY = (
    "Verify with number, date and access code of the first filing, or again when it is published."
)


def of_sealed(reader: RegisterReader, claim: ClaimRecord) -> Verification:
    """Return the answer to a claim that the register holds, and whose first filing is sealed.

    Who made it had number, date and access code. Without them nothing is known of its date.
    """
    key = sealed_key(claim.office, claim.claim_key)
    checks = (
        Check(1, "claimComplete", "passed", _PROVED, came="proved with the access code"),
        Check(5, "firstFilingExists", "passed", _PROVED, came=filing_id(key)),
        Check(
            6,
            "dateEqual",
            "unknown",
            _DATE,
            FIRST_FILING_SEALED,
            came="the first filing is sealed: its date is not told before its publication",
        ),
    )
    return Verification(
        outcome="undetermined",
        summary=(
            f"{claim.office} {claim.number} exists, as the claim was proved with its access code;"
            f" when it was filed is not told before its publication: {FIRST_FILING_SEALED}."
        ),
        reasons=(FIRST_FILING_SEALED,),
        checks=checks,
        remedy=_REMEDY,
        claim_status=claim.status,
        height=reader.height,
        time_ms=reader.time_ms,
        fact_keys=(key.decode(),),
    )
