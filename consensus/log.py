"""The message log of a replica between its watermarks.

What it knows of each sequence number that is not stable yet.

Castro & Liskov 1999, section 4.2. A vote counts once per office; signatures are checked before a vote gets
here.
"""

from collections.abc import Iterator

from consensus.messages import Commit, Prepare, PreparedCertificate, PrePrepare, Proposal


class Slot:
    """One sequence number.

    `pre_prepare` with its `digest` and what is `listed`, and the votes belong to the current view; `prepared` and
    `decided` outlive view changes.
    """

    __slots__ = (
        "commits",
        "decided",
        "digest",
        "is_accepted",
        "listed",
        "own_commit",
        "own_prepare",
        "pre_prepare",
        "prepared",
        "prepares",
    )

    def __init__(self) -> None:
        self.pre_prepare: PrePrepare | None = None
        self.digest = b""
        self.listed: frozenset[bytes] = frozenset()
        """Digests of the submissions that the pre-prepare lists."""
        self.prepares: dict[str, Prepare] = {}
        self.commits: dict[str, Commit] = {}
        self.is_accepted = False
        self.own_prepare: Prepare | None = None
        self.own_commit: Commit | None = None
        self.prepared: PreparedCertificate | None = None
        self.decided: Proposal | None = None

    def take(self, message: PrePrepare, digest: bytes) -> None:
        """The pre-prepare of the current view; `digest` is its proposal's."""
        self.pre_prepare, self.digest = message, digest
        self.listed = frozenset(message.proposal.submissions)

    def start_view(self) -> None:
        """Forget the votes of the view that was left; a certificate and a decision stay."""
        self.pre_prepare = None
        self.digest = b""
        self.listed = frozenset()
        self.prepares = {}
        self.commits = {}
        self.is_accepted = False
        self.own_prepare = None
        self.own_commit = None

    def matching_prepares(self) -> tuple[tuple[str, bytes], ...]:
        """(office, signature) of the prepares for the accepted digest, sorted by office."""
        return tuple(
            (office, vote.signature)
            for office, vote in sorted(self.prepares.items())
            if vote.digest == self.digest
        )

    def matching_commits(self) -> int:
        """How many offices committed the accepted digest."""
        return sum(vote.digest == self.digest for vote in self.commits.values())


class Log:
    """Slots by sequence number.

    Invariant: every sequence n in it has stable < n, and n <= stable + watermark_range but for what was
    recalled after a restart.
    """

    def __init__(self, stable: int, watermark_range: int) -> None:
        self.stable = stable
        self._range = watermark_range
        self._slots: dict[int, Slot] = {}

    def is_inside(self, sequence: int) -> bool:
        """Whether the sequence lies between the watermarks."""
        return self.stable < sequence <= self.stable + self._range

    def slot(self, sequence: int) -> Slot:
        """The slot of a sequence inside the watermarks."""
        assert self.is_inside(sequence), f"sequence {sequence} is outside the watermarks"
        return self.recalled_slot(sequence)

    def recalled_slot(self, sequence: int) -> Slot:
        """The slot of a sequence above the stable one, for what this replica promised in an earlier life.

        After a crash the stable checkpoint that is known may be an older one, so it can lie above the
        watermarks: forgetting it would break the promise.
        """
        assert sequence > self.stable, f"sequence {sequence} is stable"
        found = self._slots.get(sequence)
        if found is None:
            found = self._slots[sequence] = Slot()
        return found

    def find(self, sequence: int) -> Slot | None:
        """The slot if anything is known of the sequence."""
        return self._slots.get(sequence)

    def __len__(self) -> int:
        """How many sequences something is known of."""
        return len(self._slots)

    def __iter__(self) -> Iterator[tuple[int, Slot]]:
        """(sequence, slot), in order of sequence."""
        return iter(sorted(self._slots.items()))

    def prepared_certificates(self) -> tuple[PreparedCertificate, ...]:
        """What a view change tells: TM-590 `compute-P`, sorted by sequence."""
        return tuple(slot.prepared for _, slot in self if slot.prepared is not None)

    def listed(self) -> set[bytes]:
        """Digests of all submissions that something known above the stable height lists."""
        found: set[bytes] = set()
        for slot in self._slots.values():
            found.update(slot.listed)
            if slot.prepared is not None:
                found.update(slot.prepared.proposal.submissions)
            if slot.decided is not None:
                found.update(slot.decided.submissions)
        return found

    def start_view(self) -> None:
        """Forget the votes of the view that was left."""
        for slot in self._slots.values():
            slot.start_view()

    def advance(self, stable: int) -> None:
        """Move the low watermark up and drop what lies at or below it (Castro & Liskov 1999, section 4.3)."""
        self.stable = stable
        self._slots = {n: slot for n, slot in self._slots.items() if n > stable}
