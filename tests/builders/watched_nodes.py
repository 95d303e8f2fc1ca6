"""Small real HTTP servers that answer a monitor as a node would, from ledger records, or as a liar would."""

import json
import re
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Any, Self

from builders.ledgers import GENESIS
from builders.quiet_servers import QuietServer
from crypto.certificate import decode_certificate
from ledger.block import decode_block
from ledger.files import FileLedger
from ledger.genesis import Genesis

PREFIX = "/api/v1"
BLOCK = re.compile(rf"{PREFIX}/blocks/(\d+)(/certificate)?")
Lie = Callable[[BaseHTTPRequestHandler], None]
"""Answers in its own way."""


class WatchedNode:
    """Answers from records, which can be changed while it runs; what `lies` has for a path is told instead."""

    def __init__(
        self,
        blocks: list[bytes],
        certificates: dict[int, bytes],
        office: str = "AU",
        genesis: Genesis = GENESIS,
        port: int = 0,
    ) -> None:
        self.blocks = blocks
        self.certificates = certificates
        self.said: dict[str, Any] = {}
        """Members of the status that are told otherwise."""
        self.contradictions: list[dict[str, str]] = []
        self.lies: dict[str, Lie] = {}
        """By path behind the prefix."""
        self.asked: list[str] = []
        """Paths, in the order in which they came."""
        self.office = office
        self._network_id = genesis.network_id().hex()
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                node.asked.append(self.path.removeprefix(PREFIX))
                with suppress(OSError):  # whoever asked went away
                    node.answer(self)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = QuietServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    @classmethod
    def of(cls, files: Path, office: str = "AU", genesis: Genesis = GENESIS) -> Self:
        """A node that answers from ledger files, whatever they hold."""
        opened = FileLedger(files, genesis.network_id(), read_only=True)
        blocks = [record for _, record in opened.blocks.records()]
        certificates = {
            decode_certificate(record).height: record for _, record in opened.certificates.records()
        }
        opened.close()
        return cls(blocks, certificates, office, genesis)

    def status(self) -> dict[str, Any]:
        """What the node says of itself."""
        head = self.said.get("headHash") or (
            decode_block(self.blocks[-1]).hash.hex() if self.blocks else "00" * 32
        )
        return {
            "ipOfficeCode": self.office,
            "networkId": self._network_id,
            "height": len(self.blocks),
            "stableHeight": len(self.blocks),
            "headHash": head,
            "isReady": True,
            "pendingSubmissions": 0,
            **self.said,
        }

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer a request."""
        path = handler.path.removeprefix(PREFIX)
        asked = BLOCK.fullmatch(handler.path)
        if path in self.lies:
            self.lies[path](handler)
        elif path == "/status":
            send(handler, json.dumps(self.status()).encode())
        elif path == "/status/evidence":
            send(handler, json.dumps({"contradictions": self.contradictions}).encode())
        elif asked and asked[2]:
            certificate = self.certificates.get(int(asked[1]))
            send(handler, certificate or b"{}", 200 if certificate else 404)
        elif asked and 0 < int(asked[1]) <= len(self.blocks):
            send(handler, self.blocks[int(asked[1]) - 1])
        else:
            send(handler, b'{"title": "not found"}', 404)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def send(handler: BaseHTTPRequestHandler, content: bytes, code: int = 200) -> None:
    """An ordinary answer."""
    handler.send_response(code)
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)
