"""The head of the chain: the trees and facts that follow from all blocks so far, and how the next block advances them.

It works on a key-value store alone, so a node (on its index), a rebuild and an audit all run the same code.
"""

from collections.abc import Sequence
from itertools import chain as joined
from typing import NamedTuple

from crypto.digest import NO_DIGEST
from crypto.errors import InvalidProofError, MalformedBytesError
from crypto.history import HistoryTree, MissingNodeError
from crypto.merkle import root
from crypto.state_tree import KEY_PREFIX as PAGE_PREFIX
from crypto.state_tree import StateTree, StateUpdate
from ledger import index as layout
from ledger.block import (
    BLOCK_VERSION,
    Block,
    Header,
    decode_header,
    encode_header,
    header_hash,
    submissions_digest,
)
from ledger.errors import CorruptIndexError, MalformedBlockError
from ledger.execution import Execution, execute
from ledger.record_log import Location
from ledger.register.keys import FACT_PREFIXES
from ledger.store import KeyValueStore, prefix_end
from ledger.submission import Submission


class Draft(NamedTuple):
    """The next block, computed, with nothing changed yet."""

    block: Block
    execution: Execution
    update: StateUpdate


class StaleIndexError(Exception):
    """The index does not hold the state that it says it holds, and is to be rebuilt."""


class Chain:
    """The state at the head.

    Invariant: the store holds exactly what the blocks up to `height` lead to, from one atomic batch a block.
    """

    __slots__ = (
        "_history",
        "_recent",
        "_state",
        "_store",
        "head_hash",
        "height",
        "network_id",
        "time_ms",
    )

    def __init__(self, network_id: bytes, slot_bits: int, store: KeyValueStore) -> None:
        """The head that the store holds; the very beginning, if it is empty.

        Raises:
            StaleIndexError: what the store holds is of another network or format, or does not fit together.
        """
        self.network_id = network_id
        self._store = store
        self.height = 0
        self.head_hash = NO_DIGEST
        self.time_ms = 0
        try:
            self._load(slot_bits)
        except (MalformedBytesError, MalformedBlockError, MissingNodeError) as error:
            raise StaleIndexError(str(error)) from error

    @property
    def history(self) -> HistoryTree:
        """The history tree over the hashes of all headers up to the head, height 1 at leaf 0."""
        return self._history

    @property
    def state(self) -> StateTree:
        """The state tree at the head."""
        return self._state

    def draft(self, time_ms: int, submissions: Sequence[Submission]) -> Draft:
        """The next block with these submissions; its time is never before the previous block's.

        Raises:
            CorruptIndexError: the store holds a fact that is not the one which the state tree covers.
        """
        height, time_ms = self.height + 1, max(self.time_ms, time_ms)
        execution = execute(
            self._store.get, height, time_ms, submissions, self._recent, network_id=self.network_id
        )
        try:
            if execution.faults:
                read = execution.read.items()
                self._state.expect({k: v for k, v in read if k.startswith(FACT_PREFIXES)})
            update = self._state.update(execution.facts, execution.read)
        except InvalidProofError as error:
            raise CorruptIndexError(
                f"index: {error}; it is rebuilt from the ledger files at the next start"
            ) from error
        header = Header(
            version=BLOCK_VERSION,
            network_id=self.network_id,
            height=height,
            time_ms=time_ms,
            previous_hash=self.head_hash,
            submissions_digest=submissions_digest(execution.judged),
            entries_root=root(execution.leaves),
            entry_count=len(execution.leaves),
            history_root=self._history.root(),
            state_root=update.root,
        )
        return Draft(Block(header, execution.submissions), execution, update)

    def take(self, draft: Draft, location: Location) -> None:
        """Make the draft the head: one batch in the store, then the trees in memory."""
        header, execution = draft.block.header, draft.execution
        header_bytes = encode_header(header)
        block_hash = header_hash(header)
        own = self._history.append(block_hash)
        own += (
            self._recent.add(digest, valid_until_ms, header.height)
            for digest, valid_until_ms in execution.remembered.items()
        )
        own.append(
            (layout.block_key(header.height), layout.encode_indexed_block(location, header_bytes))
        )
        own.append((layout.APPLIED_KEY, layout.encode_applied(self.network_id, header.height)))
        self._store.write(
            joined(execution.facts.items(), execution.links.items(), draft.update.pages, own),
            list(self._recent.forget_before(header.time_ms)),
        )
        self._state.commit(draft.update)
        self.height, self.head_hash, self.time_ms = header.height, block_hash, header.time_ms

    def executed_height(self, digest: bytes) -> int | None:
        """The height at which a submission was executed, as long as its validity lasts."""
        return self._recent.height(digest)

    def _load(self, slot_bits: int) -> None:
        store = self._store
        applied = layout.read_applied(store)
        if applied is None:
            if next(store.scan(limit=1), None) is not None:
                raise StaleIndexError("it does not say how far it has come")
        elif applied.version != layout.INDEX_VERSION or applied.network_id != self.network_id:
            raise StaleIndexError(
                f"expected version {layout.INDEX_VERSION} of network {self.network_id.hex()[:16]}, "
                f"found version {applied.version} of {applied.network_id.hex()[:16]}"
            )
        height = applied.height if applied else 0
        self._history = HistoryTree(store.get, height)
        self._recent = layout.RecentDigests(store)
        pages = store.scan(PAGE_PREFIX, prefix_end(PAGE_PREFIX))
        self._state = StateTree(slot_bits, store.get, pages)
        if height:
            self._load_head(height)

    def _load_head(self, height: int) -> None:
        indexed = layout.read_block(self._store, height)
        if indexed is None:
            raise StaleIndexError(f"block {height} is missing")
        header = decode_header(indexed.header)
        if header.height != height or header.state_root != self._state.root:
            raise StaleIndexError(
                f"expected state root {header.state_root.hex()[:16]} at height {height}, "
                f"found {self._state.root.hex()[:16]}"
            )
        if header.history_root != self._history.root_at(height - 1):
            raise StaleIndexError(f"history root at height {height} differs")
        self.height, self.head_hash, self.time_ms = height, header_hash(header), header.time_ms
