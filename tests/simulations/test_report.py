import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import msgspec
import pytest

from consensus.messages import Commit, Status
from consensus.wire import encode_message
from crypto.certificate import CheckpointCertificate
from crypto.digest import sha256
from node.catchup import FetchBlocks, encode_catch_up
from node.effects import Executed
from node.journal_records import StableRecord
from simulations.report.charts import Axis, Line, Mark, bar_chart, line_chart, ticks
from simulations.report.conversation import first_view_change
from simulations.report.events import EventLines, line_of
from simulations.report.frames import KINDS, kind_of
from simulations.report.measures import Measures
from simulations.report.page import page
from simulations.report.result import Result
from simulations.report.series import per_second
from simulations.report.summary import Summary, predicted_per_block, summarise
from simulations.scenarios.run import ScenarioRun
from simulations.scenarios.scenario_text import read_scenario
from simulations.trace import (
    Acknowledged,
    BlockExecuted,
    Delivered,
    Disturbed,
    Dropped,
    Sent,
    Stored,
    Submitted,
    ViewMoved,
)

OFFICES = ("AU", "EP", "JP", "US")
SCENARIO = read_scenario(
    b"""\
title = "<script>alert('four')</script>"
duration_s = 4
[offices]
codes = ["AU", "EP", "JP", "US"]
[workload]
filings_per_second = 10
filings_per_submission = 2
[[faults]]
at_s = 1
kind = "crash"
offices = "primary"
"""
)
STATUS = b"\x01" + encode_message(Status(0, True, 0, 0))


def result_of(measures: Measures) -> Result:
    return Result(SCENARIO, 1, OFFICES, measures, (), measures.dropped, 0, 4_000, 10)


@pytest.fixture(scope="module")
def result() -> Result:
    return ScenarioRun(SCENARIO, 1).run()


# -- frames --------------------------------------------------------------------------------------


def test_the_kind_of_a_frame_is_read_from_its_first_bytes() -> None:
    commit = Commit(1, 2, bytes(32), "EP", bytes(64))
    assert kind_of(STATUS) == "status"
    assert kind_of(b"\x01" + encode_message(commit)) == "commit"
    assert kind_of(b"\x00" + encode_catch_up(FetchBlocks(1))) == "fetch-blocks"
    assert [kind_of(frame) for frame in (b"", b"\x01", b"\x01\x93\xa3xyz", bytes(64))] == [
        "other"
    ] * 4
    assert {"submission", "new-view", "blocks"} <= set(KINDS)


# -- measures and summary ------------------------------------------------------------------------


def executed(digest: bytes) -> Executed:
    return Executed(digest, 1, b"h", 0, "executed", (), 0)


def test_the_latency_of_a_submission_ends_at_its_entry_node() -> None:
    measures = Measures(OFFICES)
    measures.expect(b"x" * 32, 7)
    measures(Submitted(100, "EP", b"x" * 32))
    measures(Acknowledged(300, "US", executed(b"x" * 32)))
    measures(Acknowledged(450, "EP", executed(b"x" * 32)))
    measures(Acknowledged(900, "EP", executed(b"x" * 32)))
    summary = summarise(result_of(measures))
    assert summary.latency_ms is not None
    assert (summary.latency_ms.p50, summary.latency_ms.max) == (350, 350)
    assert (summary.final_filings, summary.filings_per_second) == (7, 1.75)
    assert [(each.office, each.p50) for each in summary.by_office] == [
        ("AU", None), ("EP", 350), ("JP", None), ("US", None),
    ]  # fmt: skip


def test_percentiles_are_of_the_nearest_rank() -> None:
    measures = Measures(OFFICES)
    for wait in range(1, 201):
        digest = wait.to_bytes(32, "big")
        measures(Submitted(0, "EP", digest))
        measures(Acknowledged(wait, "EP", executed(digest)))
    latency = summarise(result_of(measures)).latency_ms
    assert latency is not None
    assert (latency.p50, latency.p95, latency.p99, latency.max) == (100, 190, 198, 200)
    assert latency.quantiles == (1, *range(2, 201, 2))


