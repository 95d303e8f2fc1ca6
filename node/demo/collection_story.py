"""A network of the offices with most rows in a collection: each registers its own at its node.

No row is lost: each is registered, was there before, is rejected by the register or faulty, and
those that are not registered are reported with their number. Then every registered filing is looked
for at the node of another office, and claims are verified there.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ledger.register.verification import FirstFiling, SecondFiling
from node.bulk import NumberedRow, RowResult, register_rows
from node.collection import CollectionRow
from node.demo.checks import expect
from node.demo.teller import Teller
from node.local import LocalNetwork
from node.questions import verify_claim

REGISTERED: Final = frozenset({"accepted", "repeated"})
CHUNK_SIZE: Final = 200
SHOWN_MAX: Final = 10


_WHY_UNDETERMINED = " (the file lacks the first filing, and no office declared its dates complete)"


class CollectionStory:
    """One telling, on one network, of one collection."""

    question: Final = "lookup US 11/964,952 --date 2007-12-27"
    """What one may ask of the network afterwards, on the command line."""

    def __init__(
        self,
        network: LocalNetwork,
        teller: Teller,
        rows: Sequence[CollectionRow],
    ) -> None:
        self._network = network
        self._teller = teller
        self._rows = rows
        self._results: dict[int, RowResult] = {}
        self.facts: dict[str, str | int | float] = {}

    def tell(self) -> None:
        """Run all steps.

        Raises:
            StepFailedError: a step did not come out as it must.
        """
        offices = tuple(self._network.nodes)
        self._teller.step(f"{len(offices)} offices start a node each: {', '.join(offices)}")
        self._network.start()
        self._teller.say("all are ready")
        self._register()
        self._report()
        self._find_elsewhere()
        self._verify()
        self._compare()

    def _register(self) -> None:
        self._teller.step("Each registers its own rows through its own API")
        table = []
        for office, node in self._network.nodes.items():
            own = [row for row in self._rows if row.office == office]
            sent = [NumberedRow(row.line, row.filing) for row in own if row.filing is not None]
            with node.client() as client:
                results = list(register_rows(client, sent, chunk_size=CHUNK_SIZE))
            self._results |= {result.row: result for result in results}
            self._results |= {row.line: _faulty(row) for row in own if row.filing is None}
            counts = Counter(self._results[row.line].status for row in own)
            expect(f"rows of {office} accounted for", len(own), counts.total())
            cells = (
                str(counts[status]) for status in ("accepted", "repeated", "rejected", "faulty")
            )
            table.append((office, str(len(own)), *cells))
        self._teller.table(("office", "rows", "accepted", "repeated", "rejected", "faulty"), table)
        own_rows = sum(row.office in self._network.nodes for row in self._rows)
        expect("rows accounted for", own_rows, len(self._results))
        others = len(self._rows) - own_rows
        self._teller.say(
            f"all {own_rows} rows accounted for; {others} belong to offices without a node"
        )

    def _report(self) -> None:
        self._teller.step("Every row that is not registered, or odd, is reported with its number")
        bad = [r for _, r in sorted(self._results.items()) if r.status not in REGISTERED]
        lines = [f"row {result.row}: {result.status}: {result.reason}" for result in bad]
        lines += [
            f"row {result.row}: repeated: {result.number} is {result.subject}, registered before"
            for result in self._results.values()
            if result.status == "repeated"
        ]
        lines += [f"row {row.line}: remark: {note}" for row in self._rows for note in row.remarks]
        report = self._network.directory / "rows.txt"
        report.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
        for line in lines[:SHOWN_MAX]:
            self._teller.note(line)
        self._teller.say(f"{len(lines)} reported, all of them in {report}")
        self.facts |= {"rows": len(self._results), "notRegistered": len(bad), "report": str(report)}

    def _find_elsewhere(self) -> None:
        self._teller.step("Every registered filing is found at another office's node")
        height = self._network.wait_agreed()
        nodes = list(self._network.nodes.values())
        subjects = {r.subject for r in self._results.values() if r.status in REGISTERED}
        found = 0
        for place, node in enumerate(nodes):
            own = sorted(subject for subject in subjects if subject.startswith(node.office + "."))
            with nodes[(place + 1) % len(nodes)].client() as client:
                for subject in own:
                    expect(
                        "the filing found", subject, client.get(f"/filings/{subject}")["filingId"]
                    )
                    found += 1
        expect("filings found at another office", len(subjects), found)
        self._teller.say(f"{found} filings, height {height}")
        self.facts |= {"filings": found, "height": height}

    def _verify(self) -> None:
        self._teller.step("Offices verify claims against filings that other offices registered")
        outcomes: Counter[str] = Counter()
        for office, node in self._network.nodes.items():
            claims = [(row, first) for row, first in self._claims() if row.office == office]
            with node.client() as client:
                for row, first in claims:
                    outcomes[verify_claim(client, first, _second(row)).outcome] += 1
        for outcome, count in outcomes.most_common():
            why = _WHY_UNDETERMINED if outcome == "undetermined" else ""
            self._teller.note(f"{outcome}: {count}{why}")
        expect("claims were confirmed", True, outcomes["confirmed"] > 0)
        self._teller.say(f"{outcomes.total()} claims verified, each at the office of second filing")
        self.facts |= {f"verified.{outcome}": count for outcome, count in outcomes.items()}

    def _claims(self) -> list[tuple[CollectionRow, FirstFiling]]:
        """Claims to filings of other offices that have a node here."""
        return [
            (
                row,
                FirstFiling(
                    ip_office_code=claim.ip_office_code,
                    application_number_text=claim.application_number_text,
                    filing_date=claim.filing_date,
                ),
            )
            for row in self._rows
            if row.filing is not None and row.office in self._network.nodes
            for claim in row.filing.priority_claim_bag
            if claim.ip_office_code in self._network.nodes and claim.ip_office_code != row.office
        ]

    def _compare(self) -> None:
        self._teller.step("All ledgers are the same")
        height = self._network.wait_agreed()
        expect("different last blocks", 1, len(set(self._network.heads().values())))
        expect("ledger files that differ", [], self._network.different_files())
        self._teller.say(f"height {height}; block files equal byte for byte at all offices")


def _second(row: CollectionRow) -> SecondFiling:
    filing = row.filing
    assert filing is not None, "only rows with a filing make claims"
    return SecondFiling(
        ip_office_code=row.office,
        filing_date=filing.filing_date,
        right=filing.right,
        application_number_text=filing.application_number_text,
    )


def _faulty(row: CollectionRow) -> RowResult:
    return RowResult(row=row.line, status="faulty", reason=row.fault)


def read_lines(file: Path) -> list[bytes]:
    """The lines of a collection, without the last line break."""
    return file.read_bytes().splitlines()
