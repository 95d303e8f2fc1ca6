"""Counters and durations for Prometheus, one registry for each application."""

from typing import Final

from prometheus_client import CollectorRegistry, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS_S: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0)


class Metrics:
    """The HTTP side of the metrics; the node's own are read when they are asked for.

    Label values are methods, route templates and statuses only: never a path, a number or a token.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._durations = Histogram(
            "http_server_request_duration_seconds",
            "Time from the first byte of a request to the last of its response.",
            ("http_request_method", "http_route", "http_response_status_code"),
            registry=self.registry,
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
        return generate_latest(self.registry)
