"""The story of a family before its publication, told by running it: four offices, one of which is not in the family.

AU has a sealed first filing, DE and KR have sealed second filings; US has none. Every step is checked; the first that
does not come out as it must ends the story with `StepFailedError`.
"""

import time
from functools import partial
from typing import Final

from crypto.access_code import parse_access_code
from node.demo.checks import StepFailedError, expect
from node.demo.clerks import Application, Clerk, refused
from node.demo.family_words import (
    member_rows,
    mistyped,
    registered_members,
    secrets_of,
    short,
    without_id,
)
from node.demo.teller import Teller
from node.listener import Listener
from node.local import LocalNetwork

OFFICES: Final = ("AU", "DE", "KR", "US")
FAMILY: Final = ("AU", "DE", "KR")
OUTSIDER: Final = "US"
APPLICATIONS: Final = {
    "AU": Application("AU", "2025900417", "2025-03-03"),
    "DE": Application("DE", "10 2026 104 217.1", "2026-02-26"),
    "KR": Application("KR", "10-2026-0021844", "2026-03-02"),
}
PUBLISHED_ON: Final = "2026-09-03"
REPORTED_ON: Final = "2026-07-14"
TOLD_WITHIN_S: Final = 1.0
SEARCH_REPORT: Final = (
    b"Search report\n\nX  US 9,123,456 B2  claims 1 to 4\nY  EP 2 345 678 A1  claims 5 to 9\n"
)
OPINION: Final = b"Written opinion\n\nClaims 1 to 4 lack novelty over US 9,123,456 B2.\n"
ABSENT_SEALED: Final = "AU.sealed.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
"""The id of a sealed filing that there is not: what an outsider is told of one that there is."""


