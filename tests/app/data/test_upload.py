"""One limit on the size of a file, wherever it is said."""

from __future__ import annotations

import tomllib

from ivig_core.cohort.read import APP_LIMITS
from pages.data.upload import MEGABYTES
from tests.paths import ROOT


def test_the_server_the_page_and_the_reader_have_one_limit():
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["server"]["maxUploadSize"] == MEGABYTES
    assert APP_LIMITS.max_bytes == MEGABYTES * 1_000_000
