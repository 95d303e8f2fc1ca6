"""How many files the process may have open, and for how many clients that leaves room."""

import logging
import sys
from typing import Final

from node.config import ConfigurationError, Problem

LIMIT_WANTED: Final = 65_536
KEPT: Final = 512
"""For files, the index, and the links to the other offices: clients never get these."""
CONNECTIONS_MIN: Final = 64
"""A node with room for fewer clients than this does not start."""

_log: Final = logging.getLogger("ipregister.server")

if sys.platform == "win32":

    def raise_descriptor_limit() -> int:
        """Windows has no such limit that would matter here."""
        return LIMIT_WANTED

else:
    import resource

    def raise_descriptor_limit() -> int:
        """Raise this process's limit of open files as far as it may itself, and return it."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = LIMIT_WANTED if hard == resource.RLIM_INFINITY else min(hard, LIMIT_WANTED)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            try:
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            except (OSError, ValueError):  # some systems name a hard limit that they do not grant
                return soft
            return wanted
        return LIMIT_WANTED if soft == resource.RLIM_INFINITY else soft


def connections_allowed(wanted: int, descriptors: int) -> int:
    """How many clients may be connected at a time: as wanted, or what the limit of open files leaves.

    Raises:
        ConfigurationError: it leaves too few.
    """
    room = descriptors - KEPT
    if room < CONNECTIONS_MIN:
        raise ConfigurationError(
            Problem(
                "open files",
                f"expected a limit of at least {KEPT + CONNECTIONS_MIN}, got {descriptors}",
                "raise it: LimitNOFILE= in the systemd unit, or 'ulimit -n' in the shell",
            )
        )
    if room < wanted:
        _log.warning(
            "the limit of %d open files leaves room for %d connections, not %d (api.connections_max)",
            descriptors,
            room,
            wanted,
        )
    return min(room, wanted)
