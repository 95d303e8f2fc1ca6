"""Readable scripts of conversations among offices, with the full trace of what happens (tests/transcripts)."""

from simulations.errors import BrokenPromiseError
from simulations.transcript_commands import carry_out, opened
from simulations.transcript_script import Comment, Stanza, TranscriptError, parse, written
from simulations.transcript_stage import Stage


def replayed(text: str) -> str:
    """The transcript with the traces that its commands lead to now; what it was at best.

    Raises:
        TranscriptError: it is malformed, or something it waits for does not come about.
        BrokenPromiseError: the network broke a promise.
    """
    stage: Stage | None = None
    parts: list[Comment | Stanza] = []
    for part in parse(text):
        if isinstance(part, Comment):
            parts.append(part)
            continue
        for command in part.commands:
            if stage is None:
                stage = opened(command)
                continue
            try:
                carry_out(stage, command)
            except BrokenPromiseError as error:
                raise BrokenPromiseError(f"line {command.line}: {error}") from error
        assert stage is not None
        parts.append(part._replace(trace=stage.take()))
    if stage is None:
        raise TranscriptError(1, "expected commands, the first of which is network")
    stage.check()
    return written(tuple(parts))
