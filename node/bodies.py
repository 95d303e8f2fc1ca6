"""The bodies of submissions that a node holds: consensus knows digests only.

A body stays from its arrival until the block that executed it is stable and nothing above lists it again.
"""

from collections.abc import Iterable, Iterator

from ledger.submission import Submission


class Bodies:
    """Admitted submissions by digest, and which of them the journal holds."""

    def __init__(self) -> None:
        self._bodies: dict[bytes, Submission] = {}
        self.size_bytes = 0
        """Bytes of all bodies."""
        self._journaled: set[bytes] = set()
        self._spent: dict[int, tuple[bytes, ...]] = {}
        """Digests that unstable blocks executed, by height."""
        self._again: set[bytes] = set()
        """Digests of what was executed before these came."""

    def __contains__(self, digest: object) -> bool:
        return digest in self._bodies

    def __len__(self) -> int:
        return len(self._bodies)

    def __getitem__(self, digest: bytes) -> Submission:
        return self._bodies[digest]

    def get(self, digest: bytes) -> Submission | None:
        """The submission; none when its body is not here."""
        return self._bodies.get(digest)

    def size(self, digest: bytes) -> int | None:
        """Bytes of a body; none when it is not here."""
        submission = self._bodies.get(digest)
        return None if submission is None else len(submission.data)

    def add(self, submission: Submission) -> None:
        """Hold a submission."""
        if submission.digest not in self._bodies:
            self._bodies[submission.digest] = submission
            self.size_bytes += len(submission.data)

    def add_again(self, submission: Submission) -> None:
        """Hold a submission that was executed before, while something lists it."""
        self.add(submission)
        self._again.add(submission.digest)

    def to_journal(self, digests: Iterable[bytes]) -> Iterator[bytes]:
        """The bodies of these that the journal lacks; from now on it is taken to hold them."""
        for digest in digests:
            if digest not in self._journaled and digest in self._bodies:
                self._journaled.add(digest)
                yield self._bodies[digest].data

    def forget_journal(self) -> None:
        """The journal begins anew, without bodies."""
        self._journaled.clear()

    def keep_journaled(self) -> None:
        """Drop every body that the journal does not hold."""
        self._bodies = {
            digest: body for digest, body in self._bodies.items() if digest in self._journaled
        }
        self.size_bytes = sum(len(body.data) for body in self._bodies.values())

    def executed(self, height: int, digests: tuple[bytes, ...]) -> None:
        """The block at this height executed these."""
        self._spent[height] = digests

    def not_executed(self) -> list[Submission]:
        """Submissions that no unstable block executed, by digest."""
        done = {digest for digests in self._spent.values() for digest in digests}
        return [body for digest, body in sorted(self._bodies.items()) if digest not in done]

    def forget_stable(self, stable: int, listed: set[bytes]) -> None:
        """Drop what blocks up to the stable height executed, but for what is `listed` above it."""
        self.drop(self._again, listed)
        self._again &= listed
        for height in [height for height in self._spent if height <= stable]:
            self.drop(self._spent.pop(height), listed)

    def drop(self, digests: Iterable[bytes], listed: set[bytes]) -> None:
        """Drop these, but for what is listed."""
        for digest in digests:
            if digest not in listed:
                body = self._bodies.pop(digest, None)
                self.size_bytes -= 0 if body is None else len(body.data)
                self._journaled.discard(digest)
