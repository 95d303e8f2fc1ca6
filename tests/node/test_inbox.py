"""Frames wait in order and within bounds, and no peer crowds out another."""

import asyncio

from node.inbox import PEER_BYTES_MAX, TURN_BYTES, Inbox

LARGE = bytes(TURN_BYTES)


async def test_frames_of_a_peer_keep_their_order() -> None:
    inbox = Inbox(["EP", "JP"])
    await inbox.put("EP", [b"1", b"2"])
    await inbox.put("JP", [b"3"])
    await inbox.put("EP", [b"4"])
    assert list(inbox.take_turn()) == [("EP", b"1"), ("EP", b"2"), ("EP", b"4"), ("JP", b"3")]
    assert len(inbox) == 0


async def test_a_peer_with_much_does_not_make_others_wait() -> None:
    inbox = Inbox(["EP", "JP"])
    await inbox.put("EP", [LARGE, LARGE])
    await inbox.put("JP", [b"vote"])
    assert list(inbox.take_turn()) == [("EP", LARGE), ("JP", b"vote")]
    assert list(inbox.take_turn()) == [("EP", LARGE)]


async def test_a_peer_that_sends_too_much_waits_until_there_is_room() -> None:
    inbox = Inbox(["EP"])
    frames = [LARGE] * (PEER_BYTES_MAX // TURN_BYTES + 1)
    putting = asyncio.create_task(inbox.put("EP", frames))
    await asyncio.sleep(0)
    assert not putting.done()
    list(inbox.take_turn())
    await putting
    assert len(inbox) == len(frames) - 1
