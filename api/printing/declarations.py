"""What an office declared of its own register, where an answer rests on it: that it is complete."""

from collections.abc import Mapping
from typing import NamedTuple

from api.moments import moment_words
from ledger.block import Header
from ledger.proof.document import ProofDocument, to_bytes
from ledger.proof.judging import days_asked
from ledger.register.entries import Right
from ledger.register.filing import CoverageInterval, decode_coverage
from ledger.register.keys import RIGHTS, coverage_key


class Declaration(NamedTuple):
    """An office declared its register complete for filings of these dates."""

    office: str
    right: Right
    interval: CoverageInterval
    time_ms: int
    """Of the block in which the declaration was entered."""

    @property
    def place(self) -> str:
        """Where and when it was entered."""
        at = f"block {self.interval.height}, entry {self.interval.index}"
        return f"{at}, of {moment_words(self.time_ms)}"


def declarations_in(document: ProofDocument, headers: Mapping[int, Header]) -> list[Declaration]:
    """The declarations of coverage for a date asked about, which a verified file proves; its headers by height."""
    days = days_asked(document.subject)
    values = {fact.key: fact.value for fact in document.fact_bag if fact.value is not None}
    return [
        Declaration(office, right, interval, headers[interval.height].time_ms)
        for office in sorted(each.code for each in document.genesis.offices)
        for right in RIGHTS.values()
        if (value := values.get(coverage_key(office, right).decode())) is not None
        for interval in decode_coverage(to_bytes("facts", value))
        if any(interval.from_date <= day <= interval.until_date for day in days)
    ]
