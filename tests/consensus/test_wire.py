import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consensus.errors import MalformedMessageError
from consensus.messages import (
    NULL_PROPOSAL,
    OFFICES_MAX,
    SEQUENCES_MAX,
    Checkpoint,
    Commit,
    FetchSubmissions,
    Message,
    NewView,
    Prepare,
    PreparedCertificate,
    PrePrepare,
    Proposal,
    Status,
    SubmissionBody,
    ViewChange,
)
from consensus.wire import FRAME_SIZE_MAX, decode_message, encode_message

numbers = st.integers(0, 2**53)
digests = st.binary(min_size=32, max_size=32)
signatures = st.binary(min_size=64, max_size=64)
offices = st.sampled_from(("AU", "EP"))
messages = st.one_of(
    st.builds(
        PrePrepare,
        numbers,
        numbers,
        st.builds(Proposal, numbers, st.lists(digests, max_size=5).map(tuple)),
        signatures,
    ),
    st.builds(Prepare, numbers, numbers, digests, offices, signatures),
    st.builds(Commit, numbers, numbers, digests, offices, signatures),
    st.builds(Checkpoint, numbers, digests, offices, signatures),
    st.builds(Status, numbers, st.booleans(), numbers, numbers),
    st.builds(FetchSubmissions, st.lists(digests, max_size=5).map(tuple)),
    st.builds(SubmissionBody, st.binary(max_size=100)),
)


@given(messages)
def test_a_message_survives_its_bytes(message: Message) -> None:
    assert decode_message(encode_message(message)) == message


@pytest.mark.parametrize(
    "message",
    [
        NewView(1, (("AU", bytes(32)),) * (OFFICES_MAX + 1), (), bytes(64)),
        NewView(1, (), ((1, bytes(64)),) * (SEQUENCES_MAX + 1), bytes(64)),
        ViewChange(
            1,
            None,
            (PreparedCertificate(0, 1, NULL_PROPOSAL, bytes(64), ()),) * (SEQUENCES_MAX + 1),
            "AU",
            bytes(64),
        ),
    ],
    ids=["offices", "sequences", "certificates"],
)
def test_a_message_that_lists_too_much_is_malformed(message: Message) -> None:
    with pytest.raises(MalformedMessageError):
        decode_message(encode_message(message))


@given(st.binary(max_size=300))
def test_hostile_bytes_are_malformed_and_nothing_else(frame: bytes) -> None:
    try:
        decode_message(frame)
    except MalformedMessageError:
        return


@given(messages, st.data())
def test_a_damaged_message_is_another_message_or_malformed(
    message: Message, data: st.DataObject
) -> None:
    frame = bytearray(encode_message(message))
    place = data.draw(st.integers(0, len(frame) - 1))
    frame[place] ^= data.draw(st.integers(1, 255))
    try:
        decode_message(bytes(frame))
    except MalformedMessageError:
        return


def test_numbers_beyond_the_bound_are_malformed() -> None:
    for number in (-1, 2**53 + 1, 2**64 - 1):
        frame = msgspec.msgpack.encode(["prepare", number, 1, bytes(32), "AU", bytes(64)])
        with pytest.raises(MalformedMessageError):
            decode_message(frame)


def test_an_oversized_frame_is_refused_before_it_is_read() -> None:
    with pytest.raises(MalformedMessageError, match="expected at most 4194304 bytes"):
        decode_message(bytes(FRAME_SIZE_MAX + 1))


def test_deep_nesting_is_malformed() -> None:
    with pytest.raises(MalformedMessageError):
        decode_message(b"\x91" * 100_000)
