"""`make soak`: real processes under load, with faults drawn at random from a seed, for as long as it is told.

    make soak                                     # five minutes, a seed of its own
    make soak SOAK="--minutes 480 --seed 7"       # 0 minutes: until Ctrl-C

The seed fixes what is drawn; when it strikes a running process, the machine decides. At the end, and after every round,
everything that the clients were told is checked against the ledger and against real time.
"""

import argparse
import secrets
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

from node.processes import StartError
from processes import counts
from processes.clocks import CannotStepClocksError, SteppedClocks
from processes.disks import CannotMountError, SmallDisk, damage, limit_file_size
from processes.examination import expect_sound
from processes.load import Load, wait_longer_than
from processes.network import OFFICES, STOPPED_BY_ITSELF, ProcessNetwork
from processes.partitions import CannotPartitionError, Namespaces
from processes.surroundings import Surroundings, ThisMachine

LONGEST_S: Final = 20.0
"""A fault lasts so long at most: longer than links take to be given up, and than clocks may differ."""
STEPS_S: Final = (-3600, -60, -5, 5, 60, 3600)


class Soak:
    """One network, a load, and one fault after the other."""

    def __init__(self, network: ProcessNetwork, random: Random) -> None:
        self._network = network
        self._random = random
        self._faults: list[Callable[[], str]] = [
            self._kill,
            self._pause,
            self._limit_files,
            self._damage,
        ]
        if isinstance(network.surroundings, Namespaces):
            self._faults += [self._partition, self._cut_ways]
        if isinstance(network.surroundings, SteppedClocks):
            self._faults += [self._step_clocks]
        if isinstance(network.surroundings, SmallDisk):
            self._faults += [self._fill_disk]

    def round(self) -> str:
        """Do one fault under load, heal it, and examine the network; what was done, for people.

        Raises:
            AssertionError, StartError: something does not hold, or the network does not heal.
        """
        with Load(self._network, self._random.getrandbits(32)) as load:
            load.wait_acknowledged(10)
            done = self._random.choice(self._faults)()
            self._heal()
            for office in OFFICES:
                load.wait_acknowledged(2, office)
        expect_sound(self._network, load)
        for node in self._network.nodes.values():
            node.is_supervised = False
        return done

    def _heal(self) -> None:
        surroundings = self._network.surroundings
        if isinstance(surroundings, Namespaces):
            surroundings.heal()
        if isinstance(surroundings, SteppedClocks):
            for office in OFFICES:
                surroundings.step(office, 0)
        if isinstance(surroundings, SmallDisk):
            surroundings.give_back()
        self._network.resume()
        self._network.start()

    def _some(self) -> Sequence[str]:
        return self._random.sample(OFFICES, self._random.choice((1, 1, 1, 2, 3, 4)))

    def _last(self) -> str:
        """Let the fault last for a while, and say how long."""
        seconds = LONGEST_S * self._random.random() ** 3
        wait_longer_than(seconds)
        return f"for {seconds:.1f} s"

    def _kill(self) -> str:
        offices = self._some()
        self._network.kill(*offices)
        return f"killed {' '.join(offices)} {self._last()}"

    def _pause(self) -> str:
        offices = self._some()
        self._network.pause(*offices)
        return f"paused {' '.join(offices)} {self._last()}"

    def _fill_disk(self) -> str:
        """Some pages are left, so that another write fails each time."""
        disk, bytes_left = self._network.surroundings, self._random.randrange(200_000)
        assert isinstance(disk, SmallDisk)
        disk.fill(bytes_left)
        code = self._network.nodes[disk.office].wait_ended()
        assert code == STOPPED_BY_ITSELF, f"{disk.office} ended with {code} on a full disk"
        return f"filled the disk of {disk.office} but for {bytes_left} bytes"

    def _limit_files(self) -> str:
        office, room = self._random.choice(OFFICES), self._random.randrange(5_000)
        node = self._network.nodes[office]
        files = (node.home / "data").glob("*/*.log")
        limit_file_size(node.pid, max(file.stat().st_size for file in files) + room)
        code = node.wait_ended()
        assert code == STOPPED_BY_ITSELF, f"{office} ended with {code} on a full disk"
        return f"let no file of {office} grow by more than {room} bytes"

    def _damage(self) -> str:
        """Damage a file of a node that is down: it must stay down and name it, or come up and be right."""
        office = self._random.choice(OFFICES)
        node = self._network.nodes[office]
        self._network.kill(office)
        files = [path for path in _files(node.home / "data") if path.stat().st_size]
        file = self._random.choice(files)
        whole = file.read_bytes()
        what = (
            f"damaged {office} {file.relative_to(node.home / 'data')}: {damage(file, self._random)}"
        )
        node.is_supervised = True
        node.start()
        try:
            self._network.wait_ready([office])
        except StartError:
            code = node.wait_ended()
            assert code == 1, f"{office} ended with {code}: {what}"
            assert str(file) in node.log.read_text()[-2_000:], what
            file.write_bytes(whole)
            return f"{what}; refused"
        return f"{what}; mended, or of no matter"

    def _partition(self) -> str:
        surroundings, offices = self._network.surroundings, self._some()
        assert isinstance(surroundings, Namespaces)
        surroundings.isolate(offices)
        return f"cut off {' '.join(offices)} {self._last()}"

    def _cut_ways(self) -> str:
        surroundings = self._network.surroundings
        assert isinstance(surroundings, Namespaces)
        ways = [(a, b) for a in OFFICES for b in OFFICES if a != b and self._random.random() < 0.3]
        for sender, receiver in ways:
            surroundings.cut(sender, receiver)
        return f"cut {' '.join(f'{a}>{b}' for a, b in ways)} {self._last()}"

    def _step_clocks(self) -> str:
        surroundings, offices = self._network.surroundings, self._some()
        assert isinstance(surroundings, SteppedClocks)
        steps = {office: self._random.choice(STEPS_S) for office in offices}
        for office, seconds in steps.items():
            surroundings.step(office, seconds)
        return f"stepped {' '.join(f'{o} {s:+} s' for o, s in steps.items())} {self._last()}"


