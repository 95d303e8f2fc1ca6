"""Small real HTTP servers whose clients may go away in the middle, which is no fault of theirs."""

import sys
from http.server import ThreadingHTTPServer
from typing import Any


class QuietServer(ThreadingHTTPServer):
    """Says nothing of a client that went away; any other error is shown."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as there
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)
