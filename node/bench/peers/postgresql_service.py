"""The service a user would put in front of PostgreSQL: FastAPI, a pool of sessions, an INSERT each.

The benchmark starts it in a process of its own:
`python -m node.bench.peers.postgresql_service SOCKET_DIRECTORY SERVER_PORT HTTP_PORT`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

from node.bench.peers.postgresql_wire import Connection

SESSIONS = 12
INSERT = (
    "INSERT INTO filing (office, kind, number, filed) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::date[]) ON CONFLICT DO NOTHING"
)
TABLE = (
    "CREATE TABLE filing (office text NOT NULL, kind text NOT NULL, number text NOT NULL, "
    "filed date NOT NULL, PRIMARY KEY (office, kind, number))"
)


class Filing(BaseModel):
    """The same JSON as our own API takes."""

    right: str
    applicationNumberText: str  # noqa: N815 - the name on the wire
    filingDate: date  # noqa: N815


def create_app(directory: Path, port: int) -> FastAPI:
    """Return the service; it answers 201 once the insert is durable on a majority."""
    pool: asyncio.Queue[Connection] = asyncio.Queue()

    @asynccontextmanager
    async def sessions(_: FastAPI) -> AsyncIterator[None]:
        for _number in range(SESSIONS):
            pool.put_nowait(await Connection.open(directory, port, INSERT))
        yield

    app = FastAPI(lifespan=sessions)

    async def insert(filings: list[Filing]) -> int:
        connection = await pool.get()
        try:
            return await connection.execute(
                (
                    _array("US" for _ in filings),
                    _array(f.right for f in filings),
                    _array(f.applicationNumberText for f in filings),
                    _array(f.filingDate.isoformat() for f in filings),
                )
            )
        finally:
            pool.put_nowait(connection)

    @app.post("/filings", status_code=201)
    async def post_filing(filing: Filing) -> dict[str, int]:
        return {"inserted": await insert([filing])}

    @app.post("/filings/bulk", status_code=201)
    async def post_filings(filings: list[Filing]) -> dict[str, int]:
        return {"inserted": await insert(filings)}

    return app


def _array(values: Iterable[str]) -> str:
    """Return a PostgreSQL array literal of values that need no quoting."""
    return "{" + ",".join(values) + "}"


def _main() -> None:
    directory, server_port, http_port = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    app = create_app(directory, server_port)
    uvicorn.run(app, host="127.0.0.1", port=http_port, log_level="warning", access_log=False)


if __name__ == "__main__":
    _main()
