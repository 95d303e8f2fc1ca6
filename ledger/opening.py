"""Opening a ledger: the index is held against the ledger files, and repaired from them.

The files are the truth. An index that is lost, behind, damaged or of another network is built anew from them, and so is
one that a power cut left ahead of them.
"""

from crypto.errors import MalformedBytesError
from ledger import index as layout
from ledger.block import decode_block
from ledger.chain import Chain, StaleIndexError
from ledger.errors import CorruptLedgerError, MalformedBlockError
from ledger.genesis import Genesis
from ledger.record_log import Location, RecordLog
from ledger.replay import Progress, replay
from ledger.store import KeyValueStore


def open_chain(
    genesis: Genesis,
    blocks: RecordLog,
    index: KeyValueStore,
    notes: list[str],
    progress: Progress | None,
) -> Chain:
    """The chain to which the blocks in the files lead. What was repaired goes to the notes.

    Raises:
        CorruptLedgerError: the files hold something other than what was written, or lack blocks that were synced.
    """
    keyring, slot_bits = genesis.keyring(), genesis.slot_bits
    try:
        chain = Chain(keyring.network_id, slot_bits, index)
        after = _expect_head(chain, blocks, index) if chain.height else None
    except StaleIndexError as error:
        _expect_synced_block(keyring.network_id, blocks, index)
        notes.append(f"the index is rebuilt from the ledger files: {error}")
        layout.wipe(index)
        chain, after = Chain(keyring.network_id, slot_bits, index), None
    start, done, total = chain.height, 0, blocks.size_bytes(after)
    for location, record in blocks.records(after):
        chain.take(replay(chain, keyring, blocks, location, record), location)
        done += len(record)
        if progress:
            progress(done, total)
    if chain.height > start:
        notes.append(f"blocks {start + 1} to {chain.height} were executed into the index")
    return chain


def _expect_head(chain: Chain, blocks: RecordLog, index: KeyValueStore) -> Location:
    """Where the files hold the block at the chain's head; StaleIndexError if they do not."""
    indexed = layout.read_block(index, chain.height)
    if indexed is None:
        raise StaleIndexError(f"block {chain.height} is missing")
    try:
        found = decode_block(blocks.read(indexed.location)).hash
    except (CorruptLedgerError, MalformedBlockError) as error:
        # If the files are damaged, the rebuild that follows finds it.
        raise StaleIndexError(f"it is ahead of them: {error}") from error
    if found != chain.head_hash:
        raise StaleIndexError(f"block {chain.height} is another one there")
    return indexed.location


def _expect_synced_block(network_id: bytes, blocks: RecordLog, index: KeyValueStore) -> None:
    """Return unless the index knows of a block that was synced, and the files lack it.

    A power cut takes only what was not synced; else the files are those of an earlier day, or of another disk. An
    office that went on from them would forget what it has said.

    Raises:
        CorruptLedgerError: they lack it.
    """
    try:
        synced = layout.read_durable(index)
        if synced is None or synced.network_id != network_id:
            return
        indexed = layout.read_block(index, synced.height)
    except MalformedBytesError:
        return
    if indexed is None:
        return
    try:
        blocks.read(indexed.location)
    except CorruptLedgerError as error:
        expected = f"block {synced.height}, which was synced before"
        raise CorruptLedgerError(error.file, error.offset, expected, error.found) from error
