"""The part of CBOR that COSE needs: known bytes, one reading, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.cbor import CborValue, decode, encode
from crypto.errors import MalformedBytesError

KNOWN: list[tuple[str, CborValue]] = [
    # RFC 8949, appendix A.
    ("00", 0),
    ("17", 23),
    ("1818", 24),
    ("1903e8", 1000),
    ("1bffffffffffffffff", 2**64 - 1),
    ("20", -1),
    ("3903e7", -1000),
    ("f6", None),
    ("4401020304", bytes((1, 2, 3, 4))),
    ("62c3bc", "\u00fc"),
    ("83010203", [1, 2, 3]),
    ("a201020304", {1: 2, 3: 4}),
    ("826161a161626163", ["a", {"b": "c"}]),
]


@pytest.mark.parametrize(("known", "value"), KNOWN)
def test_the_bytes_are_those_of_the_standard(known: str, value: CborValue) -> None:
    assert encode(value).hex() == known
    assert decode(bytes.fromhex(known)) == value


def test_the_members_of_a_map_are_written_in_one_order_and_read_in_any() -> None:
    # RFC 8949, 4.2.1: by the bytes of their keys.
    assert (
        encode({-70001: 1, 395: 1, 4: b"", 1: -8}).hex()
        == "a4012704" + "40" + "19018b01" + "3a0001117001"
    )
    assert decode(bytes.fromhex("a204400127")) == {1: -8, 4: b""}


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("", "premature end"),
        ("8201", "premature end"),
        ("0000", "expected nothing behind byte 1"),
        ("9f01ff", "indefinite"),
        ("5f4101ff", "indefinite"),
        ("a201010102", "Duplicate map key"),
        ("f5", "expected no bool"),
        ("fb3ff0000000000000", "expected no float"),
        ("f7", "expected no"),
        ("c074323031332d30332d32315432303a30343a30305a", "tag"),
        ("c249010000000000000000", "tag"),
        ("d8236161", "tag"),
        ("d818410a", "expected no CBORTag"),
        ("d280", "expected no CBORTag"),
        ("a1820102f6", "expected integers and texts as the keys"),
        ("a1f501", "expected integers and texts as the keys"),
        ("81" * 9 + "01", "depth"),
        ("81" * 100_000, "depth"),
        ("9bffffffffffffffff", "premature end"),
        ("5bffffffffffffffff", "premature end"),
        ("bbffffffffffffffff", "premature end"),
        ("61ff", "text string"),
    ],
)  # fmt: skip
def test_what_is_left_out_is_refused(refused: str, reason: str) -> None:
    with pytest.raises(MalformedBytesError, match=f"CBOR: .*{reason}"):
        decode(bytes.fromhex(refused))


LEAVES = (
    st.none() | st.integers(-(2**64), 2**64 - 1) | st.binary(max_size=40) | st.text(max_size=20)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.integers(-(2**63), 2**63) | st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=8,
).filter(lambda value: depth(value) <= 6)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


@given(VALUES)
def test_what_is_written_is_read(value: CborValue) -> None:
    assert decode(encode(value)) == value


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        value = decode(data)
    except MalformedBytesError:
        return
    assert decode(encode(value)) == value
