"""As much of the PostgreSQL protocol (version 3.0) as the peer's service needs, over a Unix socket.

One session has one prepared statement. It stands in for a driver so that the benchmark needs no
package beyond our own; it does less for each query than any general driver, so PostgreSQL is not
put at a disadvantage.
"""

import asyncio
import struct
from collections.abc import Sequence
from pathlib import Path

_PROTOCOL_3_0 = 196_608


class PostgresqlError(RuntimeError):
    """The server answered a query with an error."""


class Connection:
    """One session with one prepared statement; queries on it must not overlap."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, directory: Path, port: int, statement: str) -> "Connection":
        """Connect as user `postgres` and prepare the statement.

        Raises:
            PostgresqlError: the server refuses the session or the statement.
        """
        socket = directory / f".s.PGSQL.{port}"
        reader, writer = await asyncio.open_unix_connection(str(socket), limit=4 << 20)
        connection = cls(reader, writer)
        parameters = b"user\0postgres\0database\0postgres\0\0"
        writer.write(struct.pack("!II", 8 + len(parameters), _PROTOCOL_3_0) + parameters)
        await connection._until_ready()
        writer.write(_message(b"P", b"q\0" + statement.encode() + b"\0\0\0") + _message(b"S"))
        await connection._until_ready()
        return connection

    async def execute(self, parameters: Sequence[str]) -> int:
        """Run the prepared statement and return how many rows it changed."""
        values = b"".join(struct.pack("!I", len(raw)) + raw for raw in map(str.encode, parameters))
        bind = b"\0q\0" + struct.pack("!HH", 0, len(parameters)) + values + b"\0\0"
        self._writer.write(_message(b"B", bind) + _message(b"E", b"\0\0\0\0\0") + _message(b"S"))
        return await self._until_ready()

    def close(self) -> None:
        """End the session."""
        self._writer.close()

    async def _until_ready(self) -> int:
        rows = 0
        error = ""
        while True:
            kind, size = struct.unpack("!cI", await self._reader.readexactly(5))
            body = await self._reader.readexactly(size - 4)
            if kind == b"C":  # CommandComplete: "INSERT 0 1000"
                rows = int(body[:-1].rsplit(b" ", 1)[-1])
            elif kind == b"E":
                error = body.replace(b"\0", b" ").decode(errors="replace")
            elif kind == b"Z":  # ReadyForQuery
                break
            if error and kind == b"E" and b"FATAL" in body:
                break
        if error:
            raise PostgresqlError(error)
        return rows


def _message(kind: bytes, body: bytes = b"") -> bytes:
    return kind + struct.pack("!I", 4 + len(body)) + body
