"""`network init` writes homes that start; a home that is not in order is refused with its fix."""

import stat
from pathlib import Path

import pytest

from crypto.signing import SigningKey
from node.config import ConfigurationError, Problem
from node.home import HomeInUseError, HomeLock, read_home
from node.keystore import read_key, write_key
from node.network import HomeExistsError, write_network
from node.plan import NetworkPlanError, plan_offices


def network(output: Path, *codes: str) -> dict[str, Path]:
    offices = plan_offices(codes, base_port=9700, hosts={}, default_host="127.0.0.1")
    return write_network(output, offices, name="test", index="auto")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def problem(home: Path) -> Problem:
    with pytest.raises(ConfigurationError) as caught:
        read_home(home, {})
    return caught.value.problems[0]


def test_a_code_for_private_use_is_no_office_of_a_network() -> None:
    # ST.3, register.md O4
    with pytest.raises(NetworkPlanError, match="leaves QM to private use"):
        plan_offices(["AU", "QM"], base_port=9700, hosts={}, default_host="127.0.0.1")


def test_every_office_gets_a_home_that_is_in_order(tmp_path: Path) -> None:
    homes = network(tmp_path, "US", "AU", "JP", "EP")
    assert [home.name for home in homes.values()] == ["au", "ep", "jp", "us"]
    for code, home in homes.items():
        opened = read_home(home, {})
        assert opened.settings.office == code
        assert set(opened.settings.peers) == set(homes) - {code}
        assert opened.genesis.keyring().key(code).public_bytes == opened.signing_key.public_bytes


def test_the_genesis_is_the_same_everywhere_and_the_keys_are_not(tmp_path: Path) -> None:
    homes = network(tmp_path, "AU", "EP", "JP").values()
    assert len({(home / "genesis.json").read_bytes() for home in homes}) == 1
    assert len({(home / "key.pem").read_bytes() for home in homes}) == 3


def test_what_is_secret_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    home = network(tmp_path, "AU")["AU"]
    secret = [home / "key.pem", home / "tokens.json", *(home / "tokens").iterdir()]
    assert len(secret) == 6
    assert {mode(path) for path in secret} == {0o600}
    assert {mode(home / "data"), mode(home / "tokens")} == {0o700}


def test_peers_are_dialled_where_they_listen(tmp_path: Path) -> None:
    homes = network(tmp_path, "AU", "EP")
    au, ep = (read_home(homes[code], {}).settings for code in ("AU", "EP"))
    assert au.peers == {"EP": f"ws://127.0.0.1:{ep.listen.port}"}
    assert len({au.api.port, au.listen.port, ep.api.port, ep.listen.port}) == 4


def test_an_office_elsewhere_is_reached_by_its_host_and_listens_to_all() -> None:
    au, ep = plan_offices(
        ("AU", "EP"), base_port=9700, hosts={"EP": "ep.example.org"}, default_host="127.0.0.1"
    )
    assert (ep.peer_url, ep.listens_at) == ("ws://ep.example.org:9711", "0.0.0.0")
    assert (au.peer_url, au.listens_at) == ("ws://127.0.0.1:9701", "127.0.0.1")


def test_a_home_is_never_overwritten(tmp_path: Path) -> None:
    before = (network(tmp_path, "AU", "EP")["AU"] / "key.pem").read_bytes()
    with pytest.raises(HomeExistsError, match=str(tmp_path / "au")):
        network(tmp_path, "AU", "JP")
    assert (tmp_path / "au" / "key.pem").read_bytes() == before
    assert not (tmp_path / "jp").exists()


