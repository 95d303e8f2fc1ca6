"""Lies about views: leaving them, why, and what a new one begins with."""

from collections.abc import Iterator

from msgspec.structs import replace

from consensus.messages import Message, NewView, Status, ViewChange
from consensus.signatures import primary_of
from crypto.digest import sha256
from node.catchup import CatchUpMessage
from simulations.adversaries.forging import UNSIGNED
from simulations.adversaries.strategy import Liar, Lie, Strategy

FAR_VIEWS = (1, 1, 2, 3, 1_000, 2**53)
"""How far beyond the present a view is that nobody else wants."""
NUMBER_MAX = 2**53


class FalseViewChanges(Strategy):
    """Leaves views that work, for near and far ones; tells less than it knows, and not everyone the same."""

    kind = "false view changes"

    def __init__(self, liar: Liar) -> None:
        super().__init__(liar)
        self._known: list[ViewChange] = []

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The view change, made less of; beside a status now and then one that nobody needs."""
        if isinstance(message, ViewChange) and message.office == self.forger.office:
            self._known.append(message)
            yield 0, self.forger.frame(self._less(message, to))
            return
        yield 0, frame
        if isinstance(message, Status) and self.chance(0.1):
            view = min(message.view + self.rng.choice(FAR_VIEWS), NUMBER_MAX)
            known = self._known[-1] if self._known else ViewChange(0, None, (), "", UNSIGNED)
            invented = replace(known, view=view, office=self.forger.office)
            yield 0, self.forger.frame(self._less(invented, to))

    def _less(self, message: ViewChange, to: str) -> ViewChange:
        if to in self.conspiracy.deceived:
            return replace(message, prepared=())
        older = self.rng.choice((message, *self._known)).stable
        return self.rng.choice(
            (
                message,
                replace(message, stable=None),
                replace(message, stable=older),
                replace(message, prepared=message.prepared[1:]),
                replace(message, prepared=message.prepared[:-1]),
            )
        )


class FalseNewViews(Strategy):
    """Opens views wrongly: forgets a proposal, names too few or other view changes, or ones that never were."""

    kind = "false new views"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:
        """The new view, made wrong; beside a status now and then one for a view that nobody is in."""
        if isinstance(message, NewView) and self._leads(message.view):
            if self.chance(0.2):
                yield 0, frame
            yield 0, self.forger.frame(self._wrong(message, to))
            return
        yield 0, frame
        if isinstance(message, Status) and self.chance(0.2):
            yield 0, self.forger.frame(self._invented(message.view))

    def _leads(self, view: int) -> bool:
        return primary_of(view, self.conspiracy.keyring) == self.forger.office

    def _wrong(self, message: NewView, to: str) -> NewView:
        changes = message.view_changes
        if to in self.conspiracy.deceived:
            return replace(message, signatures=message.signatures[:-1])
        return self.rng.choice(
            (
                replace(message, signatures=message.signatures[1:]),
                replace(message, signatures=()),
                replace(message, view_changes=changes[:-1]),
                replace(message, view_changes=(*changes[:-1], changes[0])),
                replace(message, view_changes=self._never_were(message.view)),
                replace(message, view=message.view + len(self.offices)),
            )
        )

    def _invented(self, view: int) -> NewView:
        view += self.rng.choice((1, 2, 50, 1_000_000))
        while not self._leads(view):
            view += 1
        return NewView(view, self._never_were(view), (), UNSIGNED)

    def _never_were(self, view: int) -> tuple[tuple[str, bytes], ...]:
        named = self.offices[: self.conspiracy.keyring.quorum]
        return tuple((office, sha256(b"%d %s" % (view, office.encode()))) for office in named)
