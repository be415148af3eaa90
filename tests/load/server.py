"""A server of the app on this machine's loopback, and what it takes: processor time and memory, from `/proc`."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.paths import ROOT

PATIENCE = 60
TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A Streamlit server of the app in `root`, ready to answer; ended on leaving the `with` block."""

    def __init__(self, root: Path = ROOT) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true", "--server.port",
                   str(port), "--server.address", "127.0.0.1", "--server.fileWatcherType", "none"]  # fmt: skip
        self._process = subprocess.Popen(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)

    def cpu_seconds(self) -> float:
        """Processor time of all its threads so far; fields 14 and 15 of `/proc/PID/stat`, counted after the name."""
        fields = self._proc("stat").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def megabytes(self) -> float:
        """Memory that it holds now."""
        lines = dict(line.split(":", 1) for line in self._proc("status").splitlines())
        return int(lines["VmRSS"].split()[0]) * 1024 / 1e6

    def _proc(self, name: str) -> str:
        return Path(f"/proc/{self._process.pid}/{name}").read_text(encoding="ascii")

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise RuntimeError("the server did not start")
            try:
                with urlopen(f"{self.url}/_stcore/health", timeout=PATIENCE):
                    return
            except (URLError, OSError):
                time.sleep(0.05)
        self._process.kill()
        raise TimeoutError(f"no server after {PATIENCE} s")
