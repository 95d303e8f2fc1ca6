"""Contradictions about views alone: the same to everyone, and honest in all else."""

from collections.abc import Iterator

from msgspec.structs import replace

from consensus.messages import Message, NewView, ViewChange
from consensus.signatures import primary_of
from node.catchup import CatchUpMessage
from simulations.adversaries.strategy import Lie, Strategy

LATER_MS = 100
"""The second story comes when the first one was believed."""


class TwoViewChanges(Strategy):
    """Tells of each view that it leaves twice: what it knows, and then that it knows nothing."""

    kind = "two view changes"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The view change; and another one for the same view at once, while the view is not open yet."""
        yield 0, frame
        if isinstance(message, ViewChange) and message.office == self.forger.office:
            known = message.stable is not None or message.prepared
            other = replace(message, stable=None, prepared=())
            yield 0, self.forger.frame(other if known else replace(message, stable=None))


class TwoNewViews(Strategy):
    """Opens each view of its own rightly, and soon after otherwise."""

    kind = "two new views"

    def lies(self, to: str, message: Message | CatchUpMessage, frame: bytes) -> Iterator[Lie]:  # noqa: ARG002
        """The new view; and another one for the same view later."""
        yield 0, frame
        if isinstance(message, NewView) and self._leads(message.view):
            yield (
                LATER_MS,
                self.forger.frame(replace(message, view_changes=message.view_changes[::-1])),
            )

    def _leads(self, view: int) -> bool:
        return primary_of(view, self.conspiracy.keyring) == self.forger.office
