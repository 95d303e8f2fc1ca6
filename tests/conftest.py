"""What all tests share: how properties are tried, where real data lie, an office with its API, what is told last."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, api_of, service_of
from hypothesis import HealthCheck, settings
from processes import counts

settings.register_profile(
    "project", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)  # a busy machine is no fault of the code
settings.load_profile("project")

_SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite", action="store_true", help="write the traces of tests/transcripts anew"
    )


@pytest.fixture
def shared_data() -> Path:
    """The directory of real filings beside the project; without it the test is skipped."""
    if not _SHARED_DATA.is_dir():
        pytest.skip("the data set is not beside the project")
    return _SHARED_DATA


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OfficeApi]:
    """AU alone: every registration goes through agreement and ledger."""
    async with service_of("AU") as service, api_of(service, tmp_path) as api:
        yield api


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what was done to real processes from a worker to the process that tells it."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["real processes"] = counts.told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object, error: object) -> None:
    """Take it from there; a worker that died tells nothing."""
    del error
    output = getattr(node, "workeroutput", {})
    counts.add(*output.get("real processes", ({}, {})))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what the long runs did: how many there were, and how often each kind of fault struck."""
    for line in counts.lines():
        terminalreporter.write_line(f"real processes: {line}")
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            for name, value in report.user_properties:
                terminalreporter.write_line(f"{name}: {value}")
