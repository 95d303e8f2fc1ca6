"""A new network: a home for each of its offices, ready to start.

It makes the keys of all offices in one place, which is right for a trial on one machine or among colleagues. Where
offices do not trust whoever runs it, each makes its own key and only the public halves meet in the genesis.
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from crypto.signing import SEED_SIZE, SigningKey
from ledger.genesis import Genesis, GenesisOffice, encode_genesis, encode_public_key
from node.config import CONFIG_FILE
from node.home import DATA_DIRECTORY, GENESIS_FILE, NEW_FILE, TOKENS_FILE
from node.keystore import KEY_FILE, write_key, write_private
from node.plan import OfficePlan, is_loopback, is_unspecified, url_host
from node.readme import home_readme
from node.tokens import ROLES, TokenStore

TOKENS_DIRECTORY: Final = "tokens"

IndexKind = Literal["auto", "leveldb", "sqlite"]


class HomeExistsError(Exception):
    """Something is there already; nothing was changed."""


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


def _documents(office: OfficePlan, offices: Sequence[OfficePlan]) -> str:
    """Where the other offices' reports are fetched: known only where all are on this machine."""
    places = "".join(f'{peer.code} = "{peer.api_url}"\n' for peer in offices if peer != office)
    if not all(is_loopback(peer.host) for peer in offices):
        places = "".join(
            f'# {peer.code} = "https://{url_host(peer.host)}"\n'
            for peer in offices
            if peer != office
        )
    return f"""\
[documents.peers]  # where the other offices' APIs answer, over TLS: their reports are fetched there
{places}"""


def _config(office: OfficePlan, offices: Sequence[OfficePlan], index: IndexKind) -> str:
    peers = "\n".join(f'{peer.code} = "{peer.peer_url}"' for peer in offices if peer != office)
    named = {url_host(host) for host in (office.host, office.api_host) if not is_unspecified(host)}
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

{_documents(office, offices)}
[storage]
index = "{index}"

[log]
level = "info"
format = "text"
"""
