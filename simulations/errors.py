"""What a run ends with when the register broke a promise, and what the simulated world does to a node."""


class BrokenPromiseError(AssertionError):
    """A run broke a promise of the register; the message says which, where and when."""


class PowerCutError(Exception):
    """The node stops here: the world cut its power in the middle of a step."""
