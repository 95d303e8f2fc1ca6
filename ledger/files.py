"""The ledger files, from which all else can be rebuilt: blocks in one log, checkpoint certificates in another.

Block files hold agreed content only, so they are the same on all nodes, byte for byte. Certificates may differ: any
quorum will do.
"""

from pathlib import Path
from typing import Protocol

from ledger.record_log import MemoryLog, RecordLog
from ledger.segments import SEGMENT_BYTES_MAX, SegmentLog


class LedgerFiles(Protocol):
    """The two logs of a ledger."""

    @property
    def blocks(self) -> RecordLog:
        """Encoded blocks, in the order of their heights, from 1."""

    @property
    def certificates(self) -> RecordLog:
        """Encoded checkpoint certificates, in the order in which they became known."""

    def close(self) -> None:
        """Release files."""


class FileLedger:
    """The ledger files in a directory: `blocks-000001.log` ... and `certificates-000001.log` ..."""

    __slots__ = ("blocks", "certificates")

    def __init__(
        self,
        directory: Path,
        network_id: bytes,
        *,
        segment_bytes_max: int = SEGMENT_BYTES_MAX,
        read_only: bool = False,
    ) -> None:
        """Open the files, or begin them. Read-only, nothing is changed on disk: for an auditor's copy.

        Raises:
            CorruptLedgerError: a segment is missing, of another network or damaged.
        """
        # First the certificates: beside a running node each of them then has its block in the block files.
        self.certificates: RecordLog = SegmentLog(
            directory,
            "certificates",
            network_id,
            segment_bytes_max=segment_bytes_max,
            read_only=read_only,
        )
        self.blocks: RecordLog = SegmentLog(
            directory,
            "blocks",
            network_id,
            segment_bytes_max=segment_bytes_max,
            read_only=read_only,
        )

    def close(self) -> None:
        """Release the open files."""
        self.blocks.close()
        self.certificates.close()


class MemoryLedger:
    """Ledger files in memory, for tests and simulations. They outlive the `Ledger` over them, as files would."""

    __slots__ = ("blocks", "certificates")

    def __init__(self) -> None:
        self.blocks: RecordLog = MemoryLog()
        self.certificates: RecordLog = MemoryLog()

    def close(self) -> None:
        """Nothing to release."""
