"""Signatures over anything: what the guard in front of an honest office's key would refuse."""

from msgspec.structs import replace

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    ViewChange,
)
from consensus.signatures import (
    new_view_message,
    proposal_digest,
    view_change_message,
    vote_message,
)
from consensus.wire import encode_message
from crypto.certificate import checkpoint_message
from crypto.signing import Purpose, bound_message
from node.catchup import Blocks, CatchUpMessage, FetchBlocks, encode_catch_up
from simulations.identities import key_of

UNSIGNED = bytes(64)


class Forger:
    """Signs whatever it is given with the key of one office."""

    def __init__(self, office: str, network_id: bytes) -> None:
        self.office = office
        self._network_id = network_id
        self._key = key_of(office)

    def signed(self, message: Message) -> Message:
        """The message with a signature that fits it; one of a kind that carries none comes back as it is."""
        match message:
            case PrePrepare():
                digest = proposal_digest(message.proposal)
                text = vote_message(message.view, message.sequence, digest)
                return replace(message, signature=self._sign("pre-prepare", text))
            case Prepare() | Commit():
                text = vote_message(message.view, message.sequence, message.digest)
                purpose: Purpose = "prepare" if isinstance(message, Prepare) else "commit"
                return replace(message, signature=self._sign(purpose, text))
            case Checkpoint():
                text = checkpoint_message(message.height, message.block_hash)
                return replace(message, signature=self._sign("checkpoint", text))
            case ViewChange():
                return replace(
                    message, signature=self._sign("view-change", view_change_message(message))
                )
            case NewView():
                return replace(message, signature=self._sign("new-view", new_view_message(message)))
        return message

    def frame(self, message: Message) -> bytes:
        """The frame of a message, signed."""
        return frame_of(self.signed(message))

    def _sign(self, purpose: Purpose, text: bytes) -> bytes:
        return self._key.sign(bound_message(purpose, self._network_id, text))


def frame_of(message: Message | CatchUpMessage) -> bytes:
    """The frame of a message as it is: of catching up behind a zero byte, of consensus behind a one."""
    if isinstance(message, FetchBlocks | Blocks):
        return b"\x00" + encode_catch_up(message)
    return b"\x01" + encode_message(message)
