"""`ipregister sealed` at two offices that run as processes of their own: the clerk's day, from receipt to opening."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from node.cli import run
from node.local import LocalNetwork

Captured = pytest.CaptureFixture[str]
US_NUMBER, AU_NUMBER = "61/610,420", "2013900001"
FIRST = f"US {US_NUMBER} 2012-03-13"


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNetwork]:
    with LocalNetwork(tmp_path_factory.mktemp("offices"), ["AU", "US"], "sealed") as network:
        network.start()
        yield network


class Desk:
    """The command line of one office's clerk."""

    def __init__(self, network: LocalNetwork, office: str, capsys: Captured) -> None:
        self._home = str(network.nodes[office].home)
        self._capsys = capsys

    def text(self, *arguments: str) -> tuple[int, str, str]:
        code = run(["sealed", *arguments, "--home", self._home])
        captured = self._capsys.readouterr()
        return code, captured.out, captured.err

    def json(self, *arguments: str) -> tuple[int, dict[str, Any]]:
        code = run(["sealed", *arguments, "--home", self._home, "--json"])
        document: dict[str, Any] = json.loads(self._capsys.readouterr().out)
        return code, document


@pytest.fixture
def au(network: LocalNetwork, capsys: Captured) -> Desk:
    return Desk(network, "AU", capsys)


@pytest.fixture
def us(network: LocalNetwork, capsys: Captured) -> Desk:
    return Desk(network, "US", capsys)


def receipt_at(desk: Desk, number: str, filed: str) -> dict[str, Any]:
    code, document = desk.json("register", number, "--date", filed)
    assert code == 0
    receipt: dict[str, Any] = document["receipt"]
    return receipt


def test_a_receipt_is_shown_written_privately_and_printed_again(us: Desk, tmp_path: Path) -> None:
    receipt = receipt_at(us, US_NUMBER, "2012-03-13")
    code, shown, _ = us.text("receipt", "US 61/610420")
    assert code == 0
    assert receipt["accessCode"] in shown
    pdf, as_json = tmp_path / "receipt.pdf", tmp_path / "receipt.json"
    assert us.text("receipt", US_NUMBER, "--output", str(pdf))[0] == 0
    assert pdf.read_bytes().startswith(b"%PDF-")
    assert pdf.stat().st_mode & 0o777 == 0o600
    assert us.text("receipt", US_NUMBER, "--output", str(as_json))[0] == 0
    assert json.loads(as_json.read_text()) == receipt
    assert us.json("receipt", US_NUMBER, "--output", str(pdf))[0] == 5  # a file is there
    assert us.json("receipt", US_NUMBER, "--output", str(tmp_path / "x.doc"))[0] == 2
    assert us.json("receipt", "61/999,999")[0] == 1


