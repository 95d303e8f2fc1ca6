"""One document in a file, encrypted in chunks of 64 KiB (AES-256-GCM), so that any part of it can be read by itself.

    head: magic `ipregdoc` (8), format version (4), size of the document (8), its SHA-256 (32), salt (32)
    chunks: ciphertext and tag (16) of 65,536 bytes each; the last one may be shorter

Integers are big-endian. Every file has a key of its own: HKDF-SHA256 (RFC 5869) of the store's key with the salt. The
nonce is the number of the chunk in 12 bytes, and the head is authenticated with each chunk: none can be moved, left out
or taken to another file. A file that is not written to its end is continued where its last whole chunk ends. What came
beyond that and was saved stands behind it: a nonce of its own (1, and 11 random bytes), ciphertext and tag.
"""

import os
import secrets
import struct
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from node.keystore import PRIVATE_MODE
from node.reports.document_errors import AlteredDocumentError, DamagedDocumentError
from node.reports.media_types import HEAD_SIZE

CHUNK_SIZE: Final = 65_536  # bytes
TAG_SIZE: Final = 16  # bytes
STORE_KEY_SIZE: Final = 32  # bytes
_MAGIC: Final = b"ipregdoc"
_VERSION: Final = 1
_HEAD: Final = struct.Struct(">8sIQ32s32s")
_SALT_SIZE: Final = 32
_INFO: Final = b"ipregister/document/v1"
_REST_MARK: Final = b"\1"
"""Begins the nonce of a rest: those of chunks begin with 0."""
_NONCE_SIZE: Final = 12
_REST_SIZE_MAX: Final = _NONCE_SIZE + CHUNK_SIZE + TAG_SIZE


class _Head(NamedTuple):
    size: int
    digest: bytes
    salt: bytes

    def encode(self) -> bytes:
        return _HEAD.pack(_MAGIC, _VERSION, self.size, self.digest, self.salt)

    def cipher(self, store_key: bytes) -> AESGCM:
        derivation = HKDF(SHA256(), STORE_KEY_SIZE, salt=self.salt, info=_INFO)
        return AESGCM(derivation.derive(store_key))


def _read_head(file: BinaryIO, path: Path) -> _Head:
    data = file.read(_HEAD.size)
    if len(data) == _HEAD.size:
        magic, version, size, digest, salt = _HEAD.unpack(data)
        if (magic, version) == (_MAGIC, _VERSION):
            return _Head(size, digest, salt)
    raise DamagedDocumentError(f"{path.name}: expected the head of a document, found other bytes")


