"""What one node shows never keeps an alarm about another from being told, nor delays it."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from builders.contradictions import contradiction
from builders.monitors import SILENCE_S, watching
from builders.watched_nodes import WatchedNode
from builders.whole_ledger import stored

from ledger.memory import MemoryStore
from node.auditing.monitor.alarms import TOLD_MAX, Alarm, AlarmBook, Fault
from node.auditing.monitor.patience import stood_still_s
from node.auditing.monitor.webhook import WAITING_MAX, Webhook

LONG_AGO_MS = 1_700_000_000_000
OFFICES = ("AU", "EP", "JP", "US")


@pytest.fixture
def network(tmp_path: Path) -> Iterator[dict[str, WatchedNode]]:
    """Four honest nodes, by office."""
    stored(tmp_path / "ledger", MemoryStore(), LONG_AGO_MS).close()
    with ExitStack() as running:
        yield {
            office: running.enter_context(WatchedNode.of(tmp_path / "ledger", office))
            for office in OFFICES
        }


# --- alarms ------------------------------------------------------------------------------------


def test_a_node_that_makes_up_alarms_mutes_neither_another_node_nor_another_kind() -> None:
    book = AlarmBook()

    def enter(kind: str, url: str, height: int | None, matter: str | None = None) -> bool:
        fault = Fault(kind, "x", "y", height)  # type: ignore[arg-type]
        return book.enter(Alarm(url, "US", fault), matter)

    assert sum(enter("altered", "http://liar", height) for height in range(5_000)) == TOLD_MAX
    assert enter("fork", "http://liar", 7)
    assert enter("altered", "http://honest", 7)
    assert enter("silence", "http://honest", None, "answer")
    assert enter("contradiction", "", None, "EP")


def test_silence_that_came_and_passed_often_is_told_again() -> None:
    book = AlarmBook()
    alarm = Alarm("http://au", "AU", Fault("silence", "x", "y"))
    for _ in range(2 * TOLD_MAX):
        assert book.enter(alarm, "answer")
        assert not book.enter(alarm, "answer")
        assert book.pass_over("silence", "http://au", "answer")


async def test_heights_that_go_up_and_down_are_told_a_few_times_and_a_fork_elsewhere_after_them(
    network: dict[str, WatchedNode],
) -> None:
    liar, honest = network["US"], network["EP"]
    async with watching(liar, honest) as watch:
        assert await watch.look() == []
        for number in range(2 * TOLD_MAX):
            liar.said["height"] = 200 + number
            assert await watch.look() == []
            liar.said["height"] = 150
            assert await watch.look() in ([], ["heightWentBack"])
            assert await watch.look() == [], "it has not passed"
        assert len(watch.alarms) == TOLD_MAX
        assert any("no further heightWentBack" in note for note in watch.notes)
        honest.said["headHash"] = "ab" * 32
        assert await watch.look() == ["altered"]
        assert watch.alarms[-1].url == honest.url


async def test_alarms_about_one_node_that_wait_to_be_posted_take_no_place_of_anothers() -> None:
    notes: list[str] = []
    webhook = Webhook("http://127.0.0.1:9", bytes(32), notes.append)
    for _ in range(WAITING_MAX + 1):
        webhook.post("ipregister.alarm", {}, "http://liar")
    webhook.post("ipregister.alarm", {}, "http://honest")
    assert notes == [f"http://liar: {WAITING_MAX} alarms wait to be posted: this one is not"]


# --- evidence ----------------------------------------------------------------------------------


async def test_evidence_of_more_contradictions_than_offices_is_refused_before_any_is_checked(
    network: dict[str, WatchedNode],
) -> None:
    """An honest node keeps one an office; 16 MiB of them took 12 s to check."""
    liar = network["US"]
    liar.contradictions = [contradiction("JP", view) for view in range(5)]
    async with watching(liar) as watch:
        assert await watch.look() == []
        assert "expected at most 4 contradictions, got 5" in watch.notes[0]
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        liar.contradictions = [contradiction(office) for office in OFFICES]
        assert await watch.look() == ["contradiction"] * 4


@pytest.mark.parametrize(
    ("elapsed_s", "computed_s", "still_s"),
    [
        (0.3, 0.0, 0.0),
        (5.0, 0.0, 0.0),
        (30.0, 0.0, 30.0),
        (12.4, 12.3, 0.0),
        (60.0, 12.0, 48.0),
        (6.0, 9.0, 0.0),
    ],
)
def test_time_in_which_the_monitor_computed_is_not_time_in_which_it_was_not_run(
    elapsed_s: float, computed_s: float, still_s: float
) -> None:
    assert stood_still_s(elapsed_s, computed_s) == still_s


# --- entries that wait -------------------------------------------------------------------------

CUT_OFF = {"pendingSubmissions": 1, "isReady": False, "waitingForBag": ["hears 0 of 3 offices"]}
WAITS = {"pendingSubmissions": 1}
NOT_READY = {"isReady": False, "waitingForBag": ["no view"]}


@pytest.mark.parametrize("said", [CUT_OFF, WAITS], ids=["cut off", "says so alone"])
async def test_entries_that_wait_at_one_office_alone_are_its_matter_and_routine(
    network: dict[str, WatchedNode], said: dict[str, object]
) -> None:
    network["EP"].said |= said
    async with watching(*network.values()) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        [alarm] = watch.alarms
        assert (alarm.url, alarm.office, alarm.is_routine) == (network["EP"].url, "EP", True)
        assert await watch.look(10 * SILENCE_S) == []
        network["EP"].said.clear()
        assert await watch.look() == []
        assert "nothing waits any more" in watch.notes[-1]


@pytest.mark.parametrize(
    "said",
    [
        {"EP": WAITS, "JP": WAITS},
        {"EP": CUT_OFF, "JP": CUT_OFF},
        {"EP": WAITS, "JP": NOT_READY, "US": NOT_READY},
        {"EP": CUT_OFF, "JP": NOT_READY},
    ],
    ids=["two say so", "two are cut off", "two others are not ready", "no quorum is ready"],
)
async def test_entries_that_wait_are_the_networks_matter_when_it_may_be_unable_to_agree(
    network: dict[str, WatchedNode], said: dict[str, dict[str, object]]
) -> None:
    for office, members in said.items():
        network[office].said |= members
    async with watching(*network.values()) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        assert (watch.alarms[0].url, watch.alarms[0].is_routine) == ("", False)


async def test_one_office_that_said_so_alone_does_not_mute_the_alarm_when_all_wait(
    network: dict[str, WatchedNode],
) -> None:
    network["EP"].said |= CUT_OFF
    async with watching(*network.values()) as watch:
        assert await watch.look() == []
        assert await watch.look(SILENCE_S + 1) == ["silence"]
        for node in network.values():
            node.said |= WAITS
        assert await watch.look() == ["silence"]
        assert [alarm.url for alarm in watch.alarms] == [network["EP"].url, ""]
        assert json.dumps(watch.alarms[1].fault.found).count("AU, EP, JP, US") == 1
