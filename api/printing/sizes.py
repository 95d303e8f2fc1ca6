"""`python -m api.printing.sizes FILINGS...` measures certificates: how much a proof takes on paper, and what it costs.

A ledger of four offices is made in memory, with blocks of 1,000 filings, a declaration of coverage and closed days;
then the proofs of a confirmed priority, of no such filing, of a look-up and of three claims become certificates.
"""

import sys
import time
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple

import segno

from api.printing.certificate import CODE_BYTES_MAX, certificate
from crypto.certificate import CheckpointCertificate, checkpoint_message
from crypto.digest import sha256
from crypto.jws import sign_submission
from crypto.signing import SigningKey, bound_message
from ledger.files import MemoryLedger
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.proof.compact import compacted
from ledger.proof.document import encode_proof_file
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import (
    Draft,
    draft_filing,
    draft_filing_verification,
    draft_priority,
    finish,
)
from ledger.proof.scanned_text import to_lines
from ledger.register.entries import ClosedDay, ClosedDays, Coverage, Entry
from ledger.register.verification import FilingQuestion, FirstFiling, PriorityRequest, SecondFiling
from ledger.submission import admit, encode_payload
from node.bench.filings import FILED, Numbers, chunks, entry
from node.pdf_reading import attached_proof

_OFFICES: Final = ("AU", "EP", "JP", "US")
_BATCH: Final = 1_000
_START_MS: Final = 1_800_000_000_000
_FILED: Final = date.fromisoformat(FILED)
_ABSENT: Final = "19/999,999"
_LATER: Final = date(2027, 3, 3)
_WIDTH_MM: Final = 68
"""Of a code on the certificate, with its quiet zone of four modules at each side."""


class _Row(NamedTuple):
    what: str
    file: int
    compact: int
    codes: int
    version: int
    module_mm: float
    pdf: int
    made_ms: float
    read_ms: float


def main() -> None:
    """Print a table for each size of register."""
    sizes = [int(size) for size in sys.argv[1:] if size.isdecimal()]
    if not sizes:
        raise SystemExit("usage: python -m api.printing.sizes FILINGS...")
    for size in sizes:
        network = _Network()
        numbers = network.fill(size)
        sys.stdout.write(f"{size:,} filings in {network.ledger.height:,} blocks\n")
        for row in network.rows(numbers):
            sys.stdout.write(
                f"  {row.what:<22} file {row.file:>6,} B  compact {row.compact:>6,} B"
                f"  {row.codes} codes of version {row.version}, {row.module_mm:.2f} mm a module"
                f"  PDF {row.pdf // 1000} KB, made in {row.made_ms:.0f} ms, read in {row.read_ms:.0f} ms\n"
            )


class _Network:
    """A ledger of four offices in memory."""

    def __init__(self) -> None:
        self._keys = {office: SigningKey(sha256(office.encode())) for office in _OFFICES}
        self._genesis = Genesis(
            network_name="measured",
            created_at="2026-01-01T00:00:00Z",
            offices=tuple(
                GenesisOffice(
                    code=office,
                    name=f"Intellectual property office of {office}",
                    public_key=encode_public_key(key.public_bytes),
                )
                for office, key in self._keys.items()
            ),
            slot_bits=16,
        )
        self._keyring = self._genesis.keyring()
        self.ledger = Ledger(self._genesis, MemoryLedger(), MemoryStore())

    def fill(self, size: int) -> list[str]:
        """Register so many filings, a quarter of each office; return the numbers of US."""
        days = (ClosedDay(date=date(2027, 3, 4), name="Holiday"),)
        self._enter("EP", [ClosedDays(year=2027, closed_day_bag=days)])
        covered = Coverage(right="patent", from_date=date(2000, 1, 1), until_date=date(2026, 3, 31))
        self._enter("US", [covered])
        numbers = Numbers()
        for office in _OFFICES:
            taken = numbers.take(office, size // len(_OFFICES))
            for part in chunks(taken, _BATCH):
                self._enter(office, [entry(number) for number in part])
        return taken

    def _enter(self, office: str, entries: list[Entry]) -> None:
        height, network_id = self.ledger.height + 1, self._keyring.network_id
        now_ms = _START_MS + height
        nonce = height.to_bytes(12, "big")
        payload = encode_payload(network_id, office, now_ms + 1000, nonce, entries)
        submission = admit(sign_submission(self._keys[office], office, payload), self._keyring)
        self.ledger.append(height, now_ms, [submission])
        block_hash = self.ledger.block_hash(height)
        message = bound_message("checkpoint", network_id, checkpoint_message(height, block_hash))
        signed = tuple((each, self._keys[each].sign(message)) for each in _OFFICES[1:])
        self.ledger.attach_certificate(CheckpointCertificate(height, block_hash, signed))

    def rows(self, numbers: list[str]) -> Iterator[_Row]:
        """What the certificates of four answers take; the numbers asked about are spread over the register."""
        known = [numbers[len(numbers) * place // 4] for place in (1, 2, 3)]
        second = SecondFiling(ip_office_code="EP", filing_date=_LATER, right="patent")
        for what, number in (("a confirmed priority", known[1]), ("no such filing", _ABSENT)):
            request = PriorityRequest(first=_first(number), second=second)
            yield self._row(what, draft_priority(self.ledger, request))
        named = NamedFiling(ip_office_code="US", right="patent", application_number_text=known[1])
        yield self._row("a look-up", draft_filing(self.ledger, named))
        three = FilingQuestion(second=second, priority_claim_bag=tuple(map(_first, known)))
        yield self._row("three claims together", draft_filing_verification(self.ledger, three))

    def _row(self, what: str, draft: Draft) -> _Row:
        def signed(digest: bytes) -> bytes:
            return self._keys["US"].sign(bound_message("proof", self._keyring.network_id, digest))

        file = encode_proof_file(finish(self.ledger, draft, "US", signed))
        certificate(file, self._genesis)  # the first one loads the fonts
        started_at = time.perf_counter()
        pdf = certificate(file, self._genesis)
        made_at = time.perf_counter()
        attached_proof(pdf)
        read_at = time.perf_counter()
        compact = compacted(file)
        codes = [
            segno.make(line, error="m", micro=False) for line in to_lines(compact, CODE_BYTES_MAX)
        ]
        modules = max(code.symbol_size(border=4)[0] for code in codes)
        return _Row(
            what,
            len(file),
            len(compact),
            len(codes),
            max(int(code.version) for code in codes),
            _WIDTH_MM / modules,
            len(pdf),
            (made_at - started_at) * 1000,
            (read_at - made_at) * 1000,
        )


def _first(number: str) -> FirstFiling:
    return FirstFiling(
        ip_office_code="US", application_number_text=number, filing_date=_FILED, right="patent"
    )


if __name__ == "__main__":
    main()
