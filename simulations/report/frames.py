"""What kind of message a frame carries, read from its first bytes: a run has millions of them."""

from typing import Final

from consensus.messages import Message
from node.catchup import CatchUpMessage

_TAG_AT: Final = 3
"""Behind the byte that tells consensus from catching up, the head of the array, and the head of the tag."""
_LENGTH_BITS: Final = 0x1F
KINDS: Final[tuple[str, ...]] = tuple(
    str(kind.__struct_config__.tag) for kind in (*Message.__args__, *CatchUpMessage.__args__)
)
"""Every kind of message, as its tag on the wire has it."""
_BY_TAG: Final = {kind.encode(): kind for kind in KINDS}
OTHER: Final = "other"


def kind_of(frame: bytes) -> str:
    """The kind of the message in a frame, `other` where it is none: the frame may be a liar's."""
    if len(frame) < _TAG_AT:
        return OTHER
    tag = frame[_TAG_AT : _TAG_AT + (frame[_TAG_AT - 1] & _LENGTH_BITS)]
    return _BY_TAG.get(tag, OTHER)
