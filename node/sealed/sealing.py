"""Seals filings: number and date are checked as they will be at the opening, and the code is kept before all else."""

from typing import Final

import msgspec

from crypto.code_like import holds_code
from ledger.register.apply_filing import entry_refusal
from ledger.register.entries import Filing, SealedFiling
from ledger.register.filing import decode_sealed
from ledger.register.keys import filing_key, sealed_key
from ledger.register.numbers import normalise
from ledger.register.numbers.number import Number
from ledger.register.offices import office_code
from ledger.register.printable import is_printable
from ledger.register.reader import RegisterReader
from node.sealed.claims import ClaimReader
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import SealedFilingRequest
from node.sealed.given import NO_CODE, PRINTABLE, Later, Named, new_code, seal_of
from node.sealed.keeper import CodeKeeper
from node.sealed.lookout import Lookout
from node.sealed.receipts import is_withdrawn
from node.service import EntryReceipt, RegisterService


class RefusedError(Exception):
    """The register would refuse the filing at its opening, or has it already; nothing was registered."""

    def __init__(self, reason: str, field: str, expected: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.field = field
        self.expected = expected


class Sealing:
    """Seals the filings of one office."""

    def __init__(
        self, service: RegisterService, codes: CodeStore, keeper: CodeKeeper, lookout: Lookout
    ) -> None:
        self._service = service
        self._codes = codes
        self._keeper = keeper
        self._lookout = lookout
        self._network_id = service.genesis.network_id()
        self._office = office_code(service.office)

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
        with self._service.under_way.promise(known):
            await self._keeper.keep((known, *bags.known))
        self._expect_free(number, known)  # Another may have been quicker with this number.
        made = seal_of(self._network_id, known)
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

            bags = await self._lookout.look(read)
            # Another request for this filing may have been quicker, and have given it a code.
            if self._kept(request, number) in {None, known}:
                self._expect_free(number, known)
                return known, bags

    def _read_number(self, request: SealedFilingRequest) -> Number:
        """The number as every node will read it at the opening, which must succeed.

        Raises:
            RefusedError: it would not.
        """
        text = request.application_number_text
        if not is_printable(text):
            raise RefusedError("TEXT_NOT_PRINTABLE", "applicationNumberText", PRINTABLE)
        if holds_code(text):
            raise RefusedError("ACCESS_CODE_MISPLACED", "applicationNumberText", NO_CODE)
        number = normalise(self._office, request.right, text, request.filing_date)
        filing = Filing(
            right=request.right,
            application_number_text=text,
            filing_date=request.filing_date,
            receiving_office_code=request.receiving_office_code,
        )
        reason = entry_refusal(self._office, filing, number.right, number.match_key)
        if reason:
            raise RefusedError(
                reason, *_EXPECTED.get(reason, _EXPECTED["RECEIVING_OFFICE_MISSING"])
            )
        return number

    def _kept(self, request: SealedFilingRequest, number: Number) -> KnownFiling | None:
        """What is kept of this very filing, or is about to be."""
        filings = self._of_number(number)
        return next((each for each in filings if each.filing_date == request.filing_date), None)

    def _of_number(self, number: Number) -> tuple[KnownFiling, ...]:
        """What is kept of own filings with this number, or is about to be, each with its date."""
        promised = self._service.under_way.promised(number.right, number.match_key)
        kept = self._codes.own_filings(number.right, number.match_key)
        return kept if promised is None else (promised, *kept)

    def _expect_free(self, number: Number, wanted: KnownFiling | None) -> None:
        """Return when the register holds the filing, or else no other one has its number or is on its way to have it.

        Raises:
            RefusedError: it is registered openly, or sealed with another date.
        """
        reader, right, match_key = self._service.reader, number.right, number.match_key
        if (
            wanted is not None
            and reader.get(sealed_key(self._office, wanted.claim_key)) is not None
        ):
            return
        under_way = self._service.under_way
        promised = under_way.promised(right, match_key)
        for other in self._of_number(number):
            if wanted is not None and other.claim_key == wanted.claim_key:
                continue
            if other is promised or stands(self._service, other):
                expected = (
                    "the date under which this number was sealed; if that one is wrong, enter an event"
                    f" 'withdrawn' for {other.identifier} first"
                )
                raise RefusedError("DATE_CONFLICT", "filingDate", expected)
        is_open = reader.get(filing_key(self._office, right, match_key)) is not None
        if is_open or under_way.has_open(right, match_key):
            expected = "the number of a filing that is not registered: an open one cannot be sealed"
            raise RefusedError("NUMBER_ALREADY_REGISTERED", "applicationNumberText", expected)

    def _expect_new(self, request: SealedFilingRequest, number: Number) -> KnownFiling:
        """What is kept of the filing, or is to be kept of it, with a new code.

        Raises:
            RefusedError: its number is registered openly, or sealed with another date or receiving office.
        """
        kept = self._kept(request, number)
        if kept is not None:
            _expect_receiving_office(kept, request)
        self._expect_free(number, kept)
        if kept is not None:
            return kept
        unnamed = KnownFiling(
            office=self._office,
            claim_key="",
            right=number.right,
            number=request.application_number_text,
            match_key=number.match_key,
            filing_date=request.filing_date,
            receiving_office=request.receiving_office_code or "",
            code=new_code().secret,
        )
        claim_key = seal_of(self._network_id, unnamed).claim_key
        return msgspec.structs.replace(unnamed, claim_key=claim_key)


def stands(service: RegisterService, known: KnownFiling) -> bool:
    """Whether the register holds an own sealed filing, or held it until its opening, and it was not withdrawn.

    One that is on its way stands as well.
    """
    return service.under_way.has_sealed(known.claim_key) or stood(service.reader, known)


def stood(reader: RegisterReader, known: KnownFiling) -> bool:
    """Whether the register, where the reader stands, held an own sealed filing and it was not withdrawn."""
    data = reader.get(sealed_key(known.office, known.claim_key))
    return data is not None and not is_withdrawn(decode_sealed(data))


def _expect_receiving_office(kept: KnownFiling, request: SealedFilingRequest) -> None:
    """Return when the request names the receiving office that was named first.

    Raises:
        RefusedError: it does not.
    """
    if office_code(kept.receiving_office) != office_code(request.receiving_office_code or ""):
        expected = "the one that was named first; another one is named at the opening"
        raise RefusedError("RECEIVING_OFFICE_DIFFERS", "receivingOfficeCode", expected)


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
