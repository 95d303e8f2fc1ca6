"""The Python of docs/audit.md does what it says."""

from pathlib import Path

import pytest
from builders.ledgers import GENESIS
from builders.offices import key_of
from builders.whole_ledger import ENTRIES, stored

from crypto.errors import InvalidProofError
from ledger.errors import InvalidSubmissionError
from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.auditing.tampering import Target
from node.auditing.tamperings import TAMPERINGS

DOCUMENT = (Path(__file__).parents[2] / "docs/audit.md").read_text()
PROGRAM = DOCUMENT.partition("```python\n")[2].partition("```")[0]


def test_the_tutorial_reads_and_checks_a_ledger(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    genesis = tmp_path / "genesis.json"
    genesis.write_bytes(encode_genesis(GENESIS))
    stored(tmp_path / "ledger", MemoryStore()).close()
    names = {"ledger_files": tmp_path / "ledger", "genesis_file": genesis}
    exec(PROGRAM, dict(names))
    assert len(capsys.readouterr().out.splitlines()) == len(ENTRIES)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("a block left out", AssertionError),
        ("one character of what an office signed, checksum made anew", InvalidSubmissionError),
        ("a certificate with 2f signatures", InvalidProofError),
        ("the time of a block", AssertionError),
    ],
)
def test_the_tutorial_fails_on_a_forged_ledger(
    tmp_path: Path, name: str, error: type[Exception]
) -> None:
    genesis = tmp_path / "genesis.json"
    genesis.write_bytes(encode_genesis(GENESIS))
    stored(tmp_path / "ledger", MemoryStore()).close()
    forger = next(each for each in TAMPERINGS if each.name == name)
    forger.do(Target(tmp_path / "ledger", GENESIS, {"AU": key_of("AU"), "EP": key_of("EP")}))
    with pytest.raises(error):
        exec(PROGRAM, {"ledger_files": tmp_path / "ledger", "genesis_file": genesis})
