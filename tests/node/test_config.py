"""A configuration that is wrong is refused before the start; the message names key, expectation, finding and fix."""

from pathlib import Path

import pytest

from node.config import ConfigurationError, Problem, load_settings, settings_with_origin

GOOD = """
office = "AU"
[api]
port = 9700
[peers]
EP = "ws://127.0.0.1:9711"
"""


def home(tmp_path: Path, text: str = GOOD) -> Path:
    (tmp_path / "config.toml").write_text(text)
    return tmp_path


def problems(tmp_path: Path, text: str = GOOD, **environment: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(home(tmp_path, text), environment)
    return caught.value.problems


def test_what_the_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    settings = load_settings(home(tmp_path), {})
    assert (settings.office, settings.api.port, settings.storage.index) == ("AU", 9700, "auto")
    assert settings.peers == {"EP": "ws://127.0.0.1:9711"}


def test_the_environment_stands_above_the_file(tmp_path: Path) -> None:
    environment = {"IPREGISTER_API__PORT": "9800", "IPREGISTER_LOG__LEVEL": "debug"}
    settings = load_settings(home(tmp_path), environment)
    assert (settings.api.port, settings.log.level) == (9800, "debug")


def test_every_value_says_where_it_came_from(tmp_path: Path) -> None:
    settings = settings_with_origin(home(tmp_path), {"IPREGISTER_API__HOST": "::1"})
    origins = {setting.key: setting.origin for setting in settings}
    assert origins["office"] == "config.toml"
    assert origins["api.host"] == "variable IPREGISTER_API__HOST"
    assert origins["api.rows_max"] == "default"
    assert origins["peers.EP"] == "config.toml"


def test_a_wrong_value_is_named_with_what_came(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, GOOD.replace("9700", '"x"'))
    assert problem == Problem(
        "api.port",
        "input should be a valid integer, unable to parse string as an integer, got 'x'",
        "correct it in config.toml",
    )


def test_a_wrong_variable_is_named_as_the_place_to_correct(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, IPREGISTER_API__PORT="70000")
    assert problem.key == "api.port"
    assert problem.message.endswith("less than or equal to 65535, got '70000'")
    assert problem.fix == "correct it in variable IPREGISTER_API__PORT"


def test_a_key_that_is_not_known_is_an_error_with_the_nearest_one(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD.replace("port", "prot")) == (
        Problem(
            "api.prot",
            "expected a known key",
            "remove it from config.toml; did you mean port?",
        ),
    )


def test_a_variable_that_is_not_known_is_an_error(tmp_path: Path) -> None:
    assert problems(tmp_path, IPREGISTER_OFICE="AU") == (
        Problem(
            "variable IPREGISTER_OFICE",
            "expected a known key",
            "unset IPREGISTER_OFICE; did you mean OFFICE?",
        ),
    )


def test_a_list_in_a_variable_is_json(tmp_path: Path) -> None:
    environment = {"IPREGISTER_API__ALLOWED_HOSTS": '["ip.example.org"]'}
    assert load_settings(home(tmp_path), environment).api.allowed_hosts == ("ip.example.org",)


def test_variables_of_the_command_line_are_no_settings(tmp_path: Path) -> None:
    load_settings(home(tmp_path), {"IPREGISTER_HOME": "/x", "IPREGISTER_TOKEN": "secret"})


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, '[api]\nport = -1\n[peers]\nEP = "http://ep:1"\nep = "ws://ep:1"')
    assert [problem.key for problem in found] == ["office", "api.port", "peers.EP", "peers.ep"]
    assert found[0].fix == "add 'office = ...' to the file"
    assert found[2].message == (
        "expected an address such as ws://register.example.org:9711, got 'http://ep:1'"
    )


@pytest.mark.parametrize("url", ["ws://ep", "ep:9711", "ws://:9711", "ws://ep:99999", "ws://ep:x"])
def test_a_peer_needs_host_and_port(tmp_path: Path, url: str) -> None:
    (problem,) = problems(tmp_path, f'office = "AU"\n[peers]\nEP = "{url}"')
    assert problem.key == "peers.EP"


def test_heartbeats_must_be_more_frequent_than_the_view_time_out(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, IPREGISTER_CONSENSUS__VIEW_TIMEOUT_MS="1000")
    assert problem.key == "consensus.heartbeat_ms"
    assert "expected at most a quarter of consensus.view_timeout_ms, which is 1000" in str(problem)


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "office = AU")
    assert problem.key.endswith("config.toml")
    assert "line 1" in problem.message


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(tmp_path, {})
    assert "ipregister network init" in caught.value.problems[0].fix


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("IPREGISTER_API__ALLOWED_HOSTS", "localhost", "a list"),
        ("IPREGISTER_PEERS", "ws://x:1", "a table"),
    ],
)
def test_a_variable_that_must_be_json_is_named(
    tmp_path: Path, name: str, value: str, kind: str
) -> None:
    home(tmp_path)
    (problem,) = problems(tmp_path, **{name: value})
    assert str(problem) == f"variable {name}: expected {kind} as JSON, got {value!r}"
