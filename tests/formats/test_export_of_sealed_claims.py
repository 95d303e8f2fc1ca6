"""A filing that claims a sealed one is left out of an export, by name, until that is opened."""

import json
from pathlib import Path

import pytest

from node.cli import run
from node.local import LocalNetwork

FIRST = {
    "right": "patent",
    "applicationNumberText": "2026900123",
    "filingDate": "2026-03-12",
}
CLAIM = {
    "ipOfficeCode": "AU",
    "applicationNumberText": FIRST["applicationNumberText"],
    "filingDate": FIRST["filingDate"],
}
LATER = {
    "right": "patent",
    "applicationNumberText": "2026200001",
    "filingDate": "2026-09-01",
    "priorityClaimBag": [CLAIM],
}


def test_a_claim_to_a_sealed_filing_is_exported_once_that_is_opened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with LocalNetwork(tmp_path / "homes", ["AU"], "sealed") as network:
        network.start()
        node = network.nodes["AU"]

        def exported(name: str) -> tuple[dict[str, object], str]:
            file = tmp_path / name
            words = ["export", "--format", "csv", "-o", str(file), "--home", str(node.home)]
            assert run([*words, "--json"]) == 0
            return json.loads(capsys.readouterr().out), file.read_text()

        with node.client() as client:
            first, later = (
                client.post("/sealed-filings", filing)["filingId"] for filing in (FIRST, LATER)
            )
            assert exported("sealed.csv")[0]["count"] == 0
            client.post(f"/sealed-filings/{later}/opening", {})
            told, table = exported("before.csv")
            assert (told["count"], "2026200001" in table) == (0, False)
            assert told["leftOut"] == [
                "AU.patent.2026200001 names a sealed filing, which no list can carry"
            ]
            client.post(f"/sealed-filings/{first}/opening", {})
            told, table = exported("after.csv")
            assert (told["count"], told["leftOut"]) == (2, [])
            assert "AU,2026900123,2026-03-12" in table