def announced_size(path: Path) -> int:
    """Return how many bytes the document in a file has, by its head.

    Raises:
        DamagedDocumentError: it has none.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        return _read_head(file, path).size


def file_size(document_size: int) -> int:
    """Return how many bytes the file of a document of this size has."""
    return _HEAD.size + document_size + -(-document_size // CHUNK_SIZE) * TAG_SIZE


class DocumentWriter:
    """Writes a document whose size and SHA-256 are announced, or goes on with one that was interrupted."""

    def __init__(self, path: Path, store_key: bytes, digest: str, size: int) -> None:
        """Begin the file, or continue what is whole of it."""
        self.path: Final = path
        self.digest: Final = digest
        """The SHA-256 that is announced, in hexadecimal."""
        self.beginning = b""
        """The first bytes, as far as they came, by which its kind is told."""
        self._expected = bytes.fromhex(digest)
        self._size = size
        self._sum = sha256()
        self._rest = bytearray()
        self._chunks = 0
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, PRIVATE_MODE)
        self._file: BinaryIO = os.fdopen(descriptor, "r+b")
        try:
            self._head = self._continued(store_key) or self._begun()
            self._cipher = self._head.cipher(store_key)
        except BaseException:
            self._file.close()
            raise

    @property
    def received(self) -> int:
        """Bytes of the document that came so far, those of before an interruption included."""
        return self._chunks * CHUNK_SIZE + len(self._rest)

    def _begun(self) -> _Head:
        head = _Head(self._size, self._expected, secrets.token_bytes(_SALT_SIZE))
        self._file.seek(0)
        self._file.truncate()
        self._file.write(head.encode())
        return head

    def _continued(self, store_key: bytes) -> _Head | None:
        """Take up what is there of this very document, up to the last chunk that is whole and right."""
        try:
            head = _read_head(self._file, self.path)
        except DamagedDocumentError:
            return None
        if (head.size, head.digest) != (self._size, self._expected):
            return None
        cipher, data = head.cipher(store_key), head.encode()
        while self.received + CHUNK_SIZE <= self._size:
            sealed = self._file.read(CHUNK_SIZE + TAG_SIZE)
            if len(sealed) < CHUNK_SIZE + TAG_SIZE:
                break
            try:
                self._count(cipher.decrypt(_nonce(self._chunks), sealed, data))
            except InvalidTag:
                break
            self._chunks += 1
        self._rest += self._saved_rest(cipher, head)
        self._count(bytes(self._rest))
        self._file.seek(_place(self._chunks))
        return head

    def _saved_rest(self, cipher: AESGCM, head: _Head) -> bytes:
        self._file.seek(_place(self._chunks))
        nonce, sealed = self._file.read(_NONCE_SIZE), self._file.read(_REST_SIZE_MAX)
        if not nonce.startswith(_REST_MARK):
            return b""
        try:
            return cipher.decrypt(nonce, sealed, _behind(head, self._chunks))
        except (InvalidTag, ValueError):
            return b""

    def write(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            AlteredDocumentError: these are more than were announced.
        """
        self._count(data)
        self._rest += data
        if self.received > self._size:
            raise self._altered()
        while len(self._rest) >= CHUNK_SIZE:
            self._seal(bytes(self._rest[:CHUNK_SIZE]))
            del self._rest[:CHUNK_SIZE]

    def _count(self, data: bytes) -> None:
        self._sum.update(data)
        if len(self.beginning) < HEAD_SIZE:
            self.beginning = (self.beginning + data)[:HEAD_SIZE]

    def save(self) -> None:
        """Write all that came, durably: from here it is continued, whatever happens."""
        self._file.seek(_place(self._chunks))
        if self._rest:
            nonce = _REST_MARK + secrets.token_bytes(_NONCE_SIZE - 1)
            data = _behind(self._head, self._chunks)
            self._file.write(nonce + self._cipher.encrypt(nonce, bytes(self._rest), data))
        self._file.truncate()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.seek(_place(self._chunks))

    def finish(self) -> None:
        """Write the rest, durably, and return when the whole is the document that was announced.

        Raises:
            AlteredDocumentError: it is not.
        """
        received = self.received
        if received != self._size or self._sum.digest() != self._expected:
            raise self._altered()
        if self._rest:
            self._seal(bytes(self._rest))
            self._rest.clear()
        self._file.truncate()  # of what was saved of it before
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def _altered(self) -> AlteredDocumentError:
        expected, received = self._expected.hex(), self._sum.hexdigest()
        return AlteredDocumentError(expected, received, self._size, self.received)

    def _seal(self, chunk: bytes) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._chunks), chunk, self._head.encode()))
        self._chunks += 1

    def close(self) -> None:
        """Let go of the file; what was written or saved of it can be continued."""
        self._file.close()

    def discard(self) -> None:
        """Let go of the file, and remove it."""
        self._file.close()
        self.path.unlink(missing_ok=True)


class DocumentReader:
    """Reads a document, or a part of it."""

    def __init__(
        self, path: Path, store_key: bytes, on_damage: Callable[[], None] = lambda: None
    ) -> None:
        """Open the file. `on_damage` is called when a chunk is found damaged.

        Raises:
            FileNotFoundError: there is none.
            DamagedDocumentError: it is no document.
        """
        self._path = path
        self._on_damage = on_damage
        self._file: BinaryIO = path.open("rb")
        try:
            self._head = _read_head(self._file, path)
        except BaseException:
            self._file.close()
            raise
        self._cipher = self._head.cipher(store_key)
        self.size: Final = self._head.size
        """Bytes of the document."""
        self.digest: Final = self._head.digest.hex()
        """Its SHA-256."""

    def touch(self) -> None:
        """Note that the file is read now, whatever became of its name."""
        os.utime(self._file.fileno())

    def parts(self, start: int = 0) -> Iterator[bytes]:
        """Yield the bytes from `start` on, in parts of at most 64 KiB.

        Raises:
            DamagedDocumentError: a chunk is not what was written there.
        """
        number = start // CHUNK_SIZE
        skipped = start - number * CHUNK_SIZE
        self._file.seek(_place(number))
        while number * CHUNK_SIZE < self.size:
            length = min(CHUNK_SIZE, self.size - number * CHUNK_SIZE)
            yield self._chunk(number, length)[skipped:]
            number, skipped = number + 1, 0

    def _chunk(self, number: int, length: int) -> bytes:
        sealed = self._file.read(length + TAG_SIZE)
        try:
            return self._cipher.decrypt(_nonce(number), sealed, self._head.encode())
        except InvalidTag:
            self._on_damage()
            raise DamagedDocumentError(f"{self._path.name}: chunk {number} is damaged") from None

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _nonce(chunk: int) -> bytes:
    return chunk.to_bytes(12, "big")


def _behind(head: _Head, chunks: int) -> bytes:
    """What is authenticated with a rest: it stands behind so many chunks of this document."""
    return head.encode() + _nonce(chunks)


def _place(chunk: int) -> int:
    return _HEAD.size + chunk * (CHUNK_SIZE + TAG_SIZE)
