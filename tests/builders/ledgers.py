"""A genesis of four offices, their submissions, and ledgers in memory."""

from collections.abc import Sequence
from datetime import date

import msgspec

from builders.offices import FOUR, certificate_of, key_of
from crypto.certificate import CheckpointCertificate
from crypto.digest import sha256
from crypto.jws import sign_submission
from ledger.files import LedgerFiles, MemoryLedger
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.register.entries import Entry, Filing
from ledger.store import KeyValueStore
from ledger.submission import Submission, admit, encode_payload

GENESIS = Genesis(
    network_name="test network",
    created_at="2026-01-01T00:00:00Z",
    offices=tuple(
        GenesisOffice(
            code=office,
            name=f"Office {office}",
            public_key=encode_public_key(key_of(office).public_bytes),
        )
        for office in FOUR
    ),
)
KEYRING = GENESIS.keyring()
START_MS = 1_800_000_000_000
MINUTE_MS = 60_000


def filing(serial: int, filed: date = date(2013, 5, 6)) -> Filing:
    return Filing(right="patent", application_number_text=f"2013{serial:06}", filing_date=filed)


def signed(
    *entries: Entry | msgspec.Raw,
    office: str = "AU",
    valid_until_ms: int = START_MS + MINUTE_MS,
    nonce: int = 0,
) -> bytes:
    """A submission's bytes."""
    payload = encode_payload(
        KEYRING.network_id, office, valid_until_ms, nonce.to_bytes(12, "big"), entries
    )
    return sign_submission(key_of(office), office, payload)


def submission(
    *entries: Entry | msgspec.Raw,
    office: str = "AU",
    valid_until_ms: int = START_MS + MINUTE_MS,
    nonce: int = 0,
) -> Submission:
    data = signed(*entries, office=office, valid_until_ms=valid_until_ms, nonce=nonce)
    return admit(data, KEYRING)


def opened(files: LedgerFiles | None = None, index: KeyValueStore | None = None) -> Ledger:
    return Ledger(GENESIS, files or MemoryLedger(), index or MemoryStore())


def grown(ledger: Ledger, blocks: int, filings: int = 3) -> Ledger:
    """The ledger with more blocks, each of one submission with new running numbers, all certified."""
    for _ in range(blocks):
        height = ledger.height + 1
        serials: Sequence[int] = range(height * filings, (height + 1) * filings)
        ledger.append(height, START_MS + height, [submission(*map(filing, serials), nonce=height)])
        ledger.attach_certificate(certified(ledger, height))
    return ledger


def certified(ledger: Ledger, height: int) -> CheckpointCertificate:
    network_id = ledger.keyring.network_id
    return certificate_of(height, ledger.block_hash(height), network_id=network_id)


def digest_of(text: str) -> bytes:
    return sha256(text.encode())
