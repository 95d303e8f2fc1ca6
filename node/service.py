"""The node's service: what the API, and whoever else lives in the event loop, asks of the register."""

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Final

from crypto.signing import SigningKey, bound_message
from ledger.genesis import Genesis
from ledger.ledger import Ledger
from ledger.proof.cose.making import make_statement
from ledger.proof.document import Subject
from ledger.proof.signed_answer import answer_at, sign_answer
from ledger.receipt import Receipt
from ledger.register.entries import Entry
from ledger.register.family import Family, FamilyKind, find_family
from ledger.register.offices import office_code
from ledger.register.priority import PriorityRequest, Verification, verify_priority
from ledger.register.reader import RegisterReader
from ledger.register.view import RegisterView
from ledger.submission import Submission, admit
from node.clock import read_clocks
from node.dispatch import Dispatcher, receipts_at, receipts_of
from node.effects import Executed
from node.engine import SubmissionRefusedError
from node.links import Links
from node.notices import NoticeFeed
from node.registration import (
    EntryReceipt,
    ExpiredError,
    NotEntitledError,
    OverloadedError,
    Registration,
    RequestTimeoutError,
    ServiceError,
    StoppingError,
)
from node.reports.desk import ReportDesk
from node.runner import Runner
from node.sealed.codes import CodeStore
from node.sealed.own_file import filed_as
from node.sealed.request_keys import with_hidden_keys
from node.sealed.under_way import NumbersUnderWay
from node.settings import NodeSettings
from node.sight import Sight
from node.status import NodeStatus, node_status, reasons_not_ready
from node.waiters import Waiters

__all__ = [
    "EntryReceipt",
    "ExpiredError",
    "NodeStatus",
    "NotEntitledError",
    "OverloadedError",
    "RegisterService",
    "RequestTimeoutError",
    "ServiceError",
    "StoppingError",
]


