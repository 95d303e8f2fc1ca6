"""The feed of one office over a real ledger: pages, listeners, resumption and their limits."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest
from builders.ledgers import START_MS, opened, submission

from ledger.block import Block
from ledger.files import MemoryLedger
from ledger.ledger import Ledger
from ledger.memory import MemoryStore
from ledger.register.entries import Filing, PriorityClaim
from ledger.register.family_graph import Edge, FamilyGraph
from ledger.register.notice_place import NoticePlace
from ledger.register.notices import EnteredEntry, Notice, notices_of
from ledger.register.shared_families import SharedFamilies
from node import notices
from node.notices import NoticeFeed, NoticePage
from node.registration import OverloadedError, StoppingError

START = NoticePlace(0)
BLOCKS = 30


def claim(office: str, number: str, filed: str) -> PriorityClaim:
    return PriorityClaim(
        ip_office_code=office,
        application_number_text=number,
        filing_date=date.fromisoformat(filed),
    )


def filing(number: str, filed: str, *claims: PriorityClaim) -> Filing:
    return Filing(
        right="patent",
        application_number_text=number,
        filing_date=date.fromisoformat(filed),
        priority_claim_bag=claims,
    )


def grow(ledger: Ledger, blocks: int) -> None:
    """More blocks: in each, a first filing of AU, a filing of EP that claims it, and two bare ones of JP."""
    for _ in range(blocks):
        height = ledger.height + 1
        first = f"2012{height:06}"
        rows = {
            "AU": [filing(first, "2012-03-13")],
            "EP": [filing(f"13{height:06}", "2013-03-12", claim("AU", first, "2012-03-13"))],
            "JP": [filing(f"2013{height * 2 + n:06}", "2013-05-05") for n in range(2)],
        }
        submissions = [
            submission(*entries, office=office, nonce=height) for office, entries in rows.items()
        ]
        ledger.append(height, START_MS + height, submissions)


def grown() -> Ledger:
    ledger = opened()
    grow(ledger, BLOCKS)
    return ledger


def ids(pages: list[NoticePage]) -> list[str]:
    return [notice.notice_id for page in pages for notice in page.notices]


async def pages(feed: NoticeFeed, limit: int, after: NoticePlace = START) -> list[NoticePage]:
    """All pages to the end."""
    found = [await feed.page(after, limit)]
    while not found[-1].is_caught_up:
        found.append(await feed.page(found[-1].place, limit))
    return found


ALL = [f"{height}.1.0" for height in range(1, BLOCKS + 1)]


@pytest.mark.parametrize("limit", [1, 2, 7, 1000])
async def test_pages_of_any_size_hold_every_notice_once_in_the_order_of_the_ledger(
    limit: int,
) -> None:
    found = await pages(NoticeFeed(grown(), "AU"), limit)
    assert ids(found) == ALL
    assert max(len(page.notices) for page in found) <= limit
    assert found[-1].place == NoticePlace(BLOCKS)


async def test_a_page_goes_on_from_any_notice_and_from_any_height() -> None:
    ledger = grown()
    for number, notice_id in list(enumerate(ALL, start=1))[::7]:
        place = NoticePlace(*map(int, notice_id.split(".")))
        for after in (place, NoticePlace(number, 1), NoticePlace(number)):
            assert ids(await pages(NoticeFeed(ledger, "AU"), 1000, after)) == ALL[number:]
        before = NoticePlace(number, 0)
        assert ids(await pages(NoticeFeed(ledger, "AU"), 1000, before)) == ALL[number - 1 :]


async def test_work_that_is_cut_after_every_entry_finds_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "SLICE_SECONDS", 0.0)
    monkeypatch.setattr(notices, "PAGE_SECONDS", 0.0)
    found = await pages(NoticeFeed(grown(), "AU"), 1000)
    assert ids(found) == ALL
    assert len(found) > BLOCKS


async def test_two_offices_are_told_each_its_own_and_a_third_nothing() -> None:
    ledger = grown()
    claimed = claim("AU", "2012000001", "2012-03-13")
    last = submission(filing("61/000,001", "2013-01-01", claimed), office="US")
    ledger.append(BLOCKS + 1, START_MS + BLOCKS + 1, [last])
    au, ep, jp = [await everything(ledger, office) for office in ("AU", "EP", "JP")]
    assert {(n.category, n.own_filing_id[:2]) for n in au} == {("filingClaimed", "AU")}
    assert {(n.category, n.own_filing_id[:2]) for n in ep} == {("familyMember", "EP")}
    assert (len(au), len(ep), len(jp)) == (BLOCKS + 1, BLOCKS + 1, 0)
    assert ep[-1].own_filing_id == "EP.patent.13000001"


async def everything(ledger: Ledger, office: str) -> list[Notice]:
    return [n for page in await pages(NoticeFeed(ledger, office), 1000) for n in page.notices]


async def test_a_rebuilt_index_gives_the_same_notices_under_the_same_ids() -> None:
    files = MemoryLedger()
    ledger = opened(files)
    grow(ledger, 10)
    before = await everything(ledger, "AU")
    rebuilt = opened(files, MemoryStore())
    assert rebuilt.height == 10
    assert await everything(rebuilt, "AU") == before
    assert len(before) == 10


async def take(stream: AsyncIterator[NoticePage], count: int) -> tuple[list[str], NoticePlace]:
    """The ids of the next so many notices, and the place where a listener then is."""
    found: list[str] = []
    place = START
    async with asyncio.timeout(20):
        while len(found) < count:
            page = await anext(stream)
            found += [notice.notice_id for notice in page.notices]
            place = page.place
    return found, place


async def test_a_listener_is_told_of_a_block_when_it_is_reached_and_resumes_without_a_gap() -> None:
    ledger = opened()
    feed = NoticeFeed(ledger, "AU")
    stream = feed.follow(START)
    first = asyncio.create_task(take(stream, 1))
    await asyncio.sleep(0)
    grow(ledger, 1)
    feed.reached(1)
    assert await first == (["1.1.0"], NoticePlace(1))
    await stream.aclose()  # type: ignore[attr-defined]
    grow(ledger, 3)
    feed.reached(4)
    again = NoticeFeed(ledger, "AU")  # as after a restart
    assert (await take(again.follow(NoticePlace(1)), 3))[0] == ["2.1.0", "3.1.0", "4.1.0"]


async def test_a_listener_whom_nothing_concerns_gets_signs_of_life_that_move_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "HEARTBEAT_SECONDS", 0.01)
    ledger = grown()
    stream = NoticeFeed(ledger, "JP").follow(START)
    async with asyncio.timeout(20):
        places = [(await anext(stream)).place for _ in range(3)]
        assert places == [NoticePlace(BLOCKS)] * 3
        grow(ledger, 1)
        while places[-1] != NoticePlace(BLOCKS + 1):
            places.append((await anext(stream)).place)


async def test_listeners_of_one_feed_share_what_is_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    find = notices_of

    def counted(entered: EnteredEntry, *families: SharedFamilies) -> tuple[Notice, ...]:
        looked_at.append(entered.index)
        return find(entered, *families)

    monkeypatch.setattr(notices, "notices_of", counted)
    feed = NoticeFeed(grown(), "AU")
    await asyncio.gather(*(take(feed.follow(START), BLOCKS) for _ in range(10)))
    # AU's filing has a claimant, EP's claims: two entries of each block; JP's two are passed over.
    assert len(looked_at) == 2 * BLOCKS


async def test_what_is_remembered_is_bounded_and_forgetting_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "_NOTICES_MAX", 5)
    monkeypatch.setattr(notices, "_ENTRIES_MAX", 5)
    feed = NoticeFeed(grown(), "AU")
    for _ in range(2):
        assert ids(await pages(feed, 7)) == ALL
        assert 0 < feed._known.count <= 5
        assert 0 < feed._entries.count <= 5


async def test_listeners_in_more_big_blocks_than_are_remembered_all_come_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each slice gets on, however long its block takes to read: five listeners once stopped one another for ever."""
    monkeypatch.setattr(notices, "_ENTRIES_MAX", 1)
    monkeypatch.setattr(notices, "SLICE_SECONDS", 0.002)
    ledger = opened()
    for height in range(1, 6):
        firsts = [f"20120{height}{number:04}" for number in range(100)]
        rows = {
            "AU": [filing(first, "2012-03-13") for first in firsts],
            "EP": [
                filing(f"1300{height}{number:03}", "2013-03-12", claim("AU", first, "2012-03-13"))
                for number, first in enumerate(firsts)
            ],
        }
        submissions = [
            submission(*entries, office=office, nonce=height) for office, entries in rows.items()
        ]
        ledger.append(height, START_MS + height, submissions)
    feed = NoticeFeed(ledger, "AU")
    read: list[int] = []
    find = ledger.block

    def counted(height: int) -> Block:
        read.append(height)
        return find(height)

    monkeypatch.setattr(ledger, "block", counted)
    listeners = (take(feed.follow(NoticePlace(start)), 100) for start in range(5))
    found = await asyncio.gather(*listeners)
    assert [ids[-1] for ids, _ in found] == [f"{height}.199.0" for height in range(1, 6)]
    assert len(read) < 100  # of 1,000 entries that concern somebody


