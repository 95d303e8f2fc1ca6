"""What a node under watch says, and does not say: forks, heights, silence, evidence, answers without end."""

import asyncio
import json
import threading
import time
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from builders.ledgers import GENESIS, KEYRING
from builders.monitors import SILENCE_S, watching
from builders.offices import certificate_of, key_of
from builders.ports import free_base_port
from builders.watched_nodes import WatchedNode, send
from builders.whole_ledger import ENTRIES, stored
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from consensus.messages import Commit
from consensus.signatures import vote_message
from consensus.wire import encode_message
from crypto.certificate import encode_certificate
from crypto.digest import sha256
from crypto.signing import bound_message
from ledger.block import decode_block, encode_block
from ledger.memory import MemoryStore
from node.auditing.monitor.answers import BLOCK_BYTES_MAX
from node.auditing.monitor.following import TOGETHER
from node.auditing.tampering import Target, fork

HEIGHT = len(ENTRIES)
LONG_AGO_MS = 1_700_000_000_000
QUORUM = {office: key_of(office) for office in ("AU", "EP", "JP")}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    stored(tmp_path / "ledger", MemoryStore(), LONG_AGO_MS).close()
    return tmp_path / "ledger"


@pytest.fixture
def honest(files: Path) -> Iterator[WatchedNode]:
    with WatchedNode.of(files, "US") as node:
        yield node


@pytest.fixture
def other(files: Path) -> Iterator[WatchedNode]:
    """A second one, to lie."""
    with WatchedNode.of(files, "AU") as node:
        yield node


def hash_at(node: WatchedNode, height: int) -> str:
    return decode_block(node.blocks[height - 1]).hash.hex()


# --- forks -------------------------------------------------------------------------------------


async def test_a_fork_that_a_quorum_signed_is_found_and_those_who_signed_both_are_named(
    honest: WatchedNode, files: Path
) -> None:
    fork(Target(files, GENESIS, QUORUM))
    with WatchedNode.of(files, "AU") as liar:
        async with watching(honest, liar) as watch:
            assert await watch.look() == ["fork"]
    [alarm] = watch.alarms
    assert (alarm.url, alarm.fault.height) == (liar.url, HEIGHT)
    assert [each.office for each in alarm.fault.blamed] == ["AU", "EP", "JP"]
    assert hash_at(honest, HEIGHT) in alarm.fault.expected
    assert hash_at(liar, HEIGHT) in alarm.fault.found


async def test_a_node_whose_blocks_no_quorum_certified_is_never_followed(files: Path) -> None:
    """2f signatures: the block is not taken into the own copy, whatever the node says."""
    fork(Target(files, GENESIS, {office: key_of(office) for office in ("AU", "EP")}))
    with WatchedNode.of(files) as liar:
        async with watching(liar) as watch:
            assert await watch.look() == ["certificate"]
            assert watch.monitor.copy.ledger.height == HEIGHT - 1
            assert await watch.look() == [], "it is told once"


async def test_who_signed_another_block_is_named_though_they_are_no_quorum(
    honest: WatchedNode, files: Path
) -> None:
    fork(Target(files, GENESIS, {office: key_of(office) for office in ("AU", "EP")}))
    with WatchedNode.of(files) as liar:
        async with watching(honest, liar) as watch:
            assert await watch.look() == ["certificate", "fork"]
    assert [each.office for each in watch.alarms[0].fault.blamed] == ["AU", "EP"]
    assert watch.alarms[1].fault.found.endswith("not certified")


async def test_a_history_that_was_written_anew_is_found_by_its_head_and_its_first_block_named(
    honest: WatchedNode, other: WatchedNode, tmp_path: Path
) -> None:
    stored(tmp_path / "another", MemoryStore(), LONG_AGO_MS + 500).close()
    async with watching(honest, other) as watch:
        assert await watch.look() == []
        with WatchedNode.of(tmp_path / "another") as rewritten:
            other.blocks, other.certificates = rewritten.blocks, rewritten.certificates
            assert await watch.look() == ["fork"]
    [alarm] = watch.alarms
    assert alarm.fault.height == 1
    assert [each.office for each in alarm.fault.blamed] == ["AU", "EP", "JP"]


async def test_a_head_that_is_not_the_hash_of_its_block_is_a_contradiction_of_the_node(
    other: WatchedNode,
) -> None:
    async with watching(other) as watch:
        assert await watch.look() == []
        other.said["headHash"] = "ab" * 32
        assert await watch.look() == ["altered"]