class RegisterService:
    """The register at one office: its own registrations, and answers from its own copy."""

    def __init__(
        self,
        *,
        ledger: Ledger,
        signing_key: SigningKey,
        settings: NodeSettings,
        runner: Runner,
        links: Links,
        codes: CodeStore,
    ) -> None:
        self.office: Final = settings.office
        self.ledger: Final = ledger
        self.settings: Final = settings
        self.codes: Final = codes
        """What this office alone knows of sealed filings."""
        self.under_way: Final = NumbersUnderWay(office_code(settings.office))
        """The numbers of its filings that are not decided yet."""
        self.sight: Final = Sight(ledger, settings.office)
        """What this office may see of sealed filings."""
        self.reports: ReportDesk | None = None
        """Set where the node has a store of documents."""
        self._signing_key = signing_key
        self._runner = runner
        self._links = links
        self._dispatcher = Dispatcher(
            office=settings.office,
            ledger=ledger,
            signing_key=signing_key,
            valid_ms=int(settings.timeouts.submission_valid_seconds * 1000),
            runner=runner,
        )
        self._signed: dict[bytes, Registration] = {}
        """Submissions that came signed, by digest."""
        self.notices: Final = NoticeFeed(ledger, settings.office)
        """What concerns this office."""
        self._heights = Waiters("a height")
        self._reads = Waiters("other offices to be asked")
        self._undecided = 0
        self._is_stopping = False
        self._started_at_ms = read_clocks().unix_ms
        runner.failed.add_done_callback(lambda _: self.stop())

    @property
    def genesis(self) -> Genesis:
        """The offices of the network, and its constants."""
        return self.ledger.genesis

    @property
    def reader(self) -> RegisterReader:
        """The register at the last block of this node."""
        return self.ledger.reader

    def reader_at(self, height: int | None) -> RegisterReader:
        """The register at a height that this node holds; None: at its last block, whichever that is when it is read.

        Raises:
            LookupError: this node holds no block of this height.
        """
        return self.ledger.reader if height is None else self.ledger.reader_at(height)

    @property
    def view(self) -> RegisterView:
        """What this office sees of the register at the last block of this node: for one question."""
        return self.sight.view()

    def view_at(self, height: int | None) -> RegisterView:
        """What this office sees of the register, as `reader_at`.

        Raises:
            LookupError: this node holds no block of this height.
        """
        return self.sight.view(height)

    # -- registering -----------------------------------------------------------------------------

    async def register(self, entries: Sequence[Entry]) -> list[EntryReceipt]:
        """Register entries of this office, and return their receipts, in order, when all are final.

        Any number of entries; more than a submission holds go into several. Request keys of those about sealed filings
        are hidden.

        Raises:
            msgspec.ValidationError: a value does not fit its field; nothing was taken in.
            OverloadedError: too much waits already; nothing was taken in.
            RequestTimeoutError: it takes too long; it stays pending.
        """
        if not entries:
            return []
        return await self._until_final(self._take_in(with_hidden_keys(self.codes, entries)))

    def admitted(self, data: bytes) -> Submission:
        """A submission that this office's own systems signed.

        Raises:
            MalformedSubmissionError, InvalidSubmissionError: it is none, or not of this network.
            NotEntitledError: it is another office's.
        """
        submission = admit(data, self.ledger.keyring)
        if submission.office != self.office:
            raise NotEntitledError(
                f"expected a submission of {self.office}, got one of {submission.office}"
            )
        return submission

    def is_known(self, submission: Submission) -> bool:
        """Whether it was executed, or is under way: what it tells is told."""
        is_executed = self.ledger.executed_height(submission.digest) is not None
        return is_executed or submission.digest in self._signed

    async def submit(self, submission: Submission) -> list[EntryReceipt]:
        """Register a submission of this office, and return the receipts of its entries.

        One that was executed before returns the receipts of then. Empty: it was ordered outside its validity.

        Raises:
            OverloadedError, RequestTimeoutError: as `register`.
        """
        registration = self._signed.get(submission.digest)
        if registration is None:
            if self.ledger.executed_height(submission.digest) is not None:
                return self._receipts_of(submission)
            registration = self._submit_signed(submission)
        try:
            return await self._until_final(registration)
        except ExpiredError:
            return []

    def _take_in(self, entries: Sequence[Entry]) -> Registration:
        self._check_room(len(entries))
        registration = Registration(tuple(entries))
        self._follow(registration)
        self._dispatcher.add(registration)
        return registration

    def _check_room(self, count: int) -> None:
        if self._is_stopping:
            raise StoppingError("the node is going down")
        limit = self.settings.limits.waiting_entries_max
        if self._undecided and self._undecided + count > limit:
            raise OverloadedError(f"expected at most {limit} entries under way, got {count} more")

    def _follow(self, registration: Registration) -> None:
        """Count its entries as under way until they are decided."""
        entries = registration.entries
        self._undecided += len(entries)
        self.under_way.add(entries)
        registration.done.add_done_callback(lambda _: self.under_way.remove(entries))

    def _submit_signed(self, submission: Submission) -> Registration:
        self._check_room(len(submission.entries))
        registration = Registration(submission.entries, submission.raw_entries)
        try:
            self._runner.submit(submission)
        except SubmissionRefusedError as error:
            raise OverloadedError(str(error)) from error
        self._follow(registration)
        self._signed[submission.digest] = registration
        return registration

    async def _until_final(self, registration: Registration) -> list[EntryReceipt]:
        seconds = self.settings.timeouts.request_seconds
        try:
            async with asyncio.timeout(seconds):
                # Others may wait for the same submission: this caller's time-out must not end it.
                await asyncio.shield(registration.done)
        except TimeoutError:
            raise RequestTimeoutError(
                f"{registration.undecided} of {len(registration.entries)} entries are not final"
                f" after {seconds:g} s; they stay pending: sent again, they get their first receipts"
            ) from None
        if registration.failure is not None:
            raise registration.failure
        return registration.receipts

    # -- what is final ---------------------------------------------------------------------------

    def executed(self, executed: Executed) -> None:
        """A submission is final: of this service, or of any other office."""
        self._heights.reached(executed.height)
        self.notices.reached(executed.height)
        ended = self._dispatcher.executed(executed)
        if ended is not None:
            self._undecided -= ended
            return
        registration = self._signed.pop(executed.digest, None)
        if registration is not None:
            self._undecided -= len(registration.entries)
            if executed.status == "executed":
                registration.decide(0, receipts_of(executed))
            else:
                registration.end(ExpiredError(f"ordered outside its validity: {executed.status}"))

    def _receipts_of(self, submission: Submission) -> list[EntryReceipt]:
        """The receipts of a submission that was executed before."""
        height = self.ledger.executed_height(submission.digest)
        if height is None:
            return []
        block = self.ledger.block(height)
        index = 0
        for item in block.submissions:
            if item.data == submission.data and item.status == "executed":
                header = block.header
                return receipts_at(item.outcomes, height, block.hash, header.time_ms, index)
            index += len(item.outcomes)
        return []

    # -- asking ----------------------------------------------------------------------------------

    def verify_priority(
        self, request: PriorityRequest, view: RegisterView | None = None
    ) -> Verification:
        """What the register says to a priority claim, at the last block of this node or where the view stands."""
        return verify_priority(view or self.view, request)

    def attest(self, digest: bytes) -> bytes:
        """This office's signature that an answer is its node's, over the digest of a proof file's content."""
        network_id = self.ledger.keyring.network_id
        return self._signing_key.sign(bound_message("proof", network_id, digest))

    def sign_authority_file(self, digest: bytes) -> bytes:
        """This office's signature for an authority file, over its definition's digest (docs/authority-files.md)."""
        network_id = self.ledger.keyring.network_id
        return self._signing_key.sign(bound_message("authority-file", network_id, digest))

    def state_entry(self, receipt: Receipt) -> bytes:
        """An entry of this node's ledger in standard form: a COSE statement, with this office's receipt (RFC 9942)."""
        return make_statement(receipt, self.office, self._signing_key)

    def sign_answer(self, subject: Subject, height: int) -> bytes:
        """This office's word for an answer that holds at a height: a JWS."""
        answer = answer_at(self.ledger.header(height), subject)
        return sign_answer(answer, self.office, self._signing_key)

    def sign_export(self, digest: bytes) -> bytes:
        """This office's signature that an export is whole, over the digest of its end (docs/export.md)."""
        network_id = self.ledger.keyring.network_id
        return self._signing_key.sign(bound_message("export", network_id, digest))

    def family(
        self,
        filing_id: str,
        kind: FamilyKind,
        view: RegisterView | None = None,
        *,
        without_disputed: bool = False,
        disputed_by: frozenset[str] = frozenset(),
    ) -> Family:
        """The family of a filing as this node's office sees it, at the last block or where the view stands."""
        view = view or self.view
        return find_family(
            view.register,
            filing_id,
            kind,
            viewer=view.office,
            known=partial(filed_as, self.codes),
            without_disputed=without_disputed,
            disputed_by=disputed_by,
        )

    async def reach_height(self, height: int, seconds: float) -> bool:
        """Whether this node holds the height, at once or within so many seconds.

        Raises:
            OverloadedError: too many wait for a height already, or the node is going down.
        """
        if self.ledger.height >= height:
            return True
        if self._is_stopping:
            raise StoppingError("the node is going down")
        return await self._heights.wait(height, seconds)

    def readable(self, round_number: int) -> None:
        """The reads of all rounds up to this one may be answered."""
        self._reads.reached(round_number)

    async def catch_up_with_all(self, seconds: float) -> bool:
        """Whether this node holds, within so many seconds, all that any office had made final when this was called.

        Raises:
            OverloadedError: too many wait for that already, or the node is going down.
        """
        if self._is_stopping:
            raise StoppingError("the node is going down")
        self._reads.check_room()
        return await self._reads.wait(self._runner.read(), seconds)

    def status(self) -> NodeStatus:
        """Where this node stands."""
        counters: dict[str, dict[str, int]] = {}
        for (peer, happened), count in self._links.counters.items():
            counters.setdefault(peer, {})[happened] = count
        return node_status(
            self._runner.status(),
            self.ledger,
            self._links.states(),
            office=self.office,
            waiting_entries=self._undecided,
            started_at_ms=self._started_at_ms,
            link_counters=counters,
        )

    def readiness(self) -> tuple[bool, tuple[str, ...]]:
        """Whether this node can register now, and if not, why not."""
        if self._is_stopping:
            return False, ("the node is going down",)
        reasons = reasons_not_ready(
            self._runner.status(), self._links.states(), self.ledger.keyring
        )
        return not reasons, reasons

    def stop(self) -> None:
        """Take nothing more in, and tell every caller that still waits."""
        self._is_stopping = True
        failure = StoppingError("the node is going down; what was sent may still become final")
        waiting = self._dispatcher.stop() + list(self._signed.values())
        for registration in waiting:
            if not registration.done.done():
                registration.end(failure)
        self._heights.end(failure)
        self._reads.end(failure)
        self.notices.stop()
