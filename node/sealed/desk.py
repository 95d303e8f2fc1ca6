"""The clerk's desk: sealed filings are registered, claims with access codes taken in, and publications opened."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, TypeVar

import msgspec

from ledger.register.apply_filing import entry_refusal
from ledger.register.entries import (
    TEXT_LENGTH_MAX,
    Claim,
    Filing,
    FilingReference,
    Opening,
    Right,
    SealedFiling,
)
from ledger.register.filing import FilingRecord, SealedRecord, decode_filing, decode_sealed
from ledger.register.keys import RIGHTS, filing_id, filing_key, is_sealed, sealed_key
from ledger.register.numbers import normalise
from ledger.register.numbers.number import Number
from ledger.register.offices import office_code
from ledger.register.printable import is_printable
from ledger.register.sealed import ANY_RIGHT
from node.sealed.claims import (
    PRINTABLE,
    ClaimReader,
    Later,
    Named,
    NoSealedFilingError,
    UnclearClaimError,
    new_code,
    seal_of,
)
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import (
    ClaimRequest,
    OpeningRequest,
    SealedFilingName,
    SealedFilingRequest,
)
from node.sealed.keeper import CodeKeeper
from node.sealed.receipts import is_withdrawn
from node.service import EntryReceipt, RegisterService, ServiceError

ANSWER_SECONDS: Final = 5.0
"""For the other offices to tell what they have, before it is said that no sealed filing answers."""
_NEW_CLAIMS: Final = frozenset({"add", "correct"})
_T = TypeVar("_T")


class NotUpToDateError(ServiceError):
    """Too few offices answer to be sure that no sealed filing does."""


class RefusedError(Exception):
    """The register would refuse the filing at its opening, or has it already; nothing was registered."""

    def __init__(self, reason: str, field: str, expected: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.expected = expected


class UnknownCodeError(LookupError):
    """This office holds no access code of such a filing."""


class SealedDesk:
    """What one office does with sealed filings. All that it submits is derived, and so the same when it is repeated."""

    def __init__(self, service: RegisterService, codes: CodeStore) -> None:
        self._service = service
        self.codes: Final = codes
        self.network_id: Final = service.genesis.network_id()
        self.office: Final = office_code(service.office)
        self._keeper = CodeKeeper(codes)
        self._promised: dict[tuple[Right, str, date], KnownFiling] = {}
        """What is being kept, by right, number and date: no other code is given to it meanwhile."""

    # -- registering -----------------------------------------------------------------------------

    async def register(
        self, request: SealedFilingRequest, request_key: str | None = None
    ) -> tuple[KnownFiling, SealedFiling, EntryReceipt]:
        """Register a sealed filing. Its code is durable here before the filing is submitted.

        The same request again leads to the same code, and to the first receipt.

        Raises:
            RefusedError: it could never be opened, or its number is registered already.
            NoSealedFilingError, UnclearClaimError: as `ClaimReader.bags`.
            NotUpToDateError: whether a sealed filing answers to a claim cannot be said now.
            CodesNotKeptError: its code could not be kept, so nothing was submitted.
            ServiceError: as `RegisterService.register`.
        """
        number = self._read_number(request)
        known, bags = await self._promised_with_bags(request, number)
        name = number.right, number.match_key, request.filing_date
        self._promised[name] = known
        try:
            await self._keeper.keep((known, *bags.known))
        finally:
            self._promised.pop(name, None)
        made = seal_of(self.network_id, known)
        entry = SealedFiling(
            claim_key=made.claim_key,
            commitment=made.commitment,
            priority_claim_bag=bags.claims,
            related_filing_bag=bags.related,
            request_key=request_key,
        )
        (receipt,) = await self._service.register((entry,))
        return known, entry, receipt

    async def _promised_with_bags(
        self, request: SealedFilingRequest, number: Number
    ) -> tuple[KnownFiling, Named]:
        """The filing with its code, and its claims, which are bound to both.

        Raises:
            as `register`.
        """
        while True:
            known = self._expect_new(request, number)
            later = Later(known.identifier, number.right, request.filing_date)

            def read(reader: ClaimReader, later: Later = later) -> Named:
                return reader.bags(later, request.priority_claim_bag, request.related_filing_bag)

            bags = await self._look(read)
            # Another request for this filing may have been quicker, and have given it a code.
            if self._kept(request, number) in {None, known}:
                return known, bags

    def _read_number(self, request: SealedFilingRequest) -> Number:
        """The number as every node will read it at the opening, which must succeed.

        Raises:
            RefusedError: it would not.
        """
        text = request.application_number_text
        if not is_printable(text):
            raise RefusedError("TEXT_NOT_PRINTABLE", "applicationNumberText", PRINTABLE)
        number = normalise(self.office, request.right, text, request.filing_date)
        filing = Filing(
            right=request.right,
            application_number_text=text,
            filing_date=request.filing_date,
            receiving_office_code=request.receiving_office_code,
        )
        reason = entry_refusal(self.office, filing, number.right, number.match_key)
        if reason:
            raise RefusedError(
                reason, *_EXPECTED.get(reason, _EXPECTED["RECEIVING_OFFICE_MISSING"])
            )
        return number

    def _kept(self, request: SealedFilingRequest, number: Number) -> KnownFiling | None:
        """What is kept of this very filing, or is about to be."""
        promised = self._promised.get((number.right, number.match_key, request.filing_date))
        if promised is not None:
            return promised
        filings = self.codes.own_filings(number.right, number.match_key)
        return next((each for each in filings if each.filing_date == request.filing_date), None)

    def _expect_new(self, request: SealedFilingRequest, number: Number) -> KnownFiling:
        """What is kept of the filing, or is to be kept of it, with a new code.

        Raises:
            RefusedError: its number is registered openly, or sealed with another date or receiving office.
        """
        kept = self._kept(request, number)
        if kept is not None:
            _expect_receiving_office(kept, request)
            if self._service.reader.get(sealed_key(self.office, kept.claim_key)) is not None:
                return kept
        right, match_key = number.right, number.match_key
        for other in self.codes.own_filings(right, match_key):
            if self._stands(other):
                expected = (
                    "the date under which this number was sealed; if that one is wrong, enter an event"
                    f" 'withdrawn' for {other.identifier} first"
                )
                raise RefusedError("DATE_CONFLICT", "filingDate", expected)
        if self._service.reader.get(filing_key(self.office, right, match_key)) is not None:
            expected = "the number of a filing that is not registered: an open one cannot be sealed"
            raise RefusedError("NUMBER_ALREADY_REGISTERED", "applicationNumberText", expected)
        if kept is not None:
            return kept
        unnamed = KnownFiling(
            office=self.office,
            claim_key="",
            right=right,
            number=request.application_number_text,
            match_key=match_key,
            filing_date=request.filing_date,
            receiving_office=request.receiving_office_code or "",
            code=new_code().secret,
        )
        claim_key = seal_of(self.network_id, unnamed).claim_key
        return msgspec.structs.replace(unnamed, claim_key=claim_key)

    def _stands(self, known: KnownFiling) -> bool:
        """Whether the register holds an own sealed filing, or held it until its opening, and it was not withdrawn."""
        data = self._service.reader.get(sealed_key(self.office, known.claim_key))
        return data is not None and not is_withdrawn(decode_sealed(data))

    async def _look(self, read: Callable[[ClaimReader], _T]) -> _T:
        """What the register answers; before it is no, the other offices are asked whether this node has all.

        Raises:
            NoSealedFilingError: no sealed filing answers.
            NotUpToDateError: too few offices say so.
        """
        try:
            return read(self._reader())
        except NoSealedFilingError:
            if not await self._service.catch_up_with_all(ANSWER_SECONDS):
                raise NotUpToDateError("too few offices answer") from None
        return read(self._reader())

    def _reader(self) -> ClaimReader:
        return ClaimReader(self._service.reader, self.network_id, self.codes)

    # -- claims ----------------------------------------------------------------------------------

    async def claim_entry(
        self, key: bytes, request: ClaimRequest, request_key: str | None
    ) -> Claim:
        """The entry that changes the claims of an own filing, open or sealed, given by its fact key.

        Raises:
            LookupError: the register does not hold it.
            NoSealedFilingError, UnclearClaimError, NotUpToDateError, CodesNotKeptError: as `register`.
        """
        later, reference, record = self._own_filing(key)
        claim_keys = frozenset(claim.claim_key for claim in record.claims if claim.claim_key)

        def read(reader: ClaimReader) -> tuple[Claim, tuple[KnownFiling, ...]]:
            known: tuple[KnownFiling, ...] = ()
            if request.action in _NEW_CLAIMS:
                claim, known = reader.claim(request.claim, later, "claim")
            else:
                claim = reader.naming(request.claim, later, claim_keys, "claim")
            replaced = request.replaced_claim
            named = replaced and reader.naming(replaced, later, claim_keys, "replacedClaim")
            entry = Claim(
                filing=reference,
                action=request.action,
                claim=claim,
                replaced_claim=named or None,
                decision_date=request.decision_date,
                deciding_office_code=request.deciding_office_code,
                criterion=request.criterion,
                request_key=request_key,
                request_date=request.request_date,
            )
            return entry, known

        entry, known = await self._look(read)
        await self._keeper.keep(known)
        return entry

    def _own_filing(self, key: bytes) -> tuple[Later, FilingReference, FilingRecord | SealedRecord]:
        """How claims of an own filing are bound to it, what points at it in an entry, and its record.

        Raises:
            LookupError: the register does not hold it.
        """
        data = self._service.reader.get(key)
        if data is None:
            raise LookupError(filing_id(key))
        if not is_sealed(key):
            return _open_filing(key, decode_filing(data))
        sealed = decode_sealed(data)
        if sealed.opened_as:
            return self._own_filing(sealed.opened_as)
        claim_key = key[4:].decode()
        known = self.codes.find(claim_key)
        right = known.right if known else ANY_RIGHT
        later = Later(filing_id(key), right, known.filing_date if known else None)
        return later, FilingReference(claim_key=claim_key), sealed

    # -- opening ---------------------------------------------------------------------------------

    def own(self, claim_key: str) -> KnownFiling:
        """An own filing, whose code is kept.

        Raises:
            UnknownCodeError: there is none with this claim key.
        """
        known = self.codes.find(claim_key)
        if known is None or not known.code:
            raise UnknownCodeError(f"{self.office}.sealed.{claim_key}")
        return known

    def named(self, name: SealedFilingName) -> KnownFiling:
        """The own filing with this number that the register holds as sealed, or held until its opening.

        One that was withdrawn must be named with its date.

        Raises:
            UnknownCodeError: there is none.
            UnclearClaimError: there are several, of several dates.
        """
        if len(name.application_number_text) > TEXT_LENGTH_MAX:
            raise UnknownCodeError(self.office)
        number = normalise(self.office, name.right, name.application_number_text, name.filing_date)
        found = [
            known
            for match_key in (number.match_key, *number.alternatives)
            for known in self.codes.own_filings(number.right, match_key)
            if known.filing_date == name.filing_date
            or (name.filing_date is None and self._stands(known))
        ]
        if len(found) > 1:
            raise UnclearClaimError("filingDate", "the date that tells two filings apart")
        if not found:
            raise UnknownCodeError(self.office)
        return found[0]

    async def opening_entry(
        self, known: KnownFiling, request: OpeningRequest, request_key: str | None = None
    ) -> Opening:
        """The entry that opens an own sealed filing.

        Raises:
            NoSealedFilingError, UnclearClaimError, NotUpToDateError, CodesNotKeptError: as `register`.
        """
        opened = filing_id(filing_key(known.office, known.right, known.match_key))
        later = Later(opened, known.right, known.filing_date)
        bags = await self._look(
            lambda reader: reader.bags(
                later, request.priority_claim_bag, request.related_filing_bag
            )
        )
        await self._keeper.keep(bags.known)
        return Opening(
            claim_key=known.claim_key,
            blinding=seal_of(self.network_id, known).blinding,
            right=known.right,
            application_number_text=known.number,
            filing_date=known.filing_date,
            receiving_office_code=request.receiving_office_code or known.receiving_office or None,
            priority_claim_bag=bags.claims,
            related_filing_bag=bags.related,
            request_key=request_key,
        )

    async def open_many(self, filings: Sequence[KnownFiling]) -> list[EntryReceipt]:
        """Open own sealed filings, and return the receipts of the openings, in order.

        Raises:
            ServiceError: as `RegisterService.register`.
        """
        entries = [await self.opening_entry(known, OpeningRequest()) for known in filings]
        return await self._service.register(entries)


def _expect_receiving_office(kept: KnownFiling, request: SealedFilingRequest) -> None:
    """Return when the request names the receiving office that was named first.

    Raises:
        RefusedError: it does not.
    """
    if office_code(kept.receiving_office) != office_code(request.receiving_office_code or ""):
        expected = "the one that was named first; another one is named at the opening"
        raise RefusedError("RECEIVING_OFFICE_DIFFERS", "receivingOfficeCode", expected)


def _open_filing(key: bytes, record: FilingRecord) -> tuple[Later, FilingReference, FilingRecord]:
    right = RIGHTS[chr(key[3])]
    reference = FilingReference(
        right=right, application_number_text=record.number, filing_date=record.filing_date
    )
    return Later(filing_id(key), right, record.filing_date), reference, record


_EXPECTED: Final = {
    "RIGHT_NOT_REGISTRABLE": ("right", "a right that your office registers"),
    "NUMBER_MISSING": ("applicationNumberText", "a number with letters or digits"),
    "RECEIVING_OFFICE_MISSING": ("receivingOfficeCode", "the receiving office of a PCT filing"),
    "RECEIVING_OFFICE_UNKNOWN": ("receivingOfficeCode", "an office code of WIPO Standard ST.3"),
    "RECEIVING_OFFICE_PRIVATE": ("receivingOfficeCode", "an office code of WIPO Standard ST.3"),
    "RECEIVING_OFFICE_UNEXPECTED": (
        "receivingOfficeCode",
        "nothing: only PCT filings at WO have one",
    ),
}
"""By the reason: the field, and what it should hold."""
