"""One office as its events show it."""

from consensus.settings import ReplicaSettings
from crypto.keyring import Keyring
from simulations.rules.journal import Journal, Standing
from simulations.rules.shown import Place, Shown


class Office:
    """What one office was shown, stored, executed and said."""

    def __init__(self, name: str, keyring: Keyring, settings: ReplicaSettings) -> None:
        self.name = name
        self.office = name.removesuffix("'")
        self.keyring = keyring
        self.settings = settings
        self.shown = Shown(keyring)
        self.journal = Journal()
        self.standing = Standing()
        self.executed: int | None = 0
        """None after a restart, until it tells."""
        self.blocks: dict[int, bytes] = {}
        """Block hashes by height, of everything it ever executed."""
        self.checkpoints: dict[int, bytes] = {}
        """What it voted for."""
        self.stable = 0
        """What was stable here when the turn began; after a restart 0 until it tells: certificates may be lost."""
        self.stable_once = 0
        """The greatest height that was ever stable here, this turn included."""
        self.view_left = 0
        """The highest view that it told others it left for."""
        self.is_starting = False
        self.progressed_ms = 0
        """When it last executed something, or moved in its views, or started."""
        self.moved_ms = 0

    @property
    def height(self) -> int:
        """The greatest height that it ever executed."""
        return max(self.blocks, default=0)

    def listed(self, place: Place) -> tuple[bytes, ...] | None:
        """The submissions of a proposal that this office knows; none where it does not."""
        pre_prepare = self.shown.pre_prepares.get(place)
        proposal = self.journal.proposals.get(place[2])
        if proposal is None and pre_prepare is not None:
            proposal = pre_prepare.proposal
        return None if proposal is None else proposal.submissions

    def moved(self, at_ms: int) -> None:
        """It left or entered a view, or started."""
        self.moved_ms = self.progressed_ms = at_ms

    def restart(self, at_ms: int) -> None:
        """It begins anew, with nothing but its disk."""
        self.shown = Shown(self.keyring)
        self.standing = Standing()
        self.journal.crash()
        self.executed = None
        self.stable = 0
        self.is_starting = True
        self.view_left = max(self.view_left, self.journal.view_left)
        self.moved(at_ms)