async def test_many_claims_to_one_filing_cost_no_walk_each(monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = opened()
    own = submission(filing("2012000001", "2012-03-13"), office="AU", nonce=1)
    ledger.append(1, START_MS + 1, [own])
    claimed = claim("AU", "2012000001", "2012-03-13")
    second = [filing(f"13{number:06}", "2013-03-12", claimed) for number in range(300)]
    ledger.append(2, START_MS + 2, [submission(*second, office="EP", nonce=2)])
    read = 0
    read_edges = FamilyGraph._read_edges

    def counted(graph: FamilyGraph, node: bytes) -> tuple[Edge, ...]:
        nonlocal read
        read += 1
        return read_edges(graph, node)

    monkeypatch.setattr(FamilyGraph, "_read_edges", counted)
    for office, told in (("AU", 300), ("EP", 0), ("JP", 0)):
        found = await pages(NoticeFeed(ledger, office), 1000)
        assert len(ids(found)) == told
    assert read < 20 * 300  # and not 300 times 300


async def test_listeners_are_bounded_and_let_go_when_the_node_stops(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(notices, "LISTENERS_MAX", 1)
    feed = NoticeFeed(opened(), "AU")
    with feed.listening(), pytest.raises(OverloadedError), feed.listening():
        pass
    with feed.listening():
        stream = feed.follow(START)
        await anext(stream)
        waiting = asyncio.create_task(anext(stream, None))
        await asyncio.sleep(0)
        feed.stop()
        assert await waiting is None
    with pytest.raises(StoppingError), feed.listening():
        pass
