"""What a user sees when a node is not there, or a command is wrong: text for people, one object
with --json."""

import csv
import json
import socket
from datetime import date
from pathlib import Path

import pytest
from builders.ledgers import GENESIS, grown, opened

from ledger.genesis import encode_genesis
from ledger.receipt_json import encode_receipt, encode_state_evidence
from ledger.register.entries import Filing
from node.bulk import NumberedRow, register_rows
from node.cli import run
from node.client import NodeClient, NodeUnreachableError

FILING = '{"right":"patent","applicationNumberText":"2013287263","filingDate":"2013-03-15"}\n'


@pytest.fixture
def silent_url() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_node_that_is_not_there_is_named_by_its_address(silent_url: str) -> None:
    with NodeClient(silent_url) as client, pytest.raises(NodeUnreachableError, match=silent_url):
        client.get("/status")


def test_a_command_says_what_to_do_when_the_node_is_not_there(
    silent_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["offices", "--url", silent_url]) == 3
    assert "ipregister start" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["lookup", "AU", "2013287263"],
        ["family", "US", "11/964,952", "--date", "2007-12-27"],
        ["verify-priority", "US", "61/064,236", "2008-02-22", "--at", "AU", "--on", "2009-02-23"],
        ["receipt", "get", "AU", "2013287263"],
        ["event", "AU", "2013287263", "published", "2015-01-29"],
        ["dispute", "AU", "2013287263", "US", "61/610,420", "2012-03-13", "--reason", "a digit"],
        ["coverage", "AU"],
        ["closed-days", "show", "EP"],
        ["blocks"],
        ["offices"],
    ],
    ids=lambda command: command[0],
)
def test_with_json_a_failure_is_one_object_too(
    command: list[str], silent_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([*command, "--url", silent_url, "--json"]) == 3
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["exitCode"], document["url"]) == (False, 3, silent_url)


