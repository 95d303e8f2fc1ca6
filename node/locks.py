"""Locks on open files, which the operating system lets go of when the process ends, however it ends."""

import sys
from typing import IO

if sys.platform != "win32":
    import fcntl

    def lock(file: IO[str], *, wait: bool = False) -> None:
        """Take the lock; where another process has it, fail or wait.

        Raises:
            OSError: another process has it.
        """
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

else:
    import msvcrt

    def lock(file: IO[str], *, wait: bool = False) -> None:
        """Take the lock; where another process has it, fail, or wait for ten seconds and then fail.

        Raises:
            OSError: another process has it.
        """
        # The byte that is locked lies far behind the text, which others may then still read.
        file.seek(1_000_000)
        msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
