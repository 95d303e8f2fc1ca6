"""The entries of one block: those that were accepted, and all as a Merkle tree, for inclusion paths."""

from collections.abc import Iterator

from crypto.history import HistoryTree
from ledger.block import Block, ExecutedSubmission, entry_leaf
from ledger.register.notice_families import claimed_among
from ledger.register.notices import EnteredEntry, given_claims, possibly_concerning
from ledger.register.outcome import Outcome
from ledger.register.reader import RegisterReader
from ledger.submission import decode_entries, holds_bare_filings, read_entries


def accepted_entries(block: Block) -> list[EnteredEntry]:
    """The entries of a block of the ledger that changed something, in order."""
    return [
        entered for first, executed in _executed(block) for entered in _accepted(first, executed)
    ]


def concerning_entries(register: RegisterReader, block: Block) -> list[EnteredEntry]:
    """Those of the accepted entries that can concern an office (`notices.possibly_concerning`), in order.

    A submission of filings that claim nothing, and that nobody claims, is not even decoded: bulk loads consist of
    them. The register is of the block's height or later.
    """
    entries, bare = [], []
    for first, executed in _executed(block):
        if holds_bare_filings(executed.data, len(executed.outcomes)):
            bare.append((first, executed))
        else:
            entries += _accepted(first, executed)
    subjects = [
        {outcome.subject for outcome in executed.outcomes if outcome.status == "accepted"}
        for _, executed in bare
    ]
    watched = given_claims(entries) | claimed_among(register, set().union(*subjects))
    for (first, executed), filed in zip(bare, subjects, strict=True):
        if not watched.isdisjoint(filed):
            entries += _accepted(first, executed)
    return possibly_concerning(register, sorted(entries, key=lambda entered: entered.index))


def _executed(block: Block) -> Iterator[tuple[int, ExecutedSubmission]]:
    """The executed submissions, each with the index of its first entry."""
    index = 0
    for executed in block.submissions:
        if executed.status == "executed":
            yield index, executed
        index += len(executed.outcomes)


def _accepted(first: int, executed: ExecutedSubmission) -> list[EnteredEntry]:
    office, entries = decode_entries(executed.data)
    outcomes = zip(entries, executed.outcomes, strict=True)
    return [
        EnteredEntry(index, office, entry, outcome.subject)
        for index, (entry, outcome) in enumerate(outcomes, first)
        if outcome.status == "accepted"
    ]


class BlockEntries:
    """All entries of a block, in the order of their leaves, with every node above them."""

    __slots__ = ("_tree", "entries")

    def __init__(self, block: Block) -> None:
        """Those of a block of the ledger: its submissions were admitted."""
        self.entries: list[tuple[str, bytes, Outcome]] = [
            (office, raw, outcome)
            for executed in block.submissions
            if executed.status == "executed"
            for office, raw_entries in (read_entries(executed.data),)
            for raw, outcome in zip(raw_entries, executed.outcomes, strict=True)
        ]
        """(office, exact bytes, outcome) of each."""
        nodes: dict[bytes, bytes] = {}
        self._tree = HistoryTree(nodes.get, 0)
        for entry in self.entries:
            nodes.update(self._tree.append(entry_leaf(*entry)))

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """The path from an entry's leaf to the entries root; IndexError if there is no such entry."""
        return self._tree.inclusion_proof(index, len(self.entries))
