"""What a run ends with when the register broke a promise, and what the simulated world does to a node."""


class BrokenPromiseError(AssertionError):
    """A run broke a promise of the register; the message says which, where and when."""


class StoppedError(BaseException):
    """The node stops here, in the middle of a step; like an exit, it passes code that catches every `Exception`."""


class PowerCutError(StoppedError):
    """The world cut its power: what was not synced may be lost."""


class KilledError(StoppedError):
    """The world killed its process: what it wrote is in the system's cache, and stays."""
