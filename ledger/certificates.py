"""The certificates that a ledger keeps: records in a log of their own, found by height through the index."""

from collections.abc import Callable
from typing import Final

from crypto.certificate import CheckpointCertificate, decode_certificate, encode_certificate
from crypto.errors import MalformedBytesError
from ledger import index as layout
from ledger.errors import CorruptLedgerError
from ledger.record_log import Location, RecordLog
from ledger.replay import corrupt
from ledger.store import KeyValueStore


class Certificates:
    """Checkpoint certificates of blocks of the chain, one a height.

    Invariant: every certificate in the index stands in the log.
    """

    __slots__ = ("_index", "_log", "latest_height", "notes")

    def __init__(
        self,
        log: RecordLog,
        index: KeyValueStore,
        height: int,
        block_hash: Callable[[int], bytes],
    ) -> None:
        """Those of the log, for a chain of this height with these block hashes; the index takes what it lacks.

        Raises:
            CorruptLedgerError: the log holds something that certifies no block of this chain.
        """
        self._log = log
        self._index = index
        self.notes: Final[list[str]] = []
        """What was found and repaired, for the operator."""
        for location, record in log.records(self._last_indexed()):
            try:
                certificate = decode_certificate(record)
            except MalformedBytesError as error:
                raise corrupt(log, location, "a certificate", str(error)) from error
            if not 0 < certificate.height <= height:
                self.notes.append(f"the certificate of height {certificate.height} has no block")
                continue
            expected = block_hash(certificate.height)
            if certificate.block_hash != expected:
                raise corrupt(
                    log,
                    location,
                    f"a certificate of block {expected.hex()}",
                    f"one of block {certificate.block_hash.hex()}",
                )
            if index.get(layout.certificate_key(certificate.height)) is None:
                self._put(certificate.height, location)
        self.latest_height = layout.last_certified_height(index)
        """The greatest height that has a certificate; 0 before the first."""

    def get(self, height: int) -> CheckpointCertificate | None:
        """The certificate of a height; None if it has none of its own."""
        location = layout.read_location(self._index, layout.certificate_key(height))
        return None if location is None else decode_certificate(self._log.read(location))

    def add(self, certificate: CheckpointCertificate) -> None:
        """Keep a certificate of a block of the chain; a second one for a height is ignored. Durable after `sync`."""
        height = certificate.height
        if self._index.get(layout.certificate_key(height)) is None:
            self._put(height, self._log.append(encode_certificate(certificate)))
            self.latest_height = max(self.latest_height, height)

    def sync(self) -> None:
        """Return when every certificate added so far is durable."""
        self._log.sync()

    def _last_indexed(self) -> Location | None:
        """Where the last certificate of the index stands; None, and none in the index, if it does not stand there.

        The log can lack what the index has: after a power cut, or when it comes from a backup.
        """
        try:
            last = layout.read_location(self._index, layout.LAST_CERTIFICATE_KEY)
            if last is not None:
                height = max(decode_certificate(self._log.read(last)).height, 0)
                if layout.read_location(self._index, layout.certificate_key(height)) == last:
                    return last
                self.notes.append(f"the certificates are indexed anew: that of {height} differs")
        except (MalformedBytesError, CorruptLedgerError) as error:
            self.notes.append(f"the certificates are indexed anew: {error}")
        layout.wipe_certificates(self._index)
        return None

    def _put(self, height: int, location: Location) -> None:
        value = layout.encode_location(location)
        self._index.write(
            [(layout.certificate_key(height), value), (layout.LAST_CERTIFICATE_KEY, value)]
        )
