"""Claims with an access code: from number, date and code to the sealed filing that answers to them, and its proof."""

from datetime import date
from typing import Final

import msgspec

from crypto.code_like import holds_code
from crypto.seal import PRIORITY, Seal
from ledger.register.apply_filing import ASSUMED_RIGHT
from ledger.register.entries import PriorityClaim, RelatedFiling, Relation, Right
from ledger.register.filing import ClaimRecord, decode_sealed
from ledger.register.keys import sealed_key
from ledger.register.numbers import read_earlier
from ledger.register.offices import office_code
from ledger.register.printable import is_printable
from ledger.register.priority.unlock import unlock
from ledger.register.reader import RegisterReader
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import GivenClaim, GivenRelation
from node.sealed.given import (
    NO_CODE,
    PRINTABLE,
    Later,
    Named,
    NoSealedFilingError,
    NoSuchClaimError,
    ProvableFiling,
    UnclearClaimError,
    seal_of,
)
from node.sealed.secret_numbers import holds, is_of_number, may_be_sealed, readings, secret_filing

PCT_OFFICE: Final = "WO"
_CODE_OR_OPEN: Final = (
    "the access code, for this office has sealed filings and none open with this number; or isOpen true, if the first"
    " filing is not sealed and every office may see its number"
)


class ClaimReader:
    """Reads what applicants gave, with the register as it stands and what the office knows."""

    def __init__(self, reader: RegisterReader, network_id: bytes, codes: CodeStore) -> None:
        self._reader = reader
        self._network_id = network_id
        self._codes = codes

    def bags(
        self,
        later: Later,
        claims: tuple[GivenClaim, ...],
        related: tuple[GivenRelation, ...],
    ) -> Named:
        """The claims and relations of a filing; a claim to a PCT filing of the same day is its national phase.

        Raises:
            NoSealedFilingError: none answers to a claim with a code.
            UnclearClaimError: a part that is needed is missing.
        """
        made: list[PriorityClaim] = []
        continued: list[RelatedFiling] = []
        known: list[KnownFiling] = []
        for place, given in enumerate(claims):
            field = f"priorityClaimBag[{place}]"
            relation: Relation | None = (
                "nationalPhase" if self.is_national_phase(given, later) else None
            )
            named, found = self._made(given, relation, later, field)
            known += found
            if isinstance(named, RelatedFiling):
                continued.append(named)
            else:
                made.append(named)
        for place, continuation in enumerate(related):
            field = f"relatedFilingBag[{place}]"
            named, found = self._made(continuation, continuation.relation, later, field)
            known += found
            assert isinstance(named, RelatedFiling), "it has a relation"
            continued.append(named)
        return Named(tuple(made), tuple(continued), tuple(known))

    def claim(
        self, given: GivenClaim, later: Later, field: str
    ) -> tuple[PriorityClaim, tuple[KnownFiling, ...]]:
        """A claim that is made, with its proof where the first filing is sealed.

        Raises:
            NoSealedFilingError, UnclearClaimError: as `bags`; a PCT filing of the same day is no claim.
        """
        if self.is_national_phase(given, later):
            raise UnclearClaimError(
                field,
                "a priority: a PCT filing of the same day is the one whose national phase this is, told as relation"
                " nationalPhase when the filing is registered or opened",
            )
        named, found = self._made(given, None, later, field)
        assert isinstance(named, PriorityClaim), "it has no relation"
        return named, found

    def naming(
        self, given: GivenClaim, later: Later, claims: tuple[ClaimRecord, ...], field: str
    ) -> PriorityClaim:
        """One of the claims of a filing, named without proof; a sealed one by its claim key.

        Raises:
            NoSealedFilingError, UnclearClaimError: as `bags`.
            NoSuchClaimError: it is none of them.
        """
        if given.claim_key is not None:
            _expect_nothing_beside_the_key(given, field)
            return PriorityClaim(ip_office_code=given.ip_office_code, claim_key=given.claim_key)
        if given.access_code is not None:
            found = self.unlock(given, later.right, field)
            return PriorityClaim(ip_office_code=found.known.office, claim_key=found.known.claim_key)
        for claim_key in sorted({claim.claim_key for claim in claims if claim.claim_key}):
            known = self._codes.find(claim_key)
            if known is not None and _is_same(known, given, later.right):
                return PriorityClaim(ip_office_code=known.office, claim_key=claim_key)
        _expect_no_code(given, field)
        named = _open_claim(given, _stated_right(given, later))
        # A slip would tell the number of a sealed claim, in an entry that the register rejects and keeps.
        if not holds(self._reader.get, claims, named, later.right):
            raise NoSuchClaimError(field)
        return named

    def unlock(self, given: GivenClaim, second: Right, field: str) -> ProvableFiling:
        """The sealed filing that answers to number, date and code, whatever its right.

        Raises:
            NoSealedFilingError: none does, in the register as it stands here.
            UnclearClaimError: office, number, date or code is missing.
        """
        filing_date = given.filing_date
        if (
            filing_date is None
            or not given.access_code
            or not given.application_number_text.strip()
        ):
            raise UnclearClaimError(field, "number, date and access code of the sealed filing")
        if not office_code(given.ip_office_code):
            raise UnclearClaimError(
                f"{field}.ipOfficeCode", "the ST.3 code of the office of first filing"
            )
        # A code that is none is not told apart: whoever guesses learns as little as of one that is wrong otherwise.
        read = readings(given, second, filing_date)
        found, _ = unlock(self._reader, read, filing_date, given.access_code)
        if found is None or found.seal is None:
            raise NoSealedFilingError(field)
        number, text = found.number, given.application_number_text
        known = _known(found.seal, number.right, text, number.match_key, filing_date)
        return ProvableFiling(found.seal, known)

    def is_national_phase(self, given: GivenClaim, later: Later) -> bool:
        """Whether the claim is to a PCT filing of the claiming filing's own date (PCT Art. 11(3))."""
        if given.filing_date is None or given.filing_date != later.filing_date:
            return False
        office = office_code(given.ip_office_code)
        text = given.application_number_text
        read = read_earlier(office, "patent", text, given.filing_date)[0] if office else ""
        return read == PCT_OFFICE and not later.filing_id.startswith(f"{PCT_OFFICE}.")

    def _made(
        self, given: GivenClaim, relation: Relation | None, later: Later, field: str
    ) -> tuple[PriorityClaim | RelatedFiling, tuple[KnownFiling, ...]]:
        """What the entry holds for it, and what the office now knows."""
        if not is_printable(given.application_number_text + given.ip_office_code):
            raise UnclearClaimError(field, PRINTABLE)
        _expect_no_code(given, field)
        if given.claim_key is not None:
            raise UnclearClaimError(
                field, "number, date and access code: a claim key names claims made before"
            )
        if given.is_open and given.access_code is not None:
            raise UnclearClaimError(field, "an access code or isOpen, not both")
        unlocked = (
            self._own(given, later)
            if given.access_code is None
            else self.unlock(given, later.right, field)
        )
        if unlocked is None:
            self._expect_open(given, later, field)
            right = _stated_right(given, later)
            if relation is None:
                return _open_claim(given, right), ()
            return _open_relation(given, relation, right), ()
        seal_, known = unlocked
        proof = seal_.prove(relation or PRIORITY, later.filing_id)
        office, claim_key = known.office, known.claim_key
        if relation is None:
            claim = PriorityClaim(ip_office_code=office, claim_key=claim_key, proof=proof)
            return claim, (known,)
        related = RelatedFiling(
            relation=relation, ip_office_code=office, claim_key=claim_key, proof=proof
        )
        return related, (known,)

    def _own(self, given: GivenClaim, later: Later) -> ProvableFiling | None:
        """An own sealed filing that a claim names without a code: the office has it, and its number stays untold."""
        filing_date = given.filing_date
        if (
            filing_date is None
            or not office_code(given.ip_office_code)
            or not self._codes.own_count
        ):
            return None
        for office, number in readings(given, later.right, filing_date):
            for match_key in (number.match_key, *number.alternatives):
                for known in self._codes.own_filings(number.right, match_key):
                    if office == known.office and known.filing_date == filing_date:
                        made = seal_of(self._network_id, known)
                        if self._answers(made):
                            return ProvableFiling(made, known)
        return None

    def _expect_open(self, given: GivenClaim, later: Later, field: str) -> None:
        """Return when a claim may be entered with its number for every office to see.

        Raises:
            UnclearClaimError: its number is secret here, or may be at another office.
        """
        secret = secret_filing(self._reader.get, self._codes, given, later.right)
        if secret is not None and secret.office == self._codes.office:
            expected = (
                f"the date under which it is sealed, for the number is that of {secret.identifier}"
            )
            raise UnclearClaimError(f"{field}.filingDate", expected)
        if secret is not None:
            expected = f"the access code, and no isOpen: the number is that of {secret.identifier}"
            raise UnclearClaimError(f"{field}.accessCode", expected)
        if given.is_open:
            return
        if may_be_sealed(self._reader.get, self._codes, given, later.right):
            raise UnclearClaimError(f"{field}.accessCode", _CODE_OR_OPEN)

    def _answers(self, made: Seal) -> bool:
        data = self._reader.get(sealed_key(made.office, made.claim_key))
        # The same key under another commitment would be a filing that can never be opened as this one.
        return data is not None and decode_sealed(data).commitment == made.commitment


