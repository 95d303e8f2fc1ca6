"""A new network: a home for each of its offices, ready to start.

It makes the keys of all offices in one place, which is right for a trial on one machine or among colleagues. Where
offices do not trust whoever runs it, each makes its own key and only the public halves meet in the genesis.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Final, Literal

from crypto.signing import SEED_SIZE, SigningKey
from ledger.genesis import Genesis, GenesisOffice, encode_genesis, encode_public_key
from ledger.register.offices import OFFICES
from node.config import CONFIG_FILE
from node.home import DATA_DIRECTORY, GENESIS_FILE, NEW_FILE, TOKENS_FILE
from node.keystore import KEY_FILE, write_key, write_private
from node.readme import home_readme
from node.tokens import ROLES, TokenStore

PORT_STEP: Final = 10
"""Between the ports of two offices: the API's is the first of its ten, the peers' the second."""
OFFICES_MAX: Final = 200
TOKENS_DIRECTORY: Final = "tokens"

_HOST_NAME: Final = re.compile(r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")

IndexKind = Literal["auto", "leveldb", "sqlite"]


class NetworkPlanError(Exception):
    """The network that was asked for cannot be made; the message names the option and what it expects."""


class HomeExistsError(Exception):
    """Something is there already; nothing was changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficePlan:
    """One office of a network to be made."""

    code: str
    name: str
    host: str
    """Where the other offices, and this one's own systems, reach it."""
    api_port: int
    peer_port: int
    api_host: str = "127.0.0.1"
    """The address at which the API listens: this machine only, unless someone takes care of TLS."""

    @property
    def peer_url(self) -> str:
        """Where the other offices' nodes reach this one."""
        return f"ws://{_url_host(self.host)}:{self.peer_port}"

    @property
    def api_url(self) -> str:
        """Where this office's own systems and people reach its node."""
        host = self.host if is_unspecified(self.api_host) else self.api_host
        return f"http://{_url_host(host)}:{self.api_port}"

    @property
    def listens_at(self) -> str:
        """The address that the peers' port listens at: this machine only, if that is where it is reached."""
        return self.host if is_loopback(self.host) else "0.0.0.0"  # noqa: S104 - it is to be reached


def plan_offices(
    codes: Sequence[str],
    *,
    base_port: int,
    hosts: Mapping[str, str],
    default_host: str,
    api_host: str = "127.0.0.1",
) -> tuple[OfficePlan, ...]:
    """The offices with their names, addresses and ports, by code.

    Raises:
        NetworkPlanError: a code is none or comes twice, a port is out of range, or a host is none or of no office.
    """
    if not 0 < len(codes) <= OFFICES_MAX:
        raise NetworkPlanError(f"--offices: expected 1 to {OFFICES_MAX} codes, got {len(codes)}")
    for code in codes:
        if len(code) != 2 or not (code.isascii() and code.isalpha() and code.isupper()):  # noqa: PLR2004
            raise NetworkPlanError(f"--offices: expected ST.3 codes such as AU,EP,JP, got {code!r}")
    if len(set(codes)) != len(codes):
        raise NetworkPlanError(f"--offices: expected each code once, got {','.join(codes)}")
    if unknown := sorted(set(hosts) - set(codes)):
        raise NetworkPlanError(f"--host: {', '.join(unknown)} is not among the offices")
    for host in (default_host, *hosts.values()):
        if not is_host(host) or is_unspecified(host):
            raise NetworkPlanError(
                f"--host: expected a name or address at which others reach the office, got {host!r}"
            )
    if not is_host(api_host):
        raise NetworkPlanError(f"--api-host: expected an address to listen at, got {api_host!r}")
    last_port = base_port + PORT_STEP * len(codes)
    if not 1024 <= base_port <= last_port <= 65_535:  # noqa: PLR2004 - unprivileged ports
        raise NetworkPlanError(
            f"--base-port: expected room for ports {base_port} to {last_port} within 1024 to 65535"
        )
    return tuple(
        OfficePlan(
            code=code,
            name=OFFICES[code].name if code in OFFICES else f"Office {code}",
            host=hosts.get(code, default_host),
            api_port=base_port + PORT_STEP * place,
            peer_port=base_port + PORT_STEP * place + 1,
            api_host=api_host,
        )
        for place, code in enumerate(sorted(codes))
    )


