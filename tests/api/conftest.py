"""The API of one office, with a real register behind it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from builders.office_api import OfficeApi, api_of, service_of


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[OfficeApi]:
    """AU alone: every registration goes through agreement and ledger."""
    async with service_of("AU") as service, api_of(service, tmp_path) as api:
        yield api
