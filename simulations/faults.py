"""Faults drawn from a seed: each run has its own mix of crashes, restarts, partitions, loss and repetition."""

import random

from simulations.cluster import Cluster
from simulations.network import NetworkConditions


def draw_conditions(rng: random.Random) -> NetworkConditions:
    """How bad the network of a run is."""
    return NetworkConditions(
        delay_ms=rng.choice(((1, 5), (1, 40), (20, 120))),
        loss=rng.choice((0.0, 0.01, 0.08)),
        repetition=rng.choice((0.0, 0.05)),
    )


class Faults:
    """Disturbs a cluster step by step; at most f nodes are down at once, but all may crash together."""

    def __init__(self, rng: random.Random, cluster: Cluster) -> None:
        self._rng = rng
        self._cluster = cluster
        self._faults = (len(cluster.nodes) - 1) // 3
        self._crash_rate = rng.choice((0.0, 0.05, 0.15))
        self._flush_crash_rate = rng.choice((0.0, 0.002))
        self._partition_rate = rng.choice((0.0, 0.05, 0.15))
        self.fired = {
            "crash": 0,
            "crash before flush": 0,
            "restart": 0,
            "crash of all": 0,
            "partition": 0,
            "healing": 0,
        }
        cluster.crashes_before_flush = self._crashes_before_flush

    def disturb(self) -> None:
        """Draw what happens next."""
        if self._rng.random() < self._crash_rate:
            self._crash_or_restart()
        if self._rng.random() < self._crash_rate / 10:
            self._crash_all()
        if self._rng.random() < self._partition_rate:
            self._partition()

    def heal(self) -> None:
        """End all faults: everyone is up and linked, nothing is lost any more."""
        self._cluster.network.conditions = NetworkConditions()
        self._flush_crash_rate = 0.0
        for office, node in self._cluster.nodes.items():
            if node.engine is None:
                self._cluster.start(office)
        self._cluster.heal_links()

    def _crash_or_restart(self) -> None:
        office = self._rng.choice(sorted(self._cluster.nodes))
        down = sum(node.engine is None for node in self._cluster.nodes.values())
        if self._cluster.nodes[office].engine is None:
            self._cluster.start(office)
            self.fired["restart"] += 1
        elif down < self._faults:
            self._cluster.crash(office)
            self.fired["crash"] += 1

    def _crashes_before_flush(self, _office: str) -> bool:
        if self._flush_crash_rate == 0.0 or self._rng.random() >= self._flush_crash_rate:
            return False
        down = sum(node.engine is None for node in self._cluster.nodes.values())
        if down >= self._faults:
            return False
        self.fired["crash before flush"] += 1
        return True

    def _crash_all(self) -> None:
        for node in list(self._cluster.up()):
            self._cluster.crash(node.office)
        for office in self._cluster.nodes:
            self._cluster.start(office)
        self.fired["crash of all"] += 1

    def _partition(self) -> None:
        """Cut some directions, or heal all: cuts are one-sided as often as not."""
        offices = sorted(self._cluster.nodes)
        if self._cluster.network.severed:
            self._cluster.heal_links()
            self.fired["healing"] += 1
            return
        share = self._rng.choice((0.1, 0.3, 0.6))
        self._cluster.network.severed = frozenset(
            (a, b) for a in offices for b in offices if a != b and self._rng.random() < share
        )
        self.fired["partition"] += 1
