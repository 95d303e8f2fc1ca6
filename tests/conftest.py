"""What all tests share: how properties are tried, where real data lie, and an office with its API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, api_of, service_of
from hypothesis import HealthCheck, settings

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
