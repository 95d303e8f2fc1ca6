"""The monitor: looks at each office again and again, and compares all that they say with its own copy."""

from collections.abc import AsyncIterator, Callable
from typing import Final, NamedTuple

from consensus.errors import InvalidMessageError
from node.auditing.blame import MalformedEvidenceError, blame_by_evidence, read_evidence
from node.auditing.monitor.alarms import UNDECIDED, Alarm, AlarmBook, Fault
from node.auditing.monitor.answers import TEXT_MAX, NoAnswerError, OfficeAnswers, OfficeStatus
from node.auditing.monitor.following import Follower
from node.auditing.monitor.own_copy import OwnCopy, Place
from node.auditing.monitor.patience import Patience
from node.auditing.monitor.silence import (
    ANSWER,
    BLOCKS,
    ENTRIES,
    EVIDENCE,
    NETWORK,
    OVER,
    PROGRESS,
    is_of_network,
    silence_of_network,
    silence_of_office,
)
from node.auditing.monitor.watched import WatchedOffice

_HEIGHT: Final = "height"
KEPT_TOGETHER: Final = 512
"""Blocks of one office after which it is written down how far it has been compared."""


class Telling(NamedTuple):
    """Where the monitor says what it finds."""

    alarm: Callable[[Alarm], bool]
    """Whether it was told, and not after the end."""
    note: Callable[[str, str], None]
    """(URL or empty, a sentence): no alarm, and good to know."""


