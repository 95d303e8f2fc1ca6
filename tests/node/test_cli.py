"""The commands about homes, as text and as JSON, with their exit codes."""

import itertools
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from builders.ports import free_base_port

from node.cli import run
from node.home import read_home
from node.stores import open_stores

Captured = pytest.CaptureFixture[str]


def in_json(capsys: Captured, *arguments: str) -> tuple[int, dict[str, Any]]:
    code = run([*arguments, "--json"])
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert document["ok"] is (code == 0)
    return code, document


def in_text(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


@pytest.fixture
def home(tmp_path: Path, capsys: Captured) -> str:
    ports = ["--base-port", str(free_base_port(4))]
    arguments = ["network", "init", "--offices", "AU,EP,JP,US", "--output", str(tmp_path)]
    assert run([*arguments, *ports]) == 0
    capsys.readouterr()
    return str(tmp_path / "au")


def test_init_prints_a_home_for_each_office(tmp_path: Path, capsys: Captured) -> None:
    arguments = ("network", "init", "--offices", "EP,AU", "--output", str(tmp_path), "--name", "x")
    code, document = in_json(capsys, *arguments)
    assert (code, document["network"], document["faults"]) == (0, "x", 0)
    assert [office["code"] for office in document["offices"]] == ["AU", "EP"]
    assert in_json(capsys, *arguments)[0] == 5


def test_init_warns_where_no_fault_is_stood(tmp_path: Path, capsys: Captured) -> None:
    _, out, err = in_text(capsys, "network", "init", "--offices", "AU", "-o", str(tmp_path))
    assert "a network of 1 stands no fault at all" in err
    assert out.startswith("AU  ")


def test_wrong_usage_has_exit_code_2_also_as_json(tmp_path: Path, capsys: Captured) -> None:
    code, document = in_json(capsys, "network", "init", "--offices", "a", "-o", str(tmp_path))
    assert (code, document["exitCode"]) == (2, 2)
    assert document["error"] == "--offices: expected ST.3 codes such as AU,EP,JP, got 'a'"
    code, document = in_json(capsys, "network", "init")
    assert (code, document["exitCode"]) == (2, 2)
    assert in_text(capsys, "nonsense")[0] == 2


def test_a_home_that_is_none_has_exit_code_4_and_a_fix(tmp_path: Path, capsys: Captured) -> None:
    for command in (("start",), ("config", "show"), ("token", "list")):
        code, document = in_json(capsys, *command, "--home", str(tmp_path))
        assert (code, document["exitCode"]) == (4, 4)
        assert "ipregister network init" in document["hint"]
    code, out, err = in_text(capsys, "start", "--home", str(tmp_path))
    assert (code, out) == (4, "")
    assert err.startswith("Error: ")
    assert "Fix: give the home with --home" in err


@pytest.mark.parametrize("name", ["config.toml", "key.pem", "genesis.json", "tokens.json", "lock"])
def test_a_file_of_a_home_that_cannot_be_read_is_named(
    home: str, name: str, capsys: Captured
) -> None:
    path = Path(home, name)
    path.unlink(missing_ok=True)
    path.mkdir(mode=0o700)
    code, document = in_json(capsys, "start", "--home", home)
    assert (code, document["exitCode"]) == (4, 4)
    assert str(path) in document["error"]
    assert "expected a file that can be read" in document["error"]


def test_what_no_command_was_prepared_for_is_one_object_too(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_unforeseen(*_: object, **__: object) -> None:
        raise ZeroDivisionError("oh")

    monkeypatch.setattr("node.plan.plan_offices", fail_unforeseen)
    arguments = ("network", "init", "--offices", "AU", "--output", str(tmp_path))
    code, document = in_json(capsys, *arguments)
    assert (code, document["error"]) == (3, "a fault of this program: ZeroDivisionError: oh")


def test_every_problem_of_a_home_is_told(home: str, capsys: Captured) -> None:
    Path(home, "config.toml").write_text('office = "AU"\n[api]\nport = -1\nhots = "x"\n')
    code, document = in_json(capsys, "start", "--home", home)
    assert code == 4
    assert [problem["key"] for problem in document["problems"]] == ["api.port", "api.hots"]


def test_a_token_is_made_listed_and_revoked(home: str, capsys: Captured) -> None:
    arguments = ("token", "create", "--role", "clerk", "--name", "[desk]", "--home", home)
    code, made = in_json(capsys, *arguments)
    assert code == 0
    assert made["token"].startswith("ipregister_")
    _, listed = in_json(capsys, "token", "list", "--home", home)
    assert [token["role"] for token in listed["tokens"]] == [
        "clerk",
        "examiner",
        "auditor",
        "administrator",
        "clerk",
    ]
    assert made["token"] not in json.dumps(listed)
    assert in_json(capsys, "token", "revoke", made["id"], "--home", home)[0] == 0
    assert in_json(capsys, "token", "revoke", made["id"], "--home", home)[0] == 1


def test_a_token_alone_stands_on_stdout(home: str, capsys: Captured) -> None:
    code, out, err = in_text(
        capsys, "token", "create", "--role", "clerk", "--name", "desk", "--home", home
    )
    assert code == 0
    assert out.startswith("ipregister_")
    assert out.count("\n") == 1
    assert "shown only now" in err


def test_settings_are_shown_with_their_origin(
    home: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IPREGISTER_LOG__LEVEL", "debug")
    _, document = in_json(capsys, "config", "show", "--home", home)
    shown = {setting["key"]: setting for setting in document["settings"]}
    assert shown["log.level"] == {
        "key": "log.level",
        "value": "debug",
        "origin": "variable IPREGISTER_LOG__LEVEL",
    }
    _, text, _ = in_text(capsys, "config", "show", "--origin", "--home", home)
    assert "IPREGISTER_LOG__LEVEL" in text


def test_the_doctor_names_what_is_wrong_with_its_fix(home: str, capsys: Captured) -> None:
    Path(home, "key.pem").chmod(0o644)
    code, document = in_json(capsys, "doctor", "--home", home)
    assert code == 1
    (bad,) = (check for check in document["checks"] if not check["ok"])
    assert bad["fix"] == f"chmod 600 {home}/key.pem"
    code, text, _ = in_text(capsys, "doctor", "--home", home)
    assert code == 1
    assert f"fix: chmod 600 {home}/key.pem" in text


def test_the_doctor_reads_the_stores_and_leaves_nothing_behind(home: str, capsys: Captured) -> None:
    def stores() -> dict[str, Any]:
        _, document = in_json(capsys, "doctor", "--home", home)
        (found,) = (check for check in document["checks"] if check["check"] == "stores")
        return dict(found)

    before = sorted(Path(home).rglob("*"))
    assert (stores()["ok"], stores()["found"]) == (True, "new: the node was never started")
    assert sorted(Path(home).rglob("*")) == before
    with open_stores(read_home(Path(home), {})):
        pass
    assert stores()["found"] == "0 blocks, 0 certificates, 0 records in the journal"
    Path(home, "data", "journal").write_bytes(b"")
    assert "is damaged" in stores()["found"]
    assert "--rejoin-empty" in stores()["fix"]


def test_the_doctor_finds_peers_that_do_not_answer(home: str, capsys: Captured) -> None:
    _, document = in_json(capsys, "doctor", "--home", home)
    away = [check["check"] for check in document["checks"] if not check["ok"]]
    assert {"peer EP", "peer JP", "peer US"} <= set(away)


def test_the_status_of_a_node_that_is_down_cannot_be_told(home: str, capsys: Captured) -> None:
    code, document = in_json(capsys, "status", "--home", home)
    assert (code, document["exitCode"]) == (3, 3)
    assert "ipregister start" in document["hint"]


def test_a_number_is_shown_in_all_its_forms_without_a_node(capsys: Captured) -> None:
    code, document = in_json(capsys, "number", "cn", "202111286633X", "--date", "2017-04-24")
    assert (code, document["canonicalText"]) == (0, "202111286633.X")
    assert document["st13ApplicationNumber"] == "102021001286633"
    code, out, _ = in_text(capsys, "number", "IL", "20262809", "--date", "2009-12-09")
    assert code == 0
    assert "match key: 202628\n" in out
    assert "(YEAR_ADDED)" in out


def test_a_number_in_doubt_ends_with_exit_code_3(capsys: Captured) -> None:
    code, out, _ = in_text(capsys, "number", "EP", "10167109.5")
    assert code == 3
    assert "as given: 10167109.5\n" in out
    assert "printed form: 10167109.7\n" in out
    assert "(CHECK_DIGIT_WRONG)" in out
    code, document = in_json(capsys, "number", "EP", "1" * 65)
    assert (code, document["error"]) == (2, "expected at most 64 characters, got 65")
    code, out, _ = in_text(capsys, "number", "EP", "EP 3456789 B1")
    assert code == 3
    assert "(PUBLICATION_NUMBER)" in out
    code, document = in_json(capsys, "number", "ZQ", "1")
    assert (code, document["error"]) == (
        2,
        "expected a code of WIPO ST.3, such as US, got 'ZQ'",
    )


def test_the_version_is_told(capsys: Captured) -> None:
    code, out, _ = in_text(capsys, "--version")
    assert (code, out) == (0, f"ipregister {version('ipregister')}\n")


@pytest.mark.parametrize("command", ["register", "verify-list", "export"])
def test_paragraphs_of_the_help_are_not_broken_in_mid_sentence(
    command: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("typer.rich_utils.MAX_WIDTH", 80)
    _, out, _ = in_text(capsys, command, "--help")
    lines = [line.strip() for line in out[: out.index("╭")].splitlines()]
    broken = [
        line
        for line, after in itertools.pairwise(lines)
        if line and after and len(line) + len(after.split()[0]) < 76
    ]
    assert broken == []


def test_a_date_is_named_in_the_help_and_in_the_error(capsys: Captured) -> None:
    assert "YYYY-MM-DD" in in_text(capsys, "export", "filings", "--help")[1]
    code, document = in_json(capsys, "number", "US", "12/262,000", "--date", "30.10.2008")
    assert code == 2
    assert "expected a date as YYYY-MM-DD, got 30.10.2008" in document["error"]
