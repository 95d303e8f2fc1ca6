"""Records between two offices: what goes in comes out, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.handshake import SessionKeys
from node.secure_channel import InvalidRecordError, SecureChannel

FORTH, BACK = b"f" * 32, b"b" * 32


def pair(record_size_max: int = 10_000) -> tuple[SecureChannel, SecureChannel]:
    return (
        SecureChannel(SessionKeys("JP", send=FORTH, receive=BACK), record_size_max),
        SecureChannel(SessionKeys("AU", send=BACK, receive=FORTH), record_size_max),
    )


def fault(receiver: SecureChannel, record: bytes) -> str:
    with pytest.raises(InvalidRecordError) as caught:
        receiver.open(record)
    return caught.value.fault


@given(st.lists(st.lists(st.binary(max_size=300), max_size=6), max_size=5))
def test_frames_come_out_as_they_went_in(records: list[list[bytes]]) -> None:
    sender, receiver = pair()
    assert [receiver.open(sender.seal(frames)) for frames in records] == records


@given(position=st.integers(0, 30), flip=st.integers(1, 255))
def test_any_altered_byte_is_noticed(position: int, flip: int) -> None:
    sender, receiver = pair()
    record = bytearray(sender.seal([b"vote"]))
    record[position] ^= flip
    assert fault(receiver, bytes(record)) in {"wronglySealed", "replayed"}
    # A dropped record does not spoil the channel: the true one still opens.
    record[position] ^= flip
    assert receiver.open(bytes(record)) == [b"vote"]


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    _, receiver = pair()
    assert fault(receiver, data) in {"malformed", "wronglySealed", "replayed"}


def test_a_record_opens_once() -> None:
    sender, receiver = pair()
    record = sender.seal([b"vote"])
    receiver.open(record)
    assert fault(receiver, record) == "replayed"


def test_an_earlier_record_is_refused_after_a_later_one() -> None:
    sender, receiver = pair()
    earlier, later = sender.seal([b"1"]), sender.seal([b"2"])
    assert receiver.open(later) == [b"2"]
    assert fault(receiver, earlier) == "replayed"


def test_own_record_sent_back_is_refused() -> None:
    sender, _ = pair()
    assert fault(sender, sender.seal([b"vote"])) == "wronglySealed"


def test_a_record_above_the_limit_is_refused_unopened() -> None:
    sender, receiver = pair(record_size_max=100)
    assert fault(receiver, sender.seal([b"x" * 100])) == "oversized"


@pytest.mark.parametrize("plain", [b"\0\0", b"\0\0\0\5abcd", b"\0\0\0\1a\0\0\0"])
def test_a_rightly_sealed_record_of_broken_frames_is_malformed(plain: bytes) -> None:
    sender, receiver = pair()
    counter = (1).to_bytes(8, "big")
    record = counter + sender._sealer.encrypt(b"\0\0\0\0" + counter, plain, None)
    assert fault(receiver, record) == "malformed"
