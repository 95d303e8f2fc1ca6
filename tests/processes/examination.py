"""Examines a network after the faults are over: does everything hold that must?"""

from processes.load import Load
from processes.network import OFFICES, ProcessNetwork
from processes.soundness import faults_in

_PAGE = 1000


def expect_sound(network: ProcessNetwork, load: Load) -> None:
    """Wait until the network is whole again, then compare ledgers, indexes and what the clients were told.

    Raises:
        AssertionError: something does not hold.
        StartError: the network does not heal in time.
    """
    assert network.unexpected_ends() == []
    network.wait_ready()
    ledger = network.ledger()
    assert len({node.head() for node in network.nodes.values()}) == 1
    assert network.different_files() == []
    assert faults_in(load.operations, ledger) == []
    expected = {
        (filing, places[0].date, places[0].height, places[0].entry)
        for filing, places in ledger.items()
    }
    for office in OFFICES:
        assert filings_at(network, office) == expected, office


def filings_at(network: ProcessNetwork, office: str) -> set[tuple[str, str, int, int]]:
    """Every filing that an office's node shows: its id, date, height and index."""
    with network.nodes[office].client() as client:
        return {
            (each["filingId"], each["filingDate"], each["height"], each["index"])
            for owner in OFFICES
            for page in client.pages("/filings", {"office": owner, "limit": _PAGE})
            for each in page["filings"]
        }
