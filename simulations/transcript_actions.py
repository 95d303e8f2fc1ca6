"""What the commands of a transcript do on its stage (the table of commands: `transcript_commands`)."""

from collections.abc import Callable
from typing import Final

from consensus.messages import Message, Proposal
from consensus.wire import encode_message
from crypto.digest import sha256
from node.catchup import Blocks, FetchBlocks
from simulations.node import SimulatedNode
from simulations.run import is_quiet, next_submission
from simulations.transcript_lies import changed, made, recast, signed
from simulations.transcript_script import Command
from simulations.transcript_stage import Loss, Stage, kind_of
from simulations.transcript_text import short

RUN_MS_MAX: Final = 10_000_000
MESSAGE_KINDS: Final = frozenset({
    "pre-prepare", "prepare", "commit", "checkpoint", "view-change", "new-view", "status", "submission",
    "fetch-submissions", "fetch-view-changes", "fetch-blocks", "blocks",
})  # fmt: skip


# -- clients -------------------------------------------------------------------------------------


def submit(stage: Stage, command: Command) -> None:
    """A client hands submissions to the office `at`; a name that is known is handed in again."""
    for name in command.words:
        entry = _node(stage, command, command.named["at"])
        known = stage.submissions.get(name)
        if known is None:
            number = len(stage.submissions) + 1
            known = next_submission(stage.cluster, entry.office, number)
            stage.submissions[name] = known
            stage.names.call(known.digest, name)
        if not stage.cluster.submit(known, entry.name):
            stage.tell(entry.name, f"did not take {name}")


# -- the world -----------------------------------------------------------------------------------


def drop(stage: Stage, command: Command) -> None:
    """Lose messages of these kinds, `from` and `to` these offices, in this view or sequence."""
    kinds = frozenset(command.words) - {"everything"}
    unknown = sorted(kinds - MESSAGE_KINDS)
    if unknown:
        known = ", ".join(sorted(MESSAGE_KINDS))
        raise command.error(f"expected everything, or kinds of {known}, got {unknown[0]!r}")
    fields = tuple((key, command.number(value)) for key, value in sorted(command.options.items()))
    senders, receivers = _named(stage, command, "from"), _named(stage, command, "to")
    stage.losses.append(Loss(kinds, frozenset(senders), frozenset(receivers), fields))


def isolate(stage: Stage, command: Command) -> None:
    """Lose everything from and to these offices."""
    cut = frozenset(_offices(stage, command, ",".join(command.words)))
    anyone = frozenset[str]()
    stage.losses += [Loss(anyone, cut, anyone, ()), Loss(anyone, anyone, cut, ())]


def heal(stage: Stage, command: Command) -> None:  # noqa: ARG001
    """Lose nothing any more; every link comes up anew."""
    stage.losses.clear()
    stage.cluster.heal_links()


def crash(stage: Stage, command: Command) -> None:
    """Stop nodes, by a power cut or a kill."""
    kind = command.named.get("by", "power-cut")
    if kind not in {"power-cut", "kill"}:
        raise command.error(f"expected power-cut or kill, got {kind!r}")
    for name in _offices(stage, command, ",".join(command.words)):
        stage.cluster.crash(name, power_cut=kind == "power-cut")


def restart(stage: Stage, command: Command) -> None:
    """Start nodes that are down."""
    for name in _offices(stage, command, ",".join(command.words)):
        if stage.cluster.nodes[name].engine is not None:
            raise command.error(f"expected an office that is down, got {name}")
        stage.cluster.start(name)


def wipe(stage: Stage, command: Command) -> None:
    """Empty the disk of a node that is down."""
    node = _node(stage, command, command.words[0])
    if node.engine is not None:
        raise command.error(f"expected an office that is down, got {node.name}")
    stage.cluster.faulty.add(node.name)
    node.wipe()
    stage.tell(node.name, "wiped")


def pause(stage: Stage, command: Command) -> None:
    """Let nodes stand still."""
    for name in _offices(stage, command, ",".join(command.words)):
        stage.cluster.pause(name)


def resume(stage: Stage, command: Command) -> None:
    """Let nodes go on."""
    for name in _offices(stage, command, ",".join(command.words)):
        stage.cluster.resume(name)


# -- lies ----------------------------------------------------------------------------------------


def liar(stage: Stage, command: Command) -> None:
    """The script speaks for the office: its node is off, and nothing is promised of it."""
    node = _node(stage, command, command.words[0])
    stage.cluster.faulty.add(node.name)
    stage.cluster.crash(node.name)


def proposal(stage: Stage, command: Command) -> None:
    """Name a proposal that lists these submissions, or null; its time is now, or `late_ms` before."""
    digests = tuple(
        _digest(stage, command, name) for name in command.named["of"].split(",") if name != "null"
    )
    late_ms = command.number(command.options.get("late_ms", "0"), least=-RUN_MS_MAX)
    time_ms = stage.cluster.now.unix_ms - late_ms if digests else 0
    stage.proposals[command.words[0]] = Proposal(time_ms, digests)