class FamiliesStory:
    """One telling, on one network."""

    question: Final = "family AU 2025900417 --kind extended"
    """What one may ask of the network afterwards, on the command line."""

    def __init__(self, network: LocalNetwork, teller: Teller) -> None:
        self._network = network
        self._nodes = network.nodes
        self._teller = teller
        self._clerks = {code: Clerk(node) for code, node in self._nodes.items()}
        self._listeners = {code: Listener(node) for code, node in self._nodes.items()}
        self._told = dict.fromkeys(OFFICES, 0)
        """Notices that each office has had so far."""
        self._sealed: dict[str, str] = {}
        """Ids of the sealed filings."""
        self._opened: dict[str, str] = {}
        self._code = ""
        self._slowest_s = 0.0
        self.facts: dict[str, str | int | float] = {}
        """What was measured on the way."""

    def tell(self) -> None:
        """Run all steps.

        Raises:
            StepFailedError: a step did not come out as it must.
        """
        try:
            self._start()
            self._seal_first()
            self._mistype()
            self._seal_second("DE")
            self._seal_second("KR")
            self._verify_before()
            self._show_family_before()
            self._deposit()
            self._read()
            self._miss_nothing()
            self._open()
            self._show_family_after()
            self._keep_secrets()
        finally:
            for listener in self._listeners.values():
                listener.stop()

    # -- before publication ----------------------------------------------------------------------

    def _start(self) -> None:
        self._teller.step("Four offices start a node each, and listen to what concerns them")
        self._network.start()
        for listener in self._listeners.values():
            listener.start()
        rows = [(n.office, n.url, str(n.pid), str(n.log)) for n in self._nodes.values()]
        self._teller.table(("office", "API", "process", "log"), rows)

    def _seal_first(self) -> None:
        self._teller.step("AU registers a first filing without telling which")
        application = APPLICATIONS["AU"]
        receipt = self._clerks["AU"].seal(application)
        self._sealed["AU"], self._code = receipt["filingId"], receipt["accessCode"]
        self._teller.say(f"all offices hold {self._sealed['AU']}, and no number")
        self._teller.note(
            f"The receipt for the applicant: {application.number} of {application.filing_date},"
            f" access code {self._code}"
        )
        height = self._network.wait_agreed()
        for code in OFFICES:
            block = str(self._clerks[code].ask(f"/blocks/{receipt['height']}"))
            told = [secret for secret in secrets_of(receipt) if secret in block]
            expect(f"number, date or code in the block at {code}", [], told)
        self._teller.say(f"neither number nor date nor code is in the block (height {height})")

    def _mistype(self) -> None:
        self._teller.step("DE takes in a claim to it, and mistypes: a digit, the date, the code")
        first, later = APPLICATIONS["AU"], APPLICATIONS["DE"]
        height = self._network.wait_agreed()
        for claim in (
            first._replace(number="2025900471").claimed(self._code),
            first._replace(filing_date="2025-03-04").claimed(self._code),
            first.claimed(mistyped(self._code)),
        ):
            answer = refused(partial(self._clerks["DE"].seal, later, claim))
            expect("answer to a mistyped claim", (422, "no-sealed-filing"), answer[:2])
        expect("height after three refused claims", height, self._network.wait_agreed())
        self._teller.say(
            "each time: no sealed filing answers to this number, date and code; which part is wrong is not told"
        )

    def _seal_second(self, office: str) -> None:
        self._teller.step(f"{office} registers a second filing that claims it, sealed as well")
        claim = APPLICATIONS["AU"].claimed(self._code)
        receipt = self._clerks[office].seal(APPLICATIONS[office], claim)
        self._sealed[office] = receipt["filingId"]
        self._teller.say(f"all offices checked the proof: {short(receipt['filingId'])}")
        self._expect_told("AU", "filingClaimed", office)
        if office == "KR":
            self._expect_told("DE", "familyMember", office)
            self._expect_told("KR", "familyFound", office)

    def _verify_before(self) -> None:
        self._teller.step(
            "An examiner verifies the claim with the access code; without it nobody can"
        )
        first, second = APPLICATIONS["AU"], APPLICATIONS["DE"]
        answer = self._clerks["DE"].verify(first, second, self._code)
        expect("the claim, with the code", "confirmed", answer.outcome)
        self._teller.say(f"DE, with the code: {answer.outcome}")
        answer = self._clerks[OUTSIDER].verify(first, second)
        expect("the claim, without the code", "undetermined", answer.outcome)
        self._teller.say(
            f"{OUTSIDER}, without it: {answer.outcome}. {answer.remedy or answer.summary}"
        )

    def _show_family_before(self) -> None:
        self._teller.step(
            "Each office of the family sees all of it before publication; US sees nothing"
        )
        expected = set(self._sealed.values())
        for code in FAMILY:
            for asked in sorted(expected):
                family = self._clerks[code].family(asked)
                expect(f"the family of {asked} at {code}", expected, registered_members(family))
        self._teller.table(("office", "filing", "joined by"), member_rows(family))
        outsider = self._clerks[OUTSIDER]
        for asked in sorted(expected):
            answer = refused(partial(outsider.family, asked))
            nothing = refused(partial(outsider.family, ABSENT_SEALED))
            expect(
                f"answer to {OUTSIDER}",
                without_id(asked, answer),
                without_id(ABSENT_SEALED, nothing),
            )
            expect(f"answer to {OUTSIDER}", 404, answer.status)
        expect(f"what {OUTSIDER} was told", [], self._listeners[OUTSIDER].told())
        self._teller.say(
            f"{OUTSIDER} gets the answer that it would get if there were no such filing"
        )

    # -- reports ---------------------------------------------------------------------------------

    def _deposit(self) -> None:
        self._teller.step("DE deposits its search report, and the family is told")
        self._report = self._clerks["DE"].deposit(
            self._sealed["DE"], "searchReport", REPORTED_ON, SEARCH_REPORT
        )
        self._teller.note(short(self._report))
        for code in ("AU", "KR"):
            self._expect_told(code, "reportDeposited", "DE")

    def _read(self) -> None:
        self._teller.step("AU and KR read it from the node of DE; US is refused")
        for code in ("AU", "KR"):
            document = self._clerks[code].read_at_last(self._report)
            expect(f"the report as {code} reads it", SEARCH_REPORT, document)
        answer = refused(partial(self._clerks[OUTSIDER].read, self._report))
        expect(f"answer to {OUTSIDER}", 404, answer.status)
        expect(
            "offices that were granted it", ["AU", "KR"], self._clerks["DE"].readers(self._report)
        )
        self._teller.say(
            f"{len(SEARCH_REPORT)} bytes each, with the SHA-256 of the ledger; US: {answer.status}"
        )
        self._teller.say("the ledger says who was granted it: AU and KR")

    def _miss_nothing(self) -> None:
        self._teller.step("KR's node is away while a second report comes; then DE's is")
        away, depositing = self._nodes["KR"], self._nodes["DE"]
        away.stop()
        opinion = self._clerks["DE"].deposit(
            self._sealed["DE"], "writtenOpinion", REPORTED_ON, OPINION
        )
        self._expect_told("AU", "reportDeposited", "DE")
        away.start()
        self._network.wait_ready(away)
        self._expect_told("KR", "reportDeposited", "DE", is_timed=False)
        self._teller.say("KR's listener connected again by itself, and has no gap")
        depositing.stop()
        answer = refused(partial(self._clerks["KR"].read, opinion))
        expect("answer while DE is away", (503, "depositing-office-unreachable"), answer[:2])
        self._teller.say(f"while DE is away: {short(answer.detail)}")
        depositing.start()
        self._network.wait_ready(depositing)
        expect("the opinion as KR reads it", OPINION, self._clerks["KR"].read_at_last(opinion))
        self._teller.say("with DE back, KR reads it")

    # -- publication -----------------------------------------------------------------------------

    def _open(self) -> None:
        self._teller.step("The three filings are published, and opened")
        for code in FAMILY:
            clerk = self._clerks[code]
            others = [other for other in FAMILY if other != code]
            self._opened[code] = clerk.open(self._sealed[code])
            for other in others:
                self._expect_told(other, "memberOpened", code)
            clerk.publish(self._opened[code], PUBLISHED_ON)
            for other in others:
                self._expect_told(other, "memberEvent", code)
            self._teller.say(f"{short(self._sealed[code])} is {self._opened[code]}")

    def _show_family_after(self) -> None:
        self._teller.step("The family as the world sees it now")
        expected = set(self._opened.values())
        for code in OFFICES:
            for asked in sorted(expected | set(self._sealed.values())):
                family = self._clerks[code].family(asked)
                expect(f"the family of {asked} at {code}", expected, registered_members(family))
        self._teller.table(("office", "number", "joined by"), member_rows(family))
        self._teller.say("the same three members as before publication, at all four offices")
        verified = self._clerks[OUTSIDER].verify(APPLICATIONS["AU"], APPLICATIONS["DE"])
        expect("the claim, now that it is open", "confirmed", verified.outcome)
        self._teller.say(f"{OUTSIDER} verifies the claim of DE: {verified.outcome}")
        answer = refused(partial(self._clerks[OUTSIDER].read, self._report))
        expect(f"answer to {OUTSIDER}", (403, "report-not-readable"), answer[:2])
        expect(f"what {OUTSIDER} was told", [], self._listeners[OUTSIDER].told())
        self._teller.say(f"{OUTSIDER} sees that there are reports, and is refused: {answer.detail}")

    def _keep_secrets(self) -> None:
        self._teller.step("All four ledgers are the same, and no file holds the access code")
        height = self._network.wait_agreed()
        expect(
            "hash of the last block at every office", 1, len(set(self._network.heads().values()))
        )
        expect("ledger files that differ", [], self._network.different_files())
        secret = parse_access_code(self._code)
        forms = (self._code.encode(), self._code.replace("-", "").encode(), secret.secret)
        holding = [
            str(file)
            for node in self._nodes.values()
            for file in sorted(node.home.rglob("*"))
            if file.is_file() and any(form in file.read_bytes() for form in forms)
        ]
        expect("files with the access code", [], holding)
        self._teller.say(
            f"height {height}; every notice came within {self._slowest_s:.2f} s of the time of its block"
        )
        self.facts |= {"height": height, "slowestNoticeSeconds": round(self._slowest_s, 3)}

    # -- what is told ----------------------------------------------------------------------------

    def _expect_told(self, office: str, category: str, by: str, *, is_timed: bool = True) -> None:
        """Return when the next notice of the office is this one, and came in time: counted from that of its block.

        The moment is that at which it was looked for and seen here, which is never before it came.

        Raises:
            StepFailedError: it is another one, or came late.
        """
        place = self._told[office]
        self._told[office] += 1
        self._listeners[office].wait(place + 1)
        seen_at_ms = time.time_ns() // 1_000_000
        notice = self._listeners[office].told()[place]
        expect(
            f"what {office} is told", (category, by), (notice["category"], notice["ipOfficeCode"])
        )
        if is_timed:
            delay_s = (seen_at_ms - notice["timeMs"]) / 1_000
            self._slowest_s = max(self._slowest_s, delay_s)
            if delay_s > TOLD_WITHIN_S:
                raise StepFailedError("delay of a notice", f"{TOLD_WITHIN_S} s", delay_s)
        self._teller.say(f"{office} is told: {short(notice['summaryText'])}")
