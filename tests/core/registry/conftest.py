"""The engine of these tests: opened once, as each takes longer to open than to ask."""

from __future__ import annotations

import pytest

from ivig_core.registry.engine import DUCKDB, opened


@pytest.fixture(scope="session")
def engine():
    with opened(DUCKDB, "") as found:
        yield found
