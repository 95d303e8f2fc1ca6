"""Access codes that were lost are missed at the start and by the doctor, as long as the ledger holds their filings."""

import os
import shutil
from pathlib import Path

import pytest

from node.config import ConfigurationError
from node.home import Home, read_home
from node.local import LocalNetwork
from node.sealed.code_files import examine_codes
from node.stores import open_stores


def filing(number: str) -> dict[str, str]:
    return {"right": "patent", "applicationNumberText": number, "filingDate": "2013-03-12"}


def refusal(home: Home) -> str:
    with pytest.raises(ConfigurationError) as refused, open_stores(home):
        pass
    (problem,) = refused.value.problems
    return f"{problem} {problem.fix}"


def test_an_office_whose_own_systems_keep_the_codes_starts_with_a_warning(tmp_path: Path) -> None:
    with LocalNetwork(tmp_path / "homes", ["AU"], "own") as network:
        node = network.nodes["AU"]
        node.start()
        network.wait_ready(node)
        with node.client() as client:
            client.post("/sealed-filings", filing("2013900000"))
        node.stop()
    (segment,) = (node.home / "codes").glob("codes-*.log")
    segment.unlink()
    with open_stores(read_home(node.home, os.environ)) as stores:
        assert "1 sealed filings of AU have no code" in stores.warnings[0]


def test_lost_codes_are_missed_by_start_and_doctor(tmp_path: Path) -> None:
    with LocalNetwork(tmp_path / "homes", ["AU"], "lost") as network:
        node = network.nodes["AU"]
        node.start()
        network.wait_ready(node)
        with node.client() as client:
            ids = [
                client.post("/sealed-filings", filing(f"201390000{serial}"))["filingId"]
                for serial in range(2)
            ]
            (segment,) = (node.home / "codes").glob("codes-*.log")
            old = segment.read_bytes()
            client.post(f"/sealed-filings/{ids[0]}/opening", {})
            client.post("/sealed-filings", filing("2013900007"))
        node.stop()
    home = read_home(node.home, os.environ)
    assert examine_codes(home) == "3 sealed filings known"
    whole = segment.read_bytes()
    segment.write_bytes(old)  # a mirror that is behind
    with open_stores(home) as stores:
        assert [text.partition(": ")[2] for text in stores.warnings] == [
            "1 sealed filings of AU have no code, and cannot be opened"
        ]
    with pytest.raises(ConfigurationError, match="1 sealed filings of AU have no code"):
        examine_codes(home)
    shutil.rmtree(home.codes_path)
    assert (
        "expected the folder of access codes, for AU has sealed filings on the ledger"
        in refusal(home)
    )
    with pytest.raises(ConfigurationError, match="found none"):
        examine_codes(home)
    with open_stores(home, codes_are_lost=True) as stores:
        assert "2 sealed filings of AU have no code" in stores.warnings[0]
    segment.write_bytes(whole)
    with open_stores(home) as stores:
        assert (stores.warnings, len(stores.codes)) == ((), 3)
    home.codes_key_path.unlink()
    assert "codes.key" in refusal(home)
    shutil.rmtree(home.codes_path)
    assert "found none" in refusal(home)
    assert not home.codes_key_path.exists()  # no new key in the way of the one from the backup
