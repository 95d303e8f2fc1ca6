"""What can be wrong with what a peer sends, and with this replica itself."""


class MalformedMessageError(Exception):
    """Bytes that are not a message of this protocol."""


class InvalidMessageError(Exception):
    """A message that breaks the protocol.

    A bad signature, a wrong view, a certificate that proves nothing.
    """


class UnreadMessageError(InvalidMessageError):
    """A message that would cost much to check came too soon after others of its sender; nobody is to blame."""


class UntimelyProposalError(InvalidMessageError):
    """A proposal whose time is too far from this replica's clock: one of the two clocks is wrong."""


class ContradictionError(AssertionError):
    """This replica was about to sign something that contradicts what it signed before.

    A bug, never a peer's doing.
    """


class DivergedError(Exception):
    """A quorum certified another block than the one that this node computed: its state cannot be trusted."""
