"""How a broken rule is told."""

from simulations.errors import BrokenPromiseError


class Breach(Exception):  # noqa: N818 - told to the checker, which names office and time
    """A rule does not hold: its number, and what was expected and came."""

    def __init__(self, rule: str, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.reason = reason


class BrokenRuleError(BrokenPromiseError):
    """An honest office broke a numbered rule of docs/protocol.md."""

    def __init__(self, rule: str, office: str, at_ms: int, reason: str, event: str) -> None:
        super().__init__(f"rule {rule} broken by {office} at {at_ms} ms: {reason} ({event})")
        self.rule = rule
        self.office = office
        self.at_ms = at_ms


def expect(rule: str, holds: object, reason: str) -> None:
    """Return when the rule holds.

    Raises:
        Breach: it does not.
    """
    if not holds:
        raise Breach(rule, reason)
