"""Disks that fill up, and files that change under a node that is down."""

import contextlib
import resource
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Final

from processes.counts import count_fault
from processes.surroundings import ThisMachine

_MEBIBYTE: Final = 1024 * 1024
DISK_BYTES: Final = 64 * _MEBIBYTE
_PAGE: Final = 4096


class CannotMountError(Exception):
    """This machine does not let us mount a small file system; the message says what it refused."""


class SmallDisk(ThisMachine):
    """A file system in memory for the home of one office, small enough to be filled."""

    def __init__(self, office: str, folder: Path) -> None:
        """Try to mount it.

        Raises:
            CannotMountError: this machine does not let us.
        """
        self.office = office
        _mount(folder)
        _unmount(folder)
        self._home: Path | None = None

    def settle(self, office: str, home: Path) -> None:
        """Mount the disk, and put the office's home on it."""
        if office != self.office:
            return
        aside = home.rename(home.with_name(f"{home.name}.aside"))
        home.mkdir()
        _mount(home)
        self._home = home
        shutil.copytree(aside, home, dirs_exist_ok=True)

    def fill(self, bytes_left: int = 0) -> None:
        """Take all that is free, beside a node that writes; then leave so many bytes, in whole pages."""
        count_fault("disk filled")
        with self._ballast.open("ab", buffering=0) as ballast:
            with contextlib.suppress(OSError):
                while ballast.write(bytes(_PAGE)) == _PAGE:
                    pass
            ballast.truncate(max(ballast.tell() - bytes_left, 0) // _PAGE * _PAGE)

    def give_back(self) -> None:
        """Free what `fill` took."""
        self._ballast.unlink(missing_ok=True)

    def close(self) -> None:
        """Unmount."""
        if self._home is not None:
            _unmount(self._home)

    @property
    def _ballast(self) -> Path:
        assert self._home is not None
        return self._home / "ballast"


def _mount(folder: Path) -> None:
    """Mount a small file system in memory.

    Raises:
        CannotMountError: this machine does not let us.
    """
    options = ["-t", "tmpfs", "-o", f"size={DISK_BYTES}", "ipregister-test"]
    mounted = subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False)
    if mounted.returncode != 0:
        raise CannotMountError(f"mounting a tmpfs: {mounted.stderr.decode().strip()}")


def _unmount(folder: Path) -> None:
    subprocess.run(["umount", "--lazy", str(folder)], check=False)


def limit_file_size(pid: int, bytes_max: int) -> None:
    """Let a process write no file beyond this size: more fails as on a disk with a quota (EFBIG)."""
    count_fault("file size limited")
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes_max, hard))


def flip_byte(path: Path, offset: int) -> None:
    """Change one byte of a file, as a failing disk may."""
    with path.open("r+b") as file:
        file.seek(offset)
        byte = file.read(1)
        file.seek(offset)
        file.write(bytes([byte[0] ^ 0x41]))


def cut_tail(path: Path, count: int) -> None:
    """Take the last bytes of a file away, as a crash may that comes before they are written."""
    with path.open("r+b") as file:
        file.truncate(max(path.stat().st_size - count, 0))


def damage(path: Path, random: Random) -> str:
    """Damage a file at random: what was done, for people."""
    count_fault("file damaged")
    size = path.stat().st_size
    draw, place = random.random(), random.randrange(size)
    if draw < 0.5:
        flip_byte(path, place)
        return f"byte {place} of {size} flipped"
    if draw < 0.75:
        cut_tail(path, size - place)
        return f"cut to {place} of {size} bytes"
    length = min(random.randrange(1, 5000), size - place)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes(length))
    return f"{length} bytes from {place} of {size} zeroed"
