"""The text of the codes on a certificate: lines such as `IPR1:2/5:...`, read in any order (docs/certificates.md).

All its letters are of the alphanumeric mode of QR codes, and none is a blank: whatever a scanner, a mail or a form does
to blanks and line ends, the text stays what it was.
"""

import re
from typing import Final, NamedTuple

from crypto.digest import sha256
from ledger.proof.base41 import decode_base41, encode_base41
from ledger.proof.errors import MisreadTextError, MissingPartsError, UndecidableProofFileError

PARTS_MAX: Final = 99
TEXT_BYTES_MAX: Final = 256 * 1024
"""Of a scanned text: a hundred codes, each several times."""
_MARK: Final = "IPR1:"
_MARK_WITHIN: Final = 1024
_PART_BEGINS: Final = re.compile(rb"\bIPR[0-9]{1,3}:[0-9]{1,2}/[0-9]{1,2}:", re.IGNORECASE)
_ANY_MARK: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*IPR([0-9]{1,3}):", re.IGNORECASE)
_PART: Final = re.compile(r"([0-9]{1,2})/([0-9]{1,2}):([0-9A-Z$%*+.]+)")
_DIGEST: Final = 4
"""Bytes that begin each part of a file, the same in all, and that end it and tell whether it was read right."""


class _Part(NamedTuple):
    number: int
    of: int
    shared: bytes
    chunk: bytes


def to_lines(data: bytes, chunk_bytes_max: int) -> tuple[str, ...]:
    """The lines that hold these bytes, each at most so many, in parts of about equal size.

    Raises:
        ValueError: they would be more than 99.
    """
    count = max(1, -(-len(data) // chunk_bytes_max))
    if count > PARTS_MAX:
        raise ValueError(f"expected at most {PARTS_MAX * chunk_bytes_max} bytes, got {len(data)}")
    size, shared = -(-len(data) // count), sha256(data)[:_DIGEST]
    chunks = (data[at * size : (at + 1) * size] for at in range(count))
    return tuple(_line(_Part(at, count, shared, chunk)) for at, chunk in enumerate(chunks, 1))


def is_scanned_text(data: bytes) -> bool:
    """Whether the bytes begin as such a text does, of this version or a later one, or have a code near their beginning.

    Then something else was copied with the codes, and `from_text` says so.
    """
    if _ANY_MARK.match(data[:80]) is not None:
        return True
    beginning = data[:_MARK_WITHIN]
    is_other = beginning.lstrip().startswith(b"{") or b"%PDF-" in beginning
    return not is_other and _PART_BEGINS.search(beginning) is not None


def from_text(data: bytes) -> bytes:
    """The bytes that a scanned text holds: its parts in any order, any of them more than once.

    Raises:
        MisreadTextError: a part was not read right, or they are not of one file.
        MissingPartsError: some are missing.
        UndecidableProofFileError: it is of a later version.
    """
    if len(data) > TEXT_BYTES_MAX:
        raise MisreadTextError("form", f"expected at most {TEXT_BYTES_MAX} bytes of text")
    mark = _ANY_MARK.match(data)
    if mark is not None and int(mark[1]) > 1:
        raise UndecidableProofFileError("version", f"expected codes IPR1, got IPR{int(mark[1])}")
    try:
        letters = "".join(data.decode("utf-8-sig").upper().split())
    except UnicodeDecodeError as error:
        raise MisreadTextError("form", f"expected the letters of codes: {error}") from error
    before, *parts = letters.split(_MARK)
    if before or not parts:
        raise MisreadTextError(
            "form", f"expected {_MARK} at the beginning and codes alone, got {before[:20]!r}"
        )
    return _joined([_part(text) for text in parts])


def _joined(parts: list[_Part]) -> bytes:
    first = parts[0]
    chunks: dict[int, bytes] = {}
    for part in parts:
        if (part.of, part.shared) != (first.of, first.shared):
            raise MisreadTextError(
                "form",
                f"expected the parts of one proof, got part {part.number} of {part.of} of another",
            )
        chunks[part.number] = part.chunk
    missing = [str(number) for number in range(1, first.of + 1) if number not in chunks]
    if missing:
        raise MissingPartsError(
            "form", f"expected {first.of} parts; to be scanned as well: {', '.join(missing)}"
        )
    data = b"".join(chunk for _, chunk in sorted(chunks.items()))
    if sha256(data)[:_DIGEST] != first.shared:
        raise MisreadTextError("form", "the parts do not fit together")
    return data


def _line(part: _Part) -> str:
    checked = part.shared + part.chunk + _check(part)
    return f"{_MARK}{part.number}/{part.of}:{encode_base41(checked)}"


def _part(text: str) -> _Part:
    found = _PART.fullmatch(text)
    if found is None:
        raise MisreadTextError("form", f"expected a part such as 2/5:, got {text[:20]!r}")
    number, count = int(found[1]), int(found[2])
    try:
        data = decode_base41(found[3])
    except ValueError:
        data = b""
    part = _Part(number, count, data[:_DIGEST], data[_DIGEST:-_DIGEST])
    if not 1 <= number <= count or data[-_DIGEST:] != _check(part):
        raise MisreadTextError("form", f"part {number} of {count} was not read right")
    return part


def _check(part: _Part) -> bytes:
    place = f"{part.number}/{part.of}:".encode()
    return sha256(place + part.shared + part.chunk)[:_DIGEST]
