"""Where a node stands, in one value for people and monitors, and what it lacks to register."""

from collections.abc import Sequence

import msgspec

from consensus.evidence import Equivocation
from consensus.wire import encode_message
from crypto.keyring import Keyring
from ledger.ledger import Ledger
from node.effects import EngineStatus
from node.link import LinkState

BEHIND_MAX = 64
"""Blocks that a node may lack without being called behind: some are always on their way."""


class PeerStatus(msgspec.Struct, frozen=True, kw_only=True):
    """What this node knows of another."""

    office: str
    is_linked: bool
    height: int
    """The last block it said it executed; 0 before it said anything."""
    stable_height: int
    view: int
    url: str
    """Where this node dials it; empty when it is the peer that dials."""
    trouble: str
    """Why there is no link."""


class NodeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a node stands."""

    office: str
    network_name: str
    network_id: bytes
    offices: tuple[str, ...]
    quorum: int
    faults: int
    """How many offices may fail or lie without harm."""
    view: int
    is_view_active: bool
    """False: the offices are changing the primary."""
    primary: str
    height: int
    stable_height: int
    """Certified by a quorum up to here."""
    head_hash: bytes
    time_ms: int
    """Of the last block, Unix ms."""
    catch_up_target: int
    """Greater than `height` while blocks are fetched from the others."""
    pending_submissions: int
    waiting_entries: int
    """Entries of this node's callers that are not final yet."""
    started_at_ms: int
    peers: tuple[PeerStatus, ...]
    evidence: tuple[Equivocation, ...]
    """What offices signed that contradicts itself, one pair an office."""
    counters: dict[str, int]
    """Of the engine since the start: frames dropped, blocks caught up and the like."""
    link_counters: dict[str, dict[str, int]]
    """Of the links since the start: peer (empty: not authenticated) -> what happened -> how often."""
    waiting_for: tuple[str, ...]
    """What this node lacks to register; empty when it is ready."""


class SignedContradiction(msgspec.Struct, frozen=True, kw_only=True):
    """Two messages that an office signed and no honest one signs both of: they prove themselves (protocol 2.6)."""

    office: str
    kind: str
    """Of both messages, such as `prepare`."""
    first: bytes
    second: bytes
    """The messages as they are sent between nodes (`consensus.wire`)."""


def signed_contradiction(found: Equivocation) -> SignedContradiction:
    """The evidence as bytes, for whoever is to check it elsewhere."""
    return SignedContradiction(
        office=found.office,
        kind=str(found.first.__struct_config__.tag),
        first=encode_message(found.first),
        second=encode_message(found.second),
    )


def node_status(
    engine: EngineStatus,
    ledger: Ledger,
    links: Sequence[LinkState],
    *,
    office: str,
    waiting_entries: int,
    started_at_ms: int,
    link_counters: dict[str, dict[str, int]],
) -> NodeStatus:
    """The status, put together from its parts."""
    keyring = ledger.keyring
    return NodeStatus(
        office=office,
        network_name=ledger.genesis.network_name,
        network_id=keyring.network_id,
        offices=keyring.offices,
        quorum=keyring.quorum,
        faults=keyring.faults,
        view=engine.view,
        is_view_active=engine.is_active,
        primary=engine.primary,
        height=engine.height,
        stable_height=engine.stable,
        head_hash=ledger.head_hash,
        time_ms=ledger.time_ms,
        catch_up_target=engine.catch_up_target,
        pending_submissions=engine.pending,
        waiting_entries=waiting_entries,
        started_at_ms=started_at_ms,
        peers=tuple(_peer(link, engine) for link in links),
        evidence=engine.evidence,
        counters=engine.counters,
        link_counters=link_counters,
        waiting_for=reasons_not_ready(engine, links, keyring),
    )


def reasons_not_ready(
    engine: EngineStatus, links: Sequence[LinkState], keyring: Keyring
) -> tuple[str, ...]:
    """Why this node cannot register now, for people; empty when it can."""
    reasons: list[str] = []
    linked = sum(link.up for link in links)
    needed = keyring.quorum - 1
    if linked < needed:
        away = ", ".join(
            f"{link.peer} ({link.trouble or 'not linked yet'})" for link in links if not link.up
        )
        reasons.append(f"{linked} of {needed} other offices needed are linked; away: {away}")
    if not engine.is_active:
        reasons.append(f"the offices are changing to view {engine.view} under {engine.primary}")
    if engine.catch_up_target - engine.height > BEHIND_MAX:
        reasons.append(f"fetching blocks: {engine.height} of {engine.catch_up_target}")
    return tuple(reasons)


def _peer(link: LinkState, engine: EngineStatus) -> PeerStatus:
    heard = engine.peers.get(link.peer)
    return PeerStatus(
        office=link.peer,
        is_linked=link.up,
        height=heard.executed if heard else 0,
        stable_height=heard.stable if heard else 0,
        view=heard.view if heard else 0,
        url=link.url,
        trouble=link.trouble,
    )
