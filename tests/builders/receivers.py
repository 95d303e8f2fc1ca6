"""A small real HTTP server that takes posts, or refuses them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from builders.quiet_servers import QuietServer


class Receiver:
    """Answers posts with these statuses, one after the other, then with the last again."""

    def __init__(self, *statuses: int, hangs: bool = False) -> None:
        self.posts: list[tuple[dict[str, str], bytes]] = []
        """(headers by name in lower case, body)."""
        self.released = threading.Event()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append(({k.lower(): v for k, v in self.headers.items()}, body))
                if hangs:
                    receiver.released.wait(10)
                code = statuses[min(len(receiver.posts), len(statuses)) - 1]
                self.send_response(code)
                if code in range(300, 400):
                    self.send_header("Location", receiver.url)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = QuietServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/alarms"


@contextmanager
def receiving(*statuses: int, hangs: bool = False) -> Iterator[Receiver]:
    """A receiver that runs; one that hangs is released in the end."""
    receiver = Receiver(*statuses, hangs=hangs)
    threading.Thread(target=receiver.server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        receiver.server.shutdown()
        receiver.server.server_close()