def say(stage: Stage, command: Command) -> None:
    """Deliver a message that is made by hand and signed by the office `from`, or `by` another."""
    sender = _node(stage, command, command.named["from"]).office
    message = made(command.words[0], sender, command, stage.proposals)
    _deliver(stage, command, sender, signed(message, *_signer(stage, command, sender)))


def repeat(stage: Stage, command: Command) -> None:
    """Deliver what an office said before: as it was, changed `with` other values, or `as` another kind."""
    kind, author = command.words[0], command.named["of"]
    fields = {key: command.number(value) for key, value in command.options.items()}
    for office, message in reversed(stage.said):
        if (office, kind_of(message)) == (author, kind) and all(
            getattr(message, key, None) == value for key, value in fields.items()
        ):
            break
    else:
        raise command.error(f"expected a {kind} that {author} sent")
    if isinstance(message, Blocks | FetchBlocks):
        raise command.error("expected a message of consensus")
    if "with" in command.named:
        message = changed(message, command.named["with"], command)
    if "by" in command.named or "for" in command.named:
        message = signed(message, *_signer(stage, command, author))
    if "as" in command.named:
        message = recast(message, command.named["as"], command)
    sender = _node(stage, command, command.named.get("from", author)).office
    _deliver(stage, command, sender, message)


def _signer(stage: Stage, command: Command, author: str) -> tuple[str, bytes]:
    """(whose key, for which network)."""
    signer = _node(stage, command, command.named.get("by", author)).office
    other = command.named.get("for")
    own = stage.cluster.genesis.network_id()
    return signer, own if other is None else sha256(other.encode())


def _deliver(stage: Stage, command: Command, sender: str, message: Message) -> None:
    how = "".join(
        f" {word} {command.named[word]}"
        for word in ("with", "as", "by", "for")
        if word in command.named
    )
    stage.script_says(sender, command.named["to"], message, how and f" ({how.strip()})")
    for receiver in _named(stage, command, "to"):
        stage.cluster.deliver(sender, receiver, b"\x01" + encode_message(message))
    stage.cluster.run_for(0)


# -- time ----------------------------------------------------------------------------------------


def run(stage: Stage, command: Command) -> None:
    """Let time pass."""
    stage.cluster.run_for(_milliseconds(command, command.words[0]))


def wait(stage: Stage, command: Command) -> None:
    """Let time pass until something is so, but not for longer than `within`."""
    nodes = [stage.cluster.nodes[name] for name in _named(stage, command, "at")]
    nodes = nodes or [node for node in stage.cluster.nodes.values() if node.engine is not None]
    limit_ms = _milliseconds(command, command.named["within"])
    if not stage.cluster.run_until(_condition(stage, command, nodes), limit_ms):
        raise command.error(f"did not come about within {limit_ms} ms")


def _condition(stage: Stage, command: Command, nodes: list[SimulatedNode]) -> Callable[[], bool]:
    if command.words == ("quiet",) and not command.options:
        return lambda: is_quiet(stage.cluster)
    if command.words or len(command.options) != 1:
        raise command.error("expected to await one of: quiet, view=, height=, executed=")
    ((key, value),) = command.options.items()
    if key == "executed":
        digest = _digest(stage, command, value)
        return lambda: all(node.ledger.executed_height(digest) is not None for node in nodes)
    number = command.number(value)
    if key == "height":
        return lambda: all(node.ledger.height >= number for node in nodes)
    return lambda: all(
        node.engine is not None and node.engine.is_active and node.engine.view == number
        for node in nodes
    )


def show(stage: Stage, command: Command) -> None:
    """Tell where offices stand."""
    for name in _named(stage, command, "of") or tuple(stage.cluster.nodes):
        engine, ledger = stage.cluster.nodes[name].engine, stage.cluster.nodes[name].ledger
        if engine is None:
            stage.tell(name, "is down")
            continue
        view = f"view {engine.view}" if engine.is_active else f"waits for view {engine.view}"
        stage.tell(
            name,
            f"is here: {view}, height {ledger.height} {short(ledger.head_hash)},"
            f" stable {engine.stable}, pending {engine.pending}",
        )


# -- words ---------------------------------------------------------------------------------------


def _milliseconds(command: Command, word: str) -> int:
    return command.number(word, RUN_MS_MAX)


def _node(stage: Stage, command: Command, name: str) -> SimulatedNode:
    if name not in stage.cluster.nodes:
        raise command.error(f"expected an office of this network, got {name!r}")
    return stage.cluster.nodes[name]


def _offices(stage: Stage, command: Command, words: str) -> tuple[str, ...]:
    if words == "all":
        return tuple(stage.cluster.nodes)
    return tuple(_node(stage, command, name).name for name in words.split(","))


def _named(stage: Stage, command: Command, connector: str) -> tuple[str, ...]:
    """The offices behind a connector; none where it is not there."""
    words = command.named.get(connector)
    return () if words is None else _offices(stage, command, words)


def _digest(stage: Stage, command: Command, name: str) -> bytes:
    if name not in stage.submissions:
        raise command.error(f"expected the name of a submission, got {name!r}")
    return stage.submissions[name].digest