class Monitor:
    """Watches several offices of one network."""

    def __init__(
        self,
        copy: OwnCopy,
        offices: dict[str, OfficeAnswers],
        telling: Telling,
        patience: Patience,
        now_s: Callable[[], float],
    ) -> None:
        self.copy: Final = copy
        self._telling = telling
        self._patience = patience
        self._now_s = now_s
        """A clock that never goes back."""
        self._book = AlarmBook()
        self._progress_height = copy.ledger.height
        self.offices: Final = [self._watched(answers) for answers in offices.values()]

    async def look(self, office: WatchedOffice) -> None:
        """Ask an office for all that is new, and compare it. What it does not answer is only awaited."""
        troubles = [trouble async for trouble in self._troubles(office)]
        if troubles and not office.trouble:
            text = f"gives no answer, and is asked again: {troubles[0]}"
            self._telling.note(office.url, text)
        elif office.trouble and not troubles:
            self._telling.note(office.url, "answers again")
        office.trouble = troubles[0] if troubles else ""

    async def _troubles(self, office: WatchedOffice) -> AsyncIterator[str]:
        """Look at all parts of what it says, whichever of them does not come."""
        self._await(office.url, ANSWER)
        try:
            status = await office.answers.status()
        except NoAnswerError as error:
            office.says_nothing()
            self._await_entries()
            yield str(error)
            return
        if not self._hear(office, status):
            return
        blocks = (self._compare_head, self._follow)
        rests = self._now_s() < office.rests_until_s
        for look_at in (*(() if rests else blocks), self._ask_for_evidence):
            try:
                await look_at(office, status)
            except NoAnswerError as error:
                yield str(error)

    def tell_overdue(self) -> None:
        """Raise the alarm about all that is awaited for too long."""
        limit_s, height = self._patience.limit_s, self.copy.ledger.height
        is_network = is_of_network(self.offices, self.copy.ledger.keyring.faults)
        for url, matter in self._patience.overdue(self._now_s()):
            if matter == ENTRIES and is_network != (url == NETWORK):
                continue  # of the two by which it is awaited, the one whose matter it is
            if url == NETWORK:
                alarm = Alarm(url, "", silence_of_network(self.offices, limit_s, height))
            else:
                office = next(each for each in self.offices if each.url == url)
                fault = silence_of_office(office, matter, limit_s, height)
                alarm = Alarm(url, office.code, fault, self._is_routine(matter))
            self._tell(alarm, matter)

    def stood_still(self, seconds: float) -> None:
        """This machine, or this process, was not run for so long: that is nobody's silence."""
        self._patience.extend(seconds)
        self._telling.note(
            "", f"this machine stood still for {seconds:.0f} s, which count as no silence"
        )

    def compared_height(self) -> int:
        """Up to here every office has the blocks of the own copy."""
        return min(each.follower.compared_height for each in self.offices)

    # -- what an office says ---------------------------------------------------------------------

    def _hear(self, office: WatchedOffice, status: OfficeStatus) -> bool:
        """Take in a status; whether it is of this network."""
        keyring = self.copy.ledger.keyring
        self._came(office.url, ANSWER)
        if status.network_id != keyring.network_id.hex() or status.ip_office_code not in keyring:
            expected = f"an office of network {keyring.network_id.hex()}"
            found = f"{status.ip_office_code} of {status.network_id}"
            office.says_nothing()
            self._fault(office, Fault("foreign", expected, found))
            return False
        self._name(office, status.ip_office_code)
        self._note_readiness(office, status)
        self._compare_height(office, status)
        before, office.said = office.said, status
        office.is_answering, office.is_ready = True, status.is_ready
        office.waits = status.pending_submissions > 0
        is_further = before is not None and status.certified_height > before.certified_height
        is_behind = status.certified_height < self.copy.ledger.height
        self._follow_matter(office.url, PROGRESS, is_awaited=is_behind, came=is_further)
        self._await_blocks(office, came=False)
        self._await_entries()
        return True

    def _compare_height(self, office: WatchedOffice, status: OfficeStatus) -> None:
        """Hold the height that an office names against the greatest that it named."""
        if status.height < office.seen_height:
            expected = f"height {office.seen_height} or more, which it said before"
            fault = Fault("heightWentBack", expected, str(status.height), office.seen_height)
            self._tell(Alarm(office.url, office.code, fault), _HEIGHT)
        else:
            self._book.pass_over("heightWentBack", office.url, _HEIGHT)
        office.seen_height = max(office.seen_height, status.height)

    def _name(self, office: WatchedOffice, code: str) -> None:
        if office.code == code:
            return
        if office.code:
            fault = Fault("foreign", f"office {office.code}, as before", code)
            self._fault(office, fault)
        office.code = code
        for other in self.offices:
            if other is not office and other.code == code:
                text = f"is {code}, like {other.url}: one office is compared with itself"
                self._telling.note(office.url, text)

    def _note_readiness(self, office: WatchedOffice, status: OfficeStatus) -> None:
        was_ready = office.said is None or office.said.is_ready
        if was_ready and not status.is_ready:
            reasons = "; ".join(status.waiting_for_bag)[:TEXT_MAX]
            self._telling.note(office.url, f"says that it cannot register now: {reasons}")
        elif status.is_ready and not was_ready:
            self._telling.note(office.url, "says that it can register again")

    async def _compare_head(self, office: WatchedOffice, status: OfficeStatus) -> None:
        """Hold the hash of the office's head against the own block of that height, where there is one."""
        ledger, height = self.copy.ledger, status.height
        if not 0 < height <= ledger.height or status.head_hash == ledger.block_hash(height).hex():
            return
        head = f"head {ledger.block_hash(height).hex()}"
        try:
            first = await office.follower.first_difference(height)
            if first is not None:
                await office.follower.tell_fork(first)
                return
        except NoAnswerError:  # it does not show where the fork is
            self._fault(office, Fault("fork", head, status.head_hash, height))
            raise
        self._fault(
            office, Fault("altered", f"{head}, the block that it gives", status.head_hash, height)
        )

    async def _ask_for_evidence(self, office: WatchedOffice, _: OfficeStatus) -> None:
        self._await(office.url, EVIDENCE)
        keyring = self.copy.ledger.keyring
        content = await office.answers.evidence()
        try:
            # An honest node keeps one contradiction an office, and each costs time.
            shown = read_evidence(content, count_max=len(keyring))
            blamed, unproved = blame_by_evidence(shown, keyring)
        except (MalformedEvidenceError, InvalidMessageError) as error:
            text = f"its evidence is not of this API: {str(error)[:TEXT_MAX]}"
            raise NoAnswerError(text) from error
        self._came(office.url, EVIDENCE)
        for each in (one for one in blamed if one.office not in self.copy.contradictions):
            expected = f"one word of {each.office} about one matter"
            found = "two that contradict each other"
            # By whomever it is shown, it is about the office that signed: told once.
            alarm = Alarm(
                NETWORK, each.office, Fault("contradiction", expected, found, blamed=(each,))
            )
            if self._tell(alarm, each.office):
                self.copy.keep_contradiction(each.office)
        if unproved:
            found = unproved[0][:TEXT_MAX]
            self._fault(office, Fault("evidence", "evidence that proves itself", found))

    async def _follow(self, office: WatchedOffice, status: OfficeStatus) -> None:
        """Check its blocks up to those that it says are certified, as long as there is progress."""
        follower, to = office.follower, status.certified_height
        kept_height = follower.compared_height
        try:
            while follower.compared_height < to and await follower.follow(to):
                self._await_blocks(office, came=True)
                self._await_entries()
                if follower.compared_height >= kept_height + KEPT_TOGETHER:
                    kept_height = follower.compared_height
                    self._keep(office)
        finally:
            self._keep(office)

    def _keep(self, office: WatchedOffice) -> None:
        self.copy.keep(office.url, Place(office.follower.compared_height, office.seen_height))

    # -- what is awaited -------------------------------------------------------------------------

    def _await_blocks(self, office: WatchedOffice, *, came: bool) -> None:
        assert office.said is not None
        office.is_at_fault = office.is_at_fault and not came
        lacks = office.follower.compared_height < office.said.certified_height
        lacks = lacks and not office.is_at_fault
        self._follow_matter(office.url, BLOCKS, is_awaited=lacks, came=came)

    def _await_entries(self) -> None:
        """Await a block of the network while some office says that entries wait, and of each that says so."""
        height = self.copy.ledger.height
        came, self._progress_height = height > self._progress_height, height
        waits = {each.url: each.waits for each in self.offices}
        for url, is_awaited in {NETWORK: any(waits.values()), **waits}.items():
            self._follow_matter(url, ENTRIES, is_awaited=is_awaited, came=came)

    def _follow_matter(self, url: str, matter: str, *, is_awaited: bool, came: bool) -> None:
        now_s = self._now_s()
        self._patience.follow(url, matter, is_awaited=is_awaited, came=came, now_s=now_s)
        if came or not is_awaited:
            self._pass_over(url, matter)

    def _await(self, url: str, matter: str) -> None:
        self._patience.await_(url, matter, self._now_s())

    def _came(self, url: str, matter: str) -> None:
        self._patience.end(url, matter)
        self._pass_over(url, matter)

    def _pass_over(self, url: str, matter: str) -> None:
        if self._book.pass_over("silence", url, matter) and matter in OVER:
            self._telling.note(url, OVER[matter])

    def _is_routine(self, matter: str) -> bool:
        """One office is away, behind or cut off, and the network can do without as many."""
        if matter == ENTRIES:
            return True
        late = {url for url, each in self._patience.overdue(self._now_s()) if each != ENTRIES}
        return len(late) <= self.copy.ledger.keyring.faults and len(late) < len(self.offices)

    # -- alarms ----------------------------------------------------------------------------------

    def _fault(self, office: WatchedOffice, fault: Fault) -> None:
        is_once = fault.kind == "clock"  # every block says the same of this machine's clock
        self._tell(Alarm(office.url, office.code, fault), fault.kind if is_once else None)

    def _tell(self, alarm: Alarm, matter: str | None) -> bool:
        """Tell an alarm unless it was told; whether it was told now."""
        if not self._book.enter(alarm, matter):
            return False
        is_told = self._telling.alarm(alarm)
        if self._book.is_full(alarm.fault.kind, alarm.url):
            text = f"so much is wrong that no further {alarm.fault.kind} of this node is told"
            self._telling.note(alarm.url, text)
        return is_told

    def _watched(self, answers: OfficeAnswers) -> WatchedOffice:
        place = self.copy.place(answers.url)

        def tell(fault: Fault) -> None:
            if fault.kind not in UNDECIDED:
                office.is_at_fault = True
                office.rests_until_s = self._now_s() + self._patience.limit_s
            self._fault(office, fault)

        follower = Follower(answers, self.copy.ledger, place.compared_height, tell)
        office = WatchedOffice(answers, place, follower)
        return office
