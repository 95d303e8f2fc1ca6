"""Which sealed filings an office still has to open: those whose access codes it must not lose."""

import contextlib
from collections.abc import Iterator

from ledger.block import decode_block
from ledger.files import FileLedger
from ledger.register.entries import Opening
from ledger.register.filing import decode_sealed
from ledger.register.keys import sealed_key
from ledger.register.offices import office_code
from ledger.register.reader import RegisterReader
from ledger.submission import decode_entries
from node.home import Home


def unopened(reader: RegisterReader, office: str) -> Iterator[str]:
    """The claim keys of the office's sealed filings, in their order, that are not opened."""
    prefix = sealed_key(office, "")
    for key, data in reader.scan(prefix):
        if not decode_sealed(data).opened_as:
            yield key[len(prefix) :].decode()


def sealed_on_file(home: Home) -> set[str]:
    """The same from the ledger files of a home, whose index may be in use; changes nothing.

    Raises:
        CorruptLedgerError, OSError: a file is damaged, or cannot be read.
    """
    directory = home.data_path / "ledger"
    if not directory.exists():
        return set()
    sealed: set[str] = set()
    prefix = f"{office_code(home.settings.office)}.sealed."
    with contextlib.closing(
        FileLedger(directory, home.genesis.network_id(), read_only=True)
    ) as files:
        for _, record in files.blocks.records():
            for item in decode_block(record).submissions:
                accepted = [each.status == "accepted" for each in item.outcomes]
                subjects = (each.subject for each in item.outcomes if each.status == "accepted")
                sealed |= {text[len(prefix) :] for text in subjects if text.startswith(prefix)}
                if sealed and any(accepted):
                    sealed -= _opened(item.data, accepted, home.settings.office)
    return sealed


def _opened(submission: bytes, accepted: list[bool], office: str) -> set[str]:
    """The claim keys of what the submission opened, if it is of this office."""
    by, entries = decode_entries(submission)
    if by != office:
        return set()
    judged = zip(entries, accepted, strict=True)
    return {entry.claim_key for entry, is_in in judged if is_in and isinstance(entry, Opening)}
