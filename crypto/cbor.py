"""The part of CBOR (RFC 8949) that COSE needs: integers, strings, arrays, maps and null.

What is written is deterministic (RFC 8949, 4.2.1). What is read may have its map members in any order, for
COSE leaves it free; but no key may come twice, no length may be open, and there are no tags, so the bytes have one
reading.
"""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, Final, TypeAlias, TypeVar

from cbor2 import CBORDecodeError, CBORDecoder, dumps

from crypto.errors import MalformedBytesError

CborValue: TypeAlias = (
    "int | str | bytes | Sequence[CborValue] | Mapping[int | str, CborValue] | None"
)
"""What is read and written here."""

DEPTH_MAX: Final = 8
"""How deep arrays and maps nest: those of COSE here need 5."""
_T = TypeVar("_T")


def _refuse_tag(_value: object, _is_immutable: bool) -> object:
    raise ValueError("expected no tag")


_REFUSED = dict.fromkeys(
    (
        0,
        1,
        2,
        3,
        4,
        5,
        25,
        28,
        29,
        30,
        35,
        36,
        37,
        52,
        54,
        100,
        256,
        258,
        260,
        261,
        1004,
        43000,
        55799,
    ),
    _refuse_tag,
)
"""The tags of which the library would make an object: dates, regular expressions, and others that nobody needs here."""


_KEYS = frozenset((int, str))
_SCALARS = frozenset((int, str, bytes, type(None)))


def encode(value: CborValue) -> bytes:
    """The one deterministic form of a value."""
    return dumps(value, canonical=True)


def decode(data: bytes) -> CborValue:
    """The value in these bytes: nothing before it, nothing behind it.

    Raises:
        MalformedBytesError: they are no CBOR, or use what this part of it leaves out.
    """
    stream = BytesIO(data)
    decoder = CBORDecoder(
        stream,
        max_depth=DEPTH_MAX,
        allow_indefinite=False,
        allow_duplicate_keys=False,
        semantic_decoders=_REFUSED,
    )
    try:
        value = decoder.decode()
    except CBORDecodeError as error:
        raise MalformedBytesError(f"CBOR: {error}") from error
    if stream.tell() != len(data):
        raise MalformedBytesError(f"CBOR: expected nothing behind byte {stream.tell()}")
    _expect_known(value)
    return value  # type: ignore[no-any-return]  # of the types that were looked at


def _expect_known(value: Any) -> None:  # noqa: ANN401 - whatever the library makes
    """Return when the value holds nothing that is left out here.

    Types are compared as they are: Python takes true for 1, and 1.0 too.
    """
    kind = type(value)
    if kind is dict:
        for key, member in value.items():
            if type(key) not in _KEYS:
                raise MalformedBytesError("CBOR: expected integers and texts as the keys of a map")
            _expect_known(member)
    elif kind is list:
        for each in value:
            _expect_known(each)
    elif kind not in _SCALARS:
        raise MalformedBytesError(f"CBOR: expected no {kind.__name__}")


def take(members: Mapping[int | str, CborValue], key: int, kind: type[_T], name: str) -> _T:
    """The member of a map that must be there, and of this type.

    Raises:
        MalformedBytesError: it is not.
    """
    return expect(members.get(key), kind, f"{name} ({key})")


def expect(value: CborValue, kind: type[_T], name: str) -> _T:
    """The value, when it is of this type.

    Raises:
        MalformedBytesError: it is not.
    """
    if not isinstance(value, kind):
        found = "nothing" if value is None else type(value).__name__
        raise MalformedBytesError(f"{name}: expected {kind.__name__}, got {found}")
    return value
