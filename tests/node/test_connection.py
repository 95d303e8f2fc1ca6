"""Whom a command asks, and with which token."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from builders.ports import free_base_port

from node.cli import run

Captured = pytest.CaptureFixture[str]


class Listener(HTTPServer):
    """Someone who keeps what he is sent, and answers as little as there is."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.tokens: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Listener)
        self.server.tokens.append(self.headers.get("Authorization", ""))
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Nothing is to be said."""


def serving(listener: Listener) -> Iterator[Listener]:
    thread = Thread(target=listener.serve_forever)
    thread.start()
    yield listener
    listener.shutdown()
    thread.join()
    listener.server_close()


@pytest.fixture
def stranger() -> Iterator[Listener]:
    yield from serving(Listener())


@pytest.fixture
def home(tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("IPREGISTER_TOKEN", raising=False)
    port = str(free_base_port(1))
    arguments = ["--offices", "AU", "--output", str(tmp_path), "--base-port", port]
    assert run(["network", "init", *arguments]) == 0
    capsys.readouterr()
    return tmp_path / "au"


@pytest.fixture
def own_node(home: Path) -> Iterator[Listener]:
    config = (home / "config.toml").read_text()
    port = next(line for line in config.splitlines() if line.startswith("port = ")).split()[-1]
    yield from serving(Listener(int(port)))


def in_json(capsys: Captured, *arguments: str) -> tuple[int, str]:
    code = run([*arguments, "--json"])
    document = json.loads(capsys.readouterr().out)
    return code, "" if document["ok"] else document["error"]


def bearer(home: Path, role: str) -> str:
    return f"Bearer {(home / 'tokens' / f'{role}.token').read_text().strip()}"


def test_the_token_of_a_home_goes_to_its_own_node_only(
    home: Path, stranger: Listener, capsys: Captured
) -> None:
    code, error = in_json(capsys, "offices", "--url", stranger.url, "--home", str(home))
    assert code == 4
    assert f"not for {stranger.url}" in error
    assert stranger.tokens == []


def test_a_token_that_was_named_goes_where_it_is_told(
    home: Path, stranger: Listener, capsys: Captured
) -> None:
    token = str(home / "tokens" / "examiner.token")
    in_json(capsys, "offices", "--url", stranger.url, "--home", str(home), "--token-file", token)
    assert stranger.tokens == [bearer(home, "examiner")]


def test_a_command_takes_the_least_token_that_it_needs(
    home: Path, own_node: Listener, capsys: Captured
) -> None:
    url = own_node.url.replace("127.0.0.1", "localhost")
    in_json(capsys, "family", "AU", "2013287263", "--home", str(home))
    in_json(capsys, "family", "AU", "2013287263", "--home", str(home), "--url", url)
    examiner = bearer(home, "examiner")
    (home / "tokens" / "examiner.token").unlink()
    in_json(capsys, "family", "AU", "2013287263", "--home", str(home))
    assert own_node.tokens == [examiner, examiner, bearer(home, "clerk")]


@pytest.mark.parametrize(
    "content", [b"secret one\nsecret two", "sécret".encode(), b"\xffsecret\x00"]
)
def test_a_token_that_is_none_is_never_shown(
    content: bytes, tmp_path: Path, stranger: Listener, capsys: Captured
) -> None:
    path = tmp_path / "wrong.token"
    path.write_bytes(content)
    arguments = ["offices", "--url", stranger.url, "--token-file", str(path)]
    assert run(arguments) == 4
    assert run([*arguments, "--json"]) == 4
    shown = "".join(capsys.readouterr())
    assert str(path) in shown
    assert "cret" not in shown
    assert stranger.tokens == []


@pytest.mark.parametrize(
    "url", ["127.0.0.1:21710", "http://[::1", "ftp://x", "http://", "http://x:y"]
)
def test_an_address_that_is_none_is_wrong_usage(url: str, capsys: Captured) -> None:
    code, error = in_json(capsys, "status", "--url", url)
    assert code == 2
    assert "expected an address such as http://127.0.0.1:9700" in error


def test_what_is_no_node_is_named_as_such(
    stranger: Listener, tmp_path: Path, capsys: Captured
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"right":"patent","applicationNumberText":"1","filingDate":"2013-03-15"}\n')
    for command in (["status"], ["offices"], ["register", str(rows)]):
        code, error = in_json(capsys, *command, "--url", stranger.url)
        assert code == 3
        assert f"no node answers at {stranger.url}: the answer is something else's" in error


def test_a_report_that_cannot_be_written_stops_before_anything_is_sent(
    stranger: Listener, tmp_path: Path, capsys: Captured
) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"right":"patent","applicationNumberText":"1","filingDate":"2013-03-15"}\n')
    nowhere = str(tmp_path / "nowhere" / "report.csv")
    code, error = in_json(capsys, "register", str(rows), "--report", nowhere, "--url", stranger.url)
    assert (code, stranger.tokens) == (2, [])
    assert nowhere in error
