"""Networks with other offices than the four, and proof files that they make: names and numbers in many scripts."""

from collections.abc import Callable, Mapping
from datetime import date

from builders.ledgers import MINUTE_MS, START_MS
from builders.offices import certificate_of, key_of
from crypto.jws import sign_submission
from crypto.signing import bound_message
from ledger.files import MemoryLedger
from ledger.genesis import Genesis, GenesisOffice, encode_public_key
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.proof.document import encode_proof_file
from ledger.proof.filing_question import NamedFiling
from ledger.proof.making import draft_filing, draft_priority, finish
from ledger.register.entries import Entry, Filing
from ledger.register.verification import FirstFiling, PriorityRequest, SecondFiling
from ledger.submission import admit, encode_payload

DAY = date(2013, 5, 6)


class Network:
    """A ledger of some offices, in memory."""

    def __init__(self, names: Mapping[str, str], network_name: str = "test network") -> None:
        self.genesis = Genesis(
            network_name=network_name,
            created_at="2026-01-01T00:00:00Z",
            offices=tuple(
                GenesisOffice(
                    code=code,
                    name=name,
                    public_key=encode_public_key(key_of(code).public_bytes),
                )
                for code, name in sorted(names.items())
            ),
        )
        self.keyring = self.genesis.keyring()
        self.ledger = Ledger(self.genesis, MemoryLedger(), MemoryStore())

    def enter(self, office: str, *entries: Entry) -> None:
        """One more block, signed for by all offices."""
        height, network_id = self.ledger.height + 1, self.keyring.network_id
        until, nonce = START_MS + MINUTE_MS, height.to_bytes(12, "big")
        payload = encode_payload(network_id, office, until, nonce, entries)
        submission = admit(sign_submission(key_of(office), office, payload), self.keyring)
        self.ledger.append(height, START_MS + height, [submission])
        block_hash = self.ledger.block_hash(height)
        signers = self.keyring.offices
        certificate = certificate_of(height, block_hash, *signers, network_id=network_id)
        self.ledger.attach_certificate(certificate)

    def priority(self, office: str, number: str, at: str, filed: date = DAY) -> bytes:
        """The proof file of a claim to a filing of the office, made a year later at another."""
        first = FirstFiling(
            ip_office_code=office, application_number_text=number, filing_date=filed, right="patent"
        )
        later = filed.replace(year=filed.year + 1)
        second = SecondFiling(ip_office_code=at, filing_date=later, right="patent")
        draft = draft_priority(self.ledger, PriorityRequest(first=first, second=second))
        return encode_proof_file(finish(self.ledger, draft, office, self._attest(office)))

    def look_up(self, office: str, number: str) -> bytes:
        """The proof file of whether a number is registered."""
        named = NamedFiling(ip_office_code=office, right="patent", application_number_text=number)
        draft = draft_filing(self.ledger, named)
        maker = self.keyring.offices[0]
        return encode_proof_file(finish(self.ledger, draft, maker, self._attest(maker)))

    def _attest(self, office: str) -> Callable[[bytes], bytes]:
        return lambda digest: key_of(office).sign(
            bound_message("proof", self.keyring.network_id, digest)
        )


def filed(number: str, on: date = DAY) -> Filing:
    return Filing(right="patent", application_number_text=number, filing_date=on)