def test_a_claim_takes_its_code_from_the_keyboard_a_file_or_standard_input(
    au: Desk, us: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = receipt_at(us, US_NUMBER, "2012-03-13")
    access_code = receipt["accessCode"]
    codes, as_json = tmp_path / "codes.txt", tmp_path / "receipt.json"
    codes.write_text(f"{access_code}\n")
    as_json.write_text(json.dumps(receipt))
    ways: list[tuple[list[str], str]] = [
        (["--claim", FIRST, "--codes", str(codes)], ""),
        (["--claim", FIRST, "--codes", "-"], access_code.lower()),
        (["--claim-file", str(as_json)], ""),
        (["--claim-file", "-"], as_json.read_text()),
    ]
    for options, typed in ways:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code, document = au.json("register", AU_NUMBER, "--date", "2013-03-12", *options)
        assert code == 0, document
        (claimed,) = document["receipt"]["claimedFilingBag"]
        assert claimed["applicationNumberText"] == US_NUMBER
        assert claimed["claimKey"] == receipt["filingId"][10:]


def test_a_code_can_be_typed_at_a_terminal(
    au: Desk, us: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    access_code = receipt_at(us, US_NUMBER, "2012-03-13")["accessCode"]

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal(f"{access_code}\n"))
    arguments = ("register", "2013900005", "--date", "2013-03-12", "--claim", FIRST)
    code, shown, asked = au.text(*arguments)
    assert code == 0
    assert f"Access code of {FIRST[:13]} of 2012-03-13" in asked
    assert access_code not in shown + asked
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{access_code}\n"))
    assert au.json(*arguments)[0] == 2  # nobody is there to type


def test_a_wrong_code_has_exit_code_1_and_names_the_usual_mistakes(
    au: Desk, tmp_path: Path
) -> None:
    codes = tmp_path / "codes.txt"
    codes.write_text("0710-4GM2-RC1M-70Y4-0H28-9H85-8P5\n")
    arguments = ["--date", "2013-03-12", "--claim", FIRST, "--codes", str(codes)]
    code, out, err = au.text("register", "2013900006", *arguments)
    assert (code, out) == (1, "")
    assert "No sealed filing answers to this number, date and code" in err
    assert "B for 8, O for 0" in err


def test_a_claim_is_taken_in_and_a_mistyped_one_corrected(
    au: Desk, us: Desk, tmp_path: Path
) -> None:
    receipt = receipt_at(us, US_NUMBER, "2012-03-13")
    wrong = receipt_at(us, "61/610,421", "2012-03-13")
    codes = tmp_path / "codes.txt"
    receipt_at(au, "2013900007", "2013-03-12")
    codes.write_text(wrong["accessCode"])
    rest = ["--codes", str(codes), "--decided-on", "2013-05-02"]
    mistyped = "US 61/610,421 2012-03-13"
    code, entered = au.json("claim", "AU", "2013900007", mistyped, *rest)
    assert (code, entered["status"]) == (0, "accepted")
    codes.write_text(receipt["accessCode"])
    code, corrected = au.json("correct", "AU", "2013900007", mistyped, FIRST, *rest)
    assert (code, corrected["status"]) == (0, "accepted")
    code, again = au.json("correct", "AU", "2013900007", mistyped, FIRST, *rest)
    assert (code, again["status"]) == (0, "repeated")
    _, listed = au.json("list")
    (filing,) = [
        each for each in listed["sealedFilings"] if each["applicationNumberText"] == "2013900007"
    ]
    numbers = [each["applicationNumberText"] for each in filing["claimedFilingBag"]]
    assert numbers == ["61/610,421", US_NUMBER]
    assert filing["priorityDate"] == "2012-03-13"
    assert au.json("claim", "AU", "2013900007", "US 1", *rest)[0] == 2


def test_filings_are_listed_and_opened_from_a_list(au: Desk, tmp_path: Path) -> None:
    for number in ("2013900011", "2013900012"):
        receipt_at(au, number, "2013-03-12")
    _, listed = au.json("list", "--due")
    numbers = {each["applicationNumberText"] for each in listed["sealedFilings"]}
    assert {"2013900011", "2013900012"} <= numbers
    file = tmp_path / "published.txt"
    file.write_text("2013900011\n\n2013900012\n")
    code, opened = au.json("open", "--file", str(file))
    assert code == 0
    assert [row["subject"] for row in opened["rows"]] == [
        "AU.patent.2013900011",
        "AU.patent.2013900012",
    ]
    code, shown, _ = au.text("open", "2013900011", "2013999999")
    assert code == 1
    assert "1 of 2 are open" in shown
    assert au.json("open")[0] == 2
    _, left = au.json("list")
    assert "2013900011" not in {each["applicationNumberText"] for each in left["sealedFilings"]}


def test_a_list_is_sealed_row_by_row_and_each_has_its_receipt(
    au: Desk, us: Desk, tmp_path: Path
) -> None:
    first = receipt_at(us, US_NUMBER, "2012-03-13")
    names = ("ipOfficeCode", "applicationNumberText", "filingDate", "accessCode")
    claim = {name: first[name] for name in names}
    filing = {"right": "patent", "filingDate": "2013-03-12"}
    rows: list[object] = [
        {**filing, "applicationNumberText": "2013900021", "priorityClaimBag": [claim]},
        {**filing, "applicationNumberText": "2013900022"},
        {
            **filing,
            "applicationNumberText": "2013900023",
            "priorityClaimBag": [{**claim, "filingDate": "2012-03-14"}],
        },
        {**filing, "applicationNumberText": "-"},
        [first["accessCode"]],
    ]
    file, folder = tmp_path / "filings.jsonl", tmp_path / "receipts"
    file.write_text("\n".join(map(json.dumps, rows)) + f"\n{first['accessCode']}\n")
    arguments = ("import", str(file), "--receipts", str(folder), "--form", "json")
    for _ in range(2):  # to resume is to repeat
        code, document = au.json(*arguments)
        assert code == 1
        (report,) = document["rows"].values()
        assert [row["status"] for row in report] == [
            "accepted",
            "accepted",
            "rejected",
            "rejected",
            "malformed",
            "malformed",
        ]
        assert report[2]["reason"] == "NO_SEALED_FILING"
        assert first["accessCode"] not in json.dumps(document)
        written = {path: json.loads(path.read_text()) for path in folder.iterdir()}
        numbers = sorted(each["applicationNumberText"] for each in written.values())
        assert numbers == ["2013900021", "2013900022"]
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in written)
        assert folder.stat().st_mode & 0o777 == 0o700


