"""A disk that loses on a crash what was not synced."""

from ledger.record_log import MemoryLog


class SimulatedLog(MemoryLog):
    """A record log of which a crash leaves only what was synced."""

    __slots__ = ("_synced",)

    def __init__(self) -> None:
        super().__init__()
        self._synced = 0

    @property
    def synced(self) -> int:
        """How many records a crash would leave."""
        return self._synced

    def sync(self) -> None:
        """Make everything appended durable."""
        self._synced = len(self._records)

    def crash(self) -> int:
        """Lose what was not synced; returns how many records that were."""
        lost = len(self._records) - self._synced
        del self._records[self._synced :]
        return lost


class SimulatedDisk:
    """The ledger files of a simulated node."""

    __slots__ = ("blocks", "certificates")

    def __init__(self) -> None:
        self.blocks = SimulatedLog()
        self.certificates = SimulatedLog()

    def crash(self) -> int:
        """Lose what was not synced; returns how many records that were."""
        return self.blocks.crash() + self.certificates.crash()

    def close(self) -> None:
        """Nothing to release."""
