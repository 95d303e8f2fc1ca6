"""The entries of one block: those that were accepted, and all as a Merkle tree, for inclusion paths."""

from crypto.history import HistoryTree
from ledger.block import Block, entry_leaf
from ledger.register.notices import EnteredEntry
from ledger.register.outcome import Outcome
from ledger.submission import decode_entries, read_entries


def accepted_entries(block: Block) -> list[EnteredEntry]:
    """The entries of a block of the ledger that changed something, in order."""
    accepted, index = [], 0
    for executed in block.submissions:
        if executed.status != "executed":
            continue
        if any(outcome.status == "accepted" for outcome in executed.outcomes):
            office, entries = decode_entries(executed.data)
            for place, (entry, outcome) in enumerate(
                zip(entries, executed.outcomes, strict=True), index
            ):
                if outcome.status == "accepted":
                    accepted.append(EnteredEntry(place, office, entry, outcome.subject))
        index += len(executed.outcomes)
    return accepted


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
