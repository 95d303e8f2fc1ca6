"""A network of namespaces: each office's node in one of its own, so that the ways between them can be cut.

Each namespace has two ways out: `peers` leads over a bridge to the other offices, `api` to the clients in this
machine's own namespace. Only the first is ever cut: clients still reach a node that is cut off from the others, and
see what it says then. A way is cut by a wrong address on the link layer: what is sent into it is lost in silence, as
in a real network, and in one direction only.
"""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterable
from itertools import permutations
from typing import Final

from processes.counts import count_fault
from processes.network import OFFICES
from processes.surroundings import ThisMachine

_NOBODY: Final = "02:00:00:00:00:00"


class CannotPartitionError(Exception):
    """This machine does not let us make network namespaces; the message says what it refused."""


class Namespaces(ThisMachine):
    """The namespaces of four offices. Needs root and the `ip` command of iproute2."""

    def __init__(self) -> None:
        """Make them.

        Raises:
            CannotPartitionError: this machine does not let us.
        """
        if shutil.which("ip") is None:
            raise CannotPartitionError("there is no 'ip' command (Debian: apt install iproute2)")
        if os.geteuid() != 0:
            raise CannotPartitionError("network namespaces need root")
        self._token = secrets.token_hex(3)
        self._subnet = 1 + secrets.randbelow(250)
        self._cut: set[tuple[str, str]] = set()
        try:
            self._make()
        except subprocess.CalledProcessError as error:
            self.close()
            raise CannotPartitionError(
                f"'{' '.join(error.cmd)}': {error.stderr.decode().strip()}"
            ) from error

    def peer_host(self, office: str) -> str:
        """The address at which the other offices reach this one."""
        return f"198.19.0.{1 + OFFICES.index(office)}"

    def api_host(self, office: str) -> str:
        """The address at which clients reach this office's node."""
        return f"198.18.{self._subnet}.{4 * OFFICES.index(office) + 2}"

    def command(self, office: str) -> list[str]:
        """Enter the office's namespace."""
        return ["ip", "netns", "exec", self._namespace(office)]

    def isolate(self, offices: Iterable[str]) -> None:
        """Cut every way between these offices and the others, in both directions."""
        inside = set(offices)
        for sender, receiver in permutations(OFFICES, 2):
            if (sender in inside) != (receiver in inside):
                self.cut(sender, receiver)

    def unplug(self, office: str) -> None:
        """Take the cable of an office out: its node is told so, unlike with `isolate`."""
        count_fault("cable unplugged")
        self._ip("-n", self._switch, "link", "set", office.lower(), "down")

    def cut(self, sender: str, receiver: str) -> None:
        """Lose all that one office sends to another from now on."""
        count_fault("way cut")
        self._neighbour("replace", sender, receiver, "lladdr", _NOBODY, "nud", "permanent")
        self._cut.add((sender, receiver))

    def heal(self) -> None:
        """Let everything through again."""
        for sender, receiver in self._cut:
            self._neighbour("del", sender, receiver)
        self._cut.clear()
        for office in OFFICES:
            self._ip("-n", self._switch, "link", "set", office.lower(), "up")

    def close(self) -> None:
        """Take all namespaces away; what was in them goes with them."""
        for name in (self._switch, *map(self._namespace, OFFICES)):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)

    @property
    def _switch(self) -> str:
        return f"ipr{self._token}"

    def _namespace(self, office: str) -> str:
        return f"ipr{self._token}-{office.lower()}"

    def _make(self) -> None:
        self._ip("netns", "add", self._switch)
        self._ip("-n", self._switch, "link", "add", "bridge", "type", "bridge")
        self._ip("-n", self._switch, "link", "set", "bridge", "up")
        for office in OFFICES:
            self._ip("netns", "add", self._namespace(office))
            self._ip("-n", self._namespace(office), "link", "set", "lo", "up")
            self._connect_to_peers(office)
            self._connect_to_clients(office)

    def _connect_to_peers(self, office: str) -> None:
        switch, namespace, port = self._switch, self._namespace(office), office.lower()
        self._ip(
            *("-n", switch, "link", "add", port, "type", "veth"),
            *("peer", "name", "peers", "netns", namespace),
        )
        self._ip("-n", switch, "link", "set", port, "master", "bridge", "up")
        self._ip("-n", namespace, "addr", "add", f"{self.peer_host(office)}/24", "dev", "peers")
        self._ip("-n", namespace, "link", "set", "peers", "up")

    def _connect_to_clients(self, office: str) -> None:
        namespace, port = self._namespace(office), self._namespace(office)
        first = f"198.18.{self._subnet}.{4 * OFFICES.index(office) + 1}"
        self._ip(*("link", "add", port, "type", "veth", "peer", "name", "api", "netns", namespace))
        self._ip("addr", "add", f"{first}/30", "dev", port)
        self._ip("link", "set", port, "up")
        self._ip("-n", namespace, "addr", "add", f"{self.api_host(office)}/30", "dev", "api")
        self._ip("-n", namespace, "link", "set", "api", "up")

    def _neighbour(self, action: str, sender: str, receiver: str, *more: str) -> None:
        namespace, address = self._namespace(sender), self.peer_host(receiver)
        self._ip("-n", namespace, "neigh", action, address, "dev", "peers", *more)

    def _ip(self, *arguments: str) -> None:
        subprocess.run(["ip", *arguments], capture_output=True, check=True)
