"""Servers of a demo or benchmark: each in its own process group, always stopped, with a log."""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

STOP_TIMEOUT_S = 20.0
POLL_S = 0.05
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGALRM})
"""Signals whose handlers may raise KeyboardInterrupt (SIGALRM: `ipregister demo`)."""


class StartError(RuntimeError):
    """A server did not start, or not in time."""


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens on at the moment."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def start(
    command: Sequence[str], *, log: Path, user: str | None = None, cwd: Path | None = None
) -> "subprocess.Popen[bytes]":
    """Start a server that ends with `stop`; its output goes to the log file.

    From the main thread: the server is told to stop when the thread that started it ends. A signal to
    end that comes meanwhile waits until the server is known; then it is stopped before that is raised.
    """
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - fixed commands, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(_prepare, mask),  # noqa: PLW1509 - no threads run meanwhile
                user=user,
                cwd=cwd,
            )
    except BaseException:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        raise
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    except BaseException:  # raised by the handler of a signal that waited
        stop(process)
        raise
    return process


def _prepare(mask: set[int]) -> None:
    """In the child: be told to stop when the parent ends, even if that is killed (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_SETMASK, mask)


def stop(process: "subprocess.Popen[bytes]", sign: signal.Signals = signal.SIGTERM) -> None:
    """Stop a server and what it started; kill it when it does not go."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, sign)
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(ready: Callable[[], bool], what: str, timeout_s: float = 30.0) -> None:
    """Wait until `ready` answers yes.

    Raises:
        StartError: it does not within the time.
    """
    deadline = time.monotonic() + timeout_s
    while not ready():
        if time.monotonic() > deadline:
            raise StartError(f"{what} within {timeout_s:.0f} s: it is not so")
        time.sleep(POLL_S)


def answers(url: str) -> bool:
    """Whether an HTTP server answers this address with 2xx."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return 200 <= int(response.status) < 300  # noqa: PLR2004 - the 2xx class
    except (urllib.error.URLError, OSError):
        return False


def descendants_of(pid: int) -> list[int]:
    """Return the process and all processes it started, directly or not."""
    found = [pid]
    for parent in found:
        with contextlib.suppress(OSError):  # it may end at any moment
            children = Path(f"/proc/{parent}/task/{parent}/children").read_text()
            found.extend(int(child) for child in children.split())
    return found


def find_program(name: str, *patterns: str) -> str | None:
    """Return the path of an installed program, looked for on the PATH and under the patterns."""
    for pattern in patterns:
        found = sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)
        if found:
            return str(found[0])
    return shutil.which(name)