def write_network(
    output: Path, offices: Sequence[OfficePlan], *, name: str, index: IndexKind
) -> dict[str, Path]:
    """Write a home for every office below the output directory, and return them by code.

    Raises:
        HomeExistsError: one of the homes exists already; none was touched.
    """
    homes = {office.code: output / office.code.lower() for office in offices}
    if existing := [str(home) for home in homes.values() if home.exists()]:
        raise HomeExistsError(f"expected new directories, found {', '.join(existing)}")
    seeds = {office.code: secrets.token_bytes(SEED_SIZE) for office in offices}
    genesis = _genesis(offices, seeds, name)
    for office in offices:
        _write_home(
            homes[office.code],
            office,
            seed=seeds[office.code],
            genesis=genesis,
            config=_config(office, offices, index),
        )
    return homes


def _genesis(offices: Sequence[OfficePlan], seeds: Mapping[str, bytes], name: str) -> Genesis:
    return Genesis(
        network_name=name,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        offices=tuple(
            GenesisOffice(
                code=office.code,
                name=office.name,
                public_key=encode_public_key(SigningKey(seeds[office.code]).public_bytes),
            )
            for office in offices
        ),
    )


def _write_home(
    home: Path, office: OfficePlan, *, seed: bytes, genesis: Genesis, config: str
) -> None:
    home.mkdir(parents=True)
    (home / DATA_DIRECTORY).mkdir(mode=0o700)
    (home / DATA_DIRECTORY / NEW_FILE).touch()
    write_key(home / KEY_FILE, seed)
    (home / GENESIS_FILE).write_bytes(encode_genesis(genesis))
    (home / CONFIG_FILE).write_text(config)
    store = TokenStore(home / TOKENS_FILE)
    (home / TOKENS_DIRECTORY).mkdir(mode=0o700)
    for role in ROLES:
        _, token = store.create(role, f"first {role}")
        write_private(home / TOKENS_DIRECTORY / f"{role}.token", f"{token}\n".encode())
    (home / "README.md").write_text(home_readme(home.absolute(), office, genesis))


def _config(office: OfficePlan, offices: Sequence[OfficePlan], index: IndexKind) -> str:
    peers = "\n".join(f'{peer.code} = "{peer.peer_url}"' for peer in offices if peer != office)
    named = {_url_host(host) for host in (office.host, office.api_host) if not is_unspecified(host)}
    hosts = sorted({"localhost", "127.0.0.1", "[::1]", *named})
    allowed = ", ".join(f'"{host}"' for host in hosts)
    return f"""\
# The node of {office.name} ({office.code}). Every key can also be set by a variable: IPREGISTER_API__PORT and so on.
# 'ipregister config show --origin' prints all keys, also those that are not here.
office = "{office.code}"

[api]  # for this office's own systems and people; for those on other machines behind a proxy with TLS
host = "{office.api_host}"
port = {office.api_port}
allowed_hosts = [{allowed}]

[listen]  # for the nodes of the other offices
host = "{office.listens_at}"
port = {office.peer_port}

[peers]  # where the nodes of the other offices listen
{peers}

[storage]
index = "{index}"

[log]
level = "info"
format = "text"
"""


def _url_host(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def is_host(text: str) -> bool:
    """Whether this is a host name or an address."""
    return bool(_HOST_NAME.fullmatch(text)) or _address(text) is not None


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    address = _address(host)
    return host == "localhost" if address is None else address.is_loopback


def is_unspecified(host: str) -> bool:
    """Whether it stands for all addresses of a machine, and so for none that could be dialled."""
    address = _address(host)
    return address is not None and address.is_unspecified


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None
