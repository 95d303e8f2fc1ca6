"""What callers register is cut into submissions that keep every limit and every order."""

import asyncio
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ledger.register.entries import ENTRIES_MAX, Filing
from ledger.register.outcome import Outcome
from node.batcher import ENTRY_BYTES_MAX, Batch, Batcher
from node.registration import EntryReceipt, Registration

ENTRY = Filing(right="patent", application_number_text="1", filing_date=date(2013, 3, 12))


def registration(sizes: list[int]) -> Registration:
    return Registration((ENTRY,) * len(sizes), tuple(bytes(size) for size in sizes))


def take_all(batcher: Batcher) -> list[Batch]:
    batches = []
    while (batch := batcher.take()) is not None:
        batches.append(batch)
    return batches


def receipt(place: int) -> EntryReceipt:
    return EntryReceipt(Outcome("accepted"), 1, place, b"", 0)


@given(
    st.lists(
        st.lists(st.integers(1, ENTRY_BYTES_MAX // 3), min_size=1, max_size=8)
        | st.integers(1, 2_500).map(lambda count: [300] * count),
        max_size=6,
    )
)
def test_batches_keep_the_limits_and_every_entry_once_in_order(calls: list[list[int]]) -> None:
    async def check() -> None:
        registrations = [registration(sizes) for sizes in calls]
        batcher = Batcher()
        for each in registrations:
            batcher.add(each)
        assert batcher.entries == sum(map(len, calls))
        batches = take_all(batcher)
        assert batcher.entries == 0
        for batch in batches:
            assert len(batch.entries) == len(batch.raw_entries) <= ENTRIES_MAX
            assert sum(len(raw) + 1 for raw in batch.raw_entries) <= ENTRY_BYTES_MAX
        taken = [raw for batch in batches for raw in batch.raw_entries]
        assert taken == [raw for each in registrations for raw in each.raw_entries]
        place = 0
        for batch in batches:
            batch.decide([receipt(place + n) for n in range(len(batch.entries))])
            place += len(batch.entries)
        places = [found.index for each in registrations for found in each.receipts]
        assert places == list(range(place))
        assert all(each.done.done() for each in registrations)

    asyncio.run(check())
