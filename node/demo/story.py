"""The story of four offices, told by running it: register, verify, lose the primary, recover.

Every step is checked; the first that does not come out as it must ends the story with
`StepFailedError`.
"""

from typing import Final

from ledger.genesis import load_genesis
from ledger.receipt import verify_receipt
from ledger.register.entries import Filing
from node.bulk import NumberedRow, register_rows
from node.client import Document
from node.demo.arrivals import Arrivals
from node.demo.checks import StepFailedError, expect
from node.demo.sample import DemoClaim, load_claims, load_declarations, load_filings
from node.demo.teller import Teller
from node.local import LocalNetwork, LocalNode
from node.processes import wait_until
from node.questions import declare, fetch_receipt, find_family, verify_claim

OFFICES: Final = ("AU", "EP", "JP", "US")
HELD_BACK: Final = 30
"""Filings of each office that arrive while the primary is lost."""
BEFORE_KILL: Final = 15
"""Filings that are final before the primary is killed."""
FAMILY_OF: Final = "US.patent.11964952"


class Story:
    """One telling, on one network."""

    question: Final = "lookup US 11/964,952 --date 2007-12-27"
    """What one may ask of the network afterwards, on the command line."""

    def __init__(self, network: LocalNetwork, teller: Teller) -> None:
        self._network = network
        self._nodes = network.nodes
        self._teller = teller
        filings = load_filings()
        self._first = {office: rows[:-HELD_BACK] for office, rows in filings.items()}
        self._later = {office: rows[-HELD_BACK:] for office, rows in filings.items()}
        self.facts: dict[str, str | int | float] = {}
        """What was measured on the way."""

    def tell(self) -> None:
        """Run all steps.

        Raises:
            StepFailedError: a step did not come out as it must.
        """
        self._start()
        self._register()
        self._declare()
        self._lose_the_primary()
        self._verify()
        self._show_family()
        self._prove()
        self._compare()

    def _start(self) -> None:
        self._teller.step("Four offices start a node each, and agree with one another")
        self._network.start()
        rows = [(n.office, n.url, str(n.pid), str(n.log)) for n in self._nodes.values()]
        self._teller.table(("office", "API", "process", "log"), rows)
        view, primary = self._nodes["AU"].view()
        self._teller.say(f"all four are ready; the primary of view {view} is {primary}")

    def _register(self) -> None:
        self._teller.step("Each office registers its own filings through its own API")
        total = 0
        for office, filings in self._first.items():
            counts = _register_all(self._nodes[office], filings)
            expect(f"filings of {office} accepted", {"accepted": len(filings)}, counts)
            total += len(filings)
        self._teller.say(f"{total} real filings, each final at all offices when it was answered")
        office, again = "EP", self._first["EP"]
        counts = _register_all(self._nodes[office], again)
        expect("filings sent a second time", {"repeated": len(again)}, counts)
        self._teller.say(
            f"the same {len(again)} of {office} sent again: nothing changed, first receipts returned"
        )
        self.facts["filings"] = total

    def _declare(self) -> None:
        self._teller.step(
            "The offices declare what they cover, and the days on which they are closed"
        )
        declared = 0
        for office, entries in load_declarations().items():
            with self._nodes[office].client() as client:
                for entry in entries:
                    answer = declare(client, office, entry)
                    expect(f"declaration of {office}", "accepted", answer["status"])
                    declared += 1
        self._teller.say(f"{declared} declarations registered")

    def _lose_the_primary(self) -> None:
        _, primary = self._nodes["US"].view()
        self._teller.step(f"The primary, {primary}, is killed while filings arrive at the others")
        others = {office: rows for office, rows in self._later.items() if office != primary}
        arrivals = Arrivals(others, self._nodes)
        arrivals.start()
        wait_until(
            lambda: len(arrivals.final) >= BEFORE_KILL or bool(arrivals.failures), "filings arrive"
        )
        self._nodes[primary].kill()
        arrivals.wait()
        expect("filings lost", [], arrivals.failures)
        expect("filings that became final", arrivals.expected, len(arrivals.final))
        survivor = next(node for code, node in self._nodes.items() if code != primary)
        view, successor = survivor.view()
        if successor == primary:
            raise StepFailedError("the primary after the loss", "another one", successor)
        gap = arrivals.longest_gap_s()
        self._teller.say(
            f"killed (SIGKILL) at {BEFORE_KILL} filings; all {arrivals.expected} became final, none was lost"
        )
        self._teller.say(
            f"view {view}, primary {successor}; longest gap without a final filing: {gap:.1f} s"
        )
        self.facts |= {"gapSeconds": round(gap, 3), "killed": primary}
        self._bring_back(self._nodes[primary])

    def _bring_back(self, node: LocalNode) -> None:
        self._teller.step(f"{node.office} starts again and catches up")
        behind = next(n.height() for n in self._nodes.values() if n is not node)
        node.start()
        self._network.wait_ready(node)
        height = self._network.wait_agreed()
        expect("the height it reached is that of the others", True, height >= behind)
        self._teller.say(f"{node.office} holds height {height}, as the others do")
        later = self._later[node.office]
        counts = _register_all(node, later)
        expect(f"later filings of {node.office}", {"accepted": len(later)}, counts)
        self._teller.say(f"and registers its own {len(later)} filings that had waited")

    def _verify(self) -> None:
        self._teller.step("Examiners verify priority claims against filings of other offices")
        for claim in load_claims():
            self._verify_one(claim)

    def _verify_one(self, claim: DemoClaim) -> None:
        with self._nodes[claim.asked_at].client() as client:
            answer = verify_claim(client, claim.first, claim.second)
        first, second = claim.first, claim.second
        later = f"{second.ip_office_code} {second.application_number_text}"
        earlier = f"{first.ip_office_code} {first.application_number_text}"
        what = f"{later} claims {earlier}"
        expect(what, claim.expected, str(answer.outcome))
        if claim.expected_last_day is not None:
            last_day = answer.period.last_date if answer.period else None
            expect(f"last day for {what}", claim.expected_last_day, last_day)
        self._teller.say(
            f"{answer.outcome}: {what} of {first.filing_date} (asked at {claim.asked_at})"
        )
        self._teller.note(f"  {claim.story}")

    def _show_family(self) -> None:
        self._teller.step("The family that these claims make, across offices")
        with self._nodes["JP"].client() as client:
            family = find_family(client, FAMILY_OF, "extended")
        members = [member for member in family["members"] if member["isRegistered"]]
        offices = {str(member["ipOfficeCode"]) for member in members}
        expect("offices in the family", {"EP", "JP", "US"}, offices)
        rows = [
            (str(member["ipOfficeCode"]), str(member["applicationNumberText"]), _joint(member))
            for member in members
        ]
        self._teller.table(("office", "number", "joined by"), rows)
        self._teller.say(f"{len(members)} members at 3 offices, from one question at JP")

    def _prove(self) -> None:
        self._teller.step("A receipt proves a filing to someone who trusts no node")
        with self._nodes["AU"].client() as client:
            receipt = fetch_receipt(client, FAMILY_OF)
        genesis = load_genesis(self._network.genesis_path.read_bytes())
        verify_receipt(receipt, genesis)
        self._teller.say(f"{FAMILY_OF}: checked offline with genesis.json only")

    def _compare(self) -> None:
        self._teller.step("All four ledgers are the same")
        height = self._network.wait_agreed()
        heads = self._network.heads()
        expect("hash of the last block at every office", 1, len(set(heads.values())))
        expect("ledger files that differ", [], self._network.different_files())
        files = self._nodes["AU"].block_files()
        size = sum(file.stat().st_size for file in files)
        self._teller.say(
            f"height {height}, head {heads['AU'][:16]}…; block files equal byte for byte ({size:,} bytes)"
        )
        self.facts |= {"height": height}


def _register_all(node: LocalNode, filings: list[Filing]) -> dict[str, int]:
    rows = [NumberedRow(number, filing) for number, filing in enumerate(filings, 1)]
    counts: dict[str, int] = {}
    with node.client() as client:
        for result in register_rows(client, rows):
            counts[result.status] = counts.get(result.status, 0) + 1
    return counts


def _joint(member: Document) -> str:
    joints = [
        f"{joint['relation']} of {joint['earlierFilingId']}"
        for joint in member.get("jointBag", ())
        if joint["laterFilingId"] == member["filingId"]
    ]
    return ", ".join(joints) or "claimed by the others"
