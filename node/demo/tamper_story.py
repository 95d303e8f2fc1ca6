"""The story of a forged ledger: a copy of it is changed in every way there is, and the audit must name each place."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from ledger.audit import Finding
from ledger.genesis import load_genesis
from ledger.store import KeyValueStore
from node.auditing.copies import Copy, find_copy, open_index
from node.auditing.run import audit_copy
from node.auditing.tampering import Target, flip_value, fork, kinds_in
from node.auditing.tamperings import TAMPERINGS, Tampering
from node.client import Document
from node.demo.checks import StepFailedError, expect
from node.demo.teller import Teller
from node.home import DATA_DIRECTORY
from node.keystore import KEY_FILE, read_key
from node.local import LocalNetwork

OFFICES: Final = ("AU", "EP", "JP", "US")
AUDITED: Final = "AU"
BRIBED: Final = OFFICES[:2]
COLLUDING: Final = OFFICES[:3]
HONEST: Final = "US"
NUMBERS: Final = {
    "AU": ("2026900001", "2026900002"),
    "EP": ("26160001", "26160002"),
    "JP": ("2026-000001", "2026-000002"),
    "US": ("19/000,001", "19/000,002"),
}
FILED: Final = "2026-03-04"
_INDEXES: Final = ("index", "leveldb")
"""How the name of an index begins."""


class TamperStory:
    """One telling, on one network."""

    question: Final = "blocks --limit 5"
    """What one may ask of the network afterwards, on the command line."""

    def __init__(self, network: LocalNetwork, teller: Teller) -> None:
        self._network = network
        self._teller = teller
        self._home = network.nodes[AUDITED].home
        self._work = network.directory / "tampered"
        self._genesis = load_genesis(network.genesis_path.read_bytes())
        self.facts: dict[str, str | int | float] = {}
        """What was counted on the way."""

    def tell(self) -> None:
        """Run all steps.

        Raises:
            StepFailedError: something that was changed was not found where it is.
        """
        self._register()
        self._audit_as_it_is()
        self._forge_files()
        self._forge_index()
        self._rewrite_history()
        self._teller.step(f"The node of {AUDITED} starts again: its own ledger was never touched")
        node = self._network.nodes[AUDITED]
        node.start()
        self._network.wait_ready(node)
        self._teller.say(f"height {self._network.wait_agreed()} at all offices")

    def _register(self) -> None:
        self._teller.step("Four offices register filings")
        self._network.start()
        for code, numbers in NUMBERS.items():
            with self._network.nodes[code].client() as client:
                for number in numbers:
                    filing = {"right": "patent", "applicationNumberText": number}
                    client.post("/filings", {**filing, "filingDate": FILED})
        self.facts["height"] = self._network.wait_agreed()
        self._teller.say(f"height {self.facts['height']}")

    def _audit_as_it_is(self) -> None:
        self._teller.step(f"{AUDITED} stops its node, and audits what is stored")
        self._network.nodes[AUDITED].stop()
        other = str(self._network.nodes[HONEST].home)
        code, shown = self._run("audit", str(self._home), "--against", other)
        expect("exit code of the audit", 0, code)
        expect("index compared", True, "index the same" in "".join(shown))
        for line in shown:
            self._teller.say(line)

    def _forge_files(self) -> None:
        self._teller.step(
            "A forger with the keys of two offices changes the ledger files of a copy"
        )
        keys = {code: read_key(self._network.nodes[code].home / KEY_FILE) for code in BRIBED}
        rows = []
        for each in TAMPERINGS:
            copy = self._copied()
            each.do(Target(copy.files, self._genesis, keys))
            found = self._found(each.name, copy)
            _expect_named(each, found)
            rows.append((each.name, *_shown(found)))
        self._teller.table(("changed", "file", "byte", "block", "entry"), rows)
        self._teller.say(f"{len(rows)} of {len(TAMPERINGS)} found and named")
        self.facts["filesForged"] = len(rows)

    def _forge_index(self) -> None:
        self._teller.step("The forger changes one byte of each kind of value in the index")
        index = _index_of(self._copied())
        kinds = kinds_in(index)
        index.close()
        rows = []
        for name, key in kinds.items():
            copy = self._copied()
            index = _index_of(copy)
            flip_value(index, key)
            index.close()
            found = self._found(name, copy)
            expect(f"{name}: key", key, found.key)
            rows.append((name, key.hex()))
        self._teller.table(("changed", "key that the audit names"), rows)
        self._teller.say(f"{len(rows)} of {len(kinds)} found and named")
        self.facts["indexForged"] = len(rows)

    def _rewrite_history(self) -> None:
        self._teller.step("Three offices together sign another last block: more than may fail")
        copy = self._copied()
        keys = {code: read_key(self._network.nodes[code].home / KEY_FILE) for code in COLLUDING}
        fork(Target(copy.files, self._genesis, keys))
        code, shown = self._run("audit", str(self._work), "--files-only")
        expect("exit code of the audit, which sees this copy only", 0, code)
        self._teller.say(f"the copy alone: {shown[0]}")
        other = str(self._network.nodes[HONEST].home)
        code, shown = self._run(
            "audit", str(self._work), "--files-only", "--json", "--against", other
        )
        expect("exit code of the audit against another office", 1, code)
        found: Document = json.loads("".join(shown))
        expect("block at which the histories part", self.facts["height"], found["atHeight"])
        blamed = [each["ipOfficeCode"] for each in found["blamed"]]
        expect("offices beyond f that signed both", True, len(blamed) > 1)
        expect("offices blamed that did not sign both", [], sorted({*blamed} - {*COLLUDING}))
        self._teller.say(
            f"against {HONEST}: another block {found['atHeight']}; signed both: {blamed}"
        )
        code, shown = self._run("audit", "blame", str(self._work), str(self._home))
        expect("exit code of blame", 1, code)
        for line in shown:
            self._teller.say(line)

    def _run(self, *command: str) -> tuple[int, list[str]]:
        """Exit code and output of `ipregister`, run as anyone runs it."""
        words = [*command, "--trust", str(self._network.genesis_path)]
        self._teller.note(f"ipregister {' '.join(words)}")
        ended = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-m", "node.cli", *words], capture_output=True, text=True, check=False
        )
        return ended.returncode, ended.stdout.splitlines()

    def _copied(self) -> Copy:
        """A new copy of the data of the home."""
        shutil.rmtree(self._work, ignore_errors=True)
        shutil.copytree(self._home / DATA_DIRECTORY, self._work / DATA_DIRECTORY)
        copy = find_copy(self._work)
        assert copy is not None, "the home has a ledger"
        return copy

    def _found(self, name: str, copy: Copy) -> Finding:
        """What the audit finds in a copy."""
        finding = audit_copy(copy, self._genesis, lambda _done, _all: None).report.finding
        if finding is None:
            raise StepFailedError(name, "a finding", "none")
        return finding


def _index_of(copy: Copy) -> KeyValueStore:
    assert copy.index_path is not None, "the home has an index"
    return open_index(copy.index_path)


def _expect_named(tampering: Tampering, found: Finding) -> None:
    """Return when the finding names the place that was changed; else StepFailedError."""
    name, file = tampering.name, Path(found.file).name
    places = _INDEXES if tampering.file == "index" else (tampering.file,)
    expect(f"{name}: in {places}", True, file.startswith(places))
    text = f"{found.expected}: {found.found}"
    expect(f"{name}: '{tampering.found}' in '{text}'", True, tampering.found in text)
    expect(f"{name}: block", tampering.height or found.height, found.height)


def _shown(found: Finding) -> tuple[str, ...]:
    values = (Path(found.file).name, found.offset, found.height, found.entry)
    return tuple("" if value is None else str(value) for value in values)