def test_a_dispute_without_a_reason_is_a_mistake_of_the_caller(
    silent_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["dispute", "AU", "2013287263", "US", "61/610,420", "--url", silent_url]
    assert run(command) == 2
    assert "--reason" in capsys.readouterr().err


def test_the_offices_that_dispute_are_named_beside_what_is_left_out(
    silent_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["family", "AU", "2013287263", "--disputed-by", "EP", "--url", silent_url]
    assert run(command) == 2
    assert "--without-disputed" in capsys.readouterr().err


def test_without_any_node_named_a_command_ends_with_the_code_of_configuration(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("IPREGISTER_URL", "IPREGISTER_HOME", "IPREGISTER_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    assert run(["offices", "--json"]) == 4
    assert json.loads(capsys.readouterr().out)["error"] == "no node is named"


def test_a_token_file_that_is_not_there_is_named(
    silent_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "token"
    assert run(["offices", "--url", silent_url, "--token-file", str(missing), "--json"]) == 4
    assert str(missing) in json.loads(capsys.readouterr().out)["error"]


def test_a_dry_run_reads_the_rows_and_needs_no_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filings.jsonl"
    file.write_text(FILING)
    assert run(["register", str(file), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"readable": 1}


def test_a_bad_row_is_reported_by_its_number_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filings.jsonl"
    file.write_text(FILING + '{"right":"patent","filingDate":"2013-02-30"}\n' + FILING)
    report = tmp_path / "report.csv"
    command = ["register", str(file), "--dry-run", "--json", "--report", str(report)]
    assert run(command) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"readable": 2, "malformed": 1}
    (bad,) = [row for row in document["rows"][str(file)] if row["status"] == "malformed"]
    assert bad["row"] == 2
    assert "filingDate" in bad["reason"]
    assert len(report.read_text().splitlines()) == 4


def test_a_chunk_that_is_sent_again_is_told(silent_url: str) -> None:
    filing = Filing(right="patent", application_number_text="1", filing_date=date(2013, 3, 15))
    told: list[str] = []
    with NodeClient(silent_url) as client, pytest.raises(NodeUnreachableError):
        list(
            register_rows(
                client, [NumberedRow(1, filing)], attempts_max=2, pause_s=0, retrying=told.append
            )
        )
    (line,) = told
    assert line.startswith(f"no node answers at {silent_url}: ")
    assert line.endswith("; sent again, attempt 2 of 2")


def test_no_cell_of_a_report_is_a_formula(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows, report = tmp_path / "rows.jsonl", tmp_path / "report.csv"
    numbers = ("=1+1", "+1", "-1", "@x", "2013=1")
    row = '{"right":"patent","applicationNumberText":"%s","filingDate":"2013-03-15"}\n'
    rows.write_text("".join(row % number for number in numbers))
    assert run(["register", str(rows), "--dry-run", "--report", str(report)]) == 0
    with report.open(newline="") as file:
        found = [line["number"] for line in csv.DictReader(file)]
    assert found == ["'=1+1", "'+1", "'-1", "'@x", "2013=1"]


def test_a_file_of_no_known_kind_is_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["register", str(tmp_path / "filings.docx"), "--json"]) == 2
    assert ".csv" in json.loads(capsys.readouterr().out)["error"]


@pytest.fixture
def trust(tmp_path: Path) -> Path:
    """The genesis of the builders' network, in a file."""
    file = tmp_path / "genesis.json"
    file.write_bytes(encode_genesis(GENESIS))
    return file


def test_a_receipt_is_verified_without_any_node(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = grown(opened(), 3)
    subject = ledger.block(2).submissions[0].outcomes[0].subject
    receipt = tmp_path / "receipt.json"
    proved = ledger.receipt(subject)
    assert proved is not None
    receipt.write_bytes(encode_receipt(proved))
    assert run(["receipt", "verify", str(receipt), "--trust", str(trust), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ok"], document["subject"], document["height"]) == (True, subject, 2)


def test_a_receipt_of_which_one_letter_was_changed_is_not_valid(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = grown(opened(), 3)
    subject = ledger.block(2).submissions[0].outcomes[0].subject
    proved = ledger.receipt(subject)
    assert proved is not None
    document = json.loads(encode_receipt(proved))
    document["index"] += 1
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(document))
    assert run(["receipt", "verify", str(receipt), "--trust", str(trust), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["check"] == "receipt"


def test_a_document_that_is_no_receipt_is_not_valid(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text("{}")
    assert run(["receipt", "verify", str(receipt), "--trust", str(trust), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["check"] == "receipt"


def test_state_evidence_is_verified_without_any_node(
    tmp_path: Path, trust: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ledger = grown(opened(), 3)
    file = tmp_path / "evidence.json"
    command = ["receipt", "verify-state", str(file), "--trust", str(trust)]
    for key, is_present in ((b"fAUP2013000006", True), (b"fAUP2099000001", False)):
        evidence = ledger.state_evidence(key)
        file.write_bytes(encode_state_evidence(evidence))
        assert run([*command, "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "ok": True,
            "fact": key.decode(),
            "present": is_present,
            "height": 3,
            "blockTime": "2027-01-15T08:00:00.003+00:00",
        }
        assert run(command) == 0
        assert f"{'present' if is_present else 'absent'}: {key.decode()}" in capsys.readouterr().out
        document = json.loads(encode_state_evidence(evidence))
        document["key"] = "ZkFVUDIwMTMwMDAwMDc"  # fAUP201300007
        file.write_text(json.dumps(document))
        assert run([*command, "--json"]) == 1
        assert json.loads(capsys.readouterr().out)["check"] == "stateEvidence"


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["--format", "st96", "--claims", "-o", "x.xml"], "claim changes cannot be written so"),
        (["--right", "patent"], "--office"),
        (["--json"], "standard output holds the export"),
        (["-o", "no/such/folder/x.csv"], "no/such/folder/x.csv"),
    ],
)
def test_an_export_that_cannot_be_written_is_wrong_usage(
    words: list[str], text: str, silent_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", *words, "--url", silent_url]) == 2
    assert text in "".join(capsys.readouterr())


def test_an_export_that_fails_leaves_no_file(silent_url: str, tmp_path: Path) -> None:
    assert run(["export", "-o", str(tmp_path / "x.csv"), "--url", silent_url]) == 3
    assert list(tmp_path.iterdir()) == []


def test_a_dry_run_says_what_the_register_would_say(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "filings.jsonl"
    file.write_text(FILING + FILING.replace("-15", "-16") + FILING.replace("2013287263", "***"))
    assert run(["register", str(file), "--dry-run", "--office", "au", "--json"]) == 5
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"acceptable": 1, "rejected": 2}
    _, conflict, missing = document["rows"][str(file)]
    assert (conflict["reason"], conflict["field"]) == ("DATE_CONFLICT", "filingDate")
    assert conflict["expected"] == "2013-03-15, as row 1 says of the same number"
    assert missing["reason"] == "NUMBER_MISSING"


def test_an_office_is_named_for_a_dry_run_only(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], silent_url: str
) -> None:
    file = tmp_path / "filings.jsonl"
    file.write_text(FILING)
    assert run(["register", str(file), "--office", "AU", "--url", silent_url]) == 2
    assert "--dry-run" in capsys.readouterr().err
    assert run(["register", str(file), "--office", "Australia", "--dry-run"]) == 2
    assert "ST.3" in capsys.readouterr().err


def test_a_dry_run_of_claim_changes_needs_no_node(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "claims.csv"
    file.write_text(
        "right,applicationNumberText,action,decisionDate,claimIpOfficeCode\n"
        "patent,2013287263,withdraw,2014-02-03,US\n"
        "patent,2013287263,withdraw,2014-02-30,US\n"
    )
    assert run(["claim", "import", str(file), "--dry-run", "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert document["counts"] == {"readable": 1, "malformed": 1}
    assert document["rows"][str(file)][1]["field"] == "decisionDate"
