"""`ivig app` starts the server of the dashboard that belongs to it, and passes on what it says in the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ivig_core import __version__
from ivig_core.__main__ import main
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        ((), ()),
        (("--port", "8600", "--headless"), ("--server.port", "8600", "--server.headless", "true")),
        (("--address", "127.0.0.1"), ("--server.address", "127.0.0.1")),
    ],
)
def test_the_server_is_started(given, passed, monkeypatch):
    started = []

    def run(words, check):
        started.append(words)
        return subprocess.CompletedProcess(words, 3)

    monkeypatch.setattr("ivig_core.commands.app.subprocess.run", run)
    assert main(["app", *given]) == 3
    assert started == [[sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), *passed]]


def test_version(capsys):
    with pytest.raises(SystemExit) as leaving:
        main(["--version"])
    assert leaving.value.code == 0
    assert capsys.readouterr().out.strip() == f"ivig-infections {__version__}"
