"""Counters and durations for Prometheus, one registry for each application.

Label values are methods, route templates, statuses, office codes and names of counters: never a path,
a number or a token.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from node.reports.desk import ReportDesk
from node.service import NodeStatus, RegisterService

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S: Final = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
)  # fmt: skip


class Metrics:
    """All metrics of one node."""

    def __init__(self, service: RegisterService) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_NodeCollector(service))
        self._durations = Histogram(
            "http_server_request_duration_seconds",
            "Time from the head of a request to the end of its response.",
            ("http_request_method", "http_route", "http_response_status_code"),
            registry=self._registry,
            buckets=_BUCKETS_S,
        )
        self._known: dict[tuple[str, str, int], Histogram] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        labels = (method, route, status)
        child = self._known.get(labels)
        if child is None:
            child = self._known[labels] = self._durations.labels(method, route, str(status))
        child.observe(seconds)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self._registry)


class _NodeCollector(Collector):
    """Reads the node's status whenever the metrics are asked for."""

    def __init__(self, service: RegisterService) -> None:
        self._service = service

    def describe(self) -> list[Metric]:
        """Names nothing in advance, so that registering it asks the node nothing."""
        return []

    def collect(self) -> Iterator[Metric]:
        status = self._service.status()
        for name, text, value in (
            ("height", "Height of the last block.", status.height),
            ("stable_height", "Certified by a quorum up to here.", status.stable_height),
            ("view", "Number of the view.", status.view),
            ("view_active", "0 while the offices change the primary.", status.is_view_active),
            ("ready", "Whether the node can register now.", not status.waiting_for),
            ("catch_up_target", "Height that is being fetched.", status.catch_up_target),
            ("pending_submissions", "Submissions not ordered yet.", status.pending_submissions),
            ("waiting_entries", "Entries not final yet.", status.waiting_entries),
            ("notice_listeners", "Who follows the notices.", self._service.notices.listeners),
            ("block_time_seconds", "Time of the last block.", status.time_ms / 1000),
            (
                "equivocating_offices",
                "Offices that contradicted themselves.",
                len(status.evidence),
            ),
        ):
            yield GaugeMetricFamily(f"register_{name}", text, value=float(value))
        yield from _peer_metrics(status)
        yield from _counters(status)
        if self._service.reports is not None:
            yield from _report_metrics(self._service.reports)


def _peer_metrics(status: NodeStatus) -> Iterator[Metric]:
    linked = GaugeMetricFamily(
        "register_peer_linked", "Whether there is a link.", labels=["office"]
    )
    height = GaugeMetricFamily("register_peer_height", "Height as last heard.", labels=["office"])
    for peer in status.peers:
        linked.add_metric([peer.office], float(peer.is_linked))
        height.add_metric([peer.office], float(peer.height))
    yield linked
    yield height


def _report_metrics(desk: ReportDesk) -> Iterator[Metric]:
    for name, value in desk.gauges().items():
        text = name.replace("_", " ").capitalize() + "."
        yield GaugeMetricFamily(f"register_{name}", text, value=float(value))
    events = CounterMetricFamily(
        "register_report_events", "What became of reports and their documents.", labels=["event"]
    )
    for event, count in sorted(desk.events.items()):
        events.add_metric([event], float(count))
    yield events


def _counters(status: NodeStatus) -> Iterator[Metric]:
    engine = CounterMetricFamily("register_events", "What the engine counted.", labels=["event"])
    for event, count in status.counters.items():
        engine.add_metric([event], float(count))
    yield engine
    links = CounterMetricFamily(
        "register_link_events", "What the links counted.", labels=["office", "event"]
    )
    for office, counts in status.link_counters.items():
        for event, count in counts.items():
            links.add_metric([office, event], float(count))
    yield links
