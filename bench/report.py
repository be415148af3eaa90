"""The results of a run in docs/performance.md: when, with which versions, on how many cores, at which commit."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench.line import Line, table

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "docs" / "performance.md"
PACKAGES = ("numpy", "pandas", "statsmodels", "streamlit")


def entry(lines: Collection[Line], notes: Iterable[str] = ()) -> str:
    """One run as Markdown: heading, versions, table, notes."""
    head = f"## {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit()}\n\n{versions()}\n\n{table(lines)}\n"
    said = "".join(f"- {note}\n" for note in notes)
    return f"{head}\n{said}" if said else head


def append(text: str, path: Path = RESULTS) -> None:
    """Add an entry at the end of the file, after one blank line."""
    before = path.read_text(encoding="utf-8").rstrip("\n") + "\n\n" if path.exists() else ""
    path.write_text(before + text, encoding="utf-8", newline="\n")


def versions() -> str:
    """Versions of what the numbers depend on, and how many cores there were."""
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return f"Python {platform.python_version()}, {packages}; {os.cpu_count()} cores"


def commit() -> str:
    """The commit that was measured, and whether anything was changed since."""
    try:
        name = _git("rev-parse", "--short", "HEAD")
        # The results themselves are no change of what was measured.
        changed = _git("status", "--porcelain", "--", ".", ":!docs/performance.md")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{name} with changes not committed" if changed else name


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()
