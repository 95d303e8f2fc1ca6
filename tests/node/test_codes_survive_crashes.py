"""A node that is killed at any moment has the access code of every sealed filing that is on the ledger."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from ledger.register.keys import SEALED_PREFIX
from node.client import NodeError
from node.home import read_home
from node.local import LocalNetwork, LocalNode
from node.stores import open_stores

AT_ONCE, BEFORE_THE_KILL = 16, (1, 20, 60)


def register_until_killed(node: LocalNode, numbers: "count[int]", answered_max: int) -> set[str]:
    """The ids that were answered before the node was killed, right in the middle of others."""
    answered: set[str] = set()
    enough = threading.Event()

    def register() -> None:
        with node.client() as client:
            while not enough.is_set():
                request = {
                    "right": "patent",
                    "applicationNumberText": f"2013{next(numbers):06}",
                    "filingDate": "2013-03-12",
                }
                try:
                    answered.add(client.post("/sealed-filings", request)["filingId"])
                except NodeError:
                    return
                if len(answered) >= answered_max:
                    enough.set()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in range(AT_ONCE):
            threads.submit(register)
        enough.wait(60)
        node.kill()
    return answered


def test_no_sealed_filing_on_the_ledger_is_without_its_code(tmp_path: Path) -> None:
    answered: set[str] = set()
    with LocalNetwork(tmp_path / "homes", ["AU"], "crash") as network:
        node, numbers = network.nodes["AU"], count()
        for answered_max in BEFORE_THE_KILL:
            node.start()
            network.wait_ready(node)
            answered |= register_until_killed(node, numbers, answered_max)
    with open_stores(read_home(node.home, os.environ)) as stores:
        sealed = [key for key, _ in stores.ledger.reader.scan(SEALED_PREFIX)]
        kept = [stores.codes.find(key[4:].decode()) for key in sealed]
    assert len(answered) >= sum(BEFORE_THE_KILL)
    assert len(sealed) >= len(answered)
    assert None not in kept
    assert all(known is not None and known.code for known in kept)
    assert answered <= {known.identifier for known in kept if known is not None}