def test_a_message_to_all_counts_once_for_each_receiver() -> None:
    measures = Measures(OFFICES)
    measures(Sent(1, "EP", None, STATUS))
    measures(Sent(2, "EP", "US", STATUS))
    measures(Delivered(3, "EP", "US", STATUS))
    measures(Dropped(3, "EP", "AU", "lost"))
    assert (measures.messages, measures.arrived, measures.dropped) == (
        {"status": 4},
        1,
        {"lost": 1},
    )
    assert measures.message_bytes == {"status": 4 * len(STATUS)}


def test_what_is_predicted_follows_from_the_number_of_offices() -> None:
    measures = Measures(OFFICES)
    for number in range(6):
        measures(Submitted(0, "EP", bytes([number]) * 32))
    assert predicted_per_block(result_of(measures), blocks=2) == {
        "submission": 9.0,  # three for each block, each to three others
        "pre-prepare": 3.0,
        "prepare": 9.0,
        "commit": 12.0,
        "checkpoint": 12.0,
        "status": 48.0,  # eight heartbeats of half a second, two blocks
    }


def test_without_faults_the_messages_are_as_many_as_predicted() -> None:
    text = (
        b'title = "x"\nduration_s = 5\n[offices]\ncount = 7\n[workload]\nfilings_per_second = 8\n'
    )
    summary = summarise(ScenarioRun(read_scenario(text), 1).run())
    for item in summary.messages:
        if item.kind in {"pre-prepare", "prepare", "commit", "checkpoint", "submission"}:
            assert item.per_block == item.predicted_per_block, item.kind


def test_series_tell_the_office_that_is_ahead_and_the_one_behind() -> None:
    measures = Measures(OFFICES)
    for office in OFFICES:
        measures(BlockExecuted(500, office, 1, b"h"))
    measures(BlockExecuted(1_500, "EP", 2, b"i"))
    measures(ViewMoved(2_500, "EP", 3, is_active=False))
    measures(ViewMoved(2_600, "EP", 3, is_active=True))
    series = summarise(result_of(measures)).series
    assert series.span_s == 1
    assert series.height == (1, 2, 2, 2)
    assert series.lowest_height == (1, 1, 1, 1)
    assert series.view == (0, 0, 3, 3)


def test_a_view_change_lasts_from_the_first_that_left_until_a_quorum_is_in_the_view() -> None:
    measures = Measures(OFFICES)
    assert first_view_change(measures) is None
    for at_ms, office in ((100, "EP"), (150, "JP"), (160, "US")):
        measures(ViewMoved(at_ms, office, 1, is_active=False))
    for at_ms, office in ((300, "EP"), (350, "JP")):
        measures(ViewMoved(at_ms, office, 1, is_active=True))
    assert first_view_change(measures) is None
    measures(ViewMoved(400, "US", 1, is_active=True))
    assert first_view_change(measures) == (1, "EP", 100, 400)


def test_the_summary_is_read_again_as_it_was_written(result: Result) -> None:
    summary = summarise(result)
    assert msgspec.json.decode(msgspec.json.encode(summary), type=Summary) == summary
    assert summary.view_changes == 1
    assert summary.is_right


# -- raw events ----------------------------------------------------------------------------------


def test_every_event_is_one_line_of_json() -> None:
    lines: list[bytes] = []
    write = EventLines(lines.append)
    ScenarioRun(SCENARIO, 1, [write]).run()
    assert len(lines) == write.count > 500
    documents = [json.loads(line) for line in lines]
    assert {document["event"] for document in documents} == {
        "acknowledged", "blockExecuted", "delivered", "disturbed", "dropped", "sent", "stabilised",
        "stored", "submitted", "synced", "viewMoved",
    }  # fmt: skip
    assert all(line.endswith(b"}\n") for line in lines)
    times = [document["atMs"] for document in documents]
    assert times == sorted(times)


def test_events_name_frames_by_kind_size_and_digest() -> None:
    assert json.loads(line_of(Sent(5, "EP", None, STATUS))) == {
        "atMs": 5, "event": "sent", "office": "EP", "to": None, "kind": "status",
        "bytes": len(STATUS), "frame": sha256(STATUS).hex()[:16],
    }  # fmt: skip
    assert json.loads(line_of(Disturbed(7, "crash", ("EP",)))) == {
        "atMs": 7, "event": "disturbed", "kind": "crash", "offices": ["EP"],
    }  # fmt: skip
    assert json.loads(line_of(ViewMoved(7, "EP", 2, is_active=True))) == {
        "atMs": 7, "event": "viewMoved", "office": "EP", "view": 2, "isActive": True,
    }  # fmt: skip


