"""Messages of transcripts that no engine made: made by hand, or changed on the way; signed by any office's key."""

from typing import Any, Final

import msgspec

from consensus.messages import (
    Checkpoint,
    Commit,
    Message,
    NewView,
    Prepare,
    PrePrepare,
    Proposal,
    Status,
    ViewChange,
)
from consensus.signatures import (
    new_view_message,
    proposal_digest,
    view_change_message,
    vote_message,
)
from crypto.certificate import checkpoint_message
from crypto.digest import sha256
from crypto.signing import SIGNATURE_SIZE, Purpose, bound_message
from simulations.identities import key_of
from simulations.transcript_script import Command

UNSIGNED: Final = bytes(SIGNATURE_SIZE)
KINDS: Final = ("pre-prepare", "prepare", "commit", "checkpoint", "status")
"""What a script can make by hand; everything else it takes from what an office said."""


def made(kind: str, office: str, command: Command, proposals: dict[str, Proposal]) -> Message:
    """An unsigned message of the office, from the options of a command.

    Raises:
        TranscriptError: it cannot be made by hand, or an option is missing, unknown or malformed.
    """
    options = _Options(command)
    message: Message
    match kind:
        case "pre-prepare":
            view, sequence = options.number("view"), options.number("sequence")
            message = PrePrepare(view, sequence, options.proposal(proposals), UNSIGNED)
        case "prepare" | "commit":
            vote = Prepare if kind == "prepare" else Commit
            view, sequence = options.number("view"), options.number("sequence")
            digest = proposal_digest(options.proposal(proposals))
            message = vote(view, sequence, digest, office, UNSIGNED)
        case "checkpoint":
            block_hash = sha256(options.text("hash").encode())
            message = Checkpoint(options.number("height"), block_hash, office, UNSIGNED)
        case "status":
            view, executed = options.number("view"), options.number("executed")
            message = Status(view, True, executed, options.number("stable"))
        case _:
            raise command.error(f"expected one of {', '.join(KINDS)}, got {kind!r}")
    options.expect_all_used()
    return message


def signed(message: Message, office: str, network_id: bytes) -> Message:
    """The message with a signature of this office's key for this network; a status has none."""
    found = _text_of(message)
    if found is None:
        return message
    purpose, text = found
    signature = key_of(office).sign(bound_message(purpose, network_id, text))
    return msgspec.structs.replace(message, signature=signature)


def recast(message: Message, kind: str, command: Command) -> Message:
    """A vote of one phase as one of the other, with the same fields and the same signature.

    Raises:
        TranscriptError: one of the two is no vote.
    """
    casts: dict[str, type[Prepare | Commit]] = {"prepare": Prepare, "commit": Commit}
    if kind not in casts or not isinstance(message, Prepare | Commit):
        raise command.error("expected to pass a prepare off as a commit, or the other way round")
    view, sequence, digest = message.view, message.sequence, message.digest
    return casts[kind](view, sequence, digest, message.office, message.signature)


def changed(message: Message, changes: str, command: Command) -> Message:
    """The message with other values in some of its fields: `field:value,field.0.field:value`.

    A number replaces a number, text an office, and bytes are replaced by the digest of the text. `none` is no value.

    Raises:
        TranscriptError: there is no such field.
    """
    for change in changes.split(","):
        path, colon, value = change.partition(":")
        if not colon or not value:
            raise command.error(f"expected field:value, got {change!r}")
        message = _replaced(message, path.split("."), value, command)
    return message


def _replaced(holder: Any, path: list[str], value: str, command: Command) -> Any:  # noqa: ANN401
    """A frozen value with another value somewhere inside; fields of structs by name, of tuples by number."""
    if not path:
        return _like(holder, value, command)
    name, rest = path[0], path[1:]
    if isinstance(holder, tuple) and name.isdecimal() and int(name) < len(holder):
        place = int(name)
        inner = _replaced(holder[place], rest, value, command)
        return (*holder[:place], inner, *holder[place + 1 :])
    if isinstance(holder, msgspec.Struct) and name in holder.__struct_fields__:
        inner = _replaced(getattr(holder, name), rest, value, command)
        return msgspec.structs.replace(holder, **{name: inner})
    raise command.error(f"expected a field of {type(holder).__name__}, got {name!r}")


def _like(former: object, value: str, command: Command) -> object:
    if value == "none":
        return None
    if isinstance(former, int):
        return command.number(value, 2**53)
    if isinstance(former, bytes):
        return (sha256(value.encode()) * 2)[: len(former)]
    if isinstance(former, str):
        return value
    raise command.error(f"expected a field that holds a number, an office or bytes, for {value!r}")


def _text_of(message: Message) -> tuple[Purpose, bytes] | None:
    """What a signature of this message is for, and over which text."""
    found: tuple[Purpose, bytes] | None = None
    match message:
        case PrePrepare():
            digest = proposal_digest(message.proposal)
            found = "pre-prepare", vote_message(message.view, message.sequence, digest)
        case Prepare():
            found = "prepare", vote_message(message.view, message.sequence, message.digest)
        case Commit():
            found = "commit", vote_message(message.view, message.sequence, message.digest)
        case Checkpoint():
            found = "checkpoint", checkpoint_message(message.height, message.block_hash)
        case ViewChange():
            found = "view-change", view_change_message(message)
        case NewView():
            found = "new-view", new_view_message(message)
    return found


class _Options:
    """The options of a command, each to be used once."""

    def __init__(self, command: Command) -> None:
        self._command = command
        self._left = dict(command.options)

    def text(self, key: str) -> str:
        if key not in self._left:
            raise self._command.error(f"expected {key}=...")
        return self._left.pop(key)

    def number(self, key: str) -> int:
        return self._command.number(self.text(key), 2**53)

    def proposal(self, proposals: dict[str, Proposal]) -> Proposal:
        name = self.text("proposal")
        if name not in proposals:
            raise self._command.error(f"expected the name of a proposal, got {name!r}")
        return proposals[name]

    def expect_all_used(self) -> None:
        if self._left:
            raise self._command.error(f"expected no option {', '.join(sorted(self._left))}")
