"""The clerk's desk: sealed filings are registered, claims with access codes taken in, and publications opened."""

from datetime import date
from typing import Final

from ledger.register.entries import (
    TEXT_LENGTH_MAX,
    Claim,
    FilingReference,
    Opening,
    SealedFiling,
)
from ledger.register.filing import FilingRecord, SealedRecord, decode_filing, decode_sealed
from ledger.register.keys import RIGHTS, filing_id, filing_key, is_sealed, sealed_key
from ledger.register.numbers import normalise
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.register.sealed import ANY_RIGHT
from node.sealed.claims import ClaimReader
from node.sealed.codes import CodeStore, KnownFiling
from node.sealed.documents import (
    ClaimRequest,
    OpeningRequest,
    SealedFilingName,
    SealedFilingRequest,
)
from node.sealed.given import Later, UnclearClaimError, seal_of
from node.sealed.keeper import CodeKeeper
from node.sealed.lookout import Lookout
from node.sealed.receipts import is_withdrawn
from node.sealed.sealing import RefusedError, Sealing, stands, stood
from node.service import EntryReceipt, RegisterService

_NEW_CLAIMS: Final = frozenset({"add", "correct"})


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
        self._lookout = Lookout(service, codes)
        self._sealing = Sealing(service, codes, self._keeper, self._lookout)

    async def register(
        self, request: SealedFilingRequest, request_key: str | None = None
    ) -> tuple[KnownFiling, SealedFiling, EntryReceipt]:
        """Register a sealed filing: see `Sealing.register`."""
        return await self._sealing.register(request, request_key)

    async def claim_entry(
        self, key: bytes, request: ClaimRequest, request_key: str | None
    ) -> Claim:
        """The entry that changes the claims of an own filing, open or sealed, given by its fact key.

        Raises:
            LookupError: the register does not hold it.
            NoSealedFilingError, UnclearClaimError, NotUpToDateError, CodesNotKeptError: as `register`.
            NoSuchClaimError: it has no claim that is to be changed.
        """
        later, reference, record = self._own_filing(key)

        def read(reader: ClaimReader) -> tuple[Claim, tuple[KnownFiling, ...]]:
            known: tuple[KnownFiling, ...] = ()
            if request.action in _NEW_CLAIMS:
                claim, known = reader.claim(request.claim, later, "claim")
            else:
                claim = reader.naming(request.claim, later, record.claims, "claim")
            replaced = request.replaced_claim
            named = replaced and reader.naming(replaced, later, record.claims, "replacedClaim")
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

        entry, known = await self._lookout.look(read)
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

    def named(self, name: SealedFilingName, earlier: RegisterReader | None = None) -> KnownFiling:
        """The own filing with this number that the register holds as sealed, or held until its opening.

        One that was withdrawn must be named with its date. `earlier`: the register at the height that is asked about.

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
            if self._is_meant(known, name.filing_date, earlier)
        ]
        if len(found) > 1:
            raise UnclearClaimError("filingDate", "the date that tells two filings apart")
        if not found:
            raise UnknownCodeError(self.office)
        return found[0]

    def _is_meant(
        self, known: KnownFiling, filed: date | None, earlier: RegisterReader | None
    ) -> bool:
        """Whether a name with this date, or none, may mean the filing: now, or where the reader stands."""
        if earlier is not None:
            if earlier.get(sealed_key(known.office, known.claim_key)) is None:
                return False
            return known.filing_date == filed or (filed is None and stood(earlier, known))
        return known.filing_date == filed or (filed is None and stands(self._service, known))

    async def opening_entry(
        self, known: KnownFiling, request: OpeningRequest, request_key: str | None = None
    ) -> Opening:
        """The entry that opens an own sealed filing.

        Raises:
            NoSealedFilingError, UnclearClaimError, NotUpToDateError, CodesNotKeptError: as `register`.
            RefusedError: it was withdrawn, and the request does not say that it is opened all the same.
        """
        if not request.open_withdrawn:
            self._expect_not_withdrawn(known)
        opened = filing_id(filing_key(known.office, known.right, known.match_key))
        later = Later(opened, known.right, known.filing_date)
        bags = await self._lookout.look(
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

    def _expect_not_withdrawn(self, known: KnownFiling) -> None:
        """Return unless an event withdrew the filing while it was sealed: its number was never to be told.

        Raises:
            RefusedError: one did.
        """
        data = self._service.reader.get(sealed_key(known.office, known.claim_key))
        record = None if data is None else decode_sealed(data)
        if record is not None and not record.opened_as and is_withdrawn(record):
            expected = "true, if the filing is published although it was withdrawn"
            raise RefusedError("FILING_WITHDRAWN", "openWithdrawn", expected)


def _open_filing(key: bytes, record: FilingRecord) -> tuple[Later, FilingReference, FilingRecord]:
    right = RIGHTS[chr(key[3])]
    reference = FilingReference(
        right=right, application_number_text=record.number, filing_date=record.filing_date
    )
    return Later(filing_id(key), right, record.filing_date), reference, record
