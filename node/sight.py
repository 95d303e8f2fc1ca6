"""What the office of a node may see of sealed filings, and the register as it sees it (register.md S7)."""

from functools import lru_cache
from typing import Final

from ledger.ledger import Ledger
from ledger.register.entitlement import Entitlement
from ledger.register.offices import office_code
from ledger.register.view import RegisterView

_HEIGHTS_MAX: Final = 2
"""Heights at which it is remembered what the office may see."""


class Sight:
    """The sight of one office."""

    def __init__(self, ledger: Ledger, office: str) -> None:
        self._ledger = ledger
        self._office = office_code(office)
        self._entitlement_at = lru_cache(_HEIGHTS_MAX)(self._read_entitlement)

    def entitlement(self, height: int) -> Entitlement:
        """What the office may see at a height: remembered for a while, so that many rows cost one search.

        Raises:
            LookupError: this node holds no block of this height.
        """
        return self._entitlement_at(height)

    def view(self, height: int | None = None) -> RegisterView:
        """The register as the office sees it, at a height or at the last block, whichever that is when it is read.

        Raises:
            LookupError: this node holds no block of this height.
        """
        reader = self._ledger.reader if height is None else self._ledger.reader_at(height)
        return RegisterView(reader, self._office, self.entitlement)

    def _read_entitlement(self, height: int) -> Entitlement:
        return Entitlement(self._ledger.reader_at(height), self._office)