def _files(data: Path) -> list[Path]:
    """The files of a node that it reads at its start, in the same order on every machine."""
    return sorted(
        path
        for path in data.rglob("*")
        if path.is_file()
        and path.name not in {"LOCK", "LOG", "LOG.old", "journal.new"}
        and ".damaged" not in str(path)
    )


def _surroundings(random: Random, directory: Path) -> Surroundings:
    """Those of one network: namespaces, clocks, a disk; this machine as it is where it does not let us."""
    kinds = (Namespaces, SteppedClocks, lambda: SmallDisk(random.choice(OFFICES), directory))
    try:
        return random.choice(kinds)()
    except (CannotPartitionError, CannotStepClocksError, CannotMountError) as error:
        _say(f"skipped: {error}")
        return ThisMachine()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def soak(seed: int, minutes: float, rounds_of_a_network: int) -> None:
    """Make one network after the other, and do some rounds on each, until the time is over.

    Raises:
        AssertionError, StartError: as `Soak.round`; the homes are kept, with the nodes' logs.
    """
    random, begun, done = Random(seed), time.monotonic(), Counter[str]()
    _say(f"seed {seed}: again with --seed {seed}")
    directory = Path(tempfile.mkdtemp(prefix="ipregister-soak-"))
    number = 0
    while not minutes or time.monotonic() - begun < 60 * minutes:
        number += 1
        homes = directory / f"network-{number}"
        with ProcessNetwork(homes, _surroundings(random, directory)) as network:
            network.start()
            rounds = Soak(network, random)
            for _ in range(rounds_of_a_network):
                try:
                    what = rounds.round()
                except BaseException:
                    _say(f"failed; homes and logs are kept in {homes}")
                    raise
                done[what.split()[0]] += 1
                _say(f"{time.monotonic() - begun:7.0f} s  round {done.total():4}  {what}")
    shutil.rmtree(directory)
    for line in counts.lines():
        _say(line)
    _say("everything holds")


def main() -> None:
    """Read the options, and soak."""
    parser = argparse.ArgumentParser(prog="make soak", description="Real processes under faults.")
    parser.add_argument("--minutes", type=float, default=5, help="0: until Ctrl-C (default: 5)")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 32))
    parser.add_argument("--rounds", type=int, default=20, help="with one network (default: 20)")
    options = parser.parse_args()
    soak(options.seed, options.minutes, options.rounds)


if __name__ == "__main__":
    main()
