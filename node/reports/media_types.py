"""Whether a document begins as its media type says: a slip is told before others rely on it."""

from typing import Final

from ledger.register.entries import MediaType

HEAD_SIZE: Final = 512
"""Bytes from the beginning that are looked at."""
SUFFIXES: Final[dict[MediaType, str]] = {
    "application/pdf": "pdf",
    "application/xml": "xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "image/tiff": "tif",
    "text/plain": "txt",
}
"""Of a file of each media type."""
_BEGINNINGS: Final[dict[MediaType, tuple[bytes, ...]]] = {
    "application/pdf": (b"%PDF-",),
    "application/xml": (b"<",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (b"PK\x03\x04",),
    "image/tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
}
_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


def begins_as(media_type: MediaType, head: bytes) -> bool:
    """Return whether these first bytes may be those of such a document: XML in UTF-8, text without NUL."""
    if media_type == "text/plain":
        return b"\0" not in head
    if media_type == "application/xml":
        head = head.removeprefix(_BYTE_ORDER_MARK).lstrip()
    return head.startswith(_BEGINNINGS[media_type])
