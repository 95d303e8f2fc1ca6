"""The commands of a transcript: what may stand in each, and who carries it out. docs/testing.md lists them."""

from collections.abc import Callable
from typing import Final, NamedTuple

from consensus.settings import ReplicaSettings
from node.engine import JOURNAL_BYTES_MAX
from simulations import transcript_actions as actions
from simulations.transcript_script import Command
from simulations.transcript_stage import Stage

DELAY_MS: Final = 10
"""How long a frame takes, unless the script says otherwise."""


class Form(NamedTuple):
    """What may stand in a command, and who carries it out."""

    act: Callable[[Stage, Command], None]
    words: tuple[int, int]
    """The least and the greatest number of plain words."""
    needed: frozenset[str] = frozenset()
    """Connectors that must be there."""
    allowed: frozenset[str] = frozenset()
    """Connectors that may be there besides."""
    options: frozenset[str] = frozenset()

    def check(self, command: Command) -> None:
        """Return when the command has this form.

        Raises:
            TranscriptError: it has not; the message says what is missing or too much.
        """
        least, most = self.words
        if not least <= len(command.words) <= most:
            wanted = str(least) if least == most else f"{least} to {most}"
            raise command.error(
                f"{command.verb}: expected {wanted} words, got {len(command.words)}"
            )
        missing = sorted(self.needed - command.named.keys())
        if missing:
            raise command.error(f"{command.verb}: expected {missing[0]!r} and a word behind it")
        known = self.needed | self.allowed | self.options
        for word in (*command.named, *command.options):
            if word not in known:
                raise command.error(f"{command.verb}: expected no {word!r}")


def opened(command: Command) -> Stage:
    """The stage of a script, from its first command.

    Raises:
        TranscriptError: it is not `network`, or an option is unknown or out of range.
    """
    if command.verb != "network":
        raise command.error(f"expected the command network, got {command.verb!r}")
    options = dict(command.options)
    delay = options.pop("delay_ms", str(DELAY_MS))
    journal = options.pop("journal_bytes_max", str(JOURNAL_BYTES_MAX))
    shown = {key: options.pop(key, "hidden") for key in ("statuses", "repetitions")}
    for key, value in shown.items():
        if value not in {"hidden", "shown"}:
            raise command.error(f"expected {key}=hidden or shown, got {value!r}")
    offices = command.words
    if not 1 <= len(set(offices)) == len(offices) or not all(map(_is_code, offices)):
        raise command.error(f"expected codes of offices such as AU EP, got {' '.join(offices)!r}")
    return Stage(
        offices,
        delay_ms=command.number(delay, 10_000),
        settings=_settings(options, command),
        journal_bytes_max=command.number(journal),
        shows=frozenset(key for key, value in shown.items() if value == "shown"),
    )


def carry_out(stage: Stage, command: Command) -> None:
    """Do what a command says.

    Raises:
        TranscriptError: it is malformed, or what it waits for does not come about.
        BrokenPromiseError: the network broke a promise.
    """
    form = FORMS.get(command.verb)
    if form is None:
        raise command.error(f"expected one of {', '.join(FORMS)}, got {command.verb!r}")
    form.check(command)
    form.act(stage, command)
    stage.tell_refusals()


def _is_code(word: str) -> bool:
    return len(word) == 2 and word.isalpha() and word.isupper()  # noqa: PLR2004 - ST.3 codes


def _settings(options: dict[str, str], command: Command) -> ReplicaSettings:
    numbers = {key: command.number(value) for key, value in options.items()}
    unknown = sorted(numbers.keys() - set(ReplicaSettings.__struct_fields__))
    if unknown:
        raise command.error(f"network: expected no {unknown[0]!r}")
    try:
        return ReplicaSettings(**numbers)
    except ValueError as error:
        raise command.error(str(error)) from error


_ANY: Final = 99
_PLACE: Final = frozenset({"view", "sequence"})
FORMS: Final[dict[str, Form]] = {
    "submit": Form(actions.submit, (1, _ANY), needed=frozenset({"at"})),
    "drop": Form(actions.drop, (1, _ANY), allowed=frozenset({"from", "to"}), options=_PLACE),
    "isolate": Form(actions.isolate, (1, _ANY)),
    "heal": Form(actions.heal, (0, 0)),
    "crash": Form(actions.crash, (1, _ANY), allowed=frozenset({"by"})),
    "restart": Form(actions.restart, (1, _ANY)),
    "wipe": Form(actions.wipe, (1, 1)),
    "pause": Form(actions.pause, (1, _ANY)),
    "resume": Form(actions.resume, (1, _ANY)),
    "liar": Form(actions.liar, (1, 1)),
    "proposal": Form(
        actions.proposal, (1, 1), needed=frozenset({"of"}), options=frozenset({"late_ms"})
    ),
    "say": Form(
        actions.say,
        (1, 1),
        needed=frozenset({"from", "to"}),
        allowed=frozenset({"by", "for"}),
        options=_PLACE | {"proposal", "height", "hash", "executed", "stable"},
    ),
    "repeat": Form(
        actions.repeat,
        (1, 1),
        needed=frozenset({"of", "to"}),
        allowed=frozenset({"from", "with", "as", "by", "for"}),
        options=_PLACE | {"height"},
    ),
    "run": Form(actions.run, (1, 1)),
    "await": Form(
        actions.wait,
        (0, 1),
        needed=frozenset({"within"}),
        allowed=frozenset({"at"}),
        options=frozenset({"view", "height", "executed"}),
    ),
    "show": Form(actions.show, (0, 0), allowed=frozenset({"of"})),
}
"""Every command after `network`."""
