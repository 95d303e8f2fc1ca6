"""Bugs that a lying office, or someone who edits files, makes use of; and one of what readers are shown."""

from collections import deque
from typing import Final

import msgspec

from consensus.early_votes import Early, EarlyVotes
from consensus.messages import Message
from consensus.reads import Reads
from consensus.wire import decode_message
from crypto.keyring import Keyring
from crypto.signing import PROTOCOL_VERSION, Purpose, bound_message
from ledger.block import decode_block
from ledger.chain import Chain, Draft
from ledger.head import HeadReader
from ledger.record_log import Location, RecordLog
from ledger.replay import corrupt, replay
from ledger.store import KeyValueStore
from simulations.bug_bench.bug import Bug, Everywhere, InClass

_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)
_open_reader = HeadReader.__init__


def _decode_trustingly(frame: bytes) -> Message:
    return _decoder.decode(frame)


def _keep_all(early: EarlyVotes, sender: str, message: Early) -> None:
    early._queues.setdefault(sender, deque()).append(message)


def _is_over_early(reads: Reads, executed: int, index: int) -> bool:
    reads._name(reads._office, index)
    enough = (reads._quorum + 1) // 2
    return sum(number <= executed for number in reads._named.values()) >= enough


def _bound_to_a_purpose_only(purpose: Purpose, _network_id: bytes, message: bytes) -> bytes:
    return b"ipregister/%d/%s\0" % (PROTOCOL_VERSION, purpose.encode()) + message


def _follow_the_headers(
    chain: Chain,
    _keyring: Keyring,
    log: RecordLog,
    location: Location,
    record: bytes,
    *,
    admit: object = None,
) -> Draft:
    """Check that each header names the one before; what the block holds is not looked at."""
    del admit
    block = decode_block(record)
    if block.header.previous_hash != chain.head_hash:
        raise corrupt(log, location, f"a block on {chain.head_hash.hex()}", "another")
    return chain.draft(block.header.time_ms, [])._replace(block=block)


def _read_through_a_cache(
    reader: HeadReader, chain: Chain, index: KeyValueStore, offices: tuple[str, ...]
) -> None:
    """What was looked up once is not looked up again."""
    seen: dict[bytes, bytes | None] = {}

    def get(key: bytes) -> bytes | None:
        if key not in seen:
            seen[key] = index.get(key)
        return seen[key]

    _open_reader(reader, chain, index, offices)
    reader.get = get  # type: ignore[misc]


BUGS: Final = (
    Bug(
        19,
        "read-only short cut",
        "read-only requests in PBFT and BFT-SMaRt (Berger et al. 2021)",
        "a read past the order of blocks ends when f + 1 offices have answered, not a quorum",
        (InClass(Reads, "_is_over", _is_over_early),),
        campaign="linearizable reads",
    ),
    Bug(
        22,
        "hostile bytes stop the node",
        "SmartBFT (fabric #279), CometBFT (#5946)",
        "what the decoder raises is not taken for the sender's fault",
        (Everywhere(decode_message, _decode_trustingly),),
        campaign="byzantine",
    ),
    Bug(
        23,
        "messages of views to come without a limit",
        "Besu and Indy, which set limits for it",
        "every vote of a later view is kept",
        (InClass(EarlyVotes, "keep", _keep_all),),
        campaign="lies",
    ),
    Bug(
        29,
        "audit follows the headers only",
        "immudb (#2063), trillian-examples (#674)",
        "the audit checks the chain of hashes, not that the stored values lead to them",
        (Everywhere(replay, _follow_the_headers),),
        campaign="audit",
    ),
    Bug(
        30,
        "answers from a stale cache",
        "Radix (Jepsen)",
        "the query interface shows a filing as absent after it was registered",
        (InClass(HeadReader, "__init__", _read_through_a_cache),),
        campaign="reads",
    ),
    Bug(
        33,
        "signatures of another network",
        "general",
        "what is signed does not name the network",
        (Everywhere(bound_message, _bound_to_a_purpose_only),),
        campaign="lies",
    ),
)