@pytest.mark.parametrize(
    ("codes", "base_port", "message"),
    [
        ((), 9700, "--offices: expected 1 to 200 codes, got 0"),
        (("AU", "AU"), 9700, "--offices: expected each code once"),
        (("au",), 9700, "--offices: expected ST.3 codes such as AU,EP,JP, got 'au'"),
        (("AU",), 80, "--base-port"),
        (("AU", "EP"), 65_530, "--base-port"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    codes: tuple[str, ...], base_port: int, message: str
) -> None:
    with pytest.raises(NetworkPlanError, match=message):
        plan_offices(codes, base_port=base_port, hosts={}, default_host="127.0.0.1")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", 'x"y', "a b", "", "x/y", "user@x", "-x"])
def test_a_host_that_nobody_could_dial_is_refused(host: str) -> None:
    with pytest.raises(NetworkPlanError, match="--host: expected a name or address"):
        plan_offices(("AU",), base_port=9700, hosts={}, default_host=host)
    with pytest.raises(NetworkPlanError, match="--host: expected a name or address"):
        plan_offices(("AU",), base_port=9700, hosts={"AU": host}, default_host="127.0.0.1")


@pytest.mark.parametrize("api_host", ["127.0.0.1", "0.0.0.0", "10.1.2.3"])
def test_the_api_listens_to_this_machine_unless_told_otherwise(
    tmp_path: Path, api_host: str
) -> None:
    plans = plan_offices(
        ("AU",), base_port=9700, hosts={}, default_host="au.example.org", api_host=api_host
    )
    home = write_network(tmp_path, plans, name="test", index="auto")["AU"]
    settings = read_home(home, {}).settings
    assert (settings.api.host, settings.listen.host) == (api_host, "0.0.0.0")
    assert {"localhost", "au.example.org"} <= set(settings.api.allowed_hosts)
    assert "0.0.0.0" not in settings.api.allowed_hosts


def test_a_host_of_no_office_is_refused() -> None:
    with pytest.raises(NetworkPlanError, match="--host: US is not among the offices"):
        plan_offices(("AU",), base_port=9700, hosts={"US": "x"}, default_host="127.0.0.1")


def test_a_key_that_others_can_read_is_refused_with_the_command_to_mend_it(tmp_path: Path) -> None:
    home = network(tmp_path, "AU")["AU"]
    (home / "key.pem").chmod(0o640)
    assert problem(home) == Problem(
        str(home / "key.pem"),
        "expected mode 600, got 640: others on this machine can read it",
        f"chmod 600 {home / 'key.pem'}",
    )


def test_a_key_is_read_as_it_was_written_and_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key.pem"
    write_key(path, b"s" * 32)
    assert read_key(path).public_bytes == SigningKey(b"s" * 32).public_bytes
    with pytest.raises(FileExistsError):
        write_key(path, b"t" * 32)


def test_a_file_that_is_no_key_is_named(tmp_path: Path) -> None:
    home = network(tmp_path, "AU")["AU"]
    (home / "key.pem").write_text("nonsense")
    assert problem(home).message.startswith("expected a private key in PEM")
    (home / "key.pem").unlink()
    assert problem(home).message == "expected a file, found none"


def test_the_key_of_another_office_is_refused(tmp_path: Path) -> None:
    homes = network(tmp_path, "AU", "EP")
    (homes["AU"] / "key.pem").write_bytes((homes["EP"] / "key.pem").read_bytes())
    assert "expected the key of AU in the genesis" in problem(homes["AU"]).message


def test_a_damaged_or_missing_genesis_is_named(tmp_path: Path) -> None:
    home = network(tmp_path, "AU")["AU"]
    (home / "genesis.json").write_text("{}")
    assert problem(home).key == str(home / "genesis.json")
    (home / "genesis.json").unlink()
    assert problem(home).message == "expected the network's genesis, found no such file"


def test_a_peer_that_must_be_dialled_needs_an_address(tmp_path: Path) -> None:
    home = network(tmp_path, "AU", "EP")["AU"]
    config = home / "config.toml"
    config.write_text(config.read_text().replace('EP = "ws', 'US = "ws'))
    with pytest.raises(ConfigurationError) as caught:
        read_home(home, {})
    assert [found.key for found in caught.value.problems] == ["peers.US", "peers.EP"]
    assert caught.value.problems[1].fix == 'add EP = "ws://host:port" under [peers]'


def test_a_home_serves_one_process_at_a_time(tmp_path: Path) -> None:
    with (
        HomeLock(tmp_path),
        pytest.raises(HomeInUseError, match="a node runs on this home already"),
    ):
        HomeLock(tmp_path).__enter__()
    with HomeLock(tmp_path):
        pass
