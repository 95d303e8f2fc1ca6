"""The folder of a simulation's run: written here, and read again for a comparison."""

import gzip
import platform
import time
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from crypto.digest import sha256
from node.cli.output import ExitCode, fail
from node.cli.output_files import written_whole
from node.cli.progress import progress_bar
from simulations.campaign import commit
from simulations.report import manifest as manifests
from simulations.report.events import EventLines
from simulations.report.manifest import Manifest, NotARunError, Run, read_run
from simulations.report.page import page
from simulations.report.summary import Summary, summarise
from simulations.scenarios.run import ScenarioRun

if TYPE_CHECKING:
    from simulations.report.result import Result
    from simulations.scenarios.scenario import Scenario

EVENTS: Final = "events.jsonl.gz"
FILE_BYTES_MAX: Final = 16 * 1024 * 1024
"""Of a summary or manifest that is read."""


def write_run(
    scenario: "Scenario", name: str, seed: int, folder: Path, *, deliveries: bool
) -> Summary:
    """Run a scenario and write its folder; the manifest comes last, so that a folder without one is no run.

    Raises:
        CommandError: the folder cannot be made (2), or holds something (5).
    """
    _make_folder(folder)
    started = time.monotonic()
    result = _run(scenario, seed, folder / EVENTS, deliveries=deliveries)
    wall_seconds = round(time.monotonic() - started, 1)
    summary = summarise(result)
    origin = {"commit": commit(), "version": version("ipregister")}
    configuration = msgspec.to_builtins(scenario)
    _write(folder / "summary.json", _json(summary))
    _write(folder / "report.html", page(result, summary, origin, configuration).encode())
    manifest = Manifest(
        format=manifests.FORMAT,
        scenario=name,
        seed=seed,
        **origin,
        python=platform.python_version(),
        wall_seconds=wall_seconds,
        configuration=configuration,
        files={
            file: sha256((folder / file).read_bytes()).hex()
            for file in (EVENTS, "report.html", "summary.json")
        },
    )
    _write(folder / "manifest.json", _json(manifest))
    return summary


def read_folder(folder: Path) -> Run:
    """The run in a folder.

    Raises:
        CommandError: it is none (2).
    """
    hint = "name a folder that 'ipregister simulate' wrote"
    try:
        files = [_read(folder / file) for file in ("manifest.json", "summary.json")]
        return read_run(folder.name, *files)
    except OSError as error:
        fail(ExitCode.USAGE, f"{folder}: expected a run: {error.strerror}: {error.filename}", hint)
    except NotARunError as error:
        fail(ExitCode.USAGE, f"{folder}: expected a run: {error}", hint)


def _run(scenario: "Scenario", seed: int, events: Path, *, deliveries: bool) -> "Result":
    total = round(scenario.duration_s * 1_000)
    what = f"Simulating {len(scenario.codes())} offices (virtual ms)"
    with (
        written_whole("--out", events) as file,
        # No name and no time of day: the same events are the same bytes.
        gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed,
        progress_bar(what, total) as advance,
    ):
        lines = EventLines(packed.write, deliveries=deliveries)
        return ScenarioRun(scenario, seed, [lines]).run(advance)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_empty = next(folder.iterdir(), None) is None
    except OSError as error:
        fail(ExitCode.USAGE, f"--out {folder}: {error.strerror}", "name a folder that can be made")
    if not is_empty:
        fail(ExitCode.CONFLICT, f"--out {folder} holds something", "name a new folder, or empty it")


def _json(document: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


def _write(path: Path, content: bytes) -> None:
    with written_whole("--out", path) as file:
        file.write(content)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise NotARunError(f"{path.name}: expected at most {FILE_BYTES_MAX} bytes, got more")
    return content
