"""The export of ledger files without a node: of one that is stopped, or of a copy."""

from collections.abc import Iterator
from typing import NamedTuple

from crypto.certificate import decode_certificate
from crypto.errors import MalformedBytesError
from crypto.signing import SigningKey, bound_message
from ledger.block import decode_block
from ledger.errors import CorruptLedgerError, MalformedBlockError
from ledger.export.compression import MEMBER_BYTES, compressed
from ledger.export.writing import ExportWriter, Signatory
from ledger.files import LedgerFiles
from ledger.genesis import Genesis, encode_public_key
from ledger.record_log import Location
from ledger.replay import Progress, corrupt


class NothingToExportError(Exception):
    """The files do not hold the blocks that are asked for, or no certificate; says what they hold."""


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
    """The gzip members of an export of these blocks.

    Raises:
        CorruptLedgerError: a record is damaged, or is no block of its height; all before it were given.
        NothingToExportError: the files end before `to_height`.
    """
    writer = ExportWriter(genesis, from_height, to_height, signatory)
    lines, head_hash = bytearray(writer.head()), b""
    for height, record in _blocks(files, to_height, progress):
        if height < from_height:
            continue
        place = certified.places.get(height)
        lines += writer.block(record, files.certificates.read(place) if place else None)
        if height == to_height:
            head_hash = decode_block(record).hash
        if len(lines) >= MEMBER_BYTES:
            yield compressed(bytes(lines))
            lines.clear()
    lines += writer.end(head_hash)
    yield compressed(bytes(lines))


def _blocks(files: LedgerFiles, to_height: int, progress: Progress) -> Iterator[tuple[int, bytes]]:
    log, height, done = files.blocks, 0, 0
    total = log.size_bytes()
    for location, record in log.records():
        height += 1
        found = _height_of(log.file_name(location.segment), location, record)
        if found != height:
            raise corrupt(log, location, f"block {height}", f"block {found}", height=height)
        yield height, record
        done += len(record)
        progress(done, total)
        if height == to_height:
            return
    raise NothingToExportError(f"expected a block {to_height}, found blocks up to {height}")


def _height_of(file: str, location: Location, record: bytes) -> int:
    try:
        return decode_block(record).header.height
    except MalformedBlockError as error:
        raise CorruptLedgerError(file, location.offset, "a block", str(error)) from error