# --- heights -----------------------------------------------------------------------------------


async def test_a_height_that_goes_back_is_told_once(other: WatchedNode) -> None:
    async with watching(other) as watch:
        assert await watch.look() == []
        del other.blocks[-2:]
        assert await watch.look() == ["heightWentBack"]
        assert (watch.alarms[0].fault.height, watch.alarms[0].fault.found) == (
            HEIGHT,
            str(HEIGHT - 2),
        )
        assert await watch.look() == []


async def test_a_node_that_says_more_than_it_has_is_silent_about_it(other: WatchedNode) -> None:
    other.said |= {"height": 10**15, "stableHeight": 10**15}
    async with watching(other) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert f"block {HEIGHT + 1} of {10**15}" in watch.alarms[0].fault.expected
        other.said.clear()
        assert await watch.look() == ["heightWentBack"]


# --- blocks without certificates of their own --------------------------------------------------


async def test_blocks_without_certificates_of_their_own_are_covered_by_a_later_one(
    other: WatchedNode,
) -> None:
    """A node that caught up has such a stretch; the only one that is followed, besides."""
    other.certificates = {HEIGHT: other.certificates[HEIGHT]}
    async with watching(other) as watch:
        assert await watch.look() == []
        assert watch.monitor.copy.ledger.height == HEIGHT
        assert watch.monitor.copy.ledger.latest_certificate() is not None


async def test_a_few_certificates_between_are_enough(other: WatchedNode) -> None:
    """As a node has them that caught up by several answers."""
    other.certificates = {height: other.certificates[height] for height in (2, 11, 12)}
    async with watching(other) as watch:
        assert await watch.look() == []
        assert watch.monitor.compared_height() == HEIGHT


async def test_a_node_that_lies_is_not_asked_for_blocks_all_the_time(other: WatchedNode) -> None:
    other.blocks[3] = other.blocks[4]
    async with watching(other) as watch:
        assert await watch.look() == ["altered"]
        other.asked.clear()
        assert await watch.look(SILENCE_S / 2) == []
        assert sorted(set(other.asked)) == ["/status", "/status/evidence"]
        assert await watch.look(SILENCE_S) == []
        assert "/blocks/4" in other.asked


async def test_blocks_that_no_certificate_covers_wait_and_then_are_a_silence(
    other: WatchedNode,
) -> None:
    other.certificates.clear()
    async with watching(other) as watch:
        assert await watch.look() == []
        assert watch.monitor.copy.ledger.height == 0
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert not watch.alarms[0].is_routine, "there is no other node"


async def test_a_wrong_block_in_a_stretch_without_certificates_is_named(other: WatchedNode) -> None:
    other.certificates = {HEIGHT: other.certificates[HEIGHT]}
    block = decode_block(other.blocks[4])
    later = replace(block.header, time_ms=block.header.time_ms + 1)
    other.blocks[4] = encode_block(replace(block, header=later))
    async with watching(other) as watch:
        assert await watch.look() == ["fork"]
        assert watch.alarms[0].fault.height == 5
        assert watch.monitor.copy.ledger.height == 0


# --- silence -----------------------------------------------------------------------------------


async def test_an_idle_network_is_no_silence(honest: WatchedNode, other: WatchedNode) -> None:
    async with watching(honest, other) as watch:
        for _ in range(3):
            assert await watch.look(10 * SILENCE_S) == []
    assert watch.notes == []


async def test_entries_that_wait_without_a_new_block_are_a_silence_of_the_network(
    honest: WatchedNode, other: WatchedNode
) -> None:
    async with watching(honest, other) as watch:
        assert await watch.look(10 * SILENCE_S) == []
        honest.said["pendingSubmissions"] = 3
        assert await watch.look(10 * SILENCE_S) == [], "it waits only since now"
        assert await watch.look(SILENCE_S) == []
        assert await watch.look(1) == ["silence"]
        [alarm] = watch.alarms
        assert (alarm.url, alarm.is_routine) == ("", False)
        assert "US" in alarm.fault.found
        assert await watch.look(1) == []
        honest.said.clear()
        assert await watch.look(1) == []
        assert "nothing waits any more" in watch.notes[-1]


