"""`app`: the dashboard in the browser."""

from __future__ import annotations

import argparse
import subprocess
import sys

from ivig_core.home import HOME


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    parser.add_argument("--port", type=int, help="port to listen on (default: 8501, or the next that is free)")
    parser.add_argument("--address", help="address to listen on; 127.0.0.1 answers this computer alone")
    parser.add_argument("--headless", action="store_true", help="do not open a browser window")


def run(args: argparse.Namespace) -> int:
    """Serve the dashboard until it is stopped; the exit status is that of the server."""
    return subprocess.run(command(args), check=False).returncode


def command(args: argparse.Namespace) -> list[str]:
    """What starts the server. Its settings are in `.streamlit/config.toml` beside `app.py`."""
    words = [sys.executable, "-m", "streamlit", "run", str(HOME / "app.py")]
    if args.port is not None:
        words += ["--server.port", str(args.port)]
    if args.address:
        words += ["--server.address", args.address]
    if args.headless:
        words += ["--server.headless", "true"]
    return words
