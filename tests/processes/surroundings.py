"""Where a node's process runs: on this machine as it is, unless a fault needs other clocks or another network."""

from pathlib import Path
from typing import Protocol


class Surroundings(Protocol):
    """What the processes of one network are put into."""

    def peer_host(self, office: str) -> str:
        """The address at which the other offices reach this one."""
        ...

    def api_host(self, office: str) -> str:
        """The address at which clients reach this office's node."""
        ...

    def settle(self, office: str, home: Path) -> None:
        """Make ready, once the home is written."""
        ...

    def command(self, office: str) -> list[str]:
        """What to write before the command that starts the node."""
        ...

    def environment(self, office: str) -> dict[str, str]:
        """Variables for the node's process."""
        ...

    def close(self) -> None:
        """Leave nothing behind; all processes have ended."""
        ...


class ThisMachine:
    """The loopback network, and the clocks of this machine. The other surroundings differ from it in one thing."""

    def peer_host(self, office: str) -> str:
        """The address at which the other offices reach this one."""
        return "127.0.0.1"

    def api_host(self, office: str) -> str:
        """The address at which clients reach this office's node."""
        return "127.0.0.1"

    def settle(self, office: str, home: Path) -> None:
        """Nothing to make ready."""

    def command(self, office: str) -> list[str]:
        """Nothing stands before the command."""
        return []

    def environment(self, office: str) -> dict[str, str]:
        """No variables."""
        return {}

    def close(self) -> None:
        """Nothing was made."""