def test_no_command_takes_a_code_as_an_argument(au: Desk, us: Desk) -> None:
    receipt = receipt_at(us, US_NUMBER, "2012-03-13")
    rest = ["--decided-on", "2013-05-02"]
    for option in ("--code", "--access-code"):
        given = [option, receipt["accessCode"]]
        assert au.json("claim", "AU", "2013900007", FIRST, *given, *rest)[0] == 2


def test_a_killed_node_has_every_code_of_its_sealed_filings(
    network: LocalNetwork, us: Desk
) -> None:
    receipts = [receipt_at(us, f"61/700,{serial:03}", "2012-03-13") for serial in range(5)]
    node = network.nodes["US"]
    node.kill()
    node.start()
    network.wait_ready(node)
    for receipt in receipts:
        _, again = us.json("receipt", receipt["applicationNumberText"])
        assert again["receipt"] == receipt


def test_the_office_of_the_first_filing_sees_who_claimed_it_and_an_examiner_verifies_the_claim(
    network: LocalNetwork, au: Desk, us: Desk, capsys: Captured, tmp_path: Path
) -> None:
    receipt = receipt_at(us, "61/610,430", "2012-03-13")
    codes = tmp_path / "codes.txt"
    codes.write_text(receipt["accessCode"])
    first = ("US", "61/610,430", "2012-03-13")
    options = ["--claim", " ".join(first), "--codes", str(codes)]
    code, document = au.json("register", "2013900030", "--date", "2013-03-12", *options)
    assert code == 0, document
    second = document["receipt"]["filingId"]
    home = {office: ["--home", str(node.home)] for office, node in network.nodes.items()}

    # Each office knows the numbers of its own file; US has no number of the claiming filing.
    for office, shown in (("US", f"{second} (sealed)"), ("AU", "2013900030 (sealed)")):
        assert run(["family", receipt["filingId"], *home[office], "--linearizable"]) == 0
        told = capsys.readouterr().out.replace("\n", "")
        assert "61/610430 (sealed)" in told.replace("61/610,430", "61/610430")
        assert shown.replace(" ", "") in told.replace(" ", "")

    asked = ["verify-priority", *first, "--at", "AU", "--on", "2013-03-12", *home["AU"], "--json"]
    assert run([*asked, "--codes", str(codes)]) == 0
    told = capsys.readouterr().out
    assert json.loads(told)["firstFiling"]["filingId"] == receipt["filingId"]
    assert receipt["accessCode"] not in told
    assert run(asked) == 3
    assert "MAY_BE_SEALED" in capsys.readouterr().out
    named = ["--sealed-claim", ":".join(first), "--codes", str(codes)]
    assert run(["verify-filing", "AU", "--date", "2013-03-12", *named, *home["AU"]]) == 0
    assert receipt["accessCode"] not in capsys.readouterr().out
    assert run(["family", "US", *home["AU"]]) == 2


def test_a_sealed_filing_is_named_by_its_id_where_a_number_is_asked_for(
    network: LocalNetwork, au: Desk, us: Desk, capsys: Captured
) -> None:
    # Found in a review: the register told the clerk to enter an event, and no command could.
    home = ("--home", str(network.nodes["AU"].home), "--json")

    def command(*words: str) -> tuple[int, dict[str, Any]]:
        code = run([*words, *home])
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return code, document

    first = receipt_at(us, "61/620,555", "2012-04-13")
    named = f"US {first['applicationNumberText']} {first['filingDate']}"
    sealed = receipt_at(au, "2013900555", "2013-04-12")["filingId"]
    on = ("--decided-on", "2013-05-02")
    by_number = ("US", first["applicationNumberText"], first["filingDate"])
    code, told = command("claim", "withdraw", "AU", sealed, *by_number, *on)
    assert (code, told["problem"]["reasonCode"]) == (1, "CLAIM_NOT_FOUND")
    assert command("claim", "add", "AU", sealed, *by_number, *on, "--open")[0] == 0, named
    assert command("claim", "withdraw", "AU", sealed, *by_number, *on)[0] == 0
    assert command("event", "AU", sealed, "withdrawn", "2013-06-01")[0] == 0
    # A number means what stands: what was withdrawn is named by its id.
    assert au.json("open", "2013900555", "--although-withdrawn")[0] == 1
    code, told = au.json("open", sealed)
    assert (code, told["rows"][0]["reasonCode"]) == (1, "FILING_WITHDRAWN")
    code, told = au.json("open", sealed, "--although-withdrawn")
    assert (code, told["rows"][0]["subject"]) == (0, "AU.patent.2013900555")
    code, told = command("lookup", "AU", "AU.sealed.nonsense")
    assert (code, "sealed list" in told["hint"]) == (2, True)
    code, told = command("lookup", "AU", "2013999999")
    assert (code, "sealed list" in told["hint"]) == (1, True)
