"""The home of an office that runs a network alone, and a ledger that it has signed."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from crypto.certificate import CheckpointCertificate, checkpoint_message, encode_certificate
from crypto.jws import sign_submission
from crypto.signing import bound_message
from ledger.export.compression import compressed
from ledger.export.writing import ExportWriter
from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.register.entries import Filing
from ledger.submission import admit, encode_payload
from node.cli import run
from node.exporting.from_files import signatory_of
from node.home import Home, read_home

TIME_MS = 1_800_000_000_000


def home_of_au(directory: Path, base_port: int = 9700) -> Home:
    """A home that was never started."""
    arguments = ["network", "init", "--offices", "AU", "--output", str(directory)]
    assert run([*arguments, "--base-port", str(base_port)]) == 0
    return read_home(directory / "au", os.environ)


def ledger_of(home: Home, blocks: int, is_certified: Callable[[int], bool]) -> Ledger:
    """A ledger in memory: a filing a block."""
    network_id = home.genesis.network_id()
    ledger = Ledger(home.genesis, MemoryLedger(), MemoryStore())
    for height in range(1, blocks + 1):
        number = f"2013{900_000 + height}"
        filing = Filing(
            right="patent", application_number_text=number, filing_date=date(2013, 5, 6)
        )
        payload = encode_payload(
            network_id, "AU", TIME_MS + 60_000, height.to_bytes(12, "big"), [filing]
        )
        data = sign_submission(home.signing_key, "AU", payload)
        block = ledger.append(height, TIME_MS + height, [admit(data, ledger.keyring)])
        if is_certified(height):
            message = checkpoint_message(height, block.hash)
            signature = home.signing_key.sign(bound_message("checkpoint", network_id, message))
            ledger.attach_certificate(
                CheckpointCertificate(height, block.hash, (("AU", signature),))
            )
    return ledger


def export_of(
    home: Home,
    path: Path,
    *,
    first: int = 1,
    blocks: int = 5,
    is_certified: Callable[[int], bool] = lambda _: True,
) -> Path:
    """The file of an export of such a ledger, signed by its office."""
    ledger = ledger_of(home, blocks, is_certified)
    writer = ExportWriter(home.genesis, first, blocks, signatory_of(home.signing_key, home.genesis))
    lines = [writer.head()]
    for height in range(first, blocks + 1):
        certificate = ledger.certificate(height)
        encoded = encode_certificate(certificate) if certificate else None
        lines.append(writer.block(ledger.block_bytes(height), encoded))
    path.write_bytes(compressed(b"".join((*lines, writer.end(ledger.head_hash)))))
    return path
