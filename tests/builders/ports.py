"""Ports for nodes under test."""

import random
import socket

from node.plan import PORT_STEP

_ATTEMPTS = 100
_BASES = range(20_000, 32_000, 100)
"""Below the ports that the system gives to outgoing connections."""


def free_base_port(offices: int) -> int:
    """A base port for `network init`, with all ports of these offices free at the moment."""
    for _ in range(_ATTEMPTS):
        base = random.choice(_BASES)
        if all(_is_free(base + PORT_STEP * place + n) for place in range(offices) for n in (0, 1)):
            return base
    raise OSError(f"found no free ports for {offices} offices")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