async def test_what_waits_at_one_office_is_not_forgotten_while_it_is_asked_again(
    honest: WatchedNode, other: WatchedNode
) -> None:
    honest.said["pendingSubmissions"] = 3
    async with watching(honest, other) as watch:
        assert await watch.look() == []
        others_turn = threading.Event()

        def slow(handler: BaseHTTPRequestHandler) -> None:
            others_turn.wait(10)
            send(handler, json.dumps(honest.status()).encode())

        honest.lies["/status"] = slow
        watch.now_s += SILENCE_S - 1
        asked = asyncio.create_task(watch.monitor.look(watch.monitor.offices[0]))
        await asyncio.sleep(0)
        await watch.monitor.look(watch.monitor.offices[1])
        others_turn.set()
        await asked
        watch.now_s += 2
        watch.monitor.tell_overdue()
        assert [alarm.fault.kind for alarm in watch.alarms] == ["silence"]


async def test_what_waited_at_an_office_that_is_gone_is_not_awaited(
    honest: WatchedNode, other: WatchedNode
) -> None:
    honest.said["pendingSubmissions"] = 3
    async with watching(honest, other) as watch:
        assert await watch.look() == []
        honest.lies["/status"] = closed
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert watch.alarms[0].url == honest.url


async def test_progress_of_a_busy_network_is_no_silence(files: Path) -> None:
    with WatchedNode.of(files) as busy:
        blocks, busy.blocks = busy.blocks, []
        busy.said["pendingSubmissions"] = 9
        async with watching(busy) as watch:
            for record in blocks:
                assert await watch.look(SILENCE_S - 1) == []
                busy.blocks.append(record)


async def test_one_office_that_is_away_is_a_routine_alarm_and_all_are_not(
    honest: WatchedNode,
) -> None:
    away = f"http://127.0.0.1:{free_base_port(1)}"
    async with watching(honest, away) as watch:
        assert await watch.look() == []
        assert "asked again" in watch.notes[0]
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert (watch.alarms[0].url, watch.alarms[0].is_routine) == (away, True)
    async with watching(away) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert not watch.alarms[0].is_routine


async def test_time_in_which_the_monitor_was_not_run_is_nobodys_silence(other: WatchedNode) -> None:
    other.said["pendingSubmissions"] = 1
    async with watching(other) as watch:
        assert await watch.look() == []
        watch.monitor.stood_still(10 * SILENCE_S)
        assert await watch.look(10 * SILENCE_S) == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]


async def test_an_office_that_stands_still_while_others_go_on_is_told(
    honest: WatchedNode, other: WatchedNode
) -> None:
    del other.blocks[5:]
    async with watching(honest, other) as watch:
        assert await watch.look() == []
        assert await watch.look(1) == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert "other offices have" in watch.alarms[0].fault.expected
        other.blocks += honest.blocks[5:]
        assert await watch.look(1) == []
        assert "as far as the others" in watch.notes[-1]


# --- answers that are none ---------------------------------------------------------------------