# -- charts and page -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "is_whole", "expected"),
    [
        (0, False, (0.0, 1.0)),
        (1, True, (0.0, 1.0)),
        (3, True, (0.0, 1.0, 2.0, 3.0)),
        (60, False, (0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0)),
        (61, False, (0.0, 20.0, 40.0, 60.0, 80.0)),
        (100, False, (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)),
        (7_000, False, (0.0, 2_000.0, 4_000.0, 6_000.0, 8_000.0)),
    ],
)
def test_axes_have_round_numbers_up_to_their_end(
    most: float, is_whole: bool, expected: tuple[float, ...]
) -> None:
    assert ticks(Axis("x", most, is_whole)) == expected


def test_a_chart_is_well_formed_and_told_to_those_who_do_not_see_it() -> None:
    x, y = Axis("time (s)", 10), Axis("a < b", 4)
    marks = [Mark(3, 'crash of "EP" & <JP>')]
    lines = [Line("one", ((0, 0), (10, 4)), is_step=True), Line("two", ((0, 1),))]
    for chart in (
        line_chart("Title & more", "What it shows.", x, y, lines, marks=marks),
        bar_chart("Title & more", "What it shows.", x, y, [(0, 1, 4), (2, 3, 1)], marks=marks),
    ):
        root = ET.fromstring(chart)
        drawing = root.find("svg")
        assert drawing is not None
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label") == "Title & more. What it shows."


class Links(HTMLParser):
    """Everything that a browser would fetch, and all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.elements: set[str] = set()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add(tag)
        self.fetched += [f"{name}={value}" for name, value in attrs if name in {"src", "href"}]
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_report_is_one_well_formed_page_that_fetches_nothing(result: Result) -> None:
    text = page(result, summarise(result), {"commit": "abc"}, {"title": "</pre><script>"})
    links = Links()
    links.feed(text)
    assert links.open == []
    assert links.fetched == []
    assert "script" not in links.elements
    assert {"svg", "table", "figure", "main"} <= links.elements
    assert "url(" not in text
    assert "http" not in text.replace("http-equiv", "")
    for heading in ("Promises", "Throughput", "Latency", "View change", "Messages", "Faults"):
        assert f"<h2>{heading}</h2>" in text
    assert "View change to view 1" in text


def test_a_run_in_which_nothing_happened_has_a_report_too() -> None:
    empty = result_of(Measures(OFFICES))
    text = page(empty, summarise(empty), {}, {})
    assert "No view change happened." in text
    assert "Nothing became final." in text


def test_the_time_from_block_to_block_is_that_between_first_executions() -> None:
    measures = Measures(OFFICES)
    for at_ms, office, height in (
        (2_000, "AU", 1),
        (2_010, "EP", 1),
        (2_300, "EP", 2),
        (9_000, "AU", 2),
    ):
        measures(BlockExecuted(at_ms, office, height, b"h"))
    assert summarise(result_of(measures)).block_interval_ms == 300


def test_the_last_span_is_as_long_as_the_run_went_on_in_it() -> None:
    assert per_second((10, 20, 5), 10, 22_500) == [1.0, 2.0, 2.0]
    assert per_second((10,), 10, 10_000) == [1.0]
    assert per_second((0,), 1, 0) == [0.0]


def test_a_view_change_begins_when_an_office_leaves_for_that_view() -> None:
    measures = Measures(OFFICES)
    measures(ViewMoved(1_000, "AU", 1, is_active=False))  # Alone, and nobody follows.
    for office in OFFICES[1:]:
        measures(ViewMoved(50_000, office, 2, is_active=False))
        measures(ViewMoved(50_100, office, 2, is_active=True))
    change = first_view_change(measures)
    assert change is not None
    assert (change.view, change.began_ms, change.ended_ms) == (2, 50_000, 50_100)


def test_a_stored_certificate_is_no_body() -> None:
    certificate = CheckpointCertificate(height=5, block_hash=bytes(32), signatures=())
    line = json.loads(line_of(Stored(1, "AU", StableRecord(certificate))))
    assert line == {"atMs": 1, "event": "stored", "office": "AU", "record": "stable", "height": 5}
