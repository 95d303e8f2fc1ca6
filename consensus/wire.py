"""Bytes of the messages: msgpack arrays whose first item names the kind, within one frame size."""

from typing import Final

import msgspec

from consensus.errors import MalformedMessageError
from consensus.messages import Message

FRAME_SIZE_MAX: Final = 4 * 1024 * 1024  # bytes

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def encode_message(message: Message) -> bytes:
    """The one byte form of a message."""
    return _encoder.encode(message)


def decode_message(frame: bytes) -> Message:
    """The message in a frame; form only: sizes, signatures and views are the replica's to judge.

    Raises:
        MalformedMessageError: the frame is too large or no message.
    """
    if len(frame) > FRAME_SIZE_MAX:
        raise MalformedMessageError(f"expected at most {FRAME_SIZE_MAX} bytes, got {len(frame)}")
    try:
        return _decoder.decode(frame)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MalformedMessageError(str(error)) from error