def without_end(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: each comes in time, and the answer never."""
    handler.send_response(200)
    handler.end_headers()
    for _ in range(1_000):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def head_without_end(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for number in range(1_000):
        handler.wfile.write(f"X-{number}: 1\r\n".encode())
        handler.wfile.flush()
        time.sleep(0.02)


def giant(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", str(10**12))
    handler.end_headers()
    while True:
        handler.wfile.write(bytes(1 << 20))


def compressed(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Encoding", "gzip")
    handler.send_header("Content-Length", "4")
    handler.end_headers()
    handler.wfile.write(b"bomb")


def redirected(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def closed(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def deep(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b"[" * 30_000)


def nonsense(handler: BaseHTTPRequestHandler) -> None:
    send(handler, b'{"height": -1, "\xff": "\x1b[31m"}')


LIES = {
    "no whole answer": without_end,
    "no whole answer in": head_without_end,
    "at most": giant,
    "compressed": compressed,
    "HTTP 302": redirected,
    "disconnected": closed,
}


@pytest.mark.parametrize(
    ("said", "path"),
    [
        *((said, "/blocks/3") for said in LIES),
        ("no whole answer", "/status/evidence"),
        ("at most", "/blocks/3/certificate"),
    ],
)
async def test_an_answer_that_is_none_is_awaited_and_then_a_silence_and_nobody_else_waits(
    honest: WatchedNode, other: WatchedNode, said: str, path: str
) -> None:
    other.lies[path] = LIES[said]
    async with watching(other, honest, answer_s=0.3) as watch:
        started = time.monotonic()
        assert await watch.look() == []
        assert time.monotonic() - started < 5
        assert watch.monitor.copy.ledger.height == HEIGHT, "by the honest one"
        assert said in watch.notes[0]
        other.lies.clear()
        assert await watch.look() == []
        assert "answers again" in watch.notes[-1]
        other.lies["/status"] = LIES[said]
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert said in watch.alarms[0].fault.found


@pytest.mark.parametrize("path", ["/status", "/status/evidence"])
async def test_each_part_that_does_not_come_is_a_silence_and_the_others_are_still_checked(
    other: WatchedNode, path: str
) -> None:
    other.lies[path] = closed
    async with watching(other) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert watch.monitor.copy.ledger.height == (0 if path == "/status" else HEIGHT)
        other.lies.clear()
        assert await watch.look() == []
        assert "answers again" in watch.notes[-1]
        assert watch.monitor.copy.ledger.height == HEIGHT


async def test_a_node_that_names_another_head_and_shows_no_block_is_told_all_the_same(
    other: WatchedNode,
) -> None:
    async with watching(other) as watch:
        assert await watch.look() == []
        other.said["headHash"] = "ab" * 32
        other.lies |= {f"/blocks/{height}": closed for height in range(1, HEIGHT + 1)}
        assert await watch.look() == ["fork"]
        assert watch.alarms[0].fault.height == HEIGHT


async def test_giant_answers_take_little_memory(other: WatchedNode) -> None:
    other.lies |= {f"/blocks/{height}": giant for height in range(1, HEIGHT + 1)}
    async with watching(other, answer_s=20) as watch:
        tracemalloc.start()
        try:
            assert await watch.look() == []
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert "at most" in watch.notes[0]
    assert peak < 2 * TOGETHER * BLOCK_BYTES_MAX


async def test_a_block_from_the_future_is_told_once_and_followed_all_the_same(
    tmp_path: Path,
) -> None:
    tomorrow_ms = int(time.time() + 86_400) * 1000
    stored(tmp_path / "early", MemoryStore(), tomorrow_ms).close()
    with WatchedNode.of(tmp_path / "early") as early:
        async with watching(early) as watch:
            assert await watch.look() == ["clock"]
            assert watch.monitor.compared_height() == HEIGHT


@pytest.mark.parametrize("lie", [deep, nonsense])
@pytest.mark.parametrize("path", ["/status", "/status/evidence"])
async def test_documents_of_another_form_are_no_answers(
    other: WatchedNode, lie: object, path: str
) -> None:
    assert callable(lie)
    other.lies[path] = lie
    async with watching(other) as watch:
        assert await watch.look() == []
        assert "not of this API" in watch.notes[0]


@pytest.mark.parametrize("lie", [deep, nonsense])
async def test_bytes_that_are_no_block_or_certificate_are_alarms(
    other: WatchedNode, lie: object
) -> None:
    assert callable(lie)
    other.lies["/blocks/3"] = other.lies["/blocks/5/certificate"] = lie
    async with watching(other) as watch:
        assert sorted(await watch.look()) == ["altered", "certificate"]
        assert watch.monitor.copy.ledger.height == 2


# --- another network ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", [{"networkId": "ab" * 32}, {"ipOfficeCode": "KR"}])
async def test_a_node_of_another_network_is_told_and_not_followed(
    other: WatchedNode, said: dict[str, str]
) -> None:
    other.said |= said
    async with watching(other) as watch:
        assert await watch.look() == ["foreign"]
        assert watch.monitor.copy.ledger.height == 0


async def test_a_node_that_becomes_another_office_is_told(other: WatchedNode) -> None:
    async with watching(other) as watch:
        assert await watch.look() == []
        other.said["ipOfficeCode"] = "JP"
        assert await watch.look() == ["foreign"]


# --- evidence ----------------------------------------------------------------------------------


def vote(office: str, digest: bytes) -> str:
    message = bound_message("commit", KEYRING.network_id, vote_message(3, 7, digest))
    return b64encode(
        encode_message(Commit(3, 7, digest, office, key_of(office).sign(message)))
    ).decode()


async def test_a_contradiction_that_is_proved_is_told_once_however_many_show_it(
    honest: WatchedNode, other: WatchedNode
) -> None:
    shown = {"first": vote("JP", sha256(b"one")), "second": vote("JP", sha256(b"two"))}
    honest.contradictions = other.contradictions = [
        {"ipOfficeCode": "JP", "kind": "commit", **shown}
    ]
    async with watching(honest, other) as watch:
        assert await watch.look() == ["contradiction"]
        [alarm] = watch.alarms
        assert (alarm.office, alarm.url) == ("JP", "")
        assert alarm.fault.blamed[0].office == "JP"
        assert watch.monitor.copy.ledger.height == HEIGHT


async def test_evidence_that_proves_nothing_is_held_against_the_node_that_shows_it(
    other: WatchedNode,
) -> None:
    same = vote("JP", sha256(b"one"))
    other.contradictions = [{"ipOfficeCode": "JP", "kind": "commit", "first": same, "second": same}]
    async with watching(other) as watch:
        assert await watch.look() == ["evidence"]
        assert watch.alarms[0].url == other.url


@pytest.mark.parametrize("text", ["é", "AA", "AAAA", "no base64!"])
async def test_evidence_in_another_form_is_no_answer(other: WatchedNode, text: str) -> None:
    other.contradictions = [{"ipOfficeCode": "JP", "kind": "commit", "first": text, "second": text}]
    other.lies["/status/evidence"] = lambda handler: send(
        handler, json.dumps({"contradictions": other.contradictions}, ensure_ascii=False).encode()
    )
    async with watching(other) as watch:
        assert await watch.look() == []
        assert "its evidence is not of this API" in watch.notes[0]


# --- certificates ------------------------------------------------------------------------------


async def test_a_certificate_of_a_known_block_by_too_few_is_told_and_the_rest_is_followed(
    honest: WatchedNode, other: WatchedNode
) -> None:
    block_hash = decode_block(other.blocks[2]).hash
    forged = certificate_of(3, block_hash, "AU", "EP", network_id=KEYRING.network_id)
    other.certificates[3] = encode_certificate(forged)
    async with watching(honest, other) as watch:
        assert await watch.look() == ["certificate"]
        assert (watch.alarms[0].url, watch.alarms[0].fault.height) == (other.url, 3)
        assert watch.monitor.compared_height() == HEIGHT


async def test_a_quorums_certificate_of_another_block_is_a_fork_though_the_block_is_right(
    honest: WatchedNode, other: WatchedNode
) -> None:
    forged = certificate_of(3, sha256(b"another"), network_id=KEYRING.network_id)
    other.certificates[3] = encode_certificate(forged)
    async with watching(honest, other) as watch:
        assert await watch.look() == ["fork"]
        assert [each.office for each in watch.alarms[0].fault.blamed] == ["AU", "EP", "JP"]


async def test_a_wrong_execution_that_a_quorum_certified_is_told_and_never_taken(
    other: WatchedNode,
) -> None:
    block = decode_block(other.blocks[4])
    wrong = replace(block, header=replace(block.header, state_root=bytes(32)))
    other.blocks[4] = encode_block(wrong)
    agreed = certificate_of(5, wrong.hash, network_id=KEYRING.network_id)
    other.certificates[5] = encode_certificate(agreed)
    async with watching(other) as watch:
        assert await watch.look() == ["execution"]
        assert "another state_root; a quorum certified it" in watch.alarms[0].fault.found
        assert watch.monitor.copy.ledger.height == 4


async def test_a_certificate_of_another_height_is_told(other: WatchedNode) -> None:
    other.certificates[3] = other.certificates[4]
    async with watching(other) as watch:
        assert await watch.look() == ["certificate"]
        assert watch.monitor.compared_height() == HEIGHT, "a later certificate covers the block"


# --- any bytes ---------------------------------------------------------------------------------


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_bytes_a_node_sends_nothing_wrong_is_taken_and_nothing_breaks(
    other: WatchedNode, data: st.DataObject
) -> None:
    blocks, certificates = list(other.blocks), dict(other.certificates)
    hashes = [decode_block(record).hash for record in blocks]

    def spoiled(record: bytes) -> bytes:
        place = data.draw(st.integers(0, len(record) - 1))
        insert = data.draw(st.binary(max_size=4))
        gap = data.draw(st.integers(0, 4))
        return record[:place] + insert + record[place + gap :]

    height = data.draw(st.integers(1, HEIGHT))
    if data.draw(st.booleans()):
        other.blocks[height - 1] = spoiled(blocks[height - 1])
    else:
        other.certificates[height] = spoiled(certificates[height])
    other.said["headHash"] = hashes[-1].hex()

    async def taken() -> list[bytes]:
        async with watching(other) as watch:
            await watch.look()
            ledger = watch.monitor.copy.ledger
            is_changed = (other.blocks, other.certificates) != (blocks, certificates)
            assert bool(watch.alarms) is is_changed
            return [ledger.block_hash(each) for each in range(1, ledger.height + 1)]

    try:
        own = asyncio.run(taken())
        assert own == hashes[: len(own)]
    finally:
        other.blocks, other.certificates = blocks, certificates
