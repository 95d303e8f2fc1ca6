"""The file of a report on its way from the node: part by part, continued after interruptions, and checked."""

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from node.cli.output import ExitCode, fail, talk
from node.cli.progress import progress_bar

if TYPE_CHECKING:
    from node.client import Document, NodeClient

PART_SIZE: Final = 1024 * 1024
WAIT_SECONDS: Final = 5.0
_UNDER_WAY: Final = "TRANSFER_UNDER_WAY"


def fetch(client: "NodeClient", report: "Document", output: Path) -> None:
    """Write the document of a report to a file, which has its name only when it is whole and its SHA-256 is right.

    What an earlier attempt left is continued.

    Raises:
        CommandError: the file cannot be written, or what came is another document (1), whose hash is named.
    """
    digest, size = str(report["documentDigest"]), int(report["documentSize"])
    part = output.with_name(f".{output.name}.{digest[:16]}.part")
    try:
        with part.open("ab") as file:
            if file.tell() < size:
                _receive(client, report, file)
        with part.open("rb") as file:
            received = hashlib.file_digest(file, "sha256").hexdigest()
        if received != digest:
            part.unlink()
            fail(
                ExitCode.NO,
                f"the document is not the one on the ledger: expected SHA-256 {digest}, got {received}",
                "fetch it again; if it happens again, tell the administrator of the node",
                {"expected": digest, "received": received},
            )
        part.replace(output)
    except OSError as error:
        fail(ExitCode.USAGE, f"{output}: {error.strerror}", "name a file that can be written")


def _receive(client: "NodeClient", report: "Document", file: BinaryIO) -> None:
    """Append the bytes that are missing, and wait where the node still fetches them."""
    from node.client import ProblemError

    path = f"/reports/{report['reportId']}/content"
    while True:
        start = file.tell()
        headers = {"Range": f"bytes={start}-", "If-Range": f'"{report["documentDigest"]}"'}
        try:
            with client.stream(path, headers if start else {}) as answer:
                if start and answer.status_code != 206:  # noqa: PLR2004 - Partial Content
                    file.truncate(0)
                with progress_bar("fetching", int(report["documentSize"])) as advance:
                    advance(start)
                    for data in answer.iter_raw(PART_SIZE):
                        file.write(data)
                        advance(len(data))
        except ProblemError as error:
            if error.reason_code != _UNDER_WAY:
                raise
            talk().print(str(error.document.get("detail", "")), markup=False)
            time.sleep(WAIT_SECONDS)
        else:
            return
