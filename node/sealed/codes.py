"""What an office knows of sealed filings and tells nobody: numbers, dates and access codes, encrypted at rest.

The ledger shows claim keys only. This store holds, for each claim key, the number and date behind it, and for the
office's own filings the access code. It is the only copy: a code is durable here before its sealed filing is
submitted, and nothing is ever removed.

Each record stands in a log of checksummed records (`ledger.segments`), encrypted by AES-256-GCM (NIST SP 800-38D). Its
additional data are the network, the office and the place of the record, so none can be moved or exchanged unseen.
"""

import hmac
import secrets
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from crypto import base64url
from ledger.record_log import Location, RecordLog
from ledger.register.entries import Right

STORE_KEY_SIZE: Final = 32  # bytes
_NONCE_SIZE: Final = 12  # bytes
_INFO: Final = b"ipregister/codes/v1"
_REQUEST_KEY_INFO: Final = b"ipregister/request-keys/v1"


class UnreadableCodesError(Exception):
    """The store holds records that this key does not open, or that were moved or changed."""


class CodesNotKeptError(Exception):
    """The store could not be written; nothing was submitted."""


class KnownFiling(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What is known of a sealed filing. Its representation shows only what the ledger shows, too."""

    office: str
    """The register's code of its office."""
    claim_key: str
    right: Right
    number: str
    """As given."""
    match_key: str
    filing_date: date
    receiving_office: str = ""
    """Of an own PCT filing, as given."""
    code: bytes = b""
    """The access code; empty: another office's filing, whose applicant told its code for one claim only."""

    @property
    def identifier(self) -> str:
        """The id by which the register knows it while it is sealed."""
        return f"{self.office}.sealed.{self.claim_key}"

    def __repr__(self) -> str:
        return f"KnownFiling({self.identifier})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """The same for tracebacks in colour."""
        return [("identifier", self.identifier)]


class _Place(NamedTuple):
    location: Location
    number: int
    """Of the record in the log, from 0."""


class CodeStore:
    """The known filings of one office, in the order in which they became known.

    One thread may add while others read.
    """

    def __init__(self, log: RecordLog, key: bytes, network_id: bytes, office: str) -> None:
        """Read all that is kept.

        Raises:
            UnreadableCodesError: a record was not written under this key, for this network and office, at its place.
            CorruptLedgerError: the log is damaged.
        """
        self._cipher = AESGCM(_derived(key, network_id, _INFO + office.encode()))
        self._request_key = _derived(key, network_id, _REQUEST_KEY_INFO + office.encode())
        self._context = network_id + office.encode()
        self.office: Final = office
        self._log = log
        self.notes = log.notes
        """What opening repaired, for the operator."""
        self.warnings: list[str] = []
        """What opening missed, for the operator."""
        self._adding = threading.Lock()
        self._places: dict[str, _Place] = {}
        self._own: list[str] = []
        """Claim keys of the office's own filings, in their order."""
        self._coded: set[str] = set()
        """The same, to be found."""
        self._of_number: dict[tuple[str, Right, str], tuple[str, ...]] = {}
        """Claim keys by office, right and match key."""
        self._count = 0
        for location, record in log.records():
            self._take(self._decrypted(record, self._count), _Place(location, self._count))
            self._count += 1

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"CodeStore({self.office}, {len(self)} filings)"

    @property
    def own_count(self) -> int:
        """How many of the office's own filings are kept."""
        return len(self._own)

    def hidden_key(self, request_key: str) -> str:
        """A request key in its place on the ledger, from which nobody else learns what it was: 43 characters."""
        return base64url.encode(hmac.digest(self._request_key, request_key.encode(), "sha256"))

    def has_code(self, claim_key: str) -> bool:
        """Whether the access code of the own filing with this claim key is kept."""
        return claim_key in self._coded

    def find(self, claim_key: str) -> KnownFiling | None:
        """What is known of the filing with this claim key."""
        place = self._places.get(claim_key)
        if place is None:
            return None
        return self._decrypted(self._log.read(place.location), place.number)

    def filings(self, office: str, right: Right, match_key: str) -> tuple[KnownFiling, ...]:
        """All that is known of filings of an office with this number: one for each date under which it was sealed."""
        found = map(self.find, self._of_number.get((office, right, match_key), ()))
        return tuple(known for known in found if known is not None)

    def own_filings(self, right: Right, match_key: str) -> tuple[KnownFiling, ...]:
        """The office's own filings with this number, whose access codes are kept."""
        return tuple(known for known in self.filings(self.office, right, match_key) if known.code)

    def own_from(self, start: int) -> Iterator[tuple[int, KnownFiling]]:
        """The office's own filings from a place on, each with its place."""
        for place in range(start, len(self._own)):
            known = self.find(self._own[place])
            assert known is not None, "what is listed is kept"
            yield place, known

    def keep(self, filings: Sequence[KnownFiling]) -> None:
        """Add filings; they are durable when this returns. One that is kept stays as it is.

        Raises:
            CodesNotKeptError: they may not be durable. The store then takes no more until it is opened again.
        """
        with self._adding:
            new = {known.claim_key: known for known in filings}
            added: list[tuple[KnownFiling, _Place]] = []
            try:
                for claim_key, known in new.items():
                    if claim_key not in self._places:
                        number = self._count + len(added)
                        location = self._log.append(self._encrypted(known, number))
                        added.append((known, _Place(location, number)))
                # Also where nothing is new: an earlier process may have ended before it synced what was read here.
                self._log.sync()
            except OSError as error:
                raise CodesNotKeptError(
                    f"the store of access codes cannot be written: {error.strerror or error}"
                ) from error
            self._count += len(added)
            for known, place in added:
                self._take(known, place)

    def close(self) -> None:
        """Let go of the files."""
        self._log.close()

    def _take(self, known: KnownFiling, place: _Place) -> None:
        self._places[known.claim_key] = place
        if known.code:
            self._own.append(known.claim_key)
            self._coded.add(known.claim_key)
        name = known.office, known.right, known.match_key
        self._of_number[name] = (*self._of_number.get(name, ()), known.claim_key)

    def _encrypted(self, known: KnownFiling, number: int) -> bytes:
        nonce = secrets.token_bytes(_NONCE_SIZE)
        return nonce + self._cipher.encrypt(nonce, _encode(known), self._additional(number))

    def _decrypted(self, record: bytes, number: int) -> KnownFiling:
        nonce, sealed = record[:_NONCE_SIZE], record[_NONCE_SIZE:]
        try:
            return _decode(self._cipher.decrypt(nonce, sealed, self._additional(number)))
        except (InvalidTag, ValueError, msgspec.MsgspecError):
            # Without the cause: nothing of the content may reach a log.
            raise UnreadableCodesError(
                f"record {number} of the access codes of {self.office} does not open with this key"
            ) from None

    def _additional(self, number: int) -> bytes:
        return self._context + number.to_bytes(8, "big")


def _derived(key: bytes, network_id: bytes, info: bytes) -> bytes:
    return HKDF(SHA256(), STORE_KEY_SIZE, salt=network_id, info=info).derive(key)


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(KnownFiling).decode
