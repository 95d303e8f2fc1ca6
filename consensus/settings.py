"""Every limit and time-out of a replica, with its unit and what follows from it."""

import msgspec


class ReplicaSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Parameters of one replica.

    Offices may differ in the times; `watermark_range`, `submissions_per_block` and `block_bytes` are rules
    of the network and must be equal in it.
    """

    watermark_range: int = 64
    """L: sequence numbers above the stable one that are looked at (Castro & Liskov 1999, section 4.2)."""
    window: int = 8
    """Sequence numbers that a primary keeps in flight at most. One or two serve a local network, more a
    wide one."""
    gather_ms: int = 3
    """How long a primary gathers submissions while others are in flight. When idle it proposes at once."""
    submissions_per_block: int = 64
    """No replica votes for more; it keeps every message and block below the size of a frame."""
    block_bytes: int = 1_048_576
    """Submission bytes in one block; a larger single submission gets a block of its own."""
    view_timeout_ms: int = 2_000
    """Without progress on pending work for so long, a replica leaves the view. Doubles with every failing
    view change."""
    view_timeout_max_ms: int = 30_000
    censorship_timeout_ms: int = 10_000
    """An office of which submissions wait and none was executed for so long makes a replica leave the view,
    although others progress; so does a single submission after six times as long."""
    rejoin_patience_ms: int = 10_000
    """An office that left a working view alone and waits so long is joined in the view it waits for (protocol 5.5)."""
    rejoin_interval_ms: int = 300_000
    """... but the same office only once in so long: a faulty one costs no more than that."""
    heartbeat_ms: int = 500
    """How often a replica tells where it stands."""
    fetch_delay_ms: int = 50
    """How long a body that a pre-prepare lists may be missing before it is asked for; it is usually on
    its way."""
    time_tolerance_ms: int = 10_000
    """How far a fresh proposal's time may be from this replica's clock. Judged only in the view that
    first proposed it."""
    pool_per_office: int = 128
    """Pending submissions of one office."""
    pool_bytes_per_office: int = 33_554_432
    relayed_per_peer: int = 16
    """Pending submissions that one peer may pass on beyond their office's limit."""
    early_per_office: int = 256
    """Messages of views to come that are kept per sender until this replica gets there."""

    def __post_init__(self) -> None:
        """Refuse times that would call live peers silent, and so forbid every view change."""
        if self.view_timeout_ms < 4 * self.heartbeat_ms:
            raise ValueError(
                f"view_timeout_ms: expected at least four heartbeats of {self.heartbeat_ms} ms, "
                f"got {self.view_timeout_ms}"
            )
