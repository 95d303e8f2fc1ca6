"""The load generator: every request is answered once, refusals are counted, a broken server is an
error."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from node.bench.load import LoadError, Stream, encode_request, is_complete, run_load


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bodies: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.bodies.append(body)
        self.send_response(409 if body == b"refused" else 201)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _server() -> Iterator[tuple[int, list[bytes]]]:
    bodies: list[bytes] = []
    handler = type("Handler", (_Handler,), {"bodies": bodies})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, bodies
        server.shutdown()


def test_every_request_is_sent_once_over_all_connections() -> None:
    with _server() as (port, bodies):
        requests = tuple(encode_request("/", b"%d" % number) for number in range(50))
        load = run_load(Stream(port=port, connections=4, requests=requests))
        assert sorted(bodies) == sorted(b"%d" % number for number in range(50))
        assert (len(load.latencies_ms), load.refused) == (50, 0)


def test_refusals_are_counted_and_the_first_is_kept() -> None:
    with _server() as (port, _):
        requests = (encode_request("/", b"fine"), encode_request("/", b"refused"))
        load = run_load(Stream(port=port, connections=1, requests=requests))
        assert load.refused == 1
        assert load.first_refusal.startswith("HTTP/1.1 409")


def test_a_server_that_is_not_there_is_an_error() -> None:
    with _server() as (port, _):
        pass
    with pytest.raises(LoadError):
        run_load(Stream(port=port, connections=1, requests=(encode_request("/"),)))


@pytest.mark.parametrize(
    ("response", "complete"),
    [
        (b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n", False),
        (b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\n{", False),
        (b"HTTP/1.1 201 Created\r\ncontent-length: 2\r\n\r\n{}", True),
        (b"HTTP/1.1 204 No Content\r\n\r\n", True),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n", False),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n", True),
    ],
)
def test_the_end_of_a_response_is_known_by_length_or_last_chunk(
    response: bytes, complete: bool
) -> None:
    assert is_complete(response) is complete
