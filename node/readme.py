"""The README of an office's home: what is in it, how to start the node, what to back up, a systemd unit."""

import sys
from pathlib import Path

from ledger.genesis import Genesis
from node.plan import OfficePlan
from node.rejoining import WHEN_TO_REJOIN


def home_readme(home: Path, office: OfficePlan, genesis: Genesis) -> str:
    """The text, in Markdown, for this office."""
    count = len(genesis.offices)
    keyring = genesis.keyring()
    return f"""\
# Node of {office.name} ({office.code}) in the network "{genesis.network_name}"

{count} {"office runs" if count == 1 else "offices run"} this register: {", ".join(keyring.offices)}.
{_tolerance(count, keyring.faults, keyring.quorum)}
Network id: `{genesis.network_id().hex()}`

## Start

    ipregister doctor --home {home}
    ipregister start --home {home}

API and its documentation: {office.api_url}/docs. It speaks no TLS, and listens to this machine only unless `[api] host`
is changed: for people and systems elsewhere put a reverse proxy with TLS before it (docs/operations.md). The other
offices reach this node at {office.peer_url}.

## What is here

| file | what it is | back up? |
|---|---|---|
| `key.pem` | the office's private key, mode 0600 | **yes, offline: whoever has it speaks for the office** |
| `genesis.json` | offices and public keys, the same at all offices | any office has a copy |
| `config.toml` | addresses and limits of this node | yes |
| `tokens.json` | tokens of people and systems, hashed, mode 0600 | yes |
| `tokens/*.token` | the first token of each role, mode 0600 | hand them out, then delete them |
| `codes.key` | opens the access codes of sealed filings, mode 0600 | **yes, offline, once: it never changes** |
| `codes/` | the access codes, encrypted | **yes, all the time: no other office has a copy** |
| `documents/` | reports of this office, encrypted under `key.pem` | **yes, all the time: nobody else has them** |
| `data/` | ledger files, journal, index | the ledger can be fetched from the other offices, the journal cannot |

Never run two nodes with one key, and never put an old copy of `data/` back below a key that has been used since: the
node would contradict what it has signed. Where `data/` is lost or damaged, keep what is left of it under another name
and, {WHEN_TO_REJOIN}, start with an empty one:

    ipregister start --home {home} --rejoin-empty

The node fetches every block from the others. Afterwards start it without `--rejoin-empty`. Before that, the
export of another office can fill the empty folder: `ipregister restore EXPORT --home {home}` (docs/export.md).

## Tokens

    ipregister token create --role clerk --name "filing desk" --home {home}
    ipregister token list --home {home}
    ipregister token revoke ID --home {home}

Roles: clerk (registers), examiner (verifies), auditor (reads all), administrator (all, and the node's state).

{_as_a_service(home, office)}
"""


def _as_a_service(home: Path, office: "OfficePlan") -> str:
    return f"""\
## As a service

`/etc/systemd/system/ipregister-{office.code.lower()}.service`:

    [Unit]
    Description=IP register, node of {office.code}
    After=network-online.target time-sync.target
    Wants=network-online.target

    [Service]
    Type=exec
    User=ipregister
    ExecStart={sys.executable} -m node.cli start --home {home}
    Restart=on-failure
    RestartPreventExitStatus=1 2 4 5
    TimeoutStopSec=30
    UMask=0077
    NoNewPrivileges=yes
    ProtectSystem=strict
    ProtectHome=read-only
    PrivateTmp=yes
    ReadWritePaths={home}

    [Install]
    WantedBy=multi-user.target

The clock must be kept by NTP: proposals whose time is off by more than ten seconds are not agreed to."""


def _tolerance(count: int, faults: int, quorum: int) -> str:
    if faults == 0:
        return f"**With {count} of them the register stands no fault at all**: four or more offices are needed for one."
    return f"Agreement needs {quorum} of them; {faults} may fail or lie without harm."
