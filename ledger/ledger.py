"""The ledger of one network: makes blocks of decisions in order, and answers from the register at its head.

It knows nothing of how the order was made. One owner, one thread.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import structs

from crypto.certificate import CheckpointCertificate
from crypto.digest import sha256
from crypto.history import HistoryTree
from crypto.state_proof import StateProof
from ledger import index as layout
from ledger.block import Block, Header, decode_block, decode_header, encode_block
from ledger.block_entries import BlockEntries
from ledger.certificates import Certificates
from ledger.certified import CertifiedHeader
from ledger.errors import (
    CorruptIndexError,
    InvalidBlockError,
    NotCertifiedError,
)
from ledger.files import LedgerFiles
from ledger.genesis import Genesis
from ledger.head import HeadReader
from ledger.opening import open_chain
from ledger.receipt import Receipt, StateEvidence
from ledger.register.as_of import AsOfReader
from ledger.register.filing import parse_filing_id
from ledger.register.sealed import entered_at
from ledger.replay import Progress
from ledger.store import KeyValueStore
from ledger.submission import Submission

BLOCKS_REMEMBERED = 4
"""Blocks whose entries are kept in memory for receipts: a few megabytes each at most."""


class Ledger:
    """The chain of blocks in the ledger files, and the register that follows from it in the index.

    Invariants: 1. The block at `height` has the hash `head_hash`. 2. The files hold the blocks 1 to `height` and no
    other. 3. The index holds exactly what they lead to.
    """

    def __init__(
        self,
        genesis: Genesis,
        files: LedgerFiles,
        index: KeyValueStore,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Open the ledger that the files hold.

        An index that is lost, behind, damaged or of another network is repaired from them; so is one that a power cut
        left ahead of them.

        Raises:
            CorruptLedgerError: the files hold something other than what was written, or lack blocks that were synced.
        """
        self.genesis: Final = genesis
        self.keyring: Final = genesis.keyring()
        self.notes: list[str] = [*files.blocks.notes, *files.certificates.notes]
        """What opening found and repaired, for the operator."""
        self._files = files
        self._index = index
        self._is_failed = False
        self._chain = open_chain(genesis, files.blocks, index, self.notes, progress)
        self._synced_height = 0
        """Up to here `sync` has nothing to do. At first nothing: what an earlier process wrote may not be durable."""
        self._certificates = Certificates(files.certificates, index, self.height, self.block_hash)
        self.notes += self._certificates.notes
        # A block never changes, and receipts are asked for together: for all filings of a batch.
        self._block_entries = lru_cache(BLOCKS_REMEMBERED)(self._read_entries)
        self._reader = HeadReader(self._chain, index, self.keyring.offices)

    @property
    def height(self) -> int:
        """The height of the last block; 0 before the first."""
        return self._chain.height

    @property
    def head_hash(self) -> bytes:
        """The hash of the last block; 32 zero bytes before the first."""
        return self._chain.head_hash

    @property
    def time_ms(self) -> int:
        """The time of the last block; 0 before the first."""
        return self._chain.time_ms

    @property
    def history(self) -> HistoryTree:
        """The tree over all blocks' hashes, which gives paths and consistency proofs; only the ledger appends."""
        return self._chain.history

    @property
    def reader(self) -> HeadReader:
        """The register at the head, whatever height that is when it is asked."""
        return self._reader

    def reader_at(self, height: int) -> AsOfReader:
        """The register as it was after the block of a height from 0 (nothing yet) to `height`; that does not move.

        Raises:
            LookupError: there is no such block.
        """
        return AsOfReader(self._reader, height, self.header(height).time_ms if height else 0)

    def append(
        self,
        height: int,
        time_ms: int,
        submissions: Sequence[Submission],
        *,
        durable: bool = True,
        expected_hash: bytes | None = None,
    ) -> Block:
        """Execute the next block and write it, to the files and then, in one batch, to the index.

        The block's time is the given one, or the previous block's if that is later. Not `durable`: the caller calls
        `sync` later.

        Raises:
            InvalidBlockError: the block has another hash than the expected one; nothing has changed.
            CorruptIndexError: the index does not hold what was written. The ledger must then be opened again, which
                rebuilds it.
            OSError: it could not be written. The ledger must then be opened again.
        """
        if self._is_failed:
            raise OSError("the ledger failed to write before, and must be opened again")
        if height != self.height + 1:
            raise ValueError(f"expected height {self.height + 1}, got {height}")
        try:
            draft = self._chain.draft(time_ms, submissions)
        except CorruptIndexError:
            self._index.write((), [layout.APPLIED_KEY])  # The next opening then builds it anew.
            raise
        if expected_hash not in (None, draft.block.hash):
            raise InvalidBlockError(
                f"block {height}: expected {expected_hash!r}, got {draft.block.hash.hex()}"
            )
        self._is_failed = True
        location = self._files.blocks.append(encode_block(draft.block))
        if durable:
            self._files.blocks.sync()
        self._chain.take(draft, location)
        self._is_failed = False
        if durable:
            self.sync()
        return draft.block

    def draft(self, time_ms: int, submissions: Sequence[Submission]) -> Block:
        """The next block as `append` would make it; nothing changes.

        Raises:
            CorruptIndexError: the index does not hold what was written.
        """
        return self._chain.draft(time_ms, submissions).block

    def sync(self) -> None:
        """Return when every block appended so far is durable; costs nothing when none was appended since."""
        if self._synced_height < self.height:
            self._files.blocks.sync()
            value = layout.encode_applied(self.keyring.network_id, self.height)
            self._index.write([(layout.DURABLE_KEY, value)])
            self._synced_height = self.height

    def sync_certificates(self) -> None:
        """Return when every certificate attached so far is durable.

        Without it a power cut may take the last ones; the other nodes give them again.
        """
        self._certificates.sync()

    def attach_certificate(self, certificate: CheckpointCertificate) -> None:
        """Keep a certificate of one of the blocks, whose signatures the caller has verified.

        A second one for a height is ignored. Durable after `sync_certificates`.

        Raises:
            InvalidBlockError: it certifies another block than ours: a quorum holds another chain.
        """
        height = certificate.height
        if certificate.block_hash != self.block_hash(height):
            raise InvalidBlockError(
                f"block {height}: certified is {certificate.block_hash.hex()}, "
                f"ours is {self.block_hash(height).hex()}"
            )
        self._certificates.add(certificate)

    def certificate(self, height: int) -> CheckpointCertificate | None:
        """The certificate of a block; None if it has none of its own."""
        return self._certificates.get(height)

    def latest_certificate(self) -> CheckpointCertificate | None:
        """The certificate of the greatest height; None before the first."""
        latest_height = self._certificates.latest_height
        return self.certificate(latest_height) if latest_height else None

    def block(self, height: int) -> Block:
        """The block of a height from 1 to `height`."""
        return decode_block(self.block_bytes(height))

    def block_bytes(self, height: int) -> bytes:
        """The bytes of a block, as in the ledger files."""
        return self._files.blocks.read(self._indexed(height).location)

    def header(self, height: int) -> Header:
        """The header of the block of a height."""
        return decode_header(self.header_bytes(height))

    def time_of(self, height: int) -> int:
        """The time of the block of a height, Unix milliseconds."""
        return self.header(height).time_ms

    def header_bytes(self, height: int) -> bytes:
        """The bytes of the header of a height, whose SHA-256 is the block's hash."""
        return self._indexed(height).header

    def block_hash(self, height: int) -> bytes:
        """The hash of the block of a height."""
        return sha256(self.header_bytes(height))

    def executed_height(self, digest: bytes) -> int | None:
        """The height at which a submission was executed, as long as its validity lasts; else None."""
        return self._chain.executed_height(digest)

    def state_proof(self, key: bytes) -> StateProof:
        """A proof that the key is present or absent in the state tree at the head.

        It holds at `height` now. `certified_header` of that height, once there is one, makes evidence of it.
        """
        return self._chain.state.prove(key)

    def certified_header(self, height: int) -> CertifiedHeader:
        """The header of a height with a certificate of it, or of a later one that covers it.

        Raises:
            NotCertifiedError: no certificate reaches this height yet.
        """
        header = self._indexed(height).header
        certificate = self.certificate(height)
        if certificate:
            return CertifiedHeader(header, certificate)
        latest = self.latest_certificate()
        if latest is None or latest.height < height:
            raise NotCertifiedError(
                f"block {height} awaits its certificate; the latest is of height "
                f"{self._certificates.latest_height}"
            )
        path = self._chain.history.inclusion_proof(height - 1, latest.height - 1)
        return CertifiedHeader(header, latest, self._indexed(latest.height).header, path)

    def state_evidence(self, key: bytes) -> StateEvidence:
        """Shows what the register holds under this key at the head.

        Raises:
            NotCertifiedError: the head awaits its certificate.
        """
        certified = self.certified_header(self.height)
        return StateEvidence(key, self._index.get(key), self.state_proof(key), certified)

    def receipt(self, filing_id: str) -> Receipt | None:
        """Shows that a filing was registered, open or sealed; None if it is not.

        Raises:
            MalformedFilingIdError: the text is not a filing id.
            NotCertifiedError: its block awaits its certificate.
        """
        key = parse_filing_id(filing_id)
        place = entered_at(self._reader.get, key)
        if place is None:
            return None
        receipt = self.entry_receipt(*place)
        if self._certificates.latest_height < self.height:
            return receipt
        return structs.replace(receipt, state=self.state_evidence(key))

    def entry_receipt(self, height: int, index: int) -> Receipt:
        """Shows that an entry stands at this place of this block, and what the register said to it.

        Raises:
            IndexError: the block has no such entry.
            NotCertifiedError: the block awaits its certificate.
        """
        block_entries = self._block_entries(height)
        path = block_entries.inclusion_proof(index)
        return Receipt(*block_entries.entries[index], index, path, self.certified_header(height))

    def close(self) -> None:
        """Release the files and the index."""
        self._files.close()
        self._index.close()

    def _read_entries(self, height: int) -> BlockEntries:
        return BlockEntries(self.block(height))

    def _indexed(self, height: int) -> layout.IndexedBlock:
        indexed = layout.read_block(self._index, height) if height > 0 else None
        if indexed is None:
            raise LookupError(f"expected a height of 1 to {self.height}, got {height}")
        return indexed
