"""A network's filings and claim changes, exported and imported into a fresh network: the same register.

Two real nodes with their API over HTTP, and the commands as a user types them.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from node.cli import run
from node.local import LocalNetwork

FILINGS: tuple[dict[str, object], ...] = (
    {
        "right": "patent",
        "applicationNumberText": "2013287263",
        "filingDate": "2013-03-12",
        "priorityClaimBag": [
            {
                "ipOfficeCode": "US",
                "applicationNumberText": "61/610,420",
                "filingDate": "2012-03-13",
            },
            {"ipOfficeCode": "jp", "applicationNumberText": "2012-1234"},
            {"filingDate": "2012-06-01"},
        ],
    },
    {
        "right": "patent",
        "applicationNumberText": "2014200001",
        "filingDate": "2014-01-02",
        "priorityClaimBag": [
            {
                "ipOfficeCode": "US",
                "applicationNumberText": "PCT/US2013/012345",
                "filingDate": "2013-01-10",
            },
            {
                "ipOfficeCode": "CN",
                "applicationNumberText": "201320012345.6",
                "filingDate": "2013-01-11",
                "right": "utilityModel",
            },
        ],
        "relatedFilingBag": [
            {
                "relation": "division",
                "ipOfficeCode": "AU",
                "applicationNumberText": "2013287263",
            },
            {
                "relation": "nationalPhase",
                "ipOfficeCode": "WO",
                "applicationNumberText": "PCT/US2013/012345",
                "filingDate": "2013-01-10",
            },
        ],
    },
    {
        "right": "design",
        "applicationNumberText": "201412345",
        "filingDate": "2014-05-06",
        "priorityClaimBag": [
            {
                "ipOfficeCode": "EM",
                "applicationNumberText": "002345678-0001",
                "filingDate": "2014-01-06",
            }
        ],
    },
    {
        "right": "trademark",
        "applicationNumberText": "1612345",
        "filingDate": "2014-05-07",
        "relatedFilingBag": [
            {"relation": "division", "ipOfficeCode": "AU", "applicationNumberText": "1600001"}
        ],
    },
    {"right": "plantVariety", "applicationNumberText": "2014/123", "filingDate": "2014-05-08"},
)
CLAIMS = (
    "right;applicationNumberText;action;decisionDate;criterion;"
    "claimIpOfficeCode;claimApplicationNumberText;claimFilingDate;"
    "replacedClaimIpOfficeCode;replacedClaimApplicationNumberText\n"
    "patent;2013287263;add;2013-05-01;;GB;1204321.0;2012-04-02;;\n"
    "patent;2013287263;correct;2013-05-02;;JP;2012-001234;2012-01-20;JP;2012-1234\n"
    "patent;2013287263;withdraw;2013-05-03;;GB;1204321.0;2012-04-02;;\n"
    "patent;2013287263;restore;2013-05-04;unintentional;US;61/610,420;2012-03-13;;\n"
    "patent;2013287263;withdraw;2013-05-05;;FR;1251234;2012-02-10;;\n"
    "patent;2013287263;celebrate;2013-05-06;;FR;1251234;2012-02-10;;\n"
)
FORMS = {"csv": "csv", "jsonl": "jsonl", "st97": "json", "st96": "xml"}


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNetwork]:
    """AU, with filings and claim changes that the commands have imported."""
    folder = tmp_path_factory.mktemp("first")
    with LocalNetwork(folder / "homes", ["AU"], "first") as first:
        first.start()
        yield first


def command(network: LocalNetwork, *words: str | Path) -> list[str]:
    return [*map(str, words), "--home", str(network.nodes["AU"].home)]


def outcome(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    document: dict[str, object] = json.loads(capsys.readouterr().out)
    return document


def registered(network: LocalNetwork) -> list[dict[str, object]]:
    """What the register holds, without where it stands on the ledger."""
    with network.nodes["AU"].client() as client:
        pages = list(client.pages("/filings", {"limit": 2}))
    filings = [filing for page in pages for filing in page["filings"]]
    return [without_places(filing) for filing in filings]


def without_places(value: dict[str, object]) -> dict[str, object]:
    return {
        name: [without_places(each) for each in inner] if isinstance(inner, list) else inner
        for name, inner in value.items()
        if name not in ("height", "index")
    }


def test_what_was_exported_makes_the_same_register_elsewhere(
    network: LocalNetwork, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every form carries the filings without change; a table carries their claim changes."""
    filings, claims = tmp_path / "filings.jsonl", tmp_path / "claims.csv"
    filings.write_text("\n".join(map(json.dumps, FILINGS)))
    claims.write_text(CLAIMS)
    assert run(command(network, "register", filings, "--json")) == 0
    assert outcome(capsys)["counts"] == {"accepted": 5}
    report = tmp_path / "report.csv"
    assert run(command(network, "claim", "import", claims, "--json", "--report", report)) == 1
    assert outcome(capsys)["counts"] == {"accepted": 4, "rejected": 1, "malformed": 1}
    lines = report.read_text().splitlines()
    assert [line.split(",")[2] for line in lines[1:]] == ["accepted"] * 4 + [
        "rejected",
        "malformed",
    ]
    assert "CLAIM_NOT_FOUND" in lines[5]
    assert "action" in lines[6]

    before = registered(network)
    assert len(before) == 5
    for form, suffix in FORMS.items():
        file = tmp_path / f"export.{suffix}"
        assert run(command(network, "export", "--format", form, "-o", file, "--json")) == 0
        assert outcome(capsys)["count"] == 5
        assert run(command(network, "register", file, "--json")) == 0
        assert outcome(capsys)["counts"] == {"repeated": 5}, form
    changes = tmp_path / "changes.csv"
    assert run(command(network, "export", "--claims", "-o", changes, "--json")) == 0
    assert outcome(capsys)["count"] == 4
    with LocalNetwork(tmp_path / "homes", ["AU"], "second") as other:
        other.start()
        xml = tmp_path / "export.xml"
        assert run(command(other, "register", xml, "--json")) == 0
        assert outcome(capsys)["counts"] == {"accepted": 5}
        for status in ("accepted", "repeated"):
            assert run(command(other, "claim", "import", changes, "--json")) == 0
            assert outcome(capsys)["counts"] == {status: 4}
        assert registered(other) == before