def _is_same(known: KnownFiling, given: GivenClaim, second: Right) -> bool:
    is_day = given.filing_date in {None, known.filing_date}
    return is_day and is_of_number(given, known, second)


def _stated_right(given: GivenClaim, later: Later) -> Right | None:
    """The right of an open claim. A sealed filing must state one, for the others cannot conclude it from its own."""
    if given.right is None and later.is_sealed:
        return ASSUMED_RIGHT[later.right]
    return given.right


def _open_claim(given: GivenClaim, right: Right | None) -> PriorityClaim:
    return PriorityClaim(
        ip_office_code=given.ip_office_code,
        application_number_text=given.application_number_text,
        filing_date=given.filing_date,
        right=right,
    )


def _open_relation(given: GivenClaim, relation: Relation, right: Right | None) -> RelatedFiling:
    return RelatedFiling(
        relation=relation,
        ip_office_code=given.ip_office_code,
        application_number_text=given.application_number_text,
        filing_date=given.filing_date,
        right=right,
    )


def _known(made: Seal, right: Right, number: str, match_key: str, filing_date: date) -> KnownFiling:
    return KnownFiling(
        office=made.office,
        claim_key=made.claim_key,
        right=right,
        number=number,
        match_key=match_key,
        filing_date=filing_date,
    )


def _expect_no_code(given: GivenClaim, field: str) -> None:
    if holds_code(given.application_number_text):
        raise UnclearClaimError(f"{field}.applicationNumberText", NO_CODE)


def _expect_nothing_beside_the_key(given: GivenClaim, field: str) -> None:
    beside = msgspec.structs.replace(given, ip_office_code="", claim_key=None)
    if not office_code(given.ip_office_code) or beside != GivenClaim():
        raise UnclearClaimError(field, "office and claim key, and nothing beside them")
