"""The export of ledger files without a node: of one that is stopped, or of a copy."""

from collections.abc import Iterator
from typing import NamedTuple

from crypto.certificate import decode_certificate
from crypto.errors import MalformedBytesError
from crypto.signing import SigningKey, bound_message
from ledger.audit import read_certificate
from ledger.block import decode_block
from ledger.covering import is_covered
from ledger.errors import MalformedBlockError
from ledger.export.compression import MEMBER_BYTES, compressed
from ledger.export.writing import ExportWriter, Signatory
from ledger.files import LedgerFiles
from ledger.genesis import Genesis, encode_public_key
from ledger.record_log import Location, RecordLog
from ledger.replay import Progress, corrupt


class NothingToExportError(Exception):
    """The files do not hold the blocks that are asked for, or no certificate that covers them; says what they hold."""


def signatory_of(key: SigningKey, genesis: Genesis) -> Signatory | None:
    """The office of a network that has this key; None if none has."""
    network_id, own = genesis.network_id(), encode_public_key(key.public_bytes)

    def sign(digest: bytes) -> bytes:
        return key.sign(bound_message("export", network_id, digest))

    codes = (office.code for office in genesis.offices if office.public_key == own)
    return next((Signatory(code, sign) for code in codes), None)


class Certified(NamedTuple):
    """The certificates of ledger files, by height: their places, some 250 bytes of memory for each."""

    places: dict[int, Location]

    @property
    def last(self) -> int:
        """The greatest height that has one; 0 if none has."""
        return max(self.places, default=0)

    def covering(self, height: int) -> int | None:
        """The first height from this one on that has one, and so covers this block; None if there is none."""
        return min((each for each in self.places if each >= height), default=None)


def read_certified(files: LedgerFiles) -> Certified:
    """Where the certificates stand; their signatures are not checked here.

    Raises:
        CorruptLedgerError: a record is damaged.
    """
    places: dict[int, Location] = {}
    for location, record in files.certificates.records():
        try:
            places.setdefault(decode_certificate(record).height, location)
        except MalformedBytesError as error:
            raise corrupt(files.certificates, location, "a certificate", str(error)) from error
    return Certified(places)


def export_files(
    files: LedgerFiles,
    genesis: Genesis,
    certified: Certified,
    *,
    from_height: int,
    to_height: int,
    signatory: Signatory | None,
    progress: Progress,
) -> Iterator[bytes]:
    """The gzip members of an export of these blocks, each of which a quorum signed.

    An office signs here for what nobody executes. So each header is held against the one before it, from block 1 on,
    each block against its header, each certificate against its block, and the one that covers the last block against
    the keys of the genesis.

    Raises:
        CorruptLedgerError: a record is damaged, or not the one that belongs there; all before it were given.
        NothingToExportError: no certificate covers `to_height`, or the files end before the block of that certificate.
    """
    writer = ExportWriter(genesis, from_height, to_height, signatory)
    lines, head_hash = bytearray(writer.head()), b""
    for block in _certified_blocks(files, genesis, certified, to_height, progress):
        if not from_height <= block.height <= to_height:
            continue
        lines += writer.block(block.record, block.certificate)
        head_hash = block.hash
        if len(lines) >= MEMBER_BYTES:
            yield compressed(bytes(lines))
            lines.clear()
    lines += writer.end(head_hash)
    yield compressed(bytes(lines))


class _StoredBlock(NamedTuple):
    height: int
    record: bytes
    hash: bytes
    certificate: bytes | None


def _certified_blocks(
    files: LedgerFiles,
    genesis: Genesis,
    certified: Certified,
    to_height: int,
    progress: Progress,
) -> Iterator[_StoredBlock]:
    """The blocks from 1 to the one whose certificate covers `to_height`, whose signatures are checked at the end."""
    last = certified.covering(to_height)
    if last is None:
        expected = f"a certificate of block {to_height} or a later one"
        raise NothingToExportError(f"expected {expected}, found them up to block {certified.last}")
    log, height, head_hash, done = files.blocks, 0, bytes(32), 0
    total = log.size_bytes()
    for location, record in log.records():
        height += 1
        head_hash = _hash_of(log, location, record, height, head_hash)
        certificate = _certificate_of(files, certified, height, head_hash)
        yield _StoredBlock(height, record, head_hash, certificate)
        done += len(record)
        progress(done, total)
        if height == last:
            assert certificate is not None, "the last one covers itself"
            read_certificate(
                files.certificates, certified.places[last], certificate, genesis.keyring()
            )
            return
    raise NothingToExportError(f"expected a block {last}, found blocks up to {height}")


def _hash_of(
    log: RecordLog, location: Location, record: bytes, height: int, previous_hash: bytes
) -> bytes:
    """The hash of the block in a record, which goes on from the one before it and holds what its header covers."""
    try:
        block = decode_block(record)
    except MalformedBlockError as error:
        raise corrupt(log, location, "a block", str(error), height=height) from error
    found = block.header.height
    if found != height:
        raise corrupt(log, location, f"block {height}", f"block {found}", height=height)
    if block.header.previous_hash != previous_hash:
        expected = f"block {height} on {previous_hash.hex()}, the hash of the block before it"
        found_hash = f"one on {block.header.previous_hash.hex()}"
        raise corrupt(log, location, expected, found_hash, height=height)
    if not is_covered(block):
        expected = f"the submissions and outcomes that the header of block {height} covers"
        raise corrupt(log, location, expected, "others", height=height)
    return block.hash


def _certificate_of(
    files: LedgerFiles, certified: Certified, height: int, block_hash: bytes
) -> bytes | None:
    """The certificate of a block where there is one: it names this block; signatures are not checked here."""
    place = certified.places.get(height)
    if place is None:
        return None
    record = files.certificates.read(place)
    found = decode_certificate(record).block_hash
    if found != block_hash:
        expected = f"a certificate of block {height} {block_hash.hex()}"
        raise corrupt(files.certificates, place, expected, f"one of {found.hex()}", height=height)
    return record
