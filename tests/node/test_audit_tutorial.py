"""The Python of docs/audit.md does what it says."""

from pathlib import Path

import pytest
from builders.ledgers import GENESIS
from builders.offices import key_of
from builders.whole_ledger import ENTRIES, stored

from crypto.errors import InvalidProofError
from ledger.errors import LedgerError
from ledger.genesis import encode_genesis
from ledger.memory import MemoryStore
from node.auditing.tampering import CERTIFICATES, Target, rewrite
from node.auditing.tamperings import TAMPERINGS, Tampering

DOCUMENT = (Path(__file__).parents[2] / "docs/audit.md").read_text()
PROGRAM = DOCUMENT.partition("```python\n")[2].partition("```")[0]
LEFT_OUT = "a certificate left out"
"""Another office may have it, and a later one covers the block: only the index knows that it was there."""


@pytest.fixture
def ledger(tmp_path: Path) -> Target:
    (tmp_path / "genesis.json").write_bytes(encode_genesis(GENESIS))
    stored(tmp_path / "ledger", MemoryStore()).close()
    return Target(tmp_path / "ledger", GENESIS, {"AU": key_of("AU"), "EP": key_of("EP")})


def run(ledger: Target) -> None:
    genesis_file = ledger.files.parent / "genesis.json"
    exec(PROGRAM, {"ledger_files": ledger.files, "genesis_file": genesis_file})


def test_the_tutorial_reads_and_checks_a_ledger(
    ledger: Target, capsys: pytest.CaptureFixture[str]
) -> None:
    run(ledger)
    assert len(capsys.readouterr().out.splitlines()) == len(ENTRIES)


@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda each: each.name)
def test_the_tutorial_fails_on_every_forged_ledger(ledger: Target, tampering: Tampering) -> None:
    tampering.do(ledger)
    if tampering.name == LEFT_OUT:
        run(ledger)
        return
    with pytest.raises((AssertionError, LedgerError, InvalidProofError)):
        run(ledger)


def test_the_tutorial_fails_on_a_ledger_that_no_quorum_signed(ledger: Target) -> None:
    rewrite(ledger, CERTIFICATES, lambda _: [])
    with pytest.raises(AssertionError, match="up to block 0 only"):
        run(ledger)
