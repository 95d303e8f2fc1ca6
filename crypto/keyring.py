"""The offices of a network with their keys, and the quorum arithmetic that follows from their number.

Castro & Liskov 1999, section 2: n offices stand f = (n - 1) // 3 faulty ones. A quorum is the smallest number
such that any two quorums share an honest office whatever n is, ceil((n + f + 1) / 2); for n = 3f + 1 that is
the paper's 2f + 1.
"""

from collections.abc import Mapping

from crypto.errors import InvalidSignatureError
from crypto.signing import Purpose, VerifyingKey, bound_message


class Keyring:
    """Who may sign in one network. Immutable.

    Invariants: 1. `offices` is sorted and free of repetitions. 2. Two quorums share at least f + 1 offices.
    """

    __slots__ = ("_keys", "faults", "network_id", "offices", "quorum")

    def __init__(self, network_id: bytes, keys: Mapping[str, VerifyingKey]) -> None:
        if not keys:
            raise ValueError("expected at least one office, got none")
        self.network_id = network_id
        self._keys = dict(keys)
        self.offices: tuple[str, ...] = tuple(sorted(keys))
        self.faults = (len(keys) - 1) // 3
        """f: how many offices may be faulty in any way while the network stays safe and live."""
        self.quorum = (len(keys) + self.faults) // 2 + 1

    def __contains__(self, office: object) -> bool:
        return office in self._keys

    def __len__(self) -> int:
        return len(self.offices)

    def key(self, office: str) -> VerifyingKey:
        """The public key of an office.

        Raises:
            InvalidSignatureError: the office is not of this network.
        """
        key = self._keys.get(office)
        if key is None:
            raise InvalidSignatureError(f"office {office!r} is not of this network")
        return key

    def verify(self, office: str, purpose: Purpose, message: bytes, signature: bytes) -> None:
        """Return when the office signed the message for this purpose in this network.

        Raises:
            InvalidSignatureError: it did not, or is not of this network.
        """
        self.key(office).verify(signature, bound_message(purpose, self.network_id, message))
