"""Tokens: known by their digests, in force at once, gone at once."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from node.config import ConfigurationError
from node.tokens import NAME_LENGTH_MAX, TokenStore, UnknownTokenError


def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json")


def test_a_token_has_its_role_and_no_other_text_has_one(tmp_path: Path) -> None:
    tokens = store(tmp_path)
    _, clerk = tokens.create("clerk", "filing desk")
    _, auditor = tokens.create("auditor", "court of auditors")
    assert (tokens.role(clerk), tokens.role(auditor)) == ("clerk", "auditor")
    for other in ("", clerk[:-1], clerk + "x", clerk.upper(), "\ud800"):
        assert tokens.role(other) is None


def test_the_file_holds_no_token_and_is_private(tmp_path: Path) -> None:
    _, token = store(tmp_path).create("clerk", "filing desk")
    path = tmp_path / "tokens.json"
    assert token.removeprefix("ipregister_") not in path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {found.name for found in tmp_path.iterdir()} == {"tokens.json", "tokens.json.lock"}


def test_what_the_command_line_changes_counts_at_once_in_a_running_node(tmp_path: Path) -> None:
    node, command_line = store(tmp_path), store(tmp_path)
    record, token = command_line.create("examiner", "room 7")
    assert node.role(token) == "examiner"
    assert command_line.revoke(record.id) == record
    assert node.role(token) is None


def test_a_token_that_is_not_there_cannot_be_revoked(tmp_path: Path) -> None:
    with pytest.raises(UnknownTokenError, match="got 00000000"):
        store(tmp_path).revoke("00000000")


def test_a_damaged_file_is_named_at_start_and_lets_nobody_in_later(tmp_path: Path) -> None:
    running = store(tmp_path)
    _, token = running.create("clerk", "filing desk")
    for damaged in (b'{"tokens": 7}', b'{"tokens": [{"tokenId": "\xff"}]}'):
        (tmp_path / "tokens.json").write_bytes(damaged)
        assert running.role(token) is None
        with pytest.raises(ConfigurationError, match=r"tokens\.json: expected the tokens of this"):
            store(tmp_path)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    store(tmp_path).create("clerk", "filing desk")
    (tmp_path / "tokens.json").chmod(0o644)
    with pytest.raises(ConfigurationError, match="expected mode 600, got 644"):
        store(tmp_path)


def test_a_name_has_its_limit(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most 80 characters"):
        store(tmp_path).create("clerk", "x" * (NAME_LENGTH_MAX + 1))


def test_tokens_that_are_made_and_revoked_at_a_time_are_all_kept(tmp_path: Path) -> None:
    path = tmp_path / "tokens.json"
    stores = [TokenStore(path) for _ in range(8)]  # as many commands at a time
    with ThreadPoolExecutor(8) as pool:
        made = [record for record, _ in pool.map(lambda s: s.create("clerk", "desk"), stores)]
        list(pool.map(lambda s, record: s.revoke(record.id), stores, made[:4]))
    assert {record.id for record in TokenStore(path).records()} == {
        record.id for record in made[4:]
    }


def test_a_file_that_was_opened_to_others_counts_no_more(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "tokens.json")
    _, token = store.create("clerk", "desk")
    (tmp_path / "tokens.json").chmod(0o644)
    assert store.role(token) is None
    (tmp_path / "tokens.json").chmod(0o600)
    assert store.role(token) == "clerk"
